package signal

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// t1 and t2 are RFC 3261's estimate of a round trip and the longest pause between two repetitions.
const (
	t1 = 500 * time.Millisecond
	t2 = 4 * time.Second
)

const agent = "Frontdesk"

// A socket is one of the addresses we listen on.
type socket struct {
	network string
	bound   netip.AddrPort // where
	public  netip.AddrPort // what peers are told
	close   func() error
	packets net.PacketConn // nil for streams
}

// wire is what SIP messages travel on: the library's transactions over sockets that we open ourselves.
type wire struct {
	tp      *sip.TransportLayer
	tx      *sip.TransactionLayer
	sockets []socket
	trust   *roots       // how the certificates of those we call are checked
	ours    *certificate // what those who call by TLS are shown; nil without tls://
}

// open listens on every address or on none.
func (e *Endpoint) open() error {
	quieten()
	var err error
	if e.trust, err = readRoots(e.Roots, e.Log); err != nil {
		return err
	}
	quiet := slog.New(muffled{unparsed: &e.count.unparsed})
	e.tp = sip.NewTransportLayer(e.Resolver, sip.NewParser(), e.trust.config(""), // it dials by TLS only to answer where a connection broke
		sip.WithTransportLayerLogger(quiet), sip.WithTransportLayerReadFilter(e.filter))
	e.tp.OnMessage(e.overhear) // before the transactions listen
	e.tx = sip.NewTransactionLayer(e.tp, sip.WithTransactionLayerLogger(quiet),
		sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {}))
	e.tx.OnRequest(e.receive)
	var reads []func() error
	for _, a := range e.listen {
		read, err := e.bind(a)
		if err != nil {
			e.shut()
			return err
		}
		reads = append(reads, read)
	}
	for _, read := range reads {
		e.serve(read)
	}
	return nil
}

// bind opens a socket, and returns what reads it until it is closed.
func (e *Endpoint) bind(a address) (read func() error, err error) {
	s := socket{network: a.network, bound: a.local, public: netip.AddrPortFrom(a.public, a.local.Port())}
	family := "6"
	if a.local.Addr().Is4() {
		family = "4"
	}
	if a.network == "udp" {
		conn, err := net.ListenPacket("udp"+family, a.local.String())
		if err != nil {
			return nil, fmt.Errorf("signal: listen on %s: %w", a.local, err)
		}
		s.packets, s.close = conn, conn.Close
		s.at(conn.LocalAddr().(*net.UDPAddr).AddrPort().Port())
		e.sockets = append(e.sockets, s)
		packets := lastingPackets{conn, e}
		// ServeUDP says so itself, but later than the first REGISTER, which would open a socket of its own.
		e.tp.Pool("udp").Add(s.bound.String(), &sip.UDPConnection{PacketConn: packets, PacketAddr: s.bound.String(), Listener: true})
		return func() error { return e.tp.ServeUDP(packets) }, nil
	}
	l, err := net.Listen("tcp"+family, a.local.String())
	if err != nil {
		return nil, fmt.Errorf("signal: listen on %s: %w", a.local, err)
	}
	s.close = l.Close
	s.at(l.Addr().(*net.TCPAddr).AddrPort().Port())
	e.sockets = append(e.sockets, s)
	l = lasting{l, e}
	if a.network == "tcp" {
		return func() error { return e.tp.ServeTCP(l) }, nil
	}
	if e.ours == nil {
		if e.ours, err = readCertificate(e.Certificate, e.Key, e.Log); err != nil {
			return nil, fmt.Errorf("signal: read the certificate: %w", err)
		}
	}
	l = tls.NewListener(l, &tls.Config{GetCertificate: e.ours.present, MinVersion: tls.VersionTLS12})
	return func() error { return e.tp.ServeTLS(l) }, nil
}

// at notes the port that the system chose.
func (s *socket) at(port uint16) {
	s.bound = netip.AddrPortFrom(s.bound.Addr(), port)
	s.public = netip.AddrPortFrom(s.public.Addr(), port)
}

// serve reads a socket until it is closed.
func (e *Endpoint) serve(read func() error) {
	e.reading.Add(1)
	go func() {
		defer e.reading.Done()
		_ = read() // its only end is the closing of the socket
	}()
}

// shut closes transactions and sockets.
func (e *Endpoint) shut() {
	e.tx.Close()
	for _, s := range e.sockets {
		_ = s.close()
	}
	_ = e.tp.Close()
	e.reading.Wait()
}

// socketFor is the socket whose address stands in messages to a peer.
func (e *Endpoint) socketFor(network string, peer netip.Addr) (socket, bool) {
	network = strings.ToLower(network)
	for _, s := range e.sockets {
		if s.network == network && s.bound.Addr().Is4() == peer.Unmap().Is4() {
			return s, true
		}
	}
	return socket{}, false
}

// contact is where we are reached by a peer of this network and address. Who is to reach us by sips: only (RFC
// 3261 §8.1.1.8) is told so, where we listen for TLS.
func (e *Endpoint) contact(network string, peer netip.Addr, user string, sips bool) *sip.ContactHeader {
	s, ok := e.socketFor(network, peer)
	if !ok {
		s = e.sockets[0]
	}
	if secured, ok := e.socketFor("tls", peer); ok && sips {
		s = secured
	}
	u := sip.Uri{Scheme: "sip", User: user, Host: s.public.Addr().String(), Port: int(s.public.Port())}
	switch {
	case sips && s.network == "tls":
		u.Scheme = "sips"
	case s.network != "udp":
		u.UriParams.Add("transport", s.network)
	}
	return &sip.ContactHeader{Address: u}
}

// aim gives a request its way: the Via, the address, and for UDP the listening socket, so that a NAT which
// lets answers in lets calls in too.
func (e *Endpoint) aim(ctx context.Context, req *sip.Request, h hop) error {
	s, ok := e.socketFor(h.network, h.addr.Addr())
	if !ok {
		return ErrTarget
	}
	via := &sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: strings.ToUpper(h.network),
		Host: s.public.Addr().String(), Port: int(s.public.Port())}
	via.Params.Add("branch", sip.GenerateBranch())
	via.Params.Add("rport", "")
	for req.RemoveHeader("Via") {
	}
	req.PrependHeader(via)
	req.SetTransport(strings.ToUpper(h.network))
	req.SetDestination(h.addr.String())
	switch h.network {
	case "udp":
		req.Laddr = sip.Addr{IP: s.bound.Addr().AsSlice(), Port: int(s.bound.Port()), Zone: s.bound.Addr().Zone()}
	case "tls":
		return e.connect(ctx, h, s)
	}
	return nil
}

// ask sends a request and waits for its final answer. The transaction is over when it returns.
func (e *Endpoint) ask(ctx context.Context, req *sip.Request, h hop) (*sip.Response, error) {
	if err := e.aim(ctx, req, h); err != nil {
		return nil, err
	}
	tx, err := e.tx.Request(ctx, req)
	if err != nil {
		return nil, unreached{fmt.Errorf("send %s: %w", req.Method, unquoted(err))}
	}
	defer tx.Terminate()
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return res, nil
			}
		case <-tx.Done():
			return nil, unreached{fmt.Errorf("no answer to %s: %w", req.Method, unquoted(tx.Err()))}
		case <-ctx.Done():
			return nil, unreached{fmt.Errorf("no answer to %s: %w", req.Method, ctx.Err())}
		}
	}
}

// unquoted keeps the kind of the library's error, whose text may quote a message.
func unquoted(err error) error {
	var op *net.OpError
	switch {
	case err == nil:
		return ErrOver
	case errors.As(err, &op):
		return op.Err
	case errors.Is(err, sip.ErrTransactionTimeout):
		return sip.ErrTransactionTimeout
	case errors.Is(err, io.EOF), errors.Is(err, sip.ErrTransactionTransport):
		return sip.ErrTransactionTransport
	}
	return fmt.Errorf("%T", err)
}

// ping sends the keep-alive of RFC 5626, two line ends, from the socket that calls come in on, and says whether the
// connection that they come in on stands (§4.4).
func (e *Endpoint) ping(h hop) bool {
	if s, ok := e.socketFor(h.network, h.addr.Addr()); ok && s.packets != nil {
		_, _ = s.packets.WriteTo([]byte("\r\n\r\n"), net.UDPAddrFromAddrPort(h.addr))
		return true
	}
	conn, err := e.tp.GetConnection(h.network, h.addr.String())
	if err != nil {
		return false
	}
	defer func() { _, _ = conn.TryClose() }()
	if w, ok := conn.(io.Writer); ok {
		_, err = w.Write([]byte("\r\n\r\n"))
	}
	return err == nil
}

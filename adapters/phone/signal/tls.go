package signal

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
)

// trusted is how the certificates of those we call are checked.
func trusted(roots string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if roots == "" {
		return c, nil
	}
	pem, err := os.ReadFile(roots)
	if err != nil {
		return nil, fmt.Errorf("signal: read the trusted certificates: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, errors.New("signal: the file of trusted certificates holds none")
	}
	return c, nil
}

// connect opens the connection to a hop that was found by a name, for the library to use. The library itself
// would look the name up once more, and go to whatever address it finds. The certificate is that of the name in
// the URI, not of what DNS made of it (RFC 5922 §7.1).
func (e *Endpoint) connect(ctx context.Context, h hop, from socket) error {
	if _, err := netip.ParseAddr(h.name); h.name == "" || err == nil {
		return nil
	}
	if c := e.tp.Pool("tls").Get(h.addr.String()); c != nil {
		_, _ = c.TryClose() // no more than the reference that Get took
		return nil
	}
	config := e.trust.Clone()
	config.ServerName = h.name
	conn, err := (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", h.addr.String())
	if err != nil {
		return unreached{fmt.Errorf("connect by TLS: %w", err)}
	}
	_ = e.tp.ServeTLS(&single{conn: conn, at: net.TCPAddrFromAddrPort(from.bound)}) // its end is that there is no second one
	return nil
}

// single is a listener that accepts one connection, ours: so the library reads it like any other.
type single struct {
	conn net.Conn
	at   net.Addr
}

func (s *single) Accept() (net.Conn, error) {
	if s.conn == nil {
		return nil, io.EOF
	}
	conn := s.conn
	s.conn = nil
	return conn, nil
}

func (s *single) Close() error   { return nil }
func (s *single) Addr() net.Addr { return s.at }

package signal

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
)

// connect opens the connection to a hop, for the library to use. The library itself would look a name up once
// more, and go to whatever address it finds, and it would trust for ever whom it trusted at the start. The
// certificate is that of the host in the URI, not of what DNS made of it (RFC 5922 §7.1).
func (e *Endpoint) connect(ctx context.Context, h hop, from socket) error {
	if e.connected(h) {
		return nil
	}
	conn, err := (&tls.Dialer{Config: e.trust.config(cmp.Or(h.name, h.addr.Addr().String()))}).DialContext(ctx, "tcp", h.addr.String())
	if err != nil {
		return unreached{fmt.Errorf("connect by TLS: %w", err)}
	}
	_ = e.tp.ServeTLS(&single{conn: conn, at: net.TCPAddrFromAddrPort(from.bound)}) // its end is that there is no second one
	return nil
}

// connected says whether a connection to a hop stands.
func (e *Endpoint) connected(h hop) bool {
	c := e.tp.Pool(h.network).Get(h.addr.String())
	if c == nil {
		return false
	}
	_, _ = c.TryClose() // no more than the reference that Get took
	return true
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

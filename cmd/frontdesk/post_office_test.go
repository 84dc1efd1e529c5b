package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http/httptest"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// A postOffice is a real SMTP server that keeps what it is given.
type postOffice struct {
	addr    string
	trusted *tls.Config

	mu  sync.Mutex
	got []letter
}

// A letter is one that came.
type letter struct{ from, to, subject, body string }

func openPost(t testing.TB) *postOffice {
	t.Helper()
	served, trusted := selfSigned()
	p := &postOffice{trusted: trusted}
	s := smtp.NewServer(p)
	s.Domain, s.TLSConfig, s.ErrorLog = "mail.test", served, slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { s.Close() })
	return p
}

// selfSigned is a certificate for 127.0.0.1, that of the standard library's test server, and who trusts it.
func selfSigned() (served, trusted *tls.Config) {
	lender := httptest.NewTLSServer(nil)
	defer lender.Close()
	pool := x509.NewCertPool()
	pool.AddCert(lender.Certificate())
	return &tls.Config{Certificates: lender.TLS.Certificates}, &tls.Config{RootCAs: pool}
}

// letters are those that came to an address, oldest first; all for "".
func (p *postOffice) letters(to string) []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.got), func(l letter) bool { return to != "" && l.to != to })
}

// NewSession implements smtp.Backend.
func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &teller{office: p}, nil }

// A teller takes one letter after the other.
type teller struct {
	office *postOffice
	now    letter
}

func (c *teller) Reset()        { c.now = letter{} }
func (c *teller) Logout() error { return nil }

func (c *teller) Mail(from string, _ *smtp.MailOptions) error {
	c.now.from = from
	return nil
}

func (c *teller) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.now.to = to
	return nil
}

func (c *teller) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	if c.now.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return err
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	// Parts are quoted-printable: what is folded is put together again, and letters stay as they are written.
	c.now.body = unquoted(string(body))
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.got = append(c.office.got, c.now)
	return nil
}

// unquoted undoes quoted-printable wherever it stands.
func unquoted(body string) string {
	body = strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "=\n", "")
	var b strings.Builder
	for i := 0; i < len(body); i++ {
		if body[i] == '=' && i+2 < len(body) {
			high, low := strings.IndexByte("0123456789ABCDEF", body[i+1]), strings.IndexByte("0123456789ABCDEF", body[i+2])
			if high >= 0 && low >= 0 {
				b.WriteByte(byte(high<<4 | low))
				i += 2
				continue
			}
		}
		b.WriteByte(body[i])
	}
	return b.String()
}

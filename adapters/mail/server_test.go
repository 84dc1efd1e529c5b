package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// now is a Thursday in November.
var now = time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)

const (
	person   = "léa.test@example.org"
	somebody = "lea.test@example.org"
	password = "mot-de-passe-secret"
)

// A post office is a real SMTP server that does what a test tells it to.
type postOffice struct {
	t    *testing.T
	addr string
	tls  *tls.Config // as a client trusts it

	mu     sync.Mutex
	wrong  map[string]error        // by stage: hello, auth, mail, rcpt, data
	before map[string]func() error // the same, run first
	got    []received              // in order
	signed map[string]bool         // ways to sign in that were used
	ways   []string                // offered to sign in; nil: none
}

type received struct {
	from, to string
	utf8     bool
	body     []byte
}

type office struct {
	implicit, noTLS bool
	ways            []string
	untrusted       bool
	utf8            bool
}

func open(t *testing.T, o office) *postOffice {
	t.Helper()
	served, trusted := certificate()
	p := &postOffice{t: t, tls: trusted, wrong: map[string]error{}, before: map[string]func() error{}, ways: o.ways, signed: map[string]bool{}}
	if o.untrusted {
		p.tls = &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "127.0.0.1"}
	}
	s := smtp.NewServer(p)
	s.Domain, s.EnableSMTPUTF8, s.AllowInsecureAuth = "mail.test", o.utf8, o.noTLS
	s.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	if !o.noTLS {
		s.TLSConfig = served
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	if o.implicit {
		l = tls.NewListener(l, served)
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { s.Close() })
	return p
}

// certificate is one for 127.0.0.1, that of the standard library's test server, and who trusts it.
func certificate() (served, trusted *tls.Config) {
	lender := httptest.NewTLSServer(nil)
	defer lender.Close()
	pool := x509.NewCertPool()
	pool.AddCert(lender.Certificate())
	return &tls.Config{Certificates: lender.TLS.Certificates}, &tls.Config{RootCAs: pool}
}

// fail gives a stage an outcome; nil takes it back.
func (p *postOffice) fail(stage string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wrong[stage] = err
}

// first has something happen at a stage before its outcome.
func (p *postOffice) first(stage string, do func() error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.before[stage] = do
}

func (p *postOffice) outcome(stage string) error {
	p.mu.Lock()
	do, err := p.before[stage], p.wrong[stage]
	p.mu.Unlock()
	if do != nil {
		if err := do(); err != nil {
			return err
		}
	}
	return err
}

func (p *postOffice) letters() []received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

// only is the one letter that came.
func (p *postOffice) only() received {
	p.t.Helper()
	all := p.letters()
	if len(all) != 1 {
		p.t.Fatalf("%d letters came, want 1", len(all))
	}
	return all[0]
}

// NewSession implements smtp.Backend.
func (p *postOffice) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s := &session{office: p, conn: c}
	if err := p.outcome("hello"); err != nil {
		return nil, err
	}
	if p.ways == nil {
		return s, nil
	}
	return &signedSession{s}, nil
}

type session struct {
	office *postOffice
	conn   *smtp.Conn
	now    received
}

func (s *session) Reset()        { s.now = received{} }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, o *smtp.MailOptions) error {
	s.now.from, s.now.utf8 = from, o.UTF8
	return s.office.outcome("mail")
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.now.to = to
	return s.office.outcome("rcpt")
}

func (s *session) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.now.body = body
	err = s.office.outcome("data")
	if err == errCut {
		s.keep()
		_ = s.conn.Conn().Close()
		return nil
	}
	if err == nil {
		s.keep()
	}
	return err
}

func (s *session) keep() {
	s.office.mu.Lock()
	defer s.office.mu.Unlock()
	s.office.got = append(s.office.got, s.now)
}

// errCut has the office take a letter and cut the line before it says so.
var errCut = fmt.Errorf("cut")

type signedSession struct{ *session }

func (s *signedSession) AuthMechanisms() []string { return s.office.ways }

func (s *signedSession) Auth(mech string) (sasl.Server, error) {
	check := func(user, pass string) error {
		s.office.mu.Lock()
		s.office.signed[mech] = true
		s.office.mu.Unlock()
		if err := s.office.outcome("auth"); err != nil {
			return err
		}
		if user != "accueil" || pass != password {
			return smtp.ErrAuthFailed
		}
		return nil
	}
	if mech == "LOGIN" {
		return &login{check: check}, nil
	}
	return sasl.NewPlainServer(func(_, user, pass string) error { return check(user, pass) }), nil
}

// login is the server's side of AUTH LOGIN.
type login struct {
	check func(user, pass string) error
	said  []string
}

func (l *login) Next(answer []byte) (challenge []byte, done bool, err error) {
	if answer != nil {
		l.said = append(l.said, string(answer))
	}
	switch len(l.said) {
	case 0:
		return []byte("Username:"), false, nil
	case 1:
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.said[0], l.said[1])
}

// A bank of codes gives 1000000001, 1000000002, …, until it fails.
type bank struct {
	mu  sync.Mutex
	n   int
	err error
}

func (b *bank) Issue(context.Context, bot.ConversationID) (string, time.Time, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return "", time.Time{}, b.err
	}
	b.n++
	return fmt.Sprint(1_000_000_000 + b.n), now.Add(30 * 24 * time.Hour), nil
}

func (b *bank) Join(context.Context, string, string, bot.Leg) (bot.ConversationID, error) {
	return "", bot.ErrNotFound
}

// A desk of letters is a channel, what it logs and what it gets its codes from.
type writer struct {
	*Channel
	t    *testing.T
	log  *bottest.Log
	bank *bank
}

func (p *postOffice) writer(server string, change ...func(*Config)) *writer {
	p.t.Helper()
	w := &writer{t: p.t, log: &bottest.Log{}, bank: &bank{}}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		p.t.Fatal(err)
	}
	cfg := Config{Server: server, From: "accueil@region.test", Service: "Accueil orientation Bretagne", PublicURL: "https://orientation.region.test",
		PhoneLine: "02 99 00 00 00", Codes: w.bank, Zone: paris, Log: slog.New(slog.NewTextHandler(w.log, nil)),
		Now: func() time.Time { return now }, TLS: p.tls}
	for _, do := range change {
		do(&cfg)
	}
	if w.Channel, err = New(cfg); err != nil {
		p.t.Fatal(err)
	}
	return w
}

// plain is a writer that signs in to an office that speaks STARTTLS.
func (p *postOffice) plain(change ...func(*Config)) *writer {
	p.t.Helper()
	return p.writer("smtp://accueil:"+password+"@"+p.addr, change...)
}

func letter(seq int64, to string, w bot.Write) bot.Delivery {
	return bot.Delivery{ID: fmt.Sprintf("c1/%d/mail", seq), Conversation: "c1", Attempt: 1,
		Leg:   bot.Leg{ID: "mail", Channel: Name, Peer: bot.Address(to), For: bot.ToMail, Push: true},
		Entry: bot.Entry{Seq: seq, Cause: "in", At: now, To: bot.ToMail, Effect: w}}
}

// send delivers within a second.
func (w *writer) send(d bot.Delivery) (bot.Receipt, error) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 2*time.Second)
	defer cancel()
	receipt, err := w.Deliver(ctx, d)
	if err != nil {
		w.says(err.Error())
	}
	w.says(w.log.String())
	return receipt, err
}

// says fails for what no error and no log may say.
func (w *writer) says(text string) {
	w.t.Helper()
	for _, secret := range []string{somebody, person, "test@example", password, "Bonjour", "formation", "1000000001"} {
		if strings.Contains(text, secret) {
			w.t.Errorf("%q is said: %s", secret, text)
		}
	}
}

// A talk is a server that is not one: it says lines, whatever it hears.
func talk(t *testing.T, lines ...string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				buf := make([]byte, 4096)
				for i, line := range lines {
					if i > 0 {
						if n, err := conn.Read(buf); err != nil || bytes.Contains(buf[:n], []byte("QUIT")) {
							return
						}
					}
					if _, err := io.WriteString(conn, line+"\r\n"); err != nil {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

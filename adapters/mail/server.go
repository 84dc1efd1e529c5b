package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"frontdesk/bot"
)

// A server is where letters are handed over.
type server struct {
	host, port     string
	user, password string
	secure         security
	tls            *tls.Config
}

type security byte

const (
	startTLS  security = iota // a plain connection that becomes a secure one, or none
	secured                   // secure from the first byte
	unsecured                 // on this machine only
)

// parseServer reads the address of the server. It may hold a password: no error shows it.
func parseServer(text string) (server, error) {
	refuse := func(why string) (server, error) {
		return server{}, fmt.Errorf("mail: %s %s", ServerSetting, why)
	}
	const form = "is not an address such as smtp://user:password@mail.example:587; in a password write / ? # @ %% as %2F %3F %23 %40 %25"
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "" || u.Opaque != "" {
		return refuse(form)
	}
	s := server{host: u.Hostname(), port: u.Port(), user: u.User.Username()}
	s.password, _ = u.User.Password()
	defaultPort := "587"
	switch u.Scheme {
	case "smtp":
	case "smtps":
		s.secure, defaultPort = secured, "465"
	default:
		return refuse(form)
	}
	query := u.Query()
	switch plain := query.Get("tls"); {
	case len(query) == 0:
	case len(query) > 1 || plain != "none" || s.secure == secured:
		return refuse("has settings that are not known: only smtp://127.0.0.1:25?tls=none is")
	case !loopback(s.host):
		return refuse("asks for no TLS, which is for a server on this machine only, such as 127.0.0.1")
	default:
		s.secure, defaultPort = unsecured, "25"
	}
	if s.port == "" {
		s.port = defaultPort
	}
	if (s.user == "") != (s.password == "") {
		return refuse("has a user without a password, or a password without a user")
	}
	return s, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s *server) trust(cfg *tls.Config) {
	if cfg == nil {
		cfg = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	s.tls = cfg.Clone()
	if s.tls.ServerName == "" {
		s.tls.ServerName = s.host
	}
}

// A fault is a refusal that is about us: no letter goes until somebody has mended it.
type fault struct {
	setting string
	error
}

func (f fault) Unwrap() error { return f.error }

// transmit hands one letter over, on a connection of its own.
func (c *Channel) transmit(ctx context.Context, to string, m *gomail.Msg) error {
	var body bytes.Buffer // composed before the server waits for it
	if _, err := m.WriteTo(&body); err != nil {
		return fmt.Errorf("compose a letter: %w", err)
	}
	conn, err := c.server.dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	client, err := c.greet(conn)
	if err != nil {
		return err
	}
	ascii := strings.IndexFunc(to, func(r rune) bool { return r >= 0x80 }) < 0
	if able, _ := client.Extension("SMTPUTF8"); !ascii && !able {
		return fmt.Errorf("the server takes no address with accents: %w", bot.ErrUndeliverable)
	}
	client.SkipSMTPUTF8(ascii)
	if err := client.Mail("<" + c.from.Address + ">"); err != nil {
		return aboutUs(FromSetting, "sender", err)
	}
	if err := client.Rcpt("<" + to + ">"); err != nil {
		return aboutLetter("recipient", err)
	}
	if err := hand(client, body.Bytes()); err != nil {
		return err
	}
	_ = client.Quit() // the letter is theirs
	return nil
}

// hand gives the letter. Until the last line of it has gone the server cannot have taken it.
func hand(client *smtp.Client, body []byte) error {
	w, err := client.Data()
	if err != nil {
		return aboutLetter("begin of the letter", err)
	}
	if _, err := w.Write(body); err != nil {
		return fmt.Errorf("send the letter: %w", scrubbed(err))
	}
	err = w.Close()
	if _, answered := errors.AsType[*textproto.Error](err); err != nil && !answered {
		return fmt.Errorf("no answer to the letter: %w: %w", scrubbed(err), bot.ErrAmbiguous)
	}
	if err != nil {
		return aboutLetter("letter", err)
	}
	return nil
}

// dial connects, securely where it is so from the first byte. All that follows ends with ctx.
func (s *server) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(s.host, s.port))
	if err != nil {
		return nil, fmt.Errorf("connect to the mail server: %w", err)
	}
	if until, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(until) // or the context closes it
	}
	if s.secure != secured {
		return conn, nil
	}
	safe := tls.Client(conn, s.tls)
	if err := safe.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, aboutTLS(err)
	}
	return safe, nil
}

// greet brings a connection to where letters can be sent: greeted, secure, signed in.
func (c *Channel) greet(conn net.Conn) (*smtp.Client, error) {
	client, err := smtp.NewClient(conn, c.server.host)
	if err != nil {
		return nil, aboutUs(ServerSetting, "greeting", err)
	}
	if err := client.Hello(c.domain); err != nil {
		return nil, aboutUs(ServerSetting, "our name", err)
	}
	if c.server.secure == startTLS {
		if able, _ := client.Extension("STARTTLS"); !able {
			return nil, fault{ServerSetting, errors.New("the mail server offers no STARTTLS; smtps:// may be what it speaks")}
		}
		if err := client.StartTLS(c.server.tls); err != nil {
			return nil, aboutTLS(err)
		}
	}
	if c.server.user == "" {
		return client, nil
	}
	auth, err := c.server.auth(client)
	if err != nil {
		return nil, err
	}
	if err := client.Auth(auth); err != nil {
		return nil, aboutUs(ServerSetting, "user or password", err)
	}
	return client, nil
}

// auth picks the best way to sign in that the server offers.
func (s *server) auth(client *smtp.Client) (smtp.Auth, error) {
	_, offered := client.Extension("AUTH")
	ways := strings.Fields(strings.ToUpper(offered))
	local := s.secure == unsecured // nobody listens in on this machine
	switch {
	case slices.Contains(ways, "SCRAM-SHA-256"):
		return smtp.ScramSHA256Auth(s.user, s.password), nil
	case slices.Contains(ways, "PLAIN"):
		return smtp.PlainAuth("", s.user, s.password, s.host, local), nil
	case slices.Contains(ways, "LOGIN"):
		return smtp.LoginAuth(s.user, s.password, s.host, local), nil
	}
	return nil, fault{ServerSetting, errors.New("the mail server offers no way to sign in that is known here (SCRAM-SHA-256, PLAIN, LOGIN)")}
}

// aboutUs is an answer that would be the same for every letter: 5xx is a fault. What is no answer, or
// 4xx, passes.
func aboutUs(setting, what string, err error) error {
	said, answered := errors.AsType[*textproto.Error](err)
	err = fmt.Errorf("the mail server refuses the %s: %w", what, scrubbed(err))
	switch {
	case answered && said.Code == 530: // sign in first, or secure the connection
		return fault{ServerSetting, err}
	case answered && said.Code >= 500:
		return fault{setting, err}
	}
	return err
}

// aboutLetter is an answer about this letter: 5xx is final.
func aboutLetter(what string, err error) error {
	said, answered := errors.AsType[*textproto.Error](err)
	switch {
	case answered && said.Code == 530:
		return aboutUs(ServerSetting, what, err)
	case answered && said.Code >= 500:
		return fmt.Errorf("the mail server refuses the %s: %w: %w", what, scrubbed(err), bot.ErrUndeliverable)
	}
	return fmt.Errorf("the mail server takes no %s: %w", what, scrubbed(err))
}

// aboutTLS is a connection that could not be made secure. A connection that broke passes; a certificate
// that is not trusted does not.
func aboutTLS(err error) error {
	if _, answered := errors.AsType[*textproto.Error](err); answered {
		return aboutUs(ServerSetting, "wish for TLS", err)
	}
	wrapped := fmt.Errorf("no secure connection to the mail server: %w", err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	op, isOp := errors.AsType[*net.OpError](err)
	alert := isOp && (op.Op == "remote error" || op.Op == "local error")
	if untrusted || noTLS || unknown || alert {
		return fault{ServerSetting, wrapped}
	}
	return wrapped
}

// scrubbed is an error without what the server wrote: servers quote addresses, and subjects. Its code,
// and the enhanced one, say enough.
func scrubbed(err error) error {
	said, answered := errors.AsType[*textproto.Error](err)
	switch {
	case answered:
		return fmt.Errorf("status %d%s", said.Code, enhanced.FindString(" "+said.Msg))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the connection was lost")
	}
	if broken, is := errors.AsType[textproto.ProtocolError](err); is && broken != "" {
		return errors.New("an answer that is not SMTP")
	}
	return err
}

var enhanced = regexp.MustCompile(`^ [245]\.\d{1,3}\.\d{1,3}\b`)

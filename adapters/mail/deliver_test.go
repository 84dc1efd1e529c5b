package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

var plainly = []string{"PLAIN"}

func TestIsAChannel(t *testing.T) {
	p := open(t, office{ways: plainly})
	w := p.plain()
	bottest.TestChannel(t, w.Channel, w.log)
}

func TestALetterArrivesByEverySecureWay(t *testing.T) {
	for name, c := range map[string]struct {
		office office
		scheme string
		query  string
		user   bool
		way    string
	}{
		"STARTTLS":               {office: office{}, scheme: "smtp"},
		"STARTTLS and a user":    {office: office{ways: []string{"LOGIN", "PLAIN"}}, scheme: "smtp", user: true, way: "PLAIN"},
		"STARTTLS and LOGIN":     {office: office{ways: []string{"LOGIN"}}, scheme: "smtp", user: true, way: "LOGIN"},
		"TLS from the beginning": {office: office{implicit: true, ways: plainly}, scheme: "smtps", user: true, way: "PLAIN"},
		"on this machine":        {office: office{noTLS: true, ways: plainly}, scheme: "smtp", query: "?tls=none", user: true, way: "PLAIN"},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, c.office)
			user := ""
			if c.user {
				user = "accueil:" + password + "@"
			}
			w := p.writer(c.scheme + "://" + user + p.addr + c.query)
			receipt, err := w.send(letter(1, somebody, bot.Write{Kind: Answer, Text: "Bonjour"}))
			if err != nil || receipt.PlatformID == "" {
				t.Fatalf("receipt %q, %v", receipt.PlatformID, err)
			}
			if got := p.only(); got.from != "accueil@region.test" || got.to != somebody {
				t.Errorf("from %s to %s", got.from, got.to)
			}
			if c.way != "" && !p.signed[c.way] {
				t.Errorf("signed in by %v, want %s", p.signed, c.way)
			}
		})
	}
}

func TestOnlyLettersAreSent(t *testing.T) {
	p := open(t, office{ways: plainly})
	w := p.plain()
	for _, e := range bottest.Effects() {
		if _, is := e.(bot.Write); is {
			continue
		}
		d := letter(1, somebody, bot.Write{})
		d.Entry.Effect = e
		if receipt, err := w.send(d); err != nil || receipt != (bot.Receipt{}) {
			t.Errorf("%T: %+v, %v", e, receipt, err)
		}
	}
	d := letter(2, somebody, bot.Write{Kind: Answer, Text: "Bonjour"})
	d.Leg.For = bot.ToCitizen
	if _, err := w.send(d); !errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("to a leg that is not for letters: %v", err)
	}
	if _, err := w.send(letter(3, somebody, bot.Write{Kind: "newsletter", Text: "Bonjour"})); !errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("of an unknown kind: %v", err)
	}
	if n := len(p.letters()); n != 0 {
		t.Errorf("%d letters", n)
	}
}

func TestWhatIsNoAddressGetsNothing(t *testing.T) {
	p := open(t, office{ways: plainly})
	w := p.plain()
	for _, to := range []string{"", "lea", "@example.org", "lea@", "lea@example", "lea@example.org\r\nBcc: x@example.org", "lea@example.org, x@example.org",
		"<lea@example.org>", "Léa <lea@example.org>", `"a b"@example.org`, "lea@[127.0.0.1]", "lea@example.org> SIZE=1", "le\u200ba@example.org",
		strings.Repeat("a", 65) + "@example.org", "a@" + strings.Repeat("b.", 130) + "org"} {
		if _, err := w.send(letter(1, to, bot.Write{Kind: Answer, Text: "Bonjour"})); !errors.Is(err, bot.ErrUndeliverable) {
			t.Errorf("%q: %v, want ErrUndeliverable", to, err)
		}
	}
	if n := len(p.letters()); n != 0 {
		t.Errorf("%d letters", n)
	}
}

func TestAnAddressWithAccents(t *testing.T) {
	able, unable := open(t, office{ways: plainly, utf8: true}), open(t, office{ways: plainly})
	if _, err := able.plain().send(letter(1, person, bot.Write{Kind: Answer, Text: "Bonjour"})); err != nil || !able.only().utf8 || able.only().to != person {
		t.Errorf("%v", err)
	}
	if _, err := unable.plain().send(letter(1, person, bot.Write{Kind: Answer, Text: "Bonjour"})); !errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("where it cannot be: %v", err)
	}
	if _, err := able.plain().send(letter(2, somebody, bot.Write{Kind: Answer, Text: "Bonjour"})); err != nil || able.letters()[1].utf8 {
		t.Errorf("without accents nothing is asked for: %v", err)
	}
}

type verdict int

const (
	again        verdict = iota // a plain error: the relay tries again
	never                       // ErrUndeliverable
	unsure                      // ErrAmbiguous
	forEverybody                // RetryAfter for all, and a line in the log
)

func judged(err error) verdict {
	told, asked := errors.AsType[bot.RetryAfter](err)
	switch {
	case asked && told.Whole && told.Wait == 10*time.Minute:
		return forEverybody
	case errors.Is(err, bot.ErrUndeliverable):
		return never
	case errors.Is(err, bot.ErrAmbiguous):
		return unsure
	}
	return again
}

func TestWhatTheServerSaysDecidesWhetherToTryAgain(t *testing.T) {
	status := func(code int, e smtp.EnhancedCode) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: e, Message: "<" + somebody + ">: no, and not for formation"}
	}
	for _, c := range []struct {
		stage   string
		err     error
		want    verdict
		setting string
	}{
		{"hello", status(421, smtp.EnhancedCode{4, 3, 2}), again, ""},
		{"hello", status(554, smtp.EnhancedCode{5, 7, 1}), forEverybody, ServerSetting},
		{"auth", status(454, smtp.EnhancedCode{4, 7, 0}), again, ""},
		{"auth", smtp.ErrAuthFailed, forEverybody, ServerSetting},
		{"mail", status(451, smtp.EnhancedCode{4, 3, 0}), again, ""},
		{"mail", status(553, smtp.EnhancedCode{5, 1, 8}), forEverybody, FromSetting},
		{"mail", status(530, smtp.EnhancedCode{5, 7, 0}), forEverybody, ServerSetting},
		{"rcpt", status(450, smtp.EnhancedCode{4, 2, 1}), again, ""},
		{"rcpt", status(550, smtp.EnhancedCode{5, 1, 1}), never, ""},
		{"rcpt", status(553, smtp.EnhancedCode{5, 1, 3}), never, ""},
		{"rcpt", status(530, smtp.EnhancedCode{5, 7, 0}), forEverybody, ServerSetting},
		{"data", status(452, smtp.EnhancedCode{4, 3, 1}), again, ""},
		{"data", status(552, smtp.EnhancedCode{5, 2, 2}), never, ""},
		{"data", status(554, smtp.EnhancedCode{5, 7, 1}), never, ""},
		{"data", errCut, unsure, ""},
	} {
		p := open(t, office{ways: plainly})
		w := p.plain()
		p.fail(c.stage, c.err)
		_, err := w.send(letter(1, somebody, bot.Write{Kind: Answer, Text: "Bonjour, une formation"}))
		if err == nil || judged(err) != c.want {
			t.Errorf("%s %v: %v", c.stage, c.err, err)
		}
		if logged := w.log.String(); strings.Contains(logged, "level=ERROR") != (c.want == forEverybody) || !strings.Contains(logged, c.setting) {
			t.Errorf("%s %v: the log says %q", c.stage, c.err, logged)
		}
		if known, is := errors.AsType[*smtp.SMTPError](c.err); is && err != nil && !strings.Contains(err.Error(), fmt.Sprintf("status %d %d.", known.Code, known.EnhancedCode[0])) {
			t.Errorf("%s: no code in %v", c.stage, err)
		}
	}
}

func TestAServerThatIsOutOfOrder(t *testing.T) {
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()
	for name, c := range map[string]struct {
		addr   string
		scheme string
		want   verdict
	}{
		"nobody listens":         {nobody.Addr().String(), "smtp", again},
		"it is closed for now":   {talk(t, "421 4.3.2 lea.test@example.org later"), "smtp", again},
		"it wants none of us":    {talk(t, "554 5.7.1 lea.test@example.org no"), "smtp", forEverybody},
		"it hangs up":            {talk(t), "smtp", again},
		"it speaks HTTP":         {talk(t, "HTTP/1.1 400 lea.test@example.org"), "smtp", again},
		"it has no STARTTLS":     {talk(t, "220 mail", "250 mail"), "smtp", forEverybody},
		"its TLS is off for now": {talk(t, "220 mail", "250-mail\r\n250 STARTTLS", "454 4.7.0 later"), "smtp", again},
		"its TLS is none":        {talk(t, "220 mail", "250-mail\r\n250 STARTTLS", "220 go on", "what is this?"), "smtp", forEverybody},
		"it is plain, not TLS":   {talk(t, "220 mail", "500 what?"), "smtps", forEverybody},
		"no way to sign in":      {open(t, office{ways: []string{"CRAM-MD5"}}).addr, "smtp", forEverybody},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, office{ways: plainly})
			p.addr = c.addr
			w := p.writer(c.scheme+"://accueil:"+password+"@"+c.addr, func(cfg *Config) {
				if name == "no way to sign in" {
					cfg.TLS.InsecureSkipVerify = true
				}
			})
			_, err := w.send(letter(1, somebody, bot.Write{Kind: Answer, Text: "Bonjour"}))
			if err == nil || judged(err) != c.want {
				t.Errorf("%v", err)
			}
			if named := strings.Contains(w.log.String(), ServerSetting); named != (c.want == forEverybody) {
				t.Errorf("the log says %q", w.log)
			}
		})
	}
}

func TestACertificateThatIsNotTrusted(t *testing.T) {
	for _, o := range []office{{ways: plainly, untrusted: true}, {ways: plainly, untrusted: true, implicit: true}} {
		p := open(t, o)
		scheme := "smtp"
		if o.implicit {
			scheme = "smtps"
		}
		w := p.writer(scheme + "://accueil:" + password + "@" + p.addr)
		if _, err := w.send(letter(1, somebody, bot.Write{Kind: Answer, Text: "Bonjour"})); judged(err) != forEverybody || !strings.Contains(w.log.String(), ServerSetting) {
			t.Errorf("%s: %v; the log says %q", scheme, err, w.log)
		}
		if len(p.letters()) != 0 || len(p.signed) != 0 {
			t.Error("something was said to a stranger")
		}
	}
}

func TestASlowServerIsNotWaitedForForEver(t *testing.T) {
	for stage, want := range map[string]verdict{"hello": again, "mail": again, "rcpt": again, "data": unsure} {
		t.Run(stage, func(t *testing.T) {
			p := open(t, office{ways: plainly})
			w := p.plain()
			end := make(chan struct{})
			defer close(end)
			p.first(stage, func() error { <-end; return nil })
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			began := time.Now()
			_, err := w.Deliver(ctx, letter(1, somebody, bot.Write{Kind: Answer, Text: "Bonjour"}))
			if err == nil || judged(err) != want {
				t.Errorf("%v", err)
			}
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("it took %s", took)
			}
			w.says(err.Error())
		})
	}
}

func TestADeliveryThatIsCalledOffEndsAtOnce(t *testing.T) {
	p := open(t, office{ways: plainly})
	w := p.plain()
	ctx, cancel := context.WithCancel(t.Context())
	end := make(chan struct{})
	defer close(end)
	p.first("mail", func() error { cancel(); <-end; return nil })
	done := make(chan error, 1)
	go func() {
		_, err := w.Deliver(ctx, letter(1, somebody, bot.Write{Kind: Answer, Text: "Bonjour"}))
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil {
			t.Error("it was delivered")
		}
	case <-time.After(5 * time.Second):
		t.Error("it goes on")
	}
}

func TestManyLettersAtOnce(t *testing.T) {
	p := open(t, office{ways: plainly})
	w := p.plain()
	var all sync.WaitGroup
	for i := range int64(30) {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			if _, err := w.Deliver(ctx, letter(i, somebody, bot.Write{Kind: Recap, Text: "Bonjour {code}"})); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(p.letters()); n != 30 {
		t.Errorf("%d letters, want 30", n)
	}
}

func TestTheServersAddressIsChecked(t *testing.T) {
	for server, want := range map[string]string{
		"":                                     ServerSetting,
		"mail.example:587":                     "smtp://user:password@",
		"http://mail.example":                  "smtp://user:password@",
		"smtp://":                              "smtp://user:password@",
		"smtp://mail.example/inbox":            "smtp://user:password@",
		"smtp://user:secret pass@mail.example": "smtp://user:password@",
		"smtp://user:secret%zz@mail.example":   "smtp://user:password@",
		"smtp://mail.example?tls=none":         "this machine only",
		"smtp://192.0.2.1:25?tls=none":         "this machine only",
		"smtps://127.0.0.1?tls=none":           "not known",
		"smtp://127.0.0.1?tls=off":             "not known",
		"smtp://127.0.0.1?helo=me":             "not known",
		"smtp://user@mail.example":             "without a password",
		"smtp://:secret@mail.example":          "without a user",
	} {
		_, err := New(Config{Server: server, From: "accueil@region.test", Codes: &bank{}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), ServerSetting) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", server, err)
		}
	}
	for server, want := range map[string]string{
		"smtp://mail.example":             "mail.example:587",
		"smtps://u:p@mail.example":        "mail.example:465",
		"smtp://[::1]?tls=none":           "[::1]:25",
		"smtp://localhost:2525?tls=none":  "localhost:2525",
		"smtp://a%40b:p%2Fq@mail.example": "mail.example:587",
	} {
		c, err := New(Config{Server: server, From: "accueil@region.test", Codes: &bank{}})
		if err != nil || net.JoinHostPort(c.server.host, c.server.port) != want {
			t.Errorf("%s: %v", server, err)
		}
	}
}

func TestWhatStandsInLettersIsChecked(t *testing.T) {
	good := Config{Server: "smtp://mail.example", From: "accueil@region.test", Codes: &bank{}}
	for name, spoil := range map[string]func(*Config){
		"from":    func(c *Config) { c.From = "Accueil <accueil@region.test>" },
		"answers": func(c *Config) { c.ReplyTo = "nobody" },
		"service": func(c *Config) { c.Service = "Accueil\r\nBcc: x@example.org" },
		"number":  func(c *Config) { c.PhoneLine = "02 99\n00" },
		"page":    func(c *Config) { c.PublicURL = "javascript:alert(1)" },
		"codes":   func(c *Config) { c.Codes = nil },
	} {
		cfg := good
		spoil(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}

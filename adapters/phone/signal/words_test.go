package signal

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

func TestEmergencyLinesAreNeverDialled(t *testing.T) {
	for _, user := range []string{"15", "17", "18", "112", "114", "115", "119", "3114", "3919", "116000", "116117", "116 006", "+33112", "0033 15",
		"1.1.2", "%31%31%32", "112;phone-context=+33", "tel:112", "0112", "+112", " 1-1-2", "196"} {
		if !emergency(user, "33") {
			t.Errorf("%q is dialled", user)
		}
		if _, err := (Config{Listen: []string{"udp://127.0.0.1:0"}, Allow: []string{"127.0.0.1"}, Targets: []string{"sip:" + user + "@trunk.example"},
			Serve: func(*Call) {}, Media: func(*Call) (Media, error) { return nil, nil }}).read(); err == nil {
			t.Errorf("%q is a target", user)
		}
	}
	for _, user := range []string{"+33299000000", "0299000000", "conseil", "201", "1160", "0800112112", "+33112000000"} {
		if emergency(user, "33") {
			t.Errorf("%q is not dialled", user)
		}
	}
}

func TestE164(t *testing.T) {
	for user, want := range map[string]string{
		"0612345678": "+33612345678", "+33612345678": "+33612345678", "0033612345678": "+33612345678", "33612345678": "+33612345678",
		"06 12 34 56 78": "+33612345678", "+33-6-12-34-56-78": "+33612345678", "+33612345678;phone-context=x": "+33612345678",
		"0692123456": "+262692123456", "0590123456": "+590590123456", "+4930123456": "+4930123456",
		"": "", "accueil": "", "201": "", "3114": "", "+0123456789": "", "061234567": "", "+336123456789012345": "", "06１2345678": "",
	} {
		if got := e164(user, "33"); got != want {
			t.Errorf("%q is %q, not %q", user, got, want)
		}
	}
}

// invite makes an INVITE with these further lines.
func invite(t testing.TB, from, to string, lines ...string) *sip.Request {
	t.Helper()
	text := "INVITE sip:accueil@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1\r\nFrom: " + from + ";tag=a\r\nTo: " + to +
		"\r\nCall-ID: one\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n" + strings.Join(append(lines, ""), "\r\n") + "Content-Length: 0\r\n\r\n"
	m, err := sip.ParseMessage([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m.(*sip.Request)
}

func TestCaller(t *testing.T) {
	const trunk = `"0699999999" <sip:0612345678@trunk.example>`
	for _, s := range []struct {
		from   string
		lines  []string
		number string
		hidden bool
	}{
		{trunk, nil, "+33612345678", false},
		{`<sip:0612345678;phone-context=+33@trunk.example;user=phone>`, nil, "+33612345678", false},
		{trunk, []string{`P-Asserted-Identity: "x, y <z>" <sip:+33687654321@trunk.example;user=phone>, <tel:+33687654322>`}, "+33687654321", false},
		{trunk, []string{"P-Asserted-Identity: <tel:+33687654321>"}, "+33687654321", false},
		{trunk, []string{"P-Asserted-Identity: <tel:+33687654321>", "Privacy: id;critical"}, "", true},
		{trunk, []string{"Privacy: none"}, "+33612345678", false},
		{`"Anonymous" <sip:anonymous@anonymous.invalid>`, nil, "", true},
		{`"Anonymous" <sip:c8oqz84zk7z@anonymous.invalid>`, nil, "", true},
		{`"Anonymous" <sip:anonymous@anonymous.invalid>`, []string{"P-Asserted-Identity: <sip:+33687654321@trunk.example>", "Privacy: user"}, "", true},
		{`"Anonymous" <sip:anonymous@anonymous.invalid>`, []string{"P-Asserted-Identity: <sip:+33687654321@trunk.example>"}, "", true},
		{`"Anonymous" <sip:+33687654321@anonymous.invalid>`, []string{"P-Asserted-Identity: <sip:+33687654321@trunk.example>", "Privacy: none"}, "", true},
		{`"0612345678" <sip:201@pbx.example>`, nil, "", false},
		{`<sip:unavailable@trunk.example>`, nil, "", true},
	} {
		c := callerOf(invite(t, s.from, "<sip:accueil@192.0.2.1>", s.lines...), "33")
		if string(c.Number) != s.number || c.Hidden != s.hidden {
			t.Errorf("%s %q: %q, hidden %t", s.from, s.lines, string(c.Number), c.Hidden)
		}
		if shown := fmt.Sprintf("%v %+v %#v", c, c, c); s.number != "" && strings.Contains(shown, s.number) {
			t.Errorf("the caller prints as %s", shown)
		}
	}
}

func TestCalled(t *testing.T) {
	for _, s := range []struct {
		to    string
		lines []string
		line  string
	}{
		{"<sip:accueil@192.0.2.1>", nil, "accueil"},
		{"<sip:0299000000@trunk.example>", nil, "+33299000000"},
		{"<sip:0299000000@trunk.example>", []string{"Diversion: <sip:0299000009@x>;reason=unconditional, <sip:0299000001@x>;reason=no-answer"}, "+33299000001"},
		{"<sip:0299000000@trunk.example>", []string{"History-Info: <sip:0299000002@x>;index=1, <sip:0299000000@x?Reason=a,b>;index=1.1"}, "+33299000002"},
		{"<sip:0299000000@trunk.example>", []string{"History-Info: <sip:0299000000@x>;index=1"}, "+33299000000"},
	} {
		if c := calledOf(invite(t, "<sip:0612345678@x>", s.to, s.lines...), "33"); string(c.Line) != s.line {
			t.Errorf("%s %q: %q, not %q", s.to, s.lines, string(c.Line), s.line)
		}
	}
}

func TestSessionTimer(t *testing.T) {
	least := 90 * time.Second
	for _, s := range []struct {
		expires, supported string
		header             string
		wake               time.Duration
		tooSmall           bool
	}{
		{"", "timer", "0;refresher=uac", 0, false},
		{"1800", "100rel, timer", "1800;refresher=uac", 1768 * time.Second, false},
		{"1800;refresher=uac", "timer", "1800;refresher=uac", 1768 * time.Second, false},
		{"1800 ; refresher=UAS", "timer", "1800;refresher=uas", 900 * time.Second, false},
		{"90", "timer", "90;refresher=uac", 60 * time.Second, false},
		{"1800", "", "1800;refresher=uas", 900 * time.Second, false},
		{"89", "timer", "", 0, true},
		{"-1", "timer", "0;refresher=uac", 0, false},
		{"99999999999999999999", "timer", "0;refresher=uac", 0, false},
	} {
		got, tooSmall := requested(s.expires, s.supported, least)
		if tooSmall != s.tooSmall || !tooSmall && (got.header() != s.header || got.wake() != s.wake) {
			t.Errorf("%q %q: %s, %s, too small %t", s.expires, s.supported, got.header(), got.wake(), tooSmall)
		}
	}
	if g := granted("1800;refresher=uas"); g.ours || g.wake() != 1768*time.Second {
		t.Errorf("granted to the peer: %+v", g)
	}
	if g := granted("1800"); !g.ours {
		t.Errorf("granted to us: %+v", g)
	}
}

func TestPausesDouble(t *testing.T) {
	for failures, want := range map[int]time.Duration{0: time.Second, 1: 2 * time.Second, 2: 4 * time.Second, 8: 256 * time.Second, 9: 5 * time.Minute, 1000: 5 * time.Minute} {
		if got := pause(failures); got != want {
			t.Errorf("after %d failures: %s", failures, got)
		}
	}
}

func TestConfigIsRefusedInOneSentence(t *testing.T) {
	good := func() Config {
		return Config{Listen: []string{"udp://127.0.0.1:0"}, Allow: []string{"127.0.0.0/8"}, Serve: func(*Call) {}, Media: func(*Call) (Media, error) { return nil, nil }}
	}
	for want, change := range map[string]func(*Config){
		"networks that may call is empty": func(c *Config) { c.Allow = nil },
		"not a network":                   func(c *Config) { c.Allow = []string{"everybody"} },
		"no address to listen on":         func(c *Config) { c.Listen = nil },
		"not an address":                  func(c *Config) { c.Listen = []string{"sctp://127.0.0.1:1"} },
		"give the public one":             func(c *Config) { c.Listen = []string{"udp://0.0.0.0:5060"} },
		"needs the files":                 func(c *Config) { c.Listen = []string{"tls://127.0.0.1:0"} },
		"486 or 503":                      func(c *Config) { c.Busy = 404 },
		"not a target":                    func(c *Config) { c.Targets = []string{"0299000000"} },
		"user@registrar":                  func(c *Config) { c.Register = []Account{{Address: "trunk.example"}} },
		"answers would be dropped":        func(c *Config) { c.Register = []Account{{Address: "a@192.0.2.1", Password: "s3cret"}} },
		"Serve and Media":                 func(c *Config) { c.Serve = nil },
	} {
		c := good()
		change(&c)
		e, err := Listen(context.Background(), c)
		if err == nil {
			e.Close()
			t.Errorf("accepted, where %q was expected", want)
		} else if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q is not said by %q", want, err)
		}
	}
}

func TestAccountsDoNotPrint(t *testing.T) {
	c := Config{Register: []Account{{Address: "0299000000@trunk.example", Password: "s3cret"}}}
	if shown := fmt.Sprintf("%v %+v %#v", c, c, c.Register); strings.Contains(shown, "s3cret") || strings.Contains(shown, "0299") {
		t.Errorf("it prints as %s", shown)
	}
}

func TestDescriptionAmongOtherParts(t *testing.T) {
	body := "--b\r\nContent-Type: application/isup\r\n\r\nxyz\r\n--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b--\r\n"
	req := invite(t, "<sip:a@b>", "<sip:b@c>", "Content-Type: multipart/mixed;boundary=b")
	req.SetBody([]byte(body))
	if got := string(descriptionOf(req)); !strings.HasPrefix(got, "v=0") {
		t.Errorf("the description is %q", got)
	}
}

// TestWhoseDigest answers a registrar's challenge with the account that registers there, whatever its realm is called,
// and a challenge of each side once.
func TestWhoseDigest(t *testing.T) {
	e := &Endpoint{settings: settings{accounts: []account{
		{Account{User: "first"}, sip.Uri{Host: "one.example"}}, {Account{User: "second"}, sip.Uri{Host: "two.example"}}}}}
	asks := func(code int, header, realm string) *sip.Response {
		res := sip.NewResponse(code, "")
		res.AppendHeader(sip.NewHeader(header, `Digest realm="`+realm+`", nonce="n", algorithm=MD5`))
		return res
	}
	for _, s := range []struct {
		login login
		realm string
		want  string
	}{
		{login{as: &e.accounts[1]}, "asterisk", "second"}, {login{}, "two.example", "second"}, {login{}, "asterisk", "first"},
	} {
		req, tried := invite(t, "<sip:a@b>", "<sip:c@d>"), s.login
		if !e.authorize(req, asks(401, "WWW-Authenticate", s.realm), &tried) || !strings.Contains(text(req, "Authorization"), `username="`+s.want+`"`) {
			t.Errorf("realm %s: %s", s.realm, text(req, "Authorization"))
		}
		if !e.authorize(req, asks(407, "Proxy-Authenticate", s.realm), &tried) {
			t.Error("the proxy hears nothing")
		}
		if e.authorize(req, asks(401, "WWW-Authenticate", s.realm), &tried) {
			t.Error("a wrong password is said again")
		}
	}
}

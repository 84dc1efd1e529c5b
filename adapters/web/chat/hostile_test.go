package chat_test

import (
	"regexp"
	"strings"
	"testing"

	"frontdesk/bot"
)

// marked is all that is logged of a message that goes well.
var marked = regexp.MustCompile(`(?m)^time=\S+ level=DEBUG msg="chat: (message|shown)" input=[0-9a-f]{10} (error=<nil>|entry=\d+)\n`)

// What people, machines and attackers write goes through unchanged but for what no keyboard sends,
// or is refused with a sentence; and is never in the log.
func TestHostileTexts(t *testing.T) {
	const refused = ""
	for name, c := range map[string]struct {
		in, want string
		status   int
	}{
		"empty":            {"", refused, 400},
		"spaces":           {" \n\t\u00a0", refused, 400},
		"zero width only":  {"\u200b\u200d\ufeff", refused, 400},
		"control only":     {"\x00\x01\x1b", refused, 400},
		"10,000 letters":   {strings.Repeat("a", 10_000), refused, 413},
		"10,000 emoji":     {strings.Repeat("😀", 10_000), refused, 413},
		"4,001 letters":    {strings.Repeat("a", 4001), refused, 413},
		"4,000 letters":    {strings.Repeat("a", 4000), strings.Repeat("a", 4000), 202},
		"4,000 emoji":      {strings.Repeat("😀", 4000), strings.Repeat("😀", 4000), 202},
		"binary":           {"x\xff\xfe\x80\x00y", "x\ufffd\ufffd\ufffdy", 202},
		"half an emoji":    {"ok \xf0\x9f", "ok \ufffd\ufffd", 202},
		"emoji":            {"👩🏽‍🎓🇫🇷", "👩🏽‍🎓🇫🇷", 202},
		"right to left":    {"أبحث عن عمل \u202ex", "أبحث عن عمل \u202ex", 202},
		"zero width":       {"by\u200be", "by\u200be", 202},
		"SQL":              {"'; DROP TABLE users; --", "'; DROP TABLE users; --", 202},
		"HTML":             {"<img src=x onerror=alert(1)>&amp;", "<img src=x onerror=alert(1)>&amp;", 202},
		"Slack":            {"<!channel> *a* <@U1> <https://evil.example|ici>", "<!channel> *a* <@U1> <https://evil.example|ici>", 202},
		"template":         {"{{.Token}} ${x} %s %n", "{{.Token}} ${x} %s %n", 202},
		"terminal":         {"a\x1b[31mrouge\x07\r\nb", "a[31mrouge\nb", 202},
		"event stream":     {"a\n\ndata: {}\n\nid: 9", "a\n\ndata: {}\n\nid: 9", 202},
		"line separators":  {"a\u2028b", "a\u2028b", 202},
		"combining":        {"e\u0301" + strings.Repeat("\u0301", 50), "e\u0301" + strings.Repeat("\u0301", 50), 202},
		"a telephone":      {"0612345678 anna@exemple.fr", "0612345678 anna@exemple.fr", 202},
		"the tag of a log": {"level=ERROR msg=secretword", "level=ERROR msg=secretword", 202},
	} {
		s := serve(t, nil)
		auth, id := s.open()
		res := s.call("POST", "/chat/messages", `{"id":"m1","text":`+raw(c.in)+`}`, auth)
		if res.StatusCode != c.status {
			t.Errorf("%s: %d %s, want %d", name, res.StatusCode, text(res), c.status)
			continue
		}
		if logged := marked.ReplaceAllString(s.log.String(), ""); logged != "" {
			t.Errorf("%s: logged %s", name, logged)
		}
		events := s.door.Inputs(id)[1:]
		if c.status != 202 {
			if len(events) > 0 {
				t.Errorf("%s: refused, yet taken", name)
			}
			continue
		}
		if got := string(events[0].(bot.Said).Text); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if got := s.events(2, "/chat/events", auth)[1]; got != "3 "+timeless(t, `{"at":"2026-01-01T00:00:00Z","from":"you","id":"m1","text":`+raw(c.want)+`}`) {
			t.Errorf("%s: shown as %s", name, got)
		}
	}
}

// raw is a JSON string with all bytes as they are, save those that JSON cannot hold.
func raw(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(text) {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 0x20:
			const hex = "0123456789abcdef"
			b.WriteString(`\u00` + string(hex[c>>4]) + string(hex[c&15]))
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + `"`
}

package signal

import (
	"strings"

	"github.com/emiago/sipgo/sip"

	"frontdesk/bot"
)

// Caller is who calls, as far as the network vouches for it. A display name is untrusted text and is not
// kept.
type Caller struct {
	Number bot.Address // E.164 such as +33612345678; empty when hidden, unknown or an extension
	Hidden bool        // the caller asked not to be shown, and no number is kept
}

// Called is which of our lines was dialled.
type Called struct {
	Line     bot.Address // the line the caller dialled: the first of Diverted, To and Request that is a number, else Request
	Request  bot.Address // the Request-URI's user: our number at the trunk, or the account's name
	To       bot.Address // the To header's user
	Diverted bot.Address // where the call was forwarded from at first (History-Info, Diversion)
}

// callerOf reads RFC 3325 and 3323. All peers are allowed ones, so what they assert counts; but of who calls as
// nobody no number is kept, asserted or not.
func callerOf(req *sip.Request, country string) Caller {
	for _, word := range strings.FieldsFunc(text(req, "Privacy"), func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
		if word = strings.ToLower(word); word == "id" || word == "user" || word == "header" {
			return Caller{Hidden: true}
		}
	}
	from := req.From().Address
	user := strings.ToLower(from.User)
	if user == "anonymous" || user == "unavailable" || user == "unknown" || strings.HasSuffix(strings.ToLower(from.Host), "anonymous.invalid") {
		return Caller{Hidden: true}
	}
	for _, h := range req.GetHeaders("P-Asserted-Identity") {
		for _, value := range list(h.Value()) {
			if n := e164(userOf(value), country); n != "" {
				return Caller{Number: bot.Address(n)}
			}
		}
	}
	return Caller{Number: bot.Address(e164(userOfURI(from), country))}
}

// calledOf reads the Request-URI, To, RFC 7044 (the first entry is the number first dialled) and RFC 5806
// (the last header is the first diversion).
func calledOf(req *sip.Request, country string) Called {
	written := func(user string) bot.Address {
		return bot.Address(or(e164(user, country), user))
	}
	c := Called{Request: written(userOfURI(req.Recipient)), To: written(userOfURI(req.To().Address))}
	for _, name := range []string{"History-Info", "Diversion"} {
		var entries []string
		for _, h := range req.GetHeaders(name) {
			entries = append(entries, list(h.Value())...)
		}
		switch {
		case len(entries) == 0:
		case name == "History-Info" && len(entries) > 1:
			c.Diverted = written(userOf(entries[0]))
		case name == "Diversion":
			c.Diverted = or(c.Diverted, written(userOf(entries[len(entries)-1])))
		}
	}
	c.Line = c.Request
	for _, a := range []bot.Address{c.Request, c.To, c.Diverted} {
		if strings.HasPrefix(string(a), "+") {
			c.Line = a
		}
	}
	return c
}

// userOf is the user of a header value such as "Name" <sip:user@host;user=phone>;index=1 or <tel:+33…>.
func userOf(value string) string {
	if i := strings.LastIndexByte(value, '<'); i >= 0 {
		value, _, _ = strings.Cut(value[i+1:], ">")
	}
	value = strings.TrimSpace(value)
	if rest, ok := strings.CutPrefix(value, "tel:"); ok {
		return rest
	}
	var u sip.Uri
	if sip.ParseUri(value, &u) != nil {
		return ""
	}
	return userOfURI(u)
}

func userOfURI(u sip.Uri) string {
	if u.Scheme == "tel" {
		return u.Raw()
	}
	return u.User
}

// list splits a header at the commas that stand neither in quotes nor in angle brackets.
func list(value string) []string {
	var parts []string
	quoted, angled, start := false, false, 0
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == '<' && !quoted:
			angled = true
		case c == '>' && !quoted:
			angled = false
		case c == ',' && !quoted && !angled:
			parts = append(parts, value[start:i])
			start = i + 1
		}
	}
	return append(parts, value[start:])
}

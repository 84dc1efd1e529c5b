package hear

import "strings"

// run is a stretch of tokens made of digits alone, in one clause.
type run []token

// runs yields the stretches of digits in an utterance.
func runs(tokens []token, yield func(r run, next string) bool) {
	for i := 0; i < len(tokens); {
		end := i
		for end < len(tokens) && allDigits(tokens[end].text) && (end == i || !tokens[end].pause) {
			end++
		}
		if end == i {
			i++
			continue
		}
		next := ""
		if end < len(tokens) {
			next = tokens[end].text
		}
		if !yield(run(tokens[i:end]), next) {
			return
		}
		i = end
	}
}

func allDigits(text string) bool {
	for i := range len(text) {
		if !digitAt(text, i) {
			return false
		}
	}
	return true
}

// Postcode finds one French postcode, overseas too, written "35000", "35 000"
// or "35.000". Two different ones are none.
func Postcode(u Utterance) (code string, ok bool) {
	twice := false
	runs(u.tokens, func(r run, next string) bool {
		found := r.postcode()
		if found == "" || isMoney(next) {
			return true
		}
		twice = twice || ok && found != code
		code, ok = found, true
		return !twice
	})
	if !ok || twice {
		return "", false
	}
	return code, true
}

func isMoney(word string) bool {
	switch word {
	case "euro", "euros", "eur", "k", "habitants", "brut", "bruts", "net", "nets", "balles":
		return true
	}
	return false
}

// postcode reads one run of digits; empty when it is something else.
func (r run) postcode() string {
	if len(r) == 2 && len(r[0].text) == 2 && len(r[1].text) == 3 {
		return valid(r[0].text + r[1].text)
	}
	for i, t := range r {
		if len(t.text) == 5 && r[:i].apart() && r[i+1:].apart() {
			return valid(t.text)
		}
	}
	return ""
}

// apart says that digits beside a postcode are something else: nothing, an
// age, a year, or a whole telephone number.
func (r run) apart() bool {
	if len(r) == 1 {
		n := len(r[0].text)
		return n <= 2 || n == 4 && (r[0].text[:2] == "19" || r[0].text[:2] == "20") || subscriber(r[0].text) != ""
	}
	return len(r) == 0 || subscriber(r.join()) != ""
}

func (r run) join() string {
	var b strings.Builder
	for _, t := range r {
		b.WriteString(t.text)
	}
	return b.String()
}

// valid keeps the codes of a département (01 to 95) or of a territory overseas
// (97 and 98); 96, 99 and 00 do not exist.
func valid(code string) string {
	department := code[:2]
	if department == "00" || department == "96" || department == "99" {
		return ""
	}
	return code
}

// Phone finds one French telephone number, national or international, fixed
// or mobile, and returns it in E.164 ("+33612345678"). Special numbers (08)
// and foreign ones are none, as are two different ones.
func Phone(u Utterance) (e164 string, ok bool) {
	twice := false
	runs(u.tokens, func(r run, _ string) bool {
		found := r.phone()
		if found == "" {
			return true
		}
		twice = twice || ok && "+33"+found != e164
		e164, ok = "+33"+found, true
		return !twice
	})
	if !ok || twice {
		return "", false
	}
	return e164, true
}

// phone reads one run; digits of four or five together may stand beside the
// number: a postcode, a year.
func (r run) phone() string {
	if len(r) > 20 {
		return ""
	}
	for start := range r {
		for end := start + 1; end <= len(r) && end <= start+14; end++ {
			if found := subscriber(r[start:end].join()); found != "" && r[:start].other() && r[end:].other() {
				return found
			}
		}
	}
	return ""
}

func (r run) other() bool {
	for _, t := range r {
		if len(t.text) != 4 && len(t.text) != 5 {
			return false
		}
	}
	return true
}

// subscriber is the nine digits of a French number, empty for anything else.
func subscriber(digits string) string {
	for _, prefix := range [...]string{"0033", "33", ""} {
		rest, found := strings.CutPrefix(digits, prefix)
		if !found {
			continue
		}
		zero := strings.HasPrefix(rest, "0")
		rest = strings.TrimPrefix(rest, "0")
		if len(rest) == 9 && rest[0] != '0' && rest[0] != '8' && (prefix != "" || zero) {
			return rest
		}
	}
	return ""
}

// Email finds one address, as it was written but for the case of its domain.
// Two different ones are none.
func Email(u Utterance) (address string, ok bool) {
	for rest, from := u.raw, 0; ; {
		at := strings.IndexByte(rest[from:], '@')
		if at < 0 {
			return address, ok
		}
		at += from
		from = at + 1
		found := addressAround(rest, at)
		switch {
		case found == "" || found == address:
		case ok && !strings.EqualFold(found, address):
			return "", false
		default:
			address, ok = found, true
		}
	}
}

// The lengths RFC 5321 allows.
const (
	maxLocal  = 64
	maxDomain = 255
)

func addressAround(text string, at int) string {
	start, end := at, at+1
	for start > 0 && at-start <= maxLocal && isLocal(text[start-1]) {
		start--
	}
	for end < len(text) && end-at <= maxDomain && isDomain(text[end]) {
		end++
	}
	local := strings.Trim(text[start:at], ".")
	domain := strings.ToLower(strings.TrimRight(text[at+1:end], ".-"))
	if local == "" || len(local) > maxLocal || strings.Contains(local, "..") || !isHost(domain) {
		return ""
	}
	if end < len(text) && text[end] == '@' || start > 0 && text[start-1] == '@' {
		return ""
	}
	return local + "@" + domain
}

func isLocal(c byte) bool {
	return isDomain(c) || strings.IndexByte("_%+'&!#$*/=?^`{|}~", c) >= 0 && c != '\''
}

func isDomain(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '-'
}

func isHost(domain string) bool {
	last := strings.LastIndexByte(domain, '.')
	if last < 0 || len(domain)-last < 3 || len(domain) > maxDomain {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' || len(label) > 63 {
			return false
		}
	}
	return !digitAt(domain, last+1)
}

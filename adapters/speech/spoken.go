package speech

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// spoken turns a written text into what a voice must read: numbers, codes, dates, addresses and
// abbreviations become words, so that every engine says them alike. Of languages but French and English
// only what is read sign by sign is taken apart: their engines read their own numbers. It is pure, and
// what is spoken already stays as it is.
func spoken(language, text string) string {
	text = clean(text)
	switch language {
	case "fr":
		text = apply(text, frenchRules)
	case "en":
		text = apply(text, englishRules)
	default:
		text = apply(text, commonRules)
	}
	return tidy(text)
}

// A rule rewrites what it finds standing alone: no letter and no digit directly before or after. It
// declines by "".
type rule struct {
	find *regexp.Regexp
	say  func(found []string) string
}

func apply(text string, rules []rule) string {
	for _, r := range rules {
		text = r.rewrite(text)
	}
	return text
}

func (r rule) rewrite(text string) string {
	var b strings.Builder
	for at := 0; at < len(text); {
		m := r.find.FindStringSubmatchIndex(text[at:])
		if m == nil {
			if at == 0 {
				return text
			}
			b.WriteString(text[at:])
			break
		}
		from, to := at+m[0], at+m[1]
		said := ""
		if alone(text, from, to) {
			said = r.say(groups(text[at:], m))
		}
		if said == "" { // go on behind its first sign
			_, size := utf8.DecodeRuneInString(text[from:])
			said, to = text[from:from+size], from+size
		}
		b.WriteString(text[at:from])
		b.WriteString(said)
		at = to
	}
	return b.String()
}

func groups(text string, m []int) []string {
	all := make([]string, len(m)/2)
	for i := range all {
		if m[2*i] >= 0 {
			all[i] = text[m[2*i]:m[2*i+1]]
		}
	}
	return all
}

// alone says whether text[from:to] touches no other word or number.
func alone(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	first, _ := utf8.DecodeRuneInString(text[from:])
	last, _ := utf8.DecodeLastRuneInString(text[:to])
	return !(inWord(before) && inWord(first)) && !(inWord(last) && inWord(after))
}

func inWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// always is a rule that says the same whatever was found.
func always(pattern, said string) rule {
	return rule{regexp.MustCompile(pattern), func([]string) string { return said }}
}

// found is a rule with a function.
func found(pattern string, say func(found []string) string) rule {
	return rule{regexp.MustCompile(pattern), say}
}

// clean takes out what no voice reads and what an engine would take for a command: control signs,
// quotation marks, double brackets (phonemes, to espeak-ng); spaces and apostrophes become plain.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '’':
			return '\''
		case r == '‑' || r == '−':
			return '-'
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), strings.ContainsRune("«»“”\"", r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, " "))
	return words(strings.NewReplacer("[", "(", "]", ")", "•", ", ", "→", ", ", "·", " ").Replace(text))
}

// tidy sets spaces and pauses as they are read, and drops signs without a name.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) {
			return -1
		}
		return r
	}, text)
	text = words(text)
	for _, again := range [...][2]string{{" ,", ","}, {" .", "."}, {",,", ","}, {", .", "."}, {",.", "."}, {"( ", "("}, {" )", ")"}} {
		text = strings.ReplaceAll(text, again[0], again[1])
	}
	return strings.Trim(text, " ,")
}

// commonRules are for languages whose engine reads its own numbers.
var commonRules = []rule{
	found(dossierForm, func(m []string) string { return dossierNumber(m[0], func(sign rune) string { return string(sign) }) }),
	found(codeForm, func(m []string) string { return grouped(m[0], func(digit rune) string { return string(digit) }) }),
}

// The forms that are the same in every language.
const (
	dossierForm = `OR(?:-[A-Z0-9]{1,4}){2,3}` // the public number of a case
	codeForm    = `[1-9]\d{2}[ .]\d{3}[ .]\d{4}|[1-9]\d{9}`
	phoneForm   = `(?:(?:\+|00) ?33 ?(?:\(0\) ?)?|0)([1-9](?:[ .-]?\d\d){4})`
)

// dossierNumber is a case's number sign by sign, with a longer pause between its groups.
func dossierNumber(number string, name func(rune) string) string {
	return grouped(strings.ReplaceAll(number, "-", " "), name)
}

// grouped names sign by sign what stands in groups.
func grouped(text string, name func(rune) string) string {
	var all []string
	for group := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' || r == '.' }) {
		all = append(all, signs(group, name))
	}
	return strings.Join(all, "; ")
}

func signs(group string, name func(rune) string) string {
	var all []string
	for _, r := range group {
		all = append(all, name(r))
	}
	return strings.Join(all, ", ")
}

// digitsOf are the digits of a text.
func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// number is a whole number of at most twelve digits; what is longer is -1.
func number(digits string) int {
	if len(digits) > 12 {
		return -1
	}
	n := 0
	for _, d := range digits {
		n = 10*n + int(d-'0')
	}
	return n
}

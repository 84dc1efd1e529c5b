package speech

import (
	"strings"
	"unicode"
)

// Read only. Abbreviations that are read as a word, though they are capitals; those of more than three letters
// that are spelled, though they have vowels; and words of at most three letters that somebody may
// write in capitals.
var (
	saidAsWords = set("BAFA OPCO AKTO GRETA FASTT ENIC NARIC SPIP CNIL PLIE AFPA ONISEP APEC CRIJ CRIP SAMU ROME DAVA CREPS STAPS INSEE SIRET SIREN DREETS EPIDE SPRO ESAT ULIS SEGPA SUIO SCUIO ASSEDIC OPCA ERASMUS UNESCO PACES SNU BAC TER ZUP ZAC")
	spelledOut  = set("PSAD DAEU ANPE CIDF CIDFF CIBC CIDJ CRMA CPIR CCIR BAIP PAIO CNED RNCP RQTH BPJEPS DEJEPS DEUST AEEH CFTC UIMM IUFM INSPE")
	plainWords  = set("OUI NON OU ET EN UN UNE LE LA LES DE DES DU AU AUX SUR PAR PAS CE ICI TU JE IL ELLE ON NE SI À QUE QUI YES NO OR AND THE YOU NOT IN OF TO IS ARE ASK ALL DAY HI OK")
)

func set(all string) map[string]bool {
	s := map[string]bool{}
	for _, w := range strings.Fields(all) {
		s[w] = true
	}
	return s
}

// acronym says an abbreviation in capitals: letter by letter, or as the word that it is.
func acronym(capitals string, name func(rune) string) string {
	vowels := strings.ContainsAny(capitals, "AEIOUYÀÂÄÉÈÊËÎÏÔÖÛÜ")
	switch {
	case spelledOut[capitals], !vowels:
	case saidAsWords[capitals] && len(capitals) > 3:
		return capitals[:1] + strings.ToLower(capitals[1:])
	case saidAsWords[capitals], plainWords[capitals], len([]rune(capitals)) > 3:
		return strings.ToLower(capitals)
	}
	return spell(capitals, name)
}

// spell names letter by letter, in one breath.
func spell(letters string, name func(rune) string) string {
	var all []string
	for _, r := range letters {
		all = append(all, name(unicode.ToUpper(r)))
	}
	return strings.Join(all, " ")
}

// An addressBook is what a language calls the signs of mail and web addresses.
type addressBook struct {
	at, dot, dash, underscore, slash string
	letter                           func(rune) string
}

// say reads an address: "nom@exemple.fr" is « nom, arobase, exemple, point F R ». Digits stay, for the
// rules of numbers.
func (w addressBook) say(address string) string {
	for _, silent := range []string{"https://", "http://", "www."} {
		address = strings.TrimPrefix(address, silent)
	}
	signs := map[rune]string{'@': w.at + ",", '.': w.dot, '-': w.dash + ",", '_': w.underscore + ",", '/': w.slash + ","}
	var b strings.Builder
	part := ""
	for _, r := range strings.TrimSuffix(address, "/") {
		sign, is := signs[r]
		if !is {
			part += string(r)
			continue
		}
		b.WriteString(w.part(part) + ", " + sign + " ")
		part = ""
	}
	return b.String() + w.part(part)
}

// part is a word of an address, or its letters where nobody could say it, and its digits apart.
func (w addressBook) part(text string) string {
	var all []string
	for len(text) > 0 {
		rest := strings.TrimLeftFunc(text, unicode.IsDigit)
		if rest == text {
			rest = strings.TrimLeftFunc(text, func(r rune) bool { return !unicode.IsDigit(r) })
		}
		all = append(all, w.run(text[:len(text)-len(rest)]))
		text = rest
	}
	return strings.Join(all, " ")
}

func (w addressBook) run(text string) string {
	if unicode.IsDigit(rune(text[0])) {
		return text
	}
	if !strings.ContainsAny(strings.ToLower(text), "aeiouyàâéèêëîïôûü") || len(text) == 2 && !strings.EqualFold(text, "le") && !strings.EqualFold(text, "la") {
		return spell(text, w.letter)
	}
	return strings.ToLower(text)
}

// Forms of addresses. A page is one that ends like a page: a point between words alone makes none.
const (
	mailForm = `[\pL\d._%+-]+@[\pL\d-]+(?:\.[\pL\d-]+)+`
	pageForm = `(?i)(?:https?://)?(?:[\pL\d-]+\.)+(?:fr|bzh|eu|com|org|net|info|gouv|example|exemple|alsace|paris|be|ch|lu|de|uk)(?:/[\pL\d/._-]*[\pL\d/])?/?`
)

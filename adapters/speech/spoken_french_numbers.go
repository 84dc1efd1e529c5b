package speech

import (
	"regexp"
	"strings"
)

// frenchCardinal is a number in words: « soixante et onze », « quatre-vingts », « deux cent un ».
func frenchCardinal(n int) string {
	switch {
	case n < 100:
		return frenchTens(n)
	case n < 1000:
		return frenchHundreds(n)
	case n < 1_000_000:
		thousands := ""
		if n >= 2000 {
			thousands = invariable(frenchCardinal(n/1000)) + " "
		}
		return withRest(thousands+"mille", n%1000)
	case n < 1_000_000_000:
		return frenchLarge(n, 1_000_000, "million")
	}
	return frenchLarge(n, 1_000_000_000, "milliard")
}

func frenchTens(n int) string {
	small := [...]string{"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix",
		"onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"}
	tens := [...]string{2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 7: "soixante", 8: "quatre-vingt", 9: "quatre-vingt"}
	if n < 20 {
		return small[n]
	}
	ten, rest := n/10, n%10
	if ten == 7 || ten == 9 {
		rest += 10
	}
	switch {
	case n == 80:
		return "quatre-vingts"
	case rest == 0:
		return tens[ten]
	case (rest == 1 || rest == 11) && ten < 8:
		return tens[ten] + " et " + small[rest]
	}
	return tens[ten] + "-" + small[rest]
}

func frenchHundreds(n int) string {
	hundreds := "cent"
	if n >= 200 {
		hundreds = frenchTens(n/100) + " cent"
		if n%100 == 0 {
			hundreds += "s"
		}
	}
	return withRest(hundreds, n%100)
}

func frenchLarge(n, unit int, name string) string {
	if n/unit > 1 {
		name += "s"
	}
	return withRest(frenchCardinal(n/unit)+" "+name, n%unit)
}

func withRest(head string, rest int) string {
	if rest == 0 {
		return head
	}
	return head + " " + frenchCardinal(rest)
}

// invariable takes the s of « cents » and « quatre-vingts » away, as before « mille ».
func invariable(words string) string {
	if strings.HasSuffix(words, "cents") || strings.HasSuffix(words, "vingts") {
		return strings.TrimSuffix(words, "s")
	}
	return words
}

// frenchOrdinal is « premier », « deuxième », « vingt et unième ».
func frenchOrdinal(n int) string {
	if n == 1 {
		return "premier"
	}
	words := invariable(frenchCardinal(n))
	switch {
	case strings.HasSuffix(words, "cinq"):
		return words + "uième"
	case strings.HasSuffix(words, "neuf"):
		return strings.TrimSuffix(words, "f") + "vième"
	}
	return strings.TrimSuffix(words, "e") + "ième"
}

// frenchGroup is a group of digits as it is dictated: the zeros before it are said.
func frenchGroup(digits string) string {
	bare := strings.TrimLeft(digits, "0")
	all := make([]string, 0, 3)
	for range len(digits) - len(bare) {
		all = append(all, "zéro")
	}
	if bare != "" {
		all = append(all, frenchCardinal(number(bare)))
	}
	return strings.Join(all, " ")
}

// frenchGroups dictates digits in groups of a size.
func frenchGroups(digits string, size int) string {
	var all []string
	for len(digits) > 0 {
		n := min(size, len(digits))
		all = append(all, frenchGroup(digits[:n]))
		digits = digits[n:]
	}
	return strings.Join(all, ", ")
}

func frenchDigit(r rune) string { return frenchTens(int(r - '0')) }

// frenchSign is a sign of a code: a digit in words, a letter by its name where engines misread it.
func frenchSign(r rune) string {
	switch {
	case '0' <= r && r <= '9':
		return frenchDigit(r)
	case r == 'Y':
		return "i grec"
	case r == 'W':
		return "double vé"
	}
	return string(r)
}

// frenchFree says a number that is left, and the word behind it, which decides « un » or « une ».
func frenchFree(m []string) string {
	digits, word := m[1], m[2]
	switch {
	case len(digits) >= 6 || number(digits) < 0: // no quantity is written so
		return signs(digits, frenchDigit) + word
	case len(digits) == 5 && digits[0] == '0': // a postcode
		if digits[2:] == "000" {
			return frenchGroup(digits[:2]) + " mille" + word
		}
		return frenchGroup(digits[:2]) + ", " + frenchGroup(digits[2:]) + word
	case digits[0] == '0':
		return frenchGroup(digits) + word
	}
	said := frenchCardinal(number(digits))
	if feminine[strings.ToLower(strings.TrimSpace(word))] && (said == "un" || strings.HasSuffix(said, " un") || strings.HasSuffix(said, "-un")) {
		said += "e"
	}
	return said + word
}

// feminine are the words that are counted with « une ». Streets and squares are not: « 1 rue » is a number
// of a house.
var feminine = set("heure heures minute minutes seconde secondes journée journées semaine semaines année années fois personne personnes " +
	"question questions réponse réponses demande demandes solution solutions formation formations étape étapes page pages " +
	"conseillère conseillères adresse adresses structure structures commune communes possibilité possibilités fiche fiches offre offres " +
	"information informations touche touches langue langues entreprise entreprises école écoles filière filières mission missions " +
	"piste pistes aide aides inscription inscriptions option options ligne lignes")

// leftNumber is what no rule has said: digits, even inside a word, and the word behind them.
var leftNumber = regexp.MustCompile(`(\d+)( \pL+)?`)

// frenchNumbers says all digits that are left.
func frenchNumbers(text string) string {
	var b strings.Builder
	at := 0
	for _, m := range leftNumber.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(text[at:m[0]])
		if m[0] > 0 && inWord(lastRune(text[:m[0]])) {
			b.WriteByte(' ')
		}
		b.WriteString(frenchFree(groups(text, m)))
		if at = m[1]; at < len(text) && m[4] < 0 && inWord(firstRune(text[at:])) {
			b.WriteByte(' ')
		}
	}
	b.WriteString(text[at:])
	return b.String()
}

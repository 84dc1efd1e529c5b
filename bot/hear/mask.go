package hear

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What stands in the place of a number that was masked: the person and the counsellor see what
// happened to it.
const (
	maskedNIR  = "[numéro de sécurité sociale masqué]"
	maskedCard = "[numéro de carte masqué]"
	maskedIBAN = "[IBAN masqué]"
	maskedTax  = "[numéro fiscal masqué]"
)

var unmasked = strings.NewReplacer(maskedNIR, " ", maskedCard, " ", maskedIBAN, " ", maskedTax, " ")

// Mask takes out of what people write the numbers that no guidance service needs and that harm who
// loses them: those of social security, payment cards, bank accounts, taxes. Each is known by its
// form and its check digits, so that telephone numbers, postcodes, dates, companies' numbers and
// resume codes stay. It says whether there was one.
//
// Telephone numbers and e-mail addresses are answers; a job seeker's or pupil's identifier is what
// their adviser files them under, and opens nothing. They stay too. Passwords have no form.
func Mask(text string) (string, bool) {
	if !manyDigits(text) {
		return text, false
	}
	signs := glyphs(text)
	var b strings.Builder
	done := 0
	for i := 0; i < len(signs); i++ {
		if !mayBegin(signs, i) {
			continue
		}
		n, mask := secret(signs[i:])
		if n == 0 {
			continue
		}
		b.WriteString(text[done:signs[i].from])
		b.WriteString(mask)
		done = signs[i+n-1].to
		i += n - 1
	}
	if done == 0 {
		return text, false
	}
	b.WriteString(text[done:])
	return b.String(), true
}

// Unmasked is a masked text without what stands for the numbers: there is nothing to understand in it.
func Unmasked(text string) string { return unmasked.Replace(text) }

// fewestDigits is how many the shortest of the numbers has: an IBAN of the Netherlands.
const fewestDigits = 12

func manyDigits(text string) bool {
	n := 0
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if c-'0' < 10 {
				n++
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if _, is := signOf(r); is {
			n++
		}
		i += size
	}
	return n >= fewestDigits
}

// A glyph is a digit or a Latin letter, as a capital.
type glyph struct {
	c        byte
	after    link
	behind   bool // a digit, with nothing but space between
	from, to int  // bytes of the text
}

// A link is what stands between a glyph and the one before.
type link byte

const (
	apart  link = iota // other text, or the beginning
	joined             // nothing
	spaced             // one to three of the signs that people group digits with
)

const mostBetween = 3

func glyphs(text string) []glyph {
	signs := make([]glyph, 0, len(text))
	between, broken := 0, true
	for i, r := range text {
		c, is := signOf(r)
		switch {
		case is:
		case r >= 'a' && r <= 'z':
			c, is = byte(r)-'a'+'A', true
		case r >= 'A' && r <= 'Z':
			c, is = byte(r), true
		}
		if !is {
			between++
			broken = broken || between > mostBetween || !groups(r)
			continue
		}
		s := glyph{c: c, after: joined, from: i, to: i + utf8.RuneLen(r)}
		switch {
		case broken:
			s.after = apart
		case between > 0:
			s.after = spaced
		}
		s.behind = !broken && isDigit(signs[len(signs)-1].c)
		signs = append(signs, s)
		between, broken = 0, false
	}
	return signs
}

// signOf reads a digit of any script.
func signOf(r rune) (byte, bool) {
	switch {
	case r < utf8.RuneSelf:
		return byte(r), isDigit(byte(r))
	case r < '\u0660' || !unicode.IsDigit(r): // below it only ASCII has digits
		return 0, false
	}
	return digit(r), true
}

// groups says whether people write a sign between the digits of one number.
func groups(r rune) bool {
	switch r {
	case ' ', '\t', '\u00a0', '\u2009', '\u202f', '.', '-', '\u2010', '\u2011', '\u2013', '_', '/', '·':
		return true
	}
	return false
}

func isDigit(c byte) bool { return c-'0' < 10 }

// mayBegin says whether a number may begin here: not in the middle of digits or of a word.
func mayBegin(signs []glyph, i int) bool {
	return i == 0 || signs[i].after != joined || isDigit(signs[i].c) && !isDigit(signs[i-1].c)
}

// mayEnd says whether a number of n signs may end where it does.
func mayEnd(signs []glyph, n int) bool {
	return n == len(signs) || signs[n].after != joined || isDigit(signs[n-1].c) && !isDigit(signs[n].c)
}

// secret finds a number at the beginning of signs: how many of them it has, and what stands for it.
func secret(signs []glyph) (n int, mask string) {
	if !isDigit(signs[0].c) {
		return iban(signs), maskedIBAN
	}
	if n := nir(signs); n > 0 {
		return n, maskedNIR
	}
	if n := card(signs); n > 0 {
		return n, maskedCard
	}
	return tax(signs), maskedTax
}

// together reads the first n signs as one number that ends there, and where it is spaced: bit k is set when
// there is space before glyph k.
func together(signs []glyph, n int) (text string, spaces uint64, ok bool) {
	if len(signs) < n || !mayEnd(signs, n) {
		return "", 0, false
	}
	b := make([]byte, n)
	for k := range n {
		if b[k] = signs[k].c; k == 0 {
			continue
		}
		switch signs[k].after {
		case apart:
			return "", 0, false
		case spaced:
			spaces |= 1 << k
		}
	}
	return string(b), spaces, true
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// places is a set of places for spaces.
func places(all ...int) (set uint64) {
	for _, k := range all {
		set |= 1 << k
	}
	return set
}

package render

import "strings"

// The alphabet of SMS, 3GPP TS 23.038 §6.2.1: what is not ASCII of the default table, and the
// extension table, whose characters take two septets.
const (
	gsmBasic    = "\n\r£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà"
	gsmExtended = "\f^{}\\[~]|€"
)

// Sizes of SMS: alone, and as a part of several (a header of six bytes).
const (
	septetsAlone, septetsPart = 160, 153
	unitsAlone, unitsPart     = 70, 67
)

// Segments counts the SMS a text takes, and says whether the GSM alphabet suffices; if it does not,
// the whole text goes out in UCS-2, of which a segment holds less than half.
func Segments(text string) (segments int, gsm7 bool) {
	if total, ok := septets(text); ok {
		return pack(text, total, septetsAlone, septetsPart, septetsOf), true
	}
	return pack(text, units(text), unitsAlone, unitsPart, unitsOf), false
}

// Costly lists, once each and as they come, the characters that make a text cost more: those that the GSM
// alphabet lacks, which put the whole text in UCS-2, or else those that count for two.
func Costly(text string) string {
	_, gsm7 := septets(text)
	var costly strings.Builder
	for _, r := range text {
		if n := septetsOf(r); (n == 0 || n == 2 && gsm7) && !strings.ContainsRune(costly.String(), r) {
			costly.WriteRune(r)
		}
	}
	return costly.String()
}

// pack fills segments; no character lies across two of them.
func pack(text string, total, alone, part int, size func(rune) int) int {
	switch {
	case total == 0:
		return 0
	case total <= alone:
		return 1
	}
	segments, used := 1, 0
	for _, r := range text {
		if used += size(r); used > part {
			segments, used = segments+1, size(r)
		}
	}
	return segments
}

func septets(text string) (total int, ok bool) {
	for _, r := range text {
		n := septetsOf(r)
		if n == 0 {
			return 0, false
		}
		total += n
	}
	return total, true
}

// septetsOf is 1 or 2, or 0 for what the alphabet does not have.
func septetsOf(r rune) int {
	switch {
	case strings.ContainsRune(gsmExtended, r):
		return 2
	case r >= ' ' && r <= '~' && r != '`', strings.ContainsRune(gsmBasic, r):
		return 1
	}
	return 0
}

// units counts UTF-16 code units, as SMS, Telegram and browsers do.
func units(text string) (total int) {
	for _, r := range text {
		total += unitsOf(r)
	}
	return total
}

func unitsOf(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

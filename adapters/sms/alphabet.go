package sms

import (
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// The alphabet of SMS in the order of its bytes, and what stands behind its escape (3GPP TS 23.038 §6.2.1).
const (
	gsmBasic    = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmEscaped  = "\f^{}\\[~]|€"
	gsmEscapees = "\x0a\x14\x28\x29\x2f\x3c\x3d\x3e\x40\x65"
	gsmEscape   = 0x1b
)

// Alphabets by their number in SMPP (data_coding).
const codingLatin, codingWide = 3, 8

// wordsIn are the words of a message: as bytes with the number of their alphabet, where the gateway says them
// so, else as text.
func wordsIn(field func(string) string) string {
	if raw, err := hex.DecodeString(field("hex")); err == nil && len(raw) > 0 {
		return coded(string(raw), field("coding"))
	}
	return readable(field("text"), field("charset"))
}

// coded reads bytes in the alphabet of a number. The class of a message may be told with it, as 0x10 to 0x13.
func coded(raw, coding string) string {
	switch n, _ := strconv.Atoi(coding); {
	case n == codingLatin:
		return latin(raw)
	case n&^0x13 == codingWide:
		return wide(raw)
	}
	return defaulted(raw)
}

// defaulted reads bytes in whatever alphabet the network has for its default: UTF-8, Latin letters of one byte, or
// the one of SMS, in which accents are what is a control sign elsewhere.
func defaulted(raw string) string {
	wider := strings.ContainsFunc(raw, func(r rune) bool { return r >= utf8.RuneSelf }) // invalid bytes, too
	control := strings.ContainsFunc(raw, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f })
	switch {
	case !utf8.ValidString(raw):
		return latin(raw)
	case !wider && control:
		return gsm(raw)
	}
	return raw
}

// gsm reads the alphabet of SMS, a byte a sign, none of which is above 0x7f.
func gsm(raw string) string {
	basic := []rune(gsmBasic)
	escaped := []rune(gsmEscaped)
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] != gsmEscape {
			b.WriteRune(basic[raw[i]])
			continue
		}
		if i+1 == len(raw) {
			break
		}
		if at := strings.IndexByte(gsmEscapees, raw[i+1]); at >= 0 { // an escape before anything else says nothing
			b.WriteRune(escaped[at])
			i++
		}
	}
	return b.String()
}

// readable is a text in UTF-8, whatever it came in. Kannel passes on what the network sent: UTF-16, or
// Latin letters of one byte.
func readable(text, charset string) string {
	switch charset = strings.ToUpper(strings.ReplaceAll(charset, "_", "-")); {
	case strings.HasPrefix(charset, "UTF-16") || charset == "UCS-2" || charset == "UTF16-BE":
		return wide(text)
	case !utf8.ValidString(text):
		return latin(text)
	}
	return text
}

// wide reads UTF-16, big end first.
func wide(text string) string {
	if len(text)%2 != 0 {
		return text
	}
	var units []uint16
	for i := 0; i+1 < len(text); i += 2 {
		units = append(units, uint16(text[i])<<8|uint16(text[i+1]))
	}
	return string(utf16.Decode(units))
}

// latin reads Windows-1252, which is ISO-8859-1 with œ, € and typographic marks in place of control signs.
func latin(text string) string {
	var b strings.Builder
	for i := range len(text) {
		b.WriteRune(charmap.Windows1252.DecodeByte(text[i]))
	}
	return b.String()
}

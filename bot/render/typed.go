package render

import (
	"strings"
	"unicode"
)

// Typed takes out what no keyboard sends and what stores and terminals choke on: bytes that are no text,
// and control characters but line breaks and tabs. Everything else stays as it was written.
func Typed(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// Blank says whether a sign shows nothing: spaces, marks of format, and what stands for bytes that are no
// text.
func Blank(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || r == '\uFFFD' }

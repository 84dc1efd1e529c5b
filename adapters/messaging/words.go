package messaging

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdesk/bot/render"
)

// LongestSaid is how many characters one Said has at most, as on the web.
const LongestSaid = 4000

// Pieces are the words of a message, none longer than LongestSaid: nothing that somebody wrote is too long to
// be taken. There are none of a message that shows nothing.
func Pieces(text string) []string {
	var all []string
	for strings.TrimFunc(text, render.Blank) != "" {
		piece := text
		if utf8.RuneCountInString(text) > LongestSaid {
			piece = string([]rune(text)[:LongestSaid])
			if at := strings.LastIndexFunc(piece, unicode.IsSpace); at > len(piece)/2 {
				piece = piece[:at]
			}
		}
		all = append(all, strings.TrimRightFunc(piece, unicode.IsSpace))
		text = strings.TrimLeftFunc(text[len(piece):], unicode.IsSpace)
	}
	return all
}

// codeShape is ten digits, the first not 0, as people copy them: "123 456 7890", "123-456-7890", "Code : 1234567890".
var codeShape = regexp.MustCompile(`^(?i:code)?[\s\x{a0}\x{202f}:]*([1-9](?:[\s.\x{a0}\x{202f}-]*[0-9]){9})[\s.\x{a0}\x{202f}]*$`)

// Code reads a resume code where a message is nothing else.
func Code(text string) (code string, is bool) {
	found := codeShape.FindStringSubmatch(strings.TrimSpace(text))
	if found == nil {
		return "", false
	}
	return strings.Map(func(d rune) rune {
		if d < '0' || d > '9' {
			return -1
		}
		return d
	}, found[1]), true
}

package speech

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences takes a text apart into what is said at once, so that a sentence that stands in the bundle is
// found among those that were put together. Joined by spaces they are the text again, its spaces apart.
func Sentences(text string) []string {
	text = words(text)
	var all []string
	from := 0
	for at, r := range text {
		end := at + utf8.RuneLen(r)
		if !strings.ContainsRune(".!?…؟", r) || end >= len(text) || text[end] != ' ' {
			continue
		}
		if r == '.' && !endsSentence(text[from:at], text[end+1:]) {
			continue
		}
		all = append(all, text[from:end])
		from = end + 1
	}
	if from < len(text) {
		all = append(all, text[from:])
	}
	return all
}

// endsSentence says whether a point between two words ends a sentence: not behind an abbreviation or an
// initial, and not before a small letter.
func endsSentence(before, after string) bool {
	next, _ := utf8.DecodeRuneInString(after)
	last := before[strings.LastIndexAny(before, " ('")+1:]
	initial, size := utf8.DecodeRuneInString(last)
	switch {
	case unicode.IsLower(next):
		return false
	case size == len(last) && unicode.IsUpper(initial):
		return false
	}
	return !abbreviations[last]
}

// abbreviations end in a point within a sentence.
var abbreviations = set("MM Dr Mr Mrs St Ste av bd tél ex p No no e.g i.e")

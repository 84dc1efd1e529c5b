package render

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// MinUnits is the least that Split cuts to: below it there is no room for a number and a word.
const MinUnits = 20

// Split cuts a long message into parts of at most so many UTF-16 units, each beginning with its
// number: "(1/3) ". It cuts after sentences, else between words, else inside a word; spaces and line
// breaks at a cut go, nothing else does. What fits comes back as it is.
func Split(text string, limit int) []string {
	limit = max(limit, MinUnits)
	if units(text) <= limit {
		return []string{text}
	}
	if text = strings.Trim(text, breaks); units(text) <= limit {
		return []string{text}
	}
	for width := 1; ; width++ {
		parts := cut(text, max(1, limit-len("(/) ")-2*width))
		if len(fmt.Sprint(len(parts))) > width {
			continue
		}
		for i, part := range parts {
			parts[i] = fmt.Sprintf("(%d/%d) %s", i+1, len(parts), part)
		}
		return parts
	}
}

const breaks = " \t\r\n"

// cut makes parts of at most room units.
func cut(text string, room int) []string {
	var parts []string
	for {
		text = strings.Trim(text, breaks)
		end := fit(text, room)
		if end == len(text) {
			if text != "" {
				parts = append(parts, text)
			}
			return parts
		}
		end = breakAt(text, end)
		parts = append(parts, strings.TrimRight(text[:end], breaks))
		text = text[end:]
	}
}

// fit is how many bytes of text fill room, whole characters only, at least one.
func fit(text string, room int) int {
	used := 0
	for i, r := range text {
		if used += unitsOf(r); used > room && i > 0 {
			return i
		}
	}
	return len(text)
}

// breakAt is the best place to cut at or before end: after the last sentence if that leaves no very
// short part, else after the last word.
func breakAt(text string, end int) int {
	word := strings.LastIndexAny(text[:end], breaks)
	if strings.IndexByte(breaks, text[end]) >= 0 {
		word = end
	}
	for at := word; at > end/3; at = strings.LastIndexAny(text[:at], breaks) {
		if text[at] == '\n' || endsSentence(text[:at]) {
			return at
		}
	}
	if word > 0 {
		return word
	}
	return end
}

func endsSentence(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, "»\")\u00a0\u202f"+breaks))
	return strings.ContainsRune(".!?…", last)
}

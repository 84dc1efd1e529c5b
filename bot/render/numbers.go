package render

import (
	"cmp"
	"slices"
	"strings"

	"frontdesk/bot"
)

// Short numbers for people in danger. A voice would read them as thousands.
var shortNumbers = []string{"3114", "3919", "3018"}

// dialled spaces the numbers to dial: the short ones wherever they stand, and those that are links.
func dialled(text string, links []bot.Link) string {
	numbers := slices.Clone(shortNumbers)
	for _, l := range links {
		if target(l.URL) != "" && len(digits(l.Text)) > 3 {
			numbers = append(numbers, l.Text)
		}
	}
	longestFirst(numbers)
	return eachNumber(text, numbers, func(n string) string { return spaced(digits(n)) })
}

// longestFirst keeps a number from being found inside a longer one.
func longestFirst(all []string) {
	slices.SortStableFunc(all, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
}

// eachNumber replaces the numbers that stand alone: no digit directly before or after.
func eachNumber(text string, numbers []string, say func(string) string) string {
	var b strings.Builder
	for at := 0; at < len(text); {
		n := numberAt(text, at, numbers)
		if n == "" {
			b.WriteByte(text[at])
			at++
			continue
		}
		b.WriteString(say(n))
		at += len(n)
	}
	return b.String()
}

func numberAt(text string, at int, numbers []string) string {
	if at > 0 && isDigit(text[at-1]) {
		return ""
	}
	for _, n := range numbers {
		rest, is := strings.CutPrefix(text[at:], n)
		if is && n != "" && (rest == "" || !isDigit(rest[0])) {
			return n
		}
	}
	return ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// digits are the digits of a number as it is dialled in France.
func digits(number string) string {
	if rest, abroad := strings.CutPrefix(strings.TrimSpace(number), "+33"); abroad {
		number = "0" + strings.TrimPrefix(strings.TrimSpace(rest), "(0)")
	}
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
}

// spaced groups digits as they are said: 31 14, 116 006, 02 99 12 34 56.
func spaced(number string) string {
	size := 2
	if len(number) == 6 {
		size = 3
	}
	if len(number) < 4 || len(number)%size != 0 {
		return number
	}
	var groups []string
	for group := range slices.Chunk([]byte(number), size) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, " ")
}

// silent takes addresses of pages out of a text.
func silent(text string, links []bot.Link) string {
	var pages []string
	for _, l := range links {
		if isPage(l.URL) {
			pages = append(pages, l.Text)
		}
	}
	longestFirst(pages)
	for _, p := range pages {
		if p != "" {
			text = strings.ReplaceAll(text, p, "")
		}
	}
	words := strings.Fields(text)
	for i, w := range words {
		if at := pageStart(w); at >= 0 {
			words[i] = w[:at] + ending(w[at:])
		}
	}
	return tidy(strings.Join(words, " "))
}

// pageStart is where an address begins in a word, or -1.
func pageStart(word string) int {
	lower := strings.ToLower(word)
	if len(lower) != len(word) { // letters whose case has another size: look at the word itself
		lower = word
	}
	first := -1
	for _, start := range []string{"https://", "http://", "www."} {
		if at := strings.Index(lower, start); at >= 0 && (first < 0 || at < first) {
			first = at
		}
	}
	return first
}

// ending is the punctuation that follows an address.
func ending(address string) string {
	return address[len(strings.TrimRight(address, ".,;:!?)»\"")):]
}

// tidy closes the gaps that addresses leave.
func tidy(text string) string {
	text = strings.NewReplacer("()", "", "( )", "", "« »", "", "«»", "").Replace(text)
	text = strings.Join(strings.Fields(text), " ")
	return strings.NewReplacer(" : .", ".", " :.", ".", " .", ".", " ,", ",").Replace(text)
}

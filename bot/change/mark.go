package change

import "strings"

// A Piece is a part of a text; Marked where the other text has something else.
type Piece struct {
	Text   string
	Marked bool
}

// mostMarked is how many words a text may have to be compared word by word.
const mostMarked = 400

// Mark compares two texts word by word.
func Mark(was, is string) (before, after []Piece) {
	a, b := words(was), words(is)
	if len(a) > mostMarked || len(b) > mostMarked {
		return []Piece{{was, true}}, []Piece{{is, true}}
	}
	i, j := 0, 0
	keep := func(n int) { // words that both have
		for range n {
			before, after = join(before, a[i], false), join(after, b[j], false)
			i, j = i+1, j+1
		}
	}
	for _, s := range align(a, b) {
		keep(s.from - i)
		if s.kind != Added {
			before = join(before, a[i], true)
			i++
		}
		if s.kind != Removed {
			after = join(after, b[j], true)
			j++
		}
	}
	keep(len(a) - i)
	return before, after
}

// words are the words of a text, each with the space behind it.
func words(text string) []string { return strings.SplitAfter(text, " ") }

// join adds a word to the piece before it when that is marked alike.
func join(all []Piece, word string, marked bool) []Piece {
	switch n := len(all); {
	case word == "":
		return all
	case n > 0 && all[n-1].Marked == marked:
		all[n-1].Text += word
		return all
	}
	return append(all, Piece{word, marked})
}

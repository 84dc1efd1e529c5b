package hear

import (
	"math/bits"
	"unicode/utf8"
)

// longestTypo is the length in letters above which a word is not compared
// loosely: nobody types such words, and the work stays bounded.
const longestTypo = 30

// typos counts the letters added, left out, changed or swapped with their
// neighbour between two words, and gives up above limit, which it then exceeds.
func typos(a, b string, limit int) int {
	var left, right [longestTypo]rune
	la, lb := letters(&left, a), letters(&right, b)
	if la < 0 || lb < 0 || la-lb > limit || lb-la > limit {
		return limit + 1
	}
	return distance(left[:la], right[:lb], limit)
}

// letters copies a word's letters and counts them, -1 when there are too many.
func letters(dst *[longestTypo]rune, word string) int {
	n := 0
	for _, r := range word {
		if n == longestTypo {
			return -1
		}
		dst[n] = r
		n++
	}
	return n
}

// distance is the optimal string alignment distance.
func distance(a, b []rune, limit int) int {
	var rows [3][longestTypo + 1]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		above[j] = j
	}
	for i := range a {
		row[0] = i + 1
		least := row[0]
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d := min(above[j]+cost, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			row[j+1] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}

// leniency says how far a word may be from the one that was meant.
type leniency struct {
	letters int  // the shortest word that may be mistyped
	twice   bool // two typos in words of nine letters and more
	first   bool // the first letter may be wrong too
}

// spelling is a word prepared for comparison: alphabet has one bit for each
// letter in it, so that most words are told apart without comparing letters.
type spelling struct {
	text     string
	root     root
	letters  int
	alphabet uint32
	stem     uint32 // the alphabet of its root
}

func spell(text string, r root) spelling {
	return spelling{text, r, utf8.RuneCountInString(text), alphabet(text), alphabet(text[:r.length])}
}

func alphabet(text string) (set uint32) {
	for i := range len(text) {
		set |= 1 << (text[i] & 31)
	}
	return set
}

// farther says that two alphabets differ by more than limit typos can do.
func farther(a, b uint32, limit int) bool { return bits.OnesCount32(a^b) > 2*limit }

// misspells counts the typos that make said out of listed; ok is false when
// the two are different words.
func (l leniency) misspells(listed, said *spelling) (n int, ok bool) {
	if listed.letters < l.letters || said.letters < l.letters-1 {
		return 0, false
	}
	limit := 1
	if l.twice && listed.letters >= 9 {
		limit = 2
	}
	begins := sameStart(listed.text, said.text)
	if !begins {
		limit = 1
		if !l.first {
			return 0, false
		}
	}
	if !isASCII(listed.text) || !farther(listed.alphabet, said.alphabet, limit) {
		if n := typos(listed.text, said.text, limit); n <= limit {
			return n, true
		}
	}
	if listed.root.length < 5 || said.root.length < 4 || !begins || farther(listed.stem, said.stem, limit) {
		return 0, false
	}
	if listed.root.length < 9 {
		limit = 1
	}
	n = typos(listed.text[:listed.root.length], said.text[:said.root.length], limit)
	return n, n <= limit
}

// sameStart says whether two words begin with the same letter, or with the
// same two swapped.
func sameStart(a, b string) bool {
	if a[0] == b[0] {
		return true
	}
	return len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0]
}

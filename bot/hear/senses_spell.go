package hear

import (
	"maps"
	"slices"
	"strings"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// listSounds keeps the words by their sound; two that sound alike are none.
func (s *Senses) listSounds() {
	s.sounds = map[string]uint16{}
	for i := 1; i < len(s.words); i++ {
		heard := phonetic(s.words[i].text)
		if len(heard) < shortestSound {
			continue
		}
		if _, twice := s.sounds[heard]; twice {
			s.sounds[heard] = 0
			continue
		}
		s.sounds[heard] = uint16(i)
	}
}

// listLetters keeps the words by their first letter and length, so that a
// misspelled word is compared with few.
func (s *Senses) listLetters() {
	s.letters = map[[2]byte][]uint16{}
	for i := 1; i < len(s.words); i++ {
		w := &s.words[i]
		if w.letters >= shortestSlip && w.letters <= longestTypo && isASCII(w.text) {
			at := [2]byte{w.text[0], byte(w.letters)}
			s.letters[at] = append(s.letters[at], uint16(i))
		}
	}
}

// shortestSlip is the shortest word, in letters, that may be mistyped in a free sentence.
const shortestSlip = 6

// resolve finds which word of the lexicon a token is: as it is spelled, with
// its article run in, as another form of the same verb, as it sounds, or with
// a typo or two.
func (s *Senses) resolve(t *token) (id uint16, wrong uint8) {
	if id = s.ids[t.key]; id != 0 {
		return id, 0
	}
	if t.number >= 0 || t.is(^(filler | carrying | failing | aged | turning)) {
		return 0, 0
	}
	if id = s.elided(t.text); id != 0 {
		return id, 0
	}
	if id = s.conjugated(t.text); id != 0 {
		return id, 0
	}
	if heard := phonetic(t.text); len(heard) >= shortestSound {
		if id = s.sounds[heard]; id != 0 {
			return id, 1
		}
	}
	return s.misspelled(t)
}

// conjugated finds a word by the stem of a verb: "cherchons", "cherchait".
func (s *Senses) conjugated(text string) uint16 {
	for _, ending := range [...]string{"eraient", "erions", "aient", "erait", "erais", "erons", "eront", "ions", "iez", "erai", "eras", "era", "ant", "ons", "ent", "ait", "ais", "ees", "i"} {
		stem, ok := strings.CutSuffix(text, ending)
		if !ok || len(stem) < 4 {
			continue
		}
		for _, full := range [...]string{stem, stem + "er", stem + "ir"} {
			if id := s.ids[keyOf(full, rootOf(full))]; id != 0 {
				return id
			}
		}
	}
	return 0
}

// misspelled finds the one word that a token is a typo or two away from; two
// equally near are none.
func (s *Senses) misspelled(t *token) (id uint16, wrong uint8) {
	said := spell(t.text, t.root)
	if said.letters < shortestSlip-1 || said.letters > longestTypo || !isASCII(t.text) {
		return 0, 0
	}
	best, tied := 3, false
	firsts := [2]byte{t.text[0], t.text[1]}
	for k, letter := range firsts {
		if k == 1 && letter == firsts[0] {
			break
		}
		for n := max(said.letters-3, 1); n <= said.letters+3; n++ {
			for _, i := range s.letters[[2]byte{letter, byte(n)}] {
				d := slips(&s.words[i], &said)
				switch {
				case d == 0 || d > best:
				case d == best:
					tied = tied || id != i
				default:
					best, id, tied = d, i, false
				}
			}
		}
	}
	if tied || id == 0 {
		return 0, 0
	}
	return id, uint8(best)
}

// slips counts the letters wrong in a word, 0 when it is another word: one in words of six letters and
// more, two from eleven on.
func slips(listed, said *spelling) int {
	limit := 1
	if listed.letters >= 11 {
		limit = 2
	}
	if !sameStart(listed.text, said.text) || farther(listed.alphabet, said.alphabet, limit) {
		return 0
	}
	if n := typos(listed.text, said.text, limit); n <= limit {
		return n
	}
	return 0
}

// shortestSound is the least a sound keeps to tell words apart: cours and court are not told apart.
const shortestSound = 5

// phonetic writes a folded French word as it is heard, roughly: formassion and
// formation, licé and lycée, aprentisage and apprentissage come out alike.
func phonetic(word string) string {
	var room [40]byte
	out := room[:0]
	for i := 0; i < len(word) && len(out) < 36; {
		c, n := phone(word, i)
		if len(c) > 0 && (len(out) == 0 || out[len(out)-1] != c[len(c)-1]) {
			out = append(out, c...)
		}
		i += n
	}
	for len(out) > 3 && strings.IndexByte("tdsxpz", out[len(out)-1]) >= 0 {
		out = out[:len(out)-1]
	}
	if n := len(out); n > 3 && out[n-1] == 'e' {
		out = out[:n-1]
	}
	return string(out)
}

// spellings are the ways a sound is written, the longest first.
var spellings = [...]struct{ written, heard string }{
	{"eaux", "o"}, {"ssion", "sion"}, {"tion", "sion"}, {"cion", "sion"}, {"eau", "o"}, {"ain", "in"}, {"ein", "in"},
	{"aux", "o"}, {"ent", "an"}, {"ant", "an"}, {"que", "k"}, {"ph", "f"}, {"qu", "k"}, {"ch", "ch"}, {"gu", "g"},
	{"au", "o"}, {"ai", "e"}, {"ei", "e"}, {"er", "e"}, {"ez", "e"}, {"et", "e"}, {"en", "an"}, {"em", "an"}, {"am", "an"},
	{"im", "in"}, {"yn", "in"}, {"ym", "in"}, {"ck", "k"}, {"cc", "k"}, {"ge", "j"}, {"gi", "ji"}, {"ce", "se"}, {"ci", "si"}, {"cy", "si"},
}

// phone is the sound that begins at i and how many letters write it.
func phone(word string, i int) (heard string, n int) {
	for _, s := range spellings {
		if strings.HasPrefix(word[i:], s.written) {
			return s.heard, len(s.written)
		}
	}
	switch word[i] {
	case 'h':
		return "", 1
	case 'c', 'q':
		return "k", 1
	case 'y':
		return "i", 1
	case 'w':
		return "v", 1
	case 'z':
		return "s", 1
	}
	return word[i : i+1], 1
}

package place

import "unicode/utf8"

// A hit is a run of words that are the name of places, or the beginning of one.
type hit struct {
	from, to int // words
	key      string
	full     span // names that are said whole
	short    span // names that begin with what was said, at a word's end
	other    known
	isOther  bool // a département, a région, a nickname or a town abroad is called so
	misspelt bool
	alike    bool // names that sound the same may be meant, too: nothing but the name was said
	letters  int  // of a misspelt one: how many may be wrong
}

// longest finds the longest name that begins at a word. "au Mans" and "des Lilas" hold an article.
func longest(ws []word, i int) (best hit, ok bool) {
	s := table.all()
	le := article(ws[i].text)
	if le != "" {
		s = table.within(s, le)
	}
	for j := i; j < len(ws) && j < i+9; j++ {
		if j > i && ws[j].pause {
			break
		}
		if j == i && le != "" {
			continue
		}
		key := keyFrom(ws, i, j)
		if le != "" {
			key = le + keyFrom(ws, i+1, j)
		}
		if len(key) > 48 {
			break
		}
		h := hit{from: i, to: j + 1, key: key}
		if s.from < s.to {
			s = table.within(s, key)
		}
		if h.other, h.isOther = others.find(key); s.from == s.to && !h.isOther {
			if j > i+3 || !others.begin(key) {
				break
			}
			continue
		}
		if h.names(s) && h.holds(ws, s) {
			best, ok = h, true
		}
	}
	return best, ok
}

// article is what "au", "du", "aux" and "des" hold of a name.
func article(text string) string {
	switch text {
	case "au", "du":
		return "le"
	case "aux", "des":
		return "les"
	}
	return ""
}

// names says whether a hit is any name, and which: in the names that begin with its key, the first are
// those that are no longer.
func (h *hit) names(s span) bool {
	h.full = span{s.from, s.from}
	for h.full.to < s.to && len(table.key(h.full.to)) == len(h.key) {
		h.full.to++
	}
	h.short = span{h.full.to, h.full.to}
	if beginsName(h.key) {
		h.short.to = s.to
	}
	return h.full.from < h.full.to || h.isOther || h.anyShort()
}

// holds says whether the small words among those said are words of the name, too: "à Brest" is not Abrest,
// "tout le monde" is not Toutlemonde, and "Laval en" is nothing.
func (h *hit) holds(ws []word, s span) bool {
	last := h.to - 1
	if h.to-h.from < 2 || h.isOther {
		return true
	}
	if joins[ws[last].text] && h.full.from == h.full.to {
		return false
	}
	display, n := table.display(s.from), 0
	if le := article(ws[h.from].text); le != "" {
		n = len(le) - len(ws[h.from].key)
	}
	for i := h.from; i <= last; i++ {
		if small := joins[ws[i].text]; small && i > h.from && !wordEnds(display, n) {
			return false
		}
		n += len(ws[i].key)
		if small := joins[ws[i].text]; small && i < last && !wordEnds(display, n) {
			return false
		}
	}
	return true
}

// joins are the small words that stand between those of a name, and around names.
var joins = bools("a au aux en sur sous dans de du d des l la le les et y j je c ce s se n ne m me t te un une on il a i o e in to at")

// beginsName says whether a word may stand for the rest of a name: "Ivry" does, "La" and "Saint" do not.
func beginsName(key string) bool {
	switch key {
	case "notredame", "bois", "mont", "pont", "port", "sous", "petit", "grand", "petite", "grande", "vieux", "haut", "haute", "bas", "basse":
		return false
	}
	return len(key) >= 4
}

// mostShort bounds how many longer names are looked at.
const mostShort = 400

func (h *hit) anyShort() bool {
	for name := h.short.from; name < min(h.short.to, h.short.from+mostShort); name++ {
		if wordEnds(table.display(name), len(h.key)) {
			return true
		}
	}
	return false
}

// wordEnds says whether a word of a name ends where its key has so many letters, and another follows.
func wordEnds(display string, letters int) bool {
	begin := 0 // of the word
	for i := 0; i < len(display); {
		r, n := rune(display[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(display[i:])
		}
		if between := r == '-' || r == ' ' || r == '\'' || r == '’'; between {
			letters += shortened(display[begin:i])
			if letters <= 0 {
				return letters == 0
			}
			begin = i + n
		} else {
			var room [4]byte
			letters -= len(appendFolded(room[:0], r))
		}
		i += n
	}
	return false
}

// shortened says how many letters fewer than the word its key has.
func shortened(word string) int {
	switch word {
	case "Saint", "saint", "Sainte", "sainte", "Saints", "saints":
		return 3
	}
	return 0
}

// candidates are the places that a hit may mean.
func (h *hit) candidates(s *shortlist) {
	if h.isOther {
		weight := areaPeople
		if h.other.kind == Commune {
			weight = table.population(h.other.index)
		}
		s.add(h.other, weight*fullWeight)
	}
	for name := h.full.from; name < h.full.to; name++ {
		s.addName(name, true, 1)
	}
	for name := h.short.from; name < min(h.short.to, h.short.from+mostShort); name++ {
		if wordEnds(table.display(name), len(h.key)) {
			s.addName(name, false, 1)
		}
	}
	if h.alike && !h.isOther {
		s.alike(h.key, 0)
	}
}

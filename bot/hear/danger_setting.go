package hear

import "strings"

// setting is what the rest of a message says about the dangers in it. What
// is only named is no danger when it is a subject in any language.
type setting struct {
	about, past, over bool    // in any language
	of                []times // by language
}

// times is what one language says about them.
type times struct {
	idioms                          []span
	about, past, over, minor, adult bool
	ordinary                        []uint16 // in which sentences
}

// setting reads the whole message once more, now that a danger is in it.
func (h *hearing) setting(tongues []*tongue) *setting {
	s := &setting{of: make([]times, len(tongues))}
	for i, t := range tongues {
		h.begin(t)
		var idioms []span
		for k := range t.idioms {
			if seq := &t.idioms[k]; h.possible(seq) {
				h.all(seq, func(m match) bool {
					idioms = append(idioms, span{start: uint16(m.start), end: uint16(m.end)})
					return true
				})
			}
		}
		age := h.age(t)
		s.of[i] = times{idioms: idioms, about: h.any(t, t.about), past: h.any(t, t.past), over: h.any(t, t.over),
			minor: age > 0 && age < 18 || h.any(t, t.minor), adult: age >= 18 || h.any(t, t.adult)}
		if age > 0 && age < 18 {
			s.of[i].adult = false
		}
		s.about, s.past, s.over = s.about || s.of[i].about, s.past || s.of[i].past, s.over || s.of[i].over
		s.of[i].ordinary = h.ordinary(t, tongues)
	}
	return s
}

// longOrdinary is how many bytes an ordinary word of another language has: a
// short one is too often a word of this one.
const longOrdinary = 6

// ordinary tells in which sentences a word of studies, work, errands was said,
// well spelled; of another language a long one.
func (h *hearing) ordinary(t *tongue, tongues []*tongue) (said []uint16) {
	for _, o := range tongues {
		if !h.present.has(o.ordinary) {
			continue
		}
		for i := range h.words {
			if w := &h.words[i]; !w.guess && (o == t || len(w.text) >= longOrdinary) && h.has(i, o.ordinary) {
				said = append(said, w.sentence)
			}
		}
	}
	return said
}

// age is the age that is told, 0 for none: the person's own rather than another's.
func (h *hearing) age(t *tongue) int {
	if !h.present.has(t.years) {
		return 0
	}
	told := 0
	for i := 0; i+1 < len(h.words); i++ {
		n := number(h.words[i].text)
		if n < 3 || n > 110 || !h.has(i+1, t.years) || i > 0 && h.has(i-1, t.since) {
			continue
		}
		if i > 0 && (h.has(i-1, t.mine) || i > 1 && h.has(i-2, t.mine)) {
			return n
		}
		if told == 0 {
			told = n
		}
	}
	return told
}

func number(digits string) int {
	if len(digits) == 0 || len(digits) > 3 || strings.Trim(digits, "0123456789") != "" {
		return 0
	}
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

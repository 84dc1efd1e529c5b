package hear

import (
	"math/bits"
	"strings"
)

// classes is a set of classes.
type classes [maxClasses / 64]uint64

func (b *classes) has(c classID) bool { return b[c/64]>>(c%64)&1 == 1 }
func (b *classes) add(c classID)      { b[c/64] |= 1 << (c % 64) }

// maxSpans bounds the phrases that are remembered of one part of a text.
const maxSpans = 400

// span is a stretch of words that belongs to a class.
type span struct {
	start, end uint16
	class      classID
	denied     bool
}

// phrases is where the phrases of one language stand.
type phrases struct{ spans []span }

// match is where a pattern stands.
type match struct {
	start, end int
	denied     bool // a denial stands inside it
}

// hearing is one part of a message under way.
type hearing struct {
	*lexis
	words   []word
	phrases *phrases
	spanned uint64  // what the classes of spans are, modulo 64
	present classes // classes of single words, and of the spans found so far
}

// read notes the classes of the words.
func (h *hearing) read() {
	for i := range h.words {
		w := &h.words[i]
		for _, e := range w.meanings() {
			for _, c := range h.entries[e].classes {
				h.present.add(c)
				w.classes[c>>6&3] |= 1 << (c & 63)
			}
		}
	}
}

// begin finds the phrases of a language, in the order written; those of the one before are forgotten.
func (h *hearing) begin(t *tongue) {
	h.phrases.spans, h.spanned = h.phrases.spans[:0], 0
	var room [32]uint64
	likely := append(room[:0], t.noPhrase...) // which phrases to look for
	t.rarestPhrase.each(&h.present, func(i int32) { likely[i/64] |= 1 << (i % 64) })
	for at := range likely {
		for likely[at] != 0 {
			i := int32(at*64 + bits.TrailingZeros64(likely[at]))
			likely[at] &= likely[at] - 1
			if s := &t.phrases[i]; h.possible(s) {
				h.phrase(t, s, i, likely)
			}
		}
	}
}

// phrase notes where a phrase stands. Phrases behind it that need it are likely then.
func (h *hearing) phrase(t *tongue, s *sequence, at int32, likely []uint64) {
	h.all(s, func(m match) bool {
		for _, c := range s.yields {
			h.phrases.spans = append(h.phrases.spans, span{uint16(m.start), uint16(m.end), c, m.denied})
			h.spanned |= 1 << (c & 63)
			if !h.present.has(c) {
				h.present.add(c)
				for _, i := range t.rarestPhrase.of(c) {
					if i > at {
						likely[i/64] |= 1 << (i % 64)
					}
				}
			}
		}
		return len(h.phrases.spans) < maxSpans
	})
}

// has says whether a word belongs to a class.
func (h *hearing) has(i int, c classID) bool {
	if h.words[i].classes[c>>6&3]>>(c&63)&1 == 0 {
		return false
	}
	for _, e := range h.words[i].meanings() {
		for _, of := range h.entries[e].classes {
			if of == c {
				return true
			}
		}
	}
	return false
}

// possible says whether everything that a pattern needs was said somewhere.
func (h *hearing) possible(s *sequence) bool {
	for _, c := range s.need {
		if !h.present.has(c) {
			return false
		}
	}
	return true
}

// any says whether one of the patterns stands somewhere, undenied.
func (h *hearing) any(t *tongue, all []sequence) bool {
	for i := range all {
		if h.possible(&all[i]) {
			found := false
			h.all(&all[i], func(m match) bool { found = !m.denied && !h.denied(t, m); return !found })
			if found {
				return true
			}
		}
	}
	return false
}

// all calls found with every place where a pattern stands, until it says no.
func (h *hearing) all(s *sequence, found func(match) bool) {
	for start := range h.words {
		if s.first && !h.small(s, 0, start) {
			return
		}
		m, ok := h.at(s, 0, start)
		if !ok {
			continue
		}
		m.start = start
		if s.last && !h.small(s, m.end, len(h.words)) {
			continue
		}
		if !h.besides(s, m) {
			continue
		}
		if !found(m) {
			return
		}
	}
}

// besides says whether the rest of a pattern stands somewhere outside a match, undenied.
func (h *hearing) besides(s *sequence, m match) bool {
	for i := range s.also {
		there := false
		h.all(&s.also[i], func(other match) bool {
			there = !other.denied && (other.start >= m.end || other.end <= m.start)
			return !there
		})
		if !there {
			return false
		}
	}
	return true
}

func (h *hearing) small(s *sequence, from, to int) bool {
	for i := from; i < to; i++ {
		if !h.has(i, s.skip) {
			return false
		}
	}
	return true
}

// at matches the places of a pattern from k on with the words from i on.
func (h *hearing) at(s *sequence, k, i int) (match, bool) {
	if k == len(s.elements) {
		return match{end: i}, true
	}
	e := &s.elements[k]
	passed := passing{sequence: s, gap: e.gap}
	for j := i; j < len(h.words); j++ {
		if m, ok := h.element(s, k, j); ok {
			m.denied = m.denied || passed.denied
			return m, true
		}
		if k == 0 || !passed.over(h, j) {
			break
		}
	}
	if e.optional {
		return h.at(s, k+1, i)
	}
	return match{}, false
}

// passing counts what is passed over between two places.
type passing struct {
	*sequence
	gap           bool
	small, others int
	denied        bool
}

// over says whether word j may be passed over.
func (p *passing) over(h *hearing, j int) bool {
	switch {
	case h.has(j, p.deny), h.has(j, p.more):
		p.denied = true
		p.small++
	case h.has(j, p.skip):
		p.small++
	case p.gap && !h.words[j].pause:
		p.others++
	default:
		return false
	}
	return p.small <= maxSkip && p.others <= maxGap
}

// element matches place k with what stands at j, one word or a phrase, so that
// the whole pattern reaches as far as it can.
func (h *hearing) element(s *sequence, k, j int) (best match, ok bool) {
	class := s.elements[k].class
	if h.has(j, class) {
		best, ok = h.at(s, k+1, j+1)
	}
	if h.spanned>>(class&63)&1 == 0 {
		return best, ok
	}
	for _, p := range h.phrases.spans {
		if int(p.start) == j && p.class == class {
			if m, fits := h.at(s, k+1, int(p.end)); fits && (!ok || m.end > best.end) {
				m.denied = m.denied || p.denied
				best, ok = m, true
			}
		}
	}
	return best, ok
}

// said is the words of a match.
func (h *hearing) said(m match) string {
	var b strings.Builder
	for i := m.start; i < m.end; i++ {
		if i > m.start {
			b.WriteByte(' ')
		}
		b.WriteString(h.words[i].text)
	}
	return b.String()
}

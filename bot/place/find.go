package place

// Find reads words that are nothing but a place: the answer to where somebody lives, by name, by
// postcode ("35400") or by département ("le 93"). ok is false when they name none.
func Find(said string, near Preference) (m Meaning, ok bool) {
	var room [12]word
	r := reading{near: near, words: withoutCedex(split(room[:0], said)), asked: true}
	if len(r.words) == 0 {
		return Meaning{}, false
	}
	if m, ok = r.only(0, len(r.words)); ok {
		return m, true
	}
	from, to := r.bare()
	if from == to {
		return Meaning{}, false
	}
	if m, ok = r.only(from, to); ok {
		return m, true
	}
	if from > 0 && isArticle(r.words[from-1].text) {
		if m, ok = r.misspelt(from-1, to); ok {
			return m, true
		}
	}
	if m, ok = r.misspelt(from, to); ok { // all of it, before a name that is a part of it
		return m, true
	}
	return r.mentioned()
}

// withoutCedex drops what stands behind the name in an address.
func withoutCedex(ws []word) []word {
	for i, w := range ws {
		if w.text == "cedex" && i > 0 {
			return ws[:i]
		}
	}
	return ws
}

// fillers stand around a place in an answer and say nothing of it.
var fillers = bools(`a au aux en sur dans de du d des le la les l pres cote proche vers environs alentours autour entre
	je j jhabite habite abite vis suis moi mon ma c ce cest est ville village commune code postal departement dpt dept region
	ici mais on nous svp merci bonjour oui alors ben euh bah chez habitons vivons cp france limite campagne petit petite un une
	i live in near at my town the from`)

// bare are the words without the fillers at both ends.
func (r *reading) bare() (from, to int) {
	to = len(r.words)
	for from < to && fillers[r.words[from].text] {
		from++
	}
	for to > from && fillers[r.words[to-1].text] {
		to--
	}
	return from, to
}

// only reads words that are one name from one end to the other, articles apart, and what narrows it:
// "La Flèche", "Vitry 94", "44000 Nantes", "Laval en Mayenne", "Lyon 3e".
func (r *reading) only(from, to int) (Meaning, bool) {
	ws := r.words
	var area finding
	if q, ok := r.areaEnds(from, to); ok {
		area = finding{area: q, score: 1, hit: hit{from: q.from, to: q.to}}
		if q.from == from {
			from = q.to
		} else {
			to = q.from
		}
		if r.onlyFillers(from, to) {
			return r.meaning(&area, &finding{})
		}
	}
	for {
		if m, ok := r.whole(from, to, &area); ok {
			return m, true
		}
		if to-1 <= from || !fillers[ws[to-1].text] {
			break
		}
		to--
	}
	return r.named(from, to)
}

func (r *reading) onlyFillers(from, to int) bool {
	for _, w := range r.words[from:to] {
		if !fillers[w.text] {
			return false
		}
	}
	return true
}

// whole reads words that are one name, with the articles before them.
func (r *reading) whole(from, to int, area *finding) (Meaning, bool) {
	for start := max(0, from-2); start <= from && start < to; start++ {
		h, ok := longest(r.words[:to], start)
		if !ok || h.to != to || area.score == 0 && r.sense(&h) != 0 && !r.asPlace(&h) {
			continue
		}
		h.alike = area.score == 0 // who names the département, too, spells the name
		return r.meaning(&finding{hit: h, score: 1}, area)
	}
	return Meaning{}, false
}

// asPlace says whether an everyday word alone may be the answer to where somebody lives.
func (r *reading) asPlace(h *hit) bool {
	var s shortlist
	s.near = r.near
	h.candidates(&s)
	s.sort()
	first := s.list[0].known
	return first.kind != Commune || r.near.serves(first) || table.population(first.index) >= 5_000
}

// areaEnds finds a postcode or a département's number at one end of the words.
func (r *reading) areaEnds(from, to int) (qualifier, bool) {
	for i := from; i < to; i++ {
		if i > from && i < to-2 {
			continue
		}
		if q, ok := postcodeAt(r.words, i); ok && (q.from == from || q.to == to) {
			return q, true
		}
		if q, ok := departementAt(r.words, i); ok && (q.from == from && to-from == 1 || q.to == to && q.from > from) {
			if q.from > from && r.isQuarter(i, from) {
				return qualifier{}, false
			}
			return q, true
		}
	}
	return qualifier{}, false
}

// isQuarter says whether a number is that of an arrondissement.
func (r *reading) isQuarter(i, from int) bool {
	h, ok := longest(r.words[:i], from)
	if !ok || h.to != i {
		return false
	}
	s := shortlist{near: r.near}
	h.candidates(&s)
	s.sort()
	_, _, ok = quarter(r.words, i, s.list[0].index)
	return ok && s.list[0].kind == Commune
}

// named reads a name and the name of an area behind it: "Laval Mayenne", "Beaune en Côte-d'Or".
func (r *reading) named(from, to int) (Meaning, bool) {
	h, ok := longest(r.words[:to], from)
	if !ok || h.to >= to {
		return Meaning{}, false
	}
	next := h.to
	for next < to && fillers[r.words[next].text] {
		next++
	}
	if by, ok := longest(r.words[:to], next); ok && by.to == to && by.isOther {
		return r.meaning(&finding{hit: h, score: 1}, &finding{hit: by, score: 1})
	}
	s := shortlist{near: r.near}
	h.candidates(&s)
	s.sort()
	if _, end, ok := quarter(r.words, h.to, s.list[0].index); ok && end == to && s.list[0].kind == Commune {
		return r.meaning(&finding{hit: h, score: 1}, &finding{})
	}
	return Meaning{}, false
}

func isArticle(text string) bool {
	return text == "le" || text == "la" || text == "les" || text == "l"
}

// holy is a misspelt saint before another word.
func holy(text string, words int) string {
	switch text {
	case "sain", "sin", "sint", "sait", "sant", "snt", "cin":
		if words > 1 {
			return "st"
		}
	}
	return text
}

// misspelt reads words that are nearly a name.
func (r *reading) misspelt(from, to int) (Meaning, bool) {
	var room [64]byte
	key := room[:0]
	if to-from > 5 {
		return Meaning{}, false
	}
	names := false // a word that is no everyday one
	for _, w := range r.words[from:to] {
		if len(key)+len(w.text) > 48 {
			return Meaning{}, false
		}
		names = names || words[w.text] == 0 && !joins[w.text]
		key = appendKey(key, holy(w.text, to-from))
	}
	if !names {
		return Meaning{}, false
	}
	s := shortlist{near: r.near, asked: true}
	s.misspelt(string(key), small, typosIn(string(key)))
	if s.count == 0 {
		return Meaning{}, false
	}
	m := s.meaning("")
	m.Misspelt = true
	m.Start, m.End = r.words[from].start, r.words[to-1].end
	return m, true
}

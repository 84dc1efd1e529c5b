package hear

// Phrase is one expression and the key it leads to.
type Phrase struct {
	Key   string
	Words string
}

// Phrases is a compiled list of expressions: commands, words of danger. It
// never changes afterwards and may be shared.
type Phrases struct {
	index
	keys []string // by owner
}

// NewPhrases compiles a list. Every word of an expression counts; contractions
// are written out as in any utterance.
func NewPhrases(phrases []Phrase) *Phrases {
	p := &Phrases{index: newIndex(filler)}
	for i, f := range phrases {
		tokens := Listen("", f.Words).tokens
		p.keys = append(p.keys, f.Key)
		p.add(tokens, expression{owner: i, weight: len(tokens)})
	}
	return p
}

// Whole says which expression the whole utterance is, politeness and an
// article around it apart ("stop svp", "un conseiller"), even said twice. One
// typo is forgiven in words of five letters and more.
func (p *Phrases) Whole(u Utterance) (key string, ok bool) {
	if len(u.tokens) == 0 || len(u.tokens) > 24 {
		return "", false
	}
	var r reading
	if p.stranger(u) || !r.readAll(&p.index, u, leniency{letters: 5, first: true}) {
		return "", false
	}
	for i := 0; i < len(r.tokens); {
		m, found := r.longest(i)
		switch {
		case found && ok && p.keys[m.owner] != key:
			return "", false
		case found:
			key, ok = p.keys[m.owner], true
			i = m.end
		case r.tokens[i].is(courteous|filler) || r.tokens[i].is(article) && !ok:
			i++
		default:
			return "", false
		}
	}
	return key, ok
}

// stranger says that one of the words is in no expression, and may neither stand beside one nor be a
// misspelt one.
func (x *index) stranger(u Utterance) bool {
	for i := range u.tokens {
		t := &u.tokens[i]
		if !x.passed(t) && !mistypable(t) && x.ids[t.key] == 0 && x.elided(t.text) == 0 {
			return true
		}
	}
	return false
}

// passed says that a word may stand beside an expression, or between its words.
func (x *index) passed(t *token) bool {
	return t.is(courteous | filler | article | x.skip | partner | denial | nomore)
}

// readAll resolves every token, up to the first that is in no expression and may not stand beside one:
// most sentences have such a word early.
func (r *reading) readAll(x *index, u Utterance, l leniency) bool {
	r.index, r.tokens = x, u.tokens
	for i := range r.tokens {
		if !r.know(i, l) && !x.passed(&r.tokens[i]) {
			return false
		}
	}
	return true
}

// longest is the longest expression at token i, without anything skipped or
// denied in it.
func (r *reading) longest(i int) (best mention, ok bool) {
	for _, e := range r.first[r.ids[i]] {
		m, found := r.match(&r.expressions[e], i)
		if found && !m.denied && (!ok || m.weight > best.weight || m.weight == best.weight && m.typos < best.typos) {
			best, ok = m, true
		}
	}
	return best, ok
}

// Within finds an expression inside an utterance, the longest first, and says
// whether it stands denied ("je ne veux pas mourir"). An expression that
// stands undenied goes before any that is denied. One typo is forgiven in
// words of six letters and more, when no expression is found exactly.
func (p *Phrases) Within(u Utterance) (key string, negated, ok bool) {
	var r reading
	if !r.read(&p.index, u, leniency{letters: 6}) {
		return "", false, false
	}
	var room [16]mention
	var best mention
	for _, m := range r.mentions(room[:0]) {
		m.denied = r.disowned(m)
		if best.expression == nil || m.above(best) {
			best = m
		}
	}
	if best.expression == nil {
		return "", false, false
	}
	return p.keys[best.owner], best.denied, true
}

// above orders mentions of phrases: undenied, longer, better spelled, then as listed.
func (m mention) above(other mention) bool {
	switch {
	case m.denied != other.denied:
		return other.denied
	case m.weight != other.weight:
		return m.weight > other.weight
	case m.typos != other.typos:
		return m.typos < other.typos
	}
	return m.owner < other.owner
}

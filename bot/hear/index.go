package hear

// expression is a few words in order, said by or for its owner.
type expression struct {
	words  []uint16 // positions in index.words; the first is 1
	owner  int
	weight int  // how many of the words mean something
	denies bool // the expression is itself a denial: "pas d'urgence"
	person bool // it begins with a person: "je travaille"
	how    How
	asked  bool // heard only in the answer to its own question
}

// index finds expressions in an utterance by their first word.
type index struct {
	ids         map[uint64]uint16
	words       []spelling // words[0] stands for "unknown"
	expressions []expression
	first       [][]uint16   // expressions by first word
	starting    [32][]uint16 // words by their first letter, as startsAs numbers it
	skip        kind         // words that may stand between those of an expression
}

func newIndex(skip kind) index {
	return index{ids: map[uint64]uint16{}, words: make([]spelling, 1), first: make([][]uint16, 1), skip: skip}
}

// add compiles an expression. A "ne" is left out, as people leave it out.
func (x *index) add(tokens []token, e expression) {
	if len(tokens) == 0 {
		return
	}
	for _, t := range tokens {
		if t.is(partner) && len(tokens) > 1 {
			continue
		}
		e.words = append(e.words, x.id(t))
		e.denies = e.denies || t.is(denial|lacking|nomore)
	}
	if len(e.words) == 0 {
		return
	}
	e.person = tokens[0].is(pronoun)
	x.expressions = append(x.expressions, e)
	x.first[e.words[0]] = append(x.first[e.words[0]], uint16(len(x.expressions)-1))
}

func (x *index) id(t token) uint16 {
	id, known := x.ids[t.key]
	if !known {
		id = uint16(len(x.words))
		x.ids[t.key] = id
		x.words = append(x.words, spell(t.text, t.root))
		x.starting[startsAs(t.text[0])] = append(x.starting[startsAs(t.text[0])], id)
		x.first = append(x.first, nil)
	}
	return id
}

// reading is an utterance seen through one index: which of its words each
// token is, and with how many typos.
type reading struct {
	*index
	tokens []token
	ids    [maxTokens]uint16
	wrong  [maxTokens]uint8
}

// read resolves every token. It reports whether any was known.
func (r *reading) read(x *index, u Utterance, l leniency) bool {
	r.index, r.tokens = x, u.tokens
	known := false
	for i := range r.tokens {
		known = r.know(i, l) || known
	}
	return known
}

// know finds which word of the index token i is, if any.
func (r *reading) know(i int, l leniency) bool {
	t := &r.tokens[i]
	r.ids[i], r.wrong[i] = r.index.ids[t.key], 0
	if r.ids[i] == 0 {
		r.ids[i] = r.elided(t.text)
	}
	if r.ids[i] == 0 && mistypable(t) {
		r.ids[i], r.wrong[i] = r.nearest(t, l)
	}
	return r.ids[i] != 0
}

// mistypable says that a word may be a typo of another.
func mistypable(t *token) bool { return t.kind == 0 && t.number < 0 }

// elided finds a word that its article was run into: "lecole", "darreter".
func (x *index) elided(text string) uint16 {
	if len(text) < 6 {
		return 0
	}
	switch text[0] {
	case 'l', 'd', 'j', 'm', 's', 'n':
	default:
		return 0
	}
	switch text[1] {
	case 'a', 'e', 'i', 'o', 'u', 'h':
		rest := text[1:]
		return x.ids[keyOf(rest, rootOf(rest))]
	}
	return 0
}

// startsAs numbers first letters; few share a number.
func startsAs(letter byte) byte { return letter % 32 }

// nearest finds the one word a token misspells; two equally near are none.
func (x *index) nearest(t *token, l leniency) (id uint16, wrong uint8) {
	n := nearness{index: x, said: spell(t.text, t.root), leniency: l, best: 3}
	if n.said.letters < l.letters-1 {
		return 0, 0
	}
	firsts := [2]byte{startsAs(t.text[0]), startsAs(t.text[min(1, len(t.text)-1)])}
	for start := range x.starting {
		if b := byte(start); l.first || b == firsts[0] || b == firsts[1] {
			n.among(x.starting[start])
		}
	}
	if n.tied || n.id == 0 {
		return 0, 0
	}
	return n.id, uint8(n.best)
}

// nearness is the search for a word that another misspells.
type nearness struct {
	*index
	leniency
	said spelling
	id   uint16 // the nearest so far
	best int    // how many letters of it are wrong
	tied bool   // with another one
}

// among looks at some of the words.
func (s *nearness) among(words []uint16) {
	for _, i := range words {
		w := &s.words[i]
		if d := len(w.text) - len(s.said.text); d > 4 || d < -4 {
			continue
		}
		n, ok := s.misspells(w, &s.said)
		switch {
		case !ok || n > s.best:
		case n == s.best:
			s.tied = true
		default:
			s.best, s.id, s.tied = n, i, false
		}
	}
}

// mention is one expression found in an utterance.
type mention struct {
	*expression
	start, end int
	typos      int
	denied     bool
}

// maxMentions bounds what is weighed in one utterance.
const maxMentions = 64

// mentions appends every expression found to found.
func (r *reading) mentions(found []mention) []mention {
	for i := range r.tokens {
		if r.ids[i] == 0 {
			continue
		}
		for _, e := range r.first[r.ids[i]] {
			if m, ok := r.match(&r.expressions[e], i); ok && len(found) < maxMentions {
				found = append(found, m)
			}
		}
	}
	return found
}

// maxSkipped is how many small words may stand between two words of an expression.
const maxSkipped = 4

// match reads an expression from token i on. A denial among the skipped words
// denies it: "je ne veux pas mourir" is "je veux mourir", denied.
func (r *reading) match(e *expression, i int) (mention, bool) {
	m := mention{expression: e, start: i, typos: int(r.wrong[i])}
	j := i + 1
	for _, w := range e.words[1:] {
		skipped := 0
		for ; j < len(r.tokens) && r.ids[j] != w; j++ {
			if skipped == maxSkipped || !r.tokens[j].is(r.skip|partner|denial|nomore) {
				return m, false
			}
			skipped++
			m.denied = m.denied || r.denies(j)
		}
		if j == len(r.tokens) {
			return m, false
		}
		m.typos += int(r.wrong[j])
		j++
	}
	m.end = j
	return m, true
}

package hear

// How says by what an option was recognised.
type How uint8

// The ways an option is recognised; zero is not recognised.
const (
	ByNumber How = iota + 1
	ByOrdinal
	ByLabel
	BySynonym
	ByTypo
)

// String names the way, for traces.
func (h How) String() string {
	switch h {
	case ByNumber:
		return "number"
	case ByOrdinal:
		return "ordinal"
	case ByLabel:
		return "label"
	case BySynonym:
		return "synonym"
	case ByTypo:
		return "typo"
	}
	return "none"
}

// Choose says which of the offered options somebody means when answering this
// very question. offered holds indexes into the menu's options in the order
// they were shown, so that "2" is offered[1]. The option returned is an index
// into the menu. An option that is only denied ("pas salarié") is not chosen,
// nor is one of two said with equal strength.
func (m *Menu) Choose(u Utterance, offered []int) (option int, how How, ok bool) {
	if len(u.tokens) == 0 || len(offered) == 0 {
		return 0, 0, false
	}
	var r reading
	known := r.read(&m.index, u, leniency{letters: 5, twice: true, first: true})
	var room [16]mention
	found := r.mentions(room[:0])
	if m, ok := r.verbatim(found, offered); ok {
		return m.owner, m.how, true
	}
	if n, how, ok := rank(u.tokens, len(offered)); ok {
		return offered[n], how, true
	}
	if !known {
		return 0, 0, false
	}
	best, ok := r.strongest(found, func(e *expression) bool { return isOffered(offered, e.owner) })
	if ok {
		return best.owner, best.manner(), true
	}
	if len(found) > 0 && best.expression != nil { // two said with equal strength
		return 0, 0, false
	}
	return m.fragment(&r, offered)
}

// Mention finds the option mentioned inside a free sentence: never by number,
// rank or half a label, and more strictly spelled than an answer.
func (m *Menu) Mention(u Utterance) (option int, ok bool) {
	var r reading
	if !r.read(&m.index, u, leniency{letters: 6, twice: true}) {
		return 0, false
	}
	var room [16]mention
	best, ok := r.strongest(r.mentions(room[:0]), func(e *expression) bool { return !e.asked })
	if !ok {
		return 0, false
	}
	return best.owner, true
}

// verbatim is the one option that is the whole answer, spelled as listed.
func (r *reading) verbatim(found []mention, offered []int) (said mention, ok bool) {
	for _, m := range found {
		if m.typos > 0 || m.denied || !isOffered(offered, m.owner) || !r.alone(m) {
			continue
		}
		if ok && m.owner != said.owner {
			return said, false
		}
		if !ok {
			said, ok = m, true
		}
	}
	return said, ok
}

// alone says that nothing but articles and courtesies stand around a mention,
// so that "la seconde" is the class of that name where one is offered.
func (r *reading) alone(m mention) bool {
	for i := range r.tokens {
		if (i < m.start || i >= m.end) && !r.tokens[i].is(article|preposition|courteous|filler) {
			return false
		}
	}
	return true
}

func isOffered(offered []int, option int) bool {
	for _, o := range offered {
		if o == option {
			return true
		}
	}
	return false
}

func (m mention) manner() How {
	if m.typos > 0 {
		return ByTypo
	}
	return m.how
}

// strength: longer beats shorter, then exact beats mistyped.
func (m mention) strength() int { return 2*m.weight - m.typos }

// strongest is the mention that counts among those allowed and not refused. A
// mention inside a longer one does not count. When two owners are equally
// strong, ok is false and the mention returned is one of them.
func (r *reading) strongest(found []mention, allowed func(*expression) bool) (best mention, ok bool) {
	for i, f := range found {
		if !allowed(f.expression) || r.covered(found, i, allowed) || r.refused(f) {
			continue
		}
		switch {
		case best.expression == nil || f.strength() > best.strength():
			best, ok = f, true
		case f.strength() == best.strength() && f.owner != best.owner:
			ok = false
		}
	}
	return best, ok
}

func (r *reading) covered(found []mention, i int, allowed func(*expression) bool) bool {
	f := found[i]
	for _, g := range found {
		if g.start <= f.start && g.end >= f.end && g.end-g.start > f.end-f.start && g.strength() >= f.strength() && allowed(g.expression) {
			return true
		}
	}
	return false
}

// fragment reads an answer that is a piece of one offered label and nothing
// else: "une formation" for "Trouver une formation". Beginnings go first.
func (m *Menu) fragment(r *reading, offered []int) (option int, how How, ok bool) {
	var said [8]uint16
	n, typo := 0, false
	for i := range r.tokens {
		t := &r.tokens[i]
		switch {
		case t.is(denial | lacking | partner):
			return 0, 0, false
		case t.is(small) && !(t.is(pronoun) && len(t.text) > 2 && r.ids[i] != 0):
		case r.ids[i] == 0 || n == len(said):
			return 0, 0, false
		default:
			said[n] = r.ids[i]
			typo = typo || r.wrong[i] > 0
			n++
		}
	}
	if n == 0 {
		return 0, 0, false
	}
	how = ByLabel
	if typo {
		how = ByTypo
	}
	if option, ok = m.only(said[:n], offered, begins); !ok {
		option, ok = m.only(said[:n], offered, holds)
	}
	return option, how, ok
}

// only is the one offered option whose label fits.
func (m *Menu) only(said []uint16, offered []int, fits func(label []labelWord, said []uint16) bool) (option int, ok bool) {
	for _, o := range offered {
		if !fits(m.labels[o], said) {
			continue
		}
		if ok {
			return 0, false
		}
		option, ok = o, true
	}
	return option, ok
}

func begins(label []labelWord, said []uint16) bool {
	for _, w := range label {
		switch {
		case len(said) == 0:
			return true
		case w.id == said[0]:
			said = said[1:]
		case !w.small:
			return false
		}
	}
	return len(said) == 0
}

func holds(label []labelWord, said []uint16) bool {
	for _, id := range said {
		found := false
		for _, w := range label {
			found = found || w.id == id
		}
		if !found {
			return false
		}
	}
	return true
}

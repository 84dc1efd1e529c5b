package hear

// openings are the shapes of a lexicon by the symbol that they begin with.
type openings struct {
	ofFamilies [][]opening // shapes of families, by first word
	byWord     [][]opening // shapes of senses, by first word
	byFamily   [][]opening // by first family
}

// opening is a shape and what it needs besides its first symbol, so that most are left unread.
type opening struct {
	shape int32
	needs [2]uint16 // the marks of the rarest other symbols of its expression, all parts of it, unneeded for none
}

// marks is which symbols were said, by their marks: two symbols may share one.
type marks [nMarks / 64]uint64

const (
	nMarks   = 1024
	unneeded = 0 // the mark that is always there
)

// markOf spreads symbols over the marks but the first; families and words are numbered in rows.
func markOf(symbol uint32) uint16 { return max(1, uint16(symbol*2654435761>>22)) }

func (m *marks) add(symbol uint32) {
	k := markOf(symbol)
	m[k/64] |= 1 << (k % 64)
}

func (m *marks) has(k uint16) bool { return m[k/64]>>(k%64)&1 == 1 }

// allow says that a shape which begins here may go on.
func (m *marks) allow(o opening) bool { return m.has(o.needs[0]) && m.has(o.needs[1]) }

// listOpenings lists the shapes in the order written.
func (s *Senses) listOpenings() openings {
	o := openings{make([][]opening, len(s.words)), make([][]opening, len(s.words)), make([][]opening, len(s.families))}
	uses := map[uint32]int{}      // how many shapes hold a symbol
	whole := map[int32][]uint32{} // the symbols of an expression
	for i := range s.shapes {
		x := &s.shapes[i]
		for _, symbol := range x.symbols {
			uses[symbol]++
		}
		if x.parts > 1 {
			whole[x.group] = append(whole[x.group], x.symbols...)
		}
	}
	for i := range s.shapes {
		x := &s.shapes[i]
		first, all := x.symbols[0], x.symbols
		if x.parts > 1 {
			all = whole[x.group]
		}
		begins := opening{int32(i), rarest(all, first, uses)}
		switch {
		case x.family != 0:
			o.ofFamilies[first] = append(o.ofFamilies[first], begins)
		case first >= firstFamily:
			o.byFamily[first-firstFamily] = append(o.byFamily[first-firstFamily], begins)
		default:
			o.byWord[first] = append(o.byWord[first], begins)
		}
	}
	return o
}

// rarest are the marks of the two symbols beside the first that the fewest shapes hold.
func rarest(symbols []uint32, first uint32, uses map[uint32]int) (needs [2]uint16) {
	var found [2]uint32
	for _, symbol := range symbols {
		switch {
		case symbol == first || symbol == found[0] || symbol == found[1]:
		case needs[0] == unneeded || uses[symbol] < uses[found[0]]:
			found[0], found[1] = symbol, found[0]
			needs[0], needs[1] = markOf(symbol), needs[0]
		case needs[1] == unneeded || uses[symbol] < uses[found[1]]:
			found[1], needs[1] = symbol, markOf(symbol)
		}
	}
	return needs
}

// begun lists the shapes of senses that begin with a symbol.
func (o *openings) begun(symbol uint32) []opening {
	if symbol >= firstFamily {
		return o.byFamily[symbol-firstFamily]
	}
	return o.byWord[symbol]
}

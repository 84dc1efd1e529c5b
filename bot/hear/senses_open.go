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
	needs uint16 // the mark of its rarest other symbol, unneeded for none
}

// marks is which symbols were said, by their marks: two symbols may share one.
type marks [nMarks / 64]uint64

const (
	nMarks   = 1024
	unneeded = nMarks
)

// markOf spreads symbols over the marks; families and words are numbered in rows.
func markOf(symbol uint32) uint16 { return uint16(symbol * 2654435761 >> 22) }

func (m *marks) add(symbol uint32) {
	k := markOf(symbol)
	m[k/64] |= 1 << (k % 64)
}

// allow says that a shape which begins here may go on.
func (m *marks) allow(o opening) bool {
	return o.needs == unneeded || m[o.needs/64]>>(o.needs%64)&1 == 1
}

// listOpenings lists the shapes in the order written.
func (s *Senses) listOpenings() openings {
	o := openings{make([][]opening, len(s.words)), make([][]opening, len(s.words)), make([][]opening, len(s.families))}
	uses := map[uint32]int{} // how many shapes hold a symbol
	for i := range s.shapes {
		for _, symbol := range s.shapes[i].symbols {
			uses[symbol]++
		}
	}
	for i := range s.shapes {
		x := &s.shapes[i]
		first := &o.ofFamilies
		at := x.symbols[0]
		switch {
		case x.family != 0:
		case at >= firstFamily:
			first, at = &o.byFamily, at-firstFamily
		default:
			first = &o.byWord
		}
		(*first)[at] = append((*first)[at], opening{int32(i), rarestOf(x.symbols[1:], uses)})
	}
	return o
}

// rarestOf is the mark of the symbol that the fewest shapes hold.
func rarestOf(symbols []uint32, uses map[uint32]int) uint16 {
	if len(symbols) == 0 {
		return unneeded
	}
	rarest := symbols[0]
	for _, symbol := range symbols[1:] {
		if uses[symbol] < uses[rarest] {
			rarest = symbol
		}
	}
	return markOf(rarest)
}

// begun lists the shapes of senses that begin with a symbol.
func (o *openings) begun(symbol uint32) []opening {
	if symbol >= firstFamily {
		return o.byFamily[symbol-firstFamily]
	}
	return o.byWord[symbol]
}

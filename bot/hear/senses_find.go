package hear

import "slices"

// The bounds of one reading.
const (
	maxEdges  = 2048 // words and families recognised in one utterance
	maxParts  = 512  // shapes matched
	farthest  = 12   // words between two parts joined by " + "
	maxSmall  = 4    // small words between two words of an expression
	maxOthers = 1    // other words between two of them
)

// edge is a symbol recognised from one word on.
type edge struct {
	symbol uint32
	end    uint16
	wrong  uint8
}

// sensing is one utterance read with a lexicon.
type sensing struct {
	*Senses
	reading
	language string
	said     marks
	edges    []edge
	from     [maxTokens + 1]uint16 // edges by word: edges[from[i]:from[i+1]]
	matched  []partial
}

// partial is one shape found.
type partial struct {
	*shape
	start, end, wrong int
	refused           bool
}

// Find says everything an utterance means, in the order in which it is said.
// What is denied is not meant; nor is what stands inside a longer expression
// of the same sense. The language decides which expressions count: its own and
// the French ones.
func (s *Senses) Find(u Utterance, language string) []Found {
	var words [64]edge
	var edges [128]edge
	var matched [32]partial
	h := sensing{Senses: s, language: language, said: marks{1 << unneeded}}
	h.reading.index, h.reading.tokens = &s.index, u.tokens
	h.edges = h.recognise(words[:0], edges[:0])
	if len(h.edges) == 0 {
		return nil
	}
	h.matched = h.matchAll(matched[:0])
	return h.gather()
}

// recognise lists, word by word, which words and families begin there.
func (h *sensing) recognise(words, edges []edge) []edge {
	for i := range h.tokens {
		id, wrong := h.resolve(&h.tokens[i])
		h.ids[i], h.wrong[i] = id, wrong
		words = append(words, edge{uint32(id), uint16(i + 1), wrong})
		if id != 0 {
			h.said.add(uint32(id))
		}
	}
	for i := range words {
		h.from[i] = uint16(len(edges))
		if words[i].symbol == 0 || len(edges) > maxEdges {
			continue
		}
		edges = append(edges, words[i])
		for _, o := range h.ofFamilies[words[i].symbol] {
			if !h.said.allow(o) || !h.speaks(&h.shapes[o.shape]) {
				continue
			}
			x := &h.shapes[o.shape]
			if end, wrong, ok := h.run(x, words, i); ok {
				edges = append(edges, edge{x.family, uint16(end), uint8(wrong)})
				for _, wide := range h.wider[x.family] {
					edges = append(edges, edge{wide, uint16(end), uint8(wrong)})
				}
			}
		}
	}
	h.from[len(words)] = uint16(len(edges))
	for i := range edges {
		h.said.add(edges[i].symbol)
	}
	return edges
}

func (h *sensing) speaks(x *shape) bool { return x.language == "fr" || x.language == h.language }

// run reads the words of a family's expression from token i on, small words between them.
func (h *sensing) run(x *shape, words []edge, i int) (end, wrong int, ok bool) {
	wrong, end = int(words[i].wrong), i+1
	for _, want := range x.symbols[1:] {
		skipped := 0
		for ; end < len(words) && words[end].symbol != want; end++ {
			if t := &h.tokens[end]; skipped == maxSmall || t.number < 0 && !t.is(small|partner) || t.pause {
				return 0, 0, false
			}
			skipped++
		}
		if end == len(words) {
			return 0, 0, false
		}
		wrong += int(words[end].wrong)
		end++
	}
	return end, wrong, true
}

// matchAll finds every shape of a sense.
func (h *sensing) matchAll(matched []partial) []partial {
	for i := range h.tokens {
		for _, e := range h.edges[h.from[i]:h.from[i+1]] {
			for _, o := range h.begun(e.symbol) {
				if !h.said.allow(o) || len(matched) == maxParts {
					continue
				}
				if x := &h.shapes[o.shape]; h.speaks(x) {
					if p, ok := h.walk(x, e, i); ok {
						matched = append(matched, p)
					}
				}
			}
		}
	}
	return matched
}

// walk reads a shape whose first symbol is the edge at token i. Between two
// symbols small words may stand and one other word, not across a denial's end.
func (h *sensing) walk(x *shape, e edge, i int) (partial, bool) {
	p := partial{shape: x, start: i, end: int(e.end), wrong: int(e.wrong)}
	denied := false
	for _, want := range x.symbols[1:] {
		next, ok := h.next(x, want, p.end, &denied)
		if !ok {
			return p, false
		}
		p.wrong += int(next.wrong)
		p.end = int(next.end)
	}
	m := mention{expression: &x.expression, start: p.start, end: p.end, denied: denied && !x.denies}
	p.refused = !x.always && (h.refused(m) || x.state && h.aimed(i))
	return p, true
}

// next finds the edge of a symbol from a token on.
func (h *sensing) next(x *shape, want uint32, at int, denied *bool) (edge, bool) {
	smalls, others := 0, 0
	for j := at; j < len(h.tokens); j++ {
		for _, e := range h.edges[h.from[j]:h.from[j+1]] {
			if e.symbol == want {
				return e, true
			}
		}
		t := &h.tokens[j]
		switch {
		case x.strict && t.number < 0 && !t.is(article|possessive|pronoun|filler|partner|denial|nomore):
			return edge{}, false
		case t.is(small | partner | denial | nomore):
			smalls++
			*denied = *denied || h.denies(j)
		default:
			others++
		}
		if smalls > maxSmall || others > maxOthers {
			return edge{}, false
		}
	}
	return edge{}, false
}

// gather joins the parts, drops what is refused, excepted or excluded, and
// keeps the best of each sense.
func (h *sensing) gather() []Found {
	var saidRoom [24]Found
	var roleRoom [24]role
	var furtherRoom [64]int32
	said, roles, further := saidRoom[:0], roleRoom[:0], h.further(furtherRoom[:0])
	for i := range h.matched {
		p := &h.matched[i]
		if p.part != 0 || p.refused {
			continue
		}
		if f, ok := h.whole(p, further); ok {
			said, roles = append(said, f), append(roles, p.role)
		}
	}
	found := make([]Found, 0, min(len(said), 8))
	for i, f := range said {
		if roles[i] != meaning || excludes(f.Sense, said, roles) {
			continue
		}
		at := slices.IndexFunc(found, func(b Found) bool { return b.Sense == f.Sense })
		if at >= 0 && !better(f, found[at]) || over(f, said, roles) {
			continue
		}
		if at < 0 {
			found = append(found, f)
			continue
		}
		found[at] = f
	}
	for i := range found {
		found[i].Words = h.words(found[i].Start, found[i].End)
	}
	slices.SortFunc(found, func(a, b Found) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return a.Sense - b.Sense
	})
	return found
}

// further lists the parts of expressions that stand behind a " + ".
func (h *sensing) further(list []int32) []int32 {
	for i := range h.matched {
		if p := &h.matched[i]; p.part != 0 && !p.refused {
			list = append(list, int32(i))
		}
	}
	return list
}

// excludes says that something was said for which a sense is not meant.
func excludes(sense int, said []Found, roles []role) bool {
	for i := range said {
		if roles[i] == excluding && said[i].Sense == sense {
			return true
		}
	}
	return false
}

// over says that an exception of the same sense stands on some of the same words.
func over(f Found, said []Found, roles []role) bool {
	for i, e := range said {
		if roles[i] == excepted && e.Sense == f.Sense && e.Start < f.End && f.Start < e.End {
			return true
		}
	}
	return false
}

// whole joins a shape with the other parts of its expression, which are among the further ones.
func (h *sensing) whole(p *partial, further []int32) (Found, bool) {
	f := Found{Sense: p.owner, Content: p.weight, Typos: p.wrong, Start: p.start, End: p.end}
	for part := uint8(1); part < p.parts; part++ {
		ok := false
		for _, i := range further {
			q := &h.matched[i]
			apart := q.start >= f.End && q.start-f.End <= farthest || q.end <= f.Start && f.Start-q.end <= farthest
			if q.group == p.group && q.part == part && q.owner == p.owner && apart {
				f.Start, f.End = min(f.Start, q.start), max(f.End, q.end)
				f.Content += q.weight
				f.Typos += q.wrong
				ok = true
				break
			}
		}
		if !ok {
			return f, false
		}
	}
	return f, true
}

func better(a, b Found) bool {
	if a.Content != b.Content {
		return a.Content > b.Content
	}
	return a.Typos < b.Typos
}

func (h *sensing) words(start, end int) string {
	var room [128]byte
	all := room[:0]
	for i, t := range h.tokens[start:end] {
		if i > 0 {
			all = append(all, ' ')
		}
		all = append(all, t.text...)
	}
	return string(all)
}

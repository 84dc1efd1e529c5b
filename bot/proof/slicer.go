package proof

import (
	"maps"
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// A slicer forgets of a state what can make no difference any more: an answer that no condition ahead
// asks for, and which of two values it is that all conditions ahead take alike. So a state is a class
// of states, and each path is walked once.
type slicer struct {
	p       *engine.Program
	domains map[string][]string
	cells   []flow.Cell
	about   []string // of each cell, the answer that it depends on, or ""
	index   map[string]int
	names   []string         // of answers, sorted
	bits    int              // cells, then answers whose very value counts, then questions that pass what is known
	number  map[string]int   // of answers
	of      map[string]set   // what asks for an answer: its cells, and that it is known at all
	steps   []*flow.Step     // by id
	place   map[string]int   // of steps
	own     []set            // what a step asks for
	kills   []set            // what it answers
	asked   []string         // answers that conditions want unanswered, sorted: what is known of them prunes ways
	lives   map[known]*lives // by what is known
	kept    bot.Answers      // scratch
}

// lives is what may still be asked for, step by step, where some things are known.
type lives struct {
	entering, waiting []set
	frames            map[framed]frame
}

// known is what stays as it is for the rest of a path.
type known struct {
	channel, language string
	answered          uint64 // of slicer.asked, as bits
}

func newSlicer(p *engine.Program) *slicer {
	b := p.Bundle
	s := &slicer{p: p, domains: domains(b), index: map[string]int{}, number: map[string]int{}, of: map[string]set{},
		place: map[string]int{}, lives: map[known]*lives{}}
	s.names = slices.Sorted(maps.Keys(b.Answers))
	for i, name := range s.names {
		s.number[name] = i
	}
	for i, id := range slices.Sorted(maps.Keys(b.Steps)) {
		s.place[id] = i
		s.steps = append(s.steps, b.Steps[id])
		for _, when := range reads(b, b.Steps[id]) {
			for _, c := range when {
				s.cell(c)
			}
		}
	}
	s.bits = len(s.cells) + len(s.names) + len(s.steps)
	for i, name := range s.names {
		s.of[name] = newSet(s.bits)
		s.of[name].add(len(s.cells) + i)
	}
	for i, st := range s.steps {
		if st.Kind == flow.Ask {
			s.of[st.Answer].add(s.passes(i))
		}
	}
	for i, c := range s.cells {
		name := asksFor(b, c.Answer)
		s.about = append(s.about, name)
		if name != "" {
			s.of[name].add(i)
		}
		if wantsNone(c) && b.Answers[c.Answer] != nil && !slices.Contains(s.asked, c.Answer) {
			s.asked = append(s.asked, c.Answer)
		}
	}
	slices.Sort(s.asked)
	for _, st := range s.steps {
		s.own, s.kills = append(s.own, s.asks(st)), append(s.kills, s.answers(st))
	}
	return s
}

// passes is the bit of a question that is passed over when its answer is known.
func (s *slicer) passes(step int) int { return len(s.cells) + len(s.names) + step }

// wantsNone says whether a cell holds only where there is no answer.
func wantsNone(c flow.Cell) bool { return c.Empty && !c.Not && len(c.Values) == 0 }

// cell numbers what conditions ask, the same question once.
func (s *slicer) cell(c flow.Cell) {
	if key := c.Key + "\x00" + c.Raw; !c.Any {
		if _, known := s.index[key]; !known {
			s.index[key] = len(s.cells)
			s.cells = append(s.cells, c)
		}
	}
}

// asksFor is the answer that a name in a condition depends on, or "".
func asksFor(b *flow.Bundle, name string) string {
	if b.Answers[name] != nil {
		return name
	}
	for place, a := range b.Answers {
		if a.Type == flow.Postcode && (name == place+".departement" || name == "territory") {
			return place
		}
	}
	return ""
}

// reads are the conditions that decide where a step goes or what it offers.
func reads(b *flow.Bundle, st *flow.Step) []flow.Condition {
	var all []flow.Condition
	for _, o := range st.Options {
		all = append(all, o.Only)
	}
	for _, c := range st.Cases {
		all = append(all, c.When)
	}
	if st.Kind == flow.Route {
		for _, row := range b.Tables[st.Table].Rows {
			all = append(all, row.When)
		}
	}
	return all
}

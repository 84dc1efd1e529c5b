package proof

import (
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// living finds what is live where: a step's own conditions, and what its followers ask for unless it
// answers that itself.
func (s *slicer) living(k known) *lives {
	if l := s.lives[k]; l != nil {
		return l
	}
	l := &lives{make([]set, len(s.steps)), make([]set, len(s.steps)), map[framed]frame{}}
	ways := make([][]int, len(s.steps))
	for i, st := range s.steps {
		l.entering[i], l.waiting[i] = newSet(s.bits), newSet(s.bits)
		l.waiting[i].join(s.own[i], nil)
		if st.Kind == flow.Ask && !st.AskAgain {
			l.entering[i].add(s.passes(i))
		}
		for _, to := range s.followers(k, st) {
			ways[i] = append(ways[i], s.place[to])
		}
	}
	human, any := s.place[s.p.Human()]
	for again := true; again; {
		again = false
		for i := len(s.steps) - 1; i >= 0; i-- {
			st := s.steps[i]
			for _, to := range ways[i] {
				l.waiting[i].join(l.entering[to], s.kills[i])
			}
			if st.Kind == flow.Ask {
				if any {
					l.waiting[i].join(l.entering[human], nil)
				}
				for _, to := range st.NoMatch {
					if to, is := s.place[to]; is {
						l.waiting[i].join(l.entering[to], nil)
					}
				}
			}
			again = l.entering[i].join(l.waiting[i], nil) || again
		}
	}
	s.lives[k] = l
	return l
}

// holds says whether a condition is true, false or cannot be told (0) by what is known.
func (s *slicer) holds(k known, when flow.Condition) int {
	sure := 1
	for _, c := range when {
		switch {
		case c.Any, c.Answer == "language" && c.Match(k.language):
		case c.Answer == "language", wantsNone(c) && s.answered(k, c.Answer):
			return -1
		case c.Answer == "channel":
			in, out := k.matches(c)
			if !in {
				return -1
			}
			if out {
				sure = 0
			}
		default:
			sure = 0
		}
	}
	return sure
}

func (s *slicer) answered(k known, name string) bool {
	i := slices.Index(s.asked, name)
	return i >= 0 && i < 64 && k.answered&(1<<i) != 0
}

// matches says whether some kinds of channel are what a cell asks for, and whether some are not.
func (k known) matches(c flow.Cell) (in, out bool) {
	for kind := range strings.SplitSeq(k.channel, "+") {
		if c.Match(kind) {
			in = true
		} else {
			out = true
		}
	}
	return in, out
}

// followers are where a step leads within its flow, as far as what is known allows; into a call and
// behind it.
func (s *slicer) followers(k known, st *flow.Step) []string {
	b := s.p.Bundle
	switch st.Kind {
	case flow.Ask:
		return s.offering(k, st)
	case flow.If:
	default:
		return followers(b, st)
	}
	var all []string
	add := func(to string) {
		if b.Steps[to] != nil {
			all = append(all, to)
		}
	}
	for _, c := range st.Cases {
		switch s.holds(k, c.When) {
		case 1:
			add(c.Then)
			return all
		case 0:
			add(c.Then)
		}
	}
	add(st.Else)
	return all
}

// offering are where a question leads, without the choices that are hidden by what is known.
func (s *slicer) offering(k known, st *flow.Step) []string {
	open := append([]string{st.Then}, st.NoMatch...)
	var hidden []string
	for _, o := range st.Options {
		if s.holds(k, o.Only) < 0 {
			hidden = append(hidden, o.Then)
		} else {
			open = append(open, o.Then)
		}
	}
	return slices.DeleteFunc(followers(s.p.Bundle, st), func(to string) bool { return slices.Contains(hidden, to) && !slices.Contains(open, to) })
}

// followers are where a step leads within its flow; into a call and behind it.
func followers(b *flow.Bundle, st *flow.Step) []string {
	var all []string
	for _, to := range st.Exits() {
		if b.Steps[to] != nil {
			all = append(all, to)
		}
	}
	if st.Kind == flow.Call {
		all = append(all, b.Flows[st.Call].Start)
	}
	return all
}

// asks is what a step reads of the state.
func (s *slicer) asks(st *flow.Step) set {
	all := newSet(s.bits)
	for _, when := range reads(s.p.Bundle, st) {
		for _, c := range when {
			if !c.Any {
				all.add(s.index[c.Key+"\x00"+c.Raw])
			}
		}
	}
	if name := braced(st.Card); name != "" {
		all.add(len(s.cells) + s.number[name]) // what is said of a card depends on which it is
	}
	return all
}

// answers is what a step answers on all its ways but those that give it up.
func (s *slicer) answers(st *flow.Step) set {
	all := newSet(s.bits)
	if st.Kind == flow.Route {
		for _, name := range s.p.Bundle.Tables[st.Table].Sets {
			all.join(s.of[name], nil)
		}
	}
	if st.Kind != flow.Ask {
		return all
	}
	all.join(s.of[st.Answer], nil)
	if len(st.Options) > 0 && st.AskAgain && !st.Optional { // one passed over as known sets nothing else
		for _, set := range st.Options[0].Sets {
			if !slices.ContainsFunc(st.Options, func(o *flow.Option) bool {
				return !slices.ContainsFunc(o.Sets, func(other flow.Setting) bool { return other.Answer == set.Answer })
			}) {
				all.join(s.of[set.Answer], nil)
			}
		}
	}
	return all
}

// braced is the name in "{name}", or "".
func braced(s string) string {
	if len(s) > 2 && s[0] == '{' && s[len(s)-1] == '}' {
		return s[1 : len(s)-1]
	}
	return ""
}

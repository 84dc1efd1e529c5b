package flow

import (
	"slices"
)

// A graph is what leads where, calls and returns included.
type graph struct {
	b       *Bundle
	order   []string                   // every step, flow by flow
	frames  map[string]map[string]bool // the steps that a flow runs through until it returns
	returns map[string]bool            // flows that come back
}

func newGraph(b *Bundle, flows []string) *graph {
	g := &graph{b: b, frames: map[string]map[string]bool{}, returns: map[string]bool{}}
	for _, id := range flows {
		g.order = append(g.order, b.Flows[id].Order...)
	}
	for _, id := range flows {
		g.frame(id)
	}
	return g
}

// Exits lists every destination a step names, Return included, in order and without repetition. The
// flow that a call goes to is not among them.
func (s *Step) Exits() []string {
	var all []string
	add := func(to string) {
		if to != "" && !slices.Contains(all, to) {
			all = append(all, to)
		}
	}
	for _, c := range s.Cases {
		add(c.Then)
	}
	add(s.Else)
	for _, o := range s.Options {
		add(o.Then)
	}
	for _, act := range s.NoMatch {
		if act != "rephrase" && act != "list" && act != "human" {
			add(act)
		}
	}
	if s.Handoff != nil {
		for _, way := range []string{"closed", "unstaffed", "timeout", "over"} {
			add(s.Handoff.On[way])
		}
	}
	if s.Kind != Ask || s.falls() {
		add(s.Then)
	}
	return all
}

// falls says that an ask can go on at its own then: an option without one, or no options at all.
func (s *Step) falls() bool {
	return len(s.Options) == 0 || s.Optional ||
		slices.ContainsFunc(s.Options, func(o *Option) bool { return o.Then == "" })
}

// frame fills the steps of a flow's frame and whether it returns. Calls are acyclic by then.
func (g *graph) frame(id string) {
	if g.frames[id] != nil {
		return
	}
	in := map[string]bool{}
	g.frames[id] = in
	todo := []string{g.b.Flows[id].Start}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		s := g.b.Steps[at]
		if in[at] || s == nil {
			continue
		}
		in[at] = true
		if s.Kind == Call && g.b.Flows[s.Call] != nil {
			g.frame(s.Call)
			if !g.returns[s.Call] {
				continue
			}
		}
		for _, to := range s.Exits() {
			if to == Return {
				g.returns[id] = true
				continue
			}
			todo = append(todo, to)
		}
	}
}

// next lists the steps that can follow one: its exits, the start of a called flow, and behind a
// return what its callers go on with.
func (g *graph) next(id string) []string {
	s := g.b.Steps[id]
	var all []string
	if s.Kind == Call {
		all = append(all, g.b.Flows[s.Call].Start)
		if !g.returns[s.Call] {
			return all
		}
	}
	for _, to := range s.Exits() {
		all = append(all, g.landings(id, to, nil)...)
	}
	return all
}

// landings are the steps that a destination of a step means: behind a return, what its callers go on
// with, which may be a return of their own. passed are the calls on the way.
func (g *graph) landings(from, to string, passed []string) []string {
	if to != Return {
		return []string{to}
	}
	var all []string
	for _, other := range g.order {
		if c := g.b.Steps[other]; c.Kind == Call && g.frames[c.Call][from] && !slices.Contains(passed, other) {
			all = append(all, g.landings(other, c.Then, append(passed, other))...)
		}
	}
	return all
}

// quiet lists the steps that follow one within the same turn, without anybody being asked.
func (g *graph) quiet(id string) []string {
	s := g.b.Steps[id]
	switch {
	case s.Kind == Ask || s.Kind == End:
		return nil
	case s.Kind == Handoff && s.Handoff.Mode == "direct":
		return append(g.landings(id, s.Handoff.On["closed"], nil), g.landings(id, s.Handoff.On["unstaffed"], nil)...)
	case s.Kind == Call:
		return []string{g.b.Flows[s.Call].Start}
	}
	return g.next(id)
}

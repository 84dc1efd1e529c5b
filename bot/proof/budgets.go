package proof

import (
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// A budget is how many questions of a kind a path may put (service.md §1).
type budget struct {
	most    int
	rule    string
	kind    string // triage, contact or "" for both
	first   bool   // up to the first information
	channel string // the kind of channel it is for, or ""
	menus   bool   // menus count, whatever their kind
}

// takes says whether a way is one that the budget is for.
func (b *budget) takes(e *edge) bool {
	return normal(e) && (b.channel == "" || byChannel(e.channel, b.channel))
}

func (b *budget) counts(w *walk, n *node) bool {
	st := w.p.Bundle.Steps[n.state.Step]
	switch {
	case st.Kind != flow.Ask:
		return false
	case b.menus:
		return w.p.Bundle.Answers[st.Answer].Type == flow.Choice && !slices.Contains(w.offers(), st.ID)
	}
	return st.Budget != "" && (b.kind == "" || b.kind == st.Budget)
}

// offers are the questions that come next where nobody takes a live hand-off: whoever is asked one has asked for a
// person already, and is offered another way. It is no menu on the way to a person.
func (w *walk) offers() []string {
	if w.offered != nil {
		return w.offered
	}
	w.offered = []string{}
	b, met := w.p.Bundle, map[string]bool{}
	var follow func(id string)
	follow = func(id string) {
		st := b.Steps[id]
		if st == nil || met[id] {
			return
		}
		met[id] = true
		switch st.Kind {
		case flow.Ask:
			w.offered = append(w.offered, id)
		case flow.Say, flow.If, flow.Route:
			follow(st.Then)
			follow(st.Else)
			for _, c := range st.Cases {
				follow(c.Then)
			}
		}
	}
	for _, st := range b.Steps {
		if st.Handoff != nil && st.Handoff.Mode == string(bot.Direct) {
			for _, outcome := range []string{"closed", "unstaffed", "timeout"} {
				follow(st.Handoff.On[outcome])
			}
		}
	}
	return w.offered
}

// budget finds the path with most questions. Those of a ring count once each.
func (r *report) budget(b budget) {
	w := r.w
	g := newGraph(w, func(e *edge) bool { return b.takes(e) && (!b.first || e.given&informed == 0) })
	on := w.onTheWay(b.takes)
	most, via := make([]int, len(g.nodes)), make([]int32, len(g.nodes))
	for c := range via {
		via[c] = -1
	}
	worst := -1
	for c := len(g.nodes) - 1; c >= 0; c-- {
		var steps []string
		for _, n := range g.nodes[c] {
			if id := w.nodes[n].state.Step; on[n] >= 0 && b.counts(w, &w.nodes[n]) && !slices.Contains(steps, id) {
				steps = append(steps, id)
			}
		}
		most[c] += len(steps)
		if most[c] > b.most && (worst < 0 || most[c] < most[worst]) {
			worst = c
		}
		for _, n := range g.nodes[c] {
			for _, k := range w.nodes[n].out {
				if e := &w.edges[k]; on[n] >= 0 && g.takes(e) && g.comp[e.to] != int32(c) && most[g.comp[e.to]] < most[c] {
					most[g.comp[e.to]], via[g.comp[e.to]] = most[c], k
				}
			}
		}
	}
	if worst < 0 {
		return
	}
	var way []int32
	at := int32(worst)
	for via[at] >= 0 {
		way = append(way, via[at])
		at = g.comp[w.edges[via[at]].from]
	}
	slices.Reverse(way)
	start := slices.Min(g.nodes[at])
	if len(way) > 0 {
		start = w.edges[way[0]].from
	}
	st := w.p.Bundle.Steps[w.nodes[slices.Min(g.nodes[worst])].state.Step]
	r.fault(ManyQuestions, st.Pos, st, append(w.back(on, start), way...), "enlevez une question, ou posez-la plus tard", "%s ; celle-ci est la %de", b.rule, b.most+1)
}

// onTheWay gives, for each node that some ways lead to, the edge by which it is nearest; -1 for none.
func (w *walk) onTheWay(takes func(e *edge) bool) []int32 {
	via := make([]int32, len(w.nodes))
	for i := range via {
		via[i] = -1
	}
	var todo []int32
	take := func(k int32) {
		if e := &w.edges[k]; takes(e) && via[e.to] < 0 {
			via[e.to] = k
			todo = append(todo, e.to)
		}
	}
	for k := range w.edges {
		if w.edges[k].from < 0 {
			take(int32(k))
		}
	}
	for len(todo) > 0 {
		n := todo[0]
		todo = todo[1:]
		for _, k := range w.nodes[n].out {
			take(k)
		}
	}
	return via
}

// back is the way to a node by the edges that lead to each.
func (w *walk) back(via []int32, n int32) []int32 {
	var way []int32
	for k := via[n]; ; k = via[w.edges[k].from] {
		way = append(way, k)
		if w.edges[k].from < 0 {
			break
		}
	}
	slices.Reverse(way)
	return way
}

package proof

import (
	"fmt"
	"slices"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// paths reports paths that never end, questions that come again, and too many of them.
func (r *report) paths() {
	g := newGraph(r.w, normal)
	g.into()
	r.endless(g)
	r.rings()
	r.twice(g)
	for _, b := range []budget{
		{most: 4, rule: "quatre questions de tri au plus viennent avant la première information", kind: "triage", first: true},
		{most: 8, rule: "huit questions au plus se posent en tout"},
		{most: 4, rule: "quatre questions de contact au plus se posent", kind: "contact"},
		{most: 3, rule: "au téléphone, trois menus au plus se suivent", channel: "voice", menus: true},
		{most: 2, rule: "par SMS, deux questions de tri au plus se posent", kind: "triage", channel: "sms"},
	} {
		r.budget(b)
	}
}

// endless reports where no way leads to an end, or to somebody who takes over.
func (r *report) endless(g *graph) {
	ends := make([]bool, len(r.w.nodes))
	var todo []int32
	for i := range r.w.nodes {
		if st := r.w.p.Bundle.Steps[r.w.nodes[i].state.Step]; st.Kind == flow.End || st.Kind == flow.Handoff {
			ends[i] = true
			todo = append(todo, int32(i))
		}
	}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, k := range g.in[n] {
			if from := r.w.edges[k].from; !ends[from] {
				ends[from] = true
				todo = append(todo, from)
			}
		}
	}
	for i := range r.w.nodes { // in the order they were found: the nearest
		if st := r.w.p.Bundle.Steps[r.w.nodes[i].state.Step]; !ends[i] {
			r.fault(Endless, st.Pos, st, r.w.wayTo(int32(i)), `faites mener une réponse à une étape "end", ou à une personne`, "à partir d'ici, la conversation ne finit jamais")
			return
		}
	}
}

// rings reports questions that can be put again and again. A no to « C'est juste ? » may.
func (r *report) rings() {
	g := newGraph(r.w, func(e *edge) bool { return normal(e) && !e.no })
	said := map[string]bool{}
	for _, nodes := range g.nodes {
		at := slices.Min(nodes)
		ring := g.ring(at)
		if ring == nil {
			continue
		}
		st := r.w.p.Bundle.Steps[r.w.nodes[at].state.Step]
		ids := []string{st.ID}
		for _, k := range ring {
			ids = append(ids, r.w.nodes[r.w.edges[k].to].state.Step)
		}
		key := fmt.Sprint(slices.Sorted(slices.Values(ids[1:])))
		if said[key] {
			continue
		}
		said[key] = true
		what := "la même question"
		if st.Kind != flow.Ask {
			what = "la même attente"
		}
		r.fault(Again, st.Pos, st, append(r.w.wayTo(at), ring...), "faites mener l'une de ces réponses plus loin", "%s peut revenir sans fin : %s", what, spell(ids))
	}
}

// twice reports a question for what has been answered already.
func (r *report) twice(g *graph) {
	names := r.w.slicer.number
	before := make([]set, len(g.nodes)) // what may have been answered before a component
	for i := range before {
		before[i] = newSet(len(names))
	}
	for c := len(g.nodes) - 1; c >= 0; c-- {
		for _, n := range g.nodes[c] {
			st := r.w.p.Bundle.Steps[r.w.nodes[n].state.Step]
			for _, k := range r.w.nodes[n].out {
				e := &r.w.edges[k]
				if next := g.comp[e.to]; normal(e) && next != int32(c) {
					before[next].join(before[c], nil)
					if answering(e) {
						before[next].add(names[st.Answer])
					}
				}
			}
		}
	}
	said := map[string]bool{}
	for i := range r.w.nodes {
		st := r.w.p.Bundle.Steps[r.w.nodes[i].state.Step]
		if st.Kind != flow.Ask || said[st.ID] || !before[g.comp[i]].has(names[st.Answer]) {
			continue
		}
		way, other, smaller := r.between(g, int32(i), st.Answer)
		if smaller {
			continue
		}
		said[st.ID] = true
		fix := `enlevez "ask_again: true", ou l'une des deux questions`
		if other != nil && other.ID != st.ID {
			r.fault(AskedTwice, st.Pos, st, way, fix, "l'étape %q a déjà demandé cela sur un même chemin", other.ID)
		} else {
			r.fault(AskedTwice, st.Pos, st, way, fix, "cette question est posée une deuxième fois sur un même chemin")
		}
	}
}

// answering says whether an edge answers the question it leaves.
func answering(e *edge) bool {
	return e.move.kind == answers && (e.move.class.Kind == engine.Option || e.move.class.Kind == engine.Value)
}

// between is a way to a node past another question for the same answer, and that question; smaller says
// that it only comes back as a smaller menu.
func (r *report) between(g *graph, n int32, answer string) (way []int32, other *flow.Step, smaller bool) {
	next := map[int32]int32{n: -1}
	todo := []int32{n}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		for _, k := range g.in[at] {
			e := &r.w.edges[k]
			if _, seen := next[e.from]; seen {
				continue
			}
			next[e.from] = k
			todo = append(todo, e.from)
			st := r.w.p.Bundle.Steps[r.w.nodes[e.from].state.Step]
			if st.Answer != answer || !answering(e) || g.comp[e.from] == g.comp[n] {
				continue
			}
			if r.w.shrunk(e, n) {
				smaller = true
				continue
			}
			way = r.w.wayTo(e.from)
			for at := e.from; next[at] >= 0; at = r.w.edges[next[at]].to {
				way = append(way, next[at])
			}
			return way, st, false
		}
	}
	return r.w.wayTo(n), nil, smaller
}

// shrunk says whether a menu has come back without the choice that was made there: what can be chosen
// once leaves another menu behind.
func (w *walk) shrunk(e *edge, now int32) bool {
	return w.nodes[e.from].state.Step == w.nodes[now].state.Step && e.move.class.Kind == engine.Option &&
		!slices.Contains(w.nodes[now].offered, e.move.class.Value)
}

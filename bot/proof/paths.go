package proof

import (
	"fmt"
	"slices"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// A graph is the nodes of a walk and the ways between them on which nobody asks for a person: who does
// leaves the path they were on. Its components are the rings in which one can go round.
type graph struct {
	w     *walk
	takes func(e *edge) bool
	comp  []int32   // of each node; what follows has a lower number
	in    [][]int32 // edges that lead to a node
	nodes [][]int32 // of each component
}

func newGraph(w *walk, takes func(e *edge) bool) *graph {
	g := &graph{w: w, takes: takes, comp: make([]int32, len(w.nodes)), in: make([][]int32, len(w.nodes))}
	for k := range w.edges {
		if e := &w.edges[k]; e.from >= 0 && takes(e) {
			g.in[e.to] = append(g.in[e.to], int32(k))
		}
	}
	g.components()
	return g
}

// normal is a way on which nobody asks for a person.
func normal(e *edge) bool { return e.move.kind != asksHuman }

// components finds the rings (Tarjan), with a stack of its own: paths are long.
func (g *graph) components() {
	n := len(g.w.nodes)
	index, low, on := make([]int32, n), make([]int32, n), make([]bool, n)
	for i := range g.comp {
		g.comp[i] = -1
	}
	type visit struct{ node, next int32 }
	var open []int32
	count := int32(0)
	for root := range n {
		if index[root] != 0 {
			continue
		}
		work := []visit{{node: int32(root)}}
		for len(work) > 0 {
			v := &work[len(work)-1]
			if v.next == 0 {
				count++
				index[v.node], low[v.node] = count, count
				open = append(open, v.node)
				on[v.node] = true
			}
			deeper := int32(-1)
			for out := g.w.nodes[v.node].out; int(v.next) < len(out); {
				e := &g.w.edges[out[v.next]]
				v.next++
				if !g.takes(e) {
					continue
				}
				if index[e.to] == 0 {
					deeper = e.to
					break
				}
				if on[e.to] {
					low[v.node] = min(low[v.node], index[e.to])
				}
			}
			if deeper >= 0 {
				work = append(work, visit{node: deeper})
				continue
			}
			at := v.node
			work = work[:len(work)-1]
			if len(work) > 0 {
				up := work[len(work)-1].node
				low[up] = min(low[up], low[at])
			}
			if low[at] != index[at] {
				continue
			}
			var ring []int32
			for {
				top := open[len(open)-1]
				open = open[:len(open)-1]
				on[top] = false
				g.comp[top] = int32(len(g.nodes))
				ring = append(ring, top)
				if top == at {
					break
				}
			}
			g.nodes = append(g.nodes, ring)
		}
	}
}

// ring is a way round from a node back to itself, or nil.
func (g *graph) ring(n int32) []int32 {
	via := map[int32]int32{}
	todo := []int32{n}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		for _, k := range g.w.nodes[at].out {
			e := &g.w.edges[k]
			if !g.takes(e) || g.comp[e.to] != g.comp[n] {
				continue
			}
			if e.to == n {
				ring := []int32{k}
				for at != n {
					ring = append(ring, via[at])
					at = g.w.edges[via[at]].from
				}
				slices.Reverse(ring)
				return ring
			}
			if _, seen := via[e.to]; !seen {
				via[e.to] = k
				todo = append(todo, e.to)
			}
		}
	}
	return nil
}

// paths reports paths that never end, questions that come again, and too many of them.
func (r *report) paths() {
	g := newGraph(r.w, normal)
	r.endless(g)
	r.rings()
	r.twice(g)
	for _, b := range []budget{
		{4, "quatre questions de tri au plus viennent avant la première information", "triage", true, false},
		{8, "huit questions au plus se posent en tout", "", false, false},
		{4, "quatre questions de contact au plus se posent", "contact", false, false},
		{3, "au téléphone, trois menus au plus se suivent", "", false, true},
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
			r.fault(st.Pos, st, r.w.wayTo(int32(i)), "à partir d'ici, la conversation ne finit jamais", `faites mener une réponse à une étape "end", ou à une personne`)
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
		r.fault(st.Pos, st, append(r.w.wayTo(at), ring...), what+" peut revenir sans fin : "+spell(ids), "faites mener l'une de ces réponses plus loin")
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
		said[st.ID] = true
		way, other := r.between(g, int32(i), st.Answer)
		message := "cette question est posée une deuxième fois sur un même chemin"
		if other != nil && other.ID != st.ID {
			message = fmt.Sprintf("l'étape %q a déjà demandé cela sur un même chemin", other.ID)
		}
		r.fault(st.Pos, st, way, message, `enlevez "ask_again: true", ou l'une des deux questions`)
	}
}

// answering says whether an edge answers the question it leaves.
func answering(e *edge) bool {
	return e.move.kind == answers && (e.move.class.Kind == engine.Option || e.move.class.Kind == engine.Value)
}

// between is a way to a node past another question for the same answer, and that question.
func (r *report) between(g *graph, n int32, answer string) ([]int32, *flow.Step) {
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
			way := r.w.wayTo(e.from)
			for at := e.from; next[at] >= 0; at = r.w.edges[next[at]].to {
				way = append(way, next[at])
			}
			return way, st
		}
	}
	return r.w.wayTo(n), nil
}

// A budget is how many questions of a kind a path may put (service.md §1).
type budget struct {
	most    int
	rule    string
	kind    string // triage, contact or "" for both
	first   bool   // up to the first information
	byPhone bool   // menus by telephone, whatever their kind
}

func (b *budget) counts(w *walk, n *node) bool {
	st := w.p.Bundle.Steps[n.state.Step]
	switch {
	case st.Kind != flow.Ask:
		return false
	case b.byPhone:
		return n.channel == "voice" && w.p.Bundle.Answers[st.Answer].Type == flow.Choice
	}
	return st.Budget != "" && (b.kind == "" || b.kind == st.Budget)
}

// budget finds the path with most questions. Those of a ring count once each.
func (r *report) budget(b budget) {
	w := r.w
	g := newGraph(w, func(e *edge) bool { return normal(e) && (!b.first || e.given&informed == 0) })
	on := w.onTheWay()
	most, via := make([]int, len(g.nodes)), make([]int32, len(g.nodes))
	for c := range via {
		via[c] = -1
	}
	worst := -1
	for c := len(g.nodes) - 1; c >= 0; c-- {
		var steps []string
		for _, n := range g.nodes[c] {
			if id := w.nodes[n].state.Step; on[n] && b.counts(w, &w.nodes[n]) && !slices.Contains(steps, id) {
				steps = append(steps, id)
			}
		}
		most[c] += len(steps)
		if most[c] > b.most && (worst < 0 || most[c] < most[worst]) {
			worst = c
		}
		for _, n := range g.nodes[c] {
			for _, k := range w.nodes[n].out {
				if e := &w.edges[k]; on[n] && g.takes(e) && g.comp[e.to] != int32(c) && most[g.comp[e.to]] < most[c] {
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
	r.fault(st.Pos, st, append(w.wayTo(start), way...), fmt.Sprintf("%s ; celle-ci est la %de", b.rule, b.most+1), "enlevez une question, ou posez-la plus tard")
}

// onTheWay are the nodes that one comes to without asking for a person.
func (w *walk) onTheWay() []bool {
	on := make([]bool, len(w.nodes))
	var todo []int32
	for k := range w.edges {
		if e := &w.edges[k]; e.from < 0 && !on[e.to] {
			on[e.to] = true
			todo = append(todo, e.to)
		}
	}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, k := range w.nodes[n].out {
			if e := &w.edges[k]; normal(e) && !on[e.to] {
				on[e.to] = true
				todo = append(todo, e.to)
			}
		}
	}
	return on
}

// ends reports ends at which a person has not been given what they came for: an information, a next
// step, a structure; a person may also want nothing (service.md §7, DESIGN.md §5).
func (r *report) ends() {
	for _, want := range []struct {
		bits, lack given
		when       string // outcome of the end, or ""
		message    string
		fix        string
	}{
		{informed | refused, informed, "", "on peut finir ici sans avoir reçu une information", "donnez une carte ou une phrase avant la fin"},
		{pointed | refused, pointed, "", "on peut finir ici sans étape suivante", "dites quoi faire : une démarche, un numéro, une adresse"},
		{named | refused, named, "", "on peut finir ici sans nom de structure ni moyen de joindre le service", "ajoutez {structure} ou {numero_service} avant la fin"},
		{handed, handed, "handed_over", "cette fin dit que la demande est transmise, mais rien n'a été transmis", `passez d'abord par une étape "handoff", ou changez l'issue`},
	} {
		for _, k := range r.w.without(want.bits) {
			n := &r.w.nodes[r.w.edges[k[len(k)-1]].to]
			if st := r.w.p.Bundle.Steps[n.state.Step]; want.when == "" || want.when == st.Outcome {
				r.fault(st.Pos, st, k, want.message, want.fix)
			}
		}
	}
}

// without are the shortest ways to each end on which none of some things is given.
func (w *walk) without(bits given) [][]int32 {
	via := make([]int32, len(w.nodes))
	for i := range via {
		via[i] = -1
	}
	var todo []int32
	take := func(k int32) {
		if e := &w.edges[k]; e.given&bits == 0 && via[e.to] < 0 {
			via[e.to] = k
			todo = append(todo, e.to)
		}
	}
	for k := range w.edges {
		if w.edges[k].from < 0 {
			take(int32(k))
		}
	}
	var all [][]int32
	said := map[string]bool{}
	for len(todo) > 0 {
		n := todo[0]
		todo = todo[1:]
		if id := w.nodes[n].state.Step; w.p.Bundle.Steps[id].Kind == flow.End && !said[id] {
			said[id] = true
			var way []int32
			for k := via[n]; ; k = via[w.edges[k].from] {
				way = append(way, k)
				if w.edges[k].from < 0 {
					break
				}
			}
			slices.Reverse(way)
			all = append(all, way)
		}
		for _, k := range w.nodes[n].out {
			take(k)
		}
	}
	return all
}

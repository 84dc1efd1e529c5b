package proof

import "frontdesk/bot/flow"

// ends reports ends at which a person has not been given what they came for: an information, a next
// step, a structure; a person may also want nothing (service.md §7, DESIGN.md §5).
func (r *report) ends() {
	for _, want := range []struct {
		code    flow.Code
		bits    given
		when    string // outcome of the end, or ""
		message string
		fix     string
	}{
		{NoInformation, informed | refused, "", "on peut finir ici sans avoir reçu une information", "donnez une carte ou une phrase avant la fin"},
		{NoNextStep, pointed | refused, "", "on peut finir ici sans étape suivante", "dites quoi faire : une démarche, un numéro, une adresse"},
		{NoContact, named | refused, "", "on peut finir ici sans nom de structure ni moyen de joindre le service", "ajoutez {structure} ou {numero_service} avant la fin"},
		{NotHandedOver, handed, "handed_over", "cette fin dit que la demande est transmise, mais rien n'a été transmis", `passez d'abord par une étape "handoff", ou changez l'issue`},
	} {
		for _, k := range r.w.without(want.bits) {
			n := &r.w.nodes[r.w.edges[k[len(k)-1]].to]
			if st := r.w.p.Bundle.Steps[n.state.Step]; want.when == "" || want.when == st.Outcome {
				r.fault(want.code, st.Pos, st, k, want.fix, "%s", want.message)
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
			all = append(all, w.back(via, n))
		}
		for _, k := range w.nodes[n].out {
			take(k)
		}
	}
	return all
}

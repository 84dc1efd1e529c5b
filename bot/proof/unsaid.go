package proof

import (
	"fmt"

	"frontdesk/bot/flow"
)

// unsaid reports wordings for text messages that no path by SMS comes to say. Who comes to such a step all
// the same, with a resume code from another channel, is told the common text. By telephone that would not
// do: those wordings say which keys to press, and are kept for them.
func (r *report) unsaid() {
	if len(r.w.broken) > 0 || r.w.full { // what was seen is not all there is
		return
	}
	shown := r.shownBySMS()
	for _, st := range r.order() {
		if !r.visited(st) {
			continue // said already
		}
		said := shown[st.ID] || st.Kind != flow.Ask && r.w.has(seenOn{st.ID, "sms"})
		for _, id := range wordings(st) {
			r.needless(st, id, said, "aucun chemin par SMS ne passe par cette étape")
		}
		for _, o := range st.Options {
			r.needless(st, st.ID+"."+o.ID, shown[st.ID+"."+o.ID], fmt.Sprintf("aucun menu par SMS ne propose le choix %q", o.ID))
		}
	}
}

func (r *report) needless(st *flow.Step, id string, said bool, why string) {
	if text, written := r.w.p.Bundle.Texts[id+"@sms"]; written && !said {
		r.warn(NeverTexted, text.Pos, st, "enlevez-le, ou faites-y mener une réponse", `ce texte "sms" n'est jamais dit : %s`, why)
	}
}

// shownBySMS are the questions that are put by SMS, and the options that are offered.
func (r *report) shownBySMS() map[string]bool {
	all := map[string]bool{}
	for i := range r.w.nodes {
		n := &r.w.nodes[i]
		if !byChannel(n.channel, "sms") {
			continue
		}
		all[n.state.Step] = true
		for _, id := range n.offered {
			all[n.state.Step+"."+id] = true
		}
	}
	return all
}

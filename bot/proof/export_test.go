package proof

import (
	"fmt"
	"strings"

	"frontdesk/bot/engine"
)

// Walked lists what the walk comes to: each question with each menu on each kind of channel, each row.
func Walked(p *engine.Program) map[string]bool {
	return seenBy(walkAll(p))
}

// Plainly is what the walk comes to, state by state, and what is found, where each turn is played from
// its beginning to its end; and the same where what turns share is walked once.
func Plainly(p *engine.Program, plainly bool) (map[string]bool, Findings) {
	w := walked(p, plainly)
	if w.round { // nothing is shared then
		w = walkAll(p)
	}
	seen := seenBy(w)
	for at := range w.passed {
		seen["passed "+at.step+"@"+at.kind] = true
	}
	for i := range w.nodes {
		n := &w.nodes[i]
		for kind := range strings.SplitSeq(n.channel, "+") {
			answers := w.slicer.slice(kind, n.language, false, n.state.Step, n.state.Stack, n.state.Answers)
			seen[fmt.Sprint(n.language, kind, n.state.Step, n.state.Stack, answers, n.offered)] = true
		}
	}
	return seen, prove(w)
}

func seenBy(w *walk) map[string]bool {
	seen := map[string]bool{}
	for i := range w.nodes {
		n := &w.nodes[i]
		for kind := range strings.SplitSeq(n.channel, "+") {
			seen[n.state.Step+"@"+kind+" "+strings.Join(n.offered, "|")] = true
		}
	}
	for _, e := range w.edges {
		for _, r := range e.rows {
			seen[fmt.Sprint("row ", r.table, ":", r.n)] = true
		}
	}
	return seen
}

package proof

import (
	"fmt"
	"strings"

	"frontdesk/bot/engine"
)

// Walked lists what the walk comes to: each question with each menu on each kind of channel, each row.
func Walked(p *engine.Program) map[string]bool {
	w := walkAll(p)
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

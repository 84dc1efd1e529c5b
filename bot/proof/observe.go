package proof

import (
	"slices"
	"strings"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// ringOf is the end of what was passed, from one step to where it comes again.
func ringOf(passed []engine.Passed) []string {
	var ring []string
	for i := len(passed) - 1; i >= 0; i-- {
		id := passed[i].Step.ID
		ring = append(ring, id)
		if len(ring) > 1 && id == ring[0] {
			break
		}
	}
	slices.Reverse(ring)
	return ring
}

// observe notes what the checks of single steps want to know of a turn.
func (w *walk) observe(channel string, e *edge, done *played) {
	for i := range done.passed {
		p := &done.passed[i]
		if p.Step.Kind == flow.Handoff && p.Step.Handoff.Mode == "direct" && i+1 < len(done.passed) && channel == "voice" {
			w.unsafe(p.Step, done.passed[i+1:], e)
		}
	}
	if done.err == nil && channel == "voice" && w.move.kind == waitsLong {
		w.unsafe(w.p.Bundle.Steps[w.moveAt], done.passed, e)
	}
}

// unsafe notes a hand-off by telephone after which something else is offered before the emergency
// numbers are said (DESIGN.md §5).
func (w *walk) unsafe(st *flow.Step, after []engine.Passed, e *edge) {
	for i := range after {
		if st := after[i].Step; (st.Kind != flow.Ask || i == len(after)-1) && w.saysNumbers(st) { // others are passed over as known
			return
		}
	}
	w.silence(st, e)
}

// silence notes an edge that is the first on which a hand-off leaves somebody without the numbers.
func (w *walk) silence(st *flow.Step, e *edge) {
	if !slices.Contains(w.silent, st) {
		w.silent = append(w.silent, st)
		e.first = append(e.first, seenOn{st.ID, silence})
		w.passed[seenOn{st.ID, silence}] = -1
	}
}

// saysNumbers says whether a step names an emergency number by telephone, in every language and in each
// of its wordings.
func (w *walk) saysNumbers(st *flow.Step) bool {
	for _, language := range w.p.Bundle.Languages {
		for _, id := range wordings(st) {
			text := w.textIn(language, id, "voice")
			if (text != "" || id == st.ID) && !slices.ContainsFunc(w.numbers, func(n string) bool { return strings.Contains(text, n) }) {
				return false
			}
		}
	}
	return true
}

// wordings are the ids of a step's text and of those that answers put in its place.
func wordings(st *flow.Step) []string {
	all := []string{st.ID}
	for _, v := range st.Variants {
		all = append(all, st.ID+"@"+v.ID)
	}
	return all
}

func (w *walk) rowsOf(passed []engine.Passed) []row {
	var all []row
	for i := range passed {
		if passed[i].Step.Kind == flow.Route {
			all = append(all, w.rowOf(&passed[i]))
		}
	}
	return all
}

func (w *walk) rowOf(p *engine.Passed) row {
	at := row{table: p.Step.Table, n: p.Row}
	for c, column := range w.p.Bundle.Tables[p.Step.Table].Columns {
		if p.Answers.Get(w.asks(column)) != "" && c < 64 {
			at.answered |= 1 << c
		}
	}
	return at
}

// fills says whether a sentence told more than it was asked.
func fills(picks []pick) bool {
	return slices.ContainsFunc(picks, func(p pick) bool { return p.fill })
}

// textIn is a text in one language, or in the bundle's own.
func (w *walk) textIn(language, id, channel string) string {
	for _, key := range [...]string{id + "@" + channel, id} {
		if t, ok := w.words.Text(language, key); ok {
			return t
		}
	}
	return w.text(id, channel)
}

// text is a text in the bundle's own language, in the wording of a channel.
func (w *walk) text(id, channel string) string {
	if t, ok := w.words.Text(w.p.Bundle.Source, id+"@"+channel); ok {
		return t
	}
	t, _ := w.words.Text(w.p.Bundle.Source, id)
	return t
}

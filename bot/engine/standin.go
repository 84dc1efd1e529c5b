package engine

import (
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// standIn has a conversation go on with the release that stands in for its own, which cannot be had any more,
// and keeps it to that one. Steps go by the names they have there (moved:). Where the open question is gone,
// the last one before it that is still there is open instead, and is put before anything is an answer to it.
func (t *turn) standIn() {
	b := t.p.Bundle
	t.s.Release = b.Hash
	t.s.Step = renamed(b, t.s.Step)
	gone := func(step string) bool { return step != "" && !ofEngine(step) && b.Steps[step] == nil }
	t.s.Stack = slices.Clone(t.s.Stack)
	for i, step := range t.s.Stack {
		t.s.Stack[i] = renamed(b, step)
	}
	t.s.Path = slices.Clone(t.s.Path)
	for i := range t.s.Path {
		v := &t.s.Path[i]
		v.Step = renamed(b, v.Step)
		back := strings.Fields(v.Back)
		for j := range back {
			back[j] = renamed(b, back[j])
		}
		v.Back = strings.Join(slices.DeleteFunc(back, gone), " ")
	}
	t.s.Path = slices.DeleteFunc(t.s.Path, func(v bot.Visit) bool { return gone(v.Step) })
	last := b.Flows[b.Start].Start
	if n := len(t.s.Path); n > 0 {
		last = t.s.Path[n-1].Step
	}
	for i, step := range t.s.Stack { // what an engine's question interrupted
		if gone(step) {
			t.s.Stack[i] = last
		}
	}
	if t.s.Asking && gone(t.s.Step) {
		t.s.Step, t.strayed = last, true
	}
}

// ofEngine says that a step is a question of the engine's own.
func ofEngine(step string) bool { return strings.HasPrefix(step, "!") }

// renamed is what a release calls a step, or the step itself. That of the engine's question is what it is about.
func renamed(b *flow.Bundle, step string) string {
	name, target, about := strings.Cut(step, ":")
	if ofEngine(step) && about {
		return name + ":" + renamed(b, target)
	}
	if b.Steps[step] == nil {
		if to := b.Successor(step); to != "" {
			return to
		}
	}
	return step
}

// putAgain puts the question that is open since the one the person answers is gone.
func (t *turn) putAgain() {
	t.trace.Class, t.strayed = "strayed", false
	t.say("engine.back")
	t.goBackTo(t.s.Step)
}

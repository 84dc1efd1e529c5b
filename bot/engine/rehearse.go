package engine

import (
	"fmt"
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// Enter begins a conversation in the middle of a flow, at a step ("flow.step") and with answers that
// nobody gave. It is for rehearsals: nobody's real conversation begins so. A flow that is called returns to
// the first place that calls it. The errors are Step's, and a step or an answer that the bundle has not.
func (e *Engine) Enter(s bot.Session, in bot.Input, step string, answers bot.Answers) (bot.Turn, error) {
	p := e.shelf.Live()
	if p.steps[step] == nil {
		return bot.Turn{}, fmt.Errorf("begin at %q: release %s has no such step", step, p.Bundle.Hash)
	}
	for _, a := range answers {
		if p.Bundle.Answers[a.Name] == nil {
			return bot.Turn{}, fmt.Errorf("begin with an answer %q: release %s has no such answer", a.Name, p.Bundle.Hash)
		}
	}
	return e.run(s, in, func(t *turn) {
		t.trace.Class = "arrived"
		if ev, is := t.in.Event.(bot.Arrived); is {
			t.speakLanguage(ev.Language)
		}
		for _, a := range answers {
			t.s.Answers = t.s.Answers.With(a.Name, a.Value)
		}
		t.s.Stack = t.p.returns(t.p.steps[step].Flow, nil)
		t.enter(step)
	})
}

// returns is where a flow that was called goes back to, innermost last: behind the first step, in the
// order written, that calls it. The loader refuses flows that call each other.
func (p *Program) returns(id string, seen []string) []string {
	if id == p.Bundle.Start || slices.Contains(seen, id) {
		return nil
	}
	for _, at := range p.order {
		if st := p.steps[at]; st.Kind == flow.Call && st.Call == id {
			return append(p.returns(st.Flow, append(seen, id)), st.Then)
		}
	}
	return nil
}

package engine

import (
	"maps"
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// silentNow is a silence measured by a voice leg: a short word, then the whole question, then a person; goodbye
// where it was just said that none can come.
func (t *turn) silentNow(ask bot.AskID) {
	t.trace.Class = "no_input"
	if !t.s.Asking || ask != t.s.Ask {
		return
	}
	if t.strayed {
		t.putAgain()
		return
	}
	if t.s.Life == bot.Waiting && t.offersAnother(t.s.Step) { // whoever says nothing to it goes on waiting
		t.s.Asking = false
		return
	}
	t.s.Silences++
	silences, tries := t.s.Silences, max(1, len(t.live.Bundle.Reprompt.NoInput[t.kind]))
	switch st := t.p.steps[t.s.Step]; {
	case t.records(st) && st.Optional && silences > 1: // nothing to say is an answer
		t.advance(Class{Kind: Skip})
		return
	case silences == 1 && tries > 2:
		t.askShortly()
	case silences%tries > 0:
		t.again()
	case t.leaveOff():
		return
	case silences > tries:
		t.goodbye()
		return
	default:
		t.toHuman()
		return
	}
	t.s.Silences = silences
}

// offersAnother says whether a question is the first that a hand-off puts to who waits: going on waiting is an answer.
func (t *turn) offersAnother(question string) bool {
	var next []string
	for _, st := range t.p.steps {
		if st.Handoff != nil {
			next = slices.AppendSeq(next, maps.Values(st.Handoff.On))
		}
	}
	seen := map[string]bool{}
	for len(next) > 0 {
		id := next[0]
		next = next[1:]
		st, ours := t.p.steps[id]
		switch {
		case id == question:
			return true
		case !ours || seen[id] || st.Kind == flow.Ask || st.Kind == flow.Call || st.Handoff != nil:
			continue
		}
		seen[id] = true
		next = append(next, st.Exits()...)
	}
	return false
}

// nobodyComes: it was said that nobody can come, and what may be chosen. Who says nothing to that is led to people no
// more: their silences are counted as if they had said nothing before.
func (t *turn) nobodyComes() {
	if t.kind == "voice" {
		t.s.Silences = len(t.live.Bundle.Reprompt.NoInput[t.kind])
	}
}

// askShortly says that nothing was heard and how to hear the question again; the same question stays open. What
// is announced before a recording is said as its second wording says it.
func (t *turn) askShortly() {
	st, ours := t.p.steps[t.s.Step]
	switch {
	case !ours || st.Kind != flow.Ask:
		t.again()
	case t.records(st):
		t.ask(st, t.rephrased(st))
	default:
		t.short = true
		t.ask(st, t.text("engine.silence"))
	}
}

// leaveOff ends a question that was put often enough, where that is no reason to look for a person: one that may be
// passed over is, and what was settled with a counsellor, or promised, stands.
func (t *turn) leaveOff() bool {
	st, ours := t.p.steps[t.s.Step]
	switch {
	case ours && st.Optional:
		t.advance(Class{Kind: Skip})
	case t.afterCall():
		t.endCall()
	case t.s.Life == bot.Promised:
		t.goodbye()
	default:
		return false
	}
	return true
}

// goodbye ends a call in which nobody answers. What was promised is kept.
func (t *turn) goodbye() {
	if t.promiseMessage() {
		t.say("engine.waiting.promised")
	}
	if t.s.Life == bot.Talking {
		t.closeSoftly("silent")
		return
	}
	t.s.Asking = false
	t.cancel(bot.TimerExpiry)
	t.say("engine.finished")
}

package engine

import (
	"slices"

	"frontdesk/bot"
)

// fallback answers a turn that could not be decided: an apology, and a case for the Region's desk
// that keeps everything collected. It uses as little as it can of what may be broken.
func (e *Engine) fallback(s bot.Session, in bot.Input, cause error) bot.Turn {
	t, err := e.begin(s, in)
	if err != nil { // the shelf lost a release between two lines: the live one must do
		s.Release = e.shelf.Live().Bundle.Hash
		t, _ = e.begin(s, in)
	}
	t.trace.Class = "fallback"
	t.s.Asking = false
	t.caseForReading()
	t.dropPastTimers()
	t.say("engine.fallback")
	if _, acted := in.Event.(bot.Claimed); acted || in.Facts.Actor.ID != "" {
		t.reply(codeUnknown)
	}
	done := t.end()
	done.Fault = cause
	return done
}

// caseForReading has the Region's desk read the conversation, unless somebody does already.
func (t *turn) caseForReading() {
	if t.s.Life.Open() || t.s.Life == bot.Erased {
		return
	}
	if t.s.Life == bot.Closed {
		t.move(lifeReopen)
	}
	lead := t.live.Bundle.Lead()
	t.s.Case = bot.Case{
		Structure: bot.StructureID(lead.ID), Queue: bot.QueueName(lead.ID), Mode: bot.Dated, Since: t.now,
		Due: t.due(lead, bot.Dated), Danger: t.s.Case.Danger, Urgent: t.s.Case.Urgent,
	}
	t.move(lifePromise)
	t.timer(bot.TimerPromise, t.s.Case.Due)
}

// dropPastTimers forgets what is overdue, or the same timer would ring for ever.
func (t *turn) dropPastTimers() {
	t.s.Timers = slices.DeleteFunc(slices.Clone(t.s.Timers), func(x bot.Timer) bool { return !x.At.After(t.now) })
}

// unplayed answers for an input that no process survived. Its words are not looked at here: a human
// reads them, and the numbers for a danger nobody has heard are named.
func (t *turn) unplayed(ev bot.Unplayed) {
	t.trace.Class = "unplayed"
	t.dropPastTimers()
	switch {
	case ev.By != "":
		t.reply(codeUnknown)
	case t.gone: // nobody is there to be told
	case t.in.Leg.For != bot.ToCitizen && ev.Kind != bot.Damaged: // a timer: nobody waits for an answer
		t.caseForReading()
	case t.s.Case.Owner != "" && t.s.Life.Open():
		t.pass(string(ev.Text))
	default:
		t.caseForReading()
		t.say("engine.unplayed")
		t.sayNumbers("15", "17", "112", bySMS)
		t.goOn()
	}
}

// goOn asks what was open again, or begins.
func (t *turn) goOn() {
	switch {
	case t.s.Step == "":
		t.enter(t.p.Bundle.Flows[t.p.Bundle.Start].Start)
	case t.s.Asking:
		t.again()
	}
}

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
	lead := t.live.Bundle.Lead()
	if !t.s.Life.Open() {
		if t.s.Life == bot.Closed {
			t.move(lifeReopen)
		}
		t.s.Case = bot.Case{
			Structure: bot.StructureID(lead.ID), Queue: bot.QueueName(lead.ID), Mode: bot.Dated, Since: t.now,
			Due: t.due(lead, bot.Dated), Danger: t.s.Case.Danger, Urgent: t.s.Case.Urgent,
		}
		t.move(lifePromise)
		t.timer(bot.TimerPromise, t.s.Case.Due)
	}
	t.s.Timers = slices.DeleteFunc(slices.Clone(t.s.Timers), func(x bot.Timer) bool { return !x.At.After(t.now) }) // or the same one rings for ever
	t.say("engine.fallback")
	if _, acted := in.Event.(bot.Claimed); acted || in.Facts.Actor.ID != "" {
		t.reply(codeUnknown)
	}
	done := t.end()
	done.Fault = cause
	return done
}

package engine

import "frontdesk/bot"

// askLater has a person who agreed asked, some time after the end, whether it helped. They must be
// reachable then: nobody comes back to a page to be asked.
func (t *turn) askLater() {
	if t.s.Answers.Get(t.p.as.follow) == "oui" && t.pushed() {
		t.timer(bot.TimerHelped, t.now.Add(t.live.Bundle.Delays.Follow))
	}
}

// pushed says whether the person can be written to after they have left.
func (t *turn) pushed() bool {
	for _, l := range t.s.Legs {
		if l.For == bot.ToCitizen && l.Push && !l.Left {
			return true
		}
	}
	return false
}

// askWhetherItHelped is one question, once. Silence is an answer too: nothing reminds of it.
func (t *turn) askWhetherItHelped() {
	if t.s.Life != bot.Closed || t.s.Asking || t.s.Case.Danger != "" || !t.pushed() {
		return
	}
	t.s.Answers = t.s.Answers.Without(t.p.as.follow)
	t.askEngine(askFollow)
	t.cancel(bot.TimerSilence)
	t.cancel(bot.TimerExpiry)
}

// helped notes the answer, in the statistics alone, and thanks.
func (t *turn) helped(option string) {
	t.resume()
	t.trace.Useful = option
	if t.p.as.useful != "" {
		t.s.Answers = t.s.Answers.With(t.p.as.useful, option)
	}
	t.say("engine.follow.done")
}

package engine

import (
	"slices"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// ownerHungUp: the counsellor has left the telephone before the caller, who goes on where the flow says, or to
// the end of the call. The case stays the counsellor's until they say what came of it.
func (t *turn) ownerHungUp() {
	if t.s.Life != bot.Live {
		return
	}
	t.giveTo(bot.Leg{})
	t.kind = "voice" // the caller listens, whatever they came by first
	if t.urgent() {
		t.sayNumbersAgain()
	}
	at := t.p.steps[t.s.Step]
	if at == nil || at.Handoff == nil {
		at = t.p.steps[t.p.human]
	}
	if t.gone || at == nil || at.Handoff == nil || at.Handoff.On["over"] == "" {
		t.endCall()
		return
	}
	t.s.Step, t.s.Stack = at.ID, nil
	t.advance(Class{After, "over"})
}

// endCall ends a call that the counsellor has left.
func (t *turn) endCall() {
	t.s.Asking = false
	t.say("engine.call.over")
	t.ringOff()
}

func (t *turn) ringOff() { t.emit(bot.ToCitizen, bot.Hangup{Reason: "owner_left"}) }

// callGoesOn says whether a caller is asked something after their counsellor has left the telephone, who may
// have closed the case since. Nobody else is asked anything by the flow then.
func (t *turn) callGoesOn() bool {
	st, ours := t.p.steps[t.s.Step]
	return t.s.Asking && ours && st.Kind == flow.Ask && (t.s.Life == bot.Live || t.s.Life == bot.Closed)
}

// afterCall says whether this comes from that caller.
func (t *turn) afterCall() bool { return t.kind == "voice" && t.callGoesOn() }

// ownerGone says whether whoever has the case has left the telephone, and has not come back to the person since.
func (t *turn) ownerGone() bool {
	return !slices.ContainsFunc(t.s.Legs, func(l bot.Leg) bool { return l.For == bot.ToOwner && !l.Left })
}

// ringAgain looks for the counsellor whom the caller wants back. Who does not come in time gives the case to the
// others; asking again does not lengthen it.
func (t *turn) ringAgain() {
	t.s.Asking = false
	t.say("engine.call.again")
	if !slices.ContainsFunc(t.s.Timers, func(x bot.Timer) bool { return x.Name == bot.TimerOwner && x.Ask == nudged }) {
		t.timerAgain(bot.TimerOwner, t.now.Add(t.live.Bundle.Delays.Call))
	}
}

// endQuestions: what a caller is still asked after their counsellor has left is over, as the counsellor has decided
// what comes of the case.
func (t *turn) endQuestions() {
	if t.callGoesOn() {
		t.s.Asking = false
	}
}

// giveUp leads who was not understood to a person; who has just talked to one, or was promised a call, has no more
// to say.
func (t *turn) giveUp() {
	if (t.afterCall() || t.kind == "voice" && t.s.Life == bot.Promised) && t.leaveOff() {
		return
	}
	t.say("engine.gave_up")
	t.toHuman()
}

// longestHold is longer than any call waits. Whoever seems to wait longer has gone, and nobody heard them hang up.
const longestHold = time.Hour

// departed marks the timer of a wait whose caller has rung off.
const departed bot.AskID = "departed"

// onTheLine notes whether a caller who waits is there, or has rung off.
func (t *turn) onTheLine(there bool) {
	i := slices.IndexFunc(t.s.Timers, func(x bot.Timer) bool { return x.Name == bot.TimerUnclaimed })
	if t.kind != "voice" || i < 0 || there && t.s.Timers[i].Ask != departed {
		return
	}
	t.timer(bot.TimerUnclaimed, t.s.Timers[i].At)
	mark := &t.s.Timers[len(t.s.Timers)-1].Ask
	if *mark = departed; there {
		*mark = ""
	}
}

// holds says whether the person waits on the telephone, and can be heard by no other way.
func (t *turn) holds() bool {
	return t.kind == "voice" && !t.elsewhere() &&
		slices.ContainsFunc(t.s.Timers, func(x bot.Timer) bool { return x.Name == bot.TimerUnclaimed && x.Ask != departed })
}

// elsewhere says whether the person is, or can come back, by another way than a call.
func (t *turn) elsewhere() bool {
	return slices.ContainsFunc(t.s.Legs, func(l bot.Leg) bool { return l.For == bot.ToCitizen && !l.Left && l.Channel != "phone" })
}

// nobodyWaits ends the wait of a caller who has rung off: they are called back where they gave a number or a message.
// Nobody can do anything for who gave neither, but look into a danger.
func (t *turn) nobodyWaits() {
	_, message := t.message()
	if message || t.numberGiven() || t.s.Case.Danger != "" || t.s.Case.Procedure != "" {
		t.owe()
		return
	}
	t.close("abandoned")
}

// numberGiven says whether a caller gave a number to be called on, and is not correcting it.
func (t *turn) numberGiven() bool {
	if st, ours := t.p.steps[t.s.Step]; ours && st.answer != nil && st.answer.Type == flow.PhoneNo {
		return false
	}
	for name, a := range t.p.Bundle.Answers {
		if a.Type == flow.PhoneNo && t.s.Answers.Get(name) != "" {
			return true
		}
	}
	return false
}

// offerAgain offers who still holds the line another way once more. Who is about to take one is not interrupted.
func (t *turn) offerAgain() {
	again := t.live.Bundle.Delays.Citizen
	busy := t.s.Asking && (t.quiet < time.Minute || t.quiet < bot.LongestMessage+time.Minute && t.records(t.p.steps[t.s.Step]))
	if busy {
		again = time.Minute
	}
	t.timerAgain(bot.TimerUnclaimed, t.now.Add(again))
	if st, ok := t.p.steps[t.p.human]; ok && !busy {
		t.s.Stack = nil
		t.offerAnotherWay(st)
	}
}

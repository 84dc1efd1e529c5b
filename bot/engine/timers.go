package engine

import (
	"slices"
	"time"

	"frontdesk/bot"
)

// timer sets or moves one of the conversation's timers. There is one of each name.
func (t *turn) timer(name bot.TimerName, at time.Time) {
	set := make([]bot.Timer, 0, len(t.s.Timers)+1)
	for _, x := range t.s.Timers {
		if x.Name != name {
			set = append(set, x)
		}
	}
	t.s.Timers = append(set, bot.Timer{Name: name, At: at, Ask: t.s.Ask})
}

// nudged marks a timer whose first ring was a reminder.
const nudged bot.AskID = "nudged"

// timerAgain sets a timer that has rung once already: its next ring is the last warning.
func (t *turn) timerAgain(name bot.TimerName, at time.Time) {
	t.timer(name, at)
	t.s.Timers[len(t.s.Timers)-1].Ask = nudged
}

func (t *turn) cancel(name bot.TimerName) {
	i := slices.IndexFunc(t.s.Timers, func(x bot.Timer) bool { return x.Name == name })
	if i >= 0 {
		t.s.Timers = slices.Concat(t.s.Timers[:i], t.s.Timers[i+1:])
	}
}

// waits says whether a timer is set.
func (t *turn) waits(name bot.TimerName) bool {
	return slices.ContainsFunc(t.s.Timers, func(x bot.Timer) bool { return x.Name == name })
}

// expireLater closes a conversation that nobody goes on with.
func (t *turn) expireLater() {
	if after := t.live.Bundle.Reprompt.Expire; after > 0 && !t.s.Life.Open() {
		t.timer(bot.TimerExpiry, t.now.Add(after))
	}
}

// rang does what is due, the oldest first. Nothing may be due any more: then nothing happens.
func (t *turn) rang() {
	t.trace.Class = "timer"
	for range 8 {
		i := t.dueTimer()
		if i < 0 {
			return
		}
		ring := t.s.Timers[i]
		t.s.Timers = slices.Concat(t.s.Timers[:i], t.s.Timers[i+1:])
		t.trace.Class = "timer:" + string(ring.Name)
		t.ring(ring)
	}
}

func (t *turn) dueTimer() int {
	first := -1
	for i, x := range t.s.Timers {
		if !x.At.After(t.now) && (first < 0 || x.At.Before(t.s.Timers[first].At)) {
			first = i
		}
	}
	return first
}

func (t *turn) ring(x bot.Timer) {
	switch x.Name {
	case bot.TimerSilence:
		t.silent(x.Ask)
	case bot.TimerExpiry:
		t.closeSoftly("expired")
	case bot.TimerUnclaimed:
		t.unclaimed(x)
	case bot.TimerOwner:
		t.ownerSilent(x)
	case bot.TimerCitizen:
		t.citizenSilent(x)
	case bot.TimerPromise:
		t.promiseDue(x)
	case bot.TimerRelease:
		t.letGo(false)
	case bot.TimerFollow:
		t.followUp()
	case bot.TimerHelped:
		t.askWhetherItHelped()
	}
}

// silent asks again after a silence, once, and leaves it at that until the conversation expires.
// A silence of an older question is nobody's.
func (t *turn) silent(ask bot.AskID) {
	if !t.s.Asking || ask != t.s.Ask || t.s.Life.Open() && t.s.Life != bot.Promised && t.s.Life != bot.Referred {
		return
	}
	t.s.Silences++
	p := t.patience()
	t.remind("engine.silence", t.until(p, bot.TimerExpiry))
	if p > 0 {
		t.timer(bot.TimerSilence, t.now.Add(p))
	}
}

// closeSoftly ends a conversation that nobody goes on with; a message takes it up again.
func (t *turn) closeSoftly(outcome string) {
	if t.s.Life.Open() && t.s.Life != bot.Live || t.s.Life == bot.Closed || t.promiseMessage() {
		return
	}
	t.say("engine.closed.soft")
	t.close(outcome)
	t.emit(bot.ToCitizen, bot.Hangup{Reason: outcome})
}

// followUp brings a closed case back to its desk, on the day that was chosen, to see what became of it.
// The person is told nothing; one who has come back meanwhile needs no reminder.
func (t *turn) followUp() {
	if t.s.Life != bot.Closed || t.s.Case.Structure == "" || !t.move(lifeReopen) {
		return
	}
	t.move(lifePromise)
	c := t.s.Case
	c.Owner, c.OwnerName, c.Mode, c.Outcome, c.Since = "", "", bot.Dated, "", t.now
	t.s.Case = c
	t.giveTo(bot.Leg{})
	t.s.Case.Due = t.due(t.structure(t.s.Answers), bot.Dated)
	t.timer(bot.TimerPromise, t.s.Case.Due)
}

// unclaimed: nobody took a live case in time. The place in the queue is kept, and the flow offers
// another way.
func (t *turn) unclaimed(x bot.Timer) {
	if t.s.Life != bot.Waiting || t.s.Case.Owner != "" {
		return
	}
	switch {
	case t.urgent():
		t.dangerUnclaimed()
		return
	case x.Ask == departed && !t.elsewhere():
		t.nobodyWaits()
		return
	case x.Ask == nudged && t.kind == "voice" && !t.elsewhere():
		if t.now.Sub(t.s.Case.Since) < longestHold {
			t.offerAgain()
		} else {
			t.nobodyWaits()
		}
		return
	case x.Ask == nudged: // they were offered another way and did not take it: the wait ends with a promise
		t.promiseInstead()
		return
	}
	t.timerAgain(bot.TimerUnclaimed, t.now.Add(t.live.Bundle.Delays.Citizen))
	if st, ok := t.p.steps[t.p.human]; ok && !t.s.Asking {
		t.offerAnotherWay(st)
	}
}

// promiseInstead turns a live wait that nobody ended into an answer at a date.
func (t *turn) promiseInstead() {
	t.owe()
	t.say("engine.waiting.promised")
}

// owe promises the person an answer of the lead's, at a date.
func (t *turn) owe() {
	t.openCase(t.live.Bundle.Lead(), bot.Dated)
	t.move(lifePromise)
	t.s.Asking = false
	t.cancel(bot.TimerSilence)
	t.timer(bot.TimerPromise, t.s.Case.Due)
	t.trace.Promised = t.s.Case.Due
}

// dangerUnclaimed shows an urgent case on every desk again, for as long as nobody takes it. The person
// is told nothing unasked: somebody else may be looking at the screen.
func (t *turn) dangerUnclaimed() {
	t.posted = bot.Card{}
	lead := t.live.Bundle.Lead()
	if next := t.calendar().AddWorking(lead.Hours, t.now, t.live.Bundle.Delays.Pickup); !next.IsZero() {
		t.timer(bot.TimerUnclaimed, next)
	}
}

// offerAnotherWay takes the timeout step of the hand-off that waits; by telephone that for a desk which has closed, or
// been left, meanwhile.
func (t *turn) offerAnotherWay(human *step) {
	at := t.p.steps[t.s.Step]
	if at == nil || at.Handoff == nil {
		at = human
	}
	if at.Handoff == nil || at.Handoff.On["timeout"] == "" {
		return
	}
	outcome := "timeout"
	if obstacle := t.obstacle(t.target(at.Handoff.To)); t.kind == "voice" && at.Handoff.On[obstacle] != "" {
		outcome = obstacle
	}
	t.s.Step = at.ID
	t.advance(Class{After, outcome})
}

// ownerSilent nudges a counsellor whom somebody waits for, then gives the case back to the queue.
func (t *turn) ownerSilent(x bot.Timer) {
	if t.s.Case.Owner == "" || t.s.Life != bot.Live || t.talking() {
		return
	}
	if x.Ask != nudged {
		from, until := len(t.effects), t.now.Add(t.live.Bundle.Delays.Owner)
		t.tellOwner(codeNudge)
		t.worth(from, until)
		t.timerAgain(bot.TimerOwner, until)
		return
	}
	t.tellOwner(codeGivenBack)
	t.release()
}

// citizenSilent nudges a person whom a counsellor waits for, then closes softly. What is about to be said to
// them begins another wait.
func (t *turn) citizenSilent(x bot.Timer) {
	if t.s.Life != bot.Live || len(t.s.Held) > 0 || t.talking() {
		return
	}
	if x.Ask != nudged {
		until := t.now.Add(t.live.Bundle.Delays.Citizen)
		t.remind("engine.nudge.citizen", until)
		t.timerAgain(bot.TimerCitizen, until)
		return
	}
	if t.s.Case.Procedure == "open" { // only who leads it closes it, and the desk must go on seeing it
		t.tellOwner(codeNudge)
		t.timerAgain(bot.TimerCitizen, t.now.Add(t.live.Bundle.Delays.Citizen))
		return
	}
	t.closeSoftly("silent")
}

// promiseDue: what was promised is due and nobody has done it. A referral that nobody answered goes
// back to the lead. Anything else is said to be late, once to the person and each working day on every
// desk; from the second day on the case is anybody's.
func (t *turn) promiseDue(x bot.Timer) {
	t.trace.Kept = "no"
	switch {
	case t.s.Life == bot.Referred:
		t.s.Case.Refused = "silent"
		t.toLead("engine.unanswered")
		return
	case x.Ask == nudged && t.s.Case.Owner != "":
		t.tellOwner(codeGivenBack)
		t.release()
	case x.Ask != nudged:
		t.say("engine.promise.late")
		t.tellOwner(codeNudge)
	}
	t.posted = bot.Card{}
	lead := t.live.Bundle.Lead()
	if next := t.calendar().AddDays(lead.Hours, t.now, 1); !next.IsZero() {
		t.timerAgain(bot.TimerPromise, next)
	}
}

// remind says what is not worth saying any more once something else has happened instead: nobody
// wants to be asked at noon whether they were there at nine.
func (t *turn) remind(id string, until time.Time) {
	from := len(t.effects)
	t.say(id)
	t.worth(from, until)
}

// worth gives the effects that were added since there were from of them a time after which they need
// not be sent. Zero is for ever.
func (t *turn) worth(from int, until time.Time) {
	for i := from; i < len(t.effects); i++ {
		t.effects[i].Until = until
	}
}

// until is the end of a wait of d, or when a timer that is set rings where there is none; zero when
// neither is.
func (t *turn) until(d time.Duration, name bot.TimerName) time.Time {
	if d > 0 {
		return t.now.Add(d)
	}
	for _, x := range t.s.Timers {
		if x.Name == name {
			return x.At
		}
	}
	return time.Time{}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

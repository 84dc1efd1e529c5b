package engine

import (
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// handOff makes the person somebody's case. A direct hand-off is live and waits; where nobody can
// be there soon it takes the step that the flow names for that. A referral or a dated answer is
// noted and the flow goes on.
func (t *turn) handOff(st *step) {
	to := t.target(st.Handoff.To)
	t.sayNewsOf(to)
	mode := bot.Mode(st.Handoff.Mode)
	if mode == bot.Referral && to.Lead { // nobody else is competent there: the lead owes an answer, it refers to nobody
		mode = bot.Dated
	}
	if mode == bot.Direct {
		if obstacle := t.obstacle(to); obstacle != "" {
			t.sayWhyClosed(to)
			t.advance(Class{After, obstacle})
			t.nobodyComes()
			return
		}
	}
	t.openCase(to, mode)
	if st.Handoff.UrgentSet && st.Handoff.Urgent.Match(t.lookup) {
		t.s.Case.Urgent = true
	}
	t.trace.Promised = t.s.Case.Due
	if mode == bot.Direct {
		if t.s.Case.Owner != "" { // who kept it for an answer: the person asks for whoever is free now
			t.tellOwner(codeGivenBack)
			t.disown()
		}
		t.move(lifeEscalate)
		t.sayPrompt(st)
		until := t.now.Add(t.waitOf(st))
		t.sayRank(until)
		t.timer(bot.TimerUnclaimed, until)
		t.cancel(bot.TimerSilence)
		t.cancel(bot.TimerExpiry)
		return
	}
	if mode == bot.Referral {
		t.move(lifeRefer)
	} else {
		t.move(lifePromise)
	}
	t.timer(bot.TimerPromise, t.s.Case.Due)
	t.sayPrompt(st)
	if !t.recapByMail() {
		t.advance(Class{Kind: After})
	}
}

// disown makes a case anybody's.
func (t *turn) disown() {
	t.s.Case.Owner, t.s.Case.OwnerName = "", ""
	t.giveTo(bot.Leg{})
}

func (t *turn) sayPrompt(st *step) { t.speak(t.stepSays(st.Step, t.s.Answers)) }

// lookup gives conditions everything they may ask about.
func (t *turn) lookup(name string) string {
	state := t.state()
	return state.lookup(t.p, t.scene())(name)
}

// waitOf is how long a person waits before they are offered another way.
func (t *turn) waitOf(st *step) time.Duration {
	if t.kind == "voice" { // nobody listens to music for longer (service.md §6)
		return t.live.Bundle.Delays.Call
	}
	if st.Handoff.Wait > 0 {
		return st.Handoff.Wait
	}
	return t.live.Bundle.Delays.Pickup
}

// target is the structure a hand-off goes to: the lead, a structure by id, or that of a network in
// the person's territory. A network that nobody serves there goes to the lead.
func (t *turn) target(to string) *flow.Structure {
	b := t.live.Bundle
	if network, ok := strings.CutPrefix(to, "network:"); ok {
		if inner, ok := strings.CutPrefix(network, "{"); ok {
			network = t.s.Answers.Get(strings.TrimSuffix(inner, "}"))
		}
		return t.competent(network, t.s.Answers)
	}
	if s, ok := b.Structures[to]; ok {
		return s
	}
	return b.Lead()
}

// obstacle says why nobody can be there soon.
func (t *turn) obstacle(to *flow.Structure) string {
	switch {
	case !t.open(to.Hours):
		return "closed"
	case t.in.Facts.OnDuty == 0:
		return "unstaffed"
	}
	return ""
}

// sayWhyClosed names the holiday or the exceptional closure, if there is one today. Supervisors write
// closures in the bundle's own language only.
func (t *turn) sayWhyClosed(to *flow.Structure) {
	switch why := t.calendar().Why(to.Hours, t.now); {
	case strings.HasPrefix(why, "le "):
		t.say("engine.holiday")
	case t.s.Language == t.live.Bundle.Source:
		t.speak(bot.Say{Text: why})
	}
}

// openCase fills the case of this conversation; it keeps what a danger already noted.
func (t *turn) openCase(to *flow.Structure, mode bot.Mode) {
	old := t.s.Case
	c := bot.Case{
		Structure: bot.StructureID(to.ID), Queue: t.queue(to), Mode: mode, Since: t.now,
		Urgent: old.Urgent, Danger: old.Danger, Procedure: old.Procedure, Hops: old.Hops, Row: old.Row,
		Reason: t.s.Answers.Get(t.p.as.reason), Contact: t.s.Answers.Get(t.p.as.contact),
		Owner: old.Owner, OwnerName: old.OwnerName, Taken: old.Taken,
	}
	if !old.Since.IsZero() && t.before.Open() {
		c.Since = old.Since // the place in the queue is kept
	}
	if mode != bot.Direct {
		c.Contact = firstOf(c.Contact, t.sameWay())
	}
	t.noteNumber(c.Contact)
	t.s.Case = c
	t.s.Case.Due = t.due(to, mode)
}

// sameWay answers people where they wrote from, when they chose nothing else.
func (t *turn) sameWay() string {
	switch t.kind {
	case "voice":
		return "phone"
	case "sms":
		return "sms"
	}
	return "desk"
}

// noteNumber: who writes by text message and is to be called is called there, unless they gave another
// number.
func (t *turn) noteNumber(contact string) {
	number := t.writesFrom()
	if contact != "phone" || number == "" {
		return
	}
	for _, name := range t.p.Bundle.AnswerOrder {
		if t.p.Bundle.Answers[name].Type == flow.PhoneNo && !t.s.Answers.Has(name) {
			t.s.Answers = t.s.Answers.With(name, number)
		}
	}
}

// writesFrom is the number that the person writes text messages from, or "".
func (t *turn) writesFrom() string {
	for _, l := range t.s.Legs {
		if t.kind == "sms" && l.For == bot.ToCitizen && !l.Left && channelKind(l.Channel) == "sms" && strings.HasPrefix(string(l.Peer), "+") {
			return string(l.Peer)
		}
	}
	return ""
}

// queue is a structure and a territory.
func (t *turn) queue(to *flow.Structure) bot.QueueName {
	if code := t.territory(t.s.Answers); code != "" {
		return bot.QueueName(to.ID + "/" + code)
	}
	return bot.QueueName(to.ID)
}

// due is when something is owed, in the structure's own opening hours; the lead's where it has none.
func (t *turn) due(to *flow.Structure, mode bot.Mode) time.Time {
	lead := t.live.Bundle.Lead()
	queue := firstOf(to.Hours, lead.Hours)
	var at time.Time
	if mode == bot.Direct {
		at = t.calendar().AddWorking(queue, t.now, t.live.Bundle.Delays.Pickup)
	} else {
		at = t.calendar().AddDays(queue, t.now, t.workingDays(to))
	}
	if at.IsZero() { // no opening within a year: a calendar's fault must not hide the case
		at = t.now.Add(72 * time.Hour)
	}
	return at
}

// sayRank says where the person stands in the queue. It is news until the wait ends.
func (t *turn) sayRank(until time.Time) {
	from := len(t.effects)
	if t.in.Facts.Rank == 0 {
		t.say("engine.waiting.first")
	} else {
		t.speak(bot.Say{Text: t.plural("engine.waiting.rank", t.in.Facts.Rank)})
	}
	t.worth(from, until)
}

// finish ends the flow. A case that is open stays open; otherwise the conversation is over. The outcome of a
// call that a counsellor took is theirs to say.
func (t *turn) finish(st *step) {
	t.sayPrompt(st)
	t.s.Asking = false
	if t.s.Life == bot.Live || t.s.Life == bot.Closed {
		t.ringOff()
		return
	}
	t.trace.Outcome = st.Outcome
	t.cancel(bot.TimerSilence)
	if t.s.Life.Open() {
		t.cancel(bot.TimerExpiry)
		return
	}
	t.close(st.Outcome)
	t.emit(bot.ToCitizen, bot.Hangup{Reason: "end"})
}

// close ends the conversation with an outcome.
func (t *turn) close(outcome string) {
	wasCase := t.s.Life.Open()
	for _, h := range t.s.Held { // overtaken: whoever wrote it must not think that it went
		t.tellOwnerOf(codeUndelivered, h.Message)
	}
	if !t.move(lifeClose) {
		return
	}
	if wasCase { // which is kept for a time after its end
		t.s.Ended = t.now
		t.tellAbsentOwner(codeClosed)
	}
	t.s.Asking = false
	t.s.Case.Beside = "" // who was invited was invited until the end
	t.s.Case.Outcome, t.trace.Outcome = outcome, outcome
	t.s.Timers, t.s.Held = nil, nil
	if outcome != "abandoned" { // STOP ends this too
		t.askLater()
	}
}

// noteForDesk answers words that nobody asked for while the desk has the case: they are in the log,
// and a counsellor will read them. Each is acknowledged (code des relations entre le public et
// l'administration, L112-11); somebody in danger is told again who can be reached.
func (t *turn) noteForDesk() {
	t.trace.Class = "noted"
	if !t.s.Life.Open() { // between two steps of a flow that neither asks nor ended: put it right
		t.toHuman()
		return
	}
	if t.urgent() && t.s.Case.Owner == "" {
		if t.somebodyReads() {
			t.say("engine.danger.noted")
			return
		}
		t.sayNumbersAgain()
		t.sayWhoReads(true)
		return
	}
	if t.kind == "voice" && t.s.Life != bot.Waiting { // a key is no message, and who was promised a call waits in no queue
		t.say("engine.finished")
		return
	}
	t.say("engine.waiting.noted")
}

// sayNumbersAgain tells somebody in danger who can be reached.
func (t *turn) sayNumbersAgain() {
	t.speak(bot.Say{Text: t.text("engine.danger.again"), Safety: true, Links: t.links(t.live.dangerByID[t.s.Case.Danger])})
}

// pass gives words to the counsellor who owns the conversation.
func (t *turn) pass(words string) {
	t.trace.Class = "to_owner"
	t.emit(bot.ToOwner, bot.Pass{Text: bot.Words(words)})
	t.cancel(bot.TimerCitizen)
	t.timer(bot.TimerOwner, t.now.Add(t.live.Bundle.Delays.Owner))
}

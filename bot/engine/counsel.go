package engine

import (
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// Codes that tell a counsellor what became of what they did.
const (
	codeWon        = "won"
	codeLost       = "lost"
	codeRights     = "refused_rights"
	codeLoad       = "refused_load"
	codeConsent    = "refused_consent"
	codeNotOwner   = "not_owner"
	codeAlready    = "already"
	codeSent       = "sent"
	codeTakenBack  = "taken_back"
	codeTooLate    = "too_late"
	codeNoted      = "noted"
	codeReleased   = "released"
	codeTransfer   = "transferred"
	codeAccepted   = "accepted"
	codeRefused    = "refused"
	codePromised   = "promised"
	codeClosed     = "closed"
	codeProcedure  = "procedure"
	codeUnknown    = "unknown"
	codeNudge      = "nudge"
	codeGivenBack  = "given_back"
	codeTooManyHop = "too_many_hops"
	codeHungUp     = "hung_up"
	codeNoContact  = "no_contact"

	codeUndelivered = "undelivered"
	codeDelivered   = "delivered"
	codeAmended     = "amended"
	codeWithdrawn   = "withdrawn"
	codeEnclosed    = "enclosed"
	codeInvited     = "invited"
	codeUninvited   = "uninvited"
	codeMisrouted   = "misrouted"
	codeRedacted    = "redacted"
	codeErased      = "erased"
	codeResumed     = "resumed"
	codeNoLetters   = "no_letters"

	codeReleasedByLead = "released_by_lead"
	codeNoMail         = "no_mail"
	codeNoText         = "no_text"
)

// hopsLimit is how often a case may be handed on before the lead must look (service: two hops). That a
// structure gives it back to the lead is none.
const hopsLimit = 2

// counsel does what a counsellor asks and tells them what became of it.
func (t *turn) counsel() {
	t.trace.Class = bot.Name(t.in.Event)
	if !t.mayAct() {
		t.reply(codeRights)
		return
	}
	switch ev := t.in.Event.(type) {
	case bot.Claimed:
		t.claim(ev)
	case bot.Replied:
		t.ifOwner(ev.By, func() { t.hold(ev) })
	case bot.TookBack:
		t.ifOwner(ev.By, func() { t.takeBack(ev) })
	case bot.Noted:
		t.reply(codeNoted)
	case bot.Released:
		t.ifOwner(t.leadAsOwner(ev.By), t.giveBack)
	case bot.Transferred:
		t.ifOwner(ev.By, func() { t.transfer(ev) })
	case bot.Invited:
		t.ifOwner(t.leadAsOwner(ev.By), func() { t.invite(ev) })
	case bot.Misrouted:
		t.misrouted()
	case bot.Redacted:
		t.ifOwner(t.leadAsOwner(ev.By), func() { t.redact(ev) })
	case bot.Accepted:
		t.accept()
	case bot.Refused:
		t.refuse(ev)
	case bot.Promise:
		t.ifOwner(ev.By, func() { t.promise(ev) })
	case bot.Finished:
		t.ifOwner(ev.By, func() { t.finished(ev) })
	case bot.Procedure:
		t.procedure(ev)
	}
}

// mayAct checks the wall: people of the case's own structure, and only its lead where the person had
// their side erased. Those of a partner who was invited may note.
func (t *turn) mayAct() bool {
	if _, notes := t.in.Event.(bot.Noted); notes && t.s.Case.Beside != "" && slices.Contains(t.in.Facts.Actor.Structures, t.s.Case.Beside) {
		return !t.s.Case.LeadOnly
	}
	return slices.Contains(t.in.Facts.Actor.Structures, t.s.Case.Structure) && (!t.s.Case.LeadOnly || t.in.Facts.Actor.Lead)
}

// reply tells whoever acted what became of it.
func (t *turn) reply(code string) {
	t.emit(bot.ToActor, bot.Tell{To: t.in.Facts.Actor.ID, Code: code, At: t.now})
}

// leadAsOwner lets a lead do for a colleague what concerns the case and not the person's ear: give back
// what was left lying, invite, redact.
func (t *turn) leadAsOwner(by bot.CounsellorID) bot.CounsellorID {
	if t.in.Facts.Actor.Lead {
		return t.s.Case.Owner
	}
	return by
}

func (t *turn) ifOwner(by bot.CounsellorID, do func()) {
	if by == "" || t.s.Case.Owner != by || !t.s.Life.Open() {
		t.reply(codeNotOwner)
		return
	}
	do()
}

// claim makes a counsellor the owner; everybody after the first is told who was first.
func (t *turn) claim(ev bot.Claimed) {
	actor := t.in.Facts.Actor
	switch {
	case !t.s.Life.Open():
		t.reply(codeUnknown)
		return
	case t.s.Case.Owner == ev.By:
		t.comeHere()
		t.reply(codeAlready)
		return
	case t.s.Case.Owner != "":
		t.emit(bot.ToActor, bot.Tell{To: ev.By, Code: codeLost, Who: t.s.Case.OwnerName, At: t.s.Case.Taken})
		return
	case t.s.Life == bot.Referred: // taking a mise en relation is accepting it
		t.accept()
		return
	case actor.Capacity > 0 && actor.Load >= actor.Capacity && !t.s.Case.Urgent:
		t.reply(codeLoad)
		return
	case !t.move(lifeClaim):
		t.reply(codeUnknown)
		return
	}
	t.own()
	t.s.Asking = false
	holds := t.holds()
	t.cancel(bot.TimerUnclaimed)
	t.cancel(bot.TimerSilence)
	t.reply(codeWon)
	t.emit(bot.ToOwner, bot.Present{Brief: t.brief()})
	if len(t.s.Path) > 1 {
		t.say("engine.claimed")
	} else { // a person who asked for a human at once has given no answers
		t.say("engine.claimed.bare")
	}
	switch {
	case t.onTelephone():
	case holds: // their telephone rings now; where it does not, or nobody answers, others are rung soon
		t.timerAgain(bot.TimerOwner, t.now.Add(t.live.Bundle.Delays.Call))
	default:
		t.timer(bot.TimerOwner, t.now.Add(t.live.Bundle.Delays.Owner))
	}
}

// onTelephone says whether the counsellor talks to the person: nothing has to be written soon.
func (t *turn) onTelephone() bool {
	return t.in.Leg.For == bot.ToOwner && t.in.Leg.Channel == "phone"
}

// talks says whether a leg is that of an owner who talks to the person by telephone.
func talks(l bot.Leg) bool { return l.For == bot.ToOwner && l.Channel == "phone" && !l.Left }

// talking says whether the owner and the person are on the telephone: neither owes the other a written word.
func (t *turn) talking() bool { return slices.ContainsFunc(t.s.Legs, talks) }

// own makes whoever acts the owner.
func (t *turn) own() {
	actor := t.in.Facts.Actor
	t.note(bot.DeedClaimed)
	t.s.Case.Owner, t.s.Case.OwnerName, t.s.Case.Taken = actor.ID, actor.Name, t.now
	t.giveTo(t.in.Leg)
}

// comeHere brings a case that its owner asks for again to the place they ask from.
func (t *turn) comeHere() {
	if t.onTelephone() {
		t.giveTo(t.in.Leg)
		t.cancel(bot.TimerOwner)
		t.cancel(bot.TimerCitizen)
		return
	}
	if place, _ := t.ownerPlace(); t.in.Leg.Push && place.ID != t.in.Leg.ID {
		phone := slices.DeleteFunc(slices.Clone(t.s.Legs), func(l bot.Leg) bool { return !talks(l) })
		t.giveTo(t.in.Leg)
		t.s.Legs = append(t.s.Legs, phone...) // who talks to the person goes on
		t.emit(bot.ToOwner, bot.Present{Brief: t.brief()})
	}
}

// hold keeps a message back for the seconds in which it can be withdrawn.
func (t *turn) hold(ev bot.Replied) {
	switch {
	case strings.TrimSpace(string(ev.Text)) == "":
		t.reply(codeUnknown)
		return
	case t.gone:
		t.reply(codeUndelivered)
		t.mirror(codeUndelivered, t.in.ID)
		return
	case ev.Amends != "":
		t.amend(ev)
		return
	}
	at := t.now.Add(t.live.Bundle.Delays.Hold)
	t.s.Held = append(slices.Clip(t.s.Held), bot.Held{Message: t.in.ID, By: ev.By, Text: ev.Text, At: at})
	t.timer(bot.TimerRelease, t.s.Held[0].At)
	t.cancel(bot.TimerOwner)
	t.emit(bot.ToActor, bot.Tell{To: ev.By, Code: codeSent, At: at})
	t.mirror(codeSent, t.in.ID)
}

// letGo speaks the messages whose time to be taken back is over, in order.
func (t *turn) letGo(all bool) {
	name := t.structure(t.s.Answers).Name
	var spoken []string
	for len(t.s.Held) > 0 && (all || !t.s.Held[0].At.After(t.now)) {
		h := t.s.Held[0]
		t.s.Held = t.s.Held[1:]
		t.emit(bot.ToCitizen, bot.Speak{Message: h.Message, Name: t.s.Case.OwnerName, From: name, Text: h.Text})
		spoken = append(spoken, string(h.Text))
		if _, there := t.ownerPlace(); there && t.letGoCode() != "" {
			t.tellOwnerOf(t.letGoCode(), h.Message)
		}
	}
	t.writeAnswer(spoken)
	if len(t.s.Held) > 0 {
		t.timer(bot.TimerRelease, t.s.Held[0].At)
	}
	if len(spoken) > 0 && t.s.Life == bot.Live && !t.talking() {
		t.timer(bot.TimerCitizen, t.now.Add(t.live.Bundle.Delays.Citizen))
	}
}

// giveBack is a counsellor's own release, or a lead's for a colleague, who is told.
func (t *turn) giveBack() {
	t.mirror(codeReleased, "")
	t.tellAbsentOwner(codeReleasedByLead)
	t.release()
	t.reply(codeReleased)
}

// release gives the case back to its queue with everything that is known.
func (t *turn) release() {
	t.letGo(true)
	t.endQuestions() // others are rung
	if !t.move(lifeReturn + "." + string(t.s.Case.Mode)) {
		return
	}
	t.disown()
	t.cancel(bot.TimerOwner)
	t.cancel(bot.TimerCitizen)
	t.say("engine.released")
	if t.s.Case.Mode == bot.Direct {
		to := t.structure(t.s.Answers)
		t.s.Case.Due = t.due(to, bot.Direct)
		until := t.s.Case.Due
		switch { // who holds the line is offered another way soon, and at once when nobody can come
		case t.kind != "voice":
		case t.obstacle(to) != "":
			until = t.now
		default:
			until = t.now.Add(t.live.Bundle.Delays.Call)
		}
		t.timer(bot.TimerUnclaimed, until)
	} else if !t.s.Case.Due.IsZero() {
		t.timer(bot.TimerPromise, later(t.s.Case.Due, t.now))
	}
}

// another is a structure that the person agreed to let in, and that does not have the case already; nil
// where it is none, which is said.
func (t *turn) another(id bot.StructureID, consent bool) *flow.Structure {
	to, ok := t.live.Bundle.Structures[string(id)]
	switch {
	case !ok || id == t.s.Case.Structure:
		t.reply(codeUnknown)
		return nil
	case !consent:
		t.reply(codeConsent)
		return nil
	}
	return to
}

// transfer hands the case to another structure, which accepts or refuses. The person must agree.
func (t *turn) transfer(ev bot.Transferred) {
	to := t.another(ev.To, ev.Consent)
	switch {
	case to == nil:
		return
	case t.s.Case.Hops >= hopsLimit:
		t.reply(codeTooManyHop)
		return
	}
	t.letGo(true)
	t.note(bot.DeedTransferred)
	t.reply(codeTransfer) // while the actor may still see the case
	t.mirror(codeTransfer, "")
	mode := bot.Referral
	event := lifeRefer
	if to.Lead {
		mode, event = bot.Dated, lifePromise
	}
	t.rehome(to, mode, event)
	t.s.Case.Hops++
	t.say("engine.transferred")
}

// rehome moves the case to another structure's queue.
func (t *turn) rehome(to *flow.Structure, mode bot.Mode, event string) {
	t.endQuestions()
	t.move(event)
	c := t.s.Case
	c.Structure, c.Queue, c.Mode = bot.StructureID(to.ID), t.queue(to), mode
	c.Owner, c.OwnerName, c.Beside = "", "", ""
	c.Since = t.now
	t.s.Case = c
	t.s.Case.Due = t.due(to, mode)
	t.s.Case.Contact = firstOf(c.Contact, t.sameWay())
	t.giveTo(bot.Leg{})
	t.s.Timers = nil
	t.timer(bot.TimerPromise, t.s.Case.Due)
}

// accept takes a mise en relation: whoever accepts it owns it, and the structure's delay is promised.
func (t *turn) accept() {
	if t.s.Life != bot.Referred || !t.move(lifePromise) {
		t.reply(codeUnknown)
		return
	}
	t.own()
	t.s.Case.Due = t.due(t.structure(t.s.Answers), bot.Referral)
	t.timer(bot.TimerPromise, t.s.Case.Due)
	t.trace.Promised = t.s.Case.Due
	t.reply(codeAccepted)
	t.emit(bot.ToOwner, bot.Present{Brief: t.brief()})
	t.say("engine.accepted")
}

// refuse returns a mise en relation to the lead.
func (t *turn) refuse(ev bot.Refused) {
	if t.s.Life != bot.Referred {
		t.reply(codeUnknown)
		return
	}
	t.reply(codeRefused)
	t.s.Case.Refused = ev.Reason
	t.trace.Outcome = "refused:" + ev.Reason
	t.toLead("engine.refused")
}

// toLead brings back what a structure refused or left unanswered, and says which with the text id.
func (t *turn) toLead(id string) {
	name := t.structure(t.s.Answers).Name
	t.rehome(t.live.Bundle.Lead(), bot.Dated, lifePromise)
	t.speak(bot.Say{Text: t.textNaming(id, name)})
}

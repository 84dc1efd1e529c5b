package engine

import (
	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// promise announces a dated answer; the owner stays the owner.
func (t *turn) promise(ev bot.Promise) {
	if !ev.At.After(t.now) {
		t.reply(codeTooLate)
		return
	}
	if !t.reachable(ev.Contact) {
		t.reply(codeNoContact)
		return
	}
	t.letGo(true)
	t.endQuestions()
	t.move(lifePromise)
	t.s.Case.Due, t.s.Case.Contact = ev.At, ev.Contact
	t.noteNumber(ev.Contact)
	t.cancel(bot.TimerOwner)
	t.cancel(bot.TimerCitizen)
	t.timer(bot.TimerPromise, ev.At)
	t.trace.Promised = ev.At
	t.reply(codePromised)
	t.mirror(codePromised, "")
	t.say("engine.promised")
	if ev.Contact == "phone" {
		t.write("appointment", t.text("engine.mail.appointment"), ev.At)
	}
}

// reachable says whether the person gave what an answer by this way needs, or came by it.
func (t *turn) reachable(contact string) bool {
	needs := map[string]flow.AnswerType{"phone": flow.PhoneNo, "sms": flow.PhoneNo, "mail": flow.Email}[contact]
	if needs == "" || contact == t.sameWay() || needs == flow.PhoneNo && t.writesFrom() != "" {
		return true
	}
	for name, a := range t.p.Bundle.Answers {
		if a.Type == needs && t.s.Answers.Get(name) != "" {
			return true
		}
	}
	return false
}

// finished closes the conversation with the outcome that the counsellor chose.
func (t *turn) finished(ev bot.Finished) {
	switch {
	case ev.Outcome == "":
		t.reply(codeUnknown)
		return
	case !ev.Follow.IsZero() && !ev.Follow.After(t.now):
		t.reply(codeTooLate)
		return
	}
	t.letGo(true)
	if !t.s.Case.Due.IsZero() {
		t.trace.Kept = yesNoEnglish(!t.now.After(t.s.Case.Due))
	}
	t.reply(codeClosed)
	t.mirror(codeClosed, "")
	if t.s.Case.Procedure == "open" {
		t.s.Case.Procedure = "closed"
		t.note(bot.DeedClosed)
	}
	onCall := t.callGoesOn()
	t.close(ev.Outcome)
	if t.gone {
		t.erase()
		return
	}
	if t.s.Asking = onCall; !onCall { // who is asked something by telephone comes to the flow's own goodbye
		t.sayFinished(ev.Outcome)
	}
	if !ev.Follow.IsZero() {
		t.timer(bot.TimerFollow, ev.Follow)
	}
}

func (t *turn) sayFinished(outcome string) {
	if id := "engine.finished." + outcome; t.text(id) != "" {
		t.say(id)
	} else {
		t.say("engine.finished")
	}
	t.emit(bot.ToCitizen, bot.Hangup{Reason: "finished"})
}

func yesNoEnglish(v bool) string {
	if v {
		return "yes"
	}
	return "no"
}

// procedure notes a step of the Procédure danger; who did what and when is in the log.
func (t *turn) procedure(ev bot.Procedure) {
	if ev.Do == "open" && !t.s.Life.Open() { // a closed case is on nobody's list
		t.reply(codeUnknown)
		return
	}
	switch ev.Do {
	case "open":
		t.s.Case.Procedure, t.s.Case.Urgent = "open", true
		t.note(bot.DeedOpened)
	case "called":
		t.note(bot.DeedCalled)
	case "close":
		t.s.Case.Procedure = "closed"
		t.note(bot.DeedClosed)
	}
	t.reply(codeProcedure)
	t.mirror(codeProcedure, "")
	if ev.Do == "close" && t.gone {
		t.erase()
	}
	t.trace.Class = "procedure:" + ev.Do
}

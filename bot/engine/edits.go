package engine

import (
	"slices"
	"time"

	"frontdesk/bot"
)

// withdrawFor is how long a message that has gone can be withdrawn: a bot may delete for 48 hours in a
// chat (Telegram Bot API, deleteMessage), less an hour for clocks and queues.
const withdrawFor = 47 * time.Hour

// amended hears words that a person put in the place of earlier ones. Danger is danger wherever it
// stands, and who puts a misspelled HUMAIN, STOP or EFFACER right means it; a counsellor sees any other
// correction; the bot does not go back by it.
func (t *turn) amended(ev bot.Said) {
	words := string(ev.Text)
	u := t.utterance(words)
	t.trace.Class = "amended"
	if heard := t.dangersIn(words); len(heard) > 0 {
		t.danger(heard, words)
		return
	}
	if i, ok := t.command(u); ok && slices.Contains([]string{doHuman, doStop, doErase}, i.Do) {
		t.obey(i)
		return
	}
	t.sayMasked()
	switch {
	case t.s.Case.Owner != "" && (t.s.Life == bot.Live || !t.s.Asking):
		t.emit(bot.ToOwner, bot.Pass{Text: ev.Text, Amends: ev.Amends})
		t.cancel(bot.TimerCitizen)
		t.timer(bot.TimerOwner, t.now.Add(t.live.Bundle.Delays.Owner))
	case t.s.Life.Open() && !t.s.Asking:
		t.noteForDesk()
	case t.s.Asking:
		t.say("engine.edited")
	}
}

// amend puts other words in the place of a counsellor's message: for another ten seconds where it is
// still held, and as a correction where it has gone.
func (t *turn) amend(ev bot.Replied) {
	i := slices.IndexFunc(t.s.Held, func(h bot.Held) bool { return h.Message == ev.Amends })
	if i < 0 {
		t.emit(bot.ToCitizen, bot.Speak{Message: ev.Amends, Name: t.s.Case.OwnerName, From: t.structure(t.s.Answers).Name, Text: ev.Text, Amends: true})
		t.writeAnswer([]string{string(ev.Text)})
		t.reply(codeAmended)
		t.mirror(codeAmended, ev.Amends)
		return
	}
	t.s.Held = slices.Clone(t.s.Held)
	t.s.Held[i].Text, t.s.Held[i].At = ev.Text, t.now.Add(t.live.Bundle.Delays.Hold)
	t.timer(bot.TimerRelease, t.s.Held[0].At)
	t.reply(codeAmended)
	t.mirror(codeAmended, ev.Amends)
}

// takeBack withdraws a message that is still held, or one that has gone where that can be done.
func (t *turn) takeBack(ev bot.TookBack) {
	code := codeTakenBack
	switch {
	case t.unhold(ev.Message):
	case !ev.Written.IsZero() && t.now.Sub(ev.Written) < withdrawFor && t.kind == "chat":
		t.emit(bot.ToCitizen, bot.Withdraw{Message: ev.Message})
		code = codeWithdrawn
	default:
		code = codeTooLate
	}
	t.reply(code)
	t.mirror(code, ev.Message)
}

// unhold takes a message away that waits to go, if it does.
func (t *turn) unhold(message string) bool {
	i := slices.IndexFunc(t.s.Held, func(h bot.Held) bool { return h.Message == message })
	if i < 0 {
		return false
	}
	t.s.Held = slices.Concat(t.s.Held[:i], t.s.Held[i+1:])
	t.cancel(bot.TimerRelease)
	if len(t.s.Held) > 0 {
		t.timer(bot.TimerRelease, t.s.Held[0].At)
	} else if t.s.Life == bot.Live && !t.waits(bot.TimerCitizen) { // the answer is still owed
		t.timer(bot.TimerOwner, t.now.Add(t.live.Bundle.Delays.Owner))
	}
	return true
}

// enclosed answers a file that this channel does not take in; a counsellor hears that there was one.
func (t *turn) enclosed(ev bot.Enclosed) {
	t.trace.Class = "enclosed"
	t.tellOwner(codeEnclosed)
	if ev.Kind == "voice" {
		t.say("engine.file.voice")
	} else {
		t.say("engine.file")
	}
	switch {
	case t.s.Step == "" && t.s.Life == bot.Talking:
		t.enter(t.p.Bundle.Flows[t.p.Bundle.Start].Start)
	case t.s.Asking && t.s.Life != bot.Live:
		t.again()
	}
}

// gaveContact takes a number that a button gave: for the question that asks for one, of an adult, and
// only their own. Any other leaves nothing, in the log neither.
func (t *turn) gaveContact(ev bot.GaveContact) {
	st := t.p.steps[t.s.Step]
	switch {
	case !t.s.Asking || st == nil || !t.wantsContact(st):
		t.trace.Class = "contact:unasked"
		t.cutOut = []int64{t.s.Entries + 1}
		t.say("engine.number.unasked")
		t.askAgainIfAsking()
	case !ev.Own:
		t.trace.Class = "contact:other"
		t.cutOut = []int64{t.s.Entries + 1}
		t.say("engine.number.other")
		t.again()
	default:
		t.said(string(ev.Phone))
	}
}

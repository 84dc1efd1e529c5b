package engine

import (
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// records says whether the answer to a question is recorded: what is said for a counsellor, by telephone.
func (t *turn) records(st *step) bool {
	return st != nil && st.answer != nil && st.answer.As == flow.AsMessage && t.kind == "voice"
}

// recording has a question recorded, where it is one of those.
func (t *turn) recording(st *step, say bot.Say) bot.Say {
	if t.records(st) {
		say.Record, say.Longest, say.Keep = true, bot.LongestMessage, t.keep()
	}
	return say
}

// keep is how long a message is kept, as it is announced.
func (t *turn) keep() time.Duration {
	if t.in.Facts.Keep > 0 {
		return t.in.Facts.Keep
	}
	return bot.MessageLife
}

// recorded takes a message as the answer that it is. One that comes late is not lost either.
func (t *turn) recorded(ev bot.Recorded) {
	t.trace.Class = "recorded"
	message := ev.Answer()
	if t.s.Asking && ev.Ask == t.s.Ask && t.records(t.p.steps[t.s.Step]) {
		t.advance(Class{Value, message})
		return
	}
	t.trace.Class = "recorded:late"
	if t.p.as.message != "" {
		t.s.Answers = t.s.Answers.With(t.p.as.message, message)
	}
}

// message is what the person has recorded, if they have.
func (t *turn) message() (bot.Attachment, bool) {
	return bot.AttachmentOf(t.s.Answers.Get(t.p.as.message))
}

// promiseMessage answers for a message, or a number to be called on, whose caller rang off before the flow had come to
// its promise: it is somebody's case, or nobody would ever hear it.
func (t *turn) promiseMessage() bool {
	_, left := t.message()
	if t.s.Life != bot.Talking || !left && !(t.kind == "voice" && t.numberGiven()) {
		return false
	}
	t.owe()
	return true
}

// Message is what the person of a conversation has recorded, if they have.
func (e *Engine) Message(s bot.Session) (bot.Attachment, bool) {
	t, err := e.begin(s, bot.Input{At: s.Updated})
	if err != nil {
		return bot.Attachment{}, false
	}
	return t.message()
}

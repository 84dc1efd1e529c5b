package engine

import (
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
	"frontdesk/bot/place"
)

// Actions of the interrupts.
const (
	doHuman    = "human"
	doStop     = "stop"
	doErase    = "erase"
	doData     = "data"
	doBack     = "back"
	doRepeat   = "repeat"
	doRestart  = "restart"
	doHelp     = "help"
	doLanguage = "language"
)

// freePriority: while somebody writes freely (a text, a number to be called on), only commands at
// least this important are heard.
const freePriority = 60

// said answers what a person wrote: danger first, then commands, then the life the conversation is in.
func (t *turn) said(words string) {
	u := t.utterance(words)
	t.words, t.meaning = words, nil
	switch {
	case t.stoppedFirst(u):
		return
	case t.s.Step == "" && t.s.Life == bot.Talking:
		t.welcome(words)
		return
	case t.longOver() || t.unmet():
		t.reopenWith(words)
		return
	}
	if heard := t.dangersIn(words); len(heard) > 0 {
		if language, other := t.spokenIn(words); other {
			t.s.Language = language
		}
		t.danger(heard, words)
		return
	}
	t.sayMasked()
	t.heard = u
	if ask, _ := t.engineAsk(); t.engineAsking() && ask != nil { // « Français » is an answer there, not a command
		if i, ok := ask.chosen(u, t.s.Language); ok {
			t.chooseEngine(ask.options[i])
			return
		}
	}
	if i, ok := t.command(u); ok {
		t.obey(i)
		return
	}
	if t.opinion(words) || t.offerTongue(words) {
		return
	}
	t.answer(u, words)
}

// sayMasked tells a person that a number was taken out of what they wrote. In front of a human the bot
// is mute: they see it, and can say so.
func (t *turn) sayMasked() {
	if t.masked && !t.told && t.s.Life != bot.Live {
		t.told = true
		t.say("engine.masked")
	}
}

// answer gives plain words to whoever listens: a human, the closed door, or the open question.
func (t *turn) answer(u hear.Utterance, words string) {
	switch {
	case t.s.Step == askProof && !t.s.Asking && t.typedProof(words): // also when a counsellor has come meanwhile
	case t.s.Life == bot.Closed && !t.engineAsking() && !t.afterCall():
		t.afterTheEnd(u, words)
	case t.s.Life == bot.Live && t.kind == "voice" && !t.s.Asking && !t.talking(): // a key while they are called
		t.ringAgain()
	case t.s.Case.Owner != "" && (t.s.Life == bot.Live && !t.afterCall() || !t.s.Asking):
		t.pass(words)
	case !t.s.Asking:
		t.noteForDesk()
	case t.strayed:
		t.putAgain()
	case u.Empty():
		if !t.masked {
			t.say("engine.nothing")
		}
		t.again()
	default:
		t.answerQuestion(u, words)
	}
}

// command finds the most important command that the whole utterance is.
func (t *turn) command(u hear.Utterance) (*flow.Interrupt, bool) {
	id, ok := t.live.commands[t.s.Language].Whole(u)
	if !ok {
		return nil, false
	}
	i := t.live.interrupts[id]
	if st, asking := t.p.steps[t.s.Step]; asking && t.s.Asking && freely(st) && i.Priority < freePriority {
		return nil, false
	}
	return i, !t.forOwner(i)
}

// freely says whether a question takes any words.
func freely(st *step) bool {
	return st.answer != nil && st.answer.Type == flow.Free
}

// answerQuestion matches words with the open question, and lets one sentence answer others too.
func (t *turn) answerQuestion(u hear.Utterance, words string) {
	if t.engineAsking() {
		t.answerEngine(u, words)
		return
	}
	st := t.p.steps[t.s.Step]
	if class, ok := t.labelled(st, u); ok {
		t.traceClass(class)
		t.advance(class)
		return
	}
	class, ok := t.understand(st, u, words)
	filled := t.fillOthers(st, u, words)
	if !ok {
		class, ok = t.meeting(st, u, words)
	}
	switch {
	case (!ok || st.answer.Name == t.p.as.need && u.Words() >= sentence) && t.meant(st):
	case ok && t.valid(st, class):
		t.traceClass(class)
		t.advance(class)
	case ok:
		t.refuseValue(st)
	case st.answer.Type == flow.Postcode && t.askWhere(st, words):
	case filled:
		t.trace.Class = "filled"
		t.say("engine.noted")
		t.enter(st.ID)
	case t.greeted(u):
		t.trace.Class = "greeting"
		if !t.opening { // the service has just said hello
			t.say("engine.hello")
		}
		t.again()
	case t.s.Case.Owner != "" && t.s.Life.Open() && !t.afterCall():
		t.pass(words)
	case t.s.Life.Open() && st.Optional && t.kind != "voice": // a last courtesy must not catch words that are for the desk
		t.noteForDesk()
	case t.propose(st, u):
	default:
		t.reprompt()
	}
}

// greeted says whether somebody only says hello: that is no answer, and no mistake.
func (t *turn) greeted(u hear.Utterance) bool {
	_, ok := t.live.hellos[t.s.Language].Whole(u)
	return ok && t.s.Case.Owner == ""
}

func (t *turn) traceClass(c Class) {
	t.trace.Class = string(c.Kind)
	if c.Kind == Option {
		t.trace.Class, t.trace.Option = "option:"+c.Value, c.Value
	}
}

// classify says what an utterance amounts to as the answer to a question.
func (t *turn) classify(st *step, u hear.Utterance, words string) (Class, bool) {
	if st.Optional {
		if _, ok := t.p.skips[t.s.Language].Whole(u); ok {
			return Class{Kind: Skip}, true
		}
	}
	switch st.answer.Type {
	case flow.Choice:
		return t.classifyChoice(st, u)
	case flow.YesNo:
		if c, ok := t.chosen(st, u); ok {
			return c, true
		}
		if yes, ok := hear.YesNo(u); ok {
			return Class{Option, ouiNon(yes)}, true
		}
		return Class{}, false
	case flow.Free:
		value := clip(words)
		if st.answer.As == flow.AsJob {
			value = t.job(words)
		}
		return Class{Value, value}, !u.Empty() && !t.records(st) // where it is recorded, keys say nothing
	case flow.Postcode:
		where, _, _ := t.where(place.Find(words, t.p.near))
		return Class{Value, where}, where != ""
	}
	return classifyValue(st.answer.Type, u)
}

// classifyChoice takes an option by number, ordinal, label or synonym, and an age by its band.
func (t *turn) classifyChoice(st *step, u hear.Utterance) (Class, bool) {
	if c, ok := t.chosen(st, u); ok {
		return c, true
	}
	if !st.ranges {
		return Class{}, false
	}
	n, ok := hear.Number(u)
	if !ok {
		n, ok = hear.Age(u)
	}
	if !ok {
		return Class{}, false
	}
	id, ok := st.inRange(n)
	return Class{Option, id}, ok
}

func (t *turn) chosen(st *step, u hear.Utterance) (Class, bool) {
	menu := st.menus[t.s.Language]
	if menu == nil {
		return Class{}, false
	}
	offered := t.offered(st)
	i, _, ok := menu.Choose(u, t.proposed(st, offered))
	if !ok && len(t.s.Offered) < len(offered) { // other words than the two or three that were proposed
		i, _, ok = menu.Choose(u, offered)
	}
	if !ok {
		return Class{}, false
	}
	return Class{Option, st.ids[i]}, true
}

func classifyValue(kind flow.AnswerType, u hear.Utterance) (Class, bool) {
	switch kind {
	case flow.PhoneNo:
		number, ok := hear.Phone(u)
		return Class{Value, number}, ok
	case flow.Mobile:
		number, ok := hear.Phone(u)
		return Class{Value, number}, ok && bot.Address(number).Mobile()
	case flow.Email:
		address, ok := hear.Email(u)
		return Class{Value, address}, ok
	case flow.Numeric:
		n, ok := hear.Number(u)
		return Class{Value, itoa(n)}, ok
	}
	return Class{}, false
}

// valid checks a value against the bounds of its question.
func (t *turn) valid(st *step, c Class) bool {
	if st.Check == nil || c.Kind != Value {
		return true
	}
	n := len([]rune(c.Value))
	if st.answer.Type == flow.Numeric {
		n = atoi(c.Value)
	}
	return n >= st.Check.Min && (st.Check.Max == 0 || n <= st.Check.Max)
}

// refuseValue says what is wrong with a value that was understood, and asks again.
func (t *turn) refuseValue(st *step) {
	text := t.prompt(st.Step, "error")
	if text == "" {
		text = t.text("engine.check." + string(st.answer.Type))
	}
	t.askOtherwise(st, text)
}

// askOtherwise asks again with another text; the third time it is a person's turn.
func (t *turn) askOtherwise(st *step, text string) {
	t.s.Misses++
	misses := t.s.Misses
	t.trace.Class = "invalid"
	if misses >= 3 {
		t.giveUp()
		return
	}
	t.ask(st, text)
	t.s.Misses = misses
}

// fillOthers notes every other answer that a sentence contains and the flow still wants. One or two
// words answer the open question only, unless they are a place.
func (t *turn) fillOthers(open *step, u hear.Utterance, words string) bool {
	short := u.Words() < 3
	filled, sought := false, false
	for _, st := range t.p.questions {
		if st == open || !st.unasked() || t.answered(st) {
			continue
		}
		if st.answer.Type == flow.Postcode {
			filled = !sought && open.answer != st.answer && !freely(open) && t.noteWhere(st, words) || filled
			sought = true
			continue
		}
		if short {
			continue
		}
		if value, ok := t.gathered(st, u); ok {
			t.s.Answers = t.s.Answers.With(st.answer.Name, value)
			filled = true
		}
	}
	return filled
}

// pressed is a telephone's keys: commands, a menu number, or digits of a value. A key that was pressed before
// the open question was heard, such as a second press for the one before, answers nothing.
func (t *turn) pressed(ev bot.Pressed) {
	for _, i := range t.live.Bundle.Interrupts {
		if i.Key != "" && i.Key == ev.Keys {
			t.obey(i)
			return
		}
	}
	if t.s.Asking && t.answersAnother(ev.Ask) {
		t.trace.Class = "late"
		return
	}
	t.said(strings.TrimSuffix(ev.Keys, "#"))
}

// chose is a button. One of an older question is offered as a way back.
func (t *turn) chose(ev bot.Chose) {
	switch {
	case t.longOver():
		t.reopen("new")
		return
	case !t.s.Asking || ev.Ask != t.s.Ask:
		t.late(ev)
		return
	case t.strayed:
		t.putAgain()
		return
	}
	for _, id := range t.s.Offered {
		if id != ev.Option {
			continue
		}
		if t.engineAsking() {
			t.chooseEngine(id)
			return
		}
		c := Class{Option, id}
		t.traceClass(c)
		t.advance(c)
		return
	}
	t.reprompt()
}

// late answers a button of a question that is over.
func (t *turn) late(ev bot.Chose) {
	t.trace.Class = "late"
	for _, v := range t.s.Path {
		_, exists := t.p.steps[v.Step]
		if v.Ask == ev.Ask && exists && v.Step != t.s.Step && t.s.Life == bot.Talking {
			t.askEngine(askLate + ":" + v.Step)
			return
		}
	}
	switch {
	case t.s.Life == bot.Closed && !t.s.Asking:
		t.offerReopening()
	case t.s.Asking:
		t.again()
	case t.s.Life == bot.Live:
		t.say("engine.live.still")
	default:
		t.say("engine.waiting.still")
	}
}

// clip bounds what is kept of free words, in characters.
func clip(words string) string {
	const limit = 500
	r := []rune(strings.TrimLeft(strings.TrimSpace(words), "\x01")) // with which a recording begins
	return string(r[:min(len(r), limit)])
}

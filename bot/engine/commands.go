package engine

import (
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
)

// obey does what a command asks, wherever the conversation stands. While a human is there, only
// what concerns the conversation itself is done; the rest is a message like any other.
func (t *turn) obey(i *flow.Interrupt) {
	t.trace.Class = "command:" + i.ID
	switch i.Do {
	case doHuman:
		t.sayInterrupt(i)
		t.toHumanBy(i.Then)
	case doStop:
		t.stop(i)
	case doErase:
		t.erase()
	case doData:
		t.sayInterrupt(i)
		t.askAgainIfAsking()
	case doBack:
		t.goBack()
	case doRepeat:
		t.askAgainIfAsking()
	case doRestart:
		t.restart()
	case doHelp:
		t.sayOr(i, "engine.help")
		t.askAgainIfAsking()
	case doLanguage:
		t.changeLanguage()
	case doWhy:
		t.why(i)
	case doOpinion:
		t.howToSay(i)
	}
}

// changeLanguage speaks the language that was named, or the other one, or asks which.
func (t *turn) changeLanguage() {
	ask := t.live.engineAsks[askLanguage]
	i, ok := ask.chosen(t.heard, t.s.Language)
	if !ok {
		i, ok = t.otherLanguage(ask.options)
	}
	if ok {
		t.s.Language = ask.options[i]
		t.say("engine.language.done")
		t.askAgainIfAsking()
		return
	}
	t.askEngine(askLanguage)
}

func (t *turn) sayInterrupt(i *flow.Interrupt) { t.speak(bot.Say{Text: t.text("interrupt." + i.ID)}) }

// sayOr says the interrupt's own text, or the engine's when it has none.
func (t *turn) sayOr(i *flow.Interrupt, id string) {
	text := t.text("interrupt." + i.ID)
	if text == "" {
		text = t.text(id)
	}
	t.speak(bot.Say{Text: text})
}

func (t *turn) askAgainIfAsking() {
	switch {
	case t.s.Asking:
		t.again()
	case t.s.Life == bot.Closed:
		t.offerReopening()
	case t.s.Life == bot.Live:
		t.say("engine.live.still")
	default:
		t.say("engine.waiting.still")
	}
}

// toHuman leads to a human from anywhere. Where one is already expected it says so.
func (t *turn) toHuman() { t.toHumanBy(t.p.human) }

func (t *turn) toHumanBy(step string) {
	switch {
	case t.s.Life == bot.Live && t.kind == "voice" && !t.talking():
		t.ringAgain()
	case t.s.Life == bot.Live:
		t.say("engine.live.still")
	case t.s.Life == bot.Waiting && (step == t.p.human || t.urgent()):
		if t.kind == "voice" { // they go on waiting, and key in nothing
			t.s.Asking = false
		}
		t.say("engine.waiting.still")
		t.sayRank(t.until(0, bot.TimerUnclaimed))
	case t.s.Life == bot.Closed && !t.newCase():
	default:
		t.s.Stack = nil
		if _, ok := t.p.steps[step]; !ok {
			step = t.p.human
		}
		t.enter(step)
	}
}

// optOut is the STOP after which no text message goes to who wrote it by one.
const optOut = "STOP"

// stop ends politely and keeps what is owed: an open procedure stays with the lead, and what was promised is kept
// where it can still reach the person.
func (t *turn) stop(i *flow.Interrupt) {
	t.sayOr(i, "engine.stop")
	promised := t.s.Life == bot.Promised || t.s.Life == bot.Referred
	reached := t.kind != "sms" || t.words != optOut || t.s.Case.Contact == "phone" || t.s.Case.Contact == "mail"
	kept := promised && reached && t.s.Case.Danger == "" && t.s.Case.Procedure != "open"
	if kept {
		t.say("engine.stop.kept")
	}
	t.emit(bot.ToCitizen, bot.Hangup{Reason: "stop"})
	t.s.Asking = false
	switch {
	case kept:
		t.tellOwner(codeHungUp)
		t.cancel(bot.TimerSilence)
		t.cancel(bot.TimerExpiry)
	case t.s.Case.Procedure == "open":
		t.toLeadOnly()
	case t.s.Case.Danger != "" && t.s.Life.Open():
		t.tellOwner(codeHungUp)
		t.cutCitizen() // until they write again: somebody else may hold the telephone
	default:
		t.close("abandoned")
	}
}

// stoppedFirst obeys a STOP that comes before anything else, such as the answer to a recap: who wants nothing more
// is not greeted. What was long over is not kept for whoever writes next.
func (t *turn) stoppedFirst(u hear.Utterance) bool {
	over := t.longOver()
	if t.s.Step != "" && !over {
		return false
	}
	i, ok := t.command(u)
	if !ok || i.Do != doStop {
		return false
	}
	if over && t.newCase() {
		t.beginAnew()
	}
	t.obey(i)
	return true
}

// unmet says whether nobody was greeted yet, because STOP came first.
func (t *turn) unmet() bool { return t.s.Step == "" && t.s.Life == bot.Closed }

// tellOwner tells the counsellor who owns the conversation what happened in it.
func (t *turn) tellOwner(code string) { t.tellOwnerOf(code, "") }

// tellOwnerOf tells them what became of one of their messages.
func (t *turn) tellOwnerOf(code, message string) {
	if t.s.Case.Owner != "" && t.s.Life.Open() {
		t.emit(bot.ToOwner, bot.Tell{To: t.s.Case.Owner, Code: code, At: t.now, Message: message})
	}
}

// goBack returns to the question before the present one.
func (t *turn) goBack() {
	if t.s.Life == bot.Live || !t.s.Asking || t.afterCall() {
		t.askAgainIfAsking()
		return
	}
	if t.engineAsking() {
		t.backToFlow()
		return
	}
	if len(t.s.Path) < 2 {
		t.say("engine.back.none")
		t.again()
		return
	}
	t.say("engine.back")
	t.goBackTo(t.s.Path[len(t.s.Path)-2].Step)
}

// goBackTo puts an earlier question again; its answer and those of the questions after it that
// were asked since are forgotten.
func (t *turn) goBackTo(step string) {
	back := ""
	for n := len(t.s.Path) - 1; n >= 0; n-- {
		at := t.s.Path[n].Step
		back = t.s.Path[n].Back
		if st, ok := t.p.steps[at]; ok && st.answer != nil {
			t.unanswer(st)
		}
		t.s.Path = t.s.Path[:n:n]
		if at == step {
			break
		}
	}
	t.s.Stack = strings.Fields(back)
	t.enter(step)
}

// unanswer forgets the answer to a question, and what its option set beside.
func (t *turn) unanswer(st *step) {
	for _, o := range st.Options {
		if o.ID == t.s.Answers.Get(st.answer.Name) {
			for _, set := range o.Sets {
				t.s.Answers = t.s.Answers.Without(set.Answer)
			}
		}
	}
	t.s.Answers = t.s.Answers.Without(st.answer.Name)
}

// restart begins anew, in the same conversation and with the newest release.
func (t *turn) restart() {
	if t.s.Life == bot.Live || t.s.Case.Owner != "" {
		t.say("engine.live.still")
		return
	}
	t.say("engine.restart")
	t.forgetAnswers()
	if t.s.Life == bot.Closed {
		t.reopen("new")
		return
	}
	t.enter(t.p.Bundle.Flows[t.p.Bundle.Start].Start)
}

func (t *turn) forgetAnswers() {
	t.s.Answers, t.s.Path, t.s.Stack, t.s.Cards, t.s.Step = nil, nil, nil, nil, ""
	t.s.Asking, t.s.Misses, t.s.Silences = false, 0, 0
}

// offerReopening answers a message after the end.
func (t *turn) offerReopening() { t.askEngine(askReopen) }

// afterTheEnd takes thanks for thanks, a new need for a new question, and asks about anything else.
func (t *turn) afterTheEnd(u hear.Utterance, words string) {
	if _, thanks := t.live.thanks[t.s.Language].Whole(u); thanks {
		t.trace.Class = "thanks"
		t.say("engine.thanks")
		return
	}
	if needs := t.meanings().Needs(); len(needs) > 0 && len(needs[0].Sets) > 0 {
		t.reopenWith(words)
		return
	}
	for _, st := range t.live.questions {
		if st.answer.Name != t.live.as.need || len(st.Options) == 0 {
			continue
		}
		if _, ok := st.menus[t.s.Language].Mention(u); ok {
			t.reopenWith(words)
			return
		}
	}
	t.offerReopening()
}

// longOver says whether nothing has come for longer than a closed conversation can be taken up: whoever comes now
// begins another, with nothing of the old. Somebody else may have the number by then.
func (t *turn) longOver() bool {
	return t.s.Life == bot.Closed && !t.afterCall() && t.quiet > t.live.Bundle.Delays.Reopen
}

// reopen takes up a closed conversation: with a new question and nothing of the old, or with a
// person and all that was said. Either way it becomes a new case with a number of its own.
func (t *turn) reopen(how string) {
	if !t.newCase() {
		return
	}
	if how == "human" {
		t.toHuman()
		return
	}
	t.beginAnew()
	t.news = true
	t.enter(t.p.Bundle.Flows[t.p.Bundle.Start].Start)
}

// reopenWith takes words after the end as the answer to the first question of a new talk.
func (t *turn) reopenWith(words string) {
	if t.newCase() {
		t.beginAnew()
		t.welcome(words)
	}
}

// newCase reopens the conversation as a case with a number of its own.
func (t *turn) newCase() bool {
	if !t.move(lifeReopen) {
		return false
	}
	t.s.Case = bot.Case{}
	t.s.Dossier = dossier(string(t.s.ID), int(t.s.Version))
	return true
}

// beginAnew forgets what was said and takes up the newest release: nothing of the old conversation is
// left to keep to.
func (t *turn) beginAnew() {
	t.forgetAnswers()
	t.s.Release, t.p = t.live.Bundle.Hash, t.live
}

// erase has everything forgotten. With an open procedure only the person's legs are cut: the case
// goes to the lead and is erased when the procedure closes (the Region's duty).
func (t *turn) erase() {
	t.trace = bot.Trace{At: t.now, Class: "erased"}
	t.s.Trace = ""
	t.forgetScreens()
	t.tellAbsentOwner(codeErased)
	if t.s.Case.Procedure == "open" {
		t.say("engine.erased.procedure")
		t.emit(bot.ToCitizen, bot.Hangup{Reason: "erased"})
		t.toLeadOnly()
		return
	}
	t.say("engine.erased")
	t.emit(bot.ToCitizen, bot.Hangup{Reason: "erased"})
	if !t.move(lifeErase) {
		return
	}
	t.note(bot.DeedErased)
	t.emit(bot.ToDesk, bot.Post{Card: bot.Card{Conversation: t.s.ID, Dossier: t.s.Dossier, Life: bot.Erased, Outcome: "erased"}})
	t.s = bot.Session{ID: t.s.ID, Version: t.s.Version, Entries: t.s.Entries, Life: bot.Erased, Release: t.s.Release,
		Language: t.s.Language, Legs: pushed(t.s.Legs), Updated: t.now}
	t.cutCitizen()
}

// eraseAsked erases for a person who asked in another way than here. What was erased, or left to the
// lead until the procedure closes, stays as it is.
func (t *turn) eraseAsked() {
	if t.gone {
		t.trace.Class = "erased:before"
		return
	}
	t.erase()
}

// pushed are the legs that something must be carried to: of the others, a tombstone keeps no address. What
// went by mail, or by text message after a call, cannot be deleted.
func pushed(legs []bot.Leg) []bot.Leg {
	return slices.DeleteFunc(slices.Clone(legs), func(l bot.Leg) bool { return !l.Push || l.For == bot.ToMail || l.For == bot.ToText })
}

// toLeadOnly leaves a case with an open procedure to the lead, without the person.
func (t *turn) toLeadOnly() {
	t.note(bot.DeedLeftToLead)
	t.giveTo(bot.Leg{})
	t.cutCitizen()
	t.s.Legs, t.s.Proof = t.withoutMail(), bot.Proof{}
	t.s.Legs = t.withoutText()
	t.move(lifeReturn + "." + string(t.s.Case.Mode))
	t.s.Case.Owner, t.s.Case.OwnerName, t.s.Case.Beside, t.s.Case.LeadOnly = "", "", "", true
	t.s.Asking, t.s.Timers, t.s.Held = false, nil, nil
}

// forgetScreens has each of the person's legs delete what it shows, and the place of the owner that
// their words were carried to.
func (t *turn) forgetScreens() {
	for _, l := range t.s.Legs {
		if l.For == bot.ToCitizen || l.For == bot.ToOwner && l.Push {
			t.emit(l.For, bot.Forget{Leg: l.ID})
		}
		if l.For == bot.ToOwner && l.Left { // whoever had the case before has words in their place, too
			t.cut = append(t.cut, l.ID)
		}
	}
}

func (t *turn) cutCitizen() {
	legs := make([]bot.Leg, len(t.s.Legs))
	for i, l := range t.s.Legs {
		if l.For == bot.ToCitizen && !l.Left {
			l.Left = true
			t.cut = append(t.cut, l.ID)
		}
		legs[i] = l
	}
	t.s.Legs = legs
}

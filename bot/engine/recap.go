package engine

import (
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// textLeg is the mobile that a caller wants a recap on. It is no leg of the person's: what is said in the call
// does not go there, and what is written from there begins a talk of its own.
const textLeg = "text"

// textable says whether a caller may be sent a recap by text message: somebody else may hold the telephone that
// it comes to. service.md §4: « 119 and 3919 are never named in an SMS, a recap or a voicemail unless the person
// asked. » So nothing goes out, and nothing is offered, once a danger was heard, whatever its grade, by the service or by a
// counsellor who opened the procedure; nor where
// the person has told something sensitive (a wish for a specialised service, a way of speaking with them, …),
// for then the information itself says it; nor where the information names one of those numbers. The flow's
// text of it has neither a name nor an answer; the information's title says what it is about.
func (t *turn) textable() bool {
	return t.in.Facts.Texts && !t.gone && t.s.Case.Danger == "" && t.s.Case.Procedure == "" && !t.toldSensitive() && !t.namesQuiet()
}

// toldSensitive says whether a sensitive answer other than an address is known.
func (t *turn) toldSensitive() bool {
	return slices.ContainsFunc(t.s.Answers, func(given bot.Answer) bool {
		a, known := t.p.Bundle.Answers[given.Name]
		return known && given.Value != "" && a.Sensitive && (a.Type == flow.Choice || a.Type == flow.YesNo)
	})
}

// namesQuiet says whether the information names a number that is never named where others may read it.
func (t *turn) namesQuiet() bool {
	card := t.s.Answers.Get(t.p.as.card)
	if card == "" {
		return false
	}
	text := t.written(func() string { return t.text("card."+card+".title") + " " + t.text("card."+card) })
	words := strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	return slices.ContainsFunc(words, func(word string) bool { return t.live.Bundle.Safety.Numbers[word].Quiet })
}

// recapByText sends a step's text to the mobile that an answer holds. The number is not needed after that: it
// stays in its leg alone, which knows where to carry the text.
func (t *turn) recapByText(p *Passed) {
	number := bot.Address(p.Answers.Get(p.Step.Send))
	if !number.Mobile() || !t.textable() {
		return
	}
	t.giveText(number)
	t.emit(bot.ToText, bot.Say{Text: t.written(func() string { return t.promptWith(p.Step, "", p.Answers) })})
	t.s.Answers = t.s.Answers.Without(p.Step.Send)
}

// written is a text as it stands in a text message, whatever the person's own channel.
func (t *turn) written(text func() string) string {
	spoken := t.kind
	t.kind = "sms"
	defer func() { t.kind = spoken }()
	return text()
}

// giveText has the text go to a number. Another number is another leg: what still waits for the gateway must not
// go to somebody else.
func (t *turn) giveText(number bot.Address) {
	id := textLeg
	for _, l := range t.s.Legs {
		switch {
		case l.For != bot.ToText:
		case l.Peer == number:
			return
		default:
			id = textLeg + "-" + itoa(int(t.s.Version))
		}
	}
	t.s.Legs = append(t.withoutText(), bot.Leg{ID: id, Channel: "sms", Peer: number, For: bot.ToText, Push: true})
}

func (t *turn) withoutText() []bot.Leg {
	return slices.DeleteFunc(slices.Clone(t.s.Legs), func(l bot.Leg) bool { return l.For == bot.ToText })
}

// noText forgets a number that no text reached. Who is still on the line hears it, and who has the case is told.
func (t *turn) noText() {
	t.s.Legs = t.withoutText()
	t.tellOwner(codeNoText)
	if t.s.Life != bot.Closed {
		t.say("engine.text.none")
	}
}

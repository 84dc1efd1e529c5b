package engine

import (
	"slices"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// Brief is what a counsellor gets to know of a conversation; the zero Brief when its release is not
// on the shelf.
func (e *Engine) Brief(s bot.Session) bot.Brief {
	t, err := e.begin(s, bot.Input{At: s.Updated})
	if err != nil {
		return bot.Brief{Dossier: s.Dossier, Handed: s.Case.Since}
	}
	return t.brief()
}

// Answers are all answers of a conversation as people read them, in the flow's order, and those that
// the release does not know any more as they stand: what a person may ask to see.
func (e *Engine) Answers(s bot.Session) ([]bot.BriefLine, error) {
	t, err := e.begin(s, bot.Input{At: s.Updated})
	if err != nil {
		return nil, err
	}
	t.s.Language = t.p.Bundle.Source
	var lines []bot.BriefLine
	for _, name := range t.p.Bundle.AnswerOrder {
		a := t.p.Bundle.Answers[name]
		if value := s.Answers.Get(name); value != "" {
			lines = append(lines, bot.BriefLine{Name: name, As: string(a.As), Label: firstOf(t.text("answer."+name), name), Value: firstOf(t.answerLabel(a, value), value)})
		}
	}
	for _, a := range s.Answers {
		if _, known := t.p.Bundle.Answers[a.Name]; !known && a.Value != "" {
			lines = append(lines, bot.BriefLine{Name: a.Name, Label: a.Name, Value: a.Value})
		}
	}
	return lines, nil
}

// brief puts the case together in the bundle's own language, which counsellors read. Sensitive
// answers are in it only where the hand-off lists them; a number or address to answer to always is.
func (t *turn) brief() bot.Brief {
	spoken := t.s.Language
	t.s.Language = t.p.Bundle.Source
	defer func() { t.s.Language = spoken }()
	b := bot.Brief{
		Dossier: t.s.Dossier, Channel: t.channel(), Language: spoken, Cards: t.cardTitles(), Row: t.s.Case.Row,
		Territory: t.place("departement", t.s.Answers), Structure: t.structure(t.s.Answers).Name,
		Promised: t.s.Case.Due, Contact: t.s.Case.Contact, Danger: t.s.Case.Danger, Release: t.s.Release,
		Handed: t.s.Case.Since, Refused: t.s.Case.Refused, Consent: t.s.Answers.Get(t.p.as.consent),
	}
	if t.s.Case.Mode == bot.Direct && t.s.Life != bot.Promised { // when somebody should take it: nobody was told
		b.Promised = time.Time{}
	}
	if reason := t.s.Answers.Get(t.p.as.reason); reason != "" && t.s.Case.Mode == bot.Referral && t.s.Case.Hops == 0 { // it speaks of the first structure
		b.Reason = t.text("reason." + reason)
	}
	if message, left := t.message(); left {
		b.Message = &bot.Recording{Seconds: int(message.Length.Seconds()), Until: message.Until}
	}
	listed := t.listed()
	for _, name := range t.p.Bundle.AnswerOrder {
		a := t.p.Bundle.Answers[name]
		value := t.s.Answers.Get(name)
		contact := a.Type == flow.PhoneNo || a.Type == flow.Email // whoever owes an answer must know where
		if name == t.p.as.message && b.Message != nil {           // it stands apart
			continue
		}
		if value == "" || a.Step == "" || a.Keep == "session" || name == t.p.as.consent || name == t.p.as.contact ||
			!contact && (a.Sensitive || len(listed) > 0) && !slices.Contains(listed, name) {
			continue
		}
		b.Identified = b.Identified || contact
		b.Answers = append(b.Answers, bot.BriefLine{Name: name, As: string(a.As), Label: firstOf(t.text("answer."+name), name), Value: t.answerLabel(a, value)})
	}
	if adaptation := t.s.Answers.Get(t.p.as.adaptation); adaptation != "" && adaptation != "non" && adaptation != "aucune" {
		b.Advice = append(b.Advice, t.text("engine.advice."+adaptation))
		b.Advice = slices.DeleteFunc(b.Advice, func(s string) bool { return s == "" })
	}
	return b
}

// cardTitles are the pieces of information that the person was given.
func (t *turn) cardTitles() []string {
	var titles []string
	for _, id := range t.s.Cards {
		titles = append(titles, firstOf(t.text("card."+id+".title"), id))
	}
	return titles
}

// listed are the answers that the hand-offs of this bundle name for the mode of the case; none means
// all but the sensitive ones.
func (t *turn) listed() []string {
	var all []string
	for _, id := range t.p.order {
		st := t.p.steps[id]
		if st.Handoff != nil && bot.Mode(st.Handoff.Mode) == t.s.Case.Mode {
			all = append(all, st.Handoff.Brief...)
		}
	}
	return all
}

// card is the case in codes, as every desk may see it.
func (t *turn) card() bot.Card {
	c := &t.s.Case
	return bot.Card{
		Conversation: t.s.ID, Dossier: t.s.Dossier, Life: t.s.Life, Mode: c.Mode, Queue: c.Queue, Structure: c.Structure, Beside: c.Beside,
		Territory: t.territory(t.s.Answers), Need: t.s.Answers.Get(t.p.as.need), Public: t.s.Answers.Get(t.p.as.public),
		Language: t.s.Language, Adaptation: t.s.Answers.Get(t.p.as.adaptation), Channel: t.first(), Urgent: c.Urgent,
		Owner: c.Owner, OwnerName: c.OwnerName, Since: c.Since, Due: c.Due, Hops: c.Hops, Outcome: c.Outcome, Procedure: c.Procedure, LeadOnly: c.LeadOnly,
	}
}

// postCard shows the case on every desk if it came, changed or went in this turn.
func (t *turn) postCard() {
	if t.s.Life == bot.Erased || !t.s.Life.Open() && !t.before.Open() {
		return
	}
	if card := t.card(); card != t.posted {
		t.joinDesks()
		t.emit(bot.ToDesk, bot.Post{Card: card})
	}
}

package engine

import (
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
)

// A Command is one of the service's commands as a menu shows it: a single word that it is heard by, and
// what it does, in one language.
type Command struct{ Word, Does string }

// Commands are those that can be written as one word in a language, the most important first.
func (p *Program) Commands(language string) []Command {
	var all []Command
	interrupts := slices.Clone(p.Bundle.Interrupts)
	slices.SortStableFunc(interrupts, func(a, b *flow.Interrupt) int { return b.Priority - a.Priority })
	for _, i := range interrupts {
		words, _ := p.find(language, "chat", "interrupt."+i.ID+".words")
		does, known := p.find(language, "chat", "engine.command."+i.Do)
		if word := oneWordOf(words); word != "" && known {
			all = append(all, Command{word, does})
		}
	}
	return all
}

// oneWordOf is the first phrase of one word, folded.
func oneWordOf(phrases string) string {
	for _, phrase := range splitWords(phrases) {
		if word := hear.Fold(phrase); word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == "" {
			return word
		}
	}
	return ""
}

// Label is the label of an answer's option in the bundle's own language; role is need, public or
// adaptation. "" when nobody knows the code.
func (p *Program) Label(role, code string) string {
	name := map[string]string{"need": p.as.need, "public": p.as.public, "adaptation": p.as.adaptation}[role]
	for _, st := range p.questions {
		if st.answer.Name == name && slices.Contains(st.ids, code) {
			label, _ := p.find(p.Bundle.Source, "chat", st.optionText(code))
			return label
		}
	}
	return ""
}

// Options are the codes of an answer with a role, in the order in which they are offered.
func (p *Program) Options(role string) []string {
	var all []string
	name := map[string]string{"need": p.as.need, "public": p.as.public, "adaptation": p.as.adaptation}[role]
	for _, st := range p.questions {
		for _, id := range st.ids {
			if st.answer.Name == name && !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	return all
}

// A CardText is a piece of information as a counsellor may pass it on: with its source and its date.
type CardText struct{ Title, Text string }

// CardTexts are the cards that have not expired at now, in the bundle's own language, by title.
func (p *Program) CardTexts(now time.Time) []CardText {
	var all []CardText
	t := turn{p: p, live: p, now: now, kind: "chat", s: bot.Session{Language: p.Bundle.Source}}
	for id, card := range p.Bundle.Cards {
		title, text := t.text("card."+id+".title"), t.text("card."+id)
		if t.expired(id) || title == "" || text == "" {
			continue
		}
		if t.cardID = id; card.Source != "" && !card.Checked.IsZero() {
			text += "\n" + t.text("engine.card.source")
		}
		all = append(all, CardText{title, text})
	}
	slices.SortFunc(all, func(a, b CardText) int { return strings.Compare(hear.Fold(a.Title), hear.Fold(b.Title)) })
	return all
}

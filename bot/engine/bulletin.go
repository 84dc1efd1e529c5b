package engine

import (
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// sayNews says the bulletins that are for everybody, once, when a talk begins: after the greeting and before
// the first question. Nobody in danger waits for them.
func (t *turn) sayNews() {
	if !t.news || t.s.Case.Danger != "" {
		return
	}
	t.news = false
	for i := range t.in.Facts.Bulletins {
		if b := &t.in.Facts.Bulletins[i]; len(b.Queues) == 0 {
			t.sayBulletin(b)
		}
	}
}

// sayNewsOf says, before a hand-off, the bulletins of its queue, and those for everybody that did not run
// yet when the conversation began.
func (t *turn) sayNewsOf(to *flow.Structure) {
	t.sayNews()
	if t.s.Case.Danger != "" {
		return
	}
	for i := range t.in.Facts.Bulletins {
		b := &t.in.Facts.Bulletins[i]
		if b.Names(bot.StructureID(to.ID)) || len(b.Queues) == 0 && b.From.After(t.s.Started) {
			t.sayBulletin(b)
		}
	}
}

// sayBulletin says one in the person's language, else in the bundle's own. When it has ended it need not
// be sent any more.
func (t *turn) sayBulletin(b *bot.Bulletin) {
	if !b.Live(t.now) || slices.Contains(t.bulletins, b.ID) {
		return
	}
	t.bulletins = append(t.bulletins, b.ID)
	language := t.s.Language
	text, found := b.Text[language]
	if !found {
		language = t.live.Bundle.Source
		text = b.Text[language]
	}
	from := len(t.effects)
	t.speak(bot.Say{Text: text})
	t.worth(from, b.Until)
	if say, is := lastSay(t.effects[from:]); is && t.kind == "voice" {
		say.Language = language
		t.effects[from].Effect = say
	}
}

func lastSay(effects []bot.Addressed) (bot.Say, bool) {
	if len(effects) != 1 {
		return bot.Say{}, false
	}
	say, is := effects[0].Effect.(bot.Say)
	return say, is
}

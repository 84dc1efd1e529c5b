package engine

import (
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
)

// spokenIn is the language that words are written in, when the service has words in it and the
// conversation is in another.
func (t *turn) spokenIn(words string) (string, bool) {
	language := hear.Language(words)
	return language, language != t.s.Language && slices.Contains(t.live.languages, language) && slices.Contains(t.p.languages, language)
}

// offerTongue proposes, once, to go on in the language of somebody's first words. The service says who
// it is in that language; what the words answer is kept. Nothing is imposed: one of the choices goes
// back.
func (t *turn) offerTongue(words string) bool {
	if t.s.Life != bot.Talking || !t.s.Asking || t.engineAsking() || t.kind == "voice" || !t.firstWords() {
		return false
	}
	st, back := t.p.steps[t.s.Step], t.s.Language
	language, other := t.spokenIn(words)
	if t.greetedIn != "" { // the greeting was already in it
		language, back, other = t.s.Language, t.greetedIn, true
	}
	if !other || st == nil {
		return false
	}
	t.trace.Class = "tongue:" + language
	t.s.Language, t.meaning = language, nil
	u := t.utterance(words)
	if c, ok := t.understand(st, u, words); ok && c.Kind == Option && t.live.full(language) {
		t.s.Answers = t.s.Answers.With(st.answer.Name, c.Value)
	}
	t.fillOthers(st, u, words)
	if t.greetedIn == "" {
		t.greetAgain()
	}
	t.askEngine(askTongue + ":" + back)
	return true
}

// firstWords says that nothing was said before.
func (t *turn) firstWords() bool { return t.opening || t.s.Version <= 1 }

// greetAgain says the opening of the flow in the language that is spoken now.
func (t *turn) greetAgain() {
	_, passed, err := enter(t.p, State{}, t.p.Bundle.Flows[t.p.Bundle.Start].Start, t.scene())
	if err != nil {
		t.fault = err
		return
	}
	for i := range passed {
		if passed[i].Step.Kind == flow.Say {
			t.tell(&passed[i])
		}
	}
}

// chooseTongue goes on in the language that was proposed, or in the one before. Where the service has
// no flow in a language, to go on in it is to talk to a person.
func (t *turn) chooseTongue(option, back string) {
	t.resume()
	switch {
	case option == "oui" && t.live.full(t.s.Language):
		t.enter(t.s.Step)
	case option == "oui":
		t.toHuman()
	default:
		t.s.Language = back
		t.enter(t.s.Step)
	}
}

// full says whether the service has its whole flow in a language, not only the way to a person.
func (p *Program) full(language string) bool {
	return language == p.Bundle.Source || slices.Contains(p.Bundle.Languages, language)
}

// offerLanguages says by telephone which key speaks each other language, in that language: after the
// greeting, before the first question. The words are those of the command.
func (t *turn) offerLanguages() {
	greeted := slices.IndexFunc(t.effects, func(e bot.Addressed) bool { _, said := e.Effect.(bot.Say); return said })
	if t.kind != "voice" || greeted < 0 {
		return
	}
	at := greeted + 1
	for _, i := range t.live.Bundle.Interrupts {
		if i.Do != doLanguage || i.Key == "" {
			continue
		}
		for _, language := range t.live.engineAsks[askLanguage].options {
			text := t.live.texts[textKey{language, t.kind, "interrupt." + i.ID}].render(func(name string) string { return t.value(name, t.s.Answers) })
			if language != t.s.Language && text != "" {
				t.effects = slices.Insert(t.effects, at, bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: text, Language: language}})
				at++
			}
		}
	}
}

// otherLanguage is what a key means where there are two.
func (t *turn) otherLanguage(all []string) (int, bool) {
	if _, key := t.in.Event.(bot.Pressed); !key || len(all) != 2 {
		return 0, false
	}
	return 1 - max(0, slices.Index(all, t.s.Language)), true
}

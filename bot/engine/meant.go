package engine

import (
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
	"frontdesk/bot/place"
)

// What a meaning does beside filling answers.
const (
	meansHuman  = "human"
	meansResume = "resume"
	meansCalm   = "calm"
)

// sentence is how many words make a sentence: fewer answer the open question and nothing else.
const sentence = 3

// An understanding is what the lexicon hears in the words of a turn, and which answers of the flow that makes.
type understanding struct {
	Heard
	found  bot.Answers
	unsure []string
}

// meanings is what the lexicon hears in the words of this turn.
func (t *turn) meanings() *understanding {
	if t.meaning == nil {
		words := t.unmasked(t.words)
		at, ok := t.placeIn(words, t.live)
		m := &understanding{Heard: t.live.lexicon.hear(t.utterance(t.words), t.s.Language, words, t.live.near, at, ok)}
		m.found, m.unsure = m.Answers()
		t.meaning = m
	}
	return t.meaning
}

// utterance is what a person wrote, without what stands for a number that was masked.
func (t *turn) utterance(words string) hear.Utterance {
	words = t.unmasked(words)
	if l := &t.listened; l.words != words || l.language != t.s.Language {
		*l = listened{words, t.s.Language, hear.Listen(t.s.Language, words)}
	}
	return t.listened.utterance
}

// listened is what was listened to last.
type listened struct {
	words, language string
	utterance       hear.Utterance
}

// A spot is the place that words speak of, as it is looked for in what a release serves.
type spot struct {
	words string
	by    *Program
	at    place.Meaning
	ok    bool
}

// placeIn is the place that words speak of.
func (t *turn) placeIn(words string, by *Program) (place.Meaning, bool) {
	if t.spot == nil || t.spot.words != words || t.spot.by != by {
		at, ok := place.Mentioned(words, by.near)
		t.spot = &spot{words, by, at, ok}
	}
	return t.spot.at, t.spot.ok
}

// understand is the class of an answer to the open question: of a sentence, what the lexicon hears in
// it; of a word or two, or where the lexicon hears nothing, what the question itself lists.
func (t *turn) understand(st *step, u hear.Utterance, words string) (Class, bool) {
	if st.answer.Type == flow.Choice && u.Words() >= sentence {
		if value, ok := t.spoken(st); ok {
			return Class{Option, value}, true
		}
	}
	class, ok := t.classify(st, u, words)
	if !ok && st.answer.Type == flow.Choice {
		if value, heard := t.spoken(st); heard {
			return Class{Option, value}, true
		}
	}
	return class, ok
}

// labelled is the option whose whole label somebody wrote: it says that and nothing else, whatever the
// lexicon would hear in it.
func (t *turn) labelled(st *step, u hear.Utterance) (Class, bool) {
	if u.Words() < sentence { // the options' own words come first there
		return Class{}, false
	}
	for _, i := range t.offered(st) {
		label := t.text(st.optionText(st.ids[i]))
		if len(u.Folded()) <= 2*len(label) && hear.Fold(label) == u.Folded() { // folding no more than doubles
			return Class{Option, st.ids[i]}, true
		}
	}
	return Class{}, false
}

// spoken is the answer to a question that the lexicon hears, if it is offered.
func (t *turn) spoken(st *step) (string, bool) {
	value, ok := t.meanings().found.Lookup(st.answer.Name)
	if !ok {
		return "", false
	}
	for _, i := range t.offered(st) {
		if st.ids[i] == value {
			return value, true
		}
	}
	return "", false
}

// gathered is an answer to a question nobody asked yet: as the lexicon hears it, or as the question
// lists it. What the lexicon hears twice, and differently, is asked.
func (t *turn) gathered(st *step, u hear.Utterance) (string, bool) {
	m := t.meanings()
	value, ok := m.found.Lookup(st.answer.Name)
	switch {
	case ok && slices.Contains(st.ids, value):
		return value, true
	case slices.Contains(m.unsure, st.answer.Name):
		return "", false
	}
	return t.mentioned(st, u)
}

// mentioned finds an answer to a question nobody asked yet.
func (t *turn) mentioned(st *step, u hear.Utterance) (string, bool) {
	switch st.answer.Type {
	case flow.Choice:
		if st.ranges {
			if n, ok := hear.Age(u); ok {
				return st.inRange(n)
			}
		}
		i, ok := st.menus[t.s.Language].Mention(u)
		if !ok {
			return "", false
		}
		return st.Options[i].ID, true
	}
	return "", false
}

// meant does what the weightiest thing heard asks for beside an answer: a human, an old conversation,
// one calm answer to an insult. Not where somebody writes freely, nor before a human.
func (t *turn) meant(st *step) bool {
	if freely(st) || t.s.Case.Owner != "" || t.s.Life.Open() {
		return false
	}
	needs := t.meanings().Needs()
	if len(needs) == 0 || needs[0].Do == "" {
		return false
	}
	t.trace.Class = "meant:" + needs[0].ID
	switch needs[0].Do {
	case meansHuman:
		if value, ok := t.spoken(st); ok {
			t.s.Answers = t.s.Answers.With(st.answer.Name, value)
		}
		t.toHuman()
	case meansResume:
		t.say("engine.hear.resume")
		t.again()
	case meansCalm:
		t.say("engine.hear.calm")
		t.again()
	}
	return true
}

// propose asks what an unclear sentence may have meant, at the question of the need: two or three of
// its options, the likeliest first. It decides nothing.
func (t *turn) propose(st *step, u hear.Utterance) bool {
	if st.answer.Name != t.p.as.need || t.s.Misses > 0 || t.kind == "voice" {
		return false
	}
	offered := t.offered(st)
	var ids []string
	for _, m := range t.live.lexicon.proposals(u) {
		for _, s := range m.Sets {
			open := slices.ContainsFunc(offered, func(i int) bool { return st.ids[i] == s.Value })
			if s.Answer == st.answer.Name && open && !slices.Contains(ids, s.Value) && len(ids) < 3 {
				ids = append(ids, s.Value)
			}
		}
	}
	if len(ids) < 2 {
		return false
	}
	choices := make([]bot.Choice, len(ids))
	for i, id := range ids {
		choices[i] = bot.Choice{ID: id, Label: t.text(st.optionText(id))}
	}
	t.trace.Class = "proposed"
	misses := t.s.Misses + 1
	t.put(st.ID, t.text("engine.hear.propose"), ids, choices)
	t.s.Misses = misses
	return true
}

// proposed narrows the options of a question to those that were proposed last, in their order.
func (t *turn) proposed(st *step, offered []int) []int {
	if t.s.Step != st.ID || len(t.s.Offered) == 0 || len(t.s.Offered) >= len(offered) {
		return offered
	}
	var narrowed []int
	for _, id := range t.s.Offered {
		if i := slices.Index(st.ids, id); i >= 0 && slices.Contains(offered, i) {
			narrowed = append(narrowed, i)
		}
	}
	if len(narrowed) == 0 {
		return offered
	}
	return narrowed
}

// proposals are the needs that an utterance may speak of, the likeliest first.
func (x *lexicon) proposals(u hear.Utterance) []*flow.Meaning {
	var all []*flow.Meaning
	allowed := func(sense int) bool {
		return x.meanings[sense].Kind == flow.KindNeed && len(x.meanings[sense].Sets) > 0
	}
	for _, sense := range x.senses.Propose(u, 6, allowed) {
		all = append(all, x.meanings[sense])
	}
	return all
}

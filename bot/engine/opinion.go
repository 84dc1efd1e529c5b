package engine

import (
	"maps"
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
)

const doOpinion = "opinion"

// Opinion is what somebody says of the service itself: what follows « avis : » in their words. It is
// kept where all words are, in the sealed log, and expires and is erased with it.
func (p *Program) Opinion(language, words string) (string, bool) {
	head, rest, found := strings.Cut(words, ":")
	if rest = strings.TrimSpace(rest); !found || rest == "" {
		return "", false
	}
	head = hear.Fold(head)
	for _, i := range p.Bundle.Interrupts {
		if i.Do != doOpinion {
			continue
		}
		for _, l := range [...]string{language, p.Bundle.Source} {
			known, _ := p.find(l, "chat", "interrupt."+i.ID+".words")
			for _, word := range splitWords(known) {
				if hear.Fold(word) == head {
					return rest, true
				}
			}
		}
	}
	return "", false
}

// opinion thanks for one and goes on; false when the words are none.
func (t *turn) opinion(words string) bool {
	if _, ok := t.live.Opinion(t.s.Language, words); !ok || t.s.Case.Owner != "" && t.s.Life.Open() {
		return false
	}
	t.trace.Class = doOpinion
	for _, i := range t.live.Bundle.Interrupts {
		if i.Do == doOpinion {
			t.sayText(t.text("interrupt."+i.ID), "engine.noted")
		}
	}
	t.askAgainIfAsking()
	return true
}

// howToSay tells whoever writes the word alone how an opinion is given.
func (t *turn) howToSay(i *flow.Interrupt) {
	t.sayText(t.text("interrupt."+i.ID+"@retry"), "engine.help")
	t.askAgainIfAsking()
}

// sayText says a text of the bundle, or the engine's where it has none.
func (t *turn) sayText(text, otherwise string) {
	if text == "" {
		text = t.text(otherwise)
	}
	t.speak(bot.Say{Text: text})
}

// campaign takes the word of a poster or a link for the answers that it stands for, and counts it.
func (t *turn) campaign(word string) bool {
	if word = campaignWord(word); word == "" {
		return false
	}
	for _, id := range slices.Sorted(maps.Keys(t.p.Bundle.Campaigns)) {
		if campaignWord(id) != word {
			continue
		}
		for _, set := range t.p.Bundle.Campaigns[id] {
			t.s.Answers = t.s.Answers.With(set.Answer, set.Value)
		}
		t.trace.Class = "campaign:" + id
		return true
	}
	return false
}

func campaignWord(word string) string { return hear.Fold(strings.ReplaceAll(word, "-", " ")) }

package engine_test

import (
	"strings"
	"testing"

	"frontdesk/bot"
)

// Who chose the line of professionals by mistake and goes back is a citizen again: what the option set
// beside its answer is taken back with it.
func TestGoingBackTakesBackWhatAnOptionSet(t *testing.T) {
	k := newTalk(t, reference(t))
	k.play(bot.Arrived{})
	for _, words := range []string{"une question pratique, autre chose", "je suis employeur, ou professionnel de l'orientation", "corriger", "corriger"} {
		k.say(words)
	}
	if got := k.s.Answers.Get("pour_qui"); got != "" {
		t.Errorf("pour_qui is still %q", got)
	}
	if said := told(k.say("choisir un métier ou des études")); strings.Contains(said, "ligne des professionnels") {
		t.Errorf("the professionals' line again: %s", said)
	}
}

// Who writes the whole label of an option chooses that option, whatever else its words mean.
func TestAWrittenLabelIsItsOption(t *testing.T) {
	p := reference(t)
	for _, o := range p.Bundle.Steps["accueil.besoin"].Options {
		k := newTalk(t, p)
		k.play(bot.Arrived{})
		k.say(p.Bundle.Texts["accueil.besoin."+o.ID].Text)
		for _, a := range k.s.Answers {
			if asked := p.Bundle.Answers[a.Name].Step != ""; a.Name == "besoin" && a.Value != o.ID || asked && a.Name != "besoin" {
				t.Errorf("%q: %v", p.Bundle.Texts["accueil.besoin."+o.ID].Text, k.s.Answers)
			}
		}
	}
}

package engine_test

import (
	"strings"
	"testing"
	"time"

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

// A conversation that is over is taken up for as long as the bundle says; after that a message, or coming back
// to the page, begins another, with nothing of the old.
func TestAConversationThatIsLongOverIsNotTakenUp(t *testing.T) {
	p := reference(t)
	for name, c := range map[string]struct {
		after time.Duration
		comes func(*talk) bot.Turn
		anew  bool
	}{
		"words in time":      {p.Bundle.Delays.Reopen - time.Hour, func(k *talk) bot.Turn { return k.say("blabla truc") }, false},
		"words too late":     {p.Bundle.Delays.Reopen + time.Hour, func(k *talk) bot.Turn { return k.say("blabla truc") }, true},
		"a command too late": {p.Bundle.Delays.Reopen + time.Hour, func(k *talk) bot.Turn { return k.say("aide") }, true},
		"a danger too late":  {p.Bundle.Delays.Reopen + time.Hour, func(k *talk) bot.Turn { return k.say("quelqu'un me frappe") }, true},
		"a button too late":  {p.Bundle.Delays.Reopen + time.Hour, func(k *talk) bot.Turn { return k.play(bot.Chose{Ask: "old", Option: "human"}) }, true},
		"the page in time":   {p.Bundle.Delays.Reopen - time.Hour, func(k *talk) bot.Turn { return k.play(bot.Arrived{}) }, false},
		"the page too late":  {p.Bundle.Delays.Reopen + time.Hour, func(k *talk) bot.Turn { return k.play(bot.Arrived{}) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			k := newTalk(t, p)
			k.play(bot.Arrived{})
			k.say("choisir un métier ou des études")
			k.say("stop")
			if k.s.Life != bot.Closed {
				t.Fatalf("the conversation is %s", k.s.Life)
			}
			before := k.s.Dossier
			k.at = k.at.Add(c.after)
			said := told(c.comes(k))
			if anew := k.s.Life != bot.Closed && k.s.Dossier != before && k.s.Answers.Get("besoin") == ""; anew != c.anew {
				t.Errorf("it is %s, with the answers %v; they read: %s", k.s.Life, k.s.Answers, said)
			}
			if asked := strings.Contains(said, "était terminée"); asked == c.anew {
				t.Errorf("they read: %s", said)
			}
		})
	}
}

// Who answers STOP to a text that came after a call, or to something long over, reads its confirmation and nothing
// else; whoever comes next is greeted, with nothing of the old.
func TestAStopThatComesFirstIsConfirmedAndNothingElse(t *testing.T) {
	p := reference(t)
	for name, began := range map[string]func(*talk){
		"nothing before": func(*talk) {},
		"long over": func(k *talk) {
			k.play(bot.Arrived{})
			k.say("choisir un métier ou des études")
			k.say("stop")
			k.at = k.at.Add(p.Bundle.Delays.Reopen + time.Hour)
		},
	} {
		for then, comes := range map[string]func(*talk) bot.Turn{
			"words": func(k *talk) bot.Turn { return k.say("blabla truc") },
			"START": func(k *talk) bot.Turn { return k.play(bot.Arrived{}) },
		} {
			t.Run(name+", "+then, func(t *testing.T) {
				k := newTalk(t, p)
				began(k)
				if said := told(k.say("STOP")); strings.TrimSpace(said) != p.Bundle.Texts["interrupt.stop"].Text || k.s.Life != bot.Closed {
					t.Errorf("it is %s; they read: %s", k.s.Life, said)
				}
				k.say("stop") // a second one is answered as the first
				if said := told(comes(k)); k.s.Life == bot.Closed || !strings.Contains(said, "Je suis un robot") || len(k.s.Answers) > 0 {
					t.Errorf("then it is %s, with the answers %v; they read: %s", k.s.Life, k.s.Answers, said)
				}
			})
		}
	}
}

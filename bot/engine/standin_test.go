package engine_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/locales"
)

// A standIn has the live release in place of every other: they are lost.
type standIn struct{ shelf }

func (s standIn) Pinned(string) (*engine.Program, bool) { return s.p, true }

// redrafted is the reference bundle after a refactoring, ready to play.
func redrafted(t *testing.T, edit func(d *flow.Draft) (*flow.Draft, error)) *engine.Program {
	t.Helper()
	d, err := flow.OpenDraft(reference(t).Bundle.Sources)
	if err != nil {
		t.Fatal(err)
	}
	if d, err = edit(d); err != nil {
		t.Fatal(err)
	}
	b, err := d.Bundle("")
	if err != nil {
		t.Fatal(err)
	}
	words, err := locales.New(b)
	if err != nil {
		t.Fatal(err)
	}
	p, err := engine.Compile(b, words)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// asked is a talk at the second question of the reference bundle.
func asked(t *testing.T) *talk {
	t.Helper()
	k := newTalk(t, reference(t))
	k.play(bot.Arrived{})
	k.say("1")
	if k.s.Step == reference(t).Bundle.Flows["accueil"].Start || !k.s.Asking {
		t.Fatalf("at %s", k.s.Step)
	}
	return k
}

// without has nothing stand for a step: it was renamed by hand, and nobody said so.
func without(step string) func(*flow.Draft) (*flow.Draft, error) {
	return func(d *flow.Draft) (*flow.Draft, error) {
		d, err := d.Rename(flow.StepRecord, step, "autrement")
		if err != nil {
			return nil, err
		}
		return d.Edit(flow.Remove(flow.In("bundle.yaml", "moved", step)))
	}
}

// loses has the talk's release be lost, and another live.
func (k *talk) loses(p *engine.Program) { k.e = engine.New(standIn{shelf{p}}) }

// A conversation whose release is lost goes on at the question that was renamed; its answer counts.
func TestALostReleaseGoesOnWhereItsStepIsNow(t *testing.T) {
	k := asked(t)
	was := k.s.Step
	straight := asked(t)
	straight.say("1")
	p := redrafted(t, func(d *flow.Draft) (*flow.Draft, error) { return d.Rename(flow.StepRecord, was, "renommee") })
	k.loses(p)
	k.say("1")
	if k.s.Release != p.Bundle.Hash {
		t.Errorf("the conversation keeps to %s", k.s.Release)
	}
	if k.s.Step != straight.s.Step || !slices.Equal(k.s.Answers, straight.s.Answers) {
		t.Errorf("after the answer: %s %v, want %s %v", k.s.Step, k.s.Answers, straight.s.Step, straight.s.Answers)
	}
	if k.say("retour"); k.s.Step != "accueil.renommee" {
		t.Errorf("back leads to %s", k.s.Step)
	}
}

// One whose question is gone is asked the last one again that is still there: nothing is an answer before.
func TestALostReleaseAsksTheLastQuestionAgain(t *testing.T) {
	first, second := asked(t).s.Path[0].Step, asked(t).s.Step
	p := redrafted(t, without(second))
	for name, event := range map[string]func(k *talk) bot.Event{
		"words":   func(*talk) bot.Event { return bot.Said{Text: "1"} },
		"button":  func(k *talk) bot.Event { return bot.Chose{Ask: k.s.Ask, Option: k.s.Offered[0]} },
		"key":     func(*talk) bot.Event { return bot.Pressed{Keys: "1"} },
		"silence": func(k *talk) bot.Event { return bot.NoInput{Ask: k.s.Ask} },
		"repeat":  func(*talk) bot.Event { return bot.Said{Text: "répéter"} },
	} {
		t.Run(name, func(t *testing.T) {
			k := asked(t)
			k.loses(p)
			turn := k.play(event(k))
			if turn.Fault != nil || k.s.Step != first || !k.s.Asking || k.s.Case.Structure != "" {
				t.Fatalf("at %s, asking %t, fault %v", k.s.Step, k.s.Asking, turn.Fault)
			}
			if !strings.Contains(told(turn), "Que cherchez-vous ?") {
				t.Errorf("told: %s", told(turn))
			}
			if k.say("3"); k.s.Step == first || len(k.s.Answers) == 0 {
				t.Errorf("the answer after that: at %s, %v", k.s.Step, k.s.Answers)
			}
		})
	}
	t.Run("none is left", func(t *testing.T) { // it begins anew, with what is known
		k := asked(t)
		k.loses(p)
		k.s.Path = nil
		if turn := k.say("répéter"); turn.Fault != nil || k.s.Step != "accueil.autrement" || !strings.Contains(told(turn), "C'est pour qui ?") {
			t.Errorf("at %s, told %s", k.s.Step, told(turn))
		}
	})
	t.Run("danger", func(t *testing.T) {
		k := asked(t)
		k.loses(p)
		if turn := k.say("je veux mourir"); !strings.Contains(told(turn), "3114") {
			t.Errorf("told: %s", told(turn))
		}
	})
}

// A safety text that has changed since it was read again is not said: the numbers are.
func TestASafetyTextThatChangedSinceItWasReadIsNotSaid(t *testing.T) {
	const changed = "Ces mots ont changé : {15}, {3114}."
	at := flow.In("safety.yaml", "dangers", "suicide", "text")
	for _, c := range []struct {
		reread, want, never string
	}{
		{"", "3114", "Ces mots ont changé"},
		{"2026-11-20", "Ces mots ont changé", "\x00"},
	} {
		p := redrafted(t, func(d *flow.Draft) (*flow.Draft, error) {
			edits := []flow.Change{flow.SetText(at, changed)}
			if c.reread != "" {
				edits = append(edits, flow.SetText(flow.In("safety.yaml", "dangers", "suicide", "reread", "fr", "on"), c.reread))
			}
			made, err := d.Edit(edits...)
			if err != nil {
				return nil, err
			}
			return made.Pinned(d)
		})
		k := newTalk(t, p)
		k.play(bot.Arrived{})
		if said := told(k.say("je veux mourir")); !strings.Contains(said, c.want) || strings.Contains(said, c.never) {
			t.Errorf("read again %q: %s", c.reread, said)
		}
	}
}

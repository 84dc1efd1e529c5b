package engine_test

import (
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/engine"
)

// An option that is offered only on one channel counts as known there like any other: contact.mineur
// asks nothing of who may be called, and « dans cette conversation » is offered in a chat only.
func TestAKnownAnswerIsJudgedByWhatOffersIt(t *testing.T) {
	p := reference(t)
	step := p.Bundle.Steps["contact.moyen"]
	step.AskAgain = false
	defer func() { step.AskAgain = true }()
	for channel, asked := range map[string]bool{"chat": false, "sms": true} {
		at := engine.State{Step: "contact.accord_adulte", Stack: []string{"accueil.utile"}, Answers: bot.Answers{}.With("moyen", "desk")}
		after, _, err := engine.Next(p, at, engine.Class{Kind: engine.Option, Value: "oui"}, &engine.Scene{Language: "fr", Channel: channel})
		if err != nil {
			t.Fatal(err)
		}
		if got := after.Step == "contact.moyen"; got != asked {
			t.Errorf("on %s the flow stands at %s; asked again: %v, want %v", channel, after.Step, got, asked)
		}
	}
}

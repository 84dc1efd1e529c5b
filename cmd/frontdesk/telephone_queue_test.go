package main

import (
	"slices"
	"testing"

	"frontdesk/bot"
)

// A counsellor who is free is rung for who has waited longest, and for others once nobody stands before them.
func TestCallersKeepTheirPlaces(t *testing.T) {
	t.Parallel()
	s := newPhoneSite(t)
	s.duty()
	first := s.rings()
	first.Press("0")
	s.hears("the first", first, "Je vous passe une personne.")
	ringing := s.rung()
	second := s.rings()
	second.Press("0")
	s.hears("the second", second, "Je vous passe une personne.")
	var cards []bot.Card
	s.until("two cases wait", func() bool {
		var err error
		cards, err = s.house.store.Cards(s.ctx)
		return err == nil && len(cards) == 2 && cards[0].Waits() && cards[1].Waits()
	})
	slices.SortFunc(cards, func(a, b bot.Card) int { return a.Since.Compare(b.Since) })
	rung := func(card bot.Card) int {
		whom, err := s.house.whomToRing(s.ctx, card)
		if err != nil {
			t.Fatal(err)
		}
		return len(whom)
	}
	s.until("both are seen to hold the line", func() bool {
		one, err := s.house.store.Present(s.ctx, cards[0].Conversation)
		two, err2 := s.house.store.Present(s.ctx, cards[1].Conversation)
		return err == nil && err2 == nil && one && two
	})
	if a, b := rung(cards[0]), rung(cards[1]); a != 1 || b != 0 {
		t.Errorf("%d telephones may ring for the first, %d for the second", a, b)
	}
	urgent := cards[1]
	urgent.Urgent = true
	if n := rung(urgent); n != 1 {
		t.Errorf("%d telephones may ring for an urgent one", n)
	}
	first.Hangup()
	s.gone("the telephone that rang for the first", ringing)
	ringing = s.pickedUp()
	s.hears("the counsellor", ringing, "Pour prendre l'appel, tapez 1.")
	ringing.Press("1")
	s.hears("the second", second, "Camille est avec vous.")
	second.Hangup()
}

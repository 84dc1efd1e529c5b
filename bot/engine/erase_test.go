package engine_test

import (
	"slices"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
)

// counselled is a talk that a lead has taken.
func counselled(t *testing.T) *talk {
	k := newTalk(t, reference(t))
	k.s.Trace = "number"
	k.in.Facts.Actor.Lead = true
	k.play(bot.Arrived{})
	k.say("humain")
	k.by(bot.Claimed{By: "camille"})
	return k
}

// by is what a counsellor does, from a place that things are carried to.
func (k *talk) by(ev bot.Event) bot.Turn {
	k.t.Helper()
	leg := k.in.Leg
	k.in.Leg = bot.Leg{ID: "desk", Channel: "slack", Peer: "D1", For: bot.ToOwner, Push: true}
	turn := k.play(ev)
	k.in.Leg = leg
	return turn
}

func TestDeedsAreNotedForTheAudit(t *testing.T) {
	k := newTalk(t, reference(t))
	k.in.Facts.Actor.Lead = true
	k.play(bot.Arrived{})
	for _, c := range []struct {
		turn func() bot.Turn
		want []bot.Deed
	}{
		{func() bot.Turn { return k.say("je cherche une formation") }, nil},
		{func() bot.Turn { return k.say("je veux mourir") }, []bot.Deed{"danger:suicide"}},
		{func() bot.Turn { return k.by(bot.Claimed{By: "camille"}) }, []bot.Deed{bot.DeedClaimed}},
		{func() bot.Turn { return k.by(bot.Claimed{By: "sacha"}) }, nil}, // lost
		{func() bot.Turn { return k.by(bot.Replied{By: "camille", Text: "Bonjour"}) }, nil},
		{func() bot.Turn { return k.by(bot.Procedure{By: "camille", Do: "open"}) }, []bot.Deed{bot.DeedOpened}},
		{func() bot.Turn { return k.by(bot.Procedure{By: "camille", Do: "called"}) }, []bot.Deed{bot.DeedCalled}},
		{func() bot.Turn { return k.say("EFFACER") }, []bot.Deed{bot.DeedLeftToLead}},
		{func() bot.Turn { return k.by(bot.Procedure{By: "camille", Do: "close"}) }, []bot.Deed{bot.DeedClosed, bot.DeedErased}},
		{func() bot.Turn { return k.play(bot.EraseAsked{}) }, nil},
	} {
		if turn := c.turn(); !slices.Equal(turn.Audit, c.want) {
			t.Errorf("%s: %q, want %q", bot.Name(turn.Input.Event), turn.Audit, c.want)
		}
	}
}

func TestATombstoneKeepsOnlyWhereSomethingMustBeDeleted(t *testing.T) {
	k := newTalk(t, reference(t))
	k.s.Trace = "number"
	k.play(bot.Arrived{})
	k.in.Leg = bot.Leg{ID: "telegram", Channel: "telegram", Peer: "T1", For: bot.ToCitizen, Push: true}
	k.say("humain")
	k.by(bot.Claimed{By: "camille"})
	turn := k.say("effacer")
	var forgotten []string
	for _, e := range turn.Effects {
		if f, is := e.Effect.(bot.Forget); is {
			forgotten = append(forgotten, string(e.To)+":"+f.Leg)
		}
	}
	if want := []string{"citizen:web", "citizen:telegram", "owner:desk"}; !slices.Equal(forgotten, want) {
		t.Errorf("what must be deleted: %q, want %q", forgotten, want)
	}
	legs := []bot.Leg{
		{ID: "telegram", Channel: "telegram", Peer: "T1", For: bot.ToCitizen, Push: true, Left: true, Last: k.s.Entries},
		{ID: "desk", Channel: "slack", Peer: "D1", For: bot.ToOwner, Push: true},
	}
	if !slices.Equal(k.s.Legs, legs) {
		t.Errorf("legs of the tombstone: %#v", k.s.Legs)
	}
	bare := k.s
	bare.ID, bare.Version, bare.Entries, bare.Release, bare.Language, bare.Legs, bare.Updated = "", 0, 0, "", "", nil, time.Time{}
	if encoded, empty := string(bot.EncodeSession(nil, &bare)), string(bot.EncodeSession(nil, &bot.Session{Life: bot.Erased})); encoded != empty {
		t.Errorf("the tombstone still holds %+v", bare)
	}
	k.in.Leg = bot.Leg{ID: "web", Channel: "web", Peer: "another", For: bot.ToCitizen}
	if k.play(bot.HungUp{}); len(k.s.Legs) != 2 {
		t.Errorf("a leg joined what was erased: %#v", k.s.Legs)
	}
}

func TestAnOperatorsErasureNeverTakesAProcedureFromItsLead(t *testing.T) {
	k := counselled(t)
	k.by(bot.Procedure{By: "camille", Do: "open"})
	k.play(bot.EraseAsked{})
	if !k.s.Case.LeadOnly || k.s.Trace != "" {
		t.Fatalf("after the first: %+v, number %q", k.s.Case, k.s.Trace)
	}
	k.by(bot.Claimed{By: "camille"})
	k.play(bot.EraseAsked{}) // once more, while the lead is at it
	if k.s.Case.Owner != "camille" || k.s.Life != bot.Live {
		t.Errorf("after the second: %s, owner %q", k.s.Life, k.s.Case.Owner)
	}
	k.by(bot.Finished{By: "camille", Outcome: "safety"})
	if k.s.Life != bot.Erased || len(k.s.Answers) > 0 || k.s.Dossier != "" {
		t.Errorf("when the procedure is closed: %+v", k.s)
	}
}

func TestTheNumberOfStatisticsIsGivenUpAfterThirtyDays(t *testing.T) {
	k := newTalk(t, reference(t))
	k.s.Trace = "number"
	k.play(bot.Arrived{})
	k.at = k.at.Add(30 * 24 * time.Hour)
	if turn := k.say("bonjour"); turn.Trace.Number != "number" || k.s.Trace != "number" {
		t.Errorf("on the thirtieth day: %q", turn.Trace.Number)
	}
	k.at = k.at.Add(time.Second)
	if turn := k.say("bonjour"); turn.Trace.Number != "" || k.s.Trace != "" {
		t.Errorf("after it: %q", turn.Trace.Number)
	}
}

func TestEveryNumberACaseHadLeadsToIt(t *testing.T) {
	k := newTalk(t, reference(t))
	k.play(bot.Arrived{})
	first := k.s.Dossier
	k.say("stop")
	k.say("je cherche une formation")
	second := k.s.Dossier
	if first == second {
		t.Fatal("a new case has the old number")
	}
	k.say("effacer")
	for _, number := range []string{first, second} {
		if !engine.HasDossier(&k.s, number) {
			t.Errorf("%s leads nowhere once it is erased", number)
		}
	}
	if other := (&bot.Session{ID: "c2", Version: 40}); engine.HasDossier(other, first) {
		t.Error("another conversation has the number too")
	}
}

func TestACaseWithAnOpenProcedureIsNeverClosedBySilence(t *testing.T) {
	k := counselled(t)
	k.say("je veux mourir")
	k.by(bot.Procedure{By: "camille", Do: "open"})
	k.by(bot.Replied{By: "camille", Text: "Je suis là"})
	for range 40 {
		k.at = k.at.Add(10 * time.Minute)
		k.play(bot.Rang{})
	}
	if !k.s.Life.Open() || len(k.s.Timers) == 0 {
		t.Errorf("life %s, timers %v", k.s.Life, k.s.Timers)
	}
}

func TestADamagedInputWakesNoTombstone(t *testing.T) {
	k := newTalk(t, reference(t))
	k.play(bot.Arrived{})
	k.say("effacer")
	k.in.Leg = bot.Leg{}
	turn := k.play(bot.Unplayed{Kind: bot.Damaged})
	if k.s.Life != bot.Erased || len(k.s.Timers) > 0 || k.s.Case != (bot.Case{}) || len(turn.Effects) > 0 {
		t.Errorf("life %s, timers %v, case %+v, effects %v", k.s.Life, k.s.Timers, k.s.Case, turn.Effects)
	}
}

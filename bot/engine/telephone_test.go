package engine_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk/bot"
)

var camillesPhone = bot.Leg{ID: "call-camille", Channel: "phone", Peer: "counsellor:camille", For: bot.ToOwner}

// calledIn is somebody who waits on the telephone.
func calledIn(t *testing.T) *talk {
	k := newTalk(t, reference(t))
	k.in.Leg = bot.Leg{ID: "phone", Channel: "phone", Peer: "call:1", For: bot.ToCitizen}
	k.play(bot.Arrived{})
	k.play(bot.Pressed{Keys: "0"})
	if k.s.Life != bot.Waiting {
		t.Fatalf("after 0 the conversation is %s", k.s.Life)
	}
	return k
}

func (k *talk) timed(name bot.TimerName) bool {
	return slices.ContainsFunc(k.s.Timers, func(x bot.Timer) bool { return x.Name == name })
}

// A counsellor who talks to the person owes no message soon: the case is not given back behind their backs.
func TestWhoTookACallByTelephoneIsNotRemindedToWrite(t *testing.T) {
	k := calledIn(t)
	k.as(camillesPhone, bot.Claimed{By: "camille"})
	if k.s.Life != bot.Live || k.timed(bot.TimerOwner) {
		t.Errorf("%s, timers %v", k.s.Life, k.s.Timers)
	}

	k = calledIn(t)
	k.as(camillesThread, bot.Claimed{By: "camille"}) // at the desk first, and then their telephone rings
	if !k.timed(bot.TimerOwner) {
		t.Error("who took it at a desk is not reminded")
	}
	answered := k.as(camillesPhone, bot.Claimed{By: "camille"})
	if k.timed(bot.TimerOwner) || !strings.Contains(to(answered, bot.ToActor), "already") {
		t.Errorf("timers %v, told %s", k.s.Timers, to(answered, bot.ToActor))
	}
}

// When the counsellor hangs up the caller hears so, and the call ends; the case waits for its outcome.
func TestACounsellorWhoHangsUpEndsTheCallAndKeepsTheCase(t *testing.T) {
	k := calledIn(t)
	k.as(camillesPhone, bot.Claimed{By: "camille"})
	turn := k.as(camillesPhone, bot.HungUp{})
	if got := to(turn, bot.ToCitizen); got != "say, hangup" {
		t.Errorf("the caller: %s", got)
	}
	if k.s.Life != bot.Live || k.s.Case.Owner != "camille" {
		t.Errorf("the case is %s, of %q", k.s.Life, k.s.Case.Owner)
	}
	k.as(camillesThread, bot.Finished{By: "camille", Outcome: "answered"})
	if late := k.as(camillesPhone, bot.HungUp{}); to(late, bot.ToCitizen) != "" {
		t.Errorf("a second farewell: %s", told(late))
	}
}

// A voice must know which language it speaks; nobody else is told.
func TestAVoiceIsToldItsLanguage(t *testing.T) {
	spoken := func(k *talk) (all []string) {
		for _, e := range k.play(bot.Arrived{}).Effects {
			if say, is := e.Effect.(bot.Say); is {
				all = append(all, say.Language)
			}
		}
		return slices.Compact(all)
	}
	k := newTalk(t, reference(t))
	if got := spoken(k); !slices.Equal(got, []string{""}) {
		t.Errorf("on the web: %q", got)
	}
	k = newTalk(t, reference(t))
	k.in.Leg = bot.Leg{ID: "phone", Channel: "phone", Peer: "call:1", For: bot.ToCitizen}
	if got := spoken(k); !slices.Equal(got, []string{"fr", "en", "fr"}) { // one line says which key speaks English
		t.Errorf("by telephone: %q", got)
	}
	for _, want := range []string{"en", "fr"} {
		if k.play(bot.Pressed{Keys: "8"}); k.s.Language != want {
			t.Errorf("after the key it speaks %s, want %s", k.s.Language, want)
		}
	}
}

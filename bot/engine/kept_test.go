package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

// byText is somebody who writes text messages.
func byText(t *testing.T) *talk {
	k := newTalk(t, reference(t))
	k.in.Leg = bot.Leg{ID: "sms", Channel: "sms", Peer: mobile, For: bot.ToCitizen}
	k.say("bonjour")
	return k
}

// Who takes leave after a promise is still called back, and is told so.
func TestAFarewellKeepsWhatWasPromised(t *testing.T) {
	for _, words := range []string{"Merci, au revoir", "STOP", "bye"} {
		k := byText(t)
		k.say("RAPPEL")
		k.say("oui") // a message may be left
		if k.s.Life != bot.Promised || k.s.Case.Contact != "phone" {
			t.Fatalf("after RAPPEL it is %s, answered by %q", k.s.Life, k.s.Case.Contact)
		}
		due := k.s.Case.Due
		turn := k.say(words)
		if !strings.HasSuffix(told(turn), "Ce qui vous a été promis reste prévu.") || !strings.HasSuffix(to(turn, bot.ToCitizen), "hangup") {
			t.Errorf("%s: they read %q", words, told(turn))
		}
		if k.s.Life != bot.Promised || k.s.Case.Due != due || !k.timed(bot.TimerPromise) || k.s.Asking {
			t.Errorf("%s: it is %s, due %s, timers %v", words, k.s.Life, k.s.Case.Due, k.s.Timers)
		}
		k.at = due.Add(time.Minute)
		if turn := k.play(bot.Rang{}); !strings.Contains(to(turn, bot.ToDesk), "post") {
			t.Errorf("%s: a promise that is late is shown on no desk: %s", words, to(turn, bot.ToDesk))
		}
	}
}

// After STOP by text message nothing can be answered there: that promise ends, and nobody is told that it stands.
func TestAStopByTextEndsAPromiseOfATextMessage(t *testing.T) {
	k := byText(t)
	k.say("HUMAIN")
	k.waits(time.Hour)
	for range 3 {
		k.waits(time.Hour)
	}
	if k.s.Life != bot.Promised || k.s.Case.Contact != "sms" {
		t.Fatalf("it is %s, answered by %q", k.s.Life, k.s.Case.Contact)
	}
	due := k.s.Case.Due
	if turn := k.say("Merci, au revoir"); k.s.Life != bot.Promised || k.s.Case.Due != due || !strings.Contains(told(turn), "reste prévu") {
		t.Fatalf("after a goodbye it is %s; they read %q", k.s.Life, told(turn))
	}
	if turn := k.say("STOP"); k.s.Life != bot.Closed || strings.Contains(told(turn), "promis") {
		t.Errorf("it is %s; they read %q", k.s.Life, told(turn))
	}
}

// RAPPEL is heard by who waits for a person, as the text that offers it says.
func TestWhoWaitsByTextCanAskToBeCalled(t *testing.T) {
	for name, wait := range map[string]func(*talk){"at once": func(*talk) {}, "once it was offered": func(k *talk) { k.waits(time.Hour) }} {
		k := byText(t)
		k.say("HUMAIN")
		wait(k)
		if k.s.Life != bot.Waiting {
			t.Fatalf("%s: it is %s", name, k.s.Life)
		}
		k.say("RAPPEL")
		turn := k.say("oui") // a message may be left
		if k.s.Life != bot.Promised || k.s.Case.Contact != "phone" {
			t.Errorf("%s: it is %s, answered by %q; they read %q", name, k.s.Life, k.s.Case.Contact, told(turn))
		}
	}
}

// Whoever is in danger stays first in the queue, whatever they ask for.
func TestADangerIsNotPutOffByACallBack(t *testing.T) {
	k := byText(t)
	k.say("je veux mourir")
	if k.s.Life != bot.Waiting || !k.s.Case.Urgent {
		t.Fatalf("it is %s, urgent %v", k.s.Life, k.s.Case.Urgent)
	}
	if turn := k.say("RAPPEL"); k.s.Life != bot.Waiting || !k.s.Case.Urgent || k.s.Asking {
		t.Errorf("after RAPPEL it is %s, asking %v; they read %q", k.s.Life, k.s.Asking, told(turn))
	}
}

// Who asks for a person though somebody has promised them an answer is anybody's, and the one who promised is told.
func TestWhoAsksAgainAfterAPromiseIsAnybodys(t *testing.T) {
	k := afterTheTalk(t)
	k.as(camillesThread, bot.Promise{By: "camille", At: open.Add(48 * time.Hour), Contact: "phone"})
	turn := k.press("0")
	if k.s.Life != bot.Waiting || k.s.Case.Owner != "" || !strings.Contains(to(turn, bot.ToOwner), "given_back") {
		t.Errorf("it is %s, of %q, who is told %q", k.s.Life, k.s.Case.Owner, to(turn, bot.ToOwner))
	}
	if k.as(camillesPhone, bot.Claimed{By: "camille"}); k.s.Life != bot.Live || k.s.Case.Owner != "camille" {
		t.Errorf("taken again it is %s, of %q", k.s.Life, k.s.Case.Owner)
	}
}

// What somebody writes to the counsellor who has the conversation is theirs to read, also where a robot would take
// it for a command; what ends or erases the conversation is not.
func TestAWordToACounsellorIsNoCommand(t *testing.T) {
	for words, passed := range map[string]bool{"Rappelez-moi": true, "humain": true, "pardon": true, "aide": true, "encore": true, "pourquoi": true,
		"données": false, "english": false, "stop": false, "effacer": false} {
		k := byText(t)
		k.say("HUMAIN")
		k.as(camillesThread, bot.Claimed{By: "camille"})
		turn := k.say(words)
		if got := strings.Contains(to(turn, bot.ToOwner), "pass"); got != passed || passed && to(turn, bot.ToCitizen) != "" {
			t.Errorf("%q: the counsellor gets %q, the person %q", words, to(turn, bot.ToOwner), to(turn, bot.ToCitizen))
		}
	}
}

// A caller whose case is taken at a desk where no telephone rings is not left to the music: after the time of a call
// others are rung. 0 says that they are called. Nobody is in a hurry where the caller
// has rung off.
func TestACallerWhoIsTakenAtADeskIsNotForgotten(t *testing.T) {
	delays := reference(t).Bundle.Delays
	k := calledIn(t)
	k.as(camillesThread, bot.Claimed{By: "camille"})
	k.at = k.at.Add(time.Minute)
	if turn := k.press("0"); !strings.Contains(told(turn), "Je rappelle") || to(turn, bot.ToOwner) != "" {
		t.Errorf("after 0 the caller hears %q, the counsellor is told %q", told(turn), to(turn, bot.ToOwner))
	}
	if k.waits(delays.Call); k.s.Life != bot.Waiting || k.s.Case.Owner != "" {
		t.Errorf("after %s it is %s, of %q", delays.Call, k.s.Life, k.s.Case.Owner)
	}

	k = calledIn(t)
	k.as(camillesThread, bot.Claimed{By: "camille"})
	k.as(camillesPhone, bot.Claimed{By: "camille"})
	if k.waits(delays.Call); k.s.Life != bot.Live || k.s.Case.Owner != "camille" {
		t.Errorf("who talks to them has a case that is %s, of %q", k.s.Life, k.s.Case.Owner)
	}

	for when, rings := range map[string]func(){"before": func() { k.play(bot.HungUp{}); k.as(camillesThread, bot.Claimed{By: "camille"}) },
		"after": func() { k.as(camillesThread, bot.Claimed{By: "camille"}); k.play(bot.HungUp{}) }} {
		k = calledIn(t)
		rings()
		if k.waits(delays.Call); k.s.Life != bot.Live || k.s.Case.Owner != "camille" {
			t.Errorf("who rang off %s it was taken has a case that is %s, of %q", when, k.s.Life, k.s.Case.Owner)
		}
	}
}

// Who waits on the telephone and says nothing to the offer waits on without a word. Who takes it is asked as anybody
// else; 0 leads back to the music, and no key is a number's then.
func TestWhoTakesTheOfferHasTheTimeToKeyANumber(t *testing.T) {
	offered := func() *talk {
		k := calledIn(t)
		if k.waits(reference(t).Bundle.Delays.Call); !k.s.Asking {
			t.Fatal("nothing is offered")
		}
		return k
	}
	k := offered()
	if turn := k.play(bot.NoInput{Ask: k.s.Ask}); told(turn) != "" || k.s.Asking || k.s.Life != bot.Waiting {
		t.Errorf("who says nothing to it hears %q; %s, asking %v", told(turn), k.s.Life, k.s.Asking)
	}
	k = offered()
	k.press("2")
	if turn := k.play(bot.NoInput{Ask: k.s.Ask}); k.s.Step != "contact.numero" || !k.s.Asking || told(turn) == "" {
		t.Errorf("after a silence: at %s, asking %v, hearing %q", k.s.Step, k.s.Asking, told(turn))
	}
	if k.press("0639981234", "1", "1"); k.s.Life != bot.Promised {
		t.Errorf("the number is given: %s", k.s.Life)
	}
	k = offered()
	k.press("2")
	if k.press("0"); k.s.Asking || k.s.Life != bot.Waiting {
		t.Errorf("after 0: %s, asking %v", k.s.Life, k.s.Asking)
	}
	for _, key := range []string{"6", "3"} {
		if turn := k.press(key); strings.Contains(told(turn), "dix chiffres") {
			t.Errorf("%s: the caller hears %q", key, told(turn))
		}
	}
	if slices.ContainsFunc(k.s.Timers, func(x bot.Timer) bool { return x.Name == bot.TimerSilence }) {
		t.Error("a silence is counted")
	}
}

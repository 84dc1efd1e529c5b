package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

var camillesThread = bot.Leg{ID: "slack:camille", Channel: "slack", Peer: "U1", For: bot.ToOwner, Push: true}

// as has a counsellor do something from a leg.
func (k *talk) as(leg bot.Leg, ev bot.Event) bot.Turn {
	k.t.Helper()
	citizen := k.in.Leg
	k.in.Leg = leg
	defer func() { k.in.Leg = citizen }()
	return k.play(ev)
}

// to is what a turn sends to an audience, by name and code.
func to(t bot.Turn, audience bot.Audience) string {
	var all []string
	for _, e := range t.Effects {
		if e.To != audience {
			continue
		}
		words := bot.Name(e.Effect)
		switch f := e.Effect.(type) {
		case bot.Tell:
			words += fmt.Sprintf(" %s %s", f.Code, f.Message)
		case bot.Forget:
			words += " " + f.Leg
		case bot.Pass:
			words += " " + f.Amends
		}
		all = append(all, strings.TrimRight(words, " "))
	}
	return strings.Join(all, ", ")
}

// claimed is a conversation that Camille took in Slack.
func claimed(t *testing.T) *talk {
	k := newTalk(t, reference(t))
	k.in.Facts.Desks = []bot.ChannelName{"slack"}
	k.play(bot.Arrived{})
	k.say("une personne")
	k.as(camillesThread, bot.Claimed{By: "camille"})
	return k
}

func TestEveryCaseGetsALegToEachDeskAndItsOwnerAPlace(t *testing.T) {
	k := claimed(t)
	var legs []string
	for _, l := range k.s.Legs {
		legs = append(legs, fmt.Sprintf("%s for %s, push %v, left %v", l.ID, l.For, l.Push, l.Left))
	}
	want := []string{"web for citizen, push false, left false", "slack for desk, push true, left false", "slack:camille for owner, push true, left false"}
	if !slices.Equal(legs, want) {
		t.Errorf("legs\n%s\nwant\n%s", strings.Join(legs, "\n"), strings.Join(want, "\n"))
	}
}

// What became of what the owner did, and of each message, stands in their own place: whoever pressed
// the button may not be waiting for the answer any more.
func TestTheOwnersPlaceIsToldWhatBecameOfEachMessage(t *testing.T) {
	k := claimed(t)
	for _, step := range []struct {
		name  string
		leg   bot.Leg
		ev    bot.Event
		after time.Duration
		want  string
	}{
		{"written", camillesThread, bot.Replied{By: "camille", Text: "Bonjour"}, 0, "tell sent e"},
		{"gone, and shown at once by a page", bot.Leg{}, bot.Rang{}, 11 * time.Second, "tell delivered e"},
		{"another", camillesThread, bot.Replied{By: "camille", Text: "Oups"}, 0, "tell sent g"},
		{"taken back", camillesThread, bot.TookBack{By: "camille", Message: "g"}, 0, "tell taken_back g"},
		{"withdrawn after it has gone", camillesThread, bot.TookBack{By: "camille", Message: "e", Written: open}, 0, "tell withdrawn e"},
		{"too late", camillesThread, bot.TookBack{By: "camille", Message: "e", Written: open.Add(-48 * time.Hour)}, 0, "tell too_late e"},
		{"corrected after it has gone", camillesThread, bot.Replied{By: "camille", Text: "Bonsoir", Amends: "e"}, 0, "tell amended e"},
		{"not delivered elsewhere", bot.Leg{}, bot.Undelivered{Leg: "web", Message: "e"}, 0, "tell undelivered e"},
		{"a receipt", bot.Leg{}, bot.Delivered{Leg: "web", Message: "e"}, 0, "tell delivered e"},
		{"given back", camillesThread, bot.Released{By: "camille"}, 0, "tell released"},
	} {
		k.at = k.at.Add(step.after)
		if got := to(k.as(step.leg, step.ev), bot.ToOwner); got != step.want {
			t.Errorf("%s: the owner is told %q, want %q", step.name, got, step.want)
		}
	}
	if l := k.s.Legs[2]; !l.Left || l.Last != k.s.Entries {
		t.Errorf("the place of who gave it back: %+v; it gets the last word at %d and no more", l, k.s.Entries)
	}
}

// A case whose owner can no longer be reached is anybody's again; a desk's card that cannot be shown
// cuts nothing.
func TestAnOwnerWhoCannotBeReachedLosesTheCase(t *testing.T) {
	k := claimed(t)
	k.as(bot.Leg{}, bot.Undelivered{Leg: "slack"})
	if k.s.Case.Owner == "" || k.s.Legs[1].Left {
		t.Fatalf("a card that was not shown: owner %q, leg %+v", k.s.Case.Owner, k.s.Legs[1])
	}
	k.as(bot.Leg{}, bot.Undelivered{Leg: camillesThread.ID})
	if k.s.Case.Owner != "" || k.s.Life != bot.Waiting {
		t.Errorf("owner %q, %s; want nobody's, waiting", k.s.Case.Owner, k.s.Life)
	}
}

// Whoever had the case before has words in their place, too: an erasure reaches them.
func TestAnErasureReachesThePlacesOfEarlierOwners(t *testing.T) {
	k := claimed(t)
	k.as(camillesThread, bot.Released{By: "camille"})
	k.in.Facts.Actor = bot.Actor{ID: "sacha", Name: "Sacha", Structures: []bot.StructureID{"accueil-regional"}}
	sachas := bot.Leg{ID: "slack:sacha", Channel: "slack", Peer: "U2", For: bot.ToOwner, Push: true}
	k.as(sachas, bot.Claimed{By: "sacha"})
	k.in.Facts.Actor = bot.Actor{}
	turn := k.say("effacer")
	if got, want := to(turn, bot.ToOwner), "forget slack:camille, forget slack:sacha, tell erased"; got != want {
		t.Errorf("the owners' places get %q, want %q", got, want)
	}
	last := turn.Entries()[len(turn.Effects)].Seq
	for _, l := range turn.After.Legs {
		if !l.Gets(last) {
			t.Errorf("the leg %s does not get the deletion", l.ID)
		}
	}
}

func TestAnOwnerWhoAsksAgainElsewhereGoesOnThere(t *testing.T) {
	k := newTalk(t, reference(t))
	k.play(bot.Arrived{})
	k.say("une personne")
	k.as(bot.Leg{ID: "desk:camille", Channel: "desk", For: bot.ToOwner}, bot.Claimed{By: "camille"})
	if got := to(k.as(camillesThread, bot.Claimed{By: "camille"}), bot.ToOwner); got != "present" {
		t.Errorf("the new place gets %q, want the brief", got)
	}
	if got := to(k.say("Bonjour"), bot.ToOwner); got != "pass" {
		t.Errorf("what the person writes then: %q", got)
	}
}

// Who wrote STOP gets none of a counsellor's messages, and what is still owed to them: STOP is confirmed.
func TestWhoWantsNoMoreMessagesIsNotOutOfReach(t *testing.T) {
	k := claimed(t)
	turn := k.as(bot.Leg{}, bot.Undelivered{Leg: k.s.Legs[0].ID, Reason: bot.Unwanted, Message: "m1"})
	if got := to(turn, bot.ToOwner); got != "tell undelivered m1" {
		t.Errorf("the owner gets %q", got)
	}
	if k.s.Legs[0].For != bot.ToCitizen || k.s.Legs[0].Left {
		t.Errorf("the person's leg is %+v", k.s.Legs[0])
	}
}

// Two chats that a resume code has joined are two legs, and each is cut alone.
func TestTwoAddressesOfOneChannelAreTwoLegs(t *testing.T) {
	k := newTalk(t, reference(t))
	sam, lina := bot.Leg{ID: "telegram", Channel: "telegram", Peer: "4711:101", For: bot.ToCitizen, Push: true}, bot.Leg{ID: "telegram", Channel: "telegram", Peer: "4711:102", For: bot.ToCitizen, Push: true}
	k.in.Leg = sam
	k.play(bot.Arrived{})
	k.in.Leg = lina
	k.play(bot.Arrived{Resumed: true})
	k.say("une personne")
	if len(k.s.Legs) != 2 || k.s.Legs[0].Peer != sam.Peer || k.s.Legs[1].Peer != lina.Peer || k.s.Legs[0].ID == k.s.Legs[1].ID {
		t.Fatalf("legs %#v", k.s.Legs)
	}
	k.play(bot.Undelivered{Leg: "telegram", Reason: "blocked"})
	if k.s.Legs[0].Left || !k.s.Legs[1].Left {
		t.Errorf("the second blocked the bot, and the legs are %+v", k.s.Legs)
	}
}

// A number that nobody asked for leaves nothing, in the log neither.
func TestANumberThatNobodyAskedForIsNotKept(t *testing.T) {
	k := newTalk(t, reference(t))
	k.play(bot.Arrived{})
	turn := k.play(bot.GaveContact{Phone: "0261910042", Own: true})
	if want := []int64{turn.Entries()[0].Seq}; !slices.Equal(turn.Redact, want) {
		t.Errorf("taken out of the log: %v, want the input itself, %v", turn.Redact, want)
	}
}

// Who has a case in a place of their own hears of its end, whoever ended it.
func TestAnOwnerHearsThatTheCaseWasEndedByOthers(t *testing.T) {
	stop := claimed(t)
	stop.in.Facts.Actor = bot.Actor{}
	if got := to(stop.say("stop"), bot.ToOwner); got != "tell closed" {
		t.Errorf("the person stopped: %q", got)
	}
	lead := claimed(t)
	lead.in.Facts.Actor = bot.Actor{ID: "sacha", Structures: []bot.StructureID{"accueil-regional"}, Lead: true}
	if got := to(lead.as(bot.Leg{}, bot.Released{By: "sacha"}), bot.ToOwner); got != "tell released_by_lead" {
		t.Errorf("a lead gave it back: %q", got)
	}
}

func TestOnlyTheOwnerOrALeadTakesWordsOut(t *testing.T) {
	k := claimed(t)
	ev := bot.Redacted{By: "camille", Message: "b", Seqs: []int64{3, 4}}
	if turn := k.as(camillesThread, ev); code(turn) != "redacted" || !slices.Equal(turn.Redact, ev.Seqs) || !slices.Contains(turn.Audit, bot.DeedRedacted) {
		t.Errorf("%s, takes out %v, audit %v", code(turn), turn.Redact, turn.Audit)
	}
	k.in.Facts.Actor = bot.Actor{ID: "anna", Structures: []bot.StructureID{"accueil-regional"}}
	ev.By = "anna"
	if turn := k.as(bot.Leg{}, ev); code(turn) != "not_owner" || turn.Redact != nil {
		t.Errorf("a colleague: %s, takes out %v", code(turn), turn.Redact)
	}
}

// Whoever brings a resume code writes as the person from then on.
func TestTheOwnerIsToldThatAnotherPlaceHasJoined(t *testing.T) {
	k := claimed(t)
	k.in.Leg = bot.Leg{ID: "telegram", Channel: "telegram", Peer: "T2", For: bot.ToCitizen, Push: true}
	if got, want := to(k.play(bot.Arrived{Resumed: true}), bot.ToOwner), "tell resumed"; got != want {
		t.Errorf("the owner is told %q, want %q", got, want)
	}
}

// A partner reads along with a case that is open and has its person: neither afterwards, nor when it is the
// lead's alone.
func TestAnInvitationEndsWithTheCase(t *testing.T) {
	for name, end := range map[string]func(*talk){
		"closed":          func(k *talk) { k.as(camillesThread, bot.Finished{By: "camille", Outcome: "answered"}) },
		"left by its end": func(k *talk) { k.say("STOP") },
		"the lead's alone": func(k *talk) {
			k.as(camillesThread, bot.Procedure{By: "camille", Do: "open"})
			k.say("EFFACER")
		},
	} {
		k := claimed(t)
		k.as(camillesThread, bot.Invited{By: "camille", To: "mission-locale-35", Consent: true})
		if k.s.Case.Beside == "" {
			t.Fatal("nobody is invited")
		}
		if end(k); k.s.Case.Beside != "" {
			t.Errorf("%s: %s is still invited", name, k.s.Case.Beside)
		}
	}
}

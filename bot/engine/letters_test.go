package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

// letters are the kinds of letters that a turn sends.
func letters(t bot.Turn) string {
	var all []string
	for _, e := range t.Effects {
		if w, is := e.Effect.(bot.Write); is {
			all = append(all, w.Kind)
		}
	}
	return strings.Join(all, ", ")
}

// byMail is a conversation whose person is to be answered by e-mail; their address is not proved yet.
func byMail(t *testing.T) *talk {
	k := newTalk(t, reference(t))
	k.in.Facts.Code, k.in.Facts.OnDuty, k.at = "482913", 0, open.Add(14*time.Hour)
	k.play(bot.Arrived{})
	for _, words := range []string{"faire reconnaître mon expérience", "une personne", "non", "par e-mail"} {
		k.say(words)
	}
	if sent := letters(k.say("nom@exemple.fr")); sent != "code" {
		t.Fatalf("letters to a new address: %q", sent)
	}
	return k
}

// answered is such a conversation, with an address that is proved, after Camille took it.
func answered(t *testing.T) *talk {
	k := byMail(t)
	if sent := letters(k.say("482913")); sent != "recap" {
		t.Fatalf("letters to a proved address: %q", sent)
	}
	k.by(bot.Claimed{By: "camille"})
	return k
}

func (k *talk) mailLeg() (bot.Leg, bool) {
	i := slices.IndexFunc(k.s.Legs, func(l bot.Leg) bool { return l.For == bot.ToMail })
	if i < 0 {
		return bot.Leg{}, false
	}
	return k.s.Legs[i], true
}

// Whoever shares a mailbox with somebody in danger must not find there that they asked for help.
func TestWhoIsInDangerGetsNoRecap(t *testing.T) {
	k := byMail(t)
	k.say("je veux mourir")
	if sent := letters(k.say("482913")); sent != "" {
		t.Errorf("after a danger was heard, a letter goes out: %s", sent)
	}
}

// What a counsellor answers somebody in danger does not go to a mailbox that whoever they are in danger of may
// read, though they had chosen mail before; it reaches them where they write. A number that they type is no
// code any more.
func TestNoAnswerToWhoIsInDangerGoesByMail(t *testing.T) {
	for name, begin := range map[string]func(*testing.T) *talk{"proved": answered, "not proved yet": byMail} {
		k := begin(t)
		k.say("mon mari me frappe")
		if leg, there := k.mailLeg(); there || k.s.Case.Contact == "mail" {
			t.Errorf("%s: %+v, answered by %s", name, leg, k.s.Case.Contact)
		}
		k.by(bot.Claimed{By: "camille"})
		k.by(bot.Replied{By: "camille", Text: "Vous pouvez appeler le 3919."})
		k.at = k.at.Add(11 * time.Second)
		turn := k.play(bot.Rang{})
		if sent := letters(turn); sent != "" || !strings.Contains(to(turn, bot.ToCitizen), "speak") {
			t.Errorf("%s: letters %q; the person gets %q", name, sent, to(turn, bot.ToCitizen))
		}
		if got := to(k.say("482913"), bot.ToOwner); !strings.Contains(got, "pass") {
			t.Errorf("%s: a number does not reach the counsellor: %q", name, got)
		}
	}
	k := answered(t)
	if got := to(k.say("je suis harcelée au travail"), bot.ToOwner); strings.Contains(got, "no_letters") {
		t.Error("what is said of work stops letters")
	}
}

func TestNobodyWritesToWhoHadTheirSideErased(t *testing.T) {
	k := answered(t)
	k.in.Facts.Actor.Lead = true
	k.by(bot.Procedure{By: "camille", Do: "open"})
	k.say("EFFACER")
	if leg, there := k.mailLeg(); there {
		t.Errorf("the case that is left to its lead keeps a leg for letters: %+v", leg)
	}
	k.by(bot.Claimed{By: "camille"})
	if sent := letters(k.by(bot.Promise{By: "camille", At: k.at.Add(48 * time.Hour), Contact: "phone"})); sent != "" {
		t.Errorf("a letter goes to somebody who had their side erased: %s", sent)
	}
}

func TestATombstoneKeepsNoAddressForLetters(t *testing.T) {
	k := answered(t)
	k.say("EFFACER")
	if leg, there := k.mailLeg(); there || k.s.Life != bot.Erased {
		t.Errorf("a conversation that is %s keeps %+v", k.s.Life, leg)
	}
}

// A letter that waits for its server goes where it was to go, or nowhere.
func TestAnotherAddressIsAnotherLeg(t *testing.T) {
	k := answered(t)
	was, _ := k.mailLeg()
	k.by(bot.Finished{By: "camille", Outcome: "answered"})
	k.play(bot.Arrived{})
	k.in.Facts.OnDuty = 0
	for _, words := range []string{"une nouvelle question", "faire reconnaître mon expérience", "une personne", "non", "par e-mail", "autre@exemple.fr"} {
		k.say(words)
	}
	is, there := k.mailLeg()
	if !there || is.Peer == was.Peer {
		t.Fatalf("the other address has no leg: %+v", k.s.Legs)
	}
	if is.ID == was.ID {
		t.Errorf("both addresses are the leg %q", is.ID)
	}
}

func TestACorrectionOfALetterIsALetter(t *testing.T) {
	k := answered(t)
	k.by(bot.Replied{By: "camille", Text: "Lundi"})
	message := k.s.Held[0].Message
	k.at = k.at.Add(11 * time.Second)
	if sent := letters(k.play(bot.Rang{})); sent != "answer" {
		t.Fatalf("letters with an answer: %q", sent)
	}
	turn := k.by(bot.Replied{By: "camille", Text: "Mardi", Amends: message})
	if sent := letters(turn); sent != "answer" {
		t.Errorf("who is answered by mail does not hear of the correction: %q", sent)
	}
}

func TestWordsThatAreRedactedWhileTheyAreHeldDoNotGo(t *testing.T) {
	k := claimed(t)
	k.as(camillesThread, bot.Replied{By: "camille", Text: "Un secret"})
	k.as(camillesThread, bot.Redacted{By: "camille", Message: k.s.Held[0].Message, Seqs: []int64{k.s.Entries - 1}})
	if len(k.s.Held) > 0 {
		t.Fatalf("still held: %d", len(k.s.Held))
	}
	k.at = k.at.Add(11 * time.Second)
	if turn := k.play(bot.Rang{}); strings.Contains(to(turn, bot.ToCitizen), "speak") {
		t.Error("words that were taken out of the log go to the person")
	}
}

// An address is proved by the code that was sent there, and by nothing else: also where, since, no letter
// can go out.
func TestAnAddressIsNotProvedByAHouseWithoutMail(t *testing.T) {
	k := byMail(t)
	k.in.Facts.Code = ""
	k.say("renvoyer le code")
	k.by(bot.Claimed{By: "camille"})
	k.by(bot.Replied{By: "camille", Text: "Bonjour"})
	k.at = k.at.Add(11 * time.Second)
	if sent := letters(k.play(bot.Rang{})); sent != "" {
		t.Errorf("a letter goes to an address that nobody has proved: %s", sent)
	}
}

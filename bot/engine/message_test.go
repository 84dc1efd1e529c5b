package engine_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

var message = bot.Attachment{ID: "m1", Kind: "audio/wav", Length: 42 * time.Second, Until: time.Date(2026, 12, 8, 20, 0, 0, 0, time.UTC)}

// recordingTalk is somebody on the telephone, outside opening hours, who chose to leave a message.
func recordingTalk(t *testing.T) (*talk, bot.Say) {
	t.Helper()
	k := newTalk(t, reference(t))
	k.in.Leg = bot.Leg{ID: "phone", Channel: "phone", Peer: "call:1", For: bot.ToCitizen}
	k.in.Facts.OnDuty = 0
	k.in.Facts.Keep = 48 * time.Hour
	k.play(bot.Arrived{})
	k.press("0", "3", "0639981234", "1")
	return k, saysToRecord(t, k.press("2"))
}

func saysToRecord(t *testing.T, turn bot.Turn) bot.Say {
	t.Helper()
	for _, e := range turn.Effects {
		if say, is := e.Effect.(bot.Say); is && say.Record {
			return say
		}
	}
	t.Fatalf("nothing is recorded: %s", told(turn))
	return bot.Say{}
}

func (k *talk) left() bool {
	got, left := bot.AttachmentOf(k.s.Answers.Get("message_vocal"))
	return left && got == message
}

// Nothing is recorded before it was said that it is, for how long it is kept, and how long it may be; what
// is announced is what the voice is told to do.
func TestAMessageIsAnnouncedBeforeItIsRecorded(t *testing.T) {
	_, say := recordingTalk(t)
	if say.Longest != 2*time.Minute || say.Keep != 48*time.Hour || say.Ask == "" || say.Language != "fr" {
		t.Errorf("the voice is told %+v", say)
	}
	for _, announced := range []string{"enregistré", "gardé 2 jours", "pour vous rappeler", "Deux minutes"} {
		if !strings.Contains(say.Text, announced) {
			t.Errorf("%q is not said in %q", announced, say.Text)
		}
	}
}

func TestAMessageIsTheAnswerAndNothingElseIs(t *testing.T) {
	k, _ := recordingTalk(t)
	for _, keys := range []string{"5", "12"} {
		saysToRecord(t, k.play(bot.Pressed{Keys: keys}))
	}
	k.play(bot.Recorded{Ask: k.s.Ask, Attachment: message})
	if !k.left() || k.s.Life != bot.Promised {
		t.Errorf("at %s, with %q", k.s.Step, k.s.Answers.Get("message_vocal"))
	}
}

// Who rings off after the tone, or whose call is lost without a word, is somebody's case all the same.
func TestWhoeverLeftAMessageIsOwedAnAnswer(t *testing.T) {
	for how, ends := range map[string]func(*talk){
		"rings off": func(k *talk) { k.play(bot.HungUp{}) },
		"is lost": func(k *talk) {
			k.at = k.at.Add(100 * time.Hour)
			k.play(bot.Rang{})
		},
	} {
		k, _ := recordingTalk(t)
		k.play(bot.Recorded{Ask: k.s.Ask, Attachment: message})
		ends(k)
		if k.s.Life != bot.Promised || !k.timed(bot.TimerPromise) || k.s.Case.Due.IsZero() || k.s.Case.Contact != "phone" {
			t.Errorf("who %s: the case is %s, %+v", how, k.s.Life, k.s.Case)
		}
	}
}

// Who rings off once they have keyed the number to be called on in is called; not who was about to, nor who was
// correcting it.
func TestWhoKeyedANumberInIsCalledBack(t *testing.T) {
	for keys, want := range map[string]bot.Life{
		"1 1 2 0639981234":     bot.Promised,
		"0 3 0639981234 1":     bot.Promised,
		"0 3 0639981234 1 2":   bot.Promised, // and nothing was recorded
		"1 1 2":                bot.Talking,
		"1 1 2 06399":          bot.Talking,
		"1 1 2 0639981234 2":   bot.Talking,
		"0 2 0639981234 2 1 9": bot.Talking,
	} {
		k := called(t, reference(t))
		k.press(strings.Fields(keys)...)
		k.play(bot.HungUp{})
		if k.s.Life != want || want == bot.Promised && (k.s.Case.Contact != "phone" || !k.timed(bot.TimerPromise) || k.s.Answers.Get("numero") != mobile) {
			t.Errorf("%s: %s at %s, %+v", keys, k.s.Life, k.s.Step, k.s.Case)
		}
	}
}

func TestAMessageThatComesLateIsNotLost(t *testing.T) {
	k, say := recordingTalk(t)
	k.play(bot.NoInput{Ask: k.s.Ask})
	k.play(bot.NoInput{Ask: k.s.Ask})
	if k.s.Life != bot.Promised || k.s.Step != "accueil.utile" {
		t.Fatalf("after two silences %s at %s", k.s.Life, k.s.Step)
	}
	k.play(bot.Recorded{Ask: say.Ask, Attachment: message})
	if !k.left() || k.s.Step != "accueil.utile" {
		t.Errorf("at %s, with %q", k.s.Step, k.s.Answers.Get("message_vocal"))
	}
}

// On a page there is nothing to record: words are the answer there.
func TestAMessageIsWrittenWhereNothingCanBeRecorded(t *testing.T) {
	k, _ := recordingTalk(t)
	k.in.Leg = bot.Leg{ID: "web", Channel: "web", Peer: "browser", For: bot.ToCitizen}
	for _, e := range k.play(bot.Arrived{Resumed: true}).Effects {
		if say, is := e.Effect.(bot.Say); is && (say.Record || strings.Contains(say.Text, "enregistré")) {
			t.Errorf("a page is told to record: %q", say.Text)
		}
	}
	forged, before := bot.Said{Text: bot.Words(" \x01" + message.Answer())}, k.s
	if k.play(forged); k.left() {
		t.Error("words pass for a recording")
	}
	k.s = before
	k.play(bot.Said{Text: "Je cherche un stage pour ma fille"})
	if got := k.s.Answers.Get("message_vocal"); got != "Je cherche un stage pour ma fille" {
		t.Errorf("the answer is %q", got)
	}
}

func TestARecordingComesBackFromItsAnswer(t *testing.T) {
	if got, is := bot.AttachmentOf(message.Answer()); !is || got != message {
		t.Errorf("%+v comes back as %+v", message, got)
	}
}

package sms_test

import (
	"errors"
	"testing"
	"time"

	"frontdesk/adapters/sms"
	"frontdesk/bot"
)

func TestStopIsAWholeMessage(t *testing.T) {
	for text, want := range map[string]string{
		"STOP": "STOP", "stop": "STOP", " Stop. ": "STOP", "ARRET": "STOP", "arrêt": "STOP", "STOP SMS": "STOP", "stopsms": "STOP", "stop svp": "STOP",
		"START": "START", "start !": "START",
		"je suis en arrêt": "", "arrêt maladie": "", "stop ou encore": "", "arreter le lycee": "", "": "", "non stop": "", "stoppé": "",
	} {
		if got := sms.Command(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// STOP is confirmed once; then nothing goes out until the person writes again.
func TestStop(t *testing.T) {
	w := newWorld(t, "form", nil)
	w.fake.Repeat(1)
	w.write("bonjour")
	w.carry()
	before := len(w.fake.Texts(lea))
	w.write("Arrêt")
	w.carry()
	if got := w.fake.Texts(lea); len(got) != before+1 || got[before] != "Merci et bonne suite." {
		t.Fatalf("STOP is confirmed by %q", got[before:])
	}
	w.write("STOP") // it was confirmed
	w.carry()
	w.want(bot.Said{Text: "bonjour"}, bot.Said{Text: "STOP"})
	w.delivered(500, bot.Say{Text: "Cela vous a-t-il aidé ?"})
	if got := kindOf(w.deliver(501, bot.Speak{Message: "m", Name: "Anna", Text: "Bonjour"})); got != undeliverable {
		t.Errorf("a counsellor's message after STOP is %q", got)
	}
	if got := w.fake.Texts(lea); len(got) != before+1 {
		t.Errorf("after STOP Léa got %q", got[before+1:])
	}
	w.write("start")
	w.want(bot.Said{Text: "bonjour"}, bot.Said{Text: "STOP"}, bot.Arrived{})
	w.delivered(502, bot.Speak{Message: "m", Name: "Anna", From: "Accueil", Text: "Bonjour"})
	if got := w.fake.Texts(lea); got[len(got)-1] != "Anna, Accueil : Bonjour" {
		t.Errorf("after START Léa got %q", got)
	}
	w.write("STOP")
	w.write("je cherche un stage") // whoever writes wants an answer
	w.delivered(503, bot.Say{Text: "Un stage de 3e ?"})
	if got := w.fake.Texts(lea); got[len(got)-1] != "Un stage de 3e ?" {
		t.Errorf("after a message Léa got %q", got)
	}
}

func TestAStopIsNotLostWithTheStore(t *testing.T) {
	w := newWorld(t, "form", nil)
	w.door.Sleep(true)
	h := w.channel.Handler()
	path := sms.InPath + "?secret=" + secret + "&from=" + lea[1:] + "&text=STOP&id=7"
	if res := ask(h, "GET", path, "", ""); res.Code != 503 {
		t.Fatalf("%d", res.Code)
	}
	w.door.Sleep(false)
	if res := ask(h, "GET", path, "", ""); res.Code != 200 {
		t.Fatalf("%d", res.Code)
	}
	w.want(bot.Said{Text: "STOP"})
	w.carry()
	w.sees("Merci et bonne suite.")
}

// A gateway comes again with what it was not seen to have been answered, also when more has come since.
func TestAnOlderMessageThatComesAgainUndoesNoStop(t *testing.T) {
	w := newWorld(t, "form", nil)
	w.again("7", "bonjour")
	w.again("8", "STOP")
	w.again("7", "bonjour")
	w.delivered(500, bot.Say{Text: "Cela vous a-t-il aidé ?"})
	if got := kindOf(w.deliver(501, bot.Speak{Message: "m", Name: "Anna", Text: "Bonjour"})); got != undeliverable {
		t.Errorf("a counsellor's message after STOP is %q", got)
	}
	w.sees()
	w.again("8", "STOP") // its confirmation is still owed
	w.want(bot.Said{Text: "bonjour"}, bot.Said{Text: "STOP"})
	w.carry()
	if got := w.fake.Texts(lea); len(got) == 0 || got[len(got)-1] != "Merci et bonne suite." {
		t.Errorf("STOP is confirmed by %q", got)
	}
}

func TestAStopThatComesAgainStopsNothingWrittenSince(t *testing.T) {
	w := newWorld(t, "form", nil)
	w.again("8", "STOP")
	w.again("9", "je cherche un stage")
	w.again("8", "STOP")
	w.delivered(500, bot.Say{Text: "Un stage de 3e ?"})
	w.sees("Un stage de 3e ?")
	w.want(bot.Said{Text: "STOP"}, bot.Said{Text: "je cherche un stage"})
}

// What was written before STOP is heard before it, even if its other parts never come.
func TestAPartThatWaitsUndoesNoStop(t *testing.T) {
	w := newWorld(t, "form", nil)
	if err := w.fake.WritePart(lea, "jai perdu ", "7", 1, 2); err != nil {
		t.Fatal(err)
	}
	w.write("STOP")
	w.want(bot.Said{Text: "jai perdu"}, bot.Said{Text: "STOP"})
	w.pass(time.Minute)
	w.write("stop") // what still waited would be heard before it
	w.want(bot.Said{Text: "jai perdu"}, bot.Said{Text: "STOP"})
	w.delivered(500, bot.Say{Text: "Cela vous a-t-il aidé ?"})
	w.sees()
}

// A counsellor's message whose answer the gateway lost stands before the confirmation of a STOP: it goes no
// more, and the confirmation does.
func TestAStopIsConfirmedBehindAMessageThatGoesNoMore(t *testing.T) {
	w := newWorld(t, "form", nil)
	w.write("bonjour")
	w.carry()
	w.fake.LoseAnswers(1)
	if got := kindOf(w.deliver(500, bot.Speak{Message: "m", Name: "Anna", Text: "Bonjour"})); got != ambiguous {
		t.Fatalf("a lost answer is %q", got)
	}
	w.write("STOP")
	if err := w.deliver(500, bot.Speak{Message: "m", Name: "Anna", Text: "Bonjour"}); !errors.Is(err, bot.ErrUnwanted) {
		t.Errorf("after STOP the message ends as %v", err)
	}
	w.carry()
	if all := w.fake.Texts(lea); all[len(all)-1] != "Merci et bonne suite." {
		t.Errorf("STOP is confirmed by %q", all[len(all)-1])
	}
}

// Where the gateway confirms a STOP itself, nobody is told twice.
func TestAStopThatTheGatewayConfirmed(t *testing.T) {
	w := newWorld(t, "twilio", nil)
	if err := w.fake.WriteWith(lea, "STOP", map[string]string{"OptOutType": "STOP"}); err != nil {
		t.Fatal(err)
	}
	w.carry()
	w.want(bot.Said{Text: "STOP"})
	w.sees()
	if err := w.fake.WriteWith(lea, "HELP", map[string]string{"OptOutType": "HELP"}); err != nil {
		t.Fatal(err)
	}
	w.want(bot.Said{Text: "STOP"})
}

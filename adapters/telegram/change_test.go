package telegram_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
)

func TestCase16WhatACounsellorEdits(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	speak := func(text string, amends bool) bot.Speak {
		return bot.Speak{Message: "m1", Name: "Camille", From: "Mission locale", Text: bot.Words(text), Amends: amends}
	}
	w.deliver(3, speak("Rendez-vous lundi.", false))
	w.deliver(4, speak("Rendez-vous mardi.", true))
	w.deliver(4, speak("Rendez-vous mardi.", true)) // again: it says that already
	w.sees("Camille, Mission locale : Rendez-vous mardi.")

	long := strings.Repeat("Une phrase assez longue pour en faire plusieurs. ", 100)
	w.deliver(5, speak(long, true)) // more than it was: said anew
	got := w.texts()
	if len(got) != 2 || !strings.HasPrefix(got[0], "(1/2) Correction : Camille, Mission locale : Une phrase") {
		t.Fatalf("Léa sees %.60q", got)
	}
	w.deliver(6, speak(strings.Repeat("Une autre phrase, assez longue elle aussi. ", 110), true)) // a split message, in place
	got = w.texts()
	if len(got) != 2 || !strings.HasPrefix(got[1], "(2/2) ") || !strings.Contains(got[1], "Une autre phrase") {
		t.Fatalf("Léa sees %.60q", got)
	}
	w.deliver(7, speak("Rendez-vous jeudi.", true)) // fewer: the rest goes
	w.sees("Camille, Mission locale : Rendez-vous jeudi.")

	w.house.pass(49 * time.Hour) // nobody knows any more which message it was
	w.deliver(8, speak("Rendez-vous vendredi.", true))
	w.sees("Camille, Mission locale : Rendez-vous jeudi.", "Correction : Camille, Mission locale : Rendez-vous vendredi.")
	w.deliver(9, speak("Rendez-vous samedi.", true)) // the correction can be corrected
	w.sees("Camille, Mission locale : Rendez-vous jeudi.", "Camille, Mission locale : Rendez-vous samedi.")

	w.lea.Delete(w.shown()[1].ID) // bots are not told
	w.deliver(10, speak("Rendez-vous dimanche.", true))
	w.sees("Camille, Mission locale : Rendez-vous jeudi.", "Correction : Camille, Mission locale : Rendez-vous dimanche.")
}

func TestACorrectionThatIsInterruptedIsSaidOnce(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	speak := bot.Speak{Message: "m1", Name: "Camille", From: "ML", Text: bot.Words(strings.Repeat("Une phrase assez longue pour en faire plusieurs. ", 100)), Amends: true}
	w.fake.Trouble("sendMessage", telegramfake.Slow(0), telegramfake.TooMany(1))
	d := w.entry(3, speak)
	_, err := w.channel.Deliver(t.Context(), d)
	kindOf(t, err, waits)
	d.Attempt = 2
	if _, err := w.channel.Deliver(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if got := w.texts(); len(got) != 2 || !strings.HasPrefix(got[0], "(1/2) Correction") || !strings.HasPrefix(got[1], "(2/2) ") {
		t.Errorf("Léa sees %.40q", got)
	}
}

func TestCase17WhatACounsellorTakesBack(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	w.deliver(3, bot.Speak{Message: "m1", Name: "Camille", From: "ML", Text: bot.Words(strings.Repeat("Une phrase assez longue pour en faire plusieurs. ", 100))})
	w.deliver(4, bot.Speak{Message: "m2", Name: "Camille", From: "ML", Text: "Et ceci"})
	w.deliver(5, bot.Withdraw{Message: "m1"})
	w.deliver(5, bot.Withdraw{Message: "m1"}) // again, and it is gone
	w.sees("Camille, ML : Et ceci")
	w.lea.Delete(w.shown()[0].ID)
	w.deliver(6, bot.Withdraw{Message: "m2"}) // the person was first
	w.sees()

	w.deliver(7, bot.Speak{Message: "m3", Name: "Camille", From: "ML", Text: "Trop tard"})
	w.house.pass(47*time.Hour + 59*time.Minute)
	w.deliver(8, bot.Speak{Message: "m4", Name: "Camille", From: "ML", Text: "À temps"})
	w.house.pass(2 * time.Minute)
	w.deliver(9, bot.Withdraw{Message: "m3"}) // 48 h are over: quiet
	w.deliver(10, bot.Withdraw{Message: "m4"})
	w.sees("Camille, ML : Trop tard")
}

func TestErasureClearsBothSidesOfTheScreen(t *testing.T) {
	w := newWorld(t, nil)
	w.lea.Write("vieux message")
	w.settled()
	w.deliver(3, bot.Say{Text: "Vieille réponse"})
	w.house.pass(48*time.Hour + time.Minute)
	for i := range 130 {
		w.lea.Write(fmt.Sprint("message ", i))
		w.settled()
	}
	w.deliver(4, bot.Say{Text: "Réponse"})
	w.deliver(5, bot.Speak{Message: "m", Name: "Anna", From: "Accueil", Text: "Bonjour"})
	forget := w.entry(6, bot.Forget{Leg: "telegram"})
	w.house.pass(10 * time.Second)
	w.lea.Write("déjà une autre conversation")
	w.settled()
	other := w.entry(6, bot.Forget{Leg: "web"})
	if _, err := w.channel.Deliver(t.Context(), other); err != nil || len(w.texts()) != 3 {
		t.Fatalf("another leg's erasure: %v, %q", err, w.texts())
	}
	w.fake.Trouble("deleteMessages", telegramfake.TooMany(1))
	_, err := w.channel.Deliver(t.Context(), forget)
	kindOf(t, err, waits)
	if _, err := w.channel.Deliver(t.Context(), forget); err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, m := range w.fake.Shown(w.lea.ID) {
		if !m.Deleted {
			left = append(left, m.Text)
		}
	}
	if want := []string{"vieux message", "Vieille réponse", "déjà une autre conversation"}; !reflect.DeepEqual(left, want) {
		t.Errorf("Léa sees %q", left)
	}
	if kept := w.house.kept()["telegram-heard"]; kept > 2 { // what came later, and one that expires
		t.Errorf("%d messages are remembered", kept)
	}
	w.lea.Write("EFFACER")
	w.settled()
	w.house.pass(time.Second)
	w.deliver(9, bot.Forget{Leg: "telegram"})
	if kept := w.house.kept()["telegram-chat"]; kept != 0 {
		t.Errorf("the chat is remembered")
	}
}

func TestAnErasureDeletesWhatCanBeDeletedWhenSomethingCannot(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	w.deliver(3, bot.Say{Text: "Un"})
	w.deliver(4, bot.Say{Text: "Deux"})
	w.lea.Delete(w.shown()[0].ID)
	w.deliver(5, bot.Forget{Leg: "telegram"})
	w.sees()
}

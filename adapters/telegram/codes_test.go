package telegram_test

import (
	"strings"
	"testing"

	"frontdesk/adapters/telegram"
	"frontdesk/bot"
)

func TestResumeCodes(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	w.lea.Write("/code")
	w.soon("a code", func() bool { return len(w.shown()) == 1 })
	w.sees("Votre code : 123 456 7890\nIl est valable jusqu'au lundi 7 décembre 2026, 14\u00a0h\u00a005. Il sert une seule fois.\nGardez-le pour vous : il ouvre votre conversation.")
	w.want(bot.Arrived{Language: "fr"})

	max := w.fake.Person(88, "Max", "en-GB")
	max.Write("code: 123.456.7890")
	w.settled()
	if got := w.house.joins(); len(got) != 1 || got[0].Peer != "4711:88" || got[0].ID != "telegram" || !got[0].Push || got[0].For != bot.ToCitizen {
		t.Errorf("the code gave %d legs", len(got))
	}
	max.Write("1234567890")
	w.soon("an answer", func() bool { return len(w.fake.Shown(88)) == 3 })
	if got := w.fake.Shown(88)[2].Text; !strings.HasPrefix(got, "This code opens nothing.") {
		t.Errorf("Max sees %q", got)
	}
	for range 3 {
		max.Write("9876543210")
	}
	w.soon("an answer", func() bool { return len(w.fake.Shown(88)) == 9 })
	if got := w.fake.Shown(88)[8].Text; !strings.HasPrefix(got, "Too many codes.") {
		t.Errorf("Max sees %q", got)
	}
	if w.door.Conversations() != 1 {
		t.Error("a code became a conversation")
	}
	for _, text := range []string{"06 39 98 33 44", "12345", "2026550123456", "mon code 1234567890"} {
		before := len(w.inputs())
		w.lea.Write(text)
		if got := w.inputs(); len(got) != before+1 {
			t.Errorf("%q was not taken as words", text)
		}
	}
	if strings.Contains(w.log.String(), "1234567890") {
		t.Error("a code is in the log")
	}
}

func TestACodeIsJoinedOnceHoweverOftenTelegramRepeats(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	code, _, err := w.house.Issue(t.Context(), "elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if got := post(w.channel, body(7, `"text":"`+code+`"`)); got.Code != 200 {
			t.Errorf("answered %d", got.Code)
		}
	}
	if got := w.house.joins(); len(got) != 1 || len(w.shown()) != 0 {
		t.Errorf("%d legs joined, and Léa sees %q", len(got), w.texts())
	}
}

func TestADeepLinkResumes(t *testing.T) {
	w := newWorld(t, nil)
	code, _, err := w.house.Issue(t.Context(), "elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	w.lea.Start(code)
	w.settled()
	if got := w.house.joins(); len(got) != 1 || w.door.Conversations() != 0 {
		t.Errorf("%d legs joined, %d conversations began", len(got), w.door.Conversations())
	}
	w.lea.Start(code) // again: it opens nothing, but nobody is left at the door
	w.want(bot.Arrived{Language: "fr"})
	w.soon("a word", func() bool { return len(w.shown()) == 1 })
}

func TestWithoutCodesTheyAreWords(t *testing.T) {
	w := newWorld(t, func(c *telegram.Config) { c.Codes = nil })
	w.lea.Write("/code")
	w.lea.Write("1234567890")
	w.want(bot.Said{Text: "code"}, bot.Said{Text: "1234567890"})
}

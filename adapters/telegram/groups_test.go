package telegram_test

import (
	"strings"
	"testing"

	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
)

func TestCase25WhoBlocksTheBotIsNotReached(t *testing.T) {
	w := newWorld(t, nil)
	w.begun()
	w.lea.Block()
	w.want(bot.Arrived{Language: "fr"}, bot.Undelivered{Leg: "telegram", Reason: "blocked"})
	_, err := w.channel.Deliver(t.Context(), w.entry(3, bot.Say{Text: "Bonjour"}))
	kindOf(t, err, undeliverable)
	w.lea.Unblock()
	w.lea.Write("me revoilà")
	w.want(bot.Arrived{Language: "fr"}, bot.Undelivered{Leg: "telegram", Reason: "blocked"}, bot.Said{Text: "me revoilà"})
	w.deliver(4, bot.Say{Text: "Bonjour"})
	w.sees("Bonjour")
}

func TestGroupsAreRefusedWithAWordAndLeft(t *testing.T) {
	for _, kind := range []string{"group", "supergroup", "channel"} {
		w := newWorld(t, nil)
		g := w.fake.Group(-100_1234, kind, "Terminale 3")
		g.Add(w.lea)
		g.Write(w.lea, "/aide on cherche un stage")
		w.soon("the bot to leave", func() bool { return !w.fake.Inside(g.ID) })
		w.settled()
		var words []string
		for _, m := range w.fake.Shown(g.ID) {
			if m.Bot {
				words = append(words, m.Text)
			}
		}
		if len(words) != 1 || !strings.HasPrefix(words[0], "Je réponds seulement en privé.") {
			t.Errorf("%s: the group sees %q", kind, words)
		}
		if w.door.Conversations() != 0 || w.house.kept()["telegram-chat"] != 0 {
			t.Errorf("%s: something of it is kept: %v", kind, w.house.kept())
		}
	}
}

func TestAGroupThatBecameAnotherIsLeftWhereItIs(t *testing.T) {
	w := newWorld(t, nil)
	w.fake.Trouble("leaveChat", telegramfake.HTML(502)) // so that it is still inside
	g := w.fake.Group(-555, "group", "Terminale 3")
	g.Add(w.lea)
	w.soon("a try to leave", func() bool { return len(w.fake.Calls("leaveChat")) == 1 })
	to := g.Migrate(w.lea, -100_555)
	w.soon("the bot to leave", func() bool { return !w.fake.Inside(to.ID) })
	w.settled()
	if w.door.Conversations() != 0 {
		t.Error("something was kept")
	}
}

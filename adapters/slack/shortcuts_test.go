package slack

import (
	"testing"

	"frontdesk/bot"
)

func TestWordsOfAPersonAreTakenOutOfTheLogAndOutOfSlack(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	at := h.hears(anna, card, root, "Mon numéro de sécurité sociale est le 1 23 45")
	var want []int64
	for _, e := range h.cases.Door.Log(card.Conversation) {
		if e.Cause == "web:2" {
			want = append(want, e.Seq)
		}
	}
	h.must(h.slack.Shortcut(anna, shortRedact, at.Channel, at.TS))
	h.settled()
	events := h.events(card)
	same(t, "events", events[1:], []bot.Event{bot.Redacted{By: "anna", Message: "web:2", Seqs: want}})
	same(t, "entries", len(want), 2)
	m, _ := h.slack.Message(at.Channel, at.TS)
	same(t, "the message", m.Text(), removed)
}

func TestWhoDoesNotOwnTheCaseTakesNothingOut(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	h.talks(anna, card)
	ts, err := h.slack.Write(bilal, at.Channel, "Une note avec un nom", at.TS)
	h.must(err)
	h.settled()
	h.must(h.slack.Shortcut(bilal, shortRedact, at.Channel, ts))
	h.settled()
	contains(t, "whispers", h.whispers(bilal), "Ce dossier n'est pas à vous.")
	same(t, "events", len(h.events(card)), 2)
	h.must(h.slack.Shortcut(anna, shortRedact, at.Channel, ts))
	h.settled()
	contains(t, "the owner's", h.whispers(anna), "seule la personne qui a écrit ce message")
	last := h.events(card)[2].(bot.Redacted)
	same(t, "message", last.Message, messageID(at.Channel, ts))
}

func TestOnesOwnMessageIsTakenBackByShortcutOrByDeletionOnce(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	ts, err := h.slack.Write(anna, root.Channel, "Rendez-vous mardi", root.TS)
	h.must(err)
	h.settled()
	h.must(h.slack.Shortcut(anna, shortRedact, root.Channel, ts))
	h.settled()
	contains(t, "of her own", h.whispers(anna), "supprimez vous-même votre message")
	same(t, "events", h.events(card)[2:], []bot.Event{bot.Redacted{By: "anna", Message: messageID(root.Channel, ts), Seqs: []int64{5}}})
	h.must(h.slack.Shortcut(anna, shortTakeBack, root.Channel, ts))
	h.must(h.slack.Delete(anna, root.Channel, ts))
	h.settled()
	same(t, "events", h.events(card)[3:], []bot.Event{bot.TookBack{By: "anna", Message: messageID(root.Channel, ts), Written: when(ts)}})
	h.must(h.slack.Shortcut(anna, shortTakeBack, root.Channel, root.TS))
	h.settled()
	contains(t, "whispers", h.whispers(anna), "Choisissez un de vos messages")
}

func TestAWrongTurnIsReportedFromTheCardAndItsThread(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	h.must(h.slack.Shortcut(bilal, shortMisroute, at.Channel, at.TS))
	h.settled()
	same(t, "events", h.events(card), []bot.Event{bot.Misrouted{By: "bilal"}})
	ts, err := h.slack.Write(bilal, at.Channel, "Bonjour", "")
	h.must(err)
	h.must(h.slack.Shortcut(bilal, shortMisroute, at.Channel, ts))
	h.settled()
	contains(t, "whispers", h.whispers(bilal), "Choisissez la carte d'un dossier")
}

func TestEntriesThatHoldTheWordsOfAnInputAreFound(t *testing.T) {
	said := func(id, amends string) *bot.Input {
		return &bot.Input{ID: id, Event: bot.Said{Text: "x", Amends: amends}}
	}
	log := []bot.Entry{
		{Seq: 1, Cause: "a", Input: said("a", "")},
		{Seq: 2, Cause: "a", Effect: bot.Pass{Text: "x"}},
		{Seq: 3, Cause: "a", Effect: bot.Post{}},
		{Seq: 4, Cause: "b", Input: said("b", "a")}, // an edit of it
		{Seq: 5, Cause: "b", Effect: bot.Pass{Text: "x", Amends: "a"}},
		{Seq: 6, Cause: "c", Input: &bot.Input{ID: "c", Event: bot.Replied{Text: "y"}}},
		{Seq: 7, Cause: "c", Effect: bot.Tell{Code: "sent"}},
		{Seq: 8, Cause: "timer", Effect: bot.Speak{Message: "c", Text: "y"}},
		{Seq: 9, Cause: "d", Input: said("d", "")},
	}
	same(t, "of a person's message", worded(log, "a"), []int64{1, 2, 4, 5})
	same(t, "of a counsellor's", worded(log, "c"), []int64{6, 8})
	same(t, "of none", worded(log, "z"), []int64(nil))
}

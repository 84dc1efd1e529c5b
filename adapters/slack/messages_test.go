package slack

import (
	"strings"
	"testing"

	"frontdesk/bot"
)

func TestWhatTheOwnerWritesInTheThreadGoesToThePerson(t *testing.T) {
	for _, way := range []struct {
		name string
		http bool
	}{{"Socket Mode", false}, {"signed HTTP", true}} {
		t.Run(way.name, func(t *testing.T) {
			h := opened(t, setup{http: way.http})
			card := h.waits("OR-7F3K-2")
			root := h.talks(anna, card)
			ts, err := h.slack.Write(anna, root.Channel, "Bonjour & *bienvenue*", root.TS)
			h.must(err)
			h.settled()
			same(t, "events", h.events(card), []bot.Event{bot.Claimed{By: "anna"}, bot.Replied{By: "anna", Text: "Bonjour & bienvenue"}})
			log := h.cases.Door.Log(card.Conversation)
			same(t, "id of the input", log[len(log)-1].Cause, messageID(root.Channel, ts))
			same(t, "unacknowledged", h.slack.Unacked(), 0)
		})
	}
}

// Case 6 of the hand-off's list: who does not own the case writes to nobody.
func TestWhoDoesNotOwnTheCaseIsToldThatNothingWent(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	h.must(h.cases.Take(t.Context(), bot.Input{ID: "r", Conversation: card.Conversation, Event: bot.Released{By: "anna"}}))
	_, err := h.slack.Write(anna, root.Channel, "Encore un mot", root.TS)
	h.must(err)
	h.settled()
	contains(t, "thread", h.thread(root), "Ce dossier n'est pas à vous.")
}

func TestADirectMessageOutsideAThreadGoesNowhereAndOffersWhatIsOpen(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	dm := h.slack.DM(anna)
	_, err := h.slack.Write(anna, dm, "Bonjour ?", "")
	h.must(err)
	h.settled()
	messages := h.slack.Messages(dm)
	contains(t, "direct messages", []string{messages[len(messages)-1].Text()}, noneOpen)
	root := h.talks(anna, card)
	_, err = h.slack.Write(anna, dm, "Bonjour ?", "")
	h.must(err)
	h.settled()
	messages = h.slack.Messages(dm)
	last := messages[len(messages)-1]
	contains(t, "direct messages", []string{last.Text()}, goesNowhere)
	contains(t, "direct messages", []string{last.Text()}, "OR-7F3K-2")
	if !strings.Contains(string(last.Blocks), strings.ReplaceAll(root.TS, ".", "")) {
		t.Errorf("no link to the thread in %s", last.Blocks)
	}
	same(t, "events", h.events(card), []bot.Event{bot.Claimed{By: "anna"}})
}

// A conversation that was taken elsewhere has no thread here yet.
func TestAConversationTakenElsewhereCanBeOpenedHere(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	h.must(h.cases.Take(t.Context(), bot.Input{ID: "c", Conversation: card.Conversation, Event: bot.Claimed{By: "anna"}}))
	dm := h.slack.DM(anna)
	_, err := h.slack.Write(anna, dm, "Et lui ?", "")
	h.must(err)
	h.settled()
	messages := h.slack.Messages(dm)
	h.must(h.slack.Click(anna, dm, messages[len(messages)-1].TS, actHere))
	h.settled()
	same(t, "events", h.events(card), []bot.Event{bot.Claimed{By: "anna"}, bot.Claimed{By: "anna"}})
	same(t, "whispers", len(h.whispers(anna)), 0)
	same(t, "leg", h.cases.Door.Log(card.Conversation)[len(h.cases.Door.Log(card.Conversation))-2].Input.Leg, leg(h.who(anna)))
}

func TestUnderLinkNothingPassesAndTheThreadSaysWhereToWrite(t *testing.T) {
	h := opened(t, setup{words: WordsLink})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	ts, err := h.slack.Write(anna, root.Channel, "Bonjour", root.TS)
	h.must(err)
	h.must(h.slack.Edit(anna, root.Channel, ts, "Bonsoir"))
	h.must(h.slack.Delete(anna, root.Channel, ts))
	h.settled()
	contains(t, "thread", h.thread(root), "https://desk.example/desk/cases/OR-7F3K-2")
	same(t, "events", h.events(card), []bot.Event{bot.Claimed{By: "anna"}})
}

// Case 16 and 17: edits and deletions of the counsellor.
func TestEditsAndDeletionsGoOn(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	ts, err := h.slack.Write(anna, root.Channel, "Rendez-vous mardi", root.TS)
	h.must(err)
	h.must(h.slack.Touch(root.Channel, ts)) // a link that unfurls
	h.must(h.slack.Edit(anna, root.Channel, ts, "Rendez-vous jeudi"))
	h.must(h.slack.Delete(anna, root.Channel, ts))
	h.settled()
	id := messageID(root.Channel, ts)
	same(t, "events", h.events(card)[1:], []bot.Event{
		bot.Replied{By: "anna", Text: "Rendez-vous mardi"},
		bot.Replied{By: "anna", Text: "Rendez-vous jeudi", Amends: id},
		bot.TookBack{By: "anna", Message: id, Written: when(ts)},
	})
	contains(t, "thread", h.thread(root), "Message repris")
}

// Case 15: files are refused in words.
func TestFilesAreNotPassedOnAndTheTextIs(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	_, err := h.slack.Upload(anna, root.Channel, "Voici la plaquette", root.TS, "plaquette.pdf", []byte("x"))
	h.must(err)
	_, err = h.slack.Upload(anna, root.Channel, "", root.TS, "vide.pdf", nil)
	h.must(err)
	h.settled()
	same(t, "events", h.events(card)[1:], []bot.Event{bot.Replied{By: "anna", Text: "Voici la plaquette"}})
	contains(t, "thread", h.thread(root), noFiles)
}

// Case 9: Slack brings an event again, also as the only delivery after a restart.
func TestAnEventThatComesAgainIsKeptOnce(t *testing.T) {
	h := opened(t, setup{fake: fast()})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	h.cases.Sleep(true)
	_, err := h.slack.Write(anna, root.Channel, "Bonjour", root.TS)
	h.must(err)
	h.until("a retry", func() bool { return h.slack.Tally().Late > 0 })
	h.cases.Sleep(false)
	h.settled()
	same(t, "events", h.events(card)[1:], []bot.Event{bot.Replied{By: "anna", Text: "Bonjour"}})
	same(t, "lost", h.slack.Tally().Lost, 0)
}

func TestWhoseMessageWasGivenUpIsTold(t *testing.T) {
	h := opened(t, setup{fake: fast()})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	h.cases.Sleep(true)
	_, err := h.slack.Write(anna, root.Channel, "Bonjour", root.TS)
	h.must(err)
	h.until("the end of the retries", func() bool { return h.slack.Tally().Lost == 1 })
	h.cases.Sleep(false)
	h.settled()
	contains(t, "thread", h.thread(root), "n'a pas pu être enregistré")
}

// Case 5: a note before the claim stays inside, and its author is told so once.
func TestANoteUnderACardStaysInside(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	for _, text := range []string{"Je connais ce dossier", "Il faut rappeler"} {
		_, err := h.slack.Write(bilal, at.Channel, text, at.TS)
		h.must(err)
	}
	h.settled()
	same(t, "events", h.events(card), []bot.Event{bot.Noted{By: "bilal", Text: "Je connais ce dossier"}, bot.Noted{By: "bilal", Text: "Il faut rappeler"}})
	same(t, "whispers", h.whispers(bilal), []string{stillInternal + " / [Prendre]"})
	whisper := h.slack.Ephemerals(bilal)[0]
	h.must(h.slack.Click(bilal, at.Channel, whisper.TS, actTake))
	h.settled()
	same(t, "last event", h.events(card)[2:], []bot.Event{bot.Claimed{By: "bilal"}})
}

// Case 6: colleagues who do not own the case note, and never speak.
func TestAColleagueUnderATakenCardNotes(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	h.talks(anna, card)
	ts, err := h.slack.Write(bilal, at.Channel, "Pensez au CIO", at.TS)
	h.must(err)
	h.must(h.slack.Edit(bilal, at.Channel, ts, "Pensez au CIO de Rennes"))
	h.settled()
	same(t, "events", h.events(card)[1:], []bot.Event{bot.Noted{By: "bilal", Text: "Pensez au CIO"}, bot.Noted{By: "bilal", Text: "Pensez au CIO de Rennes"}})
	same(t, "whispers", len(h.whispers(bilal)), 0)
}

func TestWhoIsNotOfTheCasesStructureLeavesNoNote(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	for _, user := range []string{chloe, denis} {
		h.must(h.slack.JoinChannel(user, at.Channel))
		_, err := h.slack.Write(user, at.Channel, "Un mot", at.TS)
		h.must(err)
	}
	h.settled()
	same(t, "events", len(h.events(card)), 0)
	for _, user := range []string{chloe, denis} {
		contains(t, user, h.whispers(user), "n'est pas enregistrée")
	}
}

func TestWhatStandsElsewhereInARoomIsNobodysConcern(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	at := h.posted(card)
	ts, err := h.slack.Write(bilal, at.Channel, "Bonjour à tous", "")
	h.must(err)
	_, err = h.slack.Write(bilal, at.Channel, "Et à toi", ts)
	h.must(err)
	h.settled()
	same(t, "events", len(h.events(card)), 0)
	same(t, "whispers", len(h.whispers(bilal)), 0)
}

// Case 23: our own messages come back as events.
func TestOurOwnMessagesAreNotHeard(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	h.hears(anna, card, root, "J'ai perdu mon apprentissage")
	h.settled()
	same(t, "events", h.events(card), []bot.Event{bot.Claimed{By: "anna"}})
}

// Case 19: a card that was deleted comes back while its case is open.
func TestACardThatWasDeletedIsShownAgain(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	first := h.posted(card)
	h.must(h.slack.Purge(first.Channel, first.TS))
	h.settled()
	again := h.at(card).Card
	if again == first || again == (spot{}) {
		t.Fatalf("the card stands at %v, and stood at %v", again, first)
	}
	_, err := h.slack.Write(bilal, first.Channel, "Une note", again.TS)
	h.must(err)
	h.settled()
	same(t, "events", h.events(card), []bot.Event{bot.Noted{By: "bilal", Text: "Une note"}})
}

// Case 13: whatever length and script, a message is kept whole; who carries it on splits it.
func TestALongMessageIsKeptWhole(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	text := strings.Repeat("مرحبا. Une phrase. ", 300) + "👩‍🎓" + strings.Repeat("a", 3000)
	_, err := h.slack.Write(anna, root.Channel, text, root.TS)
	h.must(err)
	h.settled()
	same(t, "events", h.events(card)[1:], []bot.Event{bot.Replied{By: "anna", Text: bot.Words(text)}})
}

// Case 14: what people type never becomes markup of ours.
func TestNothingThatPeopleTypeBecomesMarkup(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	root := h.talks(anna, card)
	_, err := h.slack.WriteMarkup(anna, root.Channel, "Voir <!channel> et <https://exemple.fr|le site> &amp; `code` *gras*", root.TS)
	h.must(err)
	h.settled()
	same(t, "events", h.events(card)[1:], []bot.Event{bot.Replied{By: "anna", Text: "Voir @channel et le site (https://exemple.fr) & code gras"}})
	h.types(bilal, "qui <!channel> *gras* `x` <@U0ANNA>")
	h.types(bilal, "cherche <!here>")
	if got := h.slack.Markups(); len(got) > 0 {
		t.Errorf("markup that nobody of us wrote: %+v", got)
	}
}

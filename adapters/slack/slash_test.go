package slack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// types is « /accueil … », and what it answers.
func (h *house) types(user, text string) string {
	h.t.Helper()
	before := len(h.whispers(user))
	h.must(h.slack.Slash(user, commandName, text, h.slack.DM(user)))
	h.settled()
	return strings.Join(h.whispers(user)[before:], " // ")
}

func wants(t *testing.T, what, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("%s: no %q in %q", what, part, got)
		}
	}
}

func TestTheListSaysWhoWaitsAndTakes(t *testing.T) {
	h := opened(t, setup{})
	first := h.waits("OR-AAAA-1", func(c *bot.Card) { c.Since = h.now.Add(-time.Hour); c.Due = h.now.Add(-time.Minute) })
	h.waits("OR-BBBB-2")
	h.waits("OR-CCCC-3", func(c *bot.Card) { c.Structure, c.Queue = local, "ml-rennes/35" })
	got := h.types(bilal, "file")
	wants(t, "file", got, "accueil-regional/35 : 2 en attente, la plus ancienne depuis 1", "En retard : 1", "OR-AAAA-1", "OR-BBBB-2", "[Prendre]")
	if strings.Contains(got, "OR-CCCC-3") {
		t.Error("a case of another structure is in the list")
	}
	shown := h.slack.Ephemerals(bilal)
	h.must(h.slack.Click(bilal, h.slack.DM(bilal), shown[len(shown)-1].TS, actTake, string(first.Conversation)))
	h.settled()
	same(t, "events", h.events(first), []bot.Event{bot.Claimed{By: "bilal"}})
	wants(t, "moi", h.types(bilal, "moi"), "OR-AAAA-1")
	wants(t, "moi of another", h.types(anna, "moi"), "pas de dossier en cours")
}

func TestNextTakesTheFirstAndGoesOnWhenSomebodyIsFaster(t *testing.T) {
	h := opened(t, setup{})
	first := h.waits("OR-AAAA-1", func(c *bot.Card) { c.Urgent = true })
	second := h.waits("OR-BBBB-2")
	h.cases.Play(func(_ int, in bot.Input) []bot.Addressed {
		code := "won"
		if in.Conversation == first.Conversation {
			code = "lost"
		}
		return []bot.Addressed{{To: bot.ToActor, Effect: bot.Tell{To: bot.By(in.Event), Code: code}}}
	})
	wants(t, "suivante", h.types(bilal, "suivante"), "OR-BBBB-2 : C'est à vous.")
	same(t, "tried", len(h.events(first))+len(h.events(second)), 2)
}

func TestNextSaysWhenNobodyWaits(t *testing.T) {
	h := opened(t, setup{})
	wants(t, "suivante", h.types(bilal, "suivante"), "Aucun dossier n'attend.")
	h.must(h.slack.GlobalShortcut(anna, shortNext))
	h.settled()
	messages := h.slack.Messages(h.slack.DM(anna))
	wants(t, "the shortcut", messages[len(messages)-1].Text(), "Aucun dossier n'attend.")
}

// Case 20: who goes away gives the conversations back; in a short pause they are kept.
func TestAPauseGivesConversationsBackUnlessItIsShort(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	h.talks(anna, card)
	promised := h.waits("OR-DATE-3", func(c *bot.Card) { c.Life, c.Owner = bot.Promised, "anna" })
	duty := desk.Duty{Refs: h.refs}
	wants(t, "reprise", h.types(anna, "reprise"), "Vous êtes disponible.")
	wants(t, "pause 10", h.types(anna, "pause 10"), "jusqu'à 9", "Vous gardez vos conversations")
	same(t, "events", len(h.events(card)), 1)
	if is, until, err := duty.Available(t.Context(), "anna", h.clock()); is || err != nil || !until.Equal(h.clock().Add(10*time.Minute)) {
		t.Errorf("available %v until %v: %v", is, until, err)
	}
	wants(t, "pause", h.types(anna, "pause"), "Vous n'êtes plus disponible", "Reviennent dans la file : OR-7F3K-2")
	same(t, "events", h.events(card)[1:], []bot.Event{bot.Released{By: "anna"}})
	same(t, "a promised answer", len(h.events(promised)), 0)
	if is, _, err := duty.Available(t.Context(), "anna", h.clock()); is || err != nil {
		t.Errorf("available %v: %v", is, err)
	}
}

func TestAPauseOfAnHourGivesConversationsBackToo(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-7F3K-2")
	h.talks(anna, card)
	wants(t, "pause 60", h.types(anna, "pause 60 minutes"), "en pause jusqu'à 10", "OR-7F3K-2")
	same(t, "events", h.events(card)[1:], []bot.Event{bot.Released{By: "anna"}})
}

func TestASearchFindsOnlyWhatOneMaySee(t *testing.T) {
	h := opened(t, setup{})
	h.waits("OR-7F3K-2")
	wants(t, "found", h.types(bilal, "cherche or 7f3k 2"), "OR-7F3K-2")
	same(t, "behind the wall", h.types(chloe, "cherche OR-7F3K-2"), h.types(chloe, "cherche OR-0000-0"))
	same(t, "not of the staff", h.types(denis, "cherche OR-7F3K-2"), noStaff)
}

func TestQuiAndAideAnswer(t *testing.T) {
	h := opened(t, setup{})
	wants(t, "qui", h.types(bilal, "qui formation Saint-Malo"), "Pour formation à Saint-Malo : Mission locale")
	wants(t, "qui alone", h.types(bilal, "qui"), "Donnez un besoin et une commune")
	wants(t, "unknown", h.types(bilal, "bonjour"), "/accueil suivante")
	same(t, "not of the staff", h.types(denis, "qui formation Rennes"), noStaff)
	same(t, "failures", len(h.slack.Failures("")), 0)
}

func TestACommandSaysThatTheStoreIsDown(t *testing.T) {
	h := opened(t, setup{http: true})
	h.cases.Sleep(true)
	for _, text := range []string{"file", "moi", "suivante", "cherche OR-7F3K-2"} {
		wants(t, text, h.types(bilal, text), "Rien n'a été enregistré")
	}
}

func TestALongListEndsWithHowManyMore(t *testing.T) {
	h := opened(t, setup{})
	for i := range 23 {
		h.waits(fmt.Sprintf("OR-%04d-1", i))
	}
	wants(t, "file", h.types(bilal, "file"), "23 en attente", "Et 13 de plus.")
}

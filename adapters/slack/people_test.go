package slack

import (
	"strings"
	"testing"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/bot"
)

// Case 20: who leaves a room gives back what they own of its queue, and that alone.
func TestWhoLeavesARoomGivesItsCasesBack(t *testing.T) {
	h := opened(t, setup{})
	here := h.waits("OR-AAAA-1")
	there := h.waits("OR-BBBB-2", func(c *bot.Card) { c.Queue = "accueil-regional/56" })
	room := h.posted(here).Channel
	h.posted(there)
	h.talks(bilal, here)
	h.talks(bilal, there)
	h.must(h.slack.LeaveChannel(bilal, room))
	h.settled()
	same(t, "of the room", h.events(here)[1:], []bot.Event{bot.Released{By: "bilal"}})
	same(t, "of another", len(h.events(there)), 1)
}

func TestAnAccountThatWasClosedGivesAllItsCasesBack(t *testing.T) {
	h := opened(t, setup{})
	first, second := h.waits("OR-AAAA-1"), h.waits("OR-BBBB-2")
	h.talks(bilal, first)
	h.talks(anna, second)
	h.must(h.slack.Deactivate(bilal))
	h.settled()
	same(t, "of the account", h.events(first)[1:], []bot.Event{bot.Released{By: "bilal"}})
	same(t, "of another", len(h.events(second)), 1)
}

func TestAStrangerWhoJoinsOrLeavesChangesNothing(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-AAAA-1")
	room := h.posted(card).Channel
	h.must(h.slack.JoinChannel(denis, room))
	h.must(h.slack.LeaveChannel(denis, room))
	h.settled()
	same(t, "events", len(h.events(card)), 0)
	same(t, "whispers", len(h.whispers(denis)), 0)
}

func (h *house) alerted(part string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Contains(strings.Join(h.alerts, "\n"), part)
}

// Case 19: a room that was archived, or that we were taken out of, is forgotten, and somebody hears of it.
func TestARoomThatIsGoneIsForgottenAndSaid(t *testing.T) {
	for name, gone := range map[string]func(*slackfake.Workspace, string) error{
		"archived":  func(w *slackfake.Workspace, room string) error { return w.Archive(room) },
		"taken out": func(w *slackfake.Workspace, room string) error { return w.LeaveChannel(w.BotUser, room) },
	} {
		t.Run(name, func(t *testing.T) {
			h := opened(t, setup{})
			card := h.waits("OR-AAAA-1")
			room := h.posted(card).Channel
			h.must(gone(h.slack, room))
			h.until("an alert", func() bool { return h.alerted("accueil-regional/35") })
			h.settled()
			if r, err := h.desk.remembered(t.Context(), card.Queue); err != nil || r.Channel != "" {
				t.Errorf("the room is still %q: %v", r.Channel, err)
			}
		})
	}
}

func TestARoomThatWasRenamedGoesOn(t *testing.T) {
	h := opened(t, setup{})
	card := h.waits("OR-AAAA-1")
	room := h.posted(card).Channel
	h.must(h.slack.Rename(room, "autre-nom"))
	h.until("an alert", func() bool { return h.alerted("a changé de nom") })
	if r, err := h.desk.remembered(t.Context(), card.Queue); err != nil || r.Channel != room {
		t.Errorf("the room is %q: %v", r.Channel, err)
	}
}

func TestAnAppThatWasTakenOutIsSaidOnce(t *testing.T) {
	h := opened(t, setup{})
	h.slack.Revoke()
	h.until("an alert", func() bool { return h.alerted("retirée de l'espace de travail") })
	h.settled()
	h.mu.Lock()
	defer h.mu.Unlock()
	same(t, "alerts", len(h.alerts), 1)
}

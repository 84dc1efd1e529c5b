package slack

import (
	"fmt"
	"testing"
	"time"

	"frontdesk/bot"
)

// Case 12: when Slack has been away for long, who waits unseen is told the truth, once.
func TestWhoWaitsUnseenIsToldThatTheDeskIsAway(t *testing.T) {
	h := opened(t, setup{closed: true})
	seen := h.waits("OR-SEEN-1")
	h.posted(seen)
	taken := h.waits("OR-TAKE-2")
	h.must(h.cases.Take(t.Context(), bot.Input{ID: "c", Conversation: taken.Conversation, Event: bot.Claimed{By: "anna"}}))
	later := h.waits("OR-DATE-3", func(c *bot.Card) { c.Life = bot.Promised })
	unseen := h.waits("OR-WAIT-4")
	h.slack.Down(true)
	h.desk.check(t.Context())
	since := h.clock()
	h.later(4 * time.Minute)
	h.desk.check(t.Context())
	same(t, "too early", len(away(h, unseen)), 0)
	h.later(2 * time.Minute)
	for range 3 {
		h.desk.check(t.Context())
	}
	same(t, "unseen", away(h, unseen), []string{fmt.Sprintf("slack-away:%s:%d", unseen.Conversation, since.Unix())})
	for _, card := range []bot.Card{seen, taken, later} {
		same(t, card.Dossier, len(away(h, card)), 0)
	}
	same(t, "alerts", len(h.alerts), 1)
	h.slack.Down(false)
	h.desk.check(t.Context())
	h.desk.check(t.Context())
	same(t, "supervision", len(h.supervision()), 1)
	contains(t, "supervision", h.supervision(), "Slack ne répondait plus de 9\u00a0h à 9\u00a0h\u00a006")
	if _, down := h.desk.downSince(t.Context()); down {
		t.Error("Slack still counts as away")
	}
}

// away are the ids of the inputs that say so.
func away(h *house, card bot.Card) []string {
	var ids []string
	for _, e := range h.cases.Door.Log(card.Conversation) {
		if e.Input != nil {
			if _, is := e.Input.Event.(bot.DeskAway); is {
				ids = append(ids, e.Cause)
			}
		}
	}
	return ids
}

func TestNobodyIsToldInClosedHoursThatTheDeskIsAway(t *testing.T) {
	h := opened(t, setup{closed: true})
	card := h.waits("OR-WAIT-4")
	h.open = false
	h.slack.Down(true)
	h.desk.check(t.Context())
	h.later(time.Hour)
	h.desk.check(t.Context())
	same(t, "told", len(away(h, card)), 0)
	h.open = true
	h.desk.check(t.Context())
	same(t, "told when it opens", len(away(h, card)), 1)
}

func TestAShortOutageIsNobodysConcern(t *testing.T) {
	h := opened(t, setup{closed: true})
	h.slack.Down(true)
	h.desk.check(t.Context())
	h.slack.Down(false)
	h.later(time.Minute)
	h.desk.check(t.Context())
	same(t, "alerts", len(h.alerts), 0)
	same(t, "supervision", h.slack.ChannelID("supervision"), "")
}

// Two replicas reckon from the same instant.
func TestReplicasAgreeSinceWhenSlackIsAway(t *testing.T) {
	h := opened(t, setup{closed: true})
	card := h.waits("OR-WAIT-4")
	other, err := New(h.desk.Config)
	h.must(err)
	h.slack.Down(true)
	h.desk.check(t.Context())
	h.later(time.Minute)
	other.check(t.Context())
	h.later(5 * time.Minute)
	other.check(t.Context())
	h.desk.check(t.Context())
	same(t, "told", len(away(h, card)), 1)
}

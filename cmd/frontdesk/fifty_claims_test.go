package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/slack/slackfake"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
)

// Case 1: fifty people of a room press *Prendre* on one card at once, and two houses on one store hear of
// it over two connections.
func TestFiftyClaimsAtOnceHaveOneWinner(t *testing.T) {
	t.Run("redis", func(t *testing.T) { claimAtOnce(t, startRedis(t)) })
	t.Run("embedded", func(t *testing.T) { claimAtOnce(t, "") })
}

const claimants = 50

func claimAtOnce(t *testing.T, redisURL string) {
	var people []hired
	for i := range claimants {
		people = append(people, hire(bot.CounsellorID(fmt.Sprintf("c%02d", i)), fmt.Sprintf("Agent%02d", i), "accueil-regional"))
	}
	// Who wins is the question here, not how fast: fifty at once on two busy cores may take their time.
	q := newQuarter(t, quarterPlan{redis: redisURL, people: people, slack: slackfake.Options{NoLimits: true, AckWithin: 30 * time.Second}, telegram: telegramfake.Options{NoLimits: true}})
	q.open()
	q.open()
	q.escalates(101)
	card := q.card("accueil-regional")
	q.until("everybody is in the room", func() bool {
		i := slices.IndexFunc(q.slack.Channels(""), func(c slackfake.Channel) bool { return c.ID == card.Channel })
		return len(q.slack.Channels("")[i].Members) > claimants // and the app
	})
	clicked := make(chan struct{})
	q.slack.Fail("chat.update", 1, slackfake.Held(clicked)) // the card keeps its button for that long

	var all sync.WaitGroup
	for _, c := range people {
		all.Go(func() {
			if err := q.slack.Click(c.Slack, card.Channel, card.TS, "claim"); err != nil {
				t.Errorf("%s: %v", c.Name, err)
			}
		})
	}
	all.Wait()
	q.until("somebody has the case", func() bool { return q.sessions()[0].Case.Owner != "" })
	winner := q.sessions()[0]
	if err := q.slack.Click(member(winner.Case.Owner), card.Channel, card.TS, "claim"); err != nil {
		t.Errorf("the winner clicks again: %v", err)
	}
	close(clicked)
	q.until("49 losers are told", func() bool { return told(q, people) >= claimants-1 })
	q.until("the person hears of it", func() bool { return q.sees(101, "est avec vous") > 0 })
	q.until("the card says who has it", func() bool {
		m, _ := q.slack.Message(card.Channel, card.TS)
		return strings.Contains(m.Text(), "Pris par "+winner.Case.OwnerName)
	})
	if !q.slack.Quiet(5 * time.Second) {
		t.Error("something is still on its way")
	}

	for _, c := range people {
		all := q.slack.Ephemerals(c.Slack)
		switch {
		case c.ID == winner.Case.Owner && len(all) != 0:
			t.Errorf("the winner is told %q", all[0].Text())
		case c.ID != winner.Case.Owner && (len(all) != 1 || !strings.HasPrefix(all[0].Text(), winner.Case.OwnerName+" l'a pris à ")):
			t.Errorf("%s is told %d things: %v", c.Name, len(all), all)
		}
	}
	if n := q.sees(101, "est avec vous"); n != 1 {
		t.Errorf("the person hears %d times that somebody is there", n)
	}
	if n := claimsOf(t, q); n != 1 {
		t.Errorf("%d claims are in the audit", n)
	}
	if after := q.sessions()[0]; after.Case.Owner != winner.Case.Owner || after.Life != bot.Live {
		t.Errorf("it is %s's, and %s", after.Case.Owner, after.Life)
	}
	threads := 0
	for _, c := range people {
		if _, is := q.thread(c.Slack, ""); is {
			threads++
		}
	}
	if threads != 1 {
		t.Errorf("%d people have the conversation in their direct messages", threads)
	}
	if failures := q.slack.Failures(""); len(failures) > 0 || q.slack.Unacked() > 0 {
		t.Errorf("%d people saw a failure, %d envelopes were not acknowledged in time", len(failures), q.slack.Unacked())
	}
}

// told is how many messages people alone were shown.
func told(q *quarter, people []hired) int {
	n := 0
	for _, c := range people {
		n += len(q.slack.Ephemerals(c.Slack))
	}
	return n
}

func claimsOf(t *testing.T, q *quarter) int {
	t.Helper()
	n := 0
	if err := q.houses[0].store.Audited(t.Context(), func(l bot.AuditLine) error {
		if l.Deed == bot.DeedClaimed {
			n++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

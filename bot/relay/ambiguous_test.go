package relay_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/relay"
)

// mortal is a store as a relay sees it that is killed: from one moment on nothing it writes arrives.
type mortal struct {
	relay.Logs
	dead func() bool
}

func (m mortal) Advance(ctx context.Context, id bot.ConversationID, leg string, from, to int64) error {
	if m.dead() {
		return fmt.Errorf("killed: %w", bot.ErrUnavailable)
	}
	return m.Logs.Advance(ctx, id, leg, from, to)
}

func (m mortal) Delay(ctx context.Context, id bot.ConversationID, leg string, wait time.Duration) error {
	if m.dead() {
		return fmt.Errorf("killed: %w", bot.ErrUnavailable)
	}
	return m.Logs.Delay(ctx, id, leg, wait)
}

// What a platform took without saying so, and what a relay sent before it was killed, is shown once
// where one can look and at least once elsewhere: never not at all, and never out of order.
func TestALostAnswer(t *testing.T) {
	for _, c := range []struct {
		name   string
		killed bool // between the send and the cursor
		looks  bool
		want   []string
		looked int
	}{
		{"lost, can look", false, true, []string{"one", "two", "three"}, 1},
		{"lost, cannot look", false, false, []string{"one", "two", "two", "three"}, 0},
		{"killed, can look", true, true, []string{"one", "two", "three"}, 1},
		{"killed, cannot look", true, false, []string{"one", "two", "two", "three"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			p := bottest.NewPlatform("telegram", w.clock)
			var channel bot.Channel = p
			if c.looks {
				channel = bottest.Searchable{Platform: p}
			}
			first := w.replica(channel)
			w.link("c", "telegram")
			w.say("c", text("one"))
			w.settle()
			if c.killed {
				first.Logs = mortal{w.store, func() bool { return len(p.Shown("c", "telegram")) > 1 }}
			} else {
				p.LoseAnswers(1)
			}
			w.say("c", text("two"), text("three"))
			w.settle()
			if c.killed {
				w.relays = nil
				w.replica(channel) // knows nothing of the first
			}
			w.pass(20*time.Second, time.Second)
			shown := p.Shown("c", "telegram")
			want(t, "shown", texts(shown), c.want...)
			if p.Looked() != c.looked {
				t.Errorf("looked %d times, want %d: only what is in doubt pays", p.Looked(), c.looked)
			}
			for i, d := range shown[1:] {
				if repeated := d.ID == shown[i].ID; repeated && !c.killed && !d.Ambiguous {
					t.Error("a repetition does not say that it may be one")
				}
			}
		})
	}
}

// A platform that can be asked but does not answer is not sent to on a guess.
func TestNothingIsSentWhileNobodyKnows(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("telegram", w.clock)
	w.replica(bottest.Searchable{Platform: p})
	w.link("c", "telegram")
	p.LoseAnswers(1)
	w.say("c", text("one"))
	w.settle()
	p.Down(true)
	w.pass(20*time.Second, time.Second)
	if p.Calls() != 1 || p.Looked() == 0 {
		t.Errorf("%d sends, %d looks, want 1 and some", p.Calls(), p.Looked())
	}
	p.Down(false)
	w.pass(2*time.Minute, time.Second)
	want(t, "shown", texts(p.Shown("c", "telegram")), "one")
	if p.Calls() != 1 {
		t.Errorf("%d sends", p.Calls())
	}
}

// An attempt that has certainly failed leaves nothing to look for.
func TestACertainFailureIsNotLookedFor(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("telegram", w.clock)
	w.replica(bottest.Searchable{Platform: p})
	w.link("c", "telegram")
	p.Down(true)
	w.say("c", text("one"))
	w.settle()
	p.Down(false)
	w.pass(10*time.Second, time.Second)
	want(t, "shown", texts(p.Shown("c", "telegram")), "one")
	if p.Looked() != 0 {
		t.Errorf("looked %d times", p.Looked())
	}
}

// A reminder that comes late says something false. An answer does not, and one about danger is sent
// however old it is, whatever stands on it.
func TestAStaleReminderIsDropped(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("telegram", w.clock)
	w.replica(p)
	w.link("c", "telegram")
	p.Down(true)
	soon := w.clock().Add(5 * time.Minute)
	w.say("c", text("the answer"),
		bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: "are you there?"}, Until: soon},
		bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: "15", Safety: true}, Until: soon},
		bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: "still good"}, Until: soon.Add(24 * time.Hour)})
	w.pass(30*time.Minute, 10*time.Second)
	p.Down(false)
	w.pass(6*time.Minute, 10*time.Second)
	want(t, "shown", texts(p.Shown("c", "telegram")), "the answer", "15", "still good")
	if n := w.counts.count("telegram expired"); n != 1 {
		t.Errorf("%d expired, want 1", n)
	}
	if at, err := w.store.Cursor(t.Context(), "c", "telegram"); err != nil || at != 5 {
		t.Errorf("cursor %d, %v, want 5", at, err)
	}
}

func TestAReminderInTimeIsSent(t *testing.T) {
	w := newWorld(t)
	p := bottest.NewPlatform("telegram", w.clock)
	w.replica(p)
	w.link("c", "telegram")
	w.say("c", bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: "are you there?"}, Until: w.clock()})
	w.settle()
	want(t, "shown", texts(p.Shown("c", "telegram")), "are you there?")
}

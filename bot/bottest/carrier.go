package bottest

import (
	"fmt"
	"testing"
	"time"

	"frontdesk/bot"
)

// A Carrier brings what conversations have said to the person to one channel, once each and in order, as a
// relay does where nothing goes wrong.
type Carrier struct {
	Door    *Door
	Channel bot.Channel
	carried map[bot.ConversationID]int
}

// Carry delivers what a conversation has said since the last time to a leg.
func (c *Carrier) Carry(t testing.TB, id bot.ConversationID, leg bot.Leg) {
	t.Helper()
	if c.carried == nil {
		c.carried = map[bot.ConversationID]int{}
	}
	for _, e := range c.Door.Log(id)[c.carried[id]:] {
		c.carried[id]++
		if e.Effect == nil || e.To != bot.ToCitizen {
			continue
		}
		d := bot.Delivery{ID: fmt.Sprintf("%s/%d/%s", id, e.Seq, leg.ID), Conversation: id, Leg: leg, Attempt: 1, Entry: e}
		if _, err := c.Channel.Deliver(t.Context(), d); err != nil {
			t.Fatalf("deliver %T: %v", e.Effect, err)
		}
	}
}

// Soon waits for something that is about to be so, and shows the log where it is not.
func Soon(t testing.TB, what string, log fmt.Stringer, is func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within five seconds; the log:\n%s", what, log)
		}
	}
}

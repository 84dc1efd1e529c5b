package relay_test

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/relay"
)

func TestTwoRelaysDeliverEachEntryAndInOrder(t *testing.T) {
	l, c := newLogs(push("a")), bottest.NewChannel("telegram")
	one, _ := carrying(l, c)
	two, _ := carrying(l, c)
	var wanted []string
	var both sync.WaitGroup
	for i := range 60 {
		text := fmt.Sprint("text ", i)
		wanted = append(wanted, text)
		if i%7 == 0 {
			c.Trouble("a", bottest.Slow(2*time.Millisecond))
		}
		l.say(text)
		both.Go(func() { one.Carry(conversation, "a") })
		both.Go(func() { two.Carry(conversation, "a") })
	}
	both.Wait()
	one.Wait()
	two.Wait()
	var first []string // of each entry, its first showing
	for _, text := range texts(c.Shown("a")) {
		if !slices.Contains(first, text) {
			first = append(first, text)
		}
	}
	want(t, "shown", first, wanted...)
	if got := l.cursor("a"); got != 60 {
		t.Errorf("cursor %d, want 60", got)
	}
}

// A message that is on its way is not due for other replicas: their sweeps would show it twice.
func TestAMessageOnItsWayIsNotDueElsewhere(t *testing.T) {
	store, err := redis.OpenEmbedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	commit(t, store, "one")
	c := bottest.NewChannel("telegram")
	c.Trouble("a", bottest.Slow(400*time.Millisecond))
	r := &relay.Relay{Logs: store, Limits: store, Watch: &tally{}, Channels: map[bot.ChannelName]bot.Channel{"telegram": c}, Log: slog.New(slog.DiscardHandler),
		Legs: func(context.Context, bot.ConversationID, string) (bot.Leg, error) { return push("a"), nil }}
	r.Carry(conversation, "a") // as the player does after its commit
	for range 4 {
		time.Sleep(75 * time.Millisecond)
		due, err := store.Sweep(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(due.Legs) > 0 {
			t.Fatalf("another replica is given %v while the message is on its way", due.Legs)
		}
	}
	r.Wait()
	want(t, "shown", texts(c.Shown("a")), "one")
}

// While a message is on its way, or waits at the platform's wish, what comes next is left to the leg's
// carrier, whichever process played the turn.
func TestALegHasOneCarrier(t *testing.T) {
	w := newWorld(t)
	c := bottest.NewChannel("telegram")
	one, other := w.replica(c), w.replica(c)
	w.link("c", "telegram")
	c.Trouble("telegram", bottest.Slow(300*time.Millisecond))
	w.said++ // the next turn is the first replica's
	w.say("c", text("one"))
	for len(c.Tried("telegram")) == 0 {
		time.Sleep(time.Millisecond)
	}
	w.say("c", text("two")) // played by the other
	w.say("c", text("three"))
	one.Wait()
	other.Wait()
	want(t, "shown", texts(c.Shown("telegram")), "one", "two", "three")
	c.Trouble("telegram", bottest.Waits(time.Minute))
	w.say("c", text("four"))
	one.Wait()
	for i := range 4 {
		w.say("c", text(fmt.Sprint("more ", i)))
		w.settle()
	}
	if n := len(c.Tried("telegram")); n != 4 {
		t.Errorf("%d attempts, want 4: the platform asked to wait", n)
	}
	w.pass(2*time.Minute, 5*time.Second)
	want(t, "after the wait", texts(c.Shown("telegram")), "one", "two", "three", "four", "more 0", "more 1", "more 2", "more 3")
}

// What has nothing left to deliver is not looked at again and again.
func TestNothingIsDueOnceAllIsDelivered(t *testing.T) {
	store, set, err := redis.OpenEmbeddedAt(t.Context(), time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	commit(t, store, "one", "two")
	c := bottest.NewChannel("telegram")
	r := &relay.Relay{Logs: store, Limits: store, Watch: &tally{}, Channels: map[bot.ChannelName]bot.Channel{"telegram": c}, Log: slog.New(slog.DiscardHandler),
		Legs: func(context.Context, bot.ConversationID, string) (bot.Leg, error) { return push("a"), nil }}
	if err := r.Deliver(t.Context(), conversation, "a"); err != nil {
		t.Fatal(err)
	}
	if err := r.Deliver(t.Context(), conversation, "a"); err != nil { // a late sweep's: nothing is left
		t.Fatal(err)
	}
	set(time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC))
	if due, err := store.Sweep(t.Context(), 0); err != nil || len(due.Legs) > 0 {
		t.Errorf("a day later %v is due, %v", due.Legs, err)
	}
	want(t, "shown", texts(c.Shown("a")), "one", "two")
}

// commit has the bot say something in a conversation with one push leg.
func commit(t *testing.T, store *redis.Store, say ...string) {
	t.Helper()
	a, err := store.Accept(t.Context(), bot.Input{ID: fmt.Sprint(say), Conversation: conversation, Leg: push("a"), Event: bot.Arrived{}})
	if err != nil {
		t.Fatal(err)
	}
	turn := bot.Turn{Input: *a.Head.Next, After: a.Head.Session}
	for _, text := range say {
		turn.Effects = append(turn.Effects, bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: text}})
	}
	turn.After.Life, turn.After.Legs, turn.After.Updated = bot.Talking, []bot.Leg{push("a")}, turn.Input.At
	turn.After.Version++
	turn.After.Entries += 1 + int64(len(say))
	if _, err := store.Commit(t.Context(), a.Head, turn); err != nil {
		t.Fatal(err)
	}
}

func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	l, c := newLogs(push("a"), push("b")), bottest.NewChannel("telegram")
	r, _ := carrying(l, c)
	l.say("one", "two")
	c.Trouble("a", bottest.Panics, bottest.Stumbles)
	for range 20 {
		r.Carry(conversation, "a")
		r.Carry(conversation, "b")
	}
	r.Wait()
	for range 50 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}

package relay_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/relay"
)

// A world is a store whose clock a test moves, conversations with push legs in it, and replicas that
// sweep and carry.
type world struct {
	t      *testing.T
	store  *redis.Store
	set    func(time.Time)
	mu     sync.Mutex
	now    time.Time
	legs   map[bot.ConversationID][]bot.Leg
	relays []*relay.Relay
	counts *tally
	log    *bottest.Log
	said   int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC), legs: map[bot.ConversationID][]bot.Leg{}, counts: &tally{}, log: &bottest.Log{}}
	store, set, err := redis.OpenEmbeddedAt(t.Context(), w.now)
	if err != nil {
		t.Fatal(err)
	}
	w.store, w.set = store, set
	t.Cleanup(func() {
		for _, r := range w.relays {
			r.Wait()
		}
		store.Close()
	})
	return w
}

// replica adds a relay that knows nothing of the others.
func (w *world) replica(channels ...bot.Channel) *relay.Relay {
	r := &relay.Relay{Logs: w.store, Limits: w.store, Letters: w.store, Watch: w.counts, Channels: map[bot.ChannelName]bot.Channel{},
		Take: func(context.Context, bot.Input) error { return nil }, Legs: w.leg, Log: slog.New(slog.NewTextHandler(w.log, nil))}
	for _, c := range channels {
		r.Channels[c.Name()] = c
	}
	w.relays = append(w.relays, r)
	return r
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) leg(_ context.Context, id bot.ConversationID, leg string) (bot.Leg, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.legs[id] {
		if l.ID == leg {
			return l, nil
		}
	}
	return bot.Leg{}, bot.ErrNotFound
}

func (w *world) link(id bot.ConversationID, channel bot.ChannelName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.legs[id] = append(w.legs[id], bot.Leg{ID: string(channel), Channel: channel, Peer: bot.Address("peer of " + id), For: bot.ToCitizen, Push: true})
}

// say commits a turn that says texts, and has the first replica carry it, as a player does.
func (w *world) say(id bot.ConversationID, effects ...bot.Addressed) {
	w.t.Helper()
	w.said++
	a, err := w.store.Accept(w.t.Context(), bot.Input{ID: fmt.Sprint("in", w.said), Conversation: id, Event: bot.Arrived{}})
	if err != nil {
		w.t.Fatal(err)
	}
	turn := bot.Turn{Input: *a.Head.Next, After: a.Head.Session, Effects: effects}
	w.mu.Lock()
	turn.After.Legs = w.legs[id]
	w.mu.Unlock()
	turn.After.Life, turn.After.Updated = bot.Talking, turn.Input.At
	turn.After.Version++
	turn.After.Entries += 1 + int64(len(effects))
	if _, err := w.store.Commit(w.t.Context(), a.Head, turn); err != nil {
		w.t.Fatal(err)
	}
	for _, l := range turn.After.Legs {
		w.relays[w.said%len(w.relays)].Carry(id, l.ID)
	}
}

func text(s string) bot.Addressed {
	return bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: s}}
}

// pass lets time go by, a tick at a time; at each, the replicas take turns to sweep.
func (w *world) pass(d, tick time.Duration) {
	w.t.Helper()
	for range d / tick {
		w.settle()
		w.mu.Lock()
		w.now = w.now.Add(tick)
		w.set(w.now)
		w.mu.Unlock()
		for _, r := range w.relays {
			for shard := range w.store.Shards() {
				due, err := w.store.Sweep(w.t.Context(), shard)
				if err != nil {
					w.t.Fatal(err)
				}
				for _, l := range due.Legs {
					r.CarryDue(l.Conversation, l.Leg)
				}
			}
		}
	}
	w.settle()
}

func (w *world) settle() {
	for _, r := range w.relays {
		r.Wait()
	}
}

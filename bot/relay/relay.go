// Package relay carries committed effects out to push legs, in order, with retries. It decides
// nothing and never reaches a conversation's session.
package relay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"frontdesk/bot"
)

// Logs is what a relay needs of the store.
type Logs interface {
	Log(ctx context.Context, id bot.ConversationID, seq int64, max int) ([]bot.Entry, error)
	Cursor(ctx context.Context, id bot.ConversationID, leg string) (int64, error)
	Advance(ctx context.Context, id bot.ConversationID, leg string, from, to int64) error
	Delay(ctx context.Context, id bot.ConversationID, leg string, wait time.Duration) error
	Bury(ctx context.Context, id bot.ConversationID, leg string, from, to int64, why string) error
}

// A Relay delivers to the legs of conversations. Legs never wait for each other: each is carried by
// one goroutine at a time, and its cursor keeps the order.
type Relay struct {
	Logs     Logs
	Legs     func(ctx context.Context, id bot.ConversationID, leg string) (bot.Leg, error)
	Channels map[bot.ChannelName]bot.Channel
	Take     func(ctx context.Context, in bot.Input) error // tells the conversation what could not be delivered
	Log      *slog.Logger

	mu       sync.Mutex
	carrying map[string]bool // by conversation and leg; true: look again when done
	attempts map[string]int
	work     sync.WaitGroup
}

const (
	deliverFor = 10 * time.Second // one attempt
	firstWait  = time.Second
	longWait   = 5 * time.Minute
	maxTries   = 12 // about half an hour of waits; then a human must look
)

// Carry delivers what a leg has not yet had, in the background.
func (r *Relay) Carry(id bot.ConversationID, leg string) {
	key := string(id) + "/" + leg
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.carrying == nil {
		r.carrying, r.attempts = map[string]bool{}, map[string]int{}
	}
	if _, busy := r.carrying[key]; busy {
		r.carrying[key] = true
		return
	}
	r.carrying[key] = false
	r.work.Go(func() { r.carry(id, leg, key) })
}

// Wait returns when everything under way is delivered or put off.
func (r *Relay) Wait() { r.work.Wait() }

func (r *Relay) carry(id bot.ConversationID, leg, key string) {
	for {
		if err := r.Deliver(context.Background(), id, leg); err != nil {
			r.Log.Warn("delivery put off", "leg", leg, "error", err)
		}
		r.mu.Lock()
		again := r.carrying[key]
		if !again {
			delete(r.carrying, key)
			r.mu.Unlock()
			return
		}
		r.carrying[key] = false
		r.mu.Unlock()
	}
}

// Deliver carries a leg's entries in order until the last, or until one must wait.
func (r *Relay) Deliver(ctx context.Context, id bot.ConversationID, legID string) error {
	leg, err := r.Legs(ctx, id, legID)
	if err != nil {
		return fmt.Errorf("leg %s: %w", legID, err)
	}
	channel, ok := r.Channels[leg.Channel]
	if !ok {
		return fmt.Errorf("leg %s: no channel %q runs here", legID, leg.Channel)
	}
	for {
		at, err := r.Logs.Cursor(ctx, id, legID)
		if err != nil {
			return fmt.Errorf("cursor: %w", err)
		}
		entries, err := r.Logs.Log(ctx, id, at, 50)
		if err != nil {
			return fmt.Errorf("log: %w", err)
		}
		if len(entries) == 0 {
			return nil
		}
		for _, e := range entries {
			if e.To == leg.For && e.Effect != nil && !leg.Left {
				if err := r.attempt(ctx, channel, id, leg, e, at); err != nil {
					return err
				}
			}
			if err := r.Logs.Advance(ctx, id, legID, at, e.Seq); err != nil {
				return ignoreMoved(err) // another replica carries this leg
			}
			at = e.Seq
		}
	}
}

// attempt makes one try. It returns nil when the cursor may pass the entry.
func (r *Relay) attempt(ctx context.Context, c bot.Channel, id bot.ConversationID, leg bot.Leg, e bot.Entry, at int64) error {
	d := bot.Delivery{ID: fmt.Sprintf("%s/%d/%s", id, e.Seq, leg.ID), Conversation: id, Leg: leg, Entry: e, Attempt: r.try(id, leg.ID)}
	ctx, cancel := context.WithTimeout(ctx, deliverFor)
	defer cancel()
	_, err := c.Deliver(ctx, d)
	switch {
	case err == nil:
		r.done(id, leg.ID)
		return nil
	case errors.Is(err, bot.ErrUndeliverable), d.Attempt >= maxTries:
		r.done(id, leg.ID)
		return r.bury(ctx, id, leg, e, at, err)
	}
	wait := backoff(d.Attempt)
	if told, ok := errors.AsType[bot.RetryAfter](err); ok {
		wait = told.Wait
	}
	if err := r.Logs.Delay(ctx, id, leg.ID, wait); err != nil {
		return fmt.Errorf("delay: %w", err)
	}
	return fmt.Errorf("try %d: %w", d.Attempt, err)
}

// bury puts an entry among the dead letters, and lets the conversation know: it may find another way.
func (r *Relay) bury(ctx context.Context, id bot.ConversationID, leg bot.Leg, e bot.Entry, at int64, why error) error {
	if err := r.Logs.Bury(ctx, id, leg.ID, at, e.Seq, fmt.Sprintf("%T", why)); err != nil {
		return fmt.Errorf("bury: %w", err)
	}
	in := bot.Input{ID: fmt.Sprintf("undelivered:%d:%s", e.Seq, leg.ID), Conversation: id, Event: bot.Undelivered{Leg: leg.ID, Reason: "undeliverable"}}
	if err := r.Take(ctx, in); err != nil {
		return fmt.Errorf("tell the conversation: %w", err)
	}
	return errBuried
}

// errBuried stops the round after a burial: the cursor has moved.
var errBuried = errors.New("undeliverable; moved to the dead letters")

func (r *Relay) try(id bot.ConversationID, leg string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.attempts == nil {
		r.attempts = map[string]int{}
	}
	key := string(id) + "/" + leg
	r.attempts[key]++
	return r.attempts[key]
}

func (r *Relay) done(id bot.ConversationID, leg string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.attempts, string(id)+"/"+leg)
}

// backoff doubles from a second to five minutes, with full jitter.
func backoff(attempt int) time.Duration {
	wait := min(firstWait<<min(attempt-1, 20), longWait)
	return wait/2 + time.Duration(rand.Int64N(int64(wait)/2+1))
}

func ignoreMoved(err error) error {
	if errors.Is(err, bot.ErrMoved) {
		return nil
	}
	return fmt.Errorf("advance: %w", err)
}

// Package relay carries committed effects out to push legs, in order, with retries. It decides
// nothing and never reaches a conversation's session.
package relay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
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
	tries    map[string]tries
	work     sync.WaitGroup
}

// tries are the attempts at one entry of a leg that have failed in this process.
type tries struct {
	seq    int64
	n      int
	before time.Time // nothing is tried before: a platform said so, or the last attempt was just now
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
		r.carrying = map[string]bool{}
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
		if !r.early(key) {
			if err := r.Deliver(context.Background(), id, leg); err != nil {
				r.Log.Warn("delivery put off", "leg", leg, "error", err)
			}
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

// early says whether a leg's wait is not over. Something new for it is no reason to try before; the
// sweep comes back when it is time.
func (r *Relay) early(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Now().Before(r.tries[key].before)
}

// Deliver carries a leg's entries in order until the last, or until one must wait.
func (r *Relay) Deliver(ctx context.Context, id bot.ConversationID, leg string) error {
	for {
		if more, err := r.page(ctx, id, leg); err != nil || !more {
			return err
		}
	}
}

// page carries some entries, to the leg as it is now. more is false when none is left, or another
// replica carries this leg.
func (r *Relay) page(ctx context.Context, id bot.ConversationID, legID string) (more bool, err error) {
	leg, err := r.Legs(ctx, id, legID)
	if err != nil {
		return false, fmt.Errorf("leg %s: %w", legID, err)
	}
	channel, ok := r.Channels[leg.Channel]
	if !ok {
		return false, fmt.Errorf("leg %s: no channel %q runs here", legID, leg.Channel)
	}
	at, err := r.Logs.Cursor(ctx, id, legID)
	if err != nil {
		return false, fmt.Errorf("cursor: %w", err)
	}
	entries, err := r.Logs.Log(ctx, id, at, 50)
	if err != nil {
		return false, fmt.Errorf("log: %w", err)
	}
	for _, e := range entries {
		if e.To == leg.For && e.Effect != nil && leg.Gets(e.Seq) {
			buried, err := r.attempt(ctx, channel, id, leg, e, at)
			if err != nil {
				return false, ignoreMoved(err)
			}
			if buried { // the cursor has moved, and the conversation may have cut the leg
				return true, nil
			}
		}
		if err := r.Logs.Advance(ctx, id, legID, at, e.Seq); err != nil {
			return false, ignoreMoved(fmt.Errorf("advance: %w", err))
		}
		at = e.Seq
	}
	return len(entries) > 0, nil
}

// attempt makes one try. Without an error the entry is delivered, or buried and the cursor past it.
func (r *Relay) attempt(ctx context.Context, c bot.Channel, id bot.ConversationID, leg bot.Leg, e bot.Entry, at int64) (buried bool, err error) {
	key := string(id) + "/" + leg.ID
	d := bot.Delivery{ID: fmt.Sprintf("%s/%d/%s", id, e.Seq, leg.ID), Conversation: id, Leg: leg, Entry: e, Attempt: r.try(key, e.Seq)}
	err = r.deliver(ctx, c, d)
	told, asked := errors.AsType[bot.RetryAfter](err)
	switch {
	case err == nil:
		r.done(key)
		return false, nil
	case errors.Is(err, bot.ErrUndeliverable):
		return true, r.bury(ctx, &d, at, "undeliverable", err)
	case d.Attempt >= maxTries && !asked: // a platform that asks to wait is there
		return true, r.bury(ctx, &d, at, "tried too often", err)
	}
	wait := backoff(d.Attempt)
	if asked && told.Wait > 0 {
		wait = told.Wait
	}
	r.wait(key, wait)
	if err := r.Logs.Delay(ctx, id, leg.ID, wait); err != nil {
		return false, fmt.Errorf("delay: %w", err)
	}
	return false, fmt.Errorf("try %d: %w", d.Attempt, err)
}

// deliver bounds one attempt in time, and keeps a panic of a channel from ending the process and
// every other conversation with it: the message may have gone. What a panic says may be somebody's
// words, so the log has its type and place only.
func (r *Relay) deliver(ctx context.Context, c bot.Channel, d bot.Delivery) (err error) {
	ctx, cancel := context.WithTimeout(ctx, deliverFor)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil {
			r.Log.Error("a channel's panic", "channel", d.Leg.Channel, "effect", fmt.Sprintf("%T", d.Entry.Effect), "panic", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic of type %T: %w", cause, bot.ErrAmbiguous)
		}
	}()
	_, err = c.Deliver(ctx, d)
	return err
}

// bury lets the conversation know, which may find another way, and then puts the entry among the
// dead letters. In this order: what is buried is never untold, and told twice it is one input.
func (r *Relay) bury(ctx context.Context, d *bot.Delivery, at int64, why string, cause error) error {
	in := bot.Input{ID: fmt.Sprintf("undelivered:%d:%s", d.Entry.Seq, d.Leg.ID), Conversation: d.Conversation,
		Event: bot.Undelivered{Leg: d.Leg.ID, Reason: "undeliverable"}}
	if err := r.Take(ctx, in); err != nil {
		return fmt.Errorf("tell the conversation: %w", err)
	}
	if err := r.Logs.Bury(ctx, d.Conversation, d.Leg.ID, at, d.Entry.Seq, why); err != nil {
		return fmt.Errorf("bury: %w", err)
	}
	r.done(string(d.Conversation) + "/" + d.Leg.ID)
	r.Log.Warn("moved to the dead letters", "leg", d.Leg.ID, "why", why, "try", d.Attempt, "error", cause)
	return nil
}

// try counts an attempt at an entry. Those at another, which another replica may have delivered
// since, do not count.
func (r *Relay) try(key string, seq int64) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tries == nil {
		r.tries = map[string]tries{}
	}
	t := r.tries[key]
	if t.seq != seq {
		t = tries{seq: seq}
	}
	t.n++
	r.tries[key] = t
	return t.n
}

func (r *Relay) wait(key string, wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tries[key]
	t.before = time.Now().Add(wait - time.Millisecond) // the store counts whole milliseconds
	r.tries[key] = t
}

func (r *Relay) done(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.tries, key)
}

// backoff doubles from a second to five minutes, with full jitter.
func backoff(attempt int) time.Duration {
	wait := min(firstWait<<min(attempt-1, 20), longWait)
	return wait/2 + time.Duration(rand.Int64N(int64(wait)/2+1))
}

// ignoreMoved: another replica carries this leg.
func ignoreMoved(err error) error {
	if errors.Is(err, bot.ErrMoved) {
		return nil
	}
	return err
}

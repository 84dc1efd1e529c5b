// Package relay carries committed effects out to push legs, in order, with retries. It decides
// nothing and never reaches a conversation's session.
package relay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"frontdesk/bot"
)

// Logs is what a relay needs of the store.
type Logs interface {
	Log(ctx context.Context, id bot.ConversationID, seq int64, max int) ([]bot.Entry, error)
	Cursor(ctx context.Context, id bot.ConversationID, leg string) (int64, error)
	Claim(ctx context.Context, id bot.ConversationID, leg string) (bool, error)
	Sending(ctx context.Context, id bot.ConversationID, leg string, at, seq int64) (bool, error)
	NotSent(ctx context.Context, id bot.ConversationID, leg string) error
	Advance(ctx context.Context, id bot.ConversationID, leg string, from, to int64) error
	Delay(ctx context.Context, id bot.ConversationID, leg string, wait time.Duration) error
	Rest(ctx context.Context, id bot.ConversationID, leg string) error
	Bury(ctx context.Context, id bot.ConversationID, leg string, from, to int64, why string) error
	Now(ctx context.Context) (time.Time, error)
}

// Limits are the buckets and breakers that all replicas share.
type Limits interface {
	bot.Limiter
	bot.Breaker
	bot.Turnstile
}

// Letters are the dead letters, and what keeps two people from sending one at the same time.
type Letters interface {
	bot.DeadLetters
	bot.Lease
}

// A Watcher counts what becomes of deliveries: delivered, found, failed, ambiguous, put_off, expired,
// buried, resent. It never sees words.
type Watcher interface {
	Outbound(channel bot.ChannelName, result string)
}

// A Relay delivers to the legs of conversations. Legs never wait for each other: each is leased to
// one process and carried by one goroutine of it at a time, and its cursor keeps the order.
type Relay struct {
	Logs     Logs
	Limits   Limits
	Legs     func(ctx context.Context, id bot.ConversationID, leg string) (bot.Leg, error)
	Channels map[bot.ChannelName]bot.Channel
	Take     func(ctx context.Context, in bot.Input) error // tells the conversation what could not be delivered
	Letters  Letters
	Watch    Watcher
	Log      *slog.Logger

	mu       sync.Mutex
	carrying map[string]again // by conversation and leg
	tries    map[string]tries
	lines    map[string]*line // by channel and account
	work     sync.WaitGroup
}

// again is what is to be done with a leg when whoever carries it is done.
type again int

const (
	nothing again = iota
	look          // something has come since
	ours          // a sweep has leased it to this process since: nobody else will look for as long as that lasts
)

// mostCarried bounds the legs that one process carries at once. The others stay due: the sweep, of
// any replica, comes back to them.
const mostCarried = 1024

// Carry delivers what a leg has not yet had, in the background, unless somebody has the leg already
// or its next attempt is put off.
func (r *Relay) Carry(id bot.ConversationID, leg string) { r.begin(id, leg, false) }

// CarryDue delivers to a leg that a sweep has leased to this process.
func (r *Relay) CarryDue(id bot.ConversationID, leg string) { r.begin(id, leg, true) }

// Wait returns when everything under way is delivered or put off.
func (r *Relay) Wait() { r.work.Wait() }

// Carrying is how many legs this process carries now.
func (r *Relay) Carrying() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.carrying)
}

func (r *Relay) begin(id bot.ConversationID, leg string, leased bool) {
	key, wanted := string(id)+"/"+leg, look
	if leased {
		wanted = ours
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.carrying == nil {
		r.carrying = map[string]again{}
	}
	if before, busy := r.carrying[key]; busy {
		r.carrying[key] = max(before, wanted)
		return
	}
	if len(r.carrying) >= mostCarried {
		return
	}
	r.carrying[key] = nothing
	r.work.Go(func() { r.carry(id, leg, key, leased) })
}

func (r *Relay) carry(id bot.ConversationID, leg, key string, leased bool) {
	for {
		if err := r.turn(context.Background(), id, leg, leased); err != nil {
			r.Log.Warn("delivery put off", "leg", leg, "error", err)
		}
		r.mu.Lock()
		next := r.carrying[key]
		if next == nothing {
			delete(r.carrying, key)
			r.mu.Unlock()
			return
		}
		r.carrying[key], leased = nothing, next == ours
		r.mu.Unlock()
	}
}

// turn carries a leg if it is leased to us, or can be. A safety answer waits for nobody's lease and
// no pause: it may then be shown twice.
func (r *Relay) turn(ctx context.Context, id bot.ConversationID, leg string, leased bool) (err error) {
	defer r.guard(leg, &err)
	if !leased {
		ours, err := r.Logs.Claim(ctx, id, leg)
		if err != nil {
			return fmt.Errorf("claim: %w", err)
		}
		if !ours {
			if urgent, err := r.urgent(ctx, id, leg); err != nil || !urgent {
				return err
			}
		}
	}
	return r.Deliver(ctx, id, leg)
}

// guard keeps a panic of what is plugged in from ending the process and every other conversation with
// it. The leg stays due.
func (r *Relay) guard(leg string, err *error) {
	if cause := recover(); cause != nil {
		r.Log.Error("a panic while a leg was carried", "leg", leg, "panic", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
		*err = fmt.Errorf("panic of type %T", cause)
	}
}

// urgent says whether a safety answer is among what a leg has not yet had.
func (r *Relay) urgent(ctx context.Context, id bot.ConversationID, legID string) (bool, error) {
	leg, _, err := r.find(ctx, id, legID)
	if err != nil {
		return false, err
	}
	at, err := r.Logs.Cursor(ctx, id, legID)
	if err != nil {
		return false, fmt.Errorf("cursor: %w", err)
	}
	entries, err := r.Logs.Log(ctx, id, at, pageSize)
	if err != nil {
		return false, fmt.Errorf("log: %w", err)
	}
	return holdsSafety(entries, leg.For), nil
}

// holdsSafety says whether a danger is among entries: for the person, or whoever has the case, it waits for
// nothing of ours. A desk reads of it on the card, which keeps to the line of its room.
func holdsSafety(entries []bot.Entry, to bot.Audience) bool {
	for _, e := range entries {
		if say, is := e.Effect.(bot.Say); is && say.Safety && (e.To == to || to == bot.ToOwner) {
			return true
		}
	}
	return false
}

// unreached says whether a leg was cut because something could not be delivered there; one that the
// person left, or had erased, has a last entry.
func unreached(l bot.Leg) bool { return l.For == bot.ToCitizen && l.Left && l.Last == 0 }

// said says whether an effect tells somebody something.
func said(e bot.Effect) bool {
	switch e.(type) {
	case bot.Say, bot.Speak:
		return true
	}
	return false
}

// pageSize is how many entries are read at once.
const pageSize = 50

// Deliver carries a leg's entries in order until the last, or until one must wait.
func (r *Relay) Deliver(ctx context.Context, id bot.ConversationID, leg string) error {
	for {
		if more, err := r.page(ctx, id, leg); err != nil || !more {
			return err
		}
	}
}

// page carries some entries, to the leg as it is now. more is false when none is left, when the next
// must wait, or when another replica carries this leg.
func (r *Relay) page(ctx context.Context, id bot.ConversationID, legID string) (more bool, err error) {
	leg, channel, err := r.find(ctx, id, legID)
	if err != nil {
		return false, err
	}
	at, err := r.Logs.Cursor(ctx, id, legID)
	if err != nil {
		return false, fmt.Errorf("cursor: %w", err)
	}
	entries, err := r.Logs.Log(ctx, id, at, pageSize)
	if err != nil {
		return false, fmt.Errorf("log: %w", err)
	}
	urgent := holdsSafety(entries, leg.For)
	for i, e := range entries {
		next := passed
		switch {
		case e.To != leg.For || e.Effect == nil, superseded(e, entries[i+1:]):
		case leg.Gets(e.Seq), unreached(leg) && holdsSafety([]bot.Entry{e}, leg.For): // the platform may have refused one message only
			next, err = r.attempt(ctx, &errand{conversation: id, leg: leg, channel: channel, entry: e, at: at, urgent: urgent})
		case unreached(leg) && said(e.Effect): // it stood behind one that could not be delivered: it is not lost in silence
			if err := r.Logs.Bury(ctx, id, legID, at, e.Seq, undeliverable); err != nil {
				return false, ignoreMoved(fmt.Errorf("bury: %w", err))
			}
			r.Watch.Outbound(leg.Channel, "buried")
			at = e.Seq
			continue
		}
		switch {
		case err != nil || next == putOff:
			return false, ignoreMoved(err)
		case next == buried: // the cursor has moved, and the conversation may have cut the leg
			return true, nil
		}
		if err := r.Logs.Advance(ctx, id, legID, at, e.Seq); err != nil {
			return false, ignoreMoved(fmt.Errorf("advance: %w", err))
		}
		at = e.Seq
	}
	return len(entries) > 0, nil
}

// superseded says whether an entry shows a card as it was before a later one does: desks want the last.
func superseded(e bot.Entry, later []bot.Entry) bool {
	if _, is := e.Effect.(bot.Post); !is {
		return false
	}
	return slices.ContainsFunc(later, func(l bot.Entry) bool {
		_, is := l.Effect.(bot.Post)
		return is && l.To == e.To
	})
}

// elsewhere is how long a leg is left to processes that run its channel.
const elsewhere = time.Minute

// find looks up the leg and its channel. A leg that is not there any more is not looked for again;
// one whose channel runs elsewhere only is left to who runs it.
func (r *Relay) find(ctx context.Context, id bot.ConversationID, legID string) (bot.Leg, bot.Channel, error) {
	leg, err := r.Legs(ctx, id, legID)
	if errors.Is(err, bot.ErrNotFound) {
		err = errors.Join(err, r.Logs.Rest(ctx, id, legID))
	}
	if err != nil {
		return bot.Leg{}, nil, fmt.Errorf("leg %s: %w", legID, err)
	}
	channel, ok := r.Channels[leg.Channel]
	if !ok {
		err := r.Logs.Delay(ctx, id, legID, elsewhere)
		return bot.Leg{}, nil, errors.Join(fmt.Errorf("leg %s: no channel %q runs here", legID, leg.Channel), err)
	}
	return leg, channel, nil
}

// ignoreMoved: another replica carries this leg.
func ignoreMoved(err error) error {
	if errors.Is(err, bot.ErrMoved) {
		return nil
	}
	return err
}

package turn

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"frontdesk/bot"
)

const (
	sweepEvery = 75 * time.Millisecond // a quarter of the grace: what is due is found that late at most
	sweepers   = 16                    // conversations played at once by one sweep
)

// Sweep plays what is due until ctx ends: inputs that a dead process left, timers that ran out,
// deliveries that nobody made. Any number of replicas may sweep. A timer that this process has set is
// found when it rings; the others, at the next sweep.
func (p *Player) Sweep(ctx context.Context) {
	var work sync.WaitGroup
	defer work.Wait()
	room := make(chan struct{}, sweepers)
	for {
		pause := sweepEvery - time.Duration(rand.Int64N(int64(sweepEvery/4)))
		select {
		case <-ctx.Done():
			return
		case <-time.After(p.alarm.within(pause, time.Now())):
		}
		for shard := range p.Store.Shards() {
			for _, id := range p.due(ctx, shard) {
				room <- struct{}{}
				work.Go(func() {
					defer func() { <-room }()
					p.resume(ctx, id)
				})
			}
		}
	}
}

// SweepOnce plays what is due now and returns when it is done; tests with a clock of their own do.
func (p *Player) SweepOnce(ctx context.Context) {
	for shard := range p.Store.Shards() {
		for _, id := range p.due(ctx, shard) {
			p.resume(ctx, id)
		}
	}
}

func (p *Player) due(ctx context.Context, shard int) []bot.ConversationID {
	due, err := p.Store.Sweep(ctx, shard)
	if err != nil {
		if ctx.Err() == nil {
			p.sweeping.failed(p.Log, "sweeps fail; they go on trying", err)
		}
		return nil
	}
	p.sweeping.worked(p.Log, "sweeps work again")
	if p.CarryDue != nil {
		for _, l := range due.Legs {
			p.CarryDue(l.Conversation, l.Leg)
		}
	}
	return due.Conversations
}

// resume goes on with a conversation where it stands.
func (p *Player) resume(ctx context.Context, id bot.ConversationID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), playFor)
	defer cancel()
	if !p.resuming.begin(id) {
		return
	}
	defer p.resuming.end(id)
	h, err := p.Store.Head(ctx, id)
	if err != nil {
		p.leave(ctx, id, err)
		return
	}
	if h.Next == nil {
		return
	}
	if p.resuming.owes(id) && !p.survived(ctx, id) {
		return
	}
	if ok, err := p.attempt(ctx, &h); !ok {
		if err != nil {
			p.resuming.owe(id, true) // its answer may be all that was lost
			p.Log.Warn("conversation not picked up; it will be tried again", "conversation", short(id), "input", h.Next.Mark(), "error", err)
		}
		return
	}
	if decided := p.play(ctx, id, h, time.Time{}); !decided {
		return // counts: an input that nothing can decide is as bad as one that kills
	}
	p.survived(ctx, id)
}

// survived has the attempts forgotten; what fails is done before the next one is counted.
func (p *Player) survived(ctx context.Context, id bot.ConversationID) bool {
	err := p.Store.Survived(ctx, id)
	if err != nil {
		p.Log.Warn("attempts not forgotten yet", "conversation", short(id), "error", err)
	}
	p.resuming.owe(id, err != nil)
	return err == nil
}

// leave lets others have a conversation that this process cannot read: a newer version at once, and
// nobody too often when it is damaged.
func (p *Player) leave(ctx context.Context, id bot.ConversationID, cause error) {
	wait := unreadable
	switch {
	case errors.Is(cause, bot.ErrUnavailable):
		p.Log.Warn("conversation not loaded; it will be tried again", "conversation", short(id), "error", cause)
		return
	case errors.Is(cause, bot.ErrNewer):
		wait = 0
	default:
		p.Log.Error("session cannot be read: its inputs wait", "conversation", short(id), "error", cause)
	}
	if err := p.Store.Postpone(ctx, id, wait); err != nil {
		p.Log.Warn("conversation not left to others", "conversation", short(id), "error", err)
	}
}

package turn

import (
	"context"
	"fmt"
	"time"

	"frontdesk/bot"
)

const (
	awaitFor  = 2500 * time.Millisecond // platforms give up at 3 s
	lookAgain = 15 * time.Second        // in case a wake-up hint was lost: thousands follow at once
	pageSize  = 200                     // entries read at once
)

// Await follows the log to the entries that an input caused; none when they did not come in time.
func (p *Player) Await(ctx context.Context, id bot.ConversationID, input string) ([]bot.Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, awaitFor)
	defer cancel()
	h, err := p.Store.Head(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("await: %w", err)
	}
	seq := max(0, h.Session.Entries-pageSize)
	for {
		entries, err := p.Follow(ctx, id, seq)
		if err != nil || len(entries) == 0 {
			return nil, err
		}
		var caused []bot.Entry
		for _, e := range entries {
			if e.Cause == input {
				caused = append(caused, e)
			}
		}
		if len(caused) > 0 {
			return caused, nil
		}
		seq = entries[len(entries)-1].Seq
	}
}

// Follow returns the entries after seq. It waits for the first until ctx ends, and then returns none.
func (p *Player) Follow(ctx context.Context, id bot.ConversationID, seq int64) ([]bot.Entry, error) {
	grown, stop := p.Store.Watch(id) // before the first look, so that nothing falls in between
	defer stop()
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		entries, err := p.look(ctx, id, seq)
		switch {
		case ctx.Err() != nil:
			return nil, nil
		case err != nil:
			return nil, fmt.Errorf("follow: %w", err)
		case len(entries) > 0:
			return entries, nil
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-grown:
		case <-tick.C:
		}
	}
}

// look reads the log on a stack of its own: a follower waits for minutes, and its own stays small.
func (p *Player) look(ctx context.Context, id bot.ConversationID, seq int64) (entries []bot.Entry, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if cause := recover(); cause != nil {
				err = fmt.Errorf("panic of type %T", cause)
			}
		}()
		entries, err = p.Store.Log(ctx, id, seq, pageSize)
	}()
	<-done
	return entries, err
}

package turn

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"frontdesk/bot"
)

// An input that ends the process that plays it would end every other one in turn. Take plays it first;
// each sweep that tries again is counted, and forgotten when it comes back alive.
const (
	mostAttempts = 4                       // with the first, five processes
	parkAfter    = mostAttempts + 4        // not even saying that a human will read it works
	unreadable   = time.Minute             // between two looks at a session that cannot be opened
	deadPoison   = "poison"                // why, in the dead letters
	deadDamaged  = "damaged"               // why: it cannot be opened
	deadParked   = "poison, person untold" // why: nothing could be said
)

// resuming are the conversations that this process is picking up: one that takes long is not tried
// again beside itself.
type resuming struct {
	mu   sync.Mutex
	ids  map[bot.ConversationID]bool
	owed map[bot.ConversationID]bool // counted perhaps, and not forgotten: the store could not be had
}

// owe notes whether this process, which lives, has still to say so of a conversation.
func (r *resuming) owe(id bot.ConversationID, owed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !owed {
		delete(r.owed, id)
		return
	}
	if r.owed == nil {
		r.owed = map[bot.ConversationID]bool{}
	}
	r.owed[id] = true
}

func (r *resuming) owes(id bot.ConversationID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.owed[id]
}

func (r *resuming) begin(id bot.ConversationID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ids[id] {
		return false
	}
	if r.ids == nil {
		r.ids = map[bot.ConversationID]bool{}
	}
	r.ids[id] = true
	return true
}

func (r *resuming) end(id bot.ConversationID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.ids, id)
}

// attempt counts a try at the next input. After too many it stands aside for a notice that a human
// will read it, and after more it is parked: ok is false.
func (p *Player) attempt(ctx context.Context, h *bot.Head) (ok bool, err error) {
	n, err := p.Store.Attempt(ctx, *h)
	if err != nil {
		return false, fmt.Errorf("count the attempt: %w", err)
	}
	switch {
	case n > parkAfter:
		p.Log.Error("input parked: it ends every process that plays it", "conversation", short(h.Session.ID), "input", h.Next.Mark(), "event", bot.Name(h.Next.Event))
		if err := p.Store.Park(ctx, *h, deadParked); err != nil && !errors.Is(err, bot.ErrGone) {
			return false, err
		}
		return false, nil
	case n > mostAttempts:
		p.Log.Error("input moved to the dead letters: it ends every process that plays it", "conversation", short(h.Session.ID), "input", h.Next.Mark(), "event", bot.Name(h.Next.Event))
		in := *h.Next
		in.Event = unplayed(in.Event)
		h.Next = &in
	}
	return true, nil
}

// unplayed is what is said of an event that cannot be played: its words, for a human.
func unplayed(e bot.Event) bot.Event {
	notice := bot.Unplayed{Kind: bot.Name(e), By: bot.By(e)}
	switch e := e.(type) {
	case bot.Said:
		notice.Text = e.Text
	case bot.Replied:
		notice.Text = e.Text
	case bot.Noted:
		notice.Text = e.Text
	case bot.Unplayed:
		return e
	}
	return notice
}

// dead says why the input of a turn also goes to the dead letters, or "".
func dead(e bot.Event) string {
	notice, is := e.(bot.Unplayed)
	switch {
	case !is:
		return ""
	case notice.Kind == bot.Damaged:
		return deadDamaged
	}
	return deadPoison
}

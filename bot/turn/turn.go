// Package turn plays turns for real: it accepts an input, has it decided, commits it, and sweeps up
// what a dead process left. It decides nothing itself and sends nothing.
package turn

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
)

// Stepper decides a turn; *engine.Engine does.
type Stepper interface {
	Step(s bot.Session, in bot.Input) (bot.Turn, error)
}

// A Player is the door into every conversation. Its fields are set once, before the first use.
type Player struct {
	Store  bot.Store
	Engine Stepper
	World  bot.World
	Log    *slog.Logger
	// NewID makes a conversation's random id; NewTrace the random number of its statistics.
	NewID    func() bot.ConversationID
	NewTrace func() string
	// Fetch puts a release on the engine's shelf when a conversation keeps to one that is not there.
	Fetch func(ctx context.Context, release string) error
	// Carry tells the relay that a push leg has something to deliver; CarryDue, that a sweep has leased
	// one to this process.
	Carry, CarryDue func(bot.ConversationID, string)
	// Watch is told of every turn, for metrics.
	Watch Watcher

	resuming  resuming
	sweeping  trouble
	accepting trouble
	alarm     alarm
}

// A Watcher counts what happens; it never sees words.
type Watcher interface {
	Accepted(channel bot.ChannelName, result string)
	Played(Played)
	Committed(result string)
}

var _ bot.Door = (*Player)(nil)

// playFor bounds one turn once it is accepted; what is not done by then the sweep does.
const playFor = 5 * time.Second

// Open finds or creates the conversation of a leg.
func (p *Player) Open(ctx context.Context, leg bot.Leg) (bot.ConversationID, error) {
	id, err := p.Store.Resolve(ctx, leg, p.NewID())
	if err != nil {
		return "", fmt.Errorf("open a conversation on %s: %w", leg.Channel, err)
	}
	return id, nil
}

// Take accepts an input durably and plays its turn. Once it is accepted nothing that fails is the
// sender's business any more: the sweep takes over. Numbers that nobody here may have are masked
// before anything is stored.
func (p *Player) Take(ctx context.Context, in bot.Input) error {
	began := time.Now()
	in.Event = masked(in.Event)
	accepted, err := p.Store.Accept(ctx, in)
	p.sayInput(&in, accepted, err)
	switch {
	case errors.Is(err, bot.ErrReused):
		p.count(&in, "reused")
		return err
	case errors.Is(err, bot.ErrTooMany):
		p.count(&in, "full")
		return err
	case err != nil:
		p.accepting.failed(p.Log, "inputs are not kept: their senders are told to send them again", err)
		p.count(&in, "error")
		return fmt.Errorf("accept: %w", err)
	case accepted.Duplicate:
		p.count(&in, "duplicate")
		return nil
	}
	p.accepting.worked(p.Log, "inputs are kept again")
	p.count(&in, "accepted")
	if accepted.Queued {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), playFor)
	defer cancel()
	p.play(ctx, in.Conversation, accepted.Head, began)
	return nil
}

// play plays a conversation's inputs one after the other until none is left or somebody else does. It
// is false when an input could not be decided though everything it needs was there. since is when this
// process began to take the first of them; zero when another did.
func (p *Player) play(ctx context.Context, id bot.ConversationID, h bot.Head, since time.Time) (decided bool) {
	defer p.guard(id)
	decided = true // a panic of what is plugged in says nothing about the input
	for ; h.Next != nil; since = (time.Time{}) {
		began, mark := time.Now(), h.Next.Mark()
		t, err := p.decide(ctx, &h)
		if err != nil {
			p.Log.Error("turn not decided; it will be tried again", "conversation", short(id), "input", mark, "event", bot.Name(h.Next.Event), "error", err)
			return errors.Is(err, bot.ErrUnavailable) || errors.Is(err, bot.ErrNewer)
		}
		if t.Fault != nil {
			p.Log.Error("turn answered by the fallback", "conversation", short(id), "input", mark, "step", t.Trace.Step, "error", t.Fault)
		}
		t.Dead = dead(t.Input.Event)
		before := h.Session.Life
		h, err = p.Store.Commit(ctx, h, t)
		p.sayTurn(mark, &t, err)
		switch {
		case errors.Is(err, bot.ErrMoved): // another replica was first: it goes on
			p.Watch.Committed("stale")
			return true
		case errors.Is(err, bot.ErrGone):
			p.Watch.Committed("gone")
			return true
		case err != nil:
			p.Watch.Committed("error")
			p.Log.Warn("commit failed; it will be tried again", "conversation", short(id), "input", mark, "error", err)
			return errors.Is(err, bot.ErrUnavailable)
		}
		p.Watch.Committed("ok")
		p.Watch.Played(played(&t, before, began, since))
		p.alarm.arm(&t, time.Now())
		p.carry(id, &t)
	}
	return true
}

func (p *Player) count(in *bot.Input, result string) {
	defer p.guard(in.Conversation)
	p.Watch.Accepted(in.Leg.Channel, result)
}

// guard keeps a panic of what is plugged in (the world, the watcher) from ending the process and
// every other conversation with it. The input is still due: the sweep tries again. What a panic says
// may be somebody's words, so the log has its type and place only.
func (p *Player) guard(id bot.ConversationID) {
	if cause := recover(); cause != nil {
		p.Log.Error("turn broken off by a panic; it will be tried again", "conversation", short(id), "panic", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
	}
}

// decide asks the world for the facts and the engine for the turn.
func (p *Player) decide(ctx context.Context, h *bot.Head) (bot.Turn, error) {
	in := *h.Next
	if h.Session.Departed() && byCitizen(in.Event) {
		if err := p.forward(ctx, in); err != nil {
			return bot.Turn{}, err
		}
		in.Event = bot.HungUp{} // the words are the new conversation's; here the person only left
	}
	s := h.Session
	if s.Version == 0 {
		s.Trace = p.NewTrace()
	}
	facts, err := p.World.Facts(ctx, s, in)
	if err != nil {
		return bot.Turn{}, fmt.Errorf("facts: %w", err)
	}
	in.Facts = facts
	t, err := p.step(s, in)
	if errors.Is(err, engine.ErrRelease) {
		if err := p.Fetch(ctx, s.Release); err != nil {
			return bot.Turn{}, fmt.Errorf("fetch release %s: %w", s.Release, err)
		}
		t, err = p.step(s, in)
	}
	return t, err
}

// step takes a panic that the engine could not answer for what it is: an input that cannot be decided.
func (p *Player) step(s bot.Session, in bot.Input) (t bot.Turn, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			p.Log.Error("a panic that the engine could not answer", "input", in.Mark(), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic of type %T", cause)
		}
	}()
	return p.Engine.Step(s, in)
}

// forward gives an input that reached an erased conversation to the leg's new one, under the same id.
func (p *Player) forward(ctx context.Context, in bot.Input) error {
	id, err := p.Open(ctx, in.Leg)
	if err == nil && id == in.Conversation { // the process that erased it died before it freed the leg
		if err = p.Store.Free(ctx, in.Leg, in.Conversation); err == nil {
			id, err = p.Open(ctx, in.Leg)
		}
	}
	if err != nil {
		return err
	}
	was := in.Mark()
	in.Conversation = id
	p.Log.Debug("forwarded to the person's new conversation", "input", was, "as", in.Mark())
	return p.Take(ctx, in)
}

func byCitizen(e bot.Event) bool {
	switch e.(type) {
	case bot.Arrived, bot.Said, bot.Chose, bot.Pressed:
		return true
	}
	return false
}

// carry wakes the relay for each push leg that this turn has something for.
func (p *Player) carry(id bot.ConversationID, t *bot.Turn) {
	if p.Carry == nil {
		return
	}
	for _, l := range t.After.Legs {
		if l.Push && l.Gets(t.After.Entries) && addressed(t.Effects, l.For) {
			p.Carry(id, l.ID)
		}
	}
}

func addressed(effects []bot.Addressed, to bot.Audience) bool {
	for _, e := range effects {
		if e.To == to {
			return true
		}
	}
	return false
}

// short is enough of an id to find it in a log and too little to reach it.
func short(id bot.ConversationID) string { return string(id[:min(len(id), 6)]) }

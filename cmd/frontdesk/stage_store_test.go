package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/rehearsal"
	"frontdesk/bot/relay"
	"frontdesk/bot/transcript"
	"frontdesk/bot/turn"
)

// A keptConversation is a script's conversation in an embedded store whose clock stands still, as
// both deeper stages have it: what came out is read from the log.
type keptConversation struct {
	t     *testing.T
	store *redis.Store
	set   func(time.Time)
	mu    sync.Mutex
	now   time.Time
	began beginnings
	read  int64 // of the present conversation's log
}

// beginnings counts the person's conversations; a new one comes after an erasure.
type beginnings struct {
	mu sync.Mutex
	n  int
}

func (c *beginnings) id() bot.ConversationID {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == 1 {
		return rehearsal.ID
	}
	return bot.ConversationID(rehearsal.ID + "-" + strconv.Itoa(c.n))
}

func (c *beginnings) next() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

func keep(t *testing.T, at time.Time) *keptConversation {
	t.Helper()
	store, set, err := redis.OpenEmbeddedAt(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	return &keptConversation{t: t, store: store, set: set, now: at, began: beginnings{n: 1}}
}

func (k *keptConversation) head() (bot.Session, error) {
	h, err := k.store.Head(k.t.Context(), k.began.id())
	if err == nil && h.Next != nil {
		err = fmt.Errorf("an input of %T is left unplayed", h.Next.Event)
	}
	return h.Session, err
}

// renew goes on to the person's next conversation when the present one is erased.
func (k *keptConversation) renew() error {
	s, err := k.head()
	if err == nil && s.Life == bot.Erased {
		k.began.next()
		k.read = 0
	}
	return err
}

// news are the entries since the last look. An erased log holds nothing of what came in.
func (k *keptConversation) news() ([]bot.Entry, error) {
	entries, err := k.store.Log(k.t.Context(), k.began.id(), k.read, 1000)
	if n := len(entries); n > 0 {
		k.read = entries[n-1].Seq
	}
	return entries, err
}

// pass lets time go by, timer by timer.
func (k *keptConversation) pass(d time.Duration, ring func() error) ([]bot.Entry, error) {
	until := k.clock().Add(d)
	var all []bot.Entry
	for {
		next, version, err := k.nextTimer()
		if err != nil {
			return all, err
		}
		if version == 0 || next.After(until) {
			k.move(until)
			return all, nil
		}
		entries, err := k.untilTimer(ring)
		if all = append(all, entries...); err != nil {
			return all, err
		}
	}
}

func (k *keptConversation) move(to time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.now = to
	k.set(to)
}

func (k *keptConversation) clock() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now
}

// nextTimer is when the session's first timer rings, and the session's version until then.
func (k *keptConversation) nextTimer() (at time.Time, version uint64, err error) {
	s, err := k.head()
	if err != nil || len(s.Timers) == 0 {
		return at, 0, err
	}
	first := slices.MinFunc(s.Timers, func(a, b bot.Timer) int { return a.At.Compare(b.At) })
	return first.At, s.Version, nil
}

// untilTimer lets time go by until a timer has rung and its turn is committed.
func (k *keptConversation) untilTimer(ring func() error) ([]bot.Entry, error) {
	next, version, err := k.nextTimer()
	if err != nil {
		return nil, err
	}
	if version == 0 {
		return nil, rehearsal.ErrNoTimer
	}
	k.move(later(next, k.clock()))
	if err := ring(); err != nil {
		return nil, err
	}
	for began := time.Now(); time.Since(began) < 3*time.Second; time.Sleep(5 * time.Millisecond) {
		if s, err := k.head(); err == nil && s.Version > version {
			return k.news()
		}
	}
	return nil, fmt.Errorf("nothing rang at %s", k.clock())
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// A storeStage plays with the store, the player and the relay. The relay carries push channels to a
// pen that remembers what it was given, and that must be what the log says.
type storeStage struct {
	*keptConversation
	player *turn.Player
	relay  *relay.Relay
	pen    *pen
	leg    bot.Leg
	owed   []string // by the log, to the person's push leg
}

func newStoreStage(t *testing.T, p *engine.Program, script *transcript.Script) *storeStage {
	t.Helper()
	s := &storeStage{keptConversation: keep(t, script.World.At), pen: &pen{name: script.World.Channel}}
	s.relay = &relay.Relay{Logs: s.store, Limits: s.store, Letters: s.store, Watch: unwatched{}, Legs: s.find,
		Channels: map[bot.ChannelName]bot.Channel{s.pen.name: s.pen}, Log: quietly()}
	s.player = &turn.Player{
		Store: s.store, Engine: rehearsal.On(p), World: scripted{script}, Log: quietly(), Watch: unwatched{},
		NewID: s.began.id, NewTrace: func() string { return "trace" }, Carry: s.relay.Carry, CarryDue: s.relay.CarryDue,
	}
	s.relay.Take = s.player.Take
	t.Cleanup(func() {
		s.relay.Wait()
		if got := s.pen.lines(); !slices.Equal(got, s.owed) {
			t.Errorf("the relay carried\n%s\nbut the log owes\n%s", strings.Join(got, "\n"), strings.Join(s.owed, "\n"))
		}
		s.store.Close()
	})
	return s
}

func (s *storeStage) Input(in bot.Input) ([]bot.Entry, error) {
	ctx := s.t.Context()
	if in.Leg.For == bot.ToCitizen {
		if err := s.renew(); err != nil {
			return nil, err
		}
		s.leg = in.Leg
		id, err := s.player.Open(ctx, in.Leg)
		if err != nil || id != s.began.id() {
			return nil, fmt.Errorf("the leg opens conversation %q, want %q: %w", id, s.began.id(), err)
		}
	}
	in.Conversation = s.began.id()
	if err := s.player.Take(ctx, in); err != nil {
		return nil, err
	}
	s.relay.Wait() // receipts are inputs, too
	return s.settled()
}

func (s *storeStage) Pass(d time.Duration) ([]bot.Entry, error) {
	entries, err := s.pass(d, s.ring)
	s.owe(entries)
	return entries, err
}

func (s *storeStage) UntilTimer() ([]bot.Entry, error) {
	entries, err := s.untilTimer(s.ring)
	s.owe(entries)
	return entries, err
}

func (s *storeStage) ring() error {
	s.player.SweepOnce(s.t.Context())
	s.relay.Wait()
	return nil
}

func (s *storeStage) settled() ([]bot.Entry, error) {
	entries, err := s.news()
	s.owe(entries)
	return entries, err
}

func (s *storeStage) owe(entries []bot.Entry) {
	for _, e := range entries {
		if leg := s.now(); leg.Push && e.To == bot.ToCitizen && e.Effect != nil && leg.Gets(e.Seq) {
			s.owed = append(s.owed, fmt.Sprintf("%d %s", e.Seq, bot.Name(e.Effect)))
		}
	}
	s.relay.Wait()
}

// now is the person's leg as the session has it: cut or not.
func (s *storeStage) now() bot.Leg {
	if leg, err := s.find(s.t.Context(), s.began.id(), s.leg.ID); err == nil {
		return leg
	}
	return s.leg
}

func (s *storeStage) find(ctx context.Context, id bot.ConversationID, leg string) (bot.Leg, error) {
	h, err := s.store.Head(ctx, id)
	if err != nil {
		return bot.Leg{}, err
	}
	i := slices.IndexFunc(h.Session.Legs, func(l bot.Leg) bool { return l.ID == leg })
	if i < 0 {
		return bot.Leg{}, bot.ErrNotFound
	}
	return h.Session.Legs[i], nil
}

// A pen is a channel that writes down what it is given.
type pen struct {
	name    bot.ChannelName
	mu      sync.Mutex
	written []string
}

func (p *pen) Name() bot.ChannelName { return p.name }

func (p *pen) Listen(context.Context, bot.Door) error { return nil }

func (p *pen) Deliver(_ context.Context, d bot.Delivery) (bot.Receipt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.written = append(p.written, fmt.Sprintf("%d %s", d.Entry.Seq, bot.Name(d.Entry.Effect)))
	return bot.Receipt{PlatformID: strconv.Itoa(len(p.written))}, nil
}

func (p *pen) lines() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.written)
}

// scripted is the world as the script's header and its duty lines have it.
type scripted struct{ script *transcript.Script }

func (w scripted) Facts(_ context.Context, _ bot.Session, in bot.Input) (bot.Facts, error) {
	return w.script.Facts(in), nil
}

// unwatched counts nothing.
type unwatched struct{}

func (unwatched) Accepted(bot.ChannelName, string) {}
func (unwatched) Played(turn.Played)               {}
func (unwatched) Committed(string)                 {}
func (unwatched) Outbound(bot.ChannelName, string) {}

// crowdOf has as many people wait as a script says, at no desk of its own.
func crowdOf(s *transcript.Script, cards func(context.Context) ([]bot.Card, error)) func(context.Context) ([]bot.Card, error) {
	return func(ctx context.Context) ([]bot.Card, error) {
		all, err := cards(ctx)
		for range s.World.Waiting {
			all = append(all, bot.Card{Life: bot.Waiting, Structure: "elsewhere"})
		}
		return all, err
	}
}

// newsOf has a house tell the bulletins of a script.
func newsOf(s *transcript.Script) func(context.Context) ([]bot.Bulletin, error) {
	return func(context.Context) ([]bot.Bulletin, error) { return s.World.Bulletins, nil }
}

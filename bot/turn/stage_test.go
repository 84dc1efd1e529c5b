package turn_test

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/turn"
	"frontdesk/flows"
	"frontdesk/locales"
)

// open is a Tuesday on which the desk is open.
var open = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

var web = bot.Leg{ID: "web", Channel: "web", Peer: "browser", For: bot.ToCitizen}

// reference is the program of the reference bundle.
var reference = sync.OnceValues(func() (*engine.Program, error) {
	b, err := flow.LoadWithLocales(flows.Files, locales.Files, "")
	if err != nil {
		return nil, err
	}
	return compile(b)
})

func compile(b *flow.Bundle) (*engine.Program, error) {
	words, err := locales.New(b)
	if err != nil {
		return nil, err
	}
	return engine.Compile(b, words)
}

// another is the reference bundle as a release of its own.
func another(t *testing.T) *engine.Program {
	t.Helper()
	p, err := reference()
	if err != nil {
		t.Fatal(err)
	}
	b := *p.Bundle
	b.Hash = strings.Repeat("0", 32)
	q, err := compile(&b)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// A shelf holds a live program and those that were put there.
type shelf struct {
	mu     sync.Mutex
	live   *engine.Program
	pinned map[string]*engine.Program
}

func (s *shelf) Live() *engine.Program {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live
}

func (s *shelf) Pinned(release string) (*engine.Program, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live.Bundle.Hash == release {
		return s.live, true
	}
	p, ok := s.pinned[release]
	return p, ok
}

func (s *shelf) serve(p *engine.Program) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live = p
}

func (s *shelf) put(p *engine.Program) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pinned = map[string]*engine.Program{p.Bundle.Hash: p}
}

// A world knows nothing of importance, and may have something wrong with it.
type world struct {
	mu    sync.Mutex
	wrong func() error
}

func (w *world) fail(wrong func() error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrong = wrong
}

func (w *world) Facts(context.Context, bot.Session, bot.Input) (bot.Facts, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.wrong != nil {
		if err := w.wrong(); err != nil {
			return bot.Facts{}, err
		}
	}
	return bot.Facts{OnDuty: 1}, nil
}

// A tally is a watcher that counts, and panics when it is told to.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
	panics bool
}

func (c *tally) add(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.panics {
		panic("the tally of " + what)
	}
	c.counts[what]++
}

func (c *tally) Accepted(_ bot.ChannelName, result string) { c.add("accepted " + result) }
func (c *tally) Played(turn.Played)                        { c.add("played") }
func (c *tally) Committed(result string)                   { c.add("committed " + result) }

func (c *tally) of(what string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[what]
}

// A stage is a player on a store whose clock stands still until it is moved.
type stage struct {
	*turn.Player
	t     *testing.T
	store *bottest.Store
	real  *redis.Store
	set   func(time.Time)
	now   time.Time
	world *world
	shelf *shelf
	tally *tally
	log   *bottest.Log
	made  int
	mu    sync.Mutex
}

func newStage(t *testing.T) *stage {
	t.Helper()
	p, err := reference()
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	real, set, err := redis.OpenEmbeddedAt(t.Context(), open)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		real.Close()
		noneLeft(t, before)
	})
	s := &stage{t: t, real: real, set: set, now: open, store: bottest.NewStore(real), world: &world{}, shelf: &shelf{live: p},
		tally: &tally{counts: map[string]int{}}, log: &bottest.Log{}}
	s.Player = s.replica()
	return s
}

// replica is another player on the same store.
func (s *stage) replica() *turn.Player {
	return &turn.Player{Store: s.store, Engine: engine.New(s.shelf), World: s.world, Watch: s.tally,
		Log: slog.New(slog.NewTextHandler(s.log, nil)), NewID: s.id, NewTrace: func() string { return "trace" }}
}

func (s *stage) id() bot.ConversationID {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	return bot.ConversationID(fmt.Sprint("c", s.made))
}

// noneLeft waits for goroutines to end, and says which did not.
func noneLeft(t *testing.T, before int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
}

// pass moves the store's clock.
func (s *stage) pass(d time.Duration) {
	s.now = s.now.Add(d)
	s.set(s.now)
}

// sweep lets the grace pass and plays what is due.
func (s *stage) sweep() {
	s.pass(time.Second)
	s.SweepOnce(s.t.Context())
}

func (s *stage) begin() bot.ConversationID {
	s.t.Helper()
	id, err := s.Open(s.t.Context(), web)
	if err != nil {
		s.t.Fatal(err)
	}
	s.take(bot.Input{ID: "hello", Conversation: id, Leg: web, Event: bot.Arrived{}})
	return id
}

func (s *stage) take(in bot.Input) {
	s.t.Helper()
	if err := s.Take(s.t.Context(), in); err != nil {
		s.t.Fatalf("take %s: %v", in.ID, err)
	}
}

func said(id bot.ConversationID, input, words string) bot.Input {
	return bot.Input{ID: input, Conversation: id, Leg: web, Event: bot.Said{Text: bot.Words(words)}}
}

func (s *stage) session(id bot.ConversationID) bot.Session {
	s.t.Helper()
	h, err := s.real.Head(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return h.Session
}

func (s *stage) entries(id bot.ConversationID) []bot.Entry {
	s.t.Helper()
	all, err := s.real.Log(s.t.Context(), id, 0, 10_000)
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// applied are the inputs of a conversation, in the order in which they were applied.
func (s *stage) applied(id bot.ConversationID) []string {
	s.t.Helper()
	var ids []string
	for _, e := range s.entries(id) {
		if e.Input != nil {
			ids = append(ids, e.Input.ID)
		}
	}
	return ids
}

func (s *stage) wantApplied(id bot.ConversationID, want ...string) {
	s.t.Helper()
	if got := s.applied(id); !slices.Equal(got, want) {
		s.t.Errorf("applied %q, want %q", got, want)
	}
}

// answered says whether an input was followed by something said to the person.
func (s *stage) answered(id bot.ConversationID, input string) bool {
	s.t.Helper()
	return slices.ContainsFunc(s.entries(id), func(e bot.Entry) bool {
		say, is := e.Effect.(bot.Say)
		return is && e.Cause == input && e.To == bot.ToCitizen && say.Text != ""
	})
}

func (s *stage) logHasNo(words ...string) {
	s.t.Helper()
	for _, w := range words {
		if strings.Contains(s.log.String(), w) {
			s.t.Errorf("the log repeats %q:\n%s", w, s.log)
		}
	}
}

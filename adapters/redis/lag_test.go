package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

func lag(t *testing.T, s *Store) Lag {
	t.Helper()
	l, err := s.Lag(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The age of an input counts from when it was accepted, however often a sweep has found it since.
func TestLagIsTheAgeOfTheOldestInput(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		if l := lag(t, s); l.Inbox != 0 || l.Due["i"] != 0 || len(l.Outbound) != 0 {
			t.Errorf("of an empty store: %+v", l)
		}
		stuck := accept(t, s, said("stuck", "a", "un"))
		time.Sleep(500 * time.Millisecond) // the grace is 200 ms
		before := lag(t, s)
		if before.Inbox < 500*time.Millisecond || before.Inbox > time.Minute || before.Due["i"] < 200*time.Millisecond {
			t.Errorf("before a sweep: %+v", before)
		}
		for shard := range s.Shards() {
			if _, err := s.Sweep(t.Context(), shard); err != nil {
				t.Fatal(err)
			}
		}
		swept := lag(t, s)
		if swept.Inbox < before.Inbox || swept.Due["i"] > before.Due["i"] {
			t.Errorf("after a sweep that came to nothing: %+v, before %+v", swept, before)
		}
		commit(t, s, stuck.Head, nil)
		if l := lag(t, s); l.Inbox != 0 {
			t.Errorf("after the turn: %+v", l)
		}
	})
}

func TestLagIsTheAgeOfWhatALegHasNotHad(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		play(t, s, said("c", "a", "un"), nil)
		play(t, s, said("d", "a", "un"), nil)
		time.Sleep(300 * time.Millisecond)
		if err := s.Delay(t.Context(), "c", chat.ID, time.Minute); err != nil {
			t.Fatal(err)
		}
		late := lag(t, s)
		if age := late.Outbound["telegram"]; age < 300*time.Millisecond || age > time.Minute || late.Due["o"] < 300*time.Millisecond {
			t.Errorf("%+v", late)
		}
		for _, id := range []bot.ConversationID{"c", "d"} {
			for seq := range int64(2) {
				if err := s.Advance(t.Context(), id, chat.ID, seq, seq+1); err != nil {
					t.Fatal(err)
				}
			}
		}
		if l := lag(t, s); len(l.Outbound) != 0 || l.Due["o"] != 0 {
			t.Errorf("after both are delivered: %+v", l)
		}
	})
}

// notes is an observer that writes everything down.
type notes struct {
	mu        sync.Mutex
	ran       map[string]int
	failed    []string
	short     int
	recovered int
}

func (n *notes) note(f func()) { n.mu.Lock(); defer n.mu.Unlock(); f() }

func (n *notes) Ran(script string, took time.Duration) {
	n.note(func() {
		if n.ran == nil {
			n.ran = map[string]int{}
		}
		n.ran[script]++
		if took <= 0 {
			n.ran[script+" in no time"]++
		}
	})
}
func (n *notes) Failed(kind string) { n.note(func() { n.failed = append(n.failed, kind) }) }
func (n *notes) Short()             { n.note(func() { n.short++ }) }
func (n *notes) Recovered(c int)    { n.note(func() { n.recovered += c }) }

func TestObserverHearsScriptsByName(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		n := &notes{}
		s.Observe(n)
		play(t, s, said("c", "a", "un"), nil)
		accept(t, s, said("lost", "a", "un")) // by a process that dies now
		eventually(t, "a sweep takes it up", func() bool {
			for shard := range s.Shards() {
				if _, err := s.Sweep(t.Context(), shard); err != nil {
					t.Fatal(err)
				}
			}
			n.mu.Lock()
			defer n.mu.Unlock()
			return n.recovered == 1
		})
		if _, err := s.Ref(t.Context(), "web", "nobody"); !errors.Is(err, bot.ErrNotFound) {
			t.Fatal(err)
		}
		n.mu.Lock()
		defer n.mu.Unlock()
		for name, want := range map[string]int{"commit": 1, "get": 1} {
			if n.ran[name] < want {
				t.Errorf("%q ran %d times, want at least %d: %v", name, n.ran[name], want, n.ran)
			}
		}
		if n.ran["accept"] < 2 || n.ran["sweep"] < s.Shards() || n.ran["script"] > 0 || n.ran["evalsha"] > 0 {
			t.Errorf("%v", n.ran)
		}
		if len(n.failed) > 0 || n.short > 0 {
			t.Errorf("failed %v, short %d: an absent key is no fault", n.failed, n.short)
		}
	})
}

func TestObserverHearsWhatFails(t *testing.T) {
	c := peer(t)
	s := openChild(t, c, nil)
	n := &notes{}
	s.Observe(n)
	c.kill()
	if _, err := s.Now(t.Context()); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !slices.Contains(n.failed, "unreachable") {
		t.Errorf("heard %v", n.failed)
	}
}

func TestKindsOfFaults(t *testing.T) {
	for want, err := range map[string]error{
		"":        goredis.Nil,
		"timeout": fmt.Errorf("read: %w", context.DeadlineExceeded),
		"oom":     refusal("OOM command not allowed when used memory > 'maxmemory'"), "readonly": refusal("READONLY You can't write"),
		"refused":     refusal("WRONGTYPE Operation against a key holding the wrong kind of value"),
		"unreachable": errors.New("connection refused"),
	} {
		if got := faultKind(err); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
	for _, err := range []error{nil, context.Canceled, refusal("NOSCRIPT No matching script")} {
		if got := faultKind(err); got != "" {
			t.Errorf("%v is no fault, but %q", err, got)
		}
	}
}

// A refusal is an answer of Redis that is an error.
type refusal string

func (r refusal) Error() string { return string(r) }
func (refusal) RedisError()     {}

func TestObserverHearsThatNoReplicaHasIt(t *testing.T) {
	n := &notes{}
	o := &observed{n, nil}
	for got, want := range map[int64]int{1: 0, 0: 1} {
		n.short = 0
		wait := goredis.NewCmd(t.Context(), "WAIT", 1, 500)
		next := o.ProcessPipelineHook(func(_ context.Context, cmds []goredis.Cmder) error {
			wait.SetVal(got)
			return nil
		})
		if err := next(t.Context(), []goredis.Cmder{wait}); err != nil || n.short != want {
			t.Errorf("%d replicas: heard %d times, %v", got, n.short, err)
		}
	}
}

// The start has met the masters of a Cluster before anybody observes.
func TestMastersOfAClusterAreObserved(t *testing.T) {
	s := openCluster(t, cluster(t, 0), RandomKeys(), 4)
	var n notes
	s.Observe(&n)
	play(t, s, said("c", "a", "un"), nil)
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, script := range []string{"accept", "commit"} {
		if n.ran[script] == 0 {
			t.Errorf("%s was not seen: %v", script, n.ran)
		}
	}
}

package redis

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
)

func TestManyAtOnceAreAppliedOnceAndInOrder(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		const people, each = 50, 4
		ctx, stop := context.WithCancel(t.Context())
		var sweeper sync.WaitGroup
		sweeper.Go(func() { sweepUntil(ctx, t, s) })
		var senders sync.WaitGroup
		for p := range people {
			senders.Go(func() {
				for i := range each {
					send(ctx, t, s, fmt.Sprintf("%d-%d", p, i))
				}
			})
		}
		senders.Wait()
		eventually(t, "all are played", func() bool {
			h, err := s.Head(t.Context(), "c")
			return err == nil && h.Next == nil
		})
		stop()
		sweeper.Wait()
		entries, err := s.Log(t.Context(), "c", 0, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		checkOrder(t, entries, people*each)
	})
}

// send is a platform: it repeats what was refused, and at times what was not.
func send(ctx context.Context, t *testing.T, s *Store, id string) {
	for repeated := range 2 {
		a, err := s.Accept(ctx, said("c", id, id))
		for errors.Is(err, bot.ErrTooMany) || errors.Is(err, bot.ErrUnavailable) {
			time.Sleep(5 * time.Millisecond)
			a, err = s.Accept(ctx, said("c", id, id))
		}
		if err != nil || repeated == 1 && !a.Duplicate {
			t.Errorf("accept: %+v, %v", a, err)
			return
		}
		if err := drain(ctx, s, a.Head); err != nil && !errors.Is(err, bot.ErrUnavailable) {
			t.Error(err)
		}
	}
}

func sweepUntil(ctx context.Context, t *testing.T, s *Store) {
	for ctx.Err() == nil {
		for shard := range s.Shards() {
			due, err := s.Sweep(ctx, shard)
			if err != nil && ctx.Err() == nil && !errors.Is(err, bot.ErrUnavailable) {
				t.Error(err)
			}
			for _, id := range due.Conversations {
				if h, err := s.Head(ctx, id); err == nil {
					drain(ctx, s, h)
				}
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// checkOrder: every input is there once, everybody's own are in their order, an answer follows each,
// and time does not go back.
func checkOrder(t *testing.T, entries []bot.Entry, inputs int) {
	t.Helper()
	if len(entries) != 2*inputs {
		t.Errorf("%d entries, want %d", len(entries), 2*inputs)
	}
	last := make(map[string]string)
	var at time.Time
	for i, e := range entries {
		if e.Seq != int64(i)+1 || e.At.Before(at) {
			t.Fatalf("entry %d has number %d and time %s after %s", i+1, e.Seq, e.At, at)
		}
		at = e.At
		if i%2 == 1 {
			if e.Cause != entries[i-1].Input.ID {
				t.Errorf("entry %d answers %s, after %s", e.Seq, e.Cause, entries[i-1].Input.ID)
			}
			continue
		}
		who, n, _ := strings.Cut(e.Input.ID, "-")
		if n <= last[who] {
			t.Errorf("%s-%s came after %s-%s", who, n, who, last[who])
		}
		last[who] = n
	}
}

// clustered opens a store on three masters.
func clustered(t *testing.T, keys *Keyring) (*Store, []*child) {
	t.Helper()
	if _, err := exec.LookPath("redis-cli"); err != nil {
		t.Skip("redis-cli is not installed")
	}
	var nodes []*child
	args := []string{"--cluster", "create"}
	for range 3 {
		c := peer(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "1000")
		nodes, args = append(nodes, c), append(args, c.addr())
	}
	if out, err := exec.Command("redis-cli", append(args, "--cluster-yes")...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var s *Store
	eventually(t, "the cluster is there", func() bool {
		var err error
		s, err = Open(t.Context(), Options{URL: nodes[0].url() + "?cluster=true", Keys: keys, Prefix: "fd:test:"})
		if err != nil {
			time.Sleep(200 * time.Millisecond)
		}
		return err == nil
	})
	return opened(t, s, nil), nodes
}

func TestClusterRunsTheSameCode(t *testing.T) {
	s, _ := clustered(t, RandomKeys())
	var want []string
	for i := range 8 {
		id := bot.ConversationID(fmt.Sprintf("c%d", i))
		if _, err := s.Resolve(t.Context(), bot.Leg{Channel: "web", Peer: bot.Address(id)}, id); err != nil {
			t.Fatal(err)
		}
		play(t, s, said(id, "a", "un"), posted(id, bot.Waiting))
		play(t, s, said(id, "b", "deux"), func(t *bot.Turn) {
			t.After.Timers = []bot.Timer{{Name: bot.TimerSilence, At: t.Input.At}}
		})
		want = append(want, string(id)+" waiting emploi")
	}
	same(t, "cards", cards(t, s), want)
	fired := 0
	for shard := range s.Shards() {
		due, err := s.Sweep(t.Context(), shard)
		if err != nil {
			t.Fatal(err)
		}
		fired += len(due.Conversations)
	}
	if fired != 8 {
		t.Errorf("%d timers fired, want 8", fired)
	}
}

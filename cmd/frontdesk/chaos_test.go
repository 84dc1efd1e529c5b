//go:build chaos

package main

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"frontdesk/adapters/redis"
)

// How long each fault goes on; a night's run takes minutes: -chaos.for 10m.
var chaosFor = flag.Duration("chaos.for", 6*time.Second, "how long each fault goes on")

const (
	writers    = 16 // people who write at once
	sideBySide = "side_by_side"
)

// TestChaos breaks what can break while people write, and asks the oracle about every conversation:
// its session is what the engine makes of its log's inputs in order, the inputs are the messages that
// were acknowledged, each once, in the sender's order, and the stream shows that list once.
func TestChaos(t *testing.T) {
	needs(t, "redis-server")
	redis.LogTo(quietly())
	if older, newer := os.Getenv(olderBinary), os.Getenv(newerBinary); newer != "" {
		t.Run(sideBySide, func(t *testing.T) { bothVersions(t, older, newer) })
		return
	}
	binary := build(t)
	pair := []string{binary, binary}
	t.Run("a replica is killed every 0.7 s", func(t *testing.T) {
		s := newSite(t, pair)
		s.endure(t, "kills", 4, s.killReplicas)
	})
	t.Run("a replica is stopped for 4 s and goes on", func(t *testing.T) {
		s := newSite(t, pair)
		s.endure(t, "stops", 1, s.stopReplicas)
	})
	t.Run("Redis is killed and comes back", func(t *testing.T) {
		// With everysec Redis answers before it writes while an fsync is under way, for two seconds at
		// most: on a busy disk, what was accepted then dies with it.
		s := newSiteOn(t, "always", pair)
		s.endure(t, "kills of Redis", 2, s.killRedis)
	})
	t.Run("Redis takes nothing for 3 s", func(t *testing.T) {
		s := newSite(t, pair)
		s.endure(t, "pauses", 1, s.pauseRedis)
	})
	t.Run("answers of Redis are lost", func(t *testing.T) {
		a, b := &proxy{}, &proxy{}
		s := newSite(t, pair, a, b)
		s.endure(t, "lost answers", 100, func(until time.Time) int { return loseAnswers(until, a, b) })
	})
	t.Run("commits arrive late", func(t *testing.T) {
		a, b := &proxy{}, &proxy{}
		s := newSite(t, pair, a, b)
		s.endure(t, "late commits", 20, func(until time.Time) int { return delayCommits(t, until, a, b) })
	})
	t.Run("a replica dies between accept and commit", func(t *testing.T) {
		p := &proxy{}
		newSite(t, pair, p).dieBetween(t, p)
	})
	t.Run("Redis is away and everybody writes", func(t *testing.T) { newSite(t, pair).withoutRedis(t) })
	t.Run("replicas are asked to stop, one after the other", func(t *testing.T) {
		s := newSite(t, pair)
		c := s.endure(t, "orderly stops", 3, s.rollReplicas)
		if n := c.unavailable.Load() + c.rescued.Load(); n > 0 {
			t.Errorf("%d messages were refused or left unanswered by a replica that was asked to stop; it had time for them", n)
		}
	})
	t.Run("two versions run side by side", func(t *testing.T) { upgrade(t, binary) })
}

// build makes the binary that people run.
func build(t *testing.T, flags ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "frontdesk")
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	args := append(append([]string{"build"}, flags...), "-o", name, ".")
	if out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return name
}

// endure has a crowd write while a fault goes on and until it is over, and judges.
func (s *site) endure(t *testing.T, kind string, least int, fault func(until time.Time) int) *crowd {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go s.onDuty(ctx)
	c := &crowd{site: s}
	until := time.Now().Add(*chaosFor)
	happened := make(chan int, 1)
	go func() { happened <- fault(until) }()
	c.talk(writers, until)
	n := <-happened
	for _, r := range s.replicas {
		r.untilReady()
	}
	c.report(t, n, kind, 100, least)
	return c
}

// killReplicas kills one after the other; the one that goes on must be ready by then, or nobody
// would be left to write to.
func (s *site) killReplicas(until time.Time) (kills int) {
	for next := time.Now().Add(700 * time.Millisecond); next.Before(until); next = next.Add(700 * time.Millisecond) {
		time.Sleep(time.Until(next))
		s.replicas[(kills+1)%2].untilReady()
		s.replicas[kills%2].kill()
		s.replicas[kills%2].start()
		kills++
	}
	return kills
}

// stopReplicas stops one for 4 s: what it was about to commit, it commits as a zombie.
func (s *site) stopReplicas(until time.Time) (stops int) {
	for ok := true; ok; ok = time.Until(until) > 5*time.Second {
		time.Sleep(time.Second)
		r := s.replicas[stops%2]
		r.signal(syscall.SIGSTOP)
		time.Sleep(4 * time.Second)
		r.signal(syscall.SIGCONT)
		stops++
	}
	return stops
}

func (s *site) killRedis(until time.Time) (kills int) {
	for ok := true; ok; ok = time.Until(until) > 2*time.Second {
		time.Sleep(time.Second)
		s.redis.kill()
		time.Sleep(500 * time.Millisecond)
		s.redis.start()
		kills++
	}
	return kills
}

func (s *site) pauseRedis(until time.Time) (pauses int) {
	for ok := true; ok; ok = time.Until(until) > 5*time.Second {
		time.Sleep(time.Second)
		if s.redis.ask("CLIENT PAUSE 3000") == "+OK" {
			pauses++
		}
		time.Sleep(3 * time.Second)
	}
	return pauses
}

// loseAnswers loses and tears answers of Redis on their way to the replicas: what was asked is done,
// and nobody knows.
func loseAnswers(until time.Time, all ...*proxy) (lost int) {
	for _, p := range all {
		p.lose.Store(20)
		p.tear.Store(10)
	}
	time.Sleep(time.Until(until))
	for _, p := range all {
		p.lose.Store(0)
		p.tear.Store(0)
		lost += int(p.lost.Load() + p.torn.Load())
	}
	return lost
}

// delayCommits has turns arrive at Redis when others have played them long since.
func delayCommits(t *testing.T, until time.Time, all ...*proxy) (late int) {
	what := commitSum(t)
	for _, p := range all {
		p.slowDown(what)
	}
	time.Sleep(time.Until(until))
	for _, p := range all {
		p.slowDown("")
		late += int(p.late.Load())
	}
	time.Sleep(lateBy) // for the last
	return late
}

// rollReplicas stops and starts one after the other, as an upgrade does.
func (s *site) rollReplicas(until time.Time) (stops int) {
	for ok := true; ok; ok = time.Now().Before(until) {
		time.Sleep(500 * time.Millisecond)
		r := s.replicas[stops%2]
		if took := r.stop(); took > drain+2*time.Second {
			s.t.Errorf("a replica took %s to stop; it is given %s", took, drain)
		}
		r.start()
		r.untilReady()
		stops++
	}
	return stops
}

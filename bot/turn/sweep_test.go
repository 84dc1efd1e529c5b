package turn_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
)

// accept keeps an input as a process does that dies before it plays it.
func (s *stage) accept(in bot.Input) {
	s.t.Helper()
	if _, err := s.store.Accept(s.t.Context(), in); err != nil {
		s.t.Fatal(err)
	}
}

func TestTheSweepPlaysWhatADeadProcessLeft(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.accept(said(id, "m1", "emploi"))
	s.accept(said(id, "m2", "2"))
	s.SweepOnce(t.Context())
	s.wantApplied(id, "hello")
	s.sweep()
	s.wantApplied(id, "hello", "m1", "m2")
}

func TestTwoSweepsAtOncePlayEachInputOnce(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	for _, input := range []string{"m1", "m2", "m3", "m4"} {
		s.accept(said(id, input, "bonjour"))
	}
	s.pass(time.Second)
	other := s.replica()
	var both sync.WaitGroup
	for range 4 {
		both.Go(func() { s.SweepOnce(context.Background()) })
		both.Go(func() { other.SweepOnce(context.Background()) })
	}
	both.Wait()
	s.sweep()
	s.wantApplied(id, "hello", "m1", "m2", "m3", "m4")
}

func TestTheSweepRingsTimers(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	timers := s.session(id).Timers
	if len(timers) == 0 {
		t.Fatal("the reference bundle sets no timer for a question")
	}
	first := slices.MinFunc(timers, func(a, b bot.Timer) int { return a.At.Compare(b.At) })
	version := s.session(id).Version
	s.set(first.At.Add(-time.Second))
	s.SweepOnce(t.Context())
	if got := s.session(id).Version; got != version {
		t.Fatalf("version %d before the timer, want %d", got, version)
	}
	s.set(first.At.Add(time.Second))
	s.SweepOnce(t.Context())
	s.SweepOnce(t.Context())
	if got := s.session(id).Version; got != version+1 {
		t.Errorf("version %d after the timer, want %d", got, version+1)
	}
}

// The loop of a whole process: it plays, outlives what is wrong, and ends.
func TestSweepGoesOnUntilItsContextEnds(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	var mu sync.Mutex
	times := 0
	s.world.fail(func() error {
		mu.Lock()
		defer mu.Unlock()
		switch times++; times {
		case 1:
			return errors.New("nobody answers")
		case 2:
			panic("bonjour")
		}
		return nil
	})
	s.accept(said(id, "m1", "bonjour"))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.Sweep(ctx) }()
	for n := 0; n < 100 && len(s.applied(id)) < 2; n++ {
		time.Sleep(20 * time.Millisecond)
		s.pass(time.Second)
		if n == 10 {
			s.store.Sleep(true)
		}
		if n == 15 {
			s.store.Sleep(false)
		}
	}
	cancel()
	select {
	case <-ended:
	case <-time.After(3 * time.Second):
		t.Fatal("the sweep goes on after its context has ended")
	}
	s.wantApplied(id, "hello", "m1")
	s.logHasNo("bonjour")
}

func TestPushLegsAreCarried(t *testing.T) {
	s := newStage(t)
	type carried struct {
		id  bot.ConversationID
		leg string
	}
	var mu sync.Mutex
	var got []carried
	note := func(id bot.ConversationID, leg string) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, carried{id, leg})
	}
	s.Carry, s.CarryDue = note, func(id bot.ConversationID, leg string) { note(id, "due "+leg) }
	sms := bot.Leg{ID: "sms", Channel: "sms", Peer: "+33600000000", For: bot.ToCitizen, Push: true}
	id, err := s.Open(t.Context(), sms)
	if err != nil {
		t.Fatal(err)
	}
	s.take(bot.Input{ID: "m1", Conversation: id, Leg: sms, Event: bot.Said{Text: "bonjour"}})
	want := []carried{{id, "sms"}}
	if !slices.Equal(got, want) {
		t.Errorf("after the commit %v was carried, want %v", got, want)
	}
	s.sweep() // as if the relay of the first process were dead
	if want = append(want, carried{id, "due sms"}); !slices.Equal(got, want) {
		t.Errorf("after the sweep %v was carried, want %v", got, want)
	}
}

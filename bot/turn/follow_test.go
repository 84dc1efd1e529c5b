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

func TestAwaitFindsTheOutcomeOfAClaim(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.take(said(id, "m1", "humain"))
	claim := bot.Input{ID: "claim", Conversation: id, Event: bot.Claimed{By: "camille"},
		Leg: bot.Leg{ID: "desk:camille", Channel: "desk", Peer: "camille", For: bot.ToOwner}}
	time.AfterFunc(50*time.Millisecond, func() { _ = s.replica().Take(context.Background(), claim) })
	entries, err := s.Await(t.Context(), id, "claim")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, e := range entries {
		if e.Cause != "claim" {
			t.Errorf("an entry of %q came along", e.Cause)
		}
		if tell, is := e.Effect.(bot.Tell); is {
			codes = append(codes, tell.Code)
		}
	}
	if !slices.Equal(codes, []string{"refused_rights"}) { // this world gives nobody a structure
		t.Errorf("the outcome is %q, want refused_rights", codes)
	}
	again, err := s.Await(t.Context(), id, "claim") // it is there for who asks late
	if err != nil || len(again) != len(entries) {
		t.Errorf("later there are %d entries, %v; want %d", len(again), err, len(entries))
	}
}

func TestAwaitGivesUpAfterTwoAndAHalfSeconds(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	began := time.Now()
	entries, err := s.Await(t.Context(), id, "never")
	if took := time.Since(began); entries != nil || err != nil || took < 2400*time.Millisecond || took > 2900*time.Millisecond {
		t.Errorf("await: %v, %v after %s; want nothing after 2.5 s", entries, err, took)
	}
}

func TestAwaitPassesOverAnswersToOthers(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	time.AfterFunc(20*time.Millisecond, func() {
		for _, input := range []string{"m1", "m2", "m3"} {
			_ = s.Take(context.Background(), said(id, input, "bonjour"))
		}
	})
	entries, err := s.Await(t.Context(), id, "m3")
	if err != nil || len(entries) < 2 || entries[0].Input == nil || entries[0].Input.ID != "m3" {
		t.Errorf("await m3: %d entries, %v", len(entries), err)
	}
}

func TestAwaitSaysThatTheStoreSleeps(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.store.Sleep(true)
	if _, err := s.Await(t.Context(), id, "m1"); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("await: %v, want ErrUnavailable", err)
	}
	if _, err := s.Follow(t.Context(), id, 0); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("follow: %v, want ErrUnavailable", err)
	}
}

func TestFollowWakesAtOnceForAnotherPlayersCommit(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	seq := s.session(id).Entries
	type news struct {
		entries []bot.Entry
		at      time.Time
	}
	heard := make(chan news, 1)
	go func() {
		entries, err := s.Follow(t.Context(), id, seq)
		if err != nil {
			t.Error(err)
		}
		heard <- news{entries, time.Now()}
	}()
	time.Sleep(50 * time.Millisecond)
	if err := s.replica().Take(t.Context(), said(id, "m1", "emploi")); err != nil {
		t.Fatal(err)
	}
	committed := time.Now()
	select {
	case n := <-heard:
		if late := n.at.Sub(committed); late > 100*time.Millisecond {
			t.Errorf("it woke %s after the commit, want 100 ms at most", late)
		}
		if len(n.entries) == 0 || n.entries[0].Seq != seq+1 || n.entries[0].Cause != "m1" {
			t.Errorf("it heard %+v", n.entries)
		}
	case <-time.After(3 * time.Second):
		t.Fatal("it did not wake")
	}
}

func TestFollowEndsWithItsContext(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			entries, err := s.Follow(ctx, id, 1_000_000)
			if entries != nil || err != nil {
				t.Errorf("follow: %v, %v; want nothing", entries, err)
			}
		})
	}
	all.Wait()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if entries, err := s.Follow(gone, id, 0); entries != nil || err != nil {
		t.Errorf("follow after the end: %v, %v; want nothing", entries, err)
	}
}

func TestFollowReadsALongLogInPages(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	for i := range 120 {
		s.take(said(id, "m"+string(rune('A'+i)), "bonjour"))
	}
	var seq int64
	for want := s.session(id).Entries; seq < want; {
		entries, err := s.Follow(t.Context(), id, seq)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if seq++; e.Seq != seq {
				t.Fatalf("entry %d after %d", e.Seq, seq-1)
			}
		}
	}
}

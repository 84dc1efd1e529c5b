package turn_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
)

func TestAnInputIsAppliedOnceHoweverOftenItIsSent(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	for range 3 {
		s.take(said(id, "m1", "emploi"))
	}
	s.sweep()
	s.wantApplied(id, "hello", "m1")
	if !s.answered(id, "m1") {
		t.Error("m1 was not answered")
	}
	if got := s.session(id).Version; got != 2 {
		t.Errorf("version %d after two inputs", got)
	}
	if a, d := s.tally.of("accepted accepted"), s.tally.of("accepted duplicate"); a != 2 || d != 2 {
		t.Errorf("%d accepted and %d repetitions were counted, want 2 and 2", a, d)
	}
}

func TestAnIdThatIsUsedForSomethingElseIsRefused(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.take(said(id, "m1", "emploi"))
	if err := s.Take(t.Context(), said(id, "m1", "humain")); !errors.Is(err, bot.ErrReused) {
		t.Errorf("take: %v, want ErrReused", err)
	}
	s.sweep()
	s.wantApplied(id, "hello", "m1")
	if n := s.tally.of("accepted reused"); n != 1 {
		t.Errorf("%d were counted, want 1", n)
	}
}

func TestManyAtOnceAreAppliedOnceEachInTheOrderOfAcceptance(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	others := []interface {
		Take(context.Context, bot.Input) error
	}{s.Player, s.replica()}
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			in := said(id, fmt.Sprint("m", i), fmt.Sprint("bonjour ", i))
			for n := range 2 { // each is sent twice, to another replica
				if err := others[(i+n)%2].Take(context.Background(), in); err != nil {
					t.Errorf("take %s: %v", in.ID, err)
				}
			}
		})
	}
	all.Wait()
	order := s.store.Order()
	if len(order) != 51 {
		t.Fatalf("%d inputs were accepted, want 51", len(order))
	}
	s.wantApplied(id, order...) // without any sweep
	if got := s.session(id).Version; got != 51 {
		t.Errorf("version %d after 51 inputs", got)
	}
	var seq int64
	for _, e := range s.entries(id) {
		if seq++; e.Seq != seq {
			t.Fatalf("entry %d stands at place %d", e.Seq, seq)
		}
	}
	for _, input := range order {
		if !s.answered(id, input) {
			t.Errorf("%s was not answered", input)
		}
	}
}

func TestAStoreThatSleepsKeepsNothingAndWorksAgain(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.store.Sleep(true)
	if err := s.Take(t.Context(), said(id, "m1", "emploi")); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("take while the store sleeps: %v, want ErrUnavailable", err)
	}
	if _, err := s.Open(t.Context(), web); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("open while the store sleeps: %v, want ErrUnavailable", err)
	}
	s.SweepOnce(t.Context())
	s.store.Sleep(false)
	s.sweep()
	s.wantApplied(id, "hello")
	s.take(said(id, "m1", "emploi"))
	s.wantApplied(id, "hello", "m1")
	if n := s.tally.of("accepted error"); n != 1 {
		t.Errorf("%d errors were counted, want 1", n)
	}
	s.logHasNo("emploi")
}

func TestAFullInboxIsRefusedAndEmptiesInOrder(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.world.fail(func() error { return errors.New("nobody answers") })
	want := []string{"hello"}
	var err error
	for i := range 200 {
		in := said(id, fmt.Sprint("m", i), "bonjour")
		if err = s.Take(t.Context(), in); err != nil {
			break
		}
		want = append(want, in.ID)
	}
	if !errors.Is(err, bot.ErrTooMany) || len(want) < 50 {
		t.Fatalf("after %d inputs: %v, want ErrTooMany", len(want), err)
	}
	s.world.fail(nil)
	s.sweep()
	s.wantApplied(id, want...)
}

func TestACommitThatFailsIsNotTheSendersBusiness(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.store.RefuseCommits(1)
	s.take(said(id, "m1", "emploi"))
	s.wantApplied(id, "hello")
	s.SweepOnce(t.Context()) // within the grace it is the first replica's
	s.wantApplied(id, "hello")
	s.sweep()
	s.wantApplied(id, "hello", "m1")
	if !s.answered(id, "m1") {
		t.Error("m1 was not answered")
	}
	s.logHasNo("emploi")
}

func TestACommitWhoseAnswerIsLostIsMadeOnce(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.store.LoseAnswers(1)
	s.take(said(id, "m1", "emploi"))
	s.take(said(id, "m1", "emploi"))
	s.sweep()
	s.take(said(id, "m2", "2"))
	s.wantApplied(id, "hello", "m1", "m2")
}

func TestAReleaseThatIsNotOnTheShelfIsFetchedAndThenPlayed(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	first, err := reference()
	if err != nil {
		t.Fatal(err)
	}
	s.shelf.serve(another(t))
	var asked []string
	lost := true
	s.Fetch = func(_ context.Context, release string) error {
		asked = append(asked, release)
		if lost {
			return errors.New("the store is busy")
		}
		s.shelf.put(first)
		return nil
	}
	s.take(said(id, "m1", "emploi"))
	s.wantApplied(id, "hello")
	lost = false
	s.sweep()
	s.wantApplied(id, "hello", "m1")
	if !s.answered(id, "m1") {
		t.Error("m1 was not answered")
	}
	if want := []string{first.Bundle.Hash, first.Bundle.Hash}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
	if got := s.session(id).Release; got != first.Bundle.Hash {
		t.Errorf("the conversation went over to release %s", got)
	}
}

func TestAWorldThatFailsIsAskedAgainByTheSweep(t *testing.T) {
	for name, wrong := range map[string]func() error{
		"error": func() error { return errors.New("nobody answers") },
		"panic": func() error { panic("emploi") },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			id := s.begin()
			s.world.fail(wrong)
			s.take(said(id, "m1", "emploi"))
			s.sweep()
			s.wantApplied(id, "hello")
			if s.log.String() == "" {
				t.Error("nothing was logged")
			}
			s.world.fail(nil)
			s.sweep()
			s.wantApplied(id, "hello", "m1")
			if !s.answered(id, "m1") {
				t.Error("m1 was not answered")
			}
			s.logHasNo("emploi", string(id)+"secret")
		})
	}
}

func TestAWatcherThatPanicsLosesNothing(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.tally.panics = true
	s.take(said(id, "m1", "emploi"))
	s.take(said(id, "m1", "emploi"))
	s.take(said(id, "m2", "2"))
	s.sweep()
	s.sweep()
	s.wantApplied(id, "hello", "m1", "m2")
	if s.log.String() == "" {
		t.Error("nothing was logged")
	}
}

func TestAnInputToAnErasedConversationReachesTheNewOne(t *testing.T) {
	s := newStage(t)
	old := s.begin()
	s.take(said(old, "m1", "emploi"))
	s.take(said(old, "m2", "effacer"))
	if life := s.session(old).Life; life != bot.Erased {
		t.Fatalf("life %s after EFFACER", life)
	}
	for range 2 { // a repetition is one there too
		s.take(said(old, "m3", "bonjour"))
	}
	id, err := s.Open(t.Context(), web)
	if err != nil || id == old {
		t.Fatalf("the leg opens %q, %v; want a new conversation", id, err)
	}
	s.wantApplied(id, "m3")
	if !s.answered(id, "m3") {
		t.Error("m3 was not answered")
	}
	for _, e := range s.entries(old) {
		if e.Input != nil || e.Cause == "m3" {
			t.Errorf("the tombstone holds %+v", e)
		}
	}
	s.logHasNo("bonjour", "emploi")
}

func TestForwardingIsTriedAgainWhenTheStoreFails(t *testing.T) {
	s := newStage(t)
	old := s.begin()
	s.take(said(old, "m1", "effacer"))
	s.world.fail(func() error { return errors.New("nobody answers") })
	s.take(said(old, "m2", "bonjour"))
	s.world.fail(nil)
	s.sweep()
	id, err := s.Open(t.Context(), web)
	if err != nil || id == old {
		t.Fatalf("the leg opens %q, %v; want a new conversation", id, err)
	}
	s.sweep()
	s.wantApplied(id, "m2")
}

func TestATakeGoesOnWhenItsCallerHasLeft(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	ctx, cancel := context.WithCancel(t.Context())
	s.world.fail(func() error { cancel(); return nil }) // the browser leaves after it was accepted
	if err := s.Take(ctx, said(id, "m1", "emploi")); err != nil {
		t.Fatal(err)
	}
	s.wantApplied(id, "hello", "m1")
}

func TestATurnIsTimed(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.pass(time.Minute)
	s.take(said(id, "m1", "emploi"))
	all := s.entries(id)
	if got := all[len(all)-1].At; !got.Equal(open.Add(time.Minute)) {
		t.Errorf("the answer is of %s, want the store's time %s", got, open.Add(time.Minute))
	}
	if n := s.tally.of("played"); n != 2 {
		t.Errorf("%d turns were counted, want 2", n)
	}
}

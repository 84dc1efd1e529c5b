package publish_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/publish"
)

// hurried is a stock in which a while is over soon, and between two looks something happens.
type hurried struct {
	*redis.Store
	meanwhile func()
}

func (h hurried) RetireReleases(ctx context.Context, needed func(string) bool, after time.Duration) (int, error) {
	if after < 7*24*time.Hour {
		return 0, errors.New("that is too soon for who begins to need one")
	}
	n, err := h.Store.RetireReleases(ctx, needed, 600*time.Millisecond)
	if h.meanwhile != nil {
		h.meanwhile()
	}
	return n, err
}

// over waits until what was to end has ended.
func (s *site) over(t *testing.T, hashes ...string) map[string]bool {
	t.Helper()
	time.Sleep(1500 * time.Millisecond)
	held, err := s.store.KeptReleases(t.Context(), hashes)
	if err != nil {
		t.Fatal(err)
	}
	return held
}

func TestReleasesThatNobodyNeedsEnd(t *testing.T) {
	s, ctx := newSite(t), t.Context()
	s.Stock = hurried{Store: s.store}
	var served []string
	for i := range 60 {
		hash := fmt.Sprintf("%032d", i)
		served = append(served, hash)
		if err := errors.Join(s.store.KeepRelease(ctx, hash, []byte("x")), s.store.Append(ctx, bot.Record{Deed: bot.JournalPublished, After: hash})); err != nil {
			t.Fatal(err)
		}
	}
	one, two, three, never := version(t, "Un."), version(t, "Deux."), version(t, "Trois."), version(t, "Jamais.")
	for _, b := range []*flow.Bundle{one, two, three, never} {
		if err := s.Keep(ctx, b); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.store.SetRef(ctx, "release", "live", "", one.Hash, 0); err != nil { // its line is not written yet
		t.Fatal(err)
	}
	if _, err := s.Schedule(ctx, two, time.Now().Add(time.Hour), publish.Order{Expected: one.Hash, Who: "claire"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Ask(ctx, publish.Review{Release: three.Hash, Live: one.Hash, Who: "claire"}); err != nil {
		t.Fatal(err)
	}
	talks := func(context.Context) ([]string, error) { return []string{served[3]}, nil }
	unknown := func(context.Context) ([]string, error) { return nil, bot.ErrUnavailable }
	if _, err := s.Prune(ctx, talks, unknown); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("nobody knows who needs what: %v", err)
	}
	if n, err := s.Prune(ctx, talks); err != nil || n != 10 {
		t.Errorf("%d are about to end, want 10: %v", n, err)
	}
	held := s.over(t, append(served, one.Hash, two.Hash, three.Hash, never.Hash)...)
	for i, hash := range served {
		if want := i >= 10 || i == 3; held[hash] != want {
			t.Errorf("release %d of 60 is kept: %v", i, held[hash])
		}
	}
	if !held[one.Hash] || !held[two.Hash] || !held[three.Hash] || held[never.Hash] {
		t.Errorf("live %v, programmed %v, to be reviewed %v, of no use %v", held[one.Hash], held[two.Hash], held[three.Hash], held[never.Hash])
	}
}

// Somebody goes back to an old release while it is found to be of no use, before, between and after.
func TestGoingBackAndPruningAtOnce(t *testing.T) {
	s, ctx := newSite(t), t.Context()
	old, live := version(t, "Un."), version(t, "Deux.")
	if err := errors.Join(s.Publish(ctx, old, publish.Order{}), s.Publish(ctx, live, publish.Order{Expected: old.Hash})); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		if err := s.store.Append(ctx, bot.Record{Deed: bot.JournalPublished, After: fmt.Sprintf("%032d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	back := func() {
		if err := s.Rollback(ctx, old.Hash, publish.Order{Expected: live.Hash}); err != nil {
			t.Error(err)
		}
	}
	s.Stock = hurried{s.store, back} // after the key was told to end, before the pointer is looked at again
	if n, err := s.Prune(ctx); err != nil || n != 1 {
		t.Fatalf("%d, %v", n, err)
	}
	if held := s.over(t, old.Hash); s.live(t) != old.Hash || !held[old.Hash] {
		t.Error("the live release has ended")
	}
}

// A release that has ended is taken from its archive, and is kept again.
func TestAReleaseThatEndedComesBackFromItsArchive(t *testing.T) {
	s, ctx := newSite(t), t.Context()
	old, live := version(t, "Un."), version(t, "Deux.")
	if err := errors.Join(s.Publish(ctx, old, publish.Order{}), s.Publish(ctx, live, publish.Order{Expected: old.Hash})); err != nil {
		t.Fatal(err)
	}
	s.Stock = hurried{Store: s.store}
	if _, err := s.store.RetireReleases(ctx, func(hash string) bool { return hash == live.Hash }, time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if held := s.over(t, old.Hash); held[old.Hash] {
		t.Fatal("it has not ended")
	}
	folder := s.Folder
	s.Folder = ""
	if held, err := s.Held(ctx, []string{old.Hash, live.Hash}); err != nil || held[old.Hash] || !held[live.Hash] {
		t.Errorf("held: %v, %v", held, err)
	}
	if err := s.Rollback(ctx, old.Hash, publish.Order{Expected: live.Hash}); !errors.Is(err, bot.ErrNotFound) || s.live(t) != live.Hash {
		t.Errorf("without an archive: %v", err)
	}
	s.Folder = folder
	if held, err := s.Held(ctx, []string{old.Hash}); err != nil || !held[old.Hash] {
		t.Errorf("held: %v, %v", held, err)
	}
	if err := s.Rollback(ctx, old.Hash, publish.Order{Expected: live.Hash}); err != nil || s.live(t) != old.Hash {
		t.Fatalf("from its archive: %v", err)
	}
	if stored, err := s.store.Release(ctx, old.Hash); err != nil || string(stored) != string(flow.Pack(old)) {
		t.Errorf("it is not kept again: %v", err)
	}
}

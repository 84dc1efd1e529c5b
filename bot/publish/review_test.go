package publish_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/publish"
)

// Interrupted references have something happen just before one of them is set.
type interrupted struct {
	bot.Refs
	before func(name string)
	during bool // before is under way, and sets references itself
}

func (i *interrupted) SetRef(ctx context.Context, kind, name, old, value string, ttl time.Duration) error {
	if i.before != nil && !i.during {
		i.during = true
		i.before(name)
		i.during = false
	}
	return i.Refs.SetRef(ctx, kind, name, old, value, ttl)
}

// once has something happen before the next reference of any name is set.
func (i *interrupted) once(do func()) {
	i.before = func(string) {
		i.before = nil
		do()
	}
}

func TestWhatIsAskedSinceStays(t *testing.T) {
	s, ctx := newSite(t), t.Context()
	ask := func(release string) {
		t.Helper()
		if err := s.Ask(ctx, publish.Review{Release: release, Live: "live", Who: "claire", Comment: "c"}); err != nil {
			t.Fatal(err)
		}
	}
	is := func(what, release string) {
		t.Helper()
		r, err := s.Review(ctx)
		if err != nil || (r == nil) != (release == "") || r != nil && r.Release != release {
			t.Errorf("%s: %+v is asked, %v; want %q", what, r, err, release)
		}
	}
	if err := s.Reviewed(ctx, "a"); err != nil {
		t.Errorf("before anything is asked: %v", err)
	}
	ask("a")
	ask("b")
	if err := s.Reviewed(ctx, "a"); err != nil {
		t.Error(err)
	}
	is("another is done", "b")
	if err := s.Withdraw(ctx, "a", "marc", "non"); !errors.Is(err, publish.ErrNoReview) {
		t.Error(err)
	}
	is("another is withdrawn", "b")
	refs := &interrupted{Refs: s.store}
	s.Refs = refs
	for name, end := range map[string]func() error{
		"done":      func() error { return s.Reviewed(ctx, "b") },
		"withdrawn": func() error { return s.Withdraw(ctx, "b", "marc", "non") },
	} {
		ask("b")
		refs.once(func() { ask("c") })
		if err := end(); err != nil && !errors.Is(err, publish.ErrNoReview) {
			t.Errorf("%s: %v", name, err)
		}
		is(name+" while another is asked", "c")
	}
	ask("d")
	refs.once(func() { ask("e") })
	ask("f")
	is("two ask at once", "f")
	if err := s.Withdraw(ctx, "f", "marc", "non"); err != nil {
		t.Error(err)
	}
	is("withdrawn", "")
}

// A plan that is canceled does not go live; one that is going live is not said to be canceled.
func TestAPlanIsCanceledOrCarriedOut(t *testing.T) {
	for name, at := range map[string]string{"before it begins": "plans", "just before it is live": "live"} {
		s, ctx := newSite(t), t.Context()
		one, two := version(t, "Au revoir."), version(t, "À bientôt.")
		if err := s.Publish(ctx, one, publish.Order{Who: "service"}); err != nil {
			t.Fatal(err)
		}
		plan, err := s.Schedule(ctx, two, time.Now().Add(time.Hour), publish.Order{Expected: one.Hash, Who: "claire"})
		if err != nil {
			t.Fatal(err)
		}
		s.ahead = 2 * time.Hour
		refs := &interrupted{Refs: s.store}
		s.Refs = refs
		canceled := errors.New("nobody has canceled")
		refs.before = func(name string) {
			if name == at {
				refs.before = nil
				canceled = s.Cancel(ctx, plan.ID, publish.Order{Who: "marc"})
			}
		}
		if failed, err := s.CarryOut(ctx); failed != 0 || err != nil {
			t.Errorf("%s: %d, %v", name, failed, err)
		}
		want, told := one.Hash, error(nil)
		if at == "live" {
			want, told = two.Hash, publish.ErrBegun
		}
		if s.live(t) != want || !errors.Is(canceled, told) {
			t.Errorf("%s: canceled %v, live is %s, want %s", name, canceled, s.live(t), want)
		}
		if plans, err := s.Plans(ctx); err != nil || len(plans) != 0 {
			t.Errorf("%s: %+v, %v", name, plans, err)
		}
	}
}

// A replica that ends before it has carried a plan out holds nobody up.
func TestAPlanThatNobodyCarriesOutIsCanceled(t *testing.T) {
	s, ctx := newSite(t), t.Context()
	one, two := version(t, "Au revoir."), version(t, "À bientôt.")
	if err := s.Publish(ctx, one, publish.Order{Who: "service"}); err != nil {
		t.Fatal(err)
	}
	plan, err := s.Schedule(ctx, two, time.Now().Add(time.Hour), publish.Order{Expected: one.Hash, Who: "claire"})
	if err != nil {
		t.Fatal(err)
	}
	s.ahead = 2 * time.Hour
	refs := &interrupted{Refs: s.store}
	s.Refs = refs
	ending, end := context.WithCancel(ctx)
	refs.before = func(name string) {
		if name == "live" {
			end()
		}
	}
	if _, err := s.CarryOut(ending); err == nil {
		t.Fatal("it is carried out")
	}
	refs.before = nil
	if err := s.Cancel(ctx, plan.ID, publish.Order{Who: "marc"}); !errors.Is(err, publish.ErrBegun) {
		t.Errorf("at once: %v", err)
	}
	s.ahead += 2 * time.Minute
	if err := s.Cancel(ctx, plan.ID, publish.Order{Who: "marc"}); err != nil || s.live(t) != one.Hash {
		t.Errorf("later: %v", err)
	}
}

package publish_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/publish"
)

// A mortal journal ends whoever appends to it, as a process that ends there.
type (
	books  = interface{ bot.Journal }
	mortal struct{ books }
)

func (mortal) Append(context.Context, bot.Record) error {
	runtime.Goexit()
	return nil
}

// dying does something that may end before it returns.
func dying(do func()) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		do()
	}()
	<-ended
}

func TestTheJournalHasWhoAndWhyThoughWhoeverPublishedEnds(t *testing.T) {
	one, two, three := version(t, "Au revoir."), version(t, "À bientôt."), version(t, "Bonne journée.")
	order := publish.Order{Expected: one.Hash, Who: "claire", What: "fin : texte changé", Reason: "plus chaleureux", Second: "marc"}
	for name, c := range map[string]struct {
		ends func(t *testing.T, s *site)
		then func(t *testing.T, s *site)
		want []string
	}{
		"before it is live": {func(_ *testing.T, s *site) {
			s.Refs = &interrupted{Refs: s.store, before: func(name string) {
				if name == "live" {
					runtime.Goexit()
				}
			}}
		}, nil, []string{"service publish"}},
		"after it is live": {func(_ *testing.T, s *site) { s.Journal = mortal{s.store} }, nil, []string{"service publish", "claire publish"}},
		"and another was published since": {func(_ *testing.T, s *site) { s.Journal = mortal{s.store} }, func(t *testing.T, s *site) {
			if err := s.Publish(t.Context(), three, publish.Order{Expected: two.Hash, Who: "dominique"}); err != nil {
				t.Fatal(err)
			}
		}, []string{"service publish", "dominique publish", "claire publish"}},
		"before it is live, and somebody else publishes it": {func(_ *testing.T, s *site) {
			s.Refs = &interrupted{Refs: s.store, before: func(name string) {
				if name == "live" {
					runtime.Goexit()
				}
			}}
		}, func(t *testing.T, s *site) {
			if err := s.Publish(t.Context(), two, publish.Order{Expected: one.Hash, Who: "dominique"}); err != nil {
				t.Fatal(err)
			}
		}, []string{"service publish", "dominique publish"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, ctx := newSite(t), t.Context()
			if err := s.Publish(ctx, one, publish.Order{Who: "service"}); err != nil {
				t.Fatal(err)
			}
			c.ends(t, s)
			dying(func() { _ = s.Publish(ctx, two, order) })
			s.Refs, s.Journal = s.store, s.store // another replica
			if c.then != nil {
				c.then(t, s)
			}
			was := len(s.deeds(t))
			if err := s.Settle(ctx); err != nil || len(s.deeds(t)) != was {
				t.Errorf("at once, while whoever did it may still write: %q, %v", s.deeds(t), err)
			}
			if err := s.Mend(ctx, s.live(t), time.Now().Add(-time.Minute)); err != nil || len(s.deeds(t)) != was {
				t.Errorf("without who and why: %q, %v", s.deeds(t), err)
			}
			s.ahead = time.Minute
			for range 2 {
				if err := s.Settle(ctx); err != nil {
					t.Fatal(err)
				}
			}
			if got := s.deeds(t); strings.Join(got, ",") != strings.Join(c.want, ",") {
				t.Fatalf("journal %q, want %q", got, c.want)
			}
			lines, err := s.Lines(ctx)
			if last := lines[len(lines)-1]; err != nil || last.Who == "claire" && (last.Reason != order.Reason || last.Second != "marc" || last.Before != one.Hash ||
				last.After != two.Hash || !strings.HasPrefix(last.What, "fin : texte changé (fait le ") || !strings.HasSuffix(last.What, "ligne ajoutée après coup)")) {
				t.Errorf("%+v, %v", last, err)
			}
			if text, err := s.store.Ref(ctx, "release", "owed"); err != nil || text != "[]" {
				t.Errorf("%s is still owed, %v", text, err)
			}
		})
	}
}

// What is published and written owes nothing.
func TestWhoIsSecondOwesNothing(t *testing.T) {
	s, ctx := newSite(t), t.Context()
	if err := s.Publish(ctx, version(t, "Au revoir."), publish.Order{Who: "service"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Publish(ctx, version(t, "À bientôt."), publish.Order{Expected: "another", Who: "claire"}); !errors.Is(err, bot.ErrTaken) {
		t.Error(err)
	}
	if text, err := s.store.Ref(ctx, "release", "owed"); err != nil || text != "[]" {
		t.Errorf("%s is owed, %v", text, err)
	}
}

package redis

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"frontdesk/bot"
)

func TestReferenceChangesOnlyFromWhatItWas(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for i, step := range []struct {
			name, old, value string
			want             error
		}{
			{"n", "x", "a", bot.ErrTaken},
			{"n", "", "a", nil},
			{"n", "", "b", bot.ErrTaken},
			{"n", "b", "c", bot.ErrTaken},
			{"n", "a", "c", nil},
			{"m", "", "a", nil},
		} {
			if err := s.SetRef(ctx, "kind", step.name, step.old, step.value, time.Hour); !errors.Is(err, step.want) {
				t.Errorf("step %d: %v, want %v", i, err, step.want)
			}
		}
		if got, err := s.Ref(ctx, "kind", "n"); got != "c" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if _, err := s.Ref(ctx, "other kind", "n"); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("of another kind: %v, want ErrNotFound", err)
		}
		for range 2 {
			if err := s.DropRef(ctx, "kind", "n"); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Ref(ctx, "kind", "n"); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("dropped: %v, want ErrNotFound", err)
		}
	})
}

func TestReferenceExpiresByTheClock(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		for name, ttl := range map[string]time.Duration{"short": 30 * time.Millisecond, "kept": 0} {
			if err := s.SetRef(t.Context(), "kind", name, "", "a", ttl); err != nil {
				t.Fatal(err)
			}
		}
		eventually(t, "it expires", func() bool {
			_, err := s.Ref(t.Context(), "kind", "short")
			return errors.Is(err, bot.ErrNotFound)
		})
		if _, err := s.Ref(t.Context(), "kind", "kept"); err != nil {
			t.Error(err)
		}
	})
}

func TestReferenceOfAnotherNameIsNotTaken(t *testing.T) {
	s, err := OpenEmbedded(t.Context())
	opened(t, s, err)
	if err := s.SetRef(t.Context(), "k", "a", "", "x", 0); err != nil {
		t.Fatal(err)
	}
	stored := s.rdb.Get(t.Context(), s.keys.ref("k", "a")).Val()
	s.rdb.Set(t.Context(), s.keys.ref("k", "b"), stored, 0)
	if v, err := s.Ref(t.Context(), "k", "b"); !errors.Is(err, errEnvelope) {
		t.Errorf("moved to another name: %q, %v", v, err)
	}
}

func TestLeaseHasOneHolder(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		acquire := func(holder string, ttl time.Duration) bool {
			t.Helper()
			ok, err := s.Acquire(t.Context(), "poll", holder, ttl)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		if !acquire("a", time.Minute) || acquire("b", time.Minute) || !acquire("a", 30*time.Millisecond) {
			t.Error("taken, refused, renewed: not so")
		}
		eventually(t, "it ends by itself", func() bool { return acquire("b", time.Minute) })
		for _, who := range []string{"a", "b"} {
			if err := s.Yield(t.Context(), "poll", who); err != nil {
				t.Fatal(err)
			}
			if got := acquire("c", time.Minute); got != (who == "b") {
				t.Errorf("%s yields: another gets it %v", who, got)
			}
		}
	})
}

func TestLimitLetsABurstThroughThenARate(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		allow := func(name string) bool {
			t.Helper()
			ok, err := s.Allow(t.Context(), "peer", name, 20, 3)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		start := time.Now()
		through := 0
		for time.Since(start) < 200*time.Millisecond {
			if allow("a") {
				through++
			}
		}
		if took := time.Since(start).Seconds(); through < 5 || float64(through) > 4+took*20 {
			t.Errorf("%d in %.2f s, want about %.0f", through, took, 3+took*20)
		}
		time.Sleep(400 * time.Millisecond)
		through = 0
		for range 8 {
			if allow("a") {
				through++
			}
		}
		if through < 3 || through > 5 {
			t.Errorf("%d at once after a rest, want 3", through)
		}
		if !allow("b") {
			t.Error("another name is held back")
		}
	})
}

func TestReleaseIsKept(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		if _, err := s.Release(t.Context(), "h"); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		bundle := bytes.Repeat([]byte{0, 1, 255}, 100_000)
		for range 2 {
			if err := s.KeepRelease(t.Context(), "h", bundle); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.Release(t.Context(), "h"); err != nil || !bytes.Equal(got, bundle) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	})
}

func TestDataSetsAreKept(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		if _, err := s.DataSet(t.Context(), "h"); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		places := bytes.Repeat([]byte("Mission locale de Rennes\n"), 100_000)
		for range 2 {
			if err := s.KeepDataSet(t.Context(), "h", places); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.DataSet(t.Context(), "h"); err != nil || !bytes.Equal(got, places) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		if n := s.rdb.StrLen(t.Context(), s.keys.data("h")).Val(); n == 0 || n > int64(len(places)/10) {
			t.Errorf("%d bytes are stored as %d", len(places), n)
		}
		if err := s.KeepDataSet(t.Context(), "big", make([]byte, mostData+1)); err == nil {
			t.Error("a part without bound is kept")
		}
	})
}

func TestPresenceIsOfAnyLeg(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		present := func(want bool) {
			t.Helper()
			if got, err := s.Present(ctx, "c"); err != nil || got != want {
				t.Errorf("present %v, %v, want %v", got, err, want)
			}
		}
		present(false)
		for _, leg := range []string{"a", "b", "b"} {
			if err := s.Here(ctx, "c", leg); err != nil {
				t.Fatal(err)
			}
		}
		present(true)
		if life := s.rdb.PTTL(ctx, s.keys.present("c")).Val(); life <= 44*time.Second || life > presentFor {
			t.Errorf("a sign lives %s", life)
		}
		if err := s.Gone(ctx, "c", "a"); err != nil {
			t.Fatal(err)
		}
		present(true)
		if err := s.Gone(ctx, "c", "b"); err != nil {
			t.Fatal(err)
		}
		present(false)
	})
}

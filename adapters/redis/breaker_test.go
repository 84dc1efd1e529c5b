package redis

import (
	"testing"
	"time"

	"frontdesk/bot"
)

func gate(t *testing.T, s *Store, name string) bot.Gate {
	t.Helper()
	g, err := s.Pass(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func fails(t *testing.T, s *Store, name string, told time.Duration) time.Duration {
	t.Helper()
	shut, err := s.Failed(t.Context(), name, told)
	if err != nil {
		t.Fatal(err)
	}
	return shut
}

func TestBreakerShutsAfterFailuresInARow(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		for i := range failuresToShut - 1 {
			if shut := fails(t, s, "a", 0); shut != 0 {
				t.Fatalf("shut for %s after %d failures", shut, i+1)
			}
		}
		if got, want := gate(t, s, "a"), (bot.Gate{Failures: failuresToShut - 1}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		if err := s.Worked(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if got := gate(t, s, "a"); got != (bot.Gate{}) {
			t.Errorf("after a success %+v, want nothing to remember", got)
		}
		for range failuresToShut {
			fails(t, s, "a", 0)
		}
		if g := gate(t, s, "a"); g.Wait < firstPause/4 || g.Wait > firstPause || g.Failures != failuresToShut {
			t.Errorf("after %d in a row: %+v", failuresToShut, g)
		}
		if g := gate(t, s, "b"); g != (bot.Gate{}) {
			t.Errorf("another platform: %+v", g)
		}
		if err := s.Worked(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if g := gate(t, s, "a"); g != (bot.Gate{}) {
			t.Errorf("somebody got through, and still %+v", g)
		}
	})
}

func TestBreakerLetsOneTryAtATime(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		if shut := fails(t, s, "a", 150*time.Millisecond); shut <= 0 || shut > 150*time.Millisecond {
			t.Errorf("told to wait 150 ms: shut for %s", shut)
		}
		if g := gate(t, s, "a"); g.Wait <= 0 || g.Wait > 150*time.Millisecond {
			t.Errorf("%+v, want a wait of at most 150 ms", g)
		}
		eventually(t, "one is let through", func() bool { return gate(t, s, "a").Wait == 0 })
		for range 3 {
			if g := gate(t, s, "a"); g.Wait <= 0 || g.Wait > probeLife {
				t.Errorf("while one tries: %+v", g)
			}
		}
		if shut := fails(t, s, "a", 0); shut < firstPause/4 || shut > firstPause {
			t.Errorf("the one who tried failed: shut for %s, want a pause", shut)
		}
	})
}

// Pauses grow to a minute; what was under way when it shut makes none longer.
func TestBreakersPausesGrow(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	s, set, err := OpenEmbeddedAt(t.Context(), now)
	opened(t, s, err)
	for range failuresToShut {
		fails(t, s, "a", 0)
	}
	for i, most := range []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second, time.Minute, time.Minute} {
		pause := gate(t, s, "a").Wait
		if pause < most/2 || pause > most {
			t.Errorf("pause %d is %s, want %s to %s", i+1, pause, most/2, most)
		}
		for range 10 {
			if shut := fails(t, s, "a", 0); shut != pause {
				t.Errorf("a straggler makes the pause %s, it was %s", shut, pause)
			}
		}
		now = now.Add(pause)
		set(now)
		if g := gate(t, s, "a"); g.Wait != 0 {
			t.Errorf("the pause is over and %+v", g)
		}
		fails(t, s, "a", 0)
	}
}

// Who tries may die: after a while somebody else may.
func TestBreakerSurvivesWhoTried(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	s, set, err := OpenEmbeddedAt(t.Context(), now)
	opened(t, s, err)
	fails(t, s, "a", time.Second)
	set(now.Add(time.Second))
	if g := gate(t, s, "a"); g.Wait != 0 {
		t.Fatalf("%+v", g)
	}
	set(now.Add(time.Second + probeLife - time.Millisecond))
	if g := gate(t, s, "a"); g.Wait != time.Millisecond {
		t.Errorf("%+v", g)
	}
	set(now.Add(time.Second + probeLife))
	if g := gate(t, s, "a"); g.Wait != 0 {
		t.Errorf("%+v, but nobody tries any more", g)
	}
}

// The scripts sent again after a lost answer count nothing twice and shut nobody out.
func TestBreakerKnowsARepetition(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		keys := []string{s.keys.breaker("a")}
		for i := range 20 {
			n, err := s.run.fail.Run(t.Context(), s.rdb, keys, "same", 0, 5, 5000, 60000, 500, 60000).Int()
			if err != nil || n != 0 {
				t.Fatalf("repetition %d: shut for %d ms, %v", i, n, err)
			}
		}
		fails(t, s, "a", 50*time.Millisecond)
		eventually(t, "the pause ends", func() bool {
			answer, err := s.run.pass.Run(t.Context(), s.rdb, keys, "me", 60000).Int64Slice()
			return err == nil && answer[0] == 0
		})
		for who, free := range map[string]bool{"me": true, "another": false} {
			answer, err := s.run.pass.Run(t.Context(), s.rdb, keys, who, 60000).Int64Slice()
			if err != nil || (answer[0] == 0) != free {
				t.Errorf("%s: %v, %v", who, answer, err)
			}
		}
	})
}

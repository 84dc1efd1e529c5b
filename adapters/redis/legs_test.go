package redis

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

func cursor(t *testing.T, s *Store, id bot.ConversationID, leg string) int64 {
	t.Helper()
	n, err := s.Cursor(t.Context(), id, leg)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPushLegIsDueUntilItHasReadAll(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		play(t, s, said("c", "a", "un"), nil)
		same(t, "due", due(t, s, "c"), []string{"o:c:t1 now"})
		found, err := s.Sweep(ctx, s.keys.shard("c"))
		want := bot.Due{Legs: []bot.DueLeg{{Conversation: "c", Leg: "t1"}}}
		if err != nil || !reflect.DeepEqual(found, want) {
			t.Fatalf("sweep: %+v, %v", found, err)
		}
		same(t, "leased", due(t, s, "c"), []string{"o:c:t1"})
		play(t, s, said("c", "b", "deux"), nil)
		same(t, "a commit leaves the lease alone", due(t, s, "c"), []string{"o:c:t1"})

		for _, step := range [][2]int64{{0, 2}, {2, 4}} {
			if err := s.Advance(ctx, "c", "t1", step[0], step[1]); err != nil {
				t.Fatal(err)
			}
			if err := s.Advance(ctx, "c", "t1", step[0], step[1]); !errors.Is(err, bot.ErrMoved) {
				t.Errorf("another advance from %d: %v, want ErrMoved", step[0], err)
			}
			if step[1] == 2 {
				same(t, "more to read", due(t, s, "c"), []string{"o:c:t1"})
			}
		}
		same(t, "all read", due(t, s, "c"), nil)
		if n := cursor(t, s, "c", "t1"); n != 4 {
			t.Errorf("cursor %d, want 4", n)
		}
		if err := s.Delay(ctx, "c", "t1", time.Minute); err != nil {
			t.Fatal(err)
		}
		same(t, "a delay brings nothing back", due(t, s, "c"), nil)
	})
}

func TestDelayedLegWaits(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		play(t, s, said("c", "a", "un"), nil)
		if err := s.Delay(t.Context(), "c", "t1", time.Minute); err != nil {
			t.Fatal(err)
		}
		same(t, "delayed", due(t, s, "c"), []string{"o:c:t1"})
		if err := s.Delay(t.Context(), "c", "t1", 0); err != nil {
			t.Fatal(err)
		}
		same(t, "handed back", due(t, s, "c"), []string{"o:c:t1 now"})
	})
}

func TestBuriedEntryIsPassedAndNamed(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		play(t, s, said("c", "a", "un"), nil)
		if err := s.Bury(t.Context(), "c", "t1", 0, 2, "blocked"); err != nil {
			t.Fatal(err)
		}
		if err := s.Bury(t.Context(), "c", "t1", 0, 2, "blocked"); !errors.Is(err, bot.ErrMoved) {
			t.Errorf("buried twice: %v, want ErrMoved", err)
		}
		dead, err := s.rdb.XRange(t.Context(), s.keys.dead(s.keys.shard("c")), "-", "+").Result()
		want := map[string]any{"conv": "c", "leg": "t1", "seq": "2", "why": "blocked"}
		if err != nil || len(dead) != 1 || !reflect.DeepEqual(dead[0].Values, want) {
			t.Errorf("dead letters %v, %v", dead, err)
		}
		if n := cursor(t, s, "c", "t1"); n != 2 {
			t.Errorf("cursor %d, want 2", n)
		}
		same(t, "due", due(t, s, "c"), nil)
	})
}

func TestCursorGoesWithItsLog(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		play(t, s, said("c", "a", "un"), func(t *bot.Turn) { t.After.Legs = []bot.Leg{phone} })
		if err := s.Advance(t.Context(), "c", "late", 0, 1); err != nil {
			t.Fatal(err)
		}
		log, cursors := s.rdb.TTL(t.Context(), s.keys.log("c")).Val(), s.rdb.TTL(t.Context(), s.keys.cursors("c")).Val()
		if (log - cursors).Abs() > time.Second {
			t.Errorf("the log lives %s, the cursors %s", log, cursors)
		}
	})
}

func TestLegThatJoinsReadsFromTheTurnItJoinedWith(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		play(t, s, said("c", "a", "un"), func(t *bot.Turn) { t.After.Legs = []bot.Leg{phone} })
		same(t, "a leg that follows is never due", due(t, s, "c"), nil)
		play(t, s, said("c", "b", "deux"), func(t *bot.Turn) {
			t.After.Legs = []bot.Leg{phone, owner}
			t.Effects = append(t.Effects, bot.Addressed{To: bot.ToOwner, Effect: bot.Pass{Text: "deux"}})
		})
		same(t, "due", due(t, s, "c"), []string{"o:c:s1 now"})
		if n := cursor(t, s, "c", "s1"); n != 2 {
			t.Errorf("starts at %d, want 2", n)
		}
		play(t, s, said("c", "d", "trois"), func(t *bot.Turn) { // cut, and back later under the same id
			t.After.Legs = slices.Clone(t.After.Legs)
			t.After.Legs[1].Left = true
		})
		play(t, s, said("c", "e", "quatre"), func(t *bot.Turn) {
			t.After.Legs = slices.Clone(t.After.Legs)
			t.After.Legs[1].Left = false
		})
		if n := cursor(t, s, "c", "s1"); n != 7 {
			t.Errorf("starts again at %d, want 7", n)
		}
	})
}

func TestTimerBecomesAnInputOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx, shard := t.Context(), s.keys.shard("c")
		rings := func(after time.Duration) func(*bot.Turn) {
			return func(t *bot.Turn) {
				t.After.Legs = []bot.Leg{phone}
				t.After.Timers = []bot.Timer{
					{Name: bot.TimerExpiry, At: t.Input.At.Add(time.Hour)},
					{Name: bot.TimerSilence, At: t.Input.At.Add(after)},
				}
			}
		}
		play(t, s, said("c", "a", "un"), rings(time.Minute))
		same(t, "not yet", due(t, s, "c"), []string{"t:c"})
		if fired, err := s.fire(ctx, []bot.ConversationID{"c"}); err != nil || len(fired) > 0 {
			t.Errorf("another replica was late: fired %v, %v", fired, err)
		}
		play(t, s, said("c", "b", "deux"), rings(50*time.Millisecond))
		var found bot.Due
		eventually(t, "the timer fires", func() bool {
			var err error
			if found, err = s.Sweep(ctx, shard); err != nil {
				t.Fatal(err)
			}
			return len(found.Conversations) > 0
		})
		if !reflect.DeepEqual(found, bot.Due{Conversations: []bot.ConversationID{"c"}}) {
			t.Errorf("found %+v", found)
		}
		same(t, "fired", due(t, s, "c"), []string{"i:c"})
		if again, _ := s.Sweep(ctx, shard); len(again.Conversations) > 0 {
			t.Errorf("fired again: %+v", again)
		}
		h, err := s.Head(ctx, "c")
		if err != nil {
			t.Fatal(err)
		}
		if h.Next == nil || h.Next.Event != (bot.Rang{}) || h.Next.Conversation != "c" || !strings.HasPrefix(h.Next.ID, "t:1") ||
			h.Next.At.Before(h.Session.Timers[1].At) {
			t.Fatalf("next %+v", h.Next)
		}
		commit(t, s, h, func(t *bot.Turn) { t.After.Timers = nil })
		same(t, "no timer left", due(t, s, "c"), nil)
		same(t, "log", log(t, s, "c", 4), []string{"> (rang)"})
	})
}

func TestTimerBehindAnotherInputWaitsItsTurn(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		play(t, s, said("c", "a", "un"), func(t *bot.Turn) {
			t.After.Legs = []bot.Leg{phone}
			t.After.Timers = []bot.Timer{{Name: bot.TimerSilence, At: t.Input.At}}
		})
		a := accept(t, s, said("c", "b", "deux"))
		if found, err := s.Sweep(t.Context(), s.keys.shard("c")); err != nil || len(found.Conversations) > 0 {
			t.Errorf("the conversation is being played, but found %+v, %v", found, err)
		}
		next := commit(t, s, a.Head, func(t *bot.Turn) {
			t.After.Timers = []bot.Timer{{Name: bot.TimerSilence, At: t.Input.At.Add(time.Minute)}}
		})
		if next.Next == nil || next.Next.Event != (bot.Rang{}) {
			t.Errorf("next %+v, want Rang", next.Next)
		}
		same(t, "due", due(t, s, "c"), []string{"i:c", "t:c"})
		commit(t, s, next, func(t *bot.Turn) { t.After.Timers = nil })
		same(t, "due when nothing is awaited", due(t, s, "c"), nil)
	})
}

func TestInputOfAReplicaThatDiedIsFoundAfterTheGrace(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		accepted := time.Now()
		accept(t, s, said("c", "a", "un"))
		accept(t, s, said("c", "b", "deux"))
		if found, _ := s.Sweep(t.Context(), s.keys.shard("c")); len(found.Conversations) > 0 && time.Since(accepted) < s.grace {
			t.Errorf("found at once: %+v", found)
		}
		eventually(t, "found after the grace", func() bool {
			found, err := s.Sweep(t.Context(), s.keys.shard("c"))
			return err == nil && slices.Equal(found.Conversations, []bot.ConversationID{"c"})
		})
		if found, _ := s.Sweep(t.Context(), s.keys.shard("c")); len(found.Conversations) > 0 {
			t.Errorf("leased, and found again: %+v", found)
		}
		if since := time.Since(accepted); since < s.grace-time.Millisecond {
			t.Errorf("found after %s", since)
		}
		h, err := s.Head(t.Context(), "c")
		if err != nil {
			t.Fatal(err)
		}
		if err := drain(t.Context(), s, h); err != nil {
			t.Fatal(err)
		}
		same(t, "log", log(t, s, "c", 0), []string{"> un", "< écho un", "> deux", "< écho deux"})
	})
}

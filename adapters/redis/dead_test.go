package redis

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

func TestDeadLettersAreReadAndSettled(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for i, id := range []bot.ConversationID{"c", "d", "e"} { // of both shards
			play(t, s, said(id, fmt.Sprint("in", i), "un"), nil)
			if err := s.Bury(ctx, id, "t1", 0, 2, "undeliverable"); err != nil {
				t.Fatal(err)
			}
		}
		// What is no delivery has no leg and no entry.
		s.rdb.XAdd(ctx, xadd(s, "f", "conv", "f", "seq", "", "leg", "", "why", "poison"))
		all, err := s.DeadLetters(ctx)
		if err != nil || len(all) != 4 {
			t.Fatalf("%+v, %v", all, err)
		}
		for i, d := range all {
			one, err := s.DeadLetter(ctx, d.ID)
			if err != nil || one != d {
				t.Errorf("%+v by its id is %+v, %v", d, one, err)
			}
			if i > 0 && d.At.After(all[i-1].At) {
				t.Error("the newest is not the first")
			}
			if time.Since(d.At).Abs() > time.Minute {
				t.Errorf("buried at %s", d.At)
			}
			d.ID, d.At = "", time.Time{}
			want := bot.DeadLetter{Conversation: d.Conversation, Leg: "t1", Seq: 2, Why: "undeliverable"}
			if d.Conversation == "f" {
				want = bot.DeadLetter{Conversation: "f", Why: "poison"}
			}
			if d != want {
				t.Errorf("%+v, want %+v", d, want)
			}
		}
		for range 2 {
			if err := s.Settle(ctx, all[1].ID); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.DeadLetter(ctx, all[1].ID); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("settled: %v, want ErrNotFound", err)
		}
		left, err := s.DeadLetters(ctx)
		if want := append(all[:1:1], all[2:]...); err != nil || !reflect.DeepEqual(left, want) {
			t.Errorf("%+v, %v, want %+v", left, err, want)
		}
		for _, id := range []string{"", "x", "9-1-1", "-1-1-1", "0-1", "0-1-x", "0-+-1", "0---"} {
			if _, err := s.DeadLetter(ctx, id); !errors.Is(err, bot.ErrNotFound) {
				t.Errorf("%q: %v, want ErrNotFound", id, err)
			}
		}
	})
}

func TestDeadLettersGoAfterThirtyDays(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	s, set, err := OpenEmbeddedAt(t.Context(), now)
	opened(t, s, err)
	bury := func(id bot.ConversationID) {
		play(t, s, said(id, "in "+string(id), "un"), nil)
		if err := s.Bury(t.Context(), id, "t1", 0, 2, "undeliverable"); err != nil {
			t.Fatal(err)
		}
	}
	left := func(want int) {
		t.Helper()
		all, err := s.DeadLetters(t.Context())
		if n := s.rdb.XLen(t.Context(), s.keys.dead(0)).Val(); err != nil || len(all) != want || n != int64(want) {
			t.Errorf("%d are shown and %d kept, %v; want %d", len(all), n, err, want)
		}
	}
	bury("c")
	set(now.Add(deadLife - time.Minute))
	left(1)
	bury("d")
	set(now.Add(deadLife + time.Minute))
	left(1)
}

func TestLegIsClaimedByOneAndWhenItsTimeHasCome(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		claim := func(leg string, want bool) {
			t.Helper()
			if got, err := s.Claim(t.Context(), "c", leg); got != want || err != nil {
				t.Errorf("claim %s: %v, %v, want %v", leg, got, err, want)
			}
		}
		claim("t1", false) // nothing is due
		play(t, s, said("c", "a", "un"), nil)
		claim("t1", true)
		claim("t1", false)
		claim("other", false)
		if err := s.Delay(t.Context(), "c", "t1", time.Minute); err != nil {
			t.Fatal(err)
		}
		claim("t1", false)
		if err := s.Delay(t.Context(), "c", "t1", 0); err != nil {
			t.Fatal(err)
		}
		claim("t1", true)
		if err := s.Rest(t.Context(), "c", "t1"); err != nil {
			t.Fatal(err)
		}
		claim("t1", false)
		same(t, "due", due(t, s, "c"), nil)
	})
}

func TestAnAttemptIsNotedUntilItsEndIsKnown(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		play(t, s, said("c", "a", "un"), nil)
		sending := func(leg string, at, seq int64, want bool) {
			t.Helper()
			if before, err := s.Sending(ctx, "c", leg, at, seq); err != nil || before != want {
				t.Errorf("sending %d to %s: %v, %v, want %v", seq, leg, before, err, want)
			}
		}
		sending("t1", 0, 2, false)
		sending("t1", 0, 2, true)
		sending("t1", 0, 2, true)
		sending("s1", 0, 2, false)
		if err := s.NotSent(ctx, "c", "t1"); err != nil {
			t.Fatal(err)
		}
		sending("t1", 0, 2, false)
		sending("t1", 0, 3, false) // an older note is no note of this one
		if err := s.Advance(ctx, "c", "t1", 0, 3); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Sending(ctx, "c", "t1", 0, 3); !errors.Is(err, bot.ErrMoved) {
			t.Errorf("where another was: %v, want ErrMoved", err)
		}
		sending("t1", 3, 4, false)
		if log, cursors := s.rdb.TTL(ctx, s.keys.log("c")).Val(), s.rdb.TTL(ctx, s.keys.cursors("c")).Val(); (log - cursors).Abs() > time.Second {
			t.Errorf("the log lives %s, the notes %s", log, cursors)
		}
		for _, want := range []int{0, 0} { // sent again after a lost answer
			n, err := s.run.sending.Run(ctx, s.rdb, []string{s.keys.cursors("c"), s.keys.log("c")}, "s1", 0, 5, "same").Int()
			if err != nil || n != want {
				t.Errorf("%d, %v, want %d", n, err, want)
			}
		}
	})
}

func xadd(s *Store, id bot.ConversationID, values ...any) *goredis.XAddArgs {
	return &goredis.XAddArgs{Stream: s.keys.dead(s.keys.shard(id)), Values: values}
}

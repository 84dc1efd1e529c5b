package redis

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"frontdesk/bot"
)

func TestInputIsKeptOnceAndPlayedInOrder(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		first := accept(t, s, said("c1", "a", "un"))
		if first.Head.Next == nil || first.Head.Next.ID != "a" || first.Head.Session.ID != "c1" {
			t.Fatalf("first is not the head: %+v", first)
		}
		if now, _ := s.Now(t.Context()); now.Sub(first.Head.Next.At).Abs() > time.Second {
			t.Errorf("stamped %s at %s", first.Head.Next.At, now)
		}
		if again := accept(t, s, said("c1", "a", "un")); !again.Duplicate {
			t.Errorf("repeated: %+v", again)
		}
		if second := accept(t, s, said("c1", "b", "deux")); !second.Queued {
			t.Errorf("second: %+v", second)
		}
		if elsewhere := accept(t, s, said("c2", "a", "un")); elsewhere.Duplicate {
			t.Error("an input that is forwarded to another conversation counts as a repetition")
		}

		loaded, err := s.Head(t.Context(), "c1")
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(loaded, first.Head) {
			t.Errorf("head as loaded\n got %+v\nwant %+v", loaded, first.Head)
		}
		next := commit(t, s, first.Head, nil)
		if next.Next == nil || next.Next.ID != "b" || next.Session.Version != 1 || next.Session.Entries != 2 {
			t.Fatalf("next head: %+v", next)
		}
		same(t, "due", due(t, s, "c1"), []string{"i:c1", "o:c1:t1 now"})
		last := commit(t, s, next, nil)
		if last.Next != nil || last.Sealed != "" {
			t.Errorf("after the last: %+v", last)
		}
		same(t, "due at the end", due(t, s, "c1"), []string{"o:c1:t1 now"})
		same(t, "log", log(t, s, "c1", 0), []string{"> un", "< écho un", "> deux", "< écho deux"})
		same(t, "log after 2", log(t, s, "c1", 2), []string{"> deux", "< écho deux"})
		stored, err := s.Head(t.Context(), "c1")
		if err != nil || !reflect.DeepEqual(stored, last) {
			t.Errorf("stored: %v\n got %+v\nwant %+v", err, stored, last)
		}
	})
}

func TestCommitIsRefusedToWhoeverComesSecond(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		a := accept(t, s, said("c", "a", "un"))
		accept(t, s, said("c", "b", "deux"))
		commit(t, s, a.Head, nil)
		if _, err := s.Commit(t.Context(), a.Head, turned(a.Head, nil)); !errors.Is(err, bot.ErrMoved) {
			t.Errorf("second commit of the same turn: %v, want ErrMoved", err)
		}
		h, err := s.Head(t.Context(), "c")
		if err != nil {
			t.Fatal(err)
		}
		stale := h
		stale.Sealed = a.Head.Sealed
		if _, err := s.Commit(t.Context(), stale, turned(stale, nil)); !errors.Is(err, bot.ErrGone) {
			t.Errorf("commit of an input that was played: %v, want ErrGone", err)
		}
		same(t, "log", log(t, s, "c", 0), []string{"> un", "< écho un"})
	})
}

func TestTurnThatDoesNotFollowIsAFault(t *testing.T) {
	s, err := OpenEmbedded(t.Context())
	opened(t, s, err)
	h := accept(t, s, said("c", "a", "un")).Head
	for name, spoil := range map[string]func(*bot.Turn, *bot.Head){
		"version":      func(t *bot.Turn, _ *bot.Head) { t.After.Version = 7 },
		"entries":      func(t *bot.Turn, _ *bot.Head) { t.After.Entries = 7 },
		"conversation": func(t *bot.Turn, _ *bot.Head) { t.After.ID = "d" },
		"no input":     func(_ *bot.Turn, h *bot.Head) { h.Next = nil },
	} {
		turn, head := turned(h, nil), h
		spoil(&turn, &head)
		if _, err := s.Commit(t.Context(), head, turn); err == nil {
			t.Errorf("%s: committed", name)
		}
	}
	if _, err := s.Accept(t.Context(), said("a:b", "a", "un")); err == nil {
		t.Error("a conversation id with a colon was taken")
	}
}

func TestInboxThatIsFullKeepsNothing(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		for i := range mostWaiting {
			accept(t, s, said("c", fmt.Sprint(i), "x"))
		}
		_, err := s.Accept(t.Context(), said("c", "late", "x"))
		if !errors.Is(err, bot.ErrTooMany) {
			t.Fatalf("got %v, want ErrTooMany", err)
		}
		h, err := s.Head(t.Context(), "c")
		if err != nil {
			t.Fatal(err)
		}
		commit(t, s, h, nil)
		if a := accept(t, s, said("c", "late", "x")); !a.Queued {
			t.Errorf("the refused input is not taken later: %+v", a)
		}
	})
}

func TestLegFindsItsConversation(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		for _, step := range []struct {
			leg         bot.Leg
			fresh, want bot.ConversationID
		}{{chat, "c1", "c1"}, {chat, "c2", "c1"}, {phone, "c3", "c3"}, {bot.Leg{Channel: "web", Peer: chat.Peer}, "c4", "c4"}} {
			got, err := s.Resolve(t.Context(), step.leg, step.fresh)
			if err != nil || got != step.want {
				t.Errorf("%s: %s, %v, want %s", step.leg.Channel, got, err, step.want)
			}
		}
	})
}

func TestSessionOfANewerBinaryIsLeftToIt(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		play(t, s, said("c", "a", "un"), nil)
		plain := []byte{250, 1, 2}
		newer := s.ring.sealVersioned("c", sealedSession, 2, plain)
		if err := s.rdb.Set(t.Context(), s.keys.session("c"), newer, 0).Err(); err != nil {
			t.Fatal(err)
		}
		if a := accept(t, s, said("c", "b", "deux")); !a.Queued {
			t.Errorf("accepted for this binary: %+v", a)
		}
		if _, err := s.Head(t.Context(), "c"); !errors.Is(err, bot.ErrNewer) {
			t.Errorf("got %v, want ErrNewer", err)
		}
		if got := s.rdb.Get(t.Context(), s.keys.session("c")).Val(); got != newer {
			t.Error("the newer session was touched")
		}
	})
}

func TestTimeOfInputsNeverGoesBack(t *testing.T) {
	s, err := OpenEmbedded(t.Context())
	opened(t, s, err)
	ahead := time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
	play(t, s, said("c", "a", "un"), func(t *bot.Turn) { t.After.Updated = ahead })
	if a := accept(t, s, said("c", "b", "deux")); !a.Head.Next.At.Equal(ahead) {
		t.Errorf("stamped %s, the session is of %s", a.Head.Next.At, ahead)
	}
}

func TestRepetitionIsRememberedFromTheLastTime(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		accept(t, s, said("c", "a", "un"))
		mark := s.keys.dedup("c", s.ring.hash("input", "c", "a"))
		s.rdb.Expire(t.Context(), mark, time.Minute)
		accept(t, s, said("c", "a", "un"))
		if life := s.rdb.TTL(t.Context(), mark).Val(); life < 47*time.Hour {
			t.Errorf("remembered for %s", life)
		}
	})
}

func TestLegThatIsUsedKeepsItsConversation(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		for range 2 {
			if _, err := s.Resolve(t.Context(), chat, "c"); err != nil {
				t.Fatal(err)
			}
			if life := s.rdb.TTL(t.Context(), s.keys.leg(chat)).Val(); life < s.retention.Session-time.Hour {
				t.Errorf("kept for %s", life)
			}
			s.rdb.Expire(t.Context(), s.keys.leg(chat), time.Minute)
		}
	})
}

func TestInboxIsDueWhateverWasLost(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		accept(t, s, said("c", "a", "un"))
		same(t, "after the first", due(t, s, "c"), []string{"i:c"})
		s.rdb.Del(t.Context(), s.keys.due(s.keys.shard("c")))
		accept(t, s, said("c", "b", "deux"))
		same(t, "found again with the second", due(t, s, "c"), []string{"i:c"})
	})
}

func TestConversationGoesOnWhenItsLogHasExpired(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		play(t, s, said("c", "a", "un"), nil)
		if err := s.rdb.Del(t.Context(), s.keys.log("c"), s.keys.cursors("c")).Err(); err != nil {
			t.Fatal(err)
		}
		same(t, "log", log(t, s, "c", 0), nil)
		play(t, s, said("c", "b", "deux"), nil)
		entries, err := s.Log(t.Context(), "c", 0, 10)
		if err != nil || len(entries) != 2 || entries[0].Seq != 3 {
			t.Fatalf("%+v, %v, want entries 3 and 4", entries, err)
		}
		if at, err := s.Cursor(t.Context(), "c", "t1"); at != 0 || err != nil {
			t.Errorf("cursor %d, %v", at, err)
		}
		if err := s.Advance(t.Context(), "c", "t1", 0, 4); err != nil {
			t.Error(err)
		}
		if left := due(t, s, "c"); len(left) != 0 {
			t.Errorf("still due: %v", left)
		}
	})
}

func TestWhoGoesOnAfterACommitHasTheSessionAsItIsStored(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		first := accept(t, s, said("c", "a", "un")).Head
		accept(t, s, said("c", "b", "deux"))
		goesOn := commit(t, s, first, func(t *bot.Turn) {
			t.After.Case.Due = time.Date(2026, 11, 24, 18, 0, 0, 123, time.FixedZone("elsewhere", 3600))
		})
		loads, err := s.Head(t.Context(), "c")
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(goesOn, loads) {
			t.Errorf("who goes on has\n%+v\nwho loads it has\n%+v", goesOn, loads)
		}
	})
}

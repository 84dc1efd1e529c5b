package redis

import (
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

func TestAttemptsAtAnInputAreCounted(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		h := accept(t, s, said("c", "a", "un")).Head
		accept(t, s, said("c", "b", "deux"))
		for want := 1; want < 4; want++ {
			if n, err := s.Attempt(t.Context(), h); n != want || err != nil {
				t.Fatalf("attempt %d, %v, want %d", n, err, want)
			}
		}
		due := s.rdb.ZScore(t.Context(), s.keys.due(s.keys.shard("c")), inboxMember("c")).Val()
		now, err := s.Now(t.Context())
		if off := time.UnixMilli(int64(due)).Sub(now); err != nil || off < 7*s.grace || off > 8*s.grace {
			t.Errorf("after the third attempt it is put off for %s, %v", off, err)
		}
		next := commit(t, s, h, nil)
		if n, err := s.Attempt(t.Context(), next); n != 1 || err != nil {
			t.Errorf("attempt %d at the input after it, %v, want 1", n, err)
		}
		for range 2 {
			if err := s.Survived(t.Context(), "c"); err != nil {
				t.Error(err)
			}
		}
		if n, err := s.Attempt(t.Context(), next); n != 1 || err != nil {
			t.Errorf("attempt %d after it was survived, %v, want 1", n, err)
		}
	})
}

func TestParkedInputMakesRoomForTheNext(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		h := accept(t, s, said("c", "a", "un")).Head
		accept(t, s, said("c", "b", "deux"))
		if err := s.Park(t.Context(), h, "poison"); err != nil {
			t.Fatal(err)
		}
		if err := s.Park(t.Context(), h, "poison"); !errors.Is(err, bot.ErrGone) {
			t.Errorf("again: %v, want ErrGone", err)
		}
		next, err := s.Head(t.Context(), "c")
		if err != nil || next.Next == nil || next.Next.ID != "b" {
			t.Fatalf("%+v, %v", next, err)
		}
		same(t, "due", due(t, s, "c"), []string{"i:c"})
		if err := s.Park(t.Context(), next, "poison"); err != nil {
			t.Fatal(err)
		}
		same(t, "due", due(t, s, "c"), nil)
		letters := s.rdb.XRange(t.Context(), s.keys.dead(s.keys.shard("c")), "-", "+").Val()
		if len(letters) != 2 || letters[0].Values["entry"] != h.Sealed || letters[0].Values["why"] != "poison" {
			t.Errorf("%+v", letters)
		}
	})
}

func TestDamagedInputIsPlayedAsUnplayed(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		accept(t, s, said("c", "a", "un"))
		stored := s.rdb.LIndex(t.Context(), s.keys.inbox("c"), 0).Val()
		if err := s.rdb.LSet(t.Context(), s.keys.inbox("c"), 0, stored[:len(stored)-1]+"!").Err(); err != nil {
			t.Fatal(err)
		}
		h, err := s.Head(t.Context(), "c")
		if err != nil {
			t.Fatal(err)
		}
		want := bot.Unplayed{Kind: bot.Damaged}
		if h.Next == nil || h.Next.Event != want || !strings.HasPrefix(h.Next.ID, "damaged:") || h.Next.At.IsZero() {
			t.Fatalf("%+v", h.Next)
		}
		commit(t, s, h, func(turn *bot.Turn) { turn.Dead = "damaged" })
		letters := s.rdb.XRange(t.Context(), s.keys.dead(s.keys.shard("c")), "-", "+").Val()
		if len(letters) != 1 || letters[0].Values["conv"] != "c" || letters[0].Values["seq"] != "1" || letters[0].Values["why"] != "damaged" {
			t.Errorf("%+v", letters)
		}
	})
}

func TestInputOfANewerVersionOrKeyIsLeftToIt(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		hash := s.ring.hash("input", "c", "a")
		unknown := s.ring.seal([]byte(hash+"|"), []byte(`{"ID":"a","Event":{"teleported":{}}}`), place("c", sealedInput, hash))
		other, err := parseKeys([]byte(key(9) + "\nhmac " + freshKey()))
		if err != nil {
			t.Fatal(err)
		}
		foreign := other.seal([]byte(hash+"|"), []byte(`{}`), place("c", sealedInput, hash))
		for name, entry := range map[string]string{"event": string(unknown), "key": string(foreign)} {
			s.rdb.Del(t.Context(), s.keys.inbox("c"))
			s.rdb.RPush(t.Context(), s.keys.inbox("c"), "1790000000000|"+entry)
			if _, err := s.Head(t.Context(), "c"); !errors.Is(err, bot.ErrNewer) {
				t.Errorf("an unknown %s: %v, want ErrNewer", name, err)
			}
		}
	})
}

func TestAttemptsAreForgottenAfterADay(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		h := accept(t, s, said("c", "a", "un")).Head
		if _, err := s.Attempt(t.Context(), h); err != nil {
			t.Fatal(err)
		}
		if err := s.Park(t.Context(), h, "poison"); err != nil { // and nobody says that they survived
			t.Fatal(err)
		}
		if life := s.rdb.TTL(t.Context(), s.keys.tries(s.keys.shard("c"))).Val(); life <= 23*time.Hour || life > 24*time.Hour {
			t.Errorf("kept for %s", life)
		}
	})
}

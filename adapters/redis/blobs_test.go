package redis

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
)

var sound = bytes.Repeat([]byte("RIFF une voix qui dit son nom. "), 32<<10)

func putSound(t *testing.T, s *Store, id bot.ConversationID, name string) time.Time {
	t.Helper()
	until, err := s.PutBlob(t.Context(), id, name, sound, bot.MessageLife)
	if err != nil {
		t.Fatal(err)
	}
	return until
}

func TestBlobIsSealedAndComesBackToWhoNamesIt(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		play(t, s, said("c", "a", "un"), nil)
		play(t, s, said("d", "a", "un"), nil)
		until := putSound(t, s, "c", "m1")
		if left := time.Until(until); left < bot.MessageLife-time.Minute || left > bot.MessageLife+time.Minute {
			t.Errorf("it is kept until %s", until)
		}
		if got, err := s.Blob(t.Context(), "c", "m1"); err != nil || !bytes.Equal(got, sound) {
			t.Errorf("%d bytes come back, %v", len(got), err)
		}
		stored := s.rdb.Get(t.Context(), s.keys.blob("c")).Val()
		if len(stored) < len(sound) || strings.Contains(stored, "une voix") {
			t.Errorf("it stands in Redis as it was said: %d bytes", len(stored))
		}
		for _, other := range [][2]string{{"c", "m2"}, {"d", "m1"}, {"", "m1"}, {"e", "m1"}} {
			if _, err := s.Blob(t.Context(), bot.ConversationID(other[0]), other[1]); !errors.Is(err, bot.ErrNotFound) {
				t.Errorf("%q of conversation %q: %v, want ErrNotFound", other[1], other[0], err)
			}
		}
		// Moved under another conversation it opens for nobody.
		if err := s.rdb.Set(t.Context(), s.keys.blob("d"), stored, 0).Err(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Blob(t.Context(), "d", "m1"); err == nil {
			t.Error("a blob opens in another conversation's place")
		}
		putSound(t, s, "c", "m2")
		if _, err := s.Blob(t.Context(), "c", "m1"); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("a later one has taken its place: %v", err)
		}
	})
}

func TestBlobExpiresByItself(t *testing.T) {
	s := simulate(t)
	play(t, s.Store, said("c", "a", "un"), live(bot.Waiting))
	putSound(t, s.Store, "c", "m")
	s.pass(bot.MessageLife - time.Second)
	play(t, s.Store, said("c", "b", "deux"), nil) // no turn lengthens it
	if _, err := s.Blob(t.Context(), "c", "m"); err != nil {
		t.Errorf("before its time: %v", err)
	}
	s.pass(2 * time.Second)
	if _, err := s.Blob(t.Context(), "c", "m"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("after its time: %v, want ErrNotFound", err)
	}
	if session, words := s.kept("c"); !session || !words {
		t.Error("the conversation went with it")
	}
}

func TestBlobGoesInTheCommitThatErases(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		play(t, s, said("c", "a", "un"), nil)
		putSound(t, s, "c", "m")
		play(t, s, said("c", "b", "effacer"), erasing)
		if n := s.rdb.Exists(t.Context(), s.keys.blob("c")).Val(); n != 0 {
			t.Error("the sound outlives its conversation")
		}
		for _, id := range []bot.ConversationID{"c", "nobody"} {
			if _, err := s.PutBlob(t.Context(), id, "m", sound, bot.MessageLife); !errors.Is(err, bot.ErrNotFound) {
				t.Errorf("put under %q: %v, want ErrNotFound", id, err)
			}
		}
		if n := s.rdb.Exists(t.Context(), s.keys.blob("c"), s.keys.blob("c")).Val(); n != 0 {
			t.Error("a sound was left under a tombstone")
		}
	})
}

func TestBlobHasItsBounds(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		play(t, s, said("c", "a", "un"), nil)
		for what, put := range map[string]struct {
			content []byte
			life    time.Duration
		}{
			"nothing":   {nil, time.Hour},
			"too much":  {make([]byte, bot.MostMessageBytes+1), time.Hour},
			"no time":   {sound, 0},
			"too long":  {sound, bot.MostMessageLife + time.Second},
			"backwards": {sound, -time.Hour},
		} {
			if _, err := s.PutBlob(t.Context(), "c", "m", put.content, put.life); err == nil {
				t.Errorf("%s is kept", what)
			}
		}
		if _, err := s.PutBlob(t.Context(), "c", "m", make([]byte, bot.MostMessageBytes), bot.MostMessageLife); err != nil {
			t.Errorf("the most there may be: %v", err)
		}
	})
}

// All keys that the scripts take together are of one conversation, and so of one slot.
func TestBlobStandsInTheSlotOfItsConversation(t *testing.T) {
	k := keys{prefix: "fd:test:", shards: 256, ring: RandomKeys()}
	tag := func(key string) string {
		_, rest, _ := strings.Cut(key, "{")
		tag, _, _ := strings.Cut(rest, "}")
		return tag
	}
	for i := range 100 {
		id := bot.ConversationID(fmt.Sprint("c", i))
		if tag(k.blob(id)) != tag(k.session(id)) || tag(k.blob(id)) == "" {
			t.Fatalf("%s and %s", k.blob(id), k.session(id))
		}
		if kind, of := k.kindOf(k.blob(id)); kind != "b" || of != id {
			t.Fatalf("%s is a %q of %q", k.blob(id), kind, of)
		}
	}
}

func TestBlobIsSealedAnewUnderANewerKey(t *testing.T) {
	files(t, func(t *testing.T, s *Store, path string) {
		play(t, s, said("c", "a", "un"), nil)
		putSound(t, s, "c", "m")
		if _, err := RotateKeys(path, time.Now()); err != nil {
			t.Fatal(err)
		}
		takeUp(t, s, path)
		eventually(t, "the new key seals", func() bool { return s.ring.Sealing() == 2 })
		eventually(t, "nothing is sealed with the old one", func() bool {
			if _, err := s.tend(t.Context(), "me", 0); err != nil {
				t.Fatal(err)
			}
			counts, err := s.Sealed(t.Context())
			return err == nil && counts[1] == 0 && counts[2] > 0
		})
		if got, err := s.Blob(t.Context(), "c", "m"); err != nil || !bytes.Equal(got, sound) {
			t.Errorf("%d bytes come back, %v", len(got), err)
		}
		if life := s.rdb.TTL(t.Context(), s.keys.blob("c")).Val(); life > bot.MessageLife || life < bot.MessageLife-time.Minute {
			t.Errorf("it lives %s", life)
		}
	})
}

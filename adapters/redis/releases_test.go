package redis

import (
	"errors"
	"testing"
	"time"

	"frontdesk/bot"
)

func TestReleasesRetire(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for _, hash := range []string{"needed", "old", "again", "late"} {
			if err := s.KeepRelease(ctx, hash, []byte(hash)); err != nil {
				t.Fatal(err)
			}
		}
		needed := map[string]bool{"needed": true}
		n, err := s.RetireReleases(ctx, func(hash string) bool { return needed[hash] }, 1500*time.Millisecond)
		if err != nil || n != 3 {
			t.Fatalf("%d, %v", n, err)
		}
		if kept, err := s.KeptReleases(ctx, []string{"needed", "old", "nobody"}); err != nil || !kept["needed"] || !kept["old"] || kept["nobody"] {
			t.Errorf("%v, %v", kept, err)
		}
		if err := s.KeepRelease(ctx, "again", []byte("again")); err != nil { // somebody goes back to it
			t.Fatal(err)
		}
		needed["late"], needed["again"] = true, true // a conversation began on it meanwhile
		if n, err := s.RetireReleases(ctx, func(hash string) bool { return needed[hash] }, time.Hour); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		time.Sleep(2200 * time.Millisecond) // and one that was about to end is not given longer
		for hash, want := range map[string]bool{"needed": true, "old": false, "again": true, "late": true} {
			stored, err := s.Release(ctx, hash)
			if want && (err != nil || string(stored) != hash) || !want && !errors.Is(err, bot.ErrNotFound) {
				t.Errorf("%s: %q, %v", hash, stored, err)
			}
			if life := s.rdb.PTTL(ctx, s.keys.release(hash)).Val(); want && life > 0 {
				t.Errorf("%s ends in %s", hash, life)
			}
		}
	})
}

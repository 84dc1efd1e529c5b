package redis

import (
	"fmt"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

func BenchmarkAcceptCommit(b *testing.B) {
	run := func(b *testing.B, s *Store) {
		n := 0
		for b.Loop() {
			n++
			play(b, s, said("c", fmt.Sprint(n), "bonjour"), nil)
			if n%64 == 0 { // a long log makes neither slower, but holds memory
				s.rdb.FlushDB(b.Context())
			}
		}
	}
	b.Run("embedded", func(b *testing.B) {
		s, err := OpenEmbedded(b.Context())
		run(b, opened(b, s, err))
	})
	b.Run("redis", func(b *testing.B) { run(b, openChild(b, peer(b), nil)) })
	b.Run("redis-replica", func(b *testing.B) {
		master := peer(b, "--repl-diskless-sync-delay", "0")
		replicaOf(b, master)
		run(b, openChild(b, master, nil))
	})
	b.Run("redis-always", func(b *testing.B) {
		run(b, openChild(b, peer(b, "--appendonly", "yes", "--appendfsync", "always"), nil))
	})
}

// BenchmarkJournal reads a journal of 20,000 lines whole, and the one line that is new.
func BenchmarkJournal(b *testing.B) {
	const lines = 20_000
	run := func(b *testing.B, s *Store) {
		for i := range lines {
			if err := s.Append(b.Context(), bot.Record{Who: "claire", Deed: "draft_saved", Before: strings.Repeat("a", 64), What: fmt.Sprintf("étape « besoin-%d »", i)}); err != nil {
				b.Fatal(err)
			}
		}
		place := ""
		b.Run("whole", func(b *testing.B) {
			for b.Loop() {
				n, err := 0, error(nil)
				if place, err = s.JournalAfter(b.Context(), "", func(bot.JournalLine) error { n++; return nil }); err != nil || n < lines {
					b.Fatal(n, err)
				}
			}
		})
		b.Run("new", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.JournalAfter(b.Context(), place, func(bot.JournalLine) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("embedded", func(b *testing.B) {
		s, err := OpenEmbedded(b.Context())
		run(b, opened(b, s, err))
	})
	b.Run("redis", func(b *testing.B) { run(b, openChild(b, peer(b), nil)) })
}

// BenchmarkTraces reads 10,000 events with their numbers, whole and from where one was.
func BenchmarkTraces(b *testing.B) {
	s := openChild(b, peer(b), nil)
	pipe := s.rdb.Pipeline()
	for i := range 10_000 {
		line := fmt.Sprintf(`{"number":"%024d","at":%q,"channel":"web","step":"besoin","class":"option:emploi","option":"emploi","release":"abc"}`, i, time.Now().UTC().Format(time.RFC3339))
		pipe.XAdd(b.Context(), &goredis.XAddArgs{Stream: s.keys.trace(i % s.keys.shards), Values: map[string]any{"t": line}})
	}
	if _, err := pipe.Exec(b.Context()); err != nil {
		b.Fatal(err)
	}
	nothing := func(bot.Trace) error { return nil }
	place := ""
	b.Run("Traces", func(b *testing.B) {
		for b.Loop() {
			if err := s.Traces(b.Context(), nothing); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("TracesAfter", func(b *testing.B) {
		for b.Loop() {
			var err error
			if place, err = s.TracesAfter(b.Context(), "", 50_000, nothing); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("nothing-new", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.TracesAfter(b.Context(), place, 50_000, nothing); err != nil {
				b.Fatal(err)
			}
		}
	})
}

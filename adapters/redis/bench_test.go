package redis

import (
	"fmt"
	"testing"
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

package redis

import (
	"context"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// OpenEmbeddedAt is OpenEmbedded with a clock that stands still, for replays: Redis time is at until
// set moves it, and keys expire by it.
func OpenEmbeddedAt(ctx context.Context, at time.Time) (s *Store, set func(time.Time), err error) {
	server := miniredis.NewMiniRedis()
	server.SetTime(at)
	rdb := clientOf(server)
	s = newStore(rdb, Options{Keys: RandomKeys(), Prefix: "fd:trial:", Shards: 1})
	s.end, s.within = server.Close, time.Minute // nobody waits at a replay, and machines that test are busy
	if err := s.claimPrefix(ctx); err != nil {
		rdb.Close()
		server.Close()
		return nil, nil, err
	}
	s.start()
	return s, func(to time.Time) {
		server.FastForward(max(0, to.Sub(at)))
		server.SetTime(to)
		at = to
	}, nil
}

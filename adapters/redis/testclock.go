package redis

import (
	"context"
	"net"
	"time"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"
)

// OpenEmbeddedAt is OpenEmbedded with a clock that stands still, for replays: Redis time is at until
// set moves it, and keys expire by it.
func OpenEmbeddedAt(ctx context.Context, at time.Time) (s *Store, set func(time.Time), err error) {
	server := miniredis.NewMiniRedis()
	server.SetTime(at)
	client := strict(&goredis.Options{
		Addr:   "embedded",
		Dialer: func(context.Context, string, string) (net.Conn, error) { return server.Dial() },
	})
	client.ReadTimeout, client.WriteTimeout, client.PoolTimeout = time.Minute, time.Minute, time.Minute
	rdb := goredis.NewClient(client)
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

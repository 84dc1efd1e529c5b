package redis

import (
	"context"
	"net"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"
)

// OpenEmbedded opens a store inside this process, for a trial: the same code, the same scripts, no
// port, keys that nobody keeps. Nothing of it outlives the process.
func OpenEmbedded(ctx context.Context) (*Store, error) {
	return openEmbedded(ctx, Options{Keys: RandomKeys(), Prefix: "fd:trial:", Shards: 1})
}

func openEmbedded(ctx context.Context, o Options) (*Store, error) {
	server := miniredis.NewMiniRedis()
	server.ClockTTL(true) // by itself it would let nothing expire
	rdb := goredis.NewClient(strict(&goredis.Options{
		Addr:   "embedded",
		Dialer: func(context.Context, string, string) (net.Conn, error) { return server.Dial() },
	}))
	s := newStore(rdb, o)
	s.end = server.Close
	if err := s.claimPrefix(ctx); err != nil {
		rdb.Close()
		server.Close()
		return nil, err
	}
	s.start()
	return s, nil
}

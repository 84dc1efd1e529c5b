package redis

import (
	"context"
	"net"
	"time"

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
	client := strict(&goredis.Options{
		Addr:   "embedded",
		Dialer: func(context.Context, string, string) (net.Conn, error) { return server.Dial() },
	})
	client.ReadTimeout, client.WriteTimeout = time.Minute, time.Minute // the callers' deadlines hold
	client.PoolTimeout = time.Minute
	rdb := goredis.NewClient(client)
	s := newStore(rdb, o)
	s.end = server.Close
	if err := s.claimPrefix(ctx); err != nil {
		rdb.Close()
		server.Close()
		return nil, err
	}
	s.start(func(ctx context.Context) { expire(ctx, server) })
	return s, nil
}

// expire lets time pass for keys that expire, which the embedded server does not do by itself. Its
// own ClockTTL would look at every such key at every command.
func expire(ctx context.Context, server *miniredis.Miniredis) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for last := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			server.FastForward(now.Sub(last))
			last = now
		}
	}
}

package redis

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"
)

// OpenEmbedded opens a store inside this process, for a trial: the same code, the same scripts, no
// port, keys that nobody keeps. Nothing of it outlives the process.
func OpenEmbedded(ctx context.Context) (*Store, error) {
	return openEmbedded(ctx, Options{Keys: RandomKeys(), Prefix: "fd:trial:", Shards: 1})
}

// embeddedWithin is longer than for a Redis: only a machine that is busy with something else makes one wait.
const embeddedWithin = 5 * time.Second

func openEmbedded(ctx context.Context, o Options) (*Store, error) {
	server := miniredis.NewMiniRedis()
	rdb := clientOf(server)
	s := newStore(rdb, o)
	s.end, s.within = server.Close, embeddedWithin
	if err := s.claimPrefix(ctx); err != nil {
		rdb.Close()
		server.Close()
		return nil, err
	}
	s.start(func(ctx context.Context) { expire(ctx, server) })
	return s, nil
}

// clientOf is a client of an embedded server.
func clientOf(server *miniredis.Miniredis) *goredis.Client {
	o := strict(&goredis.Options{
		Addr:   "embedded",
		Dialer: func(context.Context, string, string) (net.Conn, error) { return dialEmbedded(server) },
	})
	o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = time.Minute, time.Minute, time.Minute // the callers' deadlines hold
	return goredis.NewClient(o)
}

// An unhurried connection has requests written beside what is read: the server answers the first commands of a
// long pipeline before it reads the last, and there is no room between the two for either to wait in.
type unhurried struct {
	net.Conn
	mu      sync.Mutex
	some    *sync.Cond
	waiting []byte
	over    bool
}

func dialEmbedded(server *miniredis.Miniredis) (net.Conn, error) {
	c, err := server.Dial()
	if err != nil {
		return nil, err
	}
	u := &unhurried{Conn: c}
	u.some = sync.NewCond(&u.mu)
	go u.pass()
	return u, nil
}

// pass writes what waits, in order, until the connection is over.
func (u *unhurried) pass() {
	for {
		requests, over := u.next()
		if over {
			return
		}
		if _, err := u.Conn.Write(requests); err != nil {
			_ = u.Close() // who waits for an answer hears of it
		}
	}
}

func (u *unhurried) next() (requests []byte, over bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for len(u.waiting) == 0 && !u.over {
		u.some.Wait()
	}
	requests, u.waiting = u.waiting, nil
	return requests, u.over
}

func (u *unhurried) Write(request []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.over {
		return 0, net.ErrClosed
	}
	u.waiting = append(u.waiting, request...)
	u.some.Signal()
	return len(request), nil
}

func (u *unhurried) Close() error {
	u.mu.Lock()
	u.over = true
	u.some.Signal()
	u.mu.Unlock()
	return u.Conn.Close()
}

// SetDeadline is for answers: nobody waits for a request to be written.
func (u *unhurried) SetDeadline(t time.Time) error { return u.SetReadDeadline(t) }

// SetWriteDeadline has nothing to do.
func (u *unhurried) SetWriteDeadline(time.Time) error { return nil }

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

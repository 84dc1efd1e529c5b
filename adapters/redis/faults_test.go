package redis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

func openChild(t testing.TB, c *child, change func(*Options)) *Store {
	t.Helper()
	o := Options{URL: c.url(), Keys: RandomKeys(), Prefix: "fd:test:"}
	if change != nil {
		change(&o)
	}
	s, err := Open(context.Background(), o)
	return opened(t, s, err)
}

// A lossyConn loses the next answer once it is told to: the command is carried out, nobody knows.
type lossyConn struct {
	net.Conn
	lose *atomic.Bool
}

func (c lossyConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err == nil && c.lose.CompareAndSwap(true, false) {
		c.Close()
		return 0, io.EOF
	}
	return n, err
}

func lossy(t *testing.T, addr string) (*Store, *atomic.Bool) {
	var lose atomic.Bool
	rdb := goredis.NewClient(strict(&goredis.Options{Addr: addr, Dialer: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return lossyConn{conn, &lose}, err
	}}))
	t.Cleanup(func() { rdb.Close() })
	return newStore(rdb, Options{Keys: RandomKeys(), Prefix: "fd:test:", Shards: 1}), &lose
}

func TestLostAnswersChangeNothing(t *testing.T) {
	ctx := t.Context()
	s, lose := lossy(t, peer(t).addr())
	play(t, s, said("warm", "a", "x"), nil)
	if err := s.Advance(ctx, "warm", "t1", 0, 1); err != nil {
		t.Fatal(err)
	}
	if err := s.SetRef(ctx, "k", "warm", "", "x", 0); err != nil {
		t.Fatal(err)
	}
	lost := func(what string) {
		t.Helper()
		if lose.Load() {
			t.Fatalf("%s: no answer was lost", what)
		}
	}

	lose.Store(true)
	if a := accept(t, s, said("c", "a", "un")); !a.Duplicate {
		t.Errorf("accept: %+v", a)
	}
	lost("accept")
	accept(t, s, said("c", "b", "deux"))
	h, err := s.Head(ctx, "c")
	if err != nil {
		t.Fatal(err)
	}
	lose.Store(true)
	next := commit(t, s, h, nil)
	lost("commit")
	if next.Next == nil || next.Next.ID != "b" || next.Session.Version != 1 {
		t.Errorf("commit: %+v", next)
	}
	same(t, "log", log(t, s, "c", 0), []string{"> un", "< écho un"})
	lose.Store(true)
	if err := s.Advance(ctx, "c", "t1", 0, 2); err != nil {
		t.Errorf("advance: %v", err)
	}
	lost("advance")
	lose.Store(true)
	if err := s.SetRef(ctx, "k", "n", "", "a", 0); err != nil {
		t.Errorf("set reference: %v", err)
	}
	lost("set reference")
}

func TestStoreThatIsDownSaysSoWithinASecond(t *testing.T) {
	for name, fault := range map[string]func(c *child){
		"killed":  func(c *child) { c.kill() },
		"stopped": func(c *child) { c.signal(syscall.SIGSTOP) },
	} {
		t.Run(name, func(t *testing.T) {
			c := peer(t)
			s := openChild(t, c, nil)
			s.within = answerWithin
			h := accept(t, s, said("c", "a", "un")).Head
			fault(c)
			for what, do := range map[string]func() error{
				"accept":  func() error { _, err := s.Accept(t.Context(), said("c", "b", "deux")); return err },
				"resolve": func() error { _, err := s.Resolve(t.Context(), chat, "c"); return err },
				"commit":  func() error { _, err := s.Commit(t.Context(), h, turned(h, nil)); return err },
			} {
				start := time.Now()
				err := do()
				if took := time.Since(start); !errors.Is(err, bot.ErrUnavailable) || took > 3*time.Second/2 { // within a second where the machine is not busy
					t.Errorf("%s: %v after %s", what, err, took)
				}
			}
		})
	}
}

func TestFullRedisTakesNothingNewAndFinishesWhatItHas(t *testing.T) {
	c := peer(t)
	s := openChild(t, c, nil)
	h := accept(t, s, said("c", "a", "un")).Head
	if err := s.rdb.ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accept(t.Context(), said("c", "b", "deux")); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("accept: %v, want ErrUnavailable", err)
	}
	commit(t, s, h, nil)
	if err := s.rdb.ConfigSet(t.Context(), "maxmemory", "0").Err(); err != nil {
		t.Fatal(err)
	}
	if a := accept(t, s, said("c", "b", "deux")); a.Head.Next == nil || a.Head.Session.Version != 1 {
		t.Errorf("the refused input is not taken later: %+v", a)
	}
}

func TestStoreComesBackWithRedis(t *testing.T) {
	c := peer(t, "--appendonly", "yes", "--appendfsync", "always")
	s := openChild(t, c, nil)
	play(t, s, said("c", "a", "un"), nil)
	accept(t, s, said("c", "b", "deux"))
	hint, end := s.Watch("c")
	defer end()

	c.kill()
	if _, err := s.Head(t.Context(), "c"); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("while it is away: %v", err)
	}
	c.start()
	h, err := s.Head(t.Context(), "c")
	if err != nil {
		t.Fatal(err)
	}
	if a := accept(t, s, said("c", "b", "deux")); !a.Duplicate {
		t.Errorf("repeated after the restart: %+v", a)
	}
	next := commit(t, s, h, nil)
	if next.Session.Version != 2 || next.Next != nil {
		t.Errorf("%+v", next)
	}
	same(t, "log", log(t, s, "c", 0), []string{"> un", "< écho un", "> deux", "< écho deux"})
	<-hint
	n := 0
	eventually(t, "hints come again from Redis", func() bool {
		n++
		s.rdb.Publish(t.Context(), s.keys.wake(), "c")
		select {
		case <-hint:
			return true
		case <-time.After(20 * time.Millisecond):
			return false
		}
	})
}

// A hint that was given while the connection was away is not missed: who follows looks then.
func TestFollowersLookWhenTheirHintsWereAway(t *testing.T) {
	c := peer(t)
	s := openChild(t, c, nil)
	eventually(t, "the store listens", func() bool {
		return s.rdb.PubSubNumSub(t.Context(), s.keys.wake()).Val()[s.keys.wake()] == 1
	})
	hint, end := s.Watch("c")
	defer end()
	c.kill()
	c.start()
	select {
	case <-hint:
	case <-time.After(20 * time.Second):
		t.Error("nobody looks after Redis came back")
	}
}

// Who only reads makes no Redis their own.
func TestAnEmptyRedisIsNotClaimedByWhoOnlyReads(t *testing.T) {
	c := peer(t)
	o := Options{URL: c.url(), Keys: RandomKeys(), Prefix: "fd:test:", Existing: true}
	if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "nothing is kept under") {
		t.Errorf("an empty Redis: %v", err)
	}
	s := openChild(t, c, nil) // with keys of its own
	if n := s.rdb.HLen(t.Context(), s.keys.meta()).Val(); n == 0 {
		t.Error("nothing was claimed")
	}
	o.Keys = s.ring
	reader, err := Open(t.Context(), o)
	opened(t, reader, err)
}

func TestStartRefusesARedisThatWouldLoseConversations(t *testing.T) {
	keys := RandomKeys()
	reseal := RandomKeys()
	reseal.mac = keys.mac // files everything in the same places, and opens nothing
	base := peer(t)
	first := openChild(t, base, func(o *Options) { o.Keys, o.Shards = keys, 4 })
	replica := peer(t, "--replicaof", "127.0.0.1 "+fmt.Sprint(base.port))
	evicting := peer(t, "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")
	unlimited := peer(t, "--maxmemory-policy", "allkeys-lru")
	for name, step := range map[string]struct {
		url    string
		keys   *Keyring
		shards int
		want   string
	}{
		"evicts":      {evicting.url(), keys, 4, "set maxmemory-policy to noeviction"},
		"no limit":    {unlimited.url(), keys, 4, "set maxmemory-policy to noeviction"},
		"replica":     {replica.url(), keys, 4, "is a replica"},
		"same":        {base.url(), keys, 4, ""},
		"shards":      {base.url(), keys, 16, "start with 4 shards"},
		"other keys":  {base.url(), RandomKeys(), 4, "key file they were written with"},
		"other seals": {base.url(), reseal, 4, "sealed with another key 1"},
		"no Redis":    {"redis://127.0.0.1:1", keys, 4, "not available"},
		"not a URL":   {"localhost:6379", keys, 4, "not a redis://"},
		"odd option":  {base.url() + "?whatever=1", keys, 4, "whatever"},
		"no database": {base.url() + "/99", keys, 4, "out of range"},
	} {
		s, err := Open(t.Context(), Options{URL: step.url, Keys: step.keys, Shards: step.shards, Prefix: first.keys.prefix})
		if err == nil {
			s.Close()
		}
		if (err == nil) != (step.want == "") || (err != nil && !strings.Contains(err.Error(), step.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	first.rdb.HSet(t.Context(), first.keys.meta(), "schema", "3")
	if _, err := Open(t.Context(), Options{URL: base.url(), Keys: keys, Shards: 4, Prefix: first.keys.prefix}); err == nil || !strings.Contains(err.Error(), "schema 3") {
		t.Errorf("another schema: %v", err)
	}
}

package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

func TestMain(m *testing.M) {
	LogTo(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

// A child is a real redis-server of this test.
type child struct {
	t    testing.TB
	dir  string
	port int
	args []string
	conf string // of a Sentinel
	cmd  *exec.Cmd
}

// peer starts a redis-server, or skips the test where there is none.
func peer(t testing.TB, args ...string) *child {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			t.Fatal("redis-server is not installed")
		}
		t.Skip("redis-server is not installed")
	}
	c := &child{t: t, dir: t.TempDir(), args: args, port: freePort(t)}
	c.start()
	t.Cleanup(c.kill)
	return c
}

// sentinel starts one that watches a master.
func sentinel(t testing.TB, master string) *child {
	t.Helper()
	c := &child{t: t, dir: t.TempDir(), port: freePort(t)}
	c.conf = filepath.Join(c.dir, "sentinel.conf")
	text := fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %s\nsentinel monitor main %s 2\n"+
		"sentinel down-after-milliseconds main 1000\nsentinel failover-timeout main 6000\nsentinel parallel-syncs main 2\n",
		c.port, c.dir, strings.Replace(master, ":", " ", 1))
	if err := os.WriteFile(c.conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c.start()
	t.Cleanup(c.kill)
	return c
}

// freePort leaves room for the bus port of a cluster, 10000 above.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		if port := l.Addr().(*net.TCPAddr).Port; port < 55000 {
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

func (c *child) addr() string { return fmt.Sprintf("127.0.0.1:%d", c.port) }
func (c *child) url() string  { return "redis://" + c.addr() }

func (c *child) start() {
	c.t.Helper()
	args := append([]string{"--port", fmt.Sprint(c.port), "--bind", "127.0.0.1", "--dir", c.dir, "--save", ""}, c.args...)
	if c.conf != "" {
		args = []string{c.conf, "--sentinel"}
	}
	c.cmd = exec.Command("redis-server", args...)
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	rdb := goredis.NewClient(strict(&goredis.Options{Addr: c.addr()}))
	defer rdb.Close()
	for range 200 {
		if rdb.Ping(context.Background()).Err() == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.t.Fatal("redis-server does not answer")
}

// kill is kill -9.
func (c *child) kill() {
	if c.cmd == nil {
		return
	}
	c.cmd.Process.Kill()
	c.cmd.Wait()
	c.cmd = nil
}

func (c *child) signal(s os.Signal) {
	c.t.Helper()
	if err := c.cmd.Process.Signal(s); err != nil {
		c.t.Fatal(err)
	}
}

func opened(t testing.TB, s *Store, err error) *Store {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	s.within = 20 * time.Second // machines that test are busy; those that test deadlines set them
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, goredis.ErrClosed) {
			t.Error(err)
		}
	})
	return s
}

// onEach runs a test on the embedded store and on a real Redis: the scripts must not tell.
func onEach(t *testing.T, test func(t *testing.T, s *Store)) {
	options := Options{Prefix: "fd:test:", Shards: 2, Grace: 200 * time.Millisecond}
	t.Run("embedded", func(t *testing.T) {
		o := options
		o.Keys = RandomKeys()
		s, err := openEmbedded(t.Context(), o)
		test(t, opened(t, s, err))
	})
	t.Run("redis", func(t *testing.T) {
		o := options
		o.Keys, o.URL = RandomKeys(), peer(t).url()
		s, err := Open(t.Context(), o)
		test(t, opened(t, s, err))
	})
}

// dump writes everything under the prefix as text, for whole-value comparisons and searches.
func dump(t *testing.T, s *Store) string {
	t.Helper()
	ctx := t.Context()
	var b strings.Builder
	all := s.rdb.Scan(ctx, 0, "*", 1000).Iterator()
	for all.Next(ctx) {
		key := all.Val()
		fmt.Fprintf(&b, "%s\n", key)
		var value any
		var err error
		switch kind := s.rdb.Type(ctx, key).Val(); kind {
		case "string":
			value, err = s.rdb.Get(ctx, key).Result()
		case "list":
			value, err = s.rdb.LRange(ctx, key, 0, -1).Result()
		case "hash":
			value, err = s.rdb.HGetAll(ctx, key).Result()
		case "zset":
			value, err = s.rdb.ZRange(ctx, key, 0, -1).Result()
		case "stream":
			value, err = s.rdb.XRange(ctx, key, "-", "+").Result()
		default:
			t.Fatalf("%s is a %s", key, kind)
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "  %v\n", value)
	}
	if err := all.Err(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

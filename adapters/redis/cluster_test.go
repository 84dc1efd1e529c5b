package redis

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// cluster starts three masters, each with so many replicas.
func cluster(t *testing.T, replicas int) []*child {
	t.Helper()
	if _, err := exec.LookPath("redis-cli"); err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			t.Fatal("redis-cli is not installed")
		}
		t.Skip("redis-cli is not installed")
	}
	var nodes []*child
	args := []string{"--cluster", "create"}
	for range 3 * (1 + replicas) {
		c := peer(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0")
		nodes, args = append(nodes, c), append(args, c.addr())
	}
	redisCLI(t, append(args, "--cluster-replicas", fmt.Sprint(replicas), "--cluster-yes")...)
	for _, c := range nodes {
		rdb := goredis.NewClient(strict(&goredis.Options{Addr: c.addr()}))
		defer rdb.Close()
		inTime(t, "every node knows the cluster", func() bool {
			state, _ := rdb.ClusterInfo(t.Context()).Result()
			info, _ := readInfo(t.Context(), rdb, "replication")
			return strings.Contains(state, "cluster_state:ok") && (info["role"] == "slave" || online(info) == replicas)
		})
	}
	return nodes
}

func redisCLI(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "redis-cli", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("redis-cli %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// inTime looks for at most 20 seconds.
func inTime(t testing.TB, what string, so func() bool) {
	t.Helper()
	for range 400 {
		if so() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

func openCluster(t *testing.T, nodes []*child, keys *Keyring, shards int) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{URL: nodes[0].url() + "?cluster=true&addr=" + nodes[1].addr(), Keys: keys, Prefix: "fd:test:", Shards: shards})
	opened(t, s, err)
	s.within = answerWithin // as it is served: what is not done by then is refused
	return s
}

// agreed says that every node, replicas too, knows the same master for the same slots. redis-cli's own
// check may say so while a replica has not heard of the last slot that moved.
func agreed(t *testing.T, nodes []*child) bool {
	t.Helper()
	maps := map[string]bool{}
	for _, c := range nodes {
		rdb := goredis.NewClient(strict(&goredis.Options{Addr: c.addr()}))
		shards, err := rdb.ClusterShards(t.Context()).Result()
		rdb.Close()
		if err != nil {
			return false
		}
		var ranges []string
		for _, shard := range shards {
			for _, n := range shard.Nodes {
				if n.Role == "master" {
					ranges = append(ranges, fmt.Sprint(n.ID, " ", shard.Slots))
				}
			}
		}
		slices.Sort(ranges)
		maps[strings.Join(ranges, ",")] = true
	}
	return len(maps) == 1
}

// masterOf is the master of a shard.
func masterOf(t *testing.T, s *Store, shard int) string {
	t.Helper()
	node, err := s.node(t.Context(), s.keys.due(shard))
	if err != nil {
		t.Fatal(err)
	}
	return node.Options().Addr
}

func TestClusterRunsTheSameCode(t *testing.T) {
	nodes := cluster(t, 0)
	s := openCluster(t, nodes, RandomKeys(), 16)
	var want []string
	for i := range 8 {
		id := bot.ConversationID(fmt.Sprintf("c%d", i))
		if _, err := s.Resolve(t.Context(), bot.Leg{Channel: "web", Peer: bot.Address(id)}, id); err != nil {
			t.Fatal(err)
		}
		play(t, s, said(id, "a", "un"), posted(id, bot.Waiting))
		play(t, s, said(id, "b", "deux"), func(t *bot.Turn) {
			t.After.Timers = []bot.Timer{{Name: bot.TimerSilence, At: t.Input.At}}
		})
		want = append(want, string(id)+" waiting emploi")
	}
	same(t, "cards", cards(t, s), want)
	for i := range 8 {
		id := bot.ConversationID(fmt.Sprintf("c%d", i))
		putSound(t, s, id, "m")
		if got, err := s.Blob(t.Context(), id, "m"); err != nil || len(got) != len(sound) {
			t.Errorf("blob of %s: %d bytes, %v", id, len(got), err)
		}
	}
	fired := 0
	for shard := range s.Shards() {
		due, err := s.Sweep(t.Context(), shard)
		if err != nil {
			t.Fatal(err)
		}
		fired += len(due.Conversations)
	}
	if fired != 8 {
		t.Errorf("%d timers fired, want 8", fired)
	}

	redisCLI(t, "-p", fmt.Sprint(nodes[2].port), "config", "set", "maxmemory-policy", "allkeys-lru")
	again, err := Open(t.Context(), Options{URL: nodes[0].url() + "?cluster=true", Keys: s.ring, Prefix: s.keys.prefix})
	if err == nil {
		again.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "set maxmemory-policy to noeviction") {
		t.Errorf("one of its masters evicts: %v", err)
	}
}

func TestClusterThatMovesLosesAMasterAndGetsItBackLosesNothing(t *testing.T) {
	nodes := cluster(t, 1)
	const shards = 64
	s := openCluster(t, nodes, RandomKeys(), shards)
	if n := s.countCopied(); n != 3 {
		t.Fatalf("%d masters have a replica, want 3", n)
	}
	p := crowded(t, s, 24)
	p.served(time.Now())

	from := masterOf(t, s, 0)
	var to string
	moved := func() (n int) {
		for shard := range shards {
			if masterOf(t, s, shard) == from {
				n++
			} else {
				to = masterOf(t, s, shard)
			}
		}
		return n
	}
	before := moved()
	id := func(addr string) string {
		return strings.TrimSpace(redisCLI(t, "-h", "127.0.0.1", "-p", addr[strings.Index(addr, ":")+1:], "cluster", "myid"))
	}
	_, _, refused := p.counts()
	start := time.Now()
	redisCLI(t, "--cluster", "reshard", from, "--cluster-from", id(from), "--cluster-to", id(to), "--cluster-slots", "1500", "--cluster-yes")
	took := time.Since(start)
	// A master that dies before its replica has heard of its new slots leaves them to nobody: that is
	// the Cluster's own affair.
	inTime(t, "all nodes agree where slots are", func() bool { return agreed(t, nodes) })
	inTime(t, "the map is known here", func() bool { return moved() < before })
	p.served(time.Now())
	accepted, _, after := p.counts()
	t.Logf("resharding: 1500 slots in %s with %d of %d shards, %d repeated", took.Round(time.Millisecond), before-moved(), before, after-refused)
	if after-refused > accepted/2 {
		t.Errorf("%d of %d were refused for a while", after-refused, accepted)
	}

	i := slices.IndexFunc(nodes, func(c *child) bool { return c.addr() == to })
	nodes[i].kill()
	out := p.served(time.Now())
	before = accepted
	accepted, opened, _ := p.counts()
	t.Logf("death of a master: everybody is served again after %s", out.Round(10*time.Millisecond))
	if accepted == before || opened == 0 {
		t.Fatalf("%d accepted, %d opened", accepted, opened)
	}

	nodes[i].start()
	rdb := goredis.NewClient(strict(&goredis.Options{Addr: to}))
	defer rdb.Close()
	inTime(t, "the dead one comes back as a replica, and counts", func() bool {
		info, _ := readInfo(t.Context(), rdb, "replication")
		return info["role"] == "slave" && info["master_link_status"] == "up" && s.countCopied() >= 3
	})
	p.served(time.Now())

	h := p.account()
	accepted, opened, refused = p.counts()
	t.Logf("%d accepted, %d conversations opened, %d refused for a while, %d not acknowledged: %+v", accepted, opened, refused, s.unacknowledged(), h)
	if h != (harm{}) {
		t.Errorf("%+v", h)
	}
}

// countCopied is how many of the present masters have a replica, or have had.
func (s *Store) countCopied() int {
	s.masters.mu.Lock()
	defer s.masters.mu.Unlock()
	n := 0
	for _, m := range s.masters.at {
		if m.copied.Load() {
			n++
		}
	}
	return n
}

package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// What "accepted" waits for where there are replicas. One acknowledgement of two replicas or more is
// what Sentinel and Cluster need: they promote the replica that has received most.
const (
	copiesWanted  = 1
	copiedWithin  = 500 * time.Millisecond
	answerTakes   = 50 * time.Millisecond // of the caller's time, for what is not the waiting
	lookAtMasters = time.Second
)

var errNoCopy = errors.New("no replica of Redis has it yet")

// A master is one Redis that takes writes, from its start to its end: one that is started again has
// another run id and is another master.
type master struct {
	copied  atomic.Bool   // it has a replica, or has had one while this process watched
	waiting chan struct{} // bounds who waits for replicas: commits need connections too
	short   atomic.Bool   // the last who waited, waited in vain
	alone   sync.Once     // says that it is alone
}

// masters are those that this process has seen.
type masters struct {
	mu    sync.Mutex
	at    map[string]*master // by address, as last looked at
	known map[string]*master // by run id, for ever: what had a replica once must not go on alone

	uncopied atomic.Int64
}

// unacknowledged counts what Redis took and no replica acknowledged in time: each was answered
// ErrUnavailable.
func (s *Store) unacknowledged() int64 { return s.masters.uncopied.Load() }

// durably runs a script on the master of its keys and, where that has replicas, waits until one of
// them has what it wrote: "accepted" must outlive a failover. A master that has had a replica never
// goes on alone, because a master that is cut off cannot know that another was promoted. One that
// never had any since this process saw it (a single Redis, the survivor of a failover) does, and says
// so once. Every script that is run so writes on every success, or the WAIT would cover nothing.
func (s *Store) durably(ctx context.Context, script *goredis.Script, keys []string, args ...any) *goredis.Cmd {
	if !s.watched {
		return script.Run(ctx, s.rdb, keys, args...)
	}
	for pause := 4 * time.Millisecond; ; pause = min(2*pause, 64*time.Millisecond) {
		ran := s.onMaster(ctx, script, keys, args)
		if !s.moving(ctx, ran.Err()) || !rest(ctx, pause) {
			return ran
		}
	}
}

func (s *Store) onMaster(ctx context.Context, script *goredis.Script, keys []string, args []any) *goredis.Cmd {
	node, err := s.node(ctx, keys[0])
	if err != nil {
		return failure(ctx, err)
	}
	m, err := s.master(ctx, node)
	switch {
	case err != nil:
		return failure(ctx, err)
	case m.copied.Load():
		return s.copied(ctx, node, m, script, keys, args)
	}
	m.alone.Do(func() { s.sayAlone(ctx, node) })
	return script.Run(ctx, node, keys, args...)
}

// copied runs a script and waits for a replica on the same connection: WAIT is about what its own
// connection wrote.
func (s *Store) copied(ctx context.Context, node *goredis.Client, m *master, script *goredis.Script, keys []string, args []any) *goredis.Cmd {
	select {
	case m.waiting <- struct{}{}:
		defer func() { <-m.waiting }()
	case <-ctx.Done():
		return failure(ctx, ctx.Err())
	}
	wait := copiedWithin
	if deadline, is := ctx.Deadline(); is {
		wait = min(wait, time.Until(deadline)-answerTakes)
	}
	if wait < time.Millisecond { // WAIT takes 0 for ever
		return failure(ctx, context.DeadlineExceeded)
	}
	both := func(run func(context.Context, goredis.Scripter, []string, ...any) *goredis.Cmd) (ran, acks *goredis.Cmd) {
		pipe := node.Pipeline()
		ran = run(ctx, pipe, keys, args...)
		acks = pipe.Do(ctx, "WAIT", copiesWanted, wait.Milliseconds())
		_, _ = pipe.Exec(ctx) // each command has its own error
		return ran, acks
	}
	ran, acks := both(script.EvalSha)
	if goredis.HasErrorPrefix(ran.Err(), "NOSCRIPT") { // of a master that was promoted
		ran, acks = both(script.Eval)
	}
	if ran.Err() != nil {
		return ran
	}
	n, err := acks.Int()
	if err == nil && n < copiesWanted {
		err = errNoCopy
	}
	if m.short.Swap(err != nil) != (err != nil) {
		s.sayCopied(node, err)
	}
	if err != nil {
		s.masters.uncopied.Add(1)
		_, _ = s.look(ctx, node) // another may answer at this address by now
		return failure(ctx, err)
	}
	return ran
}

// sayAlone warns when there were replicas before, as after a failover; a single Redis is meant so.
func (s *Store) sayAlone(ctx context.Context, node *goredis.Client) {
	s.masters.mu.Lock()
	defer s.masters.mu.Unlock()
	level := slog.LevelInfo
	for _, other := range s.masters.known {
		if other.copied.Load() {
			level = slog.LevelWarn
		}
	}
	s.log.Log(ctx, level, "no replica is known of this Redis: what is accepted is as safe as its disk", "redis", node.Options().Addr)
}

func (s *Store) sayCopied(node *goredis.Client, err error) {
	if err != nil {
		s.log.Error("no replica has what this Redis writes: nothing is accepted until one has. Bring a replica back; to go on without any, start anew",
			"redis", node.Options().Addr, "error", err)
		return
	}
	s.log.Info("a replica has what this Redis writes again", "redis", node.Options().Addr)
}

// master is what is known of a node; a new one is looked at.
func (s *Store) master(ctx context.Context, node *goredis.Client) (*master, error) {
	s.masters.mu.Lock()
	m := s.masters.at[node.Options().Addr]
	s.masters.mu.Unlock()
	if m != nil {
		return m, nil
	}
	return s.look(ctx, node)
}

// look asks a node who it is and whether it has replicas. One that does not tell goes on alone.
func (s *Store) look(ctx context.Context, node *goredis.Client) (*master, error) {
	info, err := readInfo(ctx, node, "server", "replication")
	if refusal, is := errors.AsType[goredis.Error](err); err != nil && (!is || passing(refusal)) {
		return nil, err
	}
	if info["role"] == "slave" {
		return nil, errors.New("this Redis is a replica now")
	}
	addr, run := node.Options().Addr, info["run_id"]
	if run == "" {
		run = addr
	}
	s.masters.mu.Lock()
	defer s.masters.mu.Unlock()
	m := s.masters.known[run]
	if m == nil {
		m = &master{waiting: make(chan struct{}, max(1, node.Options().PoolSize/2))}
	}
	if online(info) > 0 {
		m.copied.Store(true)
	}
	if s.masters.at == nil {
		s.masters.at, s.masters.known = make(map[string]*master), make(map[string]*master)
	}
	s.masters.at[addr], s.masters.known[run] = m, m
	return m, nil
}

// online counts the replicas that have caught up once: a copy that is still being made is none.
func online(info map[string]string) int {
	n := 0
	for name, value := range info {
		if strings.HasPrefix(name, "slave") && strings.Contains(value, "state=online") {
			n++
		}
	}
	return n
}

// watchMasters looks at every master each second until ctx ends: replicas come, masters change.
func (s *Store) watchMasters(ctx context.Context) {
	for rest(ctx, lookAtMasters) {
		bounded, cancel := context.WithTimeout(ctx, answerWithin)
		_ = s.eachMaster(bounded, func(ctx context.Context, node *goredis.Client) error {
			_, err := s.look(ctx, node)
			return err
		})
		cancel()
	}
}

// eachMaster calls do for the one Redis, or for all masters of a Cluster at once.
func (s *Store) eachMaster(ctx context.Context, do func(context.Context, *goredis.Client) error) error {
	switch rdb := s.rdb.(type) {
	case *goredis.ClusterClient:
		return rdb.ForEachMaster(ctx, do)
	case *goredis.Client:
		return do(ctx, rdb)
	}
	return fmt.Errorf("a client of type %T has no nodes", s.rdb)
}

// node is the master of a key.
func (s *Store) node(ctx context.Context, key string) (*goredis.Client, error) {
	if cluster, is := s.rdb.(*goredis.ClusterClient); is {
		return cluster.MasterForKey(ctx, key)
	}
	return s.rdb.(*goredis.Client), nil
}

// moving says whether a refusal is about where the keys are, which the next look at the map of the
// Cluster may settle: slots that move, a master that has been replaced.
func (s *Store) moving(ctx context.Context, err error) bool {
	cluster, is := s.rdb.(*goredis.ClusterClient)
	if !is || err == nil {
		return false
	}
	for _, word := range [...]string{"MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "READONLY"} {
		if goredis.HasErrorPrefix(err, word) {
			cluster.ReloadState(ctx)
			return true
		}
	}
	return false
}

func readInfo(ctx context.Context, node *goredis.Client, sections ...string) (map[string]string, error) {
	fields := make(map[string]string)
	for _, section := range sections {
		text, err := node.Info(ctx, section).Result()
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(text) {
			if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
				fields[name] = value
			}
		}
	}
	return fields, nil
}

func failure(ctx context.Context, err error) *goredis.Cmd {
	cmd := goredis.NewCmd(ctx)
	cmd.SetErr(err)
	return cmd
}

// rest waits; it is false when ctx ended before.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

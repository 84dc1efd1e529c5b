package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// check refuses, in one sentence that names the remedy, a Redis that would lose conversations or
// that belongs to another set-up, and says what durability this one gives. In a Cluster every master
// is looked at.
func (s *Store) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := s.rdb.Ping(ctx).Err(); err != nil {
		return failed("reach Redis", err)
	}
	var all findings
	if err := s.eachMaster(ctx, func(ctx context.Context, node *goredis.Client) error {
		return s.checkMaster(ctx, node, &all)
	}); err != nil {
		return err
	}
	if err := s.claimPrefix(ctx); err != nil {
		return err
	}
	level := slog.LevelInfo
	if !s.existing && all.copied < all.masters && slices.ContainsFunc(all.fsyncs, forgets) {
		level = slog.LevelWarn
	}
	s.log.Log(ctx, level, "store is open", "shards", s.keys.shards, "masters", all.masters, "replicas", all.replicas,
		"fsync", strings.Join(all.fsyncs, "; "), "accepted", all.accepted())
	if all.replicas > 0 && all.unguarded > 0 {
		s.log.Info("a master that is cut off goes on taking writes that will be lost, though nothing is accepted there: "+
			"min-replicas-to-write 1 stops it (and, where it has a single replica, the survivor of a failover too)", "masters", all.unguarded)
	}
	return nil
}

// findings are what the masters told.
type findings struct {
	mu                sync.Mutex
	masters, replicas int
	copied, unguarded int // masters with a replica; masters that write without theirs
	fsyncs            []string
}

// accepted says what the word means here.
func (f *findings) accepted() string {
	switch f.copied {
	case 0:
		if slices.ContainsFunc(f.fsyncs, forgets) {
			return "kept by one Redis, and lost with it: set appendonly yes and appendfsync always"
		}
		return "kept by one Redis, as its fsync says"
	case f.masters:
		return "kept by a master and one of its replicas (WAIT 1)"
	}
	return fmt.Sprintf("kept by a master and one of its replicas (WAIT 1), but %d of %d masters have none", f.masters-f.copied, f.masters)
}

func (s *Store) checkMaster(ctx context.Context, node *goredis.Client, all *findings) error {
	info, err := readInfo(ctx, node, "memory", "replication", "persistence")
	if refusal, is := errors.AsType[goredis.Error](err); err != nil && (!is || passing(refusal)) {
		return failed("read INFO", err)
	}
	if info["role"] == "slave" {
		return errors.New("this Redis is a replica, which takes no writes: give the address of its master, or of Sentinel with ?master_name=")
	}
	if err := s.checkMemory(info["maxmemory_policy"]); err != nil {
		return err
	}
	if _, err := s.look(ctx, node); err != nil {
		return failed("look at a master", err)
	}
	fsync := fsync(ctx, node, info["aof_enabled"])
	replicas := online(info)
	_, guarded := info["min_slaves_good_slaves"] // told only where min-replicas-to-write is set

	all.mu.Lock()
	defer all.mu.Unlock()
	all.masters++
	all.replicas += replicas
	all.copied += min(1, replicas)
	if replicas > 0 && !guarded {
		all.unguarded++
	}
	if !slices.Contains(all.fsyncs, fsync) {
		all.fsyncs = append(all.fsyncs, fsync)
	}
	return nil
}

// checkMemory: a Redis that evicts keys forgets conversations, if not today then when somebody limits
// its memory.
func (s *Store) checkMemory(policy string) error {
	switch policy {
	case "noeviction":
		return nil
	case "":
		s.log.Warn("Redis does not tell its eviction policy; make sure that maxmemory-policy is noeviction")
		return nil
	}
	return fmt.Errorf("this Redis would evict conversations when memory is short (maxmemory-policy is %s): set maxmemory-policy to noeviction", policy)
}

// forgets says whether a Redis that ends takes what it was told with it.
func forgets(fsync string) bool { return strings.HasPrefix(fsync, "none") || fsync == "no" }

// fsync says how much a loss of power may cost.
func fsync(ctx context.Context, node *goredis.Client, appends string) string {
	switch appends {
	case "":
		return "unknown"
	case "0":
		return "none: what came since the last snapshot is lost with Redis"
	}
	config, err := node.ConfigGet(ctx, "appendfsync").Result()
	if err != nil || config["appendfsync"] == "" {
		return "append-only file, how often is unknown"
	}
	return config["appendfsync"]
}

// claimPrefix notes what can never change for the conversations under a prefix, and compares.
func (s *Store) claimPrefix(ctx context.Context) error {
	ours := map[string]string{"schema": schema, "shards": strconv.Itoa(s.keys.shards), "keys": s.ring.hash("check")}
	pipe := s.rdb.Pipeline()
	for field, value := range ours {
		if s.existing {
			break
		}
		pipe.HSetNX(ctx, s.keys.meta(), field, value)
	}
	read := pipe.HGetAll(ctx, s.keys.meta())
	if _, err := pipe.Exec(ctx); err != nil {
		return failed("read "+s.keys.meta(), err)
	}
	theirs := read.Val()
	switch {
	case s.existing && len(theirs) == 0:
		return fmt.Errorf("nothing is kept under %q: is this the Redis, the database and the region that serve uses?", s.keys.prefix)
	case theirs["schema"] != ours["schema"]:
		return fmt.Errorf("keys under %q are of schema %s and this binary knows schema %s: start the version that wrote them", s.keys.prefix, theirs["schema"], schema)
	case theirs["shards"] != ours["shards"]:
		return fmt.Errorf("keys under %q are spread over %s shards, not %s: start with %s shards", s.keys.prefix, theirs["shards"], ours["shards"], theirs["shards"])
	case theirs["keys"] != ours["keys"]:
		return fmt.Errorf("conversations under %q were filed with another hmac key: start with the key file they were written with", s.keys.prefix)
	}
	return s.checkCanaries(ctx, s.ring)
}

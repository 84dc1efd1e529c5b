package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// check refuses, in one sentence that names the remedy, a Redis that would lose conversations or
// that belongs to another set-up, and says what durability this one gives.
func (s *Store) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := s.rdb.Ping(ctx).Err(); err != nil {
		return failed("reach Redis", err)
	}
	if err := s.checkMemory(ctx); err != nil {
		return err
	}
	if err := s.checkReplication(ctx); err != nil {
		return err
	}
	if err := s.claimPrefix(ctx); err != nil {
		return err
	}
	s.log.Info("store is open", "shards", s.keys.shards, "fsync", s.fsync(ctx), "replicas", s.replicas.count.Load())
	return nil
}

// checkMemory: a Redis that evicts keys forgets conversations.
func (s *Store) checkMemory(ctx context.Context) error {
	info, err := s.info(ctx, "memory")
	policy, limit := info["maxmemory_policy"], info["maxmemory"]
	switch {
	case err != nil || policy == "":
		s.log.Warn("Redis does not tell its eviction policy; make sure that maxmemory-policy is noeviction")
	case policy != "noeviction" && limit != "0":
		return fmt.Errorf("this Redis would evict conversations when memory is short (maxmemory-policy is %s): set maxmemory-policy to noeviction", policy)
	case policy != "noeviction":
		s.log.Warn("this Redis would evict conversations as soon as its memory is limited; set maxmemory-policy to noeviction", "policy", policy)
	}
	return nil
}

func (s *Store) checkReplication(ctx context.Context) error {
	info, err := s.info(ctx, "replication")
	if err != nil {
		return nil
	}
	if info["role"] == "slave" {
		return errors.New("this Redis is a replica, which takes no writes: give the address of its master, or of Sentinel with ?master_name=")
	}
	s.replicas.set(info)
	return nil
}

// fsync says how much a loss of power may cost.
func (s *Store) fsync(ctx context.Context) string {
	info, err := s.info(ctx, "persistence")
	switch {
	case err != nil || info["aof_enabled"] == "":
		return "unknown"
	case info["aof_enabled"] == "0":
		return "none: what came since the last snapshot is lost with Redis"
	}
	config, err := s.rdb.ConfigGet(ctx, "appendfsync").Result()
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
		pipe.HSetNX(ctx, s.keys.meta(), field, value)
	}
	read := pipe.HGetAll(ctx, s.keys.meta())
	if _, err := pipe.Exec(ctx); err != nil {
		return failed("read "+s.keys.meta(), err)
	}
	theirs := read.Val()
	switch {
	case theirs["schema"] != ours["schema"]:
		return fmt.Errorf("keys under %q are of schema %s and this binary knows schema %s: start the version that wrote them", s.keys.prefix, theirs["schema"], schema)
	case theirs["shards"] != ours["shards"]:
		return fmt.Errorf("keys under %q are spread over %s shards, not %s: start with %s shards", s.keys.prefix, theirs["shards"], ours["shards"], theirs["shards"])
	case theirs["keys"] != ours["keys"]:
		return fmt.Errorf("conversations under %q were filed with another hmac key: start with the key file they were written with", s.keys.prefix)
	}
	return s.checkCanaries(ctx, s.ring)
}

func (s *Store) info(ctx context.Context, section string) (map[string]string, error) {
	text, err := s.rdb.Info(ctx, section).Result()
	if err != nil {
		return nil, failed("read INFO "+section, err)
	}
	fields := make(map[string]string)
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			fields[name] = value
		}
	}
	return fields, nil
}

package redis

import (
	"context"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// RetireReleases goes through all releases that are kept, some at a time: one that nobody needs ends after a
// while, and one that is needed stays. KeepRelease, too, has it stay. It counts those that are about to end.
func (s *Store) RetireReleases(ctx context.Context, needed func(hash string) bool, after time.Duration) (ending int, err error) {
	var one sync.Mutex // the nodes of a Cluster are visited at once
	begin := s.keys.release("")
	err = s.eachMaster(ctx, func(ctx context.Context, node *goredis.Client) error {
		for cursor := uint64(0); ; {
			found, next, err := s.scanReleases(ctx, node, cursor)
			if err != nil {
				return failed("look through the releases", err)
			}
			for _, key := range found {
				one.Lock()
				stays := needed(strings.TrimPrefix(key, begin))
				if !stays {
					ending++
				}
				one.Unlock()
				if err := s.retire(ctx, key, stays, after); err != nil {
					return failed("retire a release", err)
				}
			}
			if cursor = next; cursor == 0 {
				return nil
			}
			if err := pause(ctx, tendPause); err != nil {
				return err
			}
		}
	})
	return ending, err
}

func (s *Store) scanReleases(ctx context.Context, node *goredis.Client, cursor uint64) ([]string, uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	return node.Scan(ctx, cursor, s.keys.release("*"), scanPage).Result()
}

// retire has a key end, once, or stay.
func (s *Store) retire(ctx context.Context, key string, stays bool, after time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	if stays {
		return s.rdb.Persist(ctx, key).Err()
	}
	life, err := s.rdb.PTTL(ctx, key).Result()
	if err != nil || life > 0 {
		return err
	}
	return s.rdb.PExpire(ctx, key, after).Err()
}

// KeptReleases says which of some releases are kept.
func (s *Store) KeptReleases(ctx context.Context, hashes []string) (map[string]bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	there := make(map[string]*goredis.IntCmd, len(hashes))
	pipe := s.rdb.Pipeline()
	for _, hash := range hashes {
		there[hash] = pipe.Exists(ctx, s.keys.release(hash))
	}
	if len(there) > 0 {
		if _, err := pipe.Exec(ctx); err != nil {
			return nil, failed("look for releases", err)
		}
	}
	kept := make(map[string]bool, len(there))
	for hash, answer := range there {
		kept[hash] = answer.Val() > 0
	}
	return kept, nil
}

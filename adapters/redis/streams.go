package redis

import (
	"context"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

const streamPage = 512

// A shardStream is one shard's stream, read a page at a time.
type shardStream struct {
	key   string
	after string // where the next page starts
	page  []goredis.XMessage
	ended bool
}

// merged reads the streams of all shards as one, oldest message first, until each returns an error.
func (s *Store) merged(ctx context.Context, key func(shard int) string, each func(*goredis.XMessage) error) error {
	streams := make([]*shardStream, s.keys.shards)
	for i := range streams {
		streams[i] = &shardStream{key: key(i), after: "-"}
		if err := s.fill(ctx, streams[i]); err != nil {
			return err
		}
	}
	for {
		next := oldest(streams)
		if next == nil {
			return nil
		}
		if err := each(&next.page[0]); err != nil {
			return err
		}
		if next.page = next.page[1:]; len(next.page) > 0 || next.ended {
			continue
		}
		if err := s.fill(ctx, next); err != nil {
			return err
		}
	}
}

func (s *Store) fill(ctx context.Context, t *shardStream) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	page, err := s.rdb.XRangeN(ctx, t.key, t.after, "+", streamPage).Result()
	if err != nil {
		return failed("read a stream", err)
	}
	t.page, t.ended = page, len(page) < streamPage
	if len(page) > 0 {
		t.after = "(" + page[len(page)-1].ID
	}
	return nil
}

func oldest(streams []*shardStream) *shardStream {
	var first *shardStream
	for _, t := range streams {
		if len(t.page) > 0 && (first == nil || madeAt(&t.page[0]).Before(madeAt(&first.page[0]))) {
			first = t
		}
	}
	return first
}

// madeAt is when Redis took a message of a stream.
func madeAt(m *goredis.XMessage) time.Time {
	ms, _, _ := strings.Cut(m.ID, "-")
	n, _ := strconv.ParseInt(ms, 10, 64)
	return time.UnixMilli(n).UTC()
}

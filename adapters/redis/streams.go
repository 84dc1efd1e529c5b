package redis

import (
	"cmp"
	"context"
	"errors"
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
	until string // the last message that is read, "" for all
	last  string // the message that was given last, "" before the first
	page  []goredis.XMessage
	ended bool
}

// merged reads the streams of all shards as one, oldest message first, until each returns an error.
func (s *Store) merged(ctx context.Context, key func(shard int) string, each func(*goredis.XMessage) error) error {
	_, err := s.stretch(ctx, key, nil, nil, each)
	return err
}

// errEnough ends a reading before its end.
var errEnough = errors.New("enough was read")

// stretch reads the messages after the places and up to the others, by shard; without places, all. It
// returns the places of what it gave last. errEnough ends it without an error.
func (s *Store) stretch(ctx context.Context, key func(shard int) string, after, until []string, each func(*goredis.XMessage) error) ([]string, error) {
	streams := make([]*shardStream, s.keys.shards)
	for i := range streams {
		t := &shardStream{key: key(i), after: "-"}
		streams[i] = t
		if i < len(after) && after[i] != "" {
			t.after, t.last = "("+after[i], after[i]
		}
		if i < len(until) {
			t.until, t.ended = until[i], until[i] == t.last
		}
		if t.ended {
			continue
		}
		if err := s.fill(ctx, t); err != nil {
			return nil, err
		}
	}
	for next := oldest(streams); next != nil; next = oldest(streams) {
		switch err := each(&next.page[0]); {
		case errors.Is(err, errEnough):
			return lastOf(streams), nil
		case err != nil:
			return nil, err
		}
		next.last = next.page[0].ID
		if next.page = next.page[1:]; len(next.page) > 0 || next.ended {
			continue
		}
		if err := s.fill(ctx, next); err != nil {
			return nil, err
		}
	}
	return lastOf(streams), nil
}

func lastOf(streams []*shardStream) []string {
	all := make([]string, len(streams))
	for i, t := range streams {
		all[i] = t.last
	}
	return all
}

func (s *Store) fill(ctx context.Context, t *shardStream) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	page, err := s.rdb.XRangeN(ctx, t.key, t.after, cmp.Or(t.until, "+"), streamPage).Result()
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

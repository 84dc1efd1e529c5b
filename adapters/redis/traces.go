package redis

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

const tracePage = 512

// Traces reads the text-free events of all shards, oldest commit first, until each returns an error.
func (s *Store) Traces(ctx context.Context, each func(bot.Trace) error) error {
	streams := make([]*traceStream, s.keys.shards)
	for i := range streams {
		streams[i] = &traceStream{key: s.keys.trace(i), after: "-"}
		if err := s.fill(ctx, streams[i]); err != nil {
			return err
		}
	}
	for {
		next := oldest(streams)
		if next == nil {
			return nil
		}
		line, _ := next.page[0].Values["t"].(string)
		var t bot.Trace
		if err := json.Unmarshal([]byte(line), &t); err != nil {
			return fmt.Errorf("trace %s of %s: %w", next.page[0].ID, next.key, err)
		}
		if err := each(t); err != nil {
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

// A traceStream is one shard's stream, read a page at a time.
type traceStream struct {
	key   string
	after string // where the next page starts
	page  []goredis.XMessage
	ended bool
}

func (s *Store) fill(ctx context.Context, t *traceStream) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	page, err := s.rdb.XRangeN(ctx, t.key, t.after, "+", tracePage).Result()
	if err != nil {
		return failed("read traces", err)
	}
	t.page, t.ended = page, len(page) < tracePage
	if len(page) > 0 {
		t.after = "(" + page[len(page)-1].ID
	}
	return nil
}

func oldest(streams []*traceStream) *traceStream {
	var first *traceStream
	var when int64
	for _, t := range streams {
		if len(t.page) == 0 {
			continue
		}
		ms, _, _ := strings.Cut(t.page[0].ID, "-")
		n, _ := strconv.ParseInt(ms, 10, 64)
		if first == nil || n < when {
			first, when = t, n
		}
	}
	return first
}

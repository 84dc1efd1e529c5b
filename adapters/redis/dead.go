package redis

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

const shownDead = 500 // dead letters read of one shard, the newest

// DeadLetters returns what nobody could deliver or play, the newest first. What has been there for 30
// days goes with this look: a letter may hold somebody's words, sealed.
func (s *Store) DeadLetters(ctx context.Context) ([]bot.DeadLetter, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	now, err := s.rdb.Time(ctx).Result()
	if err != nil {
		return nil, failed("read the time", err)
	}
	oldest := strconv.FormatInt(now.Add(-deadLife).UnixMilli(), 10)
	pipe := s.rdb.Pipeline()
	shards := make([]*goredis.XMessageSliceCmd, s.keys.shards)
	for i := range shards {
		pipe.XTrimMinID(ctx, s.keys.dead(i), oldest)
		shards[i] = pipe.XRevRangeN(ctx, s.keys.dead(i), "+", "-", shownDead)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, failed("read the dead letters", err)
	}
	var all []bot.DeadLetter
	for shard, stored := range shards {
		for _, m := range stored.Val() {
			all = append(all, letter(shard, m))
		}
	}
	slices.SortStableFunc(all, func(a, b bot.DeadLetter) int { return b.At.Compare(a.At) })
	return all, nil
}

// DeadLetter returns one of them; ErrNotFound when it was settled.
func (s *Store) DeadLetter(ctx context.Context, id string) (bot.DeadLetter, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	shard, entry, err := s.letterAt(id)
	if err != nil {
		return bot.DeadLetter{}, err
	}
	stored, err := s.rdb.XRange(ctx, s.keys.dead(shard), entry, entry).Result()
	switch {
	case err != nil:
		return bot.DeadLetter{}, failed("read a dead letter", err)
	case len(stored) == 0:
		return bot.DeadLetter{}, fmt.Errorf("dead letter: %w", bot.ErrNotFound)
	}
	return letter(shard, stored[0]), nil
}

// Settle takes a dead letter away; it need not be there.
func (s *Store) Settle(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	shard, entry, err := s.letterAt(id)
	if err != nil {
		return err
	}
	if err := s.rdb.XDel(ctx, s.keys.dead(shard), entry).Err(); err != nil {
		return failed("settle a dead letter", err)
	}
	return nil
}

// letter reads an entry of a shard's stream. Its id outside is the shard and the stream's own.
func letter(shard int, m goredis.XMessage) bot.DeadLetter {
	field := func(name string) string {
		value, _ := m.Values[name].(string)
		return value
	}
	stamp, _, _ := strings.Cut(m.ID, "-")
	ms, _ := strconv.ParseInt(stamp, 10, 64)
	seq, _ := strconv.ParseInt(field("seq"), 10, 64) // none where it was no delivery
	return bot.DeadLetter{ID: strconv.Itoa(shard) + "-" + m.ID, Conversation: bot.ConversationID(field("conv")),
		Leg: field("leg"), Seq: seq, Why: field("why"), At: time.UnixMilli(ms).UTC()}
}

// letterAt takes an id apart. What no store ever gave is as little there as what was settled.
func (s *Store) letterAt(id string) (shard int, entry string, err error) {
	first, entry, _ := strings.Cut(id, "-")
	shard, err = strconv.Atoi(first)
	ms, n, _ := strings.Cut(entry, "-")
	_, badTime := strconv.ParseUint(ms, 10, 64)
	_, badCount := strconv.ParseUint(n, 10, 64)
	if err != nil || badTime != nil || badCount != nil || shard < 0 || shard >= s.keys.shards {
		return 0, "", fmt.Errorf("dead letter: %w", bot.ErrNotFound)
	}
	return shard, entry, nil
}

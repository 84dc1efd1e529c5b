package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// Claim leases a push leg to the caller, unless somebody else carries it, its next attempt is put
// off, or there is nothing to deliver.
func (s *Store) Claim(ctx context.Context, id bot.ConversationID, leg string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	ok, err := s.run.claim.Run(ctx, s.rdb, []string{s.keys.due(s.keys.shard(id))}, legMember(id, leg), legLease.Milliseconds()).Bool()
	if err != nil {
		return false, failed("claim a leg of "+short(id), err)
	}
	return ok, nil
}

// Sending notes that the entry after at is about to be handed to the leg's platform.
func (s *Store) Sending(ctx context.Context, id bot.ConversationID, leg string, at, seq int64) (before bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	n, err := s.run.sending.Run(ctx, s.rdb, []string{s.keys.cursors(id), s.keys.log(id)}, leg, at, seq, rand.Text()).Int()
	switch {
	case err != nil:
		return false, failed("note a delivery in "+short(id), err)
	case n < 0:
		return false, fmt.Errorf("note a delivery in %s: %w", short(id), bot.ErrMoved)
	}
	return n == 1, nil
}

// NotSent takes the note of Sending back.
func (s *Store) NotSent(ctx context.Context, id bot.ConversationID, leg string) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	if err := s.rdb.HDel(ctx, s.keys.cursors(id), "sending "+leg).Err(); err != nil {
		return failed("take back a note in "+short(id), err)
	}
	return nil
}

// Cursor returns how far a push leg has read.
func (s *Store) Cursor(ctx context.Context, id bot.ConversationID, leg string) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	cursor, err := s.rdb.HGet(ctx, s.keys.cursors(id), leg).Result()
	switch {
	case errors.Is(err, goredis.Nil):
		return 0, nil
	case err != nil:
		return 0, failed("cursor in "+short(id), err)
	}
	seq, _, _ := strings.Cut(cursor, "|")
	n, err := strconv.ParseInt(seq, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("cursor in %s is not a number", short(id))
	}
	return n, nil
}

// Advance moves a push leg's cursor from one entry to the next; ErrMoved if another did. While there
// is more to read the leg stays leased to the caller, for 15 s from now.
func (s *Store) Advance(ctx context.Context, id bot.ConversationID, leg string, from, to int64) error {
	return s.advance(ctx, id, leg, from, to, "")
}

// Bury moves an entry that cannot be delivered to the dead letters and the cursor past it. The dead
// letter names the entry and says why; the words stay in the log.
func (s *Store) Bury(ctx context.Context, id bot.ConversationID, leg string, from, to int64, why string) error {
	if why == "" {
		why = "undeliverable"
	}
	return s.advance(ctx, id, leg, from, to, why)
}

func (s *Store) advance(ctx context.Context, id bot.ConversationID, leg string, from, to int64, why string) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	shard := s.keys.shard(id)
	ok, err := s.run.advance.Run(ctx, s.rdb,
		[]string{s.keys.cursors(id), s.keys.due(shard), s.keys.log(id), s.keys.dead(shard)},
		leg, from, to, rand.Text(), legMember(id, leg), legLease.Milliseconds(), string(id), why, mostDead).Bool()
	if err != nil {
		return failed("advance in "+short(id), err)
	}
	if !ok {
		return fmt.Errorf("advance in %s: %w", short(id), bot.ErrMoved)
	}
	return nil
}

// Delay puts the next attempt of a push leg off. With 0 the leg is anybody's at once.
func (s *Store) Delay(ctx context.Context, id bot.ConversationID, leg string, wait time.Duration) error {
	return s.delay(ctx, id, legMember(id, leg), wait)
}

func (s *Store) delay(ctx context.Context, id bot.ConversationID, member string, wait time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	err := s.run.delay.Run(ctx, s.rdb, []string{s.keys.due(s.keys.shard(id))}, member, wait.Milliseconds()).Err()
	if err != nil {
		return failed("delay in "+short(id), err)
	}
	return nil
}

// Rest takes a leg that is not there any more off what is due.
func (s *Store) Rest(ctx context.Context, id bot.ConversationID, leg string) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	if err := s.rdb.ZRem(ctx, s.keys.due(s.keys.shard(id)), legMember(id, leg)).Err(); err != nil {
		return failed("rest a leg of "+short(id), err)
	}
	return nil
}

package redis

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

func entryPlace(id bot.ConversationID, seq int64) []byte {
	return place(string(id), sealedEntry, strconv.FormatInt(seq, 10))
}

// Log returns the entries after seq, oldest first, at most that many. What was erased or has expired
// is passed over.
func (s *Store) Log(ctx context.Context, id bot.ConversationID, seq int64, most int) ([]bot.Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	after := strconv.FormatInt(max(seq, 0)+1, 10)
	stored, err := s.rdb.XRangeN(ctx, s.keys.log(id), after, "+", int64(most)).Result()
	if err != nil {
		return nil, failed("read the log of "+short(id), err)
	}
	entries := make([]bot.Entry, len(stored))
	for i, m := range stored {
		if entries[i], err = s.openEntry(id, m); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// entryNumber reads the number of an entry from its place in the stream.
func entryNumber(id string) (int64, error) {
	number, _, _ := strings.Cut(id, "-")
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("entry %s has no number", id)
	}
	return seq, nil
}

func (s *Store) openEntry(id bot.ConversationID, m goredis.XMessage) (bot.Entry, error) {
	envelope, _ := m.Values["e"].(string)
	seq, err := entryNumber(m.ID)
	if err != nil {
		return bot.Entry{}, fmt.Errorf("log of %s: %w", short(id), err)
	}
	plain, err := s.ring.open(envelope, entryPlace(id, seq))
	if err != nil {
		return bot.Entry{}, fmt.Errorf("entry %d of %s: %w", seq, short(id), err)
	}
	var e bot.Entry
	if err := json.Unmarshal(plain, &e); err != nil {
		return bot.Entry{}, fmt.Errorf("entry %d of %s: %w", seq, short(id), err)
	}
	return e, nil
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

// Cards returns the projection of all open cases, in no order. A card that this binary cannot read
// is left out, and said.
func (s *Store) Cards(ctx context.Context) ([]bot.Card, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	pipe := s.rdb.Pipeline()
	shards := make([]*goredis.MapStringStringCmd, s.keys.shards)
	for i := range shards {
		shards[i] = pipe.HGetAll(ctx, s.keys.cards(i))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, failed("read the cards", err)
	}
	var cards []bot.Card
	for _, shard := range shards {
		for id, stored := range shard.Val() {
			card, err := s.openCard(bot.ConversationID(id), stored)
			if err != nil {
				s.log.Error("card cannot be read", "conversation", short(bot.ConversationID(id)), "error", err)
				continue
			}
			cards = append(cards, card)
		}
	}
	return cards, nil
}

func (s *Store) openCard(id bot.ConversationID, stored string) (bot.Card, error) {
	plain, _, err := s.ring.openVersioned(id, sealedCard, stored)
	if err != nil {
		return bot.Card{}, err
	}
	var card bot.Card
	return card, json.Unmarshal(plain, &card)
}

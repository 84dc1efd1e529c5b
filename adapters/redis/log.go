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

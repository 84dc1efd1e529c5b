package redis

import (
	"context"
	"strconv"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// Buried returns the dead letters of one conversation, oldest first.
func (s *Store) Buried(ctx context.Context, id bot.ConversationID) ([]bot.Buried, error) {
	found, err := s.buried(ctx, id)
	if err != nil {
		return nil, err
	}
	var all []bot.Buried
	for i := range found {
		leg, _ := found[i].Values["leg"].(string)
		why, _ := found[i].Values["why"].(string)
		entry, _ := found[i].Values["seq"].(string)
		seq, _ := strconv.ParseInt(entry, 10, 64)
		letter := bot.Buried{At: madeAt(&found[i]), Leg: leg, Seq: seq, Why: why}
		if stored, is := found[i].Values["entry"].(string); is {
			if in, err := s.openInput(&bot.Session{ID: id}, stored); err == nil {
				letter.Input = &in
			}
		}
		all = append(all, letter)
	}
	return all, nil
}

// dropBuried takes an erased conversation's dead letters away: an input among them is sealed words.
func (s *Store) dropBuried(ctx context.Context, id bot.ConversationID) error {
	found, err := s.buried(ctx, id)
	if err != nil || len(found) == 0 {
		return err
	}
	ids := make([]string, len(found))
	for i := range found {
		ids[i] = found[i].ID
	}
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	if err := s.rdb.XDel(ctx, s.keys.dead(s.keys.shard(id)), ids...).Err(); err != nil {
		return failed("drop dead letters of "+short(id), err)
	}
	return nil
}

// buried reads a page at a time, each in its own time: with all of a bad day's letters in one answer, an
// erasure might never come through.
func (s *Store) buried(ctx context.Context, id bot.ConversationID) ([]goredis.XMessage, error) {
	var found []goredis.XMessage
	for letters := (&shardStream{key: s.keys.dead(s.keys.shard(id)), after: "-"}); !letters.ended; {
		if err := s.fill(ctx, letters); err != nil {
			return nil, err
		}
		for _, m := range letters.page {
			if m.Values["conv"] == string(id) {
				found = append(found, m)
			}
		}
	}
	return found, nil
}

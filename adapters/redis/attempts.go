package redis

import (
	"context"
	"fmt"
	"strings"
	"time"

	"frontdesk/bot"
)

// Attempt counts the times that a sweep began to play an input, and puts the conversation off for
// longer each time. Only processes that died in between make it grow: Survived forgets.
func (s *Store) Attempt(ctx context.Context, h bot.Head) (int, error) {
	id := h.Session.ID
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	shard := s.keys.shard(id)
	n, err := s.run.attempt.Run(ctx, s.rdb, []string{s.keys.tries(shard), s.keys.due(shard)},
		string(id), entryName(h.Sealed), inboxMember(id), s.grace.Milliseconds()).Int()
	if err != nil {
		return 0, failed("count an attempt in "+short(id), err)
	}
	return n, nil
}

// entryName is what stands before an inbox entry's envelope: when it came, and the hash of its id.
func entryName(entry string) string {
	ms, rest, _ := strings.Cut(entry, "|")
	hash, _, _ := strings.Cut(rest, "|")
	return ms + "|" + hash
}

// Survived forgets the attempts at a conversation: whoever began is alive.
func (s *Store) Survived(ctx context.Context, id bot.ConversationID) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	if err := s.rdb.HDel(ctx, s.keys.tries(s.keys.shard(id)), string(id)).Err(); err != nil {
		return failed("forget attempts in "+short(id), err)
	}
	return nil
}

// Postpone puts the next look at a conversation off. With 0 it is anybody's at once.
func (s *Store) Postpone(ctx context.Context, id bot.ConversationID, wait time.Duration) error {
	return s.delay(ctx, id, inboxMember(id), wait)
}

// Park moves the next input to the dead letters and leaves the session as it is; ErrGone if another
// input is next.
func (s *Store) Park(ctx context.Context, h bot.Head, why string) error {
	id := h.Session.ID
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	shard := s.keys.shard(id)
	ok, err := s.run.park.Run(ctx, s.rdb, []string{s.keys.inbox(id), s.keys.due(shard), s.keys.dead(shard)},
		h.Sealed, inboxMember(id), s.grace.Milliseconds(), string(id), why, mostDead).Bool()
	switch {
	case err != nil:
		return failed("park an input of "+short(id), err)
	case !ok:
		return fmt.Errorf("park an input of %s: %w", short(id), bot.ErrGone)
	}
	return nil
}

package redis

import (
	"context"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// Sweep leases what is due in one shard: conversations with unplayed inputs for the grace, legs with
// undelivered entries for 15 s. Timers that ran out become inputs.
func (s *Store) Sweep(ctx context.Context, shard int) (bot.Due, error) {
	if shard < 0 || shard >= s.keys.shards {
		return bot.Due{}, fmt.Errorf("sweep: there is no shard %d", shard)
	}
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	members, err := s.run.sweep.Run(ctx, s.rdb, []string{s.keys.due(shard)},
		s.grace.Milliseconds(), legLease.Milliseconds(), mostClaimed).StringSlice()
	if err != nil {
		return bot.Due{}, failed("sweep", err)
	}
	var due bot.Due
	var timers []bot.ConversationID
	for _, m := range members {
		switch kind, id, leg := parseMember(m); kind {
		case "i":
			due.Conversations = append(due.Conversations, id)
		case "o":
			due.Legs = append(due.Legs, bot.DueLeg{Conversation: id, Leg: leg})
		case "t":
			timers = append(timers, id)
		}
	}
	if n := len(due.Conversations); n > 0 {
		s.observer.Recovered(n)
	}
	fired, err := s.fire(ctx, timers)
	due.Conversations = append(due.Conversations, fired...)
	if err != nil && len(due.Conversations)+len(due.Legs) == 0 {
		return bot.Due{}, err
	}
	return due, nil
}

// fire returns the conversations whose timer is the next input. What fails stays due.
func (s *Store) fire(ctx context.Context, timers []bot.ConversationID) ([]bot.ConversationID, error) {
	if len(timers) == 0 {
		return nil, nil
	}
	pipe := s.rdb.Pipeline()
	answers := make([]*goredis.Cmd, len(timers))
	for i, id := range timers {
		// EVAL, not EVALSHA: a pipeline cannot load a missing script.
		answers[i] = s.run.fire.Eval(ctx, pipe, []string{s.keys.due(s.keys.shard(id)), s.keys.inbox(id)},
			timerMember(id), inboxMember(id), s.grace.Milliseconds())
	}
	_, err := pipe.Exec(ctx)
	var next []bot.ConversationID
	for i, answer := range answers {
		if is, err := answer.Bool(); err == nil && is {
			next = append(next, timers[i])
		}
	}
	if err != nil {
		return next, failed("fire timers", err)
	}
	return next, nil
}

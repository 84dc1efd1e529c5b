package redis

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// Lag is how late the store finds the service to be: the worst of all shards.
type Lag struct {
	Inbox    time.Duration                     // age of the oldest input that nobody has played
	Due      map[string]time.Duration          // overdue for a sweep: inputs "i", deliveries "o", timers "t"
	Outbound map[bot.ChannelName]time.Duration // age of the oldest effect that a leg has not had
}

// What is looked at in each shard, the most overdue first. Where there is more, everything is late
// and these are as late as the rest.
const (
	lagAhead   = 10 * time.Minute // what was put off is late too
	lagMembers = 1000
	lagInboxes = 64
	lagLegs    = 8
)

// Lag looks once at what is due in each shard. It leases nothing.
func (s *Store) Lag(ctx context.Context) (Lag, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	now, err := s.Now(ctx)
	if err != nil {
		return Lag{}, err
	}
	pipe := s.rdb.Pipeline()
	shards := make([]*goredis.ZSliceCmd, s.keys.shards)
	for i := range shards {
		until := strconv.FormatInt(now.Add(lagAhead).UnixMilli(), 10)
		shards[i] = pipe.ZRangeByScoreWithScores(ctx, s.keys.due(i), &goredis.ZRangeBy{Min: "-inf", Max: until, Count: lagMembers})
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return Lag{}, failed("read what is due", err)
	}
	lag := Lag{Due: map[string]time.Duration{"i": 0, "o": 0, "t": 0}, Outbound: map[bot.ChannelName]time.Duration{}}
	var inboxes []bot.ConversationID
	var legs []bot.DueLeg
	for _, shard := range shards {
		i, o := lag.shard(now, shard.Val())
		inboxes, legs = append(inboxes, i...), append(legs, o...)
	}
	if lag.Inbox, err = s.oldestInput(ctx, now, inboxes); err != nil {
		return Lag{}, err
	}
	return lag, s.oldestEffects(ctx, now, legs, lag.Outbound)
}

// shard notes how overdue a shard is and names what to look at.
func (l *Lag) shard(now time.Time, members []goredis.Z) (inboxes []bot.ConversationID, legs []bot.DueLeg) {
	for _, z := range members {
		member, _ := z.Member.(string)
		kind, id, leg := parseMember(member)
		l.Due[kind] = max(l.Due[kind], now.Sub(time.UnixMilli(int64(z.Score))))
		switch {
		case kind == "i" && len(inboxes) < lagInboxes:
			inboxes = append(inboxes, id)
		case kind == "o" && len(legs) < lagLegs:
			legs = append(legs, bot.DueLeg{Conversation: id, Leg: leg})
		}
	}
	return inboxes, legs
}

// oldestInput reads the stamps of the inputs that are next. A sweep that finds one again and again
// puts it off, so what is due says nothing about its age.
func (s *Store) oldestInput(ctx context.Context, now time.Time, ids []bot.ConversationID) (time.Duration, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	pipe := s.rdb.Pipeline()
	heads := make([]*goredis.StringCmd, len(ids))
	for i, id := range ids {
		heads[i] = pipe.LIndex(ctx, s.keys.inbox(id), 0)
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, goredis.Nil) {
		return 0, failed("read the inboxes", err)
	}
	var oldest time.Duration
	for _, head := range heads {
		stamped, _, _ := strings.Cut(head.Val(), "|")
		if ms, err := strconv.ParseInt(stamped, 10, 64); err == nil { // it was played meanwhile otherwise
			oldest = max(oldest, now.Sub(time.UnixMilli(ms)))
		}
	}
	return oldest, nil
}

// oldestEffects reads what each leg has not had. A leg that cannot be read is somebody else's alarm.
func (s *Store) oldestEffects(ctx context.Context, now time.Time, legs []bot.DueLeg, oldest map[bot.ChannelName]time.Duration) error {
	for _, due := range legs {
		h, err := s.Head(ctx, due.Conversation)
		if errors.Is(err, bot.ErrUnavailable) {
			return err
		}
		for _, leg := range h.Session.Legs {
			if leg.ID != due.Leg {
				continue
			}
			age, err := s.oldestEffect(ctx, now, due, leg)
			if err != nil {
				return err
			}
			oldest[leg.Channel] = max(oldest[leg.Channel], age)
		}
	}
	return nil
}

func (s *Store) oldestEffect(ctx context.Context, now time.Time, due bot.DueLeg, leg bot.Leg) (time.Duration, error) {
	at, err := s.Cursor(ctx, due.Conversation, due.Leg)
	if err != nil {
		return 0, err
	}
	entries, err := s.Log(ctx, due.Conversation, at, 50)
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		if e.To == leg.For && e.Effect != nil && leg.Gets(e.Seq) {
			return max(0, now.Sub(e.At)), nil
		}
	}
	return 0, nil
}

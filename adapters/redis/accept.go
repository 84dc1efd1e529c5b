package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// timerEntry is what the fire script puts into an inbox; it holds nothing to seal.
const timerEntry = "T"

// Resolve finds the conversation of a leg, or makes fresh the leg's conversation.
func (s *Store) Resolve(ctx context.Context, leg bot.Leg, fresh bot.ConversationID) (bot.ConversationID, error) {
	if !usable(fresh) {
		return "", fmt.Errorf("resolve leg: %q cannot be a conversation's id", short(fresh))
	}
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	id, err := s.durably(ctx, s.run.resolve, []string{s.keys.leg(leg)}, string(fresh), seconds(s.retention.Session)).Text()
	if err != nil {
		return "", failed("resolve leg", err)
	}
	return bot.ConversationID(id), nil
}

// Accept keeps an input: exactly once however often it is repeated, stamped with Redis time. When
// the session is not one for this binary the input is kept and left to a replica that can.
func (s *Store) Accept(ctx context.Context, in bot.Input) (bot.Acceptance, error) {
	if !usable(in.Conversation) || in.ID == "" {
		return bot.Acceptance{}, fmt.Errorf("accept: input without a usable conversation or id")
	}
	hash := s.ring.hash("input", string(in.Conversation), in.ID)
	sealed, err := s.sealInput(in, hash)
	if err != nil {
		return bot.Acceptance{}, fmt.Errorf("accept: %w", err)
	}
	event, err := json.Marshal(in.Event)
	if err != nil {
		return bot.Acceptance{}, fmt.Errorf("accept: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	id := in.Conversation
	shard := s.keys.shard(id)
	answer, err := s.durably(ctx, s.run.accept,
		[]string{s.keys.dedup(id, hash), s.keys.inbox(id), s.keys.due(shard), s.keys.session(id)},
		seconds(dedupLife), sealed, s.grace.Milliseconds(), inboxMember(id), mostWaiting, s.ring.hash("event", bot.Name(in.Event), string(event))[:16]).Slice()
	if err != nil {
		return bot.Acceptance{}, failed("accept in "+short(id), err)
	}
	switch code, _ := answer[0].(string); code {
	case "DUP":
		return bot.Acceptance{Duplicate: true}, nil
	case "OTHER":
		return bot.Acceptance{}, fmt.Errorf("accept in %s: %w", short(id), bot.ErrReused)
	case "FULL":
		return bot.Acceptance{}, fmt.Errorf("accept in %s: %w", short(id), bot.ErrTooMany)
	case "QUEUED":
		return bot.Acceptance{Queued: true}, nil
	}
	return s.accepted(in, text(answer, 1), text(answer, 2)), nil
}

func (s *Store) accepted(in bot.Input, entry, stored string) bot.Acceptance {
	session, err := s.ring.openSession(in.Conversation, stored)
	if err != nil {
		if !errors.Is(err, bot.ErrNewer) {
			s.log.Error("input is kept, but its session cannot be read", "conversation", short(in.Conversation), "error", err)
		}
		return bot.Acceptance{Queued: true}
	}
	ms, _, _ := strings.Cut(entry, "|")
	in.At = stamp(ms, &session)
	return bot.Acceptance{Head: bot.Head{Session: session, Next: &in, Sealed: entry}}
}

// Head loads a session and its next input.
func (s *Store) Head(ctx context.Context, id bot.ConversationID) (bot.Head, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	pipe := s.rdb.Pipeline()
	entry := pipe.LIndex(ctx, s.keys.inbox(id), 0)
	stored := pipe.Get(ctx, s.keys.session(id))
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, goredis.Nil) {
		return bot.Head{}, failed("load "+short(id), err)
	}
	// The two are not read at one instant: a pair that does not fit makes the commit fail, no more.
	if err := firstFault(entry.Err(), stored.Err()); err != nil {
		return bot.Head{}, failed("load "+short(id), err)
	}
	session, err := s.ring.openSession(id, stored.Val())
	if err != nil {
		return bot.Head{}, err
	}
	return s.head(session, entry.Val())
}

// head joins a session and the stored entry that follows, "" for none.
func (s *Store) head(session bot.Session, entry string) (bot.Head, error) {
	h := bot.Head{Session: session, Sealed: entry}
	if entry == "" {
		return h, nil
	}
	in, err := s.openInput(&session, entry)
	switch {
	case errors.Is(err, bot.ErrNewer):
		return bot.Head{}, fmt.Errorf("next input of %s: %w", short(session.ID), err)
	case err != nil:
		s.log.Error("input is damaged; a human is told", "conversation", short(session.ID), "error", err)
		ms, hash, _ := strings.Cut(entryName(entry), "|")
		in = bot.Input{ID: bot.Damaged + ":" + hash, Conversation: session.ID, At: stamp(ms, &session), Event: bot.Unplayed{Kind: bot.Damaged}}
	}
	h.Next = &in
	return h, nil
}

// sealInput is the stored form of an input without its stamp: the hash of its id, the envelope.
func (s *Store) sealInput(in bot.Input, hash string) (string, error) {
	plain, err := in.MarshalJSON() // itself, or it would be read over once more
	if err != nil {
		return "", err
	}
	b := append(append(make([]byte, 0, len(hash)+len(plain)+32), hash...), '|')
	return string(s.ring.seal(b, plain, place(string(in.Conversation), sealedInput, hash))), nil
}

func (s *Store) openInput(session *bot.Session, entry string) (bot.Input, error) {
	ms, rest, _ := strings.Cut(entry, "|")
	at := stamp(ms, session)
	if rest == timerEntry {
		return bot.Input{ID: "t:" + ms, Conversation: session.ID, At: at, Event: bot.Rang{}}, nil
	}
	hash, envelope, _ := strings.Cut(rest, "|")
	plain, err := s.ring.open(envelope, place(string(session.ID), sealedInput, hash))
	if err != nil {
		return bot.Input{}, err
	}
	var in bot.Input
	if err := json.Unmarshal(plain, &in); err != nil {
		return bot.Input{}, err
	}
	if in.Event == nil {
		return bot.Input{}, errors.New("nothing happened in it")
	}
	in.At = at
	return in, nil
}

// stamp is the time of an input. It never goes back in a conversation, even if the clock of Redis
// does after a failover.
func stamp(ms string, session *bot.Session) time.Time {
	n, _ := strconv.ParseInt(ms, 10, 64)
	at := time.UnixMilli(n).UTC()
	if at.Before(session.Updated) {
		return session.Updated
	}
	return at
}

func text(answer []any, i int) string {
	if i >= len(answer) {
		return ""
	}
	s, _ := answer[i].(string)
	return s
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// firstFault is the first error that is not an absence.
func firstFault(all ...error) error {
	for _, err := range all {
		if err != nil && !errors.Is(err, goredis.Nil) {
			return err
		}
	}
	return nil
}

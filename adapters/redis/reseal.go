package redis

import (
	"context"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// Values are sealed anew one by one, each only if nobody has changed it since it was read: who changes
// it seals it with a newer key anyway. Version, life and place stay, so turns under way commit as if
// nothing had been. A commit whose answer was lost at that very moment may not know its session again
// and says that it moved; it was committed, and the sweep goes on.

// reseal puts a value in the place of one that says the same.
func (s *Store) reseal(ctx context.Context, key, was, is, field string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	ok, err := s.run.reseal.Run(ctx, s.rdb, []string{key}, was, is, field).Bool()
	if err != nil {
		return false, failed("seal anew", err)
	}
	return ok, nil
}

func (s *Store) resealRef(ctx context.Context, key string) (bool, error) {
	stored, err := s.get(ctx, key)
	if err != nil || len(stored) < tagLength {
		return true, err
	}
	tag := stored[:tagLength]
	plain, err := s.ring.open(stored[tagLength:], place(key, sealedRef, tag))
	if err != nil {
		return false, fmt.Errorf("reference: %w", err)
	}
	return s.reseal(ctx, key, stored, string(s.ring.seal([]byte(tag), plain, place(key, sealedRef, tag))), "")
}

func (s *Store) resealCards(ctx context.Context, key string) (left int, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	cards, err := s.rdb.HGetAll(ctx, key).Result()
	if err != nil {
		return 0, failed("read the cards", err)
	}
	sealing, _ := s.ring.sealing()
	for field, stored := range cards {
		if len(stored) > versionLength+1 && stored[versionLength+1] == sealing {
			continue
		}
		id := bot.ConversationID(field)
		plain, version, err := s.ring.openVersioned(id, sealedCard, stored)
		if err != nil {
			return left, fmt.Errorf("card of %s: %w", short(id), err)
		}
		ok, err := s.reseal(ctx, key, stored, s.ring.sealVersioned(id, sealedCard, version, plain), field)
		if err != nil {
			return left, err
		}
		if !ok {
			left++ // it was changed just now: look at it again
		}
	}
	return left, nil
}

// resealLog seals the entries of a log anew, all or none.
func (s *Store) resealLog(ctx context.Context, id bot.ConversationID) (bool, error) {
	args, err := s.logAnew(ctx, id)
	if err != nil || args == nil {
		return err == nil, err
	}
	return s.putLog(ctx, id, args)
}

// logAnew is a log as it was and as it would be, in the order of reseallog.lua; nil when there is none.
func (s *Store) logAnew(ctx context.Context, id bot.ConversationID) ([]any, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	stored, err := s.rdb.XRange(ctx, s.keys.log(id), "-", "+").Result()
	if err != nil {
		return nil, failed("read a log", err)
	}
	if len(stored) == 0 {
		return nil, nil
	}
	last := stored[len(stored)-1]
	args := make([]any, 0, 3+2*len(stored))
	args = append(args, len(stored), last.ID, last.Values["e"])
	for _, m := range stored {
		fresh, err := s.resealEntry(id, m)
		if err != nil {
			return nil, fmt.Errorf("log of %s: %w", short(id), err)
		}
		args = append(args, m.ID, fresh)
	}
	return args, nil
}

func (s *Store) putLog(ctx context.Context, id bot.ConversationID, args []any) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	ok, err := s.run.reseallog.Run(ctx, s.rdb, []string{s.keys.log(id)}, args...).Bool()
	if err != nil {
		return false, failed("seal a log anew", err)
	}
	return ok, nil
}

func (s *Store) resealEntry(id bot.ConversationID, m goredis.XMessage) (string, error) {
	seq, err := entryNumber(m.ID)
	if err != nil {
		return "", err
	}
	envelope, _ := m.Values["e"].(string)
	plain, err := s.ring.open(envelope, entryPlace(id, seq))
	if err != nil {
		return "", fmt.Errorf("entry %d: %w", seq, err)
	}
	return string(s.ring.seal(make([]byte, 0, len(plain)+32), plain, entryPlace(id, seq))), nil
}

package redis

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

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

// resealTagged is for a string that begins with a tag: a reference, a blob.
func (s *Store) resealTagged(ctx context.Context, key, kind string) (bool, error) {
	stored, err := s.get(ctx, key)
	if err != nil || len(stored) < tagLength {
		return true, err
	}
	tag := stored[:tagLength]
	plain, err := s.ring.open(stored[tagLength:], place(key, kind, tag))
	if err != nil {
		return false, fmt.Errorf("seal anew what is tagged: %w", err)
	}
	return s.reseal(ctx, key, stored, string(s.ring.seal([]byte(tag), plain, place(key, kind, tag))), "")
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

// A sealedStream is a stream whose entries hold an envelope each, or none.
type sealedStream struct {
	key   string
	field string // that holds it
	anew  func(goredis.XMessage) (string, error)
}

func (s *Store) logStream(id bot.ConversationID) sealedStream {
	return sealedStream{s.keys.log(id), "e", func(m goredis.XMessage) (string, error) { return s.entryAnew(id, m) }}
}

func (s *Store) deadStream(key string) sealedStream {
	return sealedStream{key, deadField, s.deadAnew}
}

// resealStream seals the entries of a stream anew, all or none.
func (s *Store) resealStream(ctx context.Context, stream sealedStream) (bool, error) {
	args, err := s.streamAnew(ctx, stream)
	if err != nil || args == nil {
		return err == nil, err
	}
	return s.putStream(ctx, stream.key, args)
}

// streamAnew is a stream as it was and as it would be, in the order of resealstream.lua; nil when there
// is none.
func (s *Store) streamAnew(ctx context.Context, stream sealedStream) ([]any, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	stored, err := s.rdb.XRange(ctx, stream.key, "-", "+").Result()
	if err != nil {
		return nil, failed("read a stream", err)
	}
	if len(stored) == 0 {
		return nil, nil
	}
	last := stored[len(stored)-1]
	mark := last.Values[stream.field]
	if mark == nil {
		mark = last.Values["why"] // a dead letter that holds no words
	}
	args := make([]any, 0, 4+4*len(stored))
	args = append(args, len(stored), stored[0].ID, last.ID, mark)
	for _, m := range stored {
		args = append(args, m.ID, 2*len(m.Values))
		for _, field := range slices.Sorted(maps.Keys(m.Values)) {
			value := m.Values[field]
			if field == stream.field {
				if value, err = stream.anew(m); err != nil {
					return nil, err
				}
			}
			args = append(args, field, value)
		}
	}
	return args, nil
}

func (s *Store) putStream(ctx context.Context, key string, args []any) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	ok, err := s.run.resealstream.Run(ctx, s.rdb, []string{key}, args...).Bool()
	if err != nil {
		return false, failed("seal a stream anew", err)
	}
	return ok, nil
}

func (s *Store) entryAnew(id bot.ConversationID, m goredis.XMessage) (string, error) {
	seq, err := entryNumber(m.ID)
	if err != nil {
		return "", err
	}
	envelope, _ := m.Values["e"].(string)
	plain, err := s.ring.open(envelope, entryPlace(id, seq))
	if err != nil {
		return "", fmt.Errorf("entry %d of %s: %w", seq, short(id), err)
	}
	return string(s.ring.seal(make([]byte, 0, len(plain)+32), plain, entryPlace(id, seq))), nil
}

// deadField of a dead letter holds the input that could not be played, as it stood in its inbox.
const deadField = "entry"

func (s *Store) deadAnew(m goredis.XMessage) (string, error) {
	entry, _ := m.Values[deadField].(string)
	envelope := envelopeOfInput(entry)
	if envelope == "" {
		return entry, nil // a timer: nothing is sealed
	}
	id, _ := m.Values["conv"].(string)
	before := strings.TrimSuffix(entry, envelope)
	_, hash, _ := strings.Cut(strings.TrimSuffix(before, "|"), "|")
	where := place(id, sealedInput, hash)
	plain, err := s.ring.open(envelope, where)
	if errors.Is(err, errEnvelope) {
		return before, nil // damaged, which is why it is here: no key will open it
	}
	if err != nil {
		return "", fmt.Errorf("dead letter of %s: %w", short(bot.ConversationID(id)), err)
	}
	return string(s.ring.seal([]byte(before), plain, where)), nil
}

package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// blobWithin is how long a blob may take on its way: it is a thousand times what a turn writes.
const blobWithin = 3 * time.Second

// blobTries are how often a conversation may move while a blob is put under it.
const blobTries = 5

// PutBlob keeps content under a name of a conversation and returns until when. It is written only if the
// session is still the one that was read: nothing is ever put under what was erased meanwhile.
func (s *Store) PutBlob(ctx context.Context, id bot.ConversationID, name string, content []byte, life time.Duration) (time.Time, error) {
	switch {
	case !usable(id) || name == "":
		return time.Time{}, fmt.Errorf("blob of %s: %w", short(id), bot.ErrNotFound)
	case len(content) == 0 || len(content) > bot.MostMessageBytes:
		return time.Time{}, fmt.Errorf("a blob of %d bytes is not kept, of %s: it has %d at most", len(content), short(id), bot.MostMessageBytes)
	case life < time.Millisecond || life > bot.MostMessageLife:
		return time.Time{}, fmt.Errorf("a blob of %s is not kept for %s: for thirty days at most", short(id), life)
	}
	ctx, cancel := context.WithTimeout(ctx, blobWithin)
	defer cancel()
	key := s.keys.blob(id)
	tag := string(s.ring.tag("blob", key, name))
	sealed := s.ring.seal(append(make([]byte, 0, len(content)+64), tag...), content, place(key, sealedBlob, tag))
	for range blobTries {
		stored, err := s.get(ctx, s.keys.session(id))
		if err != nil {
			return time.Time{}, err
		}
		session, err := s.ring.openSession(id, stored)
		if err != nil {
			return time.Time{}, err
		}
		if session.Version == 0 || session.Departed() {
			return time.Time{}, fmt.Errorf("blob of %s: %w", short(id), bot.ErrNotFound)
		}
		until, err := s.durably(ctx, s.run.putblob, []string{s.keys.session(id), key}, stored, string(sealed), life.Milliseconds()).Int64()
		if err != nil {
			return time.Time{}, failed("keep a blob of "+short(id), err)
		}
		if until > 0 {
			return time.UnixMilli(until).UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("keep a blob of %s: %w", short(id), bot.ErrUnavailable)
}

// Blob returns what PutBlob kept, ErrNotFound when there is none of that name any more.
func (s *Store) Blob(ctx context.Context, id bot.ConversationID, name string) ([]byte, error) {
	missing := fmt.Errorf("blob of %s: %w", short(id), bot.ErrNotFound)
	if !usable(id) {
		return nil, missing
	}
	ctx, cancel := context.WithTimeout(ctx, blobWithin)
	defer cancel()
	key := s.keys.blob(id)
	stored, err := s.rdb.Get(ctx, key).Result()
	switch {
	case errors.Is(err, goredis.Nil):
		return nil, missing
	case err != nil:
		return nil, failed("read a blob of "+short(id), err)
	case len(stored) < tagLength:
		return nil, fmt.Errorf("blob of %s: %w", short(id), errEnvelope)
	case stored[:tagLength] != string(s.ring.tag("blob", key, name)):
		return nil, missing
	}
	content, err := s.ring.open(stored[tagLength:], place(key, sealedBlob, stored[:tagLength]))
	if err != nil {
		return nil, fmt.Errorf("blob of %s: %w", short(id), err)
	}
	return content, nil
}

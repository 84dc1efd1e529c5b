package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

const tagLength = 16

// Ref returns the value of an outside name, ErrNotFound if it has none.
func (s *Store) Ref(ctx context.Context, kind, name string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	key := s.keys.ref(kind, name)
	stored, err := s.rdb.Get(ctx, key).Result()
	switch {
	case errors.Is(err, goredis.Nil):
		return "", fmt.Errorf("reference of kind %s: %w", kind, bot.ErrNotFound)
	case err != nil:
		return "", failed("reference of kind "+kind, err)
	case len(stored) < tagLength:
		return "", fmt.Errorf("reference of kind %s: %w", kind, errEnvelope)
	}
	plain, err := s.ring.open(stored[tagLength:], place(key, sealedRef, stored[:tagLength]))
	if err != nil {
		return "", fmt.Errorf("reference of kind %s: %w", kind, err)
	}
	return string(plain), nil
}

// SetRef stores value if the present one is old ("" for none), else ErrTaken. With ttl 0 it stays
// until it is dropped.
func (s *Store) SetRef(ctx context.Context, kind, name, old, value string, ttl time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	key := s.keys.ref(kind, name)
	expected := ""
	if old != "" {
		expected = string(s.ring.tag("value", key, old))
	}
	tag := s.ring.tag("value", key, value)
	stored := s.ring.seal(append(make([]byte, 0, len(value)+64), tag...), []byte(value), place(key, sealedRef, string(tag)))
	ok, err := s.durably(ctx, s.run.setref, []string{key}, expected, string(stored), ttl.Milliseconds()).Bool()
	if err != nil {
		return failed("set reference of kind "+kind, err)
	}
	if !ok {
		return fmt.Errorf("set reference of kind %s: %w", kind, bot.ErrTaken)
	}
	return nil
}

// DropRef forgets a name; it need not have a value.
func (s *Store) DropRef(ctx context.Context, kind, name string) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	if err := s.rdb.Del(ctx, s.keys.ref(kind, name)).Err(); err != nil {
		return failed("drop reference of kind "+kind, err)
	}
	return nil
}

// Acquire takes or renews a lease for holder.
func (s *Store) Acquire(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	ok, err := s.run.lease.Run(ctx, s.rdb, []string{s.keys.lease(name)}, holder, max(1, ttl.Milliseconds())).Bool()
	if err != nil {
		return false, failed("lease "+name, err)
	}
	return ok, nil
}

// Yield ends holder's lease before its time.
func (s *Store) Yield(ctx context.Context, name, holder string) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	if err := s.run.drop.Run(ctx, s.rdb, []string{s.keys.lease(name)}, holder).Err(); err != nil {
		return failed("yield lease "+name, err)
	}
	return nil
}

// Allow counts: at most burst at once, then rate a second.
func (s *Store) Allow(ctx context.Context, kind, name string, rate float64, burst int) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	full := 24 * time.Hour // until an untouched bucket is as good as new
	if rate > 0 {
		full = min(full, time.Duration(float64(burst)/rate*float64(time.Second))+time.Second)
	}
	ok, err := s.run.limit.Run(ctx, s.rdb, []string{s.keys.bucket(kind, name)}, rate, burst, full.Milliseconds()).Bool()
	if err != nil {
		return false, failed("limit "+kind, err)
	}
	return ok, nil
}

// Release returns a bundle by its hash, ErrNotFound if it was never served here.
func (s *Store) Release(ctx context.Context, hash string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	bundle, err := s.rdb.Get(ctx, s.keys.release(hash)).Bytes()
	switch {
	case errors.Is(err, goredis.Nil):
		return nil, fmt.Errorf("release %s: %w", hash, bot.ErrNotFound)
	case err != nil:
		return nil, failed("release "+hash, err)
	}
	return bundle, nil
}

// keepWithin is how long a release may take to be stored: it is a megabyte and more, and no citizen waits for it.
const keepWithin = 10 * time.Second

// KeepRelease stores a bundle for good. It is public, so it is not sealed.
func (s *Store) KeepRelease(ctx context.Context, hash string, bundle []byte) error {
	ctx, cancel := context.WithTimeout(ctx, max(s.within, keepWithin))
	defer cancel()
	if err := s.durably(ctx, s.run.keep, []string{s.keys.release(hash)}, bundle).Err(); err != nil {
		return failed("keep release "+hash, err)
	}
	return nil
}

const presentFor = 45 * time.Second

// Here notes that the person has the conversation before them, for the next 45 s.
func (s *Store) Here(ctx context.Context, id bot.ConversationID, leg string) error {
	_, err := s.presence(ctx, id, "here", leg)
	return err
}

// Gone notes that they have left this leg.
func (s *Store) Gone(ctx context.Context, id bot.ConversationID, leg string) error {
	_, err := s.presence(ctx, id, "gone", leg)
	return err
}

// Present says whether the person is there on any leg.
func (s *Store) Present(ctx context.Context, id bot.ConversationID) (bool, error) {
	n, err := s.presence(ctx, id, "ask", "")
	return n > 0, err
}

func (s *Store) presence(ctx context.Context, id bot.ConversationID, what, leg string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	n, err := s.run.presence.Run(ctx, s.rdb, []string{s.keys.present(id)}, what, leg, presentFor.Milliseconds()).Int()
	if err != nil {
		return 0, failed("presence in "+short(id), err)
	}
	return n, nil
}

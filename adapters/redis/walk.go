package redis

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

const walkPage = 50 // keys looked at in one go

// walk goes through all keys of the deployment, some at a time, on every master. A key may come twice;
// one that is there all the while comes. look is not called by two at once, and again with the same
// keys when it says ErrUnavailable.
func (s *Store) walk(ctx context.Context, look func(ctx context.Context, keys []string) error) error {
	var one sync.Mutex
	through := func(ctx context.Context, node *goredis.Client) error {
		for cursor := uint64(0); ; {
			var next uint64
			err := patiently(ctx, func() error {
				keys, after, err := s.scanKeys(ctx, node, cursor)
				if err != nil {
					return failed("go through the keys", err)
				}
				next = after
				one.Lock()
				defer one.Unlock()
				return look(ctx, keys)
			})
			if err != nil {
				return err
			}
			if cursor = next; cursor == 0 {
				return nil
			}
		}
	}
	return s.eachMaster(ctx, through)
}

// patiently tries again while Redis is busy: a long way is not given up for one bad second.
func patiently(ctx context.Context, do func() error) error {
	for tries := 1; ; tries++ {
		err := do()
		if err == nil || tries == 10 || !errors.Is(err, bot.ErrUnavailable) {
			return err
		}
		if err := pause(ctx, time.Duration(tries)*100*time.Millisecond); err != nil {
			return err
		}
	}
}

func (s *Store) scanKeys(ctx context.Context, node *goredis.Client, cursor uint64) ([]string, uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	return node.Scan(ctx, cursor, s.keys.all(), walkPage).Result()
}

// sealers says for each key of a page with which keys its values are sealed, one byte a value. What
// holds nothing sealed, or has gone, is not in it.
func (s *Store) sealers(ctx context.Context, page []string) (map[string][]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	pipe := s.rdb.Pipeline()
	asked := make(map[string]func() []byte, len(page))
	for _, key := range page {
		switch kind, _ := s.keys.kindOf(key); kind {
		case "c":
			asked[key] = sealerAt(pipe.GetRange(ctx, key, versionLength+1, versionLength+1))
		case "ref", "b":
			asked[key] = sealerAt(pipe.GetRange(ctx, key, tagLength+1, tagLength+1))
		case "cards":
			asked[key] = sealersIn(pipe.HVals(ctx, key), func(card string) string { return card[min(versionLength, len(card)):] })
		case "i":
			asked[key] = sealersIn(pipe.LRange(ctx, key, 0, -1), envelopeOfInput)
		case "l":
			asked[key] = sealersOf(pipe.XRange(ctx, key, "-", "+"), "e", func(envelope string) string { return envelope })
		case "dead":
			asked[key] = sealersOf(pipe.XRange(ctx, key, "-", "+"), deadField, envelopeOfInput)
		}
	}
	if len(asked) == 0 {
		return nil, nil
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, failed("read what is sealed", err)
	}
	found := make(map[string][]byte, len(asked))
	for key, answer := range asked {
		if ids := answer(); len(ids) > 0 {
			found[key] = ids
		}
	}
	return found, nil
}

func sealerAt(answer *goredis.StringCmd) func() []byte {
	return func() []byte { return []byte(answer.Val()) }
}

func sealersIn(answer *goredis.StringSliceCmd, envelope func(string) string) func() []byte {
	return func() []byte {
		var ids []byte
		for _, value := range answer.Val() {
			ids = appendSealer(ids, envelope(value))
		}
		return ids
	}
}

func sealersOf(answer *goredis.XMessageSliceCmd, field string, envelope func(string) string) func() []byte {
	return func() []byte {
		var ids []byte
		for _, m := range answer.Val() {
			value, _ := m.Values[field].(string)
			ids = appendSealer(ids, envelope(value))
		}
		return ids
	}
}

// appendSealer adds the key of an envelope; a timer in an inbox has none.
func appendSealer(ids []byte, envelope string) []byte {
	if len(envelope) < 2 {
		return ids
	}
	return append(ids, envelope[1])
}

// envelopeOfInput is the last part of an inbox entry: stamp, hash of its id, envelope.
func envelopeOfInput(entry string) string {
	_, rest, _ := strings.Cut(entry, "|")
	_, envelope, _ := strings.Cut(rest, "|")
	return envelope
}

// Sealed counts the values that each key seals.
func (s *Store) Sealed(ctx context.Context) (map[int]int, error) {
	counts := map[int]int{}
	err := s.walk(ctx, func(ctx context.Context, page []string) error {
		found, err := s.sealers(ctx, page)
		for _, ids := range found {
			for _, id := range ids {
				counts[int(id)]++
			}
		}
		return err
	})
	return counts, err
}

// pause waits between two pages, so that nobody else waits.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

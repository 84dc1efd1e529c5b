package redis

import (
	"context"
	"crypto/rand"
	mathrand "math/rand/v2"
	"time"

	"frontdesk/bot"
)

// When a breaker shuts, and for how long. During an outage of ten minutes a platform is so called
// about twenty times by all replicas together, and it is missed for a minute at most once it is back.
const (
	failuresToShut = 5
	firstPause     = 5 * time.Second
	longestPause   = time.Minute
	probeLife      = 15 * time.Second // a look and a delivery take 13 at most
	breakerLife    = time.Hour
)

// Pass asks to call a platform; a breaker that nobody has shut lets everybody through.
func (s *Store) Pass(ctx context.Context, name string) (bot.Gate, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	answer, err := s.run.pass.Run(ctx, s.rdb, []string{s.keys.breaker(name)}, rand.Text(), probeLife.Milliseconds()).Int64Slice()
	if err != nil {
		return bot.Gate{}, failed("ask a breaker", err)
	}
	return bot.Gate{Wait: time.Duration(answer[0]) * time.Millisecond, Failures: int(answer[1])}, nil
}

// Worked opens the breaker and forgets its failures.
func (s *Store) Worked(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	if err := s.rdb.Del(ctx, s.keys.breaker(name)).Err(); err != nil {
		return failed("open a breaker", err)
	}
	return nil
}

// Failed counts a failure of the platform and returns how long its breaker is shut now.
func (s *Store) Failed(ctx context.Context, name string, told time.Duration) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	shut, err := s.run.fail.Run(ctx, s.rdb, []string{s.keys.breaker(name)}, rand.Text(), max(0, told).Milliseconds(),
		failuresToShut, firstPause.Milliseconds(), longestPause.Milliseconds(), mathrand.IntN(1001), breakerLife.Milliseconds()).Int64()
	if err != nil {
		return 0, failed("count a failure", err)
	}
	return time.Duration(shut) * time.Millisecond, nil
}

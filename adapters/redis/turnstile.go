package redis

import (
	"context"
	"time"
)

const (
	lateComers   = 15 * time.Second // who asks again is at most as late as a leg's lease is long
	turnstileFor = 24 * time.Hour   // an untouched order is kept
)

// PassInTurn asks for a token for member, who has waited since since: tokens go to who has waited
// longest. With shut > 0 nobody passes for so long, but member keeps their place.
func (s *Store) PassInTurn(ctx context.Context, name, member string, since time.Time, rate float64, burst int, shut time.Duration) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	n, err := s.run.turnstile.Run(ctx, s.rdb, s.keys.turnstile(name), member, since.UnixMilli(), rate, burst,
		shut.Milliseconds(), lateComers.Milliseconds(), turnstileFor.Milliseconds()).Int64()
	if err != nil {
		return 0, failed("stand in line", err)
	}
	return time.Duration(n) * time.Millisecond, nil
}

package web

import (
	"context"
	"maps"
	"sync"
	"time"

	"frontdesk/bot"
)

// A Shield stands before a limiter and remembers, until the next token, whom it has just refused: a
// flood from one peer then costs the store no more than the peer's own rate does.
type Shield struct {
	bot.Limiter

	mu    sync.Mutex
	until map[string]time.Time
}

const (
	longestRefusal = time.Second // after which the limiter is asked again, however slow its rate
	mostRefusals   = 4096        // remembered before those that are over are forgotten
)

// Allow asks the limiter, unless it has refused the same name a moment ago.
func (s *Shield) Allow(ctx context.Context, kind, name string, rate float64, burst int) (bool, error) {
	key := kind + " " + name
	if s.refuses(key) {
		return false, nil
	}
	ok, err := s.Limiter.Allow(ctx, kind, name, rate, burst)
	if !ok && err == nil {
		s.remember(key, rate)
	}
	return ok, err
}

func (s *Shield) refuses(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, known := s.until[key]
	return known && time.Now().Before(until)
}

func (s *Shield) remember(key string, rate float64) {
	wait := longestRefusal
	if rate > 1 {
		wait = time.Duration(float64(time.Second) / rate)
	}
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.until) >= mostRefusals {
		maps.DeleteFunc(s.until, func(_ string, until time.Time) bool { return now.After(until) })
	}
	if s.until == nil {
		s.until = make(map[string]time.Time)
	}
	s.until[key] = now.Add(wait)
}

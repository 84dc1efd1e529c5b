package speech

import (
	"sync"
	"time"
)

// A breaker gives an engine that fails a rest: callers must not wait three seconds for each sentence to
// find out that it is away. After the rest one of them tries.
type breaker struct {
	mu     sync.Mutex
	failed int
	rest   time.Duration
	until  time.Time
	trying bool // somebody finds out whether it is back
	now    func() time.Time
}

const (
	failuresToRest = 3
	firstRest      = 10 * time.Second
	longestRest    = 5 * time.Minute
	tryTime        = 10 * time.Second
)

// open says whether the engine is to be left alone. Once the rest is over, one is let through, to try.
func (b *breaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rest == 0 {
		return false
	}
	if b.now().Before(b.until) {
		return true
	}
	b.trying, b.until = true, b.now().Add(tryTime)
	return false
}

// worked forgets what failed; it says whether the engine is back from a rest.
func (b *breaker) worked() (back bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	back = b.rest > 0
	b.failed, b.rest, b.trying = 0, 0, false
	return back
}

// fail counts a failure, or takes at once the rest that the engine asks for. It says how long the rest
// is that begins now, 0 for none: those who had asked before lengthen it no more.
func (b *breaker) fail(asked time.Duration) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failed++
	switch {
	case b.rest > 0 && !b.trying:
		return 0
	case asked > 0:
		b.rest = min(asked, longestRest)
	case b.rest > 0:
		b.rest = min(2*b.rest, longestRest)
	case b.failed >= failuresToRest:
		b.rest = firstRest
	default:
		return 0
	}
	b.trying = false
	b.until = b.now().Add(b.rest)
	return b.rest
}

package relay

import (
	"math/rand/v2"
	"time"
)

const (
	firstWait  = time.Second
	longWait   = 5 * time.Minute
	maxTries   = 12     // about half an hour of waits; then a human must look
	mostToldOf = 10_000 // legs whose tries are remembered
)

// tries are the attempts at one entry of a leg that have failed in this process.
type tries struct {
	seq       int64
	n         int
	excused   int // of these, the platform's fault, or at its wish
	ambiguous bool
}

// try counts an attempt at an entry, and says whether an earlier one may have arrived. Those at another
// entry, which another replica may have delivered since, do not count.
func (r *Relay) try(key string, seq int64) (attempt int, ambiguous bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tries == nil || len(r.tries) >= mostToldOf {
		r.tries = map[string]tries{} // a count that begins again costs a longer wait for a human, no more
	}
	t := r.tries[key]
	if t.seq != seq {
		t = tries{seq: seq}
	}
	t.n++
	r.tries[key] = t
	return t.n, t.ambiguous
}

// fell notes how the last try failed and returns how many count against the entry; 0 for one that is
// excused.
func (r *Relay) fell(key string, ambiguous, excused bool) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tries[key]
	t.ambiguous = t.ambiguous || ambiguous
	if excused {
		t.excused++
	}
	r.tries[key] = t
	if excused {
		return 0
	}
	return t.n - t.excused
}

func (r *Relay) done(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.tries, key)
}

// backoff doubles from a second to five minutes, with full jitter.
func backoff(attempt int) time.Duration {
	wait := min(firstWait<<min(attempt-1, 20), longWait)
	return wait/2 + time.Duration(rand.Int64N(int64(wait)/2+1))
}

// spread lets those who wait for the same thing come back one after the other, within half as long
// again.
func spread(wait time.Duration) time.Duration {
	return wait + time.Duration(rand.Int64N(int64(wait)/2+1))
}

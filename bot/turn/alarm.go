package turn

import (
	"slices"
	"sync"
	"time"

	"frontdesk/bot"
)

// An alarm remembers when timers that this process's own turns have set ring, so that a sweep begins then
// and nobody waits for the next one: a counsellor's message that was held is on its way at once. It is a
// convenience. What it forgets, or another process has set, the usual sweep finds.
type alarm struct {
	mu    sync.Mutex
	times []time.Time // by this process's clock, the next first
}

const (
	soon       = 15 * time.Second     // farther timers can wait for the usual sweep
	mostAlarms = 4096                 // remembered at once
	leastApart = 5 * time.Millisecond // between two sweeps
	clockSlack = time.Millisecond     // the store must find it due
)

// arm remembers the timers of a turn that ring soon. The store has stamped the input a moment ago.
func (a *alarm) arm(t *bot.Turn, now time.Time) {
	for _, timer := range t.After.Timers {
		if d := timer.At.Sub(t.Input.At); d > 0 && d <= soon {
			a.set(now.Add(d + clockSlack))
		}
	}
}

func (a *alarm) set(at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.times) >= mostAlarms {
		return
	}
	i, _ := slices.BinarySearchFunc(a.times, at, time.Time.Compare)
	a.times = slices.Insert(a.times, i, at)
}

// within shortens a pause before a sweep to the next alarm in it, and forgets those that the sweep serves.
func (a *alarm) within(pause time.Duration, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.times) == 0 || a.times[0].Sub(now) >= pause {
		return pause
	}
	next := max(a.times[0].Sub(now), leastApart)
	n := 0
	for n < len(a.times) && a.times[n].Sub(now) <= next {
		n++
	}
	a.times = slices.Delete(a.times, 0, n)
	return next
}

package media

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// phases is how many groups of streams share the 20 ms: each group sends a millisecond after the
// one before it, so that a thousand streams do not send at once.
const phases = 20

// wheel is the one pacer: it ticks every stream each 20 ms at absolute deadlines. What a stall made
// late by more than a whole turn is skipped, not caught up with a burst.
type wheel struct {
	phases  [phases]phase
	late    histogram
	skipped atomic.Uint64
	done    chan struct{}
	running sync.WaitGroup
	start   time.Time
}

// phase is one group. Its list is replaced, never changed: a turn reads it without a lock.
type phase struct {
	mu      sync.Mutex
	streams atomic.Pointer[[]*Stream]
	filled  chan struct{} // the first stream wakes the phase
}

func newWheel() *wheel {
	w := &wheel{done: make(chan struct{}), start: time.Now()}
	for i := range w.phases {
		p := &w.phases[i]
		p.filled = make(chan struct{}, 1)
		p.streams.Store(new([]*Stream))
		w.running.Go(func() { w.run(p, time.Duration(i)*interval/phases) })
	}
	return w
}

func (w *wheel) stop() {
	close(w.done)
	w.running.Wait()
}

// add puts a stream into the emptiest phase, which it returns.
func (w *wheel) add(s *Stream) *phase {
	best := &w.phases[0]
	for i := range w.phases {
		if p := &w.phases[i]; len(*p.streams.Load()) < len(*best.streams.Load()) {
			best = p
		}
	}
	best.mu.Lock()
	defer best.mu.Unlock()
	list := append(slices.Clone(*best.streams.Load()), s)
	best.streams.Store(&list)
	select {
	case best.filled <- struct{}{}:
	default:
	}
	return best
}

func (p *phase) remove(s *Stream) {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(*p.streams.Load()), func(other *Stream) bool { return other == s })
	p.streams.Store(&list)
}

// run turns one phase for as long as the wheel lives. An empty phase sleeps.
func (w *wheel) run(p *phase, offset time.Duration) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for deadline := w.first(offset); ; {
		if len(*p.streams.Load()) == 0 {
			select {
			case <-p.filled:
				deadline = w.first(offset)
			case <-w.done:
				return
			}
		}
		timer.Reset(time.Until(deadline))
		select {
		case <-timer.C:
		case <-w.done:
			return
		}
		deadline = w.turn(p, deadline)
	}
}

// first is the next deadline of a phase on the wheel's grid.
func (w *wheel) first(offset time.Duration) time.Time {
	turns := (time.Since(w.start)-offset)/interval + 1
	return w.start.Add(offset + turns*interval)
}

// turn ticks the streams of a phase and returns its next deadline.
func (w *wheel) turn(p *phase, deadline time.Time) time.Time {
	streams := *p.streams.Load()
	missed := int(time.Since(deadline) / interval)
	deadline = deadline.Add(time.Duration(missed) * interval)
	w.skipped.Add(uint64(missed * len(streams)))
	for _, s := range streams {
		now := time.Now()
		w.late.add(now.Sub(deadline))
		s.tick(now, missed)
	}
	return deadline.Add(interval)
}

// histogram counts lateness in steps of 100 µs up to 50 ms.
type histogram struct {
	steps [501]atomic.Uint64
	max   atomic.Int64
}

const step = 100 * time.Microsecond

func (h *histogram) add(d time.Duration) {
	h.steps[min(max(d, 0)/step, time.Duration(len(h.steps)-1))].Add(1)
	for {
		was := h.max.Load()
		if int64(d) <= was || h.max.CompareAndSwap(was, int64(d)) {
			return
		}
	}
}

// quantile is the upper edge of the step in which the share of all is reached.
func (h *histogram) quantile(share float64) time.Duration {
	var total, sum uint64
	for i := range h.steps {
		total += h.steps[i].Load()
	}
	for i := range h.steps {
		sum += h.steps[i].Load()
		if sum > 0 && float64(sum) >= share*float64(total) {
			return time.Duration(i+1) * step
		}
	}
	return 0
}

package sms

import (
	"context"
	"sync"
	"time"
)

// errands are what nobody waits for: a word to who writes too much, the rest of a message. They are
// waited for when the channel ends.
type errands struct {
	seats chan struct{}
	mu    sync.Mutex
	ended bool
	work  sync.WaitGroup
}

func (e *errands) begin() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ended = false
}

func (e *errands) end() {
	e.mu.Lock()
	e.ended = true
	e.mu.Unlock()
	e.work.Wait()
}

// afterwards does an errand in the background; at once where too much is under way, or at the end.
func (e *errands) afterwards(do func(context.Context)) {
	if b := bounded(do); !e.start(b) {
		b()
	}
}

// later does one in a while, unless the channel has ended, or too much is under way.
func (e *errands) later(wait time.Duration, do func(context.Context)) {
	time.AfterFunc(wait, func() { e.start(bounded(do)) })
}

func bounded(do func(context.Context)) func() {
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		do(ctx)
	}
}

func (e *errands) start(do func()) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended {
		return false
	}
	select {
	case e.seats <- struct{}{}:
	default:
		return false
	}
	e.work.Go(func() {
		defer func() { <-e.seats }()
		do()
	})
	return true
}

package telegram

import (
	"context"
	"sync"
	"time"
)

// errands are what nobody waits for: the answer to a button's press, the word to a group. They are
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
	bounded := func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		do(ctx)
	}
	if !e.start(bounded) {
		bounded()
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

// Package messaging is the room that the channels of people's own applications share, Telegram and text
// messages: what arrives from one place is taken in order, errands that nobody waits for are done, and
// references are kept. It speaks to no platform and decides nothing about a conversation.
package messaging

import (
	"context"
	"sync"
	"time"
)

// mostErrands is how many are under way at once.
const mostErrands = 32

// again is when one that has a while is tried again, where too much is under way.
const again = time.Second

// Errands are what nobody waits for: the answer to a button's press, a word to who writes too much, the rest
// of a message. They are waited for when the channel ends. The zero value is ready.
type Errands struct {
	mu       sync.Mutex
	ended    bool
	underWay int
	work     sync.WaitGroup
}

// Begin lets errands be done, also after an end.
func (e *Errands) Begin() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ended = false
}

// End waits for what is under way. From then on nothing begins in the background.
func (e *Errands) End() {
	e.mu.Lock()
	e.ended = true
	e.mu.Unlock()
	e.work.Wait()
}

// Afterwards does an errand in the background; at once where too much is under way, or at the end.
func (e *Errands) Afterwards(do func(context.Context)) {
	if !e.start(do) {
		bounded(do)
	}
}

// Later does one in a while, or as soon after it as there is room; not once the channel has ended.
func (e *Errands) Later(wait time.Duration, do func(context.Context)) {
	time.AfterFunc(wait, func() {
		if !e.start(do) && !e.over() {
			e.Later(again, do)
		}
	})
}

func (e *Errands) over() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ended
}

func bounded(do func(context.Context)) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	do(ctx)
}

func (e *Errands) start(do func(context.Context)) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended || e.underWay == mostErrands {
		return false
	}
	e.underWay++
	e.work.Go(func() {
		defer e.free()
		bounded(do)
	})
	return true
}

func (e *Errands) free() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.underWay--
}

package studio

import (
	"context"
	"sync"
	"time"

	"frontdesk/bot/change"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// A crowd knows what a publication would do to people: those who are in a conversation, and those who came
// in the last thirty days. It is found out once for a live release and a draft, in the background.
type crowd struct {
	mu    sync.Mutex
	known map[[2]string]*effect // by the hashes of the live release and of the draft
}

// An effect is what one publication would do.
type effect struct {
	done     chan struct{}
	at       time.Time
	Standing change.Standing
	Preview  change.Preview
	Failed   bool
}

// Ready says that it has been found out.
func (e *effect) Ready() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

const (
	effectLasts = time.Minute
	mostEffects = 16
	lookTime    = 2 * time.Minute
)

// effectOf begins to find out what publishing would do, or gives what was found out lately.
func (s *Studio) effectOf(ctx context.Context, live *flow.Bundle, is *engine.Program) *effect {
	c := &s.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	key := [2]string{live.Hash, is.Bundle.Hash}
	if e := c.known[key]; e != nil && (!e.Ready() || s.Now().Sub(e.at) < effectLasts) {
		return e
	}
	if len(c.known) >= mostEffects || c.known == nil {
		c.known = map[[2]string]*effect{}
	}
	e := &effect{done: make(chan struct{}), at: s.Now()}
	c.known[key] = e
	go s.look(context.WithoutCancel(ctx), e, live, is)
	return e
}

func (s *Studio) look(ctx context.Context, e *effect, live *flow.Bundle, is *engine.Program) {
	defer close(e.done)
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	was, err := s.Compile(live)
	if err == nil {
		var came []change.Vector
		if came, err = s.vectors(ctx); err == nil {
			e.Preview = change.Impact(was, is, came)
		}
	}
	if err == nil && s.Talks != nil {
		var talks []change.Talk
		if talks, err = s.Talks(ctx); err == nil {
			e.Standing = change.UnderWay(talks, live, is.Bundle)
		}
	}
	if err != nil {
		e.Failed = true
		s.Log.Warn("what a publication would do to people cannot be found out", "error", err)
	}
}

// vectors are what people answered in the last thirty days.
func (s *Studio) vectors(ctx context.Context) (came []change.Vector, err error) {
	if s.reading == nil {
		return nil, nil
	}
	if err := s.reading.whole(ctx); err != nil {
		return nil, err
	}
	s.reading.lately(func(r *recent) { came = r.answers.All() })
	return came, nil
}

package speech

import (
	"context"
	"sync"
	"time"
)

// flights are sounds that are being made: who wants one that is under way waits for it.
type flights struct {
	mu sync.Mutex
	by map[string]*flight
}

type flight struct {
	done chan struct{}
	wav  []byte
	err  error
}

// do makes a sound once for all who want it now. It is made to its end within the time, even when who
// asked first has hung up: the others still wait, and the next will ask.
func (f *flights) do(ctx context.Context, key string, within time.Duration, say func(context.Context) ([]byte, error)) ([]byte, error) {
	f.mu.Lock()
	under, flying := f.by[key]
	if !flying {
		under = f.begin(key)
		go f.fly(context.WithoutCancel(ctx), key, within, under, say)
	}
	f.mu.Unlock()
	select {
	case <-under.done:
		return under.wav, under.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (f *flights) begin(key string) *flight {
	if f.by == nil {
		f.by = map[string]*flight{}
	}
	under := &flight{done: make(chan struct{})}
	f.by[key] = under
	return under
}

func (f *flights) fly(ctx context.Context, key string, within time.Duration, under *flight, say func(context.Context) ([]byte, error)) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	under.wav, under.err = say(ctx)
	f.mu.Lock()
	delete(f.by, key)
	f.mu.Unlock()
	close(under.done)
}

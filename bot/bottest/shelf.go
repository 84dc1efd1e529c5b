package bottest

import (
	"context"
	"sync"
	"time"

	"frontdesk/bot"
)

// A Shelf is references and releases in memory, and a limiter that lets everything pass. It can fall asleep,
// as a store does that nobody reaches.
type Shelf struct {
	refs     Refs
	mu       sync.Mutex
	releases map[string][]byte
	asleep   bool
}

var (
	_ bot.Refs     = (*Shelf)(nil)
	_ bot.Releases = (*Shelf)(nil)
	_ bot.Limiter  = (*Shelf)(nil)
)

// Sleep makes everything fail from now on with ErrUnavailable.
func (s *Shelf) Sleep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asleep = true
}

// Wake ends that.
func (s *Shelf) Wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asleep = false
}

func (s *Shelf) awake() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asleep {
		return bot.ErrUnavailable
	}
	return nil
}

// Ref finds a reference.
func (s *Shelf) Ref(ctx context.Context, kind, name string) (string, error) {
	if err := s.awake(); err != nil {
		return "", err
	}
	return s.refs.Ref(ctx, kind, name)
}

// SetRef keeps a reference if it still is what old says.
func (s *Shelf) SetRef(ctx context.Context, kind, name, old, value string, ttl time.Duration) error {
	if err := s.awake(); err != nil {
		return err
	}
	return s.refs.SetRef(ctx, kind, name, old, value, ttl)
}

// DropRef forgets a reference.
func (s *Shelf) DropRef(ctx context.Context, kind, name string) error {
	if err := s.awake(); err != nil {
		return err
	}
	return s.refs.DropRef(ctx, kind, name)
}

// Release finds a release by its hash.
func (s *Shelf) Release(_ context.Context, hash string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asleep {
		return nil, bot.ErrUnavailable
	}
	if bundle, is := s.releases[hash]; is {
		return bundle, nil
	}
	return nil, bot.ErrNotFound
}

// KeepRelease keeps a release.
func (s *Shelf) KeepRelease(_ context.Context, hash string, bundle []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asleep {
		return bot.ErrUnavailable
	}
	if s.releases == nil {
		s.releases = map[string][]byte{}
	}
	s.releases[hash] = bundle
	return nil
}

// Allow lets everything pass.
func (s *Shelf) Allow(context.Context, string, string, float64, int) (bool, error) {
	err := s.awake()
	return err == nil, err
}

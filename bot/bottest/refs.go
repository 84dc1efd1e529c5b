package bottest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdesk/bot"
)

// Refs are references in memory, with the compare-and-set of the real ones. Nothing in them expires.
type Refs struct {
	mu  sync.Mutex
	all map[string]string
}

var _ bot.Refs = (*Refs)(nil)

// Ref finds one.
func (r *Refs) Ref(_ context.Context, kind, name string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if value, is := r.all[kind+"/"+name]; is {
		return value, nil
	}
	return "", bot.ErrNotFound
}

// SetRef keeps one if it still is what old says.
func (r *Refs) SetRef(_ context.Context, kind, name, old, value string, _ time.Duration) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all[kind+"/"+name] != old {
		return bot.ErrTaken
	}
	if r.all == nil {
		r.all = map[string]string{}
	}
	r.all[kind+"/"+name] = value
	return nil
}

// DropRef forgets one.
func (r *Refs) DropRef(_ context.Context, kind, name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, kind+"/"+name)
	return nil
}

// Lose drops all of a kind, as a store does that forgets.
func (r *Refs) Lose(kind string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.all {
		if strings.HasPrefix(name, kind+"/") {
			delete(r.all, name)
		}
	}
}

// Names lists what is kept, as kind/name.
func (r *Refs) Names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.all))
}

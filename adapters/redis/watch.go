package redis

import (
	"context"
	"maps"
	"slices"
	"sync"

	goredis "github.com/redis/go-redis/v9"

	"frontdesk/bot"
)

// watchers are the followers in this process, by conversation.
type watchers struct {
	mu sync.Mutex
	by map[bot.ConversationID]map[chan struct{}]struct{}
}

func (w *watchers) add(id bot.ConversationID) chan struct{} {
	hint := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.by == nil {
		w.by = make(map[bot.ConversationID]map[chan struct{}]struct{})
	}
	if w.by[id] == nil {
		w.by[id] = make(map[chan struct{}]struct{}, 1)
	}
	w.by[id][hint] = struct{}{}
	return hint
}

func (w *watchers) remove(id bot.ConversationID, hint chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.by[id], hint)
	if len(w.by[id]) == 0 {
		delete(w.by, id)
	}
}

// wake never waits: a hint that is there already says the same.
func (w *watchers) wake(id bot.ConversationID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for hint := range w.by[id] {
		select {
		case hint <- struct{}{}:
		default:
		}
	}
}

// wakeAll makes everybody look: hints were lost while the connection was.
func (w *watchers) wakeAll() {
	w.mu.Lock()
	all := slices.Collect(maps.Keys(w.by))
	w.mu.Unlock()
	for _, id := range all {
		w.wake(id)
	}
}

// Watch returns a channel that is sent to, without waiting, whenever the conversation's log has
// grown, and a function that ends it. The hint may be lost; readers look again from time to time.
func (s *Store) Watch(id bot.ConversationID) (<-chan struct{}, func()) {
	hint := s.watchers.add(id)
	return hint, sync.OnceFunc(func() { s.watchers.remove(id, hint) })
}

// listen passes the hints of all replicas on until ctx ends. The client subscribes again by itself
// when the connection breaks, and says so: what was said meanwhile is looked for.
func (s *Store) listen(ctx context.Context, hints *goredis.PubSub) {
	defer hints.Close()
	messages := hints.ChannelWithSubscriptions()
	for {
		select {
		case <-ctx.Done():
			return
		case m, open := <-messages:
			if !open {
				return
			}
			switch m := m.(type) {
			case *goredis.Subscription:
				s.watchers.wakeAll()
			case *goredis.Message:
				s.watchers.wake(bot.ConversationID(m.Payload))
			}
		}
	}
}

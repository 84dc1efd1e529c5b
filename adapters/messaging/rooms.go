package messaging

import "sync"

// Rooms let what arrives in one chat, or from one number, be taken one after the other in this process. The
// zero value is ready.
type Rooms[K comparable] struct {
	mu   sync.Mutex
	held map[K]*room
}

type room struct {
	sync.Mutex
	users int
}

// Enter waits for the key's turn; the function it returns ends it.
func (r *Rooms[K]) Enter(key K) (leave func()) {
	h := r.find(key)
	h.Lock()
	return func() {
		h.Unlock()
		r.mu.Lock()
		defer r.mu.Unlock()
		if h.users--; h.users == 0 {
			delete(r.held, key)
		}
	}
}

func (r *Rooms[K]) find(key K) *room {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held == nil {
		r.held = map[K]*room{}
	}
	h := r.held[key]
	if h == nil {
		h = &room{}
		r.held[key] = h
	}
	h.users++
	return h
}

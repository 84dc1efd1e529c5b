package speech

import (
	"container/list"
	"sync"
	"time"
)

// memory keeps sounds by key; who was asked for longest ago goes first. Nothing is known of a key but
// the sound, and nil is one: there is none.
type memory struct {
	mu    sync.Mutex
	most  int
	held  int
	order *list.List // of *sound, the latest first
	by    map[string]*list.Element
}

type sound struct {
	key   string
	wav   []byte
	timer *time.Timer // that ends it, or nil
}

func newMemory(most int) *memory {
	return &memory{most: most, order: list.New(), by: map[string]*list.Element{}}
}

func (m *memory) get(key string) (wav []byte, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, known := m.by[key]
	if !known {
		return nil, false
	}
	m.order.MoveToFront(at)
	return at.Value.(*sound).wav, true
}

// put keeps a sound, for as long as life says; 0 is as long as there is room.
func (m *memory) put(key string, wav []byte, life time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remove(m.by[key])
	if len(wav) > m.most {
		return
	}
	s := &sound{key: key, wav: wav}
	at := m.order.PushFront(s)
	m.by[key] = at
	m.held += len(wav)
	if life > 0 {
		s.timer = time.AfterFunc(life, func() {
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.by[key] == at {
				m.remove(at)
			}
		})
	}
	for m.held > m.most {
		m.remove(m.order.Back())
	}
}

// remove forgets a sound; nil is none.
func (m *memory) remove(at *list.Element) {
	if at == nil {
		return
	}
	s := m.order.Remove(at).(*sound)
	if s.timer != nil {
		s.timer.Stop()
	}
	m.held -= len(s.wav)
	delete(m.by, s.key)
}

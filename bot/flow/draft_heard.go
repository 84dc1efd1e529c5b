package flow

import (
	"sync"

	"frontdesk/bot/hear"
)

// heard keeps what hearing made of safety.yaml: it takes a quarter of a load, and depends on that file
// and on the language of the bundle alone.
type heard struct {
	mu       sync.Mutex
	language string
	dangers  *hear.Dangers // nil until made without a fault
}

// dangers are the words of safety.yaml, compiled.
func (l *loader) dangers(kinds []hear.DangerKind, all []hear.DangerWords) (*hear.Dangers, error) {
	safety := l.had["safety.yaml"]
	if safety == nil || safety.heard == nil {
		return hear.NewDangers(kinds, all)
	}
	h := safety.heard
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.dangers != nil && h.language == l.b.Source {
		return h.dangers, nil
	}
	made, err := hear.NewDangers(kinds, all)
	if err == nil {
		h.dangers, h.language = made, l.b.Source
	}
	return made, err
}

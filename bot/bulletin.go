package bot

import (
	"slices"
	"time"
)

// A Bulletin is a sentence that everybody is told for a time: a closure, a strike, a platform that is down.
// It begins and ends by itself and needs no release.
type Bulletin struct {
	ID     string            `json:"id"`
	Text   map[string]string `json:"text"` // by language, in the bundle's own at least
	From   time.Time         `json:"from"`
	Until  time.Time         `json:"until"`
	Queues []StructureID     `json:"queues,omitempty"` // before a hand-off to these alone; none: at every opening
	Above  int               `json:"above,omitempty"`  // only while more people than this wait for a counsellor; 0 for always
}

// Live says whether people are told at this time.
func (b *Bulletin) Live(at time.Time) bool { return !at.Before(b.From) && at.Before(b.Until) }

// Names says whether a bulletin is for a queue of its own.
func (b *Bulletin) Names(queue StructureID) bool { return slices.Contains(b.Queues, queue) }

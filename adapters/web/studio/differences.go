package studio

import (
	"sync"

	"frontdesk/bot/change"
	"frontdesk/bot/flow"
)

// differences are what a draft has that the live release has not, found once for everybody who asks.
type differences struct {
	mu    sync.Mutex
	live  string // hash of what it was compared with
	draft string
	items []change.Item
}

// differs lists what differs between the live release and a draft.
func (s *Studio) differs(d *flow.Draft) []change.Item {
	online, live := s.online(), s.Live().Hash
	s.differing.mu.Lock()
	defer s.differing.mu.Unlock()
	if s.differing.live != live || s.differing.draft != d.Hash() {
		s.differing.live, s.differing.draft = live, d.Hash()
		s.differing.items = change.Between(online, d)
	}
	return s.differing.items
}

// changedIn counts the records of a file that differ from the live release.
func changedIn(items []change.Item, file string) int {
	var own []change.Item
	for _, i := range items {
		if i.File == file {
			own = append(own, i)
		}
	}
	return change.Records(own)
}

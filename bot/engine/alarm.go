package engine

import (
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
)

// dangerIn finds the gravest danger that somebody speaks of, in any language, always by the words of
// the newest release.
func (t *turn) dangerIn(words string) (*flow.Danger, bool) {
	if t.masked {
		words = hear.Unmasked(words)
	}
	alarm, ok := t.live.Bundle.Safety.Hearing.Hear(words)
	if !ok {
		return nil, false
	}
	return t.live.dangerByID[alarm.Danger], true
}

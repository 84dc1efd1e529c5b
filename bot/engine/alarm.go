package engine

import (
	"slices"

	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
)

// dangersIn finds the dangers that somebody speaks of, in any language, the gravest first, always by
// the words of the newest release.
func (t *turn) dangersIn(words string) []*flow.Danger {
	if t.masked {
		words = hear.Unmasked(words)
	}
	alarm, ok := t.live.Bundle.Safety.Hearing.Hear(words)
	if !ok {
		return nil
	}
	all := []*flow.Danger{t.live.dangerByID[alarm.Danger]}
	for _, id := range alarm.Also {
		all = append(all, t.live.dangerByID[id])
	}
	return all
}

// maxFurther is how many numbers of further dangers are named beside those of the gravest.
const maxFurther = 3

// furtherNumbers are those of a message's other dangers that the gravest has not.
func furtherNumbers(heard []*flow.Danger) []string {
	var all []string
	for _, d := range heard[1:] {
		for _, n := range d.Numbers {
			if len(all) < maxFurther && !slices.Contains(heard[0].Numbers, n) && !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	return all
}

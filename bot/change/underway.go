package change

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/tally"
)

// A Talk is a conversation under way, as far as it is counted: the release that it keeps to, where it
// stands, and the questions it was asked before, oldest first.
type Talk struct {
	Release, Step string
	Path          []string
}

// Class is what a release does to a conversation under way. All keep the steps of the release that they
// began with, and have the newest texts.
type Class string

// The classes of conversations under way.
const (
	Unchanged Class = "unchanged" // what is said at its step stays
	Reworded  Class = "reworded"  // what is said at its step has other words, from its next message on
	Carried   Class = "carried"   // its step is gone: it ends on the old release, or, should that not be had, goes on elsewhere
)

// A Stand is how many conversations stand at a step.
type Stand struct {
	Step  string
	Class Class
	To    string // where those go on whose own release cannot be had any more
	By    string // moved, last (the last question that is still there) or start
	N     int
}

// Shown are the numbers of a class's stands as they may be shown, so that none is the difference of others; nil where
// even that would tell of single people.
func (s Standing) Shown(of Class) []tally.Shown {
	var parts []int
	for _, at := range s.Stands {
		if at.Class == of {
			parts = append(parts, at.N)
		}
	}
	total, shown := tally.Line(s.N[of], parts)
	if total == tally.Few && len(parts) <= tally.Fewest-3 {
		return slices.Repeat([]tally.Shown{tally.Few}, len(parts))
	}
	return shown
}

// Standing is what a release does to the conversations under way.
type Standing struct {
	N      map[Class]int
	Stands []Stand // the steps that change, most conversations first, as far as may be shown
}

// UnderWay says what publishing a bundle does to the conversations that are under way.
func UnderWay(talks []Talk, was, is *flow.Bundle) Standing {
	s := Standing{N: map[Class]int{}}
	reworded := rewordedSteps(was, is)
	found := map[Stand]int{}
	for _, t := range talks {
		at := Stand{Step: t.Step, Class: Unchanged}
		switch {
		case t.Step == "":
		case is.Steps[t.Step] == nil:
			at.Class = Carried
			at.To, at.By = carried(t, is)
		case reworded[t.Step]:
			at.Class = Reworded
		}
		s.N[at.Class]++
		if at.Class != Unchanged {
			found[at]++
		}
	}
	for at, n := range found {
		at.N = n
		s.Stands = append(s.Stands, at)
	}
	slices.SortFunc(s.Stands, func(a, b Stand) int {
		return cmp.Or(cmp.Compare(tally.Show(b.N), tally.Show(a.N)), strings.Compare(a.Step, b.Step), strings.Compare(a.To, b.To))
	})
	return s
}

// carried is where a conversation goes on when its step is gone: where moved: says, else at the last
// question that is still there, else at the beginning.
func carried(t Talk, is *flow.Bundle) (to, by string) {
	if to := is.Successor(t.Step); to != "" {
		return to, "moved"
	}
	for _, step := range slices.Backward(t.Path) {
		if is.Steps[step] != nil {
			return step, "last"
		}
		if to := is.Successor(step); to != "" {
			return to, "last"
		}
	}
	return is.Flows[is.Start].Start, "start"
}

// rewordedSteps are the steps at which something that is said differs: their own texts, or those of the card
// that they give.
func rewordedSteps(was, is *flow.Bundle) map[string]bool {
	all := map[string]bool{}
	ids := map[string]bool{}
	for _, id := range slices.Concat(slices.Collect(maps.Keys(was.Texts)), slices.Collect(maps.Keys(is.Texts))) {
		ids[id] = true
	}
	for id := range ids {
		if was.Texts[id].Text == is.Texts[id].Text || heardOnly(id) {
			continue
		}
		if step := stepOf(id, is); step != "" {
			all[step] = true
		}
	}
	return all
}

// heardOnly says that a text is words to be understood, which nobody is told.
func heardOnly(id string) bool {
	return strings.HasSuffix(id, ".also") || strings.HasSuffix(id, ".words")
}

// stepOf is the step that a text is said at: flow.step, flow.step@voice, flow.step.option.
func stepOf(id string, b *flow.Bundle) string {
	id, _, _ = strings.Cut(id, "@")
	for b.Steps[id] == nil {
		i := strings.LastIndexByte(id, '.')
		if i < 0 {
			return ""
		}
		id = id[:i]
	}
	return id
}

package tally

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Summary is how often each class came at each step, in their order. The numbers are true: see Show.
func (f *Figures) Summary() []StepClass {
	return slices.SortedFunc(maps.Keys(f.Turns), func(a, b StepClass) int {
		return cmp.Or(strings.Compare(a.Step, b.Step), strings.Compare(a.Class, b.Class))
	})
}

// Unanswered are the questions without an answer, the most frequent first.
func (f *Figures) Unanswered() []Question {
	return Ranked(f.Lacking, func(a, b Question) int {
		return cmp.Or(strings.Compare(a.Need, b.Need), strings.Compare(a.Public, b.Public),
			strings.Compare(a.Territory, b.Territory), strings.Compare(a.Lacking, b.Lacking))
	})
}

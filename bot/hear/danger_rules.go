package hear

import (
	"math/bits"
	"slices"
)

// rulesOf lists rules by the class that each needs first, so that only those
// are looked at for which something was said.
type rulesOf struct {
	any    classes // the classes that some rule needs first
	lo, hi int     // where in any they are
	from   []int32 // of a class, less those below 64*lo: where its rules begin in rules
	rules  []int32
}

func byRarest(rules []rule) rulesOf {
	r := rulesOf{any: make(classes, maxClasses/64), rules: make([]int32, len(rules))}
	for i := range rules {
		r.any.add(rules[i].need[0])
		r.rules[i] = int32(i)
	}
	if len(rules) == 0 {
		return r
	}
	slices.SortStableFunc(r.rules, func(a, b int32) int { return int(rules[a].need[0]) - int(rules[b].need[0]) })
	r.lo = int(rules[r.rules[0]].need[0]) / 64
	r.hi = int(rules[r.rules[len(rules)-1]].need[0])/64 + 1
	r.from = make([]int32, (r.hi-r.lo)*64+1)
	for _, i := range r.rules {
		r.from[int(rules[i].need[0])-64*r.lo+1]++
	}
	for c := range r.from[1:] {
		r.from[c+1] += r.from[c]
	}
	return r
}

// each calls do with every rule that needs one of the classes first.
func (r *rulesOf) each(said classes, do func(int32)) {
	for at := r.lo; at < r.hi; at++ {
		for both := r.any[at] & said[at]; both != 0; both &= both - 1 {
			c := (at-r.lo)*64 + bits.TrailingZeros64(both)
			for _, i := range r.rules[r.from[c]:r.from[c+1]] {
				do(i)
			}
		}
	}
}

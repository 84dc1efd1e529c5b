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

// common tells of each class how likely it is to be said. No list of how often
// words are used is at hand; a word that stands in many classes is a common one.
func (d *Dangers) common() []int {
	common := make([]int, d.last+1)
	for i := range d.entries {
		for _, c := range d.entries[i].classes {
			common[c] += len(d.entries[i].classes)
		}
	}
	for _, t := range d.tongues {
		for i := range t.phrases {
			for _, c := range t.phrases[i].yields {
				common[c] += worthOfPhrase
			}
		}
	}
	return common
}

const worthOfPhrase = 5

// rarestFirst sorts what each pattern needs, so that most are left at once.
func (t *tongue) rarestFirst(common []int) {
	rarest := func(need []classID) {
		slices.SortStableFunc(need, func(a, b classID) int { return common[a] - common[b] })
	}
	for i := range t.rules {
		rarest(t.rules[i].need)
	}
	t.rarest, t.rarestPhrase = byRarest(t.rules), make([]classID, len(t.phrases))
	for i := range t.phrases {
		rarest(t.phrases[i].need)
		t.rarestPhrase[i] = t.phrases[i].need[0]
	}
	for _, all := range [...][]sequence{t.idioms, t.about, t.past, t.over, t.minor, t.adult} {
		for i := range all {
			rarest(all[i].need)
		}
	}
}

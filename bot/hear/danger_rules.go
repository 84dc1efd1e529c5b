package hear

import (
	"math/bits"
	"slices"
)

// patternsOf lists patterns by the class that each needs first, so that only
// those are looked at for which something was said.
type patternsOf struct {
	any      classes // the classes that some pattern needs first
	lo, hi   int     // where in any they are
	from     []int32 // of a class, less those below 64*lo: where its patterns begin in patterns
	patterns []int32
}

// byRarest lists n patterns, each of which needs a class first.
func byRarest(n int, first func(int32) classID) patternsOf {
	p := patternsOf{patterns: make([]int32, n)}
	if n == 0 {
		return p
	}
	for i := range p.patterns {
		p.patterns[i] = int32(i)
		p.any.add(first(int32(i)))
	}
	slices.SortStableFunc(p.patterns, func(a, b int32) int { return int(first(a)) - int(first(b)) })
	p.lo = int(first(p.patterns[0])) / 64
	p.hi = int(first(p.patterns[n-1]))/64 + 1
	p.from = make([]int32, (p.hi-p.lo)*64+1)
	for _, i := range p.patterns {
		p.from[int(first(i))-64*p.lo+1]++
	}
	for c := range p.from[1:] {
		p.from[c+1] += p.from[c]
	}
	return p
}

// each calls do with every pattern that needs one of the classes first.
func (p *patternsOf) each(said *classes, do func(int32)) {
	for at := p.lo; at < p.hi; at++ {
		for both := p.any[at] & said[at]; both != 0; both &= both - 1 {
			for _, i := range p.of(classID(at*64 + bits.TrailingZeros64(both))) {
				do(i)
			}
		}
	}
}

// of lists the patterns that need a class first.
func (p *patternsOf) of(c classID) []int32 {
	if !p.any.has(c) {
		return nil
	}
	at := int(c) - 64*p.lo
	return p.patterns[p.from[at]:p.from[at+1]]
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
	for i := range t.phrases {
		rarest(t.phrases[i].need)
	}
	t.rarest = byRarest(len(t.rules), func(i int32) classID { return t.rules[i].need[0] })
	t.rarestPhrase = byRarest(len(t.phrases), func(i int32) classID { return t.phrases[i].need[0] })
	t.noPhrase = make([]uint64, len(t.phrases)/64+1)
	for _, all := range [...][]sequence{t.idioms, t.about, t.past, t.over, t.minor, t.adult} {
		for i := range all {
			rarest(all[i].need)
		}
	}
}

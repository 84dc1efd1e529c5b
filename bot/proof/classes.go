package proof

import (
	"iter"
	"maps"
	"math/bits"
	"slices"

	"frontdesk/bot/flow"
)

// domains are, for each answer, the values that stand for all it can have: options, what tables and
// options give, a place of each territory that a condition names, one of the others, and one out of
// the region; a single value where nothing depends on which.
func domains(b *flow.Bundle) map[string][]string {
	all := map[string][]string{}
	add := func(name, value string) {
		if value != "" && !slices.Contains(all[name], value) {
			all[name] = append(all[name], value)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.Steps)) {
		for _, o := range b.Steps[id].Options {
			add(b.Steps[id].Answer, o.ID)
			for _, set := range o.Sets {
				add(set.Answer, set.Value)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.Tables)) {
		t := b.Tables[id]
		for _, row := range t.Rows {
			for i, value := range row.Values {
				add(t.Sets[i], value)
			}
		}
	}
	for name, a := range b.Answers {
		switch a.Type {
		case flow.YesNo:
			add(name, "oui")
			add(name, "non")
		case flow.Postcode:
			all[name] = append(all[name], places(b)...)
		case flow.PhoneNo:
			add(name, "+33261910000")
		case flow.Mobile:
			add(name, "+33639980000")
		case flow.Email:
			add(name, "nom@exemple.fr")
		case flow.Numeric:
			add(name, "20")
		case flow.Free:
			if a.Step != "" {
				add(name, "Madame Martin")
			}
		}
	}
	return all
}

// places are one place in each territory served, and one elsewhere.
func places(b *flow.Bundle) []string {
	var all []string
	for _, t := range b.Territories {
		all = append(all, t.Code)
	}
	for _, code := range []string{"75", "13", "2A"} {
		if _, served := b.Territory(code); !served {
			return append(all, code)
		}
	}
	return all
}

// A set holds small numbers.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

// all are the members, the smallest first.
func (s set) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(i*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// A setRoom has room for sets of one size, many at a time.
type setRoom struct {
	size int // in words
	free []uint64
}

// clone is a set with the same members, of which nil has none.
func (r *setRoom) clone(of set) set {
	if len(r.free) < r.size {
		r.free = make([]uint64, 1024*r.size)
	}
	s := set(r.free[:r.size:r.size])
	r.free = r.free[r.size:]
	copy(s, of)
	return s
}

// join adds the members of o that are not in but, and says whether any was new.
func (s set) join(o, but set) bool {
	grown := false
	for i := range o {
		more := o[i]
		if but != nil {
			more &^= but[i]
		}
		grown = grown || more&^s[i] != 0
		s[i] |= more
	}
	return grown
}

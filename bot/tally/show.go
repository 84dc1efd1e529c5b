package tally

import (
	"slices"
	"strconv"
)

// Fewest is how often something must have happened for its number to be shown: below it, a number could
// point at a person.
const Fewest = 10

// grain is what numbers are rounded to. Exact numbers would give away what is hidden: whoever reads the
// whole and its parts, a month and the same month less a day, or all channels and all but one, subtracts.
// Of two rounded numbers the difference says no more than about how many.
const grain = 10

// Shown is a number as it may be seen: rounded, or hidden.
type Shown int

// What is hidden.
const (
	Few    Shown = -1 // between one and nine
	Masked Shown = -2 // ten or more, but what is hidden beside it could be computed from it
)

// Show is a number by itself as it may be seen. None is nobody, and is shown.
func Show(n int) Shown {
	switch {
	case n <= 0:
		return 0
	case n < Fewest:
		return Few
	}
	return Shown((n + grain/2) / grain * grain)
}

// Known says whether there is a number to be seen.
func (s Shown) Known() bool { return s >= 0 }

// String is what stands in a file: 120, <10, or - for what is masked.
func (s Shown) String() string {
	switch s {
	case Few:
		return "<" + strconv.Itoa(Fewest)
	case Masked:
		return "-"
	}
	return strconv.Itoa(int(s))
}

// bounds are the numbers that are shown so.
func (s Shown) bounds() (least, most int) {
	switch s {
	case 0:
		return 0, 0
	case Few:
		return 1, Fewest - 1
	case Masked:
		return Fewest, 1 << 40
	}
	return max(Fewest, int(s)-grain/2), int(s) + grain/2 - 1
}

// Share is how much of a whole a part is, from what is shown of both; false where one is hidden.
func Share(part, whole Shown) (float64, bool) {
	if !part.Known() || whole <= 0 {
		return 0, false
	}
	return min(1, float64(part)/float64(whole)), true
}

// spread is how many values a hidden number must leave open at least.
const spread = 3

// Line shows a whole and its parts together, so that no hidden part can be computed from the rest: where the
// rest leaves too little open, the smallest part that is shown is masked too. It gives no parts where even
// that is not enough, and where the whole is hidden.
func Line(whole int, parts []int) (Shown, []Shown) {
	total := Show(whole)
	if total == Few {
		return total, nil
	}
	shown := make([]Shown, len(parts))
	for i, n := range parts {
		shown[i] = Show(n)
	}
	for !open(total, shown) {
		least := -1
		for i, s := range shown {
			if s > 0 && (least < 0 || parts[i] < parts[least]) {
				least = i
			}
		}
		if least < 0 {
			return total, nil
		}
		shown[least] = Masked
	}
	return total, shown
}

// open says whether each hidden part may still have several values, as far as the whole and the other parts
// say.
func open(total Shown, parts []Shown) bool {
	if !slices.Contains(parts, Few) {
		return true
	}
	least, most := total.bounds()
	few := 0
	for _, s := range parts {
		low, high := s.bounds()
		if s == Few {
			few++
			continue
		}
		least, most = least-high, most-low
	}
	low := max(1, least-(Fewest-1)*(few-1))
	high := min(Fewest-1, most-(few-1))
	return high-low+1 >= spread
}

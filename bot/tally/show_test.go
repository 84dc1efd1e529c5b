package tally

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// within says whether a true number may be shown so.
func within(n int, s Shown) bool {
	least, most := s.bounds()
	return n >= least && n <= most
}

func TestNumbersAreRoundedAndSmallOnesHidden(t *testing.T) {
	for n, want := range map[int]string{0: "0", 1: "<10", 9: "<10", 10: "10", 14: "10", 15: "20", 312: "310", 4180: "4180"} {
		if got := Show(n).String(); got != want {
			t.Errorf("%d shows as %s, want %s", n, got, want)
		}
	}
	for n := range 3000 {
		if !within(n, Show(n)) {
			t.Errorf("%d is not within what shows as %s", n, Show(n))
		}
	}
	if _, known := Share(Few, 100); known {
		t.Error("the share of a hidden part is known")
	}
}

// possible gives the values that a hidden part may have, by trying them all: what else is shown must leave
// room for the others.
func possible(total Shown, parts []Shown, hidden int) int {
	n := 0
	for v := 1; v < Fewest; v++ {
		least, most := v, v
		for i, s := range parts {
			if i != hidden {
				low, high := s.bounds()
				least, most = least+low, most+high
			}
		}
		if low, high := total.bounds(); least <= high && most >= low {
			n++ // sums are without gaps: every number between the least and the most can be had
		}
	}
	return n
}

// Nobody can compute a number under ten from a whole and its parts, of whatever size they are.
func TestNothingHiddenCanBeComputedFromALine(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	masked, without := 0, 0
	for range 200_000 {
		parts := make([]int, 1+r.IntN(16))
		whole := 0
		for i := range parts {
			switch r.IntN(3) {
			case 0:
				parts[i] = r.IntN(Fewest)
			case 1:
				parts[i] = 10*(1+r.IntN(4)) + []int{-5, 4, 0, 5}[r.IntN(4)] // at the ends of what is rounded alike
			default:
				parts[i] = r.IntN(200)
			}
			whole += parts[i]
		}
		total, shown := Line(whole, parts)
		if shown == nil {
			without++
			continue
		}
		if !within(whole, total) {
			t.Fatalf("%d shows as %s", whole, total)
		}
		for i, s := range shown {
			if !within(parts[i], s) {
				t.Fatalf("%d shows as %s", parts[i], s)
			}
			if s == Masked {
				masked++
			}
			if s == Few && possible(total, shown, i) < 2 {
				t.Fatalf("%v of %d show as %v of %s: the part %d can only be one", parts, whole, shown, total, i)
			}
		}
	}
	if masked == 0 || without == 0 {
		t.Errorf("%d masked, %d without parts: the corners were not tried", masked, without)
	}
}

// A number that is hidden on one page cannot be had from two others: all channels less the others, a month
// less the same month without its last day.
func TestNothingHiddenIsTheDifferenceOfTwoPages(t *testing.T) {
	for small := 1; small < Fewest; small++ {
		for rest := Fewest; rest < 400; rest++ {
			all, others := Show(rest+small), Show(rest)
			n := possible(all, []Shown{Few, others}, 0)
			if n < 2 {
				t.Errorf("%d of %d can only be one", small, rest+small)
			}
		}
	}
}

// The same along a tree: a whole, its parts, and theirs, each level narrowing the next.
func TestNothingHiddenCanBeComputedFromATree(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		tree := make([][]int, 1+r.IntN(6))
		sums := make([]int, len(tree))
		whole := 0
		for i := range tree {
			tree[i] = make([]int, 1+r.IntN(6))
			for j := range tree[i] {
				tree[i][j] = []int{r.IntN(12), 10 + r.IntN(60)}[r.IntN(2)]
				sums[i] += tree[i][j]
			}
			whole += sums[i]
		}
		total, steps := Line(whole, sums)
		if steps == nil {
			continue
		}
		for i, leaves := range tree {
			if steps[i] == Few || steps[i] == Masked {
				continue
			}
			least, most := rangeOf(total, steps, i)
			_, shown := Line(sums[i], leaves)
			for j, s := range shown {
				if s == Few && values(least, most, shown, j) < 2 {
					t.Fatalf("%v in %v: %v of %d..%d can only be one", leaves, sums, shown, least, most)
				}
			}
		}
	}
}

// rangeOf is what a whole and the other parts leave of one part.
func rangeOf(total Shown, parts []Shown, of int) (least, most int) {
	least, most = total.bounds()
	for i, s := range parts {
		if i != of {
			low, high := s.bounds()
			least, most = least-high, most-low
		}
	}
	low, high := parts[of].bounds()
	return max(least, low), min(most, high)
}

func values(least, most int, parts []Shown, hidden int) int {
	for i, s := range parts {
		if i != hidden {
			low, high := s.bounds()
			least, most = least-high, most-low
		}
	}
	return min(most, Fewest-1) - max(least, 1) + 1
}

func ExampleLine() {
	total, parts := Line(312, []int{180, 126, 4, 2})
	fmt.Println(total, parts)
	// Output: 310 [180 130 <10 <10]
}

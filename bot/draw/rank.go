package draw

import "slices"

// turnBack marks the arcs that lead back, so that the others have no cycle. Of two ways to choose them,
// the order of the file and the order in which steps are met, it takes the one with fewer.
func (g *graph) turnBack() {
	written := make([]int, len(g.nodes))
	for i := range written {
		written[i] = i + 1
	}
	if g.steps > 0 {
		written[g.start] = 0
	}
	byFile, byWalk := g.backward(written), g.backward(g.walk())
	best := byFile
	if len(byWalk) < len(byFile) {
		best = byWalk
	}
	for _, i := range best {
		g.arcs[i].back = true
	}
}

// walk gives each node its place in a depth-first order that finishes what a step leads to first.
func (g *graph) walk() []int {
	place := make([]int, len(g.nodes))
	seen := make([]bool, len(g.nodes))
	next := len(g.nodes)
	var visit func(int)
	visit = func(at int) {
		seen[at] = true
		for _, i := range g.out[at] {
			if to := g.arcs[i].to; !seen[to] {
				visit(to)
			}
		}
		place[at] = next
		next--
	}
	if g.steps > 0 {
		visit(g.start)
	}
	for i := range g.nodes {
		if !seen[i] {
			visit(i)
		}
	}
	if g.steps > 0 {
		place[g.start] = 0
	}
	return place
}

// backward are the arcs within a cycle that go against an order, less those that close no cycle once the
// others are turned.
func (g *graph) backward(place []int) []int {
	parts := g.components()
	turned := make([]bool, len(g.arcs))
	var all []int
	for i, a := range g.arcs {
		if parts[a.from] == parts[a.to] && place[a.to] <= place[a.from] {
			turned[i] = true
			all = append(all, i)
		}
	}
	return slices.DeleteFunc(all, func(i int) bool {
		a := g.arcs[i]
		if a.from == a.to || a.to == g.start || g.leads(a.to, a.from, turned) {
			return false
		}
		turned[i] = false
		return true
	})
}

// leads says whether one node leads to another without the arcs that are turned.
func (g *graph) leads(from, to int, turned []bool) bool {
	seen := make([]bool, len(g.nodes))
	todo := []int{from}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if at == to {
			return true
		}
		for _, i := range g.out[at] {
			if next := g.arcs[i].to; !turned[i] && !seen[next] {
				seen[next] = true
				todo = append(todo, next)
			}
		}
	}
	return false
}

// components numbers the strongly connected parts, after Tarjan.
func (g *graph) components() []int {
	n := len(g.nodes)
	part, low, index := make([]int, n), make([]int, n), make([]int, n)
	on := make([]bool, n)
	var stack []int
	next, parts := 1, 0
	var visit func(int)
	visit = func(at int) {
		index[at], low[at] = next, next
		next++
		stack = append(stack, at)
		on[at] = true
		for _, i := range g.out[at] {
			to := g.arcs[i].to
			if index[to] == 0 {
				visit(to)
				low[at] = min(low[at], low[to])
			} else if on[to] {
				low[at] = min(low[at], index[to])
			}
		}
		for low[at] == index[at] {
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			on[top] = false
			part[top] = parts
			if top == at {
				parts++
				return
			}
		}
	}
	for i := range g.nodes {
		if index[i] == 0 {
			visit(i)
		}
	}
	return part
}

// sorted are the nodes so that each comes after those that lead to it.
func (g *graph) sorted() []int {
	waits := make([]int, len(g.nodes))
	for _, a := range g.arcs {
		if !a.back {
			waits[a.to]++
		}
	}
	var order []int
	for i := range g.nodes {
		if waits[i] == 0 {
			order = append(order, i)
		}
	}
	for at := 0; at < len(order); at++ {
		for _, i := range g.out[order[at]] {
			if a := g.arcs[i]; !a.back {
				if waits[a.to]--; waits[a.to] == 0 {
					order = append(order, a.to)
				}
			}
		}
	}
	return order
}

// rank gives each node its row: below all that lead to it, and as near to them as to what follows.
func (g *graph) rank() {
	g.ranks = make([]int, len(g.nodes))
	order := g.sorted()
	for _, at := range order {
		for _, i := range g.in[at] {
			if a := g.arcs[i]; !a.back {
				g.ranks[at] = max(g.ranks[at], g.ranks[a.from]+1)
			}
		}
	}
	for range 4 {
		for _, at := range slices.Backward(order) {
			g.sink(at)
		}
	}
	first := slices.Min(append(slices.Clone(g.ranks), 1<<30))
	for i := range g.ranks {
		g.ranks[i] -= first
	}
	g.closeRows()
	for i := range g.arcs { // turned, but its nodes came to stand so that it leads down all the same
		a := &g.arcs[i]
		a.back = a.back && g.ranks[a.from] >= g.ranks[a.to]
	}
}

// sink moves a node down to what follows it, where that shortens more lines than it lengthens.
func (g *graph) sink(at int) {
	above, below, floor := 0, 0, 1<<30
	for _, i := range g.in[at] {
		if !g.arcs[i].back {
			above++
		}
	}
	for _, i := range g.out[at] {
		if a := g.arcs[i]; !a.back {
			below++
			floor = min(floor, g.ranks[a.to]-1)
		}
	}
	if below > above && floor > g.ranks[at] && at != g.start {
		g.ranks[at] = floor
	}
}

// closeRows takes out rows in which nothing stands.
func (g *graph) closeRows() {
	used := slices.Compact(slices.Sorted(slices.Values(g.ranks)))
	for i, r := range g.ranks {
		g.ranks[i], _ = slices.BinarySearch(used, r)
	}
}

// number puts the steps in reading order: each way in turn as far as it is one's own, a step where ways
// join after all of them.
func (g *graph) number() {
	waits := make([]int, len(g.nodes))
	for _, a := range g.arcs {
		if !a.back && a.from < g.steps {
			waits[a.to]++
		}
	}
	var todo []int
	for i := g.steps - 1; i >= 0; i-- {
		if waits[i] == 0 && i != g.start {
			todo = append(todo, i)
		}
	}
	if g.steps > 0 {
		todo = append(todo, g.start)
	}
	for next := 1; len(todo) > 0; next++ {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		g.nodes[at].Number = next
		for _, i := range slices.Backward(g.out[at]) {
			a := g.arcs[i]
			if a.back || a.to >= g.steps {
				continue
			}
			if waits[a.to]--; waits[a.to] == 0 {
				todo = append(todo, a.to)
			}
		}
	}
}

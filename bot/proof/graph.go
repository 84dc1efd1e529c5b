package proof

import (
	"slices"
)

// A graph is the nodes of a walk and the ways between them on which nobody asks for a person: who does
// leaves the path they were on. Its components are the rings in which one can go round.
type graph struct {
	w     *walk
	takes func(e *edge) bool
	comp  []int32   // of each node; what follows has a lower number
	in    [][]int32 // edges that lead to a node, once noted by into
	nodes [][]int32 // of each component
}

func newGraph(w *walk, takes func(e *edge) bool) *graph {
	g := &graph{w: w, takes: takes, comp: make([]int32, len(w.nodes))}
	g.components()
	return g
}

// into notes which edges lead to each node.
func (g *graph) into() {
	g.in = make([][]int32, len(g.w.nodes))
	for k := range g.w.edges {
		if e := &g.w.edges[k]; e.from >= 0 && g.takes(e) {
			g.in[e.to] = append(g.in[e.to], int32(k))
		}
	}
}

// normal is a way on which nobody asks for a person.
func normal(e *edge) bool { return e.move.kind != asksHuman }

// A search is a depth-first one (Tarjan's) with a stack of its own: paths are long.
type search struct {
	g          *graph
	index, low []int32 // of each node: when it was met, and the earliest that it leads back to
	open       []int32 // nodes met whose component is not known yet
	count      int32
	done       []int32 // all nodes by component: room for g.nodes
}

// components finds the rings.
func (g *graph) components() {
	n := len(g.w.nodes)
	s := &search{g: g, index: make([]int32, n), low: make([]int32, n), done: make([]int32, 0, n)}
	for i := range g.comp {
		g.comp[i] = -1
	}
	for root := range n {
		if s.index[root] == 0 {
			s.from(int32(root))
		}
	}
}

func (s *search) from(root int32) {
	type visit struct{ node, next int32 }
	s.meet(root)
	work := []visit{{node: root}}
	for len(work) > 0 {
		v := &work[len(work)-1]
		deeper := int32(-1)
		for out := s.g.w.nodes[v.node].out; int(v.next) < len(out) && deeper < 0; v.next++ {
			switch e := &s.g.w.edges[out[v.next]]; {
			case !s.g.takes(e):
			case s.index[e.to] == 0:
				deeper = e.to
			case s.g.comp[e.to] < 0:
				s.low[v.node] = min(s.low[v.node], s.index[e.to])
			}
		}
		if deeper >= 0 {
			s.meet(deeper)
			work = append(work, visit{node: deeper})
			continue
		}
		at := v.node
		work = work[:len(work)-1]
		if len(work) > 0 {
			up := work[len(work)-1].node
			s.low[up] = min(s.low[up], s.low[at])
		}
		if s.low[at] == s.index[at] {
			s.close(at)
		}
	}
}

func (s *search) meet(node int32) {
	s.count++
	s.index[node], s.low[node] = s.count, s.count
	s.open = append(s.open, node)
}

// close makes a component of a node and all that was met since.
func (s *search) close(node int32) {
	first := len(s.open) - 1
	for s.open[first] != node {
		first--
	}
	from := len(s.done)
	s.done = append(s.done, s.open[first:]...)
	ring := s.done[from:len(s.done):len(s.done)]
	s.open = s.open[:first]
	for _, n := range ring {
		s.g.comp[n] = int32(len(s.g.nodes))
	}
	s.g.nodes = append(s.g.nodes, ring)
}

// ring is a way round from a node back to itself, or nil.
func (g *graph) ring(n int32) []int32 {
	via := map[int32]int32{}
	todo := []int32{n}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		for _, k := range g.w.nodes[at].out {
			e := &g.w.edges[k]
			if !g.takes(e) || g.comp[e.to] != g.comp[n] {
				continue
			}
			if e.to == n {
				ring := []int32{k}
				for at != n {
					ring = append(ring, via[at])
					at = g.w.edges[via[at]].from
				}
				slices.Reverse(ring)
				return ring
			}
			if _, seen := via[e.to]; !seen {
				via[e.to] = k
				todo = append(todo, e.to)
			}
		}
	}
	return nil
}

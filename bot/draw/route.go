package draw

import (
	"math"
	"slices"
)

// A net is the lines that share one horizontal in the gap between two layers: all that leave one box, or
// all that come together on their way to one.
type net struct {
	top, bottom []int // where its verticals are, above and below
	from, to    int   // its ends
	track       int   // of its horizontal, from the top; -1 when it is one vertical
}

// nets are those of one gap by the spot that they belong to.
type nets struct {
	of     map[int]*net
	order  []int // spots, as met
	tracks int
}

const (
	trackGap    = 9  // between horizontals
	gapTop      = 9  // from a box or label to the first horizontal
	gapBottom   = 9  // from the last horizontal to what is below
	arrow       = 7  // more where arrowheads end
	doorPost    = 14 // from a door to the corner of its box
	straightest = 14 // what remains of a gap without horizontals
)

// route gives each layer its height and each arc its way, and hands all to the picture.
func (l *layers) route(p *Picture) {
	l.doors()
	gaps := make([]*nets, len(l.rows)+1) // above each layer, and below the last
	for n := range gaps {
		gaps[n] = &nets{of: map[int]*net{}}
	}
	for i, way := range l.ways {
		if way != nil {
			l.lay(gaps, i)
		}
	}
	tops := l.heights(gaps)
	l.draw(p, gaps, tops)
}

// step is one move of a way through a gap.
type step struct {
	gap, owner int
	x          int // where it enters
	fromTop    bool
	to         int // where it leaves
	toTop      bool
}

// steps are the gaps that an arc passes, in its direction.
func (l *layers) moves(i int) []step {
	way := l.ways[i]
	var all []step
	for k := 0; k+1 < len(way); k++ {
		a, b := &l.spots[way[k]], &l.spots[way[k+1]]
		m := step{x: a.x, to: b.x}
		if a.kind == box {
			m.x = l.below[a.node]
		}
		if b.kind == box {
			m.to = l.above[b.node]
		}
		switch {
		case a.kind == box && b.kind == turn: // out below and up beside the box
			m.gap, m.owner, m.fromTop, m.toTop = a.layer+1, way[k], true, true
		case b.kind == box && a.layer == b.layer: // over the top and in
			m.gap, m.owner = b.layer, way[k+1]
		case a.layer < b.layer:
			m.gap, m.fromTop = b.layer, true
			m.owner = way[k]
			if b.layer%2 == 0 {
				m.owner = way[k+1]
			}
		default: // up
			m.gap, m.toTop = a.layer, true
			m.owner = way[k+1]
		}
		all = append(all, m)
	}
	return all
}

// lay notes where an arc passes each gap.
func (l *layers) lay(gaps []*nets, i int) {
	for _, m := range l.moves(i) {
		n := gaps[m.gap].net(m.owner)
		n.pin(m.x, m.fromTop)
		n.pin(m.to, m.toTop)
	}
}

// doors are where lines leave each box below and enter it above: in its middle, or where the only line
// stands if that is within the box's side.
func (l *layers) doors() {
	l.below, l.above = make([]int, len(l.boxes)), make([]int, len(l.boxes))
	for node, i := range l.boxes {
		s := &l.spots[i]
		var out, in []int
		for _, a := range l.g.out[node] {
			out = append(out, l.spots[l.ways[a][1]].x)
		}
		for _, a := range l.g.in[node] {
			way := l.ways[a]
			in = append(in, l.spots[way[len(way)-2]].x)
		}
		l.below[node], l.above[node] = door(s, out), door(s, in)
	}
}

func door(s *spot, lines []int) int {
	slices.Sort(lines)
	lines = slices.Compact(lines)
	if len(lines) == 1 && max(lines[0]-s.x, s.x-lines[0]) <= s.w/2-doorPost {
		return lines[0]
	}
	return s.x
}

func (g *nets) net(owner int) *net {
	n := g.of[owner]
	if n == nil {
		n = &net{from: math.MaxInt, to: math.MinInt, track: -1}
		g.of[owner] = n
		g.order = append(g.order, owner)
	}
	return n
}

func (n *net) pin(x int, top bool) {
	n.from, n.to = min(n.from, x), max(n.to, x)
	pins := &n.bottom
	if top {
		pins = &n.top
	}
	if !slices.Contains(*pins, x) {
		*pins = append(*pins, x)
	}
}

// spread gives the horizontals of a gap their tracks: those that share a part of the way have different
// ones, in the order in which they cross least.
func (g *nets) spread() {
	var sorted []*net
	for _, owner := range g.order {
		n := g.of[owner]
		if n.from == n.to {
			continue
		}
		sorted = append(sorted, n)
		sorted = settleTrack(sorted, len(sorted)-1)
	}
	for range 3 {
		for k := range sorted {
			sorted = settleTrack(sorted, k)
		}
	}
	for k, n := range sorted {
		n.track = 0
		for _, before := range sorted[:k] {
			if near(before, n) {
				n.track = max(n.track, before.track+1)
			}
		}
		g.tracks = max(g.tracks, n.track+1)
	}
}

// settleTrack moves one horizontal to where it crosses the others least.
func settleTrack(sorted []*net, k int) []*net {
	n := sorted[k]
	others := slices.Delete(sorted, k, k+1)
	cost, best, least := 0, 0, 0
	for at, other := range others { // from above all others to below all
		if !near(other, n) {
			continue
		}
		cost += over(other, n) - over(n, other)
		if cost < least {
			best, least = at+1, cost
		}
	}
	return slices.Insert(others, best, n)
}

func near(a, b *net) bool {
	return a.from < b.to+lineGap && b.from < a.to+lineGap
}

// over is what it costs to have one horizontal above another: crossings, and far more than any, verticals
// that would lie on each other.
func over(above, below *net) int {
	n := 0
	for _, x := range above.bottom {
		if x > below.from && x < below.to {
			n++
		}
		for _, y := range below.top {
			if max(x-y, y-x) < 4 {
				n += 1000
			}
		}
	}
	for _, x := range below.top {
		if x > above.from && x < above.to {
			n++
		}
	}
	return n
}

// tops are the heights of everything: of each layer, and of the first horizontal of each gap.
type tops struct{ layers, gaps []int }

func (l *layers) heights(gaps []*nets) tops {
	t := tops{make([]int, len(l.rows)), make([]int, len(gaps))}
	y := 0
	for n, g := range gaps {
		g.spread()
		t.gaps[n] = y + gapTop
		inner := n > 0 && n < len(l.rows)
		switch {
		case g.tracks > 0:
			y += gapTop + (g.tracks-1)*trackGap + gapBottom
		case inner:
			y += straightest / 2
		}
		if n%2 == 0 && n < len(l.rows) && (inner || g.tracks > 0) {
			y += arrow
		}
		if n == len(l.rows) {
			break
		}
		t.layers[n] = y
		high := 0
		for _, i := range l.rows[n] {
			high = max(high, l.spots[i].h)
		}
		y += high
	}
	return t
}

// draw hands boxes, lanes and edges to the picture.
func (l *layers) draw(p *Picture, gaps []*nets, t tops) {
	for i, at := range l.boxes {
		s := &l.spots[at]
		n := l.g.nodes[i]
		n.Box = Box{s.x - s.w/2, t.layers[s.layer], s.w, s.h}
		p.Nodes = append(p.Nodes, n)
	}
	for i := range l.g.arcs {
		p.Edges = append(p.Edges, l.edge(i, gaps, t))
	}
	l.readingOrder(p)
	if l.humans {
		l.bound(p)
	}
}

// edge is one arc with its corners and the place of its label.
func (l *layers) edge(i int, gaps []*nets, t tops) Edge {
	a := l.g.arcs[i]
	from, to := &l.g.nodes[a.from], &l.g.nodes[a.to]
	e := Edge{From: from.ID, To: to.ID, Class: a.class, Label: a.label, Lines: a.lines, Toward: l.g.toward(a), Back: a.back}
	first, last := &l.spots[l.boxes[a.from]], &l.spots[l.boxes[a.to]]
	e.Way = append(e.Way, Point{l.below[a.from], t.layers[first.layer] + first.h})
	for _, m := range l.moves(i) {
		g := gaps[m.gap]
		if n := g.of[m.owner]; n.track >= 0 && m.x != m.to {
			y := t.gaps[m.gap] + n.track*trackGap
			e.Way = append(e.Way, Point{m.x, y}, Point{m.to, y})
		}
	}
	e.Way = append(e.Way, Point{l.above[a.to], t.layers[last.layer]})
	e.Way = straighten(e.Way)
	s := &l.spots[l.ways[i][1]]
	y := t.layers[s.layer]
	if s.kind == turn {
		y += (first.h - s.h) / 2
	}
	e.At = Box{s.x - s.w/2, y, s.w, s.h}
	return e
}

// straighten takes out corners that are none.
func straighten(way []Point) []Point {
	out := way[:1]
	for k := 1; k < len(way); k++ {
		p := way[k]
		if p == out[len(out)-1] {
			continue
		}
		if n := len(out); n > 1 && (out[n-2].X == out[n-1].X && out[n-1].X == p.X || out[n-2].Y == out[n-1].Y && out[n-1].Y == p.Y) {
			out[n-1] = p
			continue
		}
		out = append(out, p)
	}
	return out
}

// readingOrder sorts steps by their number, before the rest, and edges by the steps that they leave.
func (l *layers) readingOrder(p *Picture) {
	numbers := map[string]int{}
	for _, n := range p.Nodes {
		if numbers[n.ID] = n.Number; n.Number == 0 {
			numbers[n.ID] = len(p.Nodes) + 1
		}
	}
	slices.SortStableFunc(p.Nodes, func(a, b Node) int { return numbers[a.ID] - numbers[b.ID] })
	slices.SortStableFunc(p.Edges, func(a, b Edge) int { return numbers[a.From] - numbers[b.From] })
	for _, n := range p.Nodes {
		if n.Number > 0 {
			p.Order = append(p.Order, n.ID)
		}
	}
}

// bound draws the lane of those who lead to a person.
func (l *layers) bound(p *Picture) {
	lane := Lane{Class: "human", Title: "Vers une personne"}
	top, bottom := 1<<30, 0
	for _, n := range p.Nodes {
		if n.Human {
			top, bottom = min(top, n.Y), max(bottom, n.Y+n.H)
		}
	}
	lane.Box = Box{l.lane.X, top - 44, l.lane.W, bottom - top + 66}
	p.Lanes = append(p.Lanes, lane)
}

package draw

import "slices"

// A spot is what stands in one layer: a box, or the place where a line passes.
type spot struct {
	kind   spotKind
	node   int // box: the node; lines: the node that they lead to
	arc    int // slot and turn: the arc; else -1
	layer  int
	zone   zone
	w, h   int
	x      int   // of its middle
	pos    int   // place within its layer
	up     []int // segments to the layer above and below
	down   []int
	beside int // a spot of its layer that it belongs to, or -1
}

type spotKind int

const (
	box  spotKind = iota
	slot          // below a box: where one arc has its label
	pass          // a line, or several to the same node, on the way down
	turn          // beside a box: where an arc that leads back begins to go up, with its label
	rise          // lines to the same node on the way up
)

// zone is the part of a layer that a spot keeps to, from the left.
type zone int

const (
	leftLane zone = iota // long lines back
	middle
	people
	rightLane
)

// segment joins two spots of adjacent layers.
type segment struct {
	from, to int  // above, below
	firm     bool // of a long line: to be kept straight
}

// layers is a graph cut into layers: even ones hold the boxes of a rank, odd ones the labels below them.
type layers struct {
	g        *graph
	spots    []spot
	segments []segment
	rows     [][]int // spots by layer, from the left
	boxes    []int   // by node
	ways     [][]int // by arc: the spots it passes, in its direction
	humans   bool
	below    []int          // by node: where lines leave its box
	above    []int          // where they enter it
	lane     Box            // of those who lead to a person; across only
	chains   map[[3]int]int // lines by kind, node and layer
	at       []int          // room for wish to sort in
	clusters []cluster      // and for fitRow
}

const (
	boxGap   = 26 // between boxes
	lineGap  = 12 // beside a line
	figureW  = 34 // room for a figure beside a line without a label
	laneGap  = 18 // beside the wall of a lane
	longBack = 2  // ranks that a line back may climb among the boxes
)

func (g *graph) layer() *layers {
	l := &layers{g: g, chains: map[[3]int]int{}, ways: make([][]int, len(g.arcs))}
	height := 1
	if len(g.nodes) > 0 {
		height = 2*slices.Max(g.ranks) + 1
	}
	l.rows = make([][]int, height)
	for i, n := range g.nodes {
		z := middle
		if n.Human {
			z, l.humans = people, true
		}
		l.boxes = append(l.boxes, l.put(spot{kind: box, node: i, arc: -1, layer: 2 * g.ranks[i], zone: z, w: n.W, h: n.H}))
	}
	for i, a := range g.arcs {
		if a.back {
			l.climb(i)
		} else {
			l.descend(i)
		}
	}
	return l
}

func (l *layers) put(s spot) int {
	if s.kind != turn && s.kind != rise {
		s.beside = -1
	}
	l.spots = append(l.spots, s)
	l.rows[s.layer] = append(l.rows[s.layer], len(l.spots)-1)
	return len(l.spots) - 1
}

// join adds the segment between two spots, once.
func (l *layers) join(above, below int, firm bool) {
	for _, s := range l.spots[above].down {
		if l.segments[s].to == below {
			return
		}
	}
	l.segments = append(l.segments, segment{from: above, to: below, firm: firm})
	l.spots[above].down = append(l.spots[above].down, len(l.segments)-1)
	l.spots[below].up = append(l.spots[below].up, len(l.segments)-1)
}

// slotSize is the room that an arc's label takes.
func (l *layers) slotSize(a arc) (w, h int) {
	lines := a.lines
	for _, line := range lines {
		w = max(w, l.g.measures.label.width(line)+8)
	}
	n := len(lines)
	if hint := l.g.toward(a); hint != "" {
		w = max(w, l.g.measures.kind.width(hint)+8)
		n++
	}
	w = max(w, figureW)
	if n > 0 {
		h = labelHigh*n + figureHigh
	}
	return w + w%2, h
}

// descend leads an arc down: its own slot below the box, then a line that it shares with all others to
// the same node.
func (l *layers) descend(i int) {
	a := l.g.arcs[i]
	from, to := l.boxes[a.from], l.boxes[a.to]
	w, h := l.slotSize(a)
	z := middle
	if l.spots[from].zone == people && l.spots[to].zone == people {
		z = people
	}
	at := l.put(spot{kind: slot, node: a.to, arc: i, layer: l.spots[from].layer + 1, zone: z, w: w, h: h})
	l.join(from, at, false)
	l.ways[i] = []int{from, at}
	for layer := l.spots[from].layer + 2; layer < l.spots[to].layer; layer++ {
		next, _ := l.chain(pass, a.to, layer, l.spots[to].zone)
		l.join(at, next, l.spots[at].kind == pass)
		at = next
		l.ways[i] = append(l.ways[i], at)
	}
	l.join(at, to, false)
	l.ways[i] = append(l.ways[i], to)
}

// chain is the line to a node in a layer, made when it is first needed.
func (l *layers) chain(kind spotKind, node, layer int, z zone) (at int, made bool) {
	key := [3]int{int(kind), node, layer}
	at, known := l.chains[key]
	if !known {
		at = l.put(spot{kind: kind, node: node, arc: -1, layer: layer, zone: z, beside: -1})
		l.chains[key] = at
	}
	return at, !known
}

// climb leads an arc back: a turn beside the box it leaves, then a line up that it shares, to beside the
// box it enters. Where the way is long the line keeps to the side of all boxes.
func (l *layers) climb(i int) {
	a := l.g.arcs[i]
	from, to := l.boxes[a.from], l.boxes[a.to]
	z := l.backZone(a.to)
	w, h := l.slotSize(a)
	at := l.put(spot{kind: turn, node: a.to, arc: i, layer: l.spots[from].layer, zone: l.spots[from].zone, w: w, h: h, beside: from})
	l.ways[i] = []int{from, at}
	for layer := l.spots[from].layer - 1; layer >= l.spots[to].layer; layer-- {
		next, made := l.chain(rise, a.to, layer, z)
		if made && layer == l.spots[to].layer {
			l.spots[next].beside = to
		}
		l.join(next, at, l.spots[at].kind == rise)
		at = next
		l.ways[i] = append(l.ways[i], at)
	}
	l.ways[i] = append(l.ways[i], to)
}

// backZone is where the line back to a node climbs.
func (l *layers) backZone(node int) zone {
	long, people := false, 0
	for _, i := range l.g.in[node] {
		if a := l.g.arcs[i]; a.back {
			long = long || l.g.ranks[a.from]-l.g.ranks[node] > longBack
			people++
			if !l.g.nodes[a.from].Human {
				people -= 2
			}
		}
	}
	switch {
	case !long:
		return l.spots[l.boxes[node]].zone
	case people > 0:
		return rightLane
	}
	return leftLane
}

// gap is the room between two neighbours of a layer.
func (l *layers) gap(a, b int) int {
	s, t := &l.spots[a], &l.spots[b]
	if s.kind == box && t.kind == box {
		return boxGap
	}
	return lineGap
}

// far is how many ranks an arc may span before it says where it leads.
const far = 3

// toward names the node that an arc leads to, where that is far away.
func (g *graph) toward(a arc) string {
	if !a.back && g.ranks[a.to]-g.ranks[a.from] < far {
		return ""
	}
	return "→ " + g.nodes[a.to].Name
}

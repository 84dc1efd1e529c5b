package draw

import (
	"cmp"
	"slices"
)

// rounds is how often the layers are swept; more change little.
const rounds = 8

// order puts the spots of each layer side by side so that few lines cross: the best of what several
// beginnings lead to.
func (l *layers) order() {
	var best [][]int
	least := 0
	for start := range starts {
		l.begin(start)
		for round := range rounds {
			l.sweep(round + start)
			if round%2 == 1 {
				l.transpose()
			}
			if now := l.crossings(); best == nil || now < least {
				best, least = l.snapshot(), now
			}
		}
	}
	l.restore(best)
	l.transpose()
	l.mirror(middle)
	l.mirror(people)
}

// mirror turns a zone round if its ways are then more often in the order in which the steps name them,
// and no more lines cross.
func (l *layers) mirror(z zone) {
	inOrder := 0
	for _, out := range l.g.out {
		for k := 1; k < len(out); k++ {
			a, b := &l.spots[l.ways[out[k-1]][1]], &l.spots[l.ways[out[k]][1]]
			if a.zone == z && b.zone == z && a.kind == slot && b.kind == slot {
				inOrder += cmp.Compare(b.pos, a.pos)
			}
		}
	}
	if inOrder >= 0 {
		return
	}
	before, least := l.snapshot(), l.crossings()
	for _, row := range l.rows {
		from := slices.IndexFunc(row, func(i int) bool { return l.spots[i].zone == z })
		if from < 0 {
			continue
		}
		to := from
		for to < len(row) && l.spots[row[to]].zone == z {
			to++
		}
		slices.Reverse(row[from:to])
		l.settle(row)
	}
	l.transpose()
	if l.crossings() > least {
		l.restore(before)
	}
}

// starts is how many beginnings are tried.
const starts = 2

// begin orders each layer by zone, then as the ways are read, or the other way round.
func (l *layers) begin(start int) {
	key := func(i int) int {
		s := l.spots[i]
		number := 0
		if s.arc >= 0 {
			number = l.g.nodes[l.g.arcs[s.arc].from].Number
		} else if s.node >= 0 {
			number = l.g.nodes[s.node].Number
		}
		if start == 1 {
			return -number
		}
		return number
	}
	for _, row := range l.rows {
		slices.SortStableFunc(row, func(a, b int) int {
			return cmp.Or(cmp.Compare(l.spots[a].zone, l.spots[b].zone), cmp.Compare(key(a), key(b)), cmp.Compare(a, b))
		})
		l.settle(row)
	}
}

func (l *layers) settle(row []int) {
	for pos, i := range row {
		l.spots[i].pos = pos
	}
}

// sweep orders every layer by where its neighbours in the layer before stand: downwards, then upwards.
func (l *layers) sweep(round int) {
	down := round%2 == 0
	weight := make([]float64, len(l.spots))
	for n := range l.rows {
		row := l.rows[n]
		if !down {
			row = l.rows[len(l.rows)-1-n]
		}
		for _, i := range row {
			weight[i] = l.wish(i, down, round%4 < 2)
		}
		slices.SortStableFunc(row, func(a, b int) int {
			return cmp.Or(cmp.Compare(l.spots[a].zone, l.spots[b].zone), cmp.Compare(weight[a], weight[b]))
		})
		l.settle(row)
	}
}

// wish is where a spot would stand if it were alone: in the middle of its neighbours.
func (l *layers) wish(i int, down, median bool) float64 {
	s := &l.spots[i]
	near, other := s.up, s.down
	if !down {
		near, other = other, near
	}
	if len(near) == 0 {
		if s.beside >= 0 && len(other) > 0 {
			return float64(l.spots[s.beside].pos) + 0.5
		}
		return float64(s.pos)
	}
	at := l.at[:0]
	sum := 0
	for _, e := range near {
		pos := l.spots[l.other(e, i)].pos
		at = append(at, pos)
		sum += pos
	}
	l.at = at
	if !median {
		return float64(sum) / float64(len(at))
	}
	slices.Sort(at)
	return float64(at[(len(at)-1)/2]+at[len(at)/2]) / 2
}

func (l *layers) other(e, i int) int {
	if s := l.segments[e]; s.from != i {
		return s.from
	}
	return l.segments[e].to
}

// transpose exchanges neighbours as long as that takes crossings away.
func (l *layers) transpose() {
	for range 6 {
		better := false
		for _, row := range l.rows {
			for k := 0; k+1 < len(row); k++ {
				a, b := row[k], row[k+1]
				if l.spots[a].zone != l.spots[b].zone {
					continue
				}
				if l.between(a, b) > l.between(b, a) {
					row[k], row[k+1] = b, a
					l.spots[a].pos, l.spots[b].pos = k+1, k
					better = true
				}
			}
		}
		if !better {
			return
		}
	}
}

// between counts the crossings of two spots' lines when a stands left of b.
func (l *layers) between(a, b int) int {
	n := 0
	s, t := &l.spots[a], &l.spots[b]
	for _, e := range s.up {
		pos := l.spots[l.segments[e].from].pos
		for _, f := range t.up {
			if pos > l.spots[l.segments[f].from].pos {
				n++
			}
		}
	}
	for _, e := range s.down {
		pos := l.spots[l.segments[e].to].pos
		for _, f := range t.down {
			if pos > l.spots[l.segments[f].to].pos {
				n++
			}
		}
	}
	return n
}

// crossings counts all pairs of lines that cross between two layers.
func (l *layers) crossings() int {
	n := 0
	var ends []int
	for _, row := range l.rows {
		ends = ends[:0]
		for _, i := range row {
			from := len(ends)
			for _, e := range l.spots[i].down {
				to := l.spots[l.segments[e].to].pos
				for _, before := range ends[:from] {
					if before > to {
						n++
					}
				}
				ends = append(ends, to)
			}
		}
	}
	return n
}

func (l *layers) snapshot() [][]int {
	all := make([][]int, len(l.rows))
	for n, row := range l.rows {
		all[n] = slices.Clone(row)
	}
	return all
}

func (l *layers) restore(rows [][]int) {
	l.rows = rows
	for _, row := range rows {
		l.settle(row)
	}
}

package draw

import (
	"maps"
	"math"
	"slices"
)

// sweeps is how often every row is placed anew between its neighbours; more move little.
const sweeps = 14

// place gives every spot its middle. Each would stand at the mean of what it is joined to; row by row the
// nearest arrangement is found in which neighbours keep their distance. What is set apart stands beside
// the rest. Last, long lines are pulled straight.
func (l *layers) place() {
	rest := l.group(func(z zone) bool { return z == leftLane || z == middle })
	humans := l.group(func(z zone) bool { return z == people })
	for _, rows := range [][][]int{rest, humans} {
		l.pack(rows)
		for round := range sweeps {
			l.relax(rows, round%2 == 0)
		}
		for range 3 {
			l.straighten(rows)
			l.relax(rows, true)
			l.relax(rows, false)
		}
		l.straighten(rows)
	}
	if !l.humans {
		return
	}
	first, last := len(l.rows), -1
	for n, row := range humans {
		if len(row) > 0 {
			first, last = min(first, n), n
		}
	}
	edge := l.right(rest[max(0, first-3):min(len(rest), last+3)]) + laneGap
	l.shift(humans, edge+laneGap-l.left(humans))
	l.lane = Box{X: edge, W: l.right(humans) + laneGap - edge}
	l.outside()
}

// group are the rows of some zones.
func (l *layers) group(in func(zone) bool) [][]int {
	rows := make([][]int, len(l.rows))
	for n, row := range l.rows {
		for _, i := range row {
			if in(l.spots[i].zone) {
				rows[n] = append(rows[n], i)
			}
		}
	}
	return rows
}

// pack begins with every row close together around one middle.
func (l *layers) pack(rows [][]int) {
	for _, row := range rows {
		for k, i := range row {
			if l.spots[i].x = 0; k > 0 {
				l.spots[i].x = l.spots[row[k-1]].x + l.apart(row[k-1], i)
			}
		}
		if len(row) > 0 {
			middle := l.spots[row[len(row)-1]].x / 2
			for _, i := range row {
				l.spots[i].x -= middle
			}
		}
	}
}

// apart is the least distance between the middles of two neighbours.
func (l *layers) apart(a, b int) int {
	return (l.spots[a].w+l.spots[b].w+1)/2 + l.gap(a, b)
}

// relax places every row once, downwards or upwards.
func (l *layers) relax(rows [][]int, down bool) {
	for n := range rows {
		row := rows[n]
		if !down {
			row = rows[len(rows)-1-n]
		}
		l.fitRow(row)
	}
}

// A cluster is neighbours of a row that touch.
type cluster struct {
	first     int     // place in the row
	at        float64 // of the first
	sum, mass float64 // of wishes as seen from the first, weighted, and of the weights
	wide      float64 // from the first to the last
}

// fitRow moves the spots of a row as near to their wishes as their distances allow: neighbours that would
// overlap form clusters, which stand where their members wish on the average (isotonic regression).
func (l *layers) fitRow(row []int) {
	all := l.clusters[:0]
	for k, i := range row {
		want, mass := l.wanted(i)
		c := cluster{first: k, at: want, sum: want * mass, mass: mass}
		for len(all) > 0 {
			before := all[len(all)-1]
			room := before.wide + float64(l.apart(row[c.first-1], row[c.first]))
			if before.at+room <= c.at {
				break
			}
			all = all[:len(all)-1]
			c = cluster{first: before.first, sum: before.sum + c.sum - c.mass*room, mass: before.mass + c.mass, wide: room + c.wide}
			c.at = c.sum / c.mass
		}
		all = append(all, c)
	}
	l.clusters = all
	for n, c := range all {
		end := len(row)
		if n+1 < len(all) {
			end = all[n+1].first
		}
		x := int(math.Round(c.at))
		if c.first > 0 {
			x = max(x, l.spots[row[c.first-1]].x+l.apart(row[c.first-1], row[c.first]))
		}
		for k := c.first; k < end; k++ {
			if k > c.first {
				x += l.apart(row[k-1], row[k])
			}
			l.spots[row[k]].x = x
		}
	}
}

// wanted is where a spot would stand, and how much that matters: lines more than boxes, so that they are
// straight.
func (l *layers) wanted(i int) (x, mass float64) {
	s := &l.spots[i]
	sum := 0.02 * float64(s.x)
	mass = 0.02
	for _, near := range [2][]int{s.up, s.down} {
		for _, e := range near {
			other := &l.spots[l.other(e, i)]
			if (other.zone == people) != (s.zone == people) || other.zone == rightLane {
				continue
			}
			w := l.pull(e)
			sum += w * float64(other.x)
			mass += w
		}
	}
	if s.beside >= 0 && l.spots[s.beside].zone == s.zone {
		sum += 0.5 * float64(l.spots[s.beside].x)
		mass += 0.5
	}
	return sum / mass, mass
}

// pull is how much a segment wants to be straight: a long line most, then what is alone at both ends.
func (l *layers) pull(e int) float64 {
	s := l.segments[e]
	switch {
	case s.firm:
		return 10
	case len(l.spots[s.from].down) == 1 && len(l.spots[s.to].up) == 1:
		return 5
	}
	return 1
}

func (l *layers) left(rows [][]int) int {
	x := math.MaxInt
	for _, row := range rows {
		if len(row) > 0 {
			x = min(x, l.spots[row[0]].x-l.spots[row[0]].w/2)
		}
	}
	return x
}

func (l *layers) right(rows [][]int) int {
	x := math.MinInt
	for _, row := range rows {
		if len(row) > 0 {
			last := &l.spots[row[len(row)-1]]
			x = max(x, last.x+last.w/2)
		}
	}
	return x
}

func (l *layers) shift(rows [][]int, by int) {
	for _, row := range rows {
		for _, i := range row {
			l.spots[i].x += by
		}
	}
}

// outside gives each long line back on the right a column of its own, beyond all that any of them passes.
func (l *layers) outside() {
	beyond := l.lane.X + l.lane.W
	columns := map[int]int{}
	for _, row := range l.rows {
		for k, i := range row {
			if s := &l.spots[i]; s.zone == rightLane {
				columns[s.node] = 0
				if k > 0 && l.spots[row[k-1]].zone != rightLane {
					beyond = max(beyond, l.spots[row[k-1]].x+l.spots[row[k-1]].w/2)
				}
			}
		}
	}
	for k, node := range slices.Sorted(maps.Keys(columns)) {
		columns[node] = beyond + (k+1)*lineGap
	}
	for i := range l.spots {
		if s := &l.spots[i]; s.zone == rightLane {
			s.x = columns[s.node]
		}
	}
}

// yielding is how much nearer than else a line comes to its neighbours where that saves a bend.
const yielding = 4

// straighten takes bends out of long lines, the longest first: as much of each as its neighbours leave
// room for becomes one vertical.
func (l *layers) straighten(rows [][]int) {
	place := make([]int, len(l.spots))
	inside := make([]bool, len(l.spots))
	for _, row := range rows {
		for k, i := range row {
			place[i], inside[i] = k, true
		}
	}
	for _, thread := range l.threads(inside) {
		for len(thread) > 0 {
			low, high, sum, n := math.MinInt, math.MaxInt, 0, 0
			for _, i := range thread {
				from, to := l.room(rows[l.spots[i].layer], place[i])
				from, to = from-yielding, to+yielding
				if max(low, from) > min(high, to) {
					break
				}
				low, high = max(low, from), min(high, to)
				sum += l.spots[i].x
				n++
			}
			x := min(max(l.aim(thread, n, sum/n), low), high)
			for _, i := range thread[:n] {
				l.spots[i].x = x
			}
			thread = thread[n:]
		}
	}
}

// aim is where the next part of a thread had best stand: over what it leads to, else below what it comes
// from, else where it is on the average.
func (l *layers) aim(thread []int, n, mean int) int {
	zone := l.spots[thread[0]].zone
	if l.spots[thread[0]].kind == box {
		return mean
	}
	for _, e := range l.spots[thread[0]].down {
		if to := &l.spots[l.segments[e].to]; (to.zone == people) == (zone == people) {
			return to.x
		}
	}
	if n == len(thread) {
		for _, e := range l.spots[thread[n-1]].up {
			if from := &l.spots[l.segments[e].from]; (from.zone == people) == (zone == people) {
				return from.x
			}
		}
	}
	return mean
}

// room is how far a spot can go while its neighbours stay.
func (l *layers) room(row []int, k int) (from, to int) {
	from, to = math.MinInt/2, math.MaxInt/2
	if k > 0 {
		from = l.spots[row[k-1]].x + l.apart(row[k-1], row[k])
	}
	if k+1 < len(row) {
		to = l.spots[row[k+1]].x - l.apart(row[k], row[k+1])
	}
	return from, to
}

// threads are what had best stand on one vertical, from the bottom up, the longest first: lines without
// their boxes, and boxes that follow each other alone.
func (l *layers) threads(inside []bool) [][]int {
	var all [][]int
	taken := make([]bool, len(l.spots))
	for _, row := range slices.Backward(l.rows) {
		for _, i := range row {
			if !inside[i] || taken[i] {
				continue
			}
			var thread []int
			for at := i; at >= 0; at = l.onwards(at, inside, taken) {
				taken[at] = true
				thread = append(thread, at)
			}
			all = append(all, thread)
		}
	}
	slices.SortStableFunc(all, func(a, b []int) int { return len(b) - len(a) })
	return all
}

// onwards is the spot above that a thread goes on with, or -1: a line before a label.
func (l *layers) onwards(at int, inside, taken []bool) int {
	next := -1
	for _, e := range l.spots[at].up {
		up := l.segments[e].from
		alone := len(l.spots[at].up) == 1 && len(l.spots[up].down) == 1
		boxes := l.spots[at].kind == box || l.spots[up].kind == box
		if taken[up] || !inside[up] || boxes && !alone {
			continue
		}
		if next < 0 || l.spots[up].kind != slot {
			next = up
		}
	}
	return next
}

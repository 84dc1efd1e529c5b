package media

import "math"

// The tones of ITU-T Q.23: a row and a column name a key.
const (
	toneGrid  = "123A456B789C*0#D"
	toneBlock = 205 // samples, 25.6 ms: the usual length at which the eight tones stand apart
)

var toneHertz = [8]float64{697, 770, 852, 941, 1209, 1336, 1477, 1633}

// How a pair of tones differs from speech (ITU-T Q.24 leaves the figures to each administration).
const (
	quietest    = 1e4  // mean square, about -40 dBm0
	reverse     = 4    // the column may be 6 dB above the row …
	normal      = 8    // … and the row 9 dB above the column
	over        = 6.3  // 8 dB above the other tones of the group
	pairShare   = 0.82 // of all energy, which speech hardly reaches
	blocksDown  = 2    // a key is down after 51 ms
	blocksApart = 2    // and up after as long
)

// toneDetector hears keys in sound, for peers that did not agree on telephone-event.
type toneDetector struct {
	factors [8]float64
	block   []float64
	last    Key // of the block before
	blocks  int // in a row that heard it
	down    Key // reported and not up yet
}

func newToneDetector() *toneDetector {
	d := &toneDetector{block: make([]float64, 0, toneBlock)}
	for i, hertz := range toneHertz {
		d.factors[i] = 2 * math.Cos(2*math.Pi*hertz/rate)
	}
	return d
}

// hear takes sound and calls pressed for each key that went down in it.
func (d *toneDetector) hear(law Law, codes []byte, pressed func(Key)) {
	linear := &muLinear
	if law == ALaw {
		linear = &aLinear
	}
	for _, code := range codes {
		d.block = append(d.block, float64(linear[code]))
		if len(d.block) == toneBlock {
			d.count(d.key(), pressed)
			d.block = d.block[:0]
		}
	}
}

// count follows the keys of blocks, zero being none.
func (d *toneDetector) count(key Key, pressed func(Key)) {
	if key != d.last {
		d.last, d.blocks = key, 0
	}
	d.blocks++
	if key == 0 {
		if d.blocks >= blocksApart {
			d.down = 0
		}
		return
	}
	if d.blocks == blocksDown && d.down != key {
		d.down = key
		pressed(key)
	}
}

// key is the one that the block has, or zero.
func (d *toneDetector) key() Key {
	energy := 0.0
	for _, v := range d.block {
		energy += v * v
	}
	if energy < quietest*toneBlock {
		return 0
	}
	var powers [8]float64
	for i, factor := range d.factors {
		powers[i] = goertzel(d.block, factor)
	}
	row, rowAlone := strongest(powers[:4])
	column, columnAlone := strongest(powers[4:])
	low, high := powers[row], powers[4+column]
	switch {
	case !rowAlone || !columnAlone:
		return 0
	case high > reverse*low || low > normal*high:
		return 0
	case (low+high)*2/toneBlock < pairShare*energy:
		return 0
	}
	return Key(toneGrid[4*row+column])
}

// strongest finds the strongest tone and says whether it stands above the others.
func strongest(powers []float64) (best int, alone bool) {
	for i, p := range powers {
		if p > powers[best] {
			best = i
		}
	}
	for i, p := range powers {
		if i != best && p*over > powers[best] {
			return best, false
		}
	}
	return best, true
}

// goertzel is the power of one frequency.
func goertzel(samples []float64, factor float64) float64 {
	var s1, s2 float64
	for _, v := range samples {
		s1, s2 = v+factor*s1-s2, s1
	}
	return s1*s1 + s2*s2 - factor*s1*s2
}

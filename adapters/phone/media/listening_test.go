package media

import (
	"bytes"
	"math"
	"math/rand/v2"
)

// tone is a sine.
func tone(hertz float64, n int, peak float64) PCM {
	pcm := make(PCM, n)
	for i := range pcm {
		pcm[i] = int16(peak * math.Sin(2*math.Pi*hertz*float64(i)/rate))
	}
	return pcm
}

// speechlike has sweeps and pauses, and is nowhere like itself a little later.
func speechlike(n int, seed uint64) PCM {
	random := rand.New(rand.NewPCG(seed, 1))
	pcm := make(PCM, n)
	phase, hertz, loud := 0.0, 300.0, 4000.0
	for i := range pcm {
		if i%400 == 0 {
			hertz, loud = 200+random.Float64()*1500, 1000+random.Float64()*7000
		}
		phase += 2 * math.Pi * hertz / rate
		pcm[i] = int16(loud * math.Sin(phase))
	}
	return pcm
}

// share is how much of the energy is at one frequency.
func share(pcm []int16, hertz float64) float64 {
	samples, energy := make([]float64, len(pcm)), 0.0
	for i, v := range pcm {
		samples[i] = float64(v)
		energy += samples[i] * samples[i]
	}
	if energy == 0 {
		return 0
	}
	return goertzel(samples, 2*math.Cos(2*math.Pi*hertz/rate)) * 2 / float64(len(pcm)) / energy
}

// correlation is 1 when two sounds are the same but for loudness.
func correlation(a, b []int16) float64 {
	var ab, aa, bb float64
	for i := range min(len(a), len(b)) {
		x, y := float64(a[i]), float64(b[i])
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

func rms(pcm []int16) float64 {
	sum := 0.0
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(max(1, len(pcm))))
}

// keyTones is the sound of a key: both tones, then a pause.
func keyTones(key byte, down, up int, peak float64) PCM {
	pcm := make(PCM, down+up)
	for i, name := range []byte(toneGrid) {
		if name != key {
			continue
		}
		low, high := tone(toneHertz[i/4], down, peak), tone(toneHertz[4+i%4], down, peak)
		for k := range low {
			pcm[k] = low[k] + high[k]
		}
	}
	return pcm
}

// inOrder says that every 20 ms of said is heard, one after the other; a slow machine may have had
// silence put between them.
func inOrder(heard, said []byte) bool {
	for ; len(said) >= frame && len(heard) >= frame; heard = heard[frame:] {
		if bytes.Equal(heard[:frame], said[:frame]) {
			said = said[frame:]
		}
	}
	return len(said) < frame
}

package media

import "math"

// resample brings samples down to 8,000 a second through a windowed-sinc low-pass that ends below
// 4,000 Hz, so that nothing folds back as a whistle.
func resample(in []int16, hertz int) []int16 {
	if hertz == rate {
		return in
	}
	divisor := gcd(hertz, rate)
	up, down := rate/divisor, hertz/divisor
	reach := 24 * ((hertz + rate - 1) / rate)
	phases := kernels(up, reach, 0.45*rate/float64(hertz))
	out := make([]int16, int64(len(in))*int64(up)/int64(down))
	for i := range out {
		at := int64(i) * int64(down)
		first := int(at/int64(up)) - reach + 1
		sum := 0.0
		for k, weight := range phases[at%int64(up)] {
			if j := first + k; j >= 0 && j < len(in) {
				sum += weight * float64(in[j])
			}
		}
		out[i] = clip(sum)
	}
	return out
}

// kernels has, for each place between two samples, the weight of the 2*reach samples around it.
func kernels(up, reach int, cut float64) [][]float64 {
	phases := make([][]float64, up)
	for p := range phases {
		phases[p] = make([]float64, 2*reach)
		total := 0.0
		for k := range phases[p] {
			d := float64(p)/float64(up) - float64(k-reach+1)
			sinc := 2 * cut
			if d != 0 {
				sinc = math.Sin(2*math.Pi*cut*d) / (math.Pi * d)
			}
			phases[p][k] = sinc * (0.5 + 0.5*math.Cos(math.Pi*d/float64(reach)))
			total += phases[p][k]
		}
		for k := range phases[p] {
			phases[p][k] /= total
		}
	}
	return phases
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func clip(v float64) int16 { return int16(math.Max(-32768, math.Min(32767, math.Round(v)))) }

// How loud speech is sent: a level that trunks expect, peaks that do not clip, and no more gain
// than a quiet recording needs, so that the noise of an empty one stays quiet.
const (
	levelRMS = 4125  // -18 dBFS
	peakMax  = 30000 // -0.8 dBFS
	gainMax  = 30    // about 30 dB
)

// level brings the parts where somebody speaks to levelRMS.
func (p PCM) level() {
	peak := 0.0
	for _, sample := range p {
		peak = math.Max(peak, math.Abs(float64(sample)))
	}
	loud := p.loudness()
	if loud == 0 {
		return
	}
	gain := min(levelRMS/loud, peakMax/peak, gainMax)
	for i, sample := range p {
		p[i] = clip(gain * float64(sample))
	}
}

// loudness is the RMS of the frames within 30 dB of the loudest one: pauses do not count.
func (p PCM) loudness() float64 {
	var energies []float64
	loudest := 0.0
	for at := 0; at < len(p); at += frame {
		part := p[at:min(at+frame, len(p))]
		energy := 0.0
		for _, sample := range part {
			energy += float64(sample) * float64(sample)
		}
		energies = append(energies, energy/float64(len(part)))
		loudest = math.Max(loudest, energies[len(energies)-1])
	}
	sum, n := 0.0, 0
	for _, energy := range energies {
		if energy > 0 && energy >= loudest/1000 {
			sum, n = sum+energy, n+1
		}
	}
	if n == 0 {
		return 0
	}
	return math.Sqrt(sum / float64(n))
}

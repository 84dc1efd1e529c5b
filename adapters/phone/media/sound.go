package media

import (
	"bytes"
	"math"
	"time"
)

const (
	rate     = 8000 // samples a second
	frame    = 160  // samples in a packet
	interval = frame * time.Second / rate
)

// PCM is mono sound at 8,000 samples a second, 16 bits each.
type PCM []int16

// Duration is how long it lasts.
func (p PCM) Duration() time.Duration { return duration(len(p)) }

// Sound makes it ready to be played, as loud as it is.
func (p PCM) Sound() Sound {
	return Sound{a: ALaw.Encode(make([]byte, 0, len(p)), p), mu: MuLaw.Encode(make([]byte, 0, len(p)), p)}
}

// Sound is ready to be sent in either law: 16 kB a second in memory. It is never changed, so one
// may be played in many calls at a time. The zero Sound lasts no time.
type Sound struct {
	a, mu   []byte
	endless bool
}

// Duration is how long one turn of it lasts.
func (s Sound) Duration() time.Duration { return duration(len(s.a)) }

// PCM is the sound as it is heard in A-law.
func (s Sound) PCM() PCM { return ALaw.Decode(make([]int16, 0, len(s.a)), s.a) }

func (s Sound) law(l Law) []byte {
	if l == ALaw {
		return s.a
	}
	return s.mu
}

// Join plays sounds one after the other; nothing of it is endless.
func Join(sounds ...Sound) Sound {
	var a, mu [][]byte
	for _, s := range sounds {
		a, mu = append(a, s.a), append(mu, s.mu)
	}
	return Sound{a: bytes.Join(a, nil), mu: bytes.Join(mu, nil)}
}

// Pause is a silence.
func Pause(d time.Duration) Sound { return make(PCM, samples(d)).Sound() }

// Tone is a beep that fades in and out within 5 ms.
func Tone(hertz float64, d time.Duration) Sound {
	pcm := make(PCM, samples(d))
	for i := range pcm {
		pcm[i] = int16(8000 * fade(i, len(pcm), rate/200) * math.Sin(2*math.Pi*hertz*float64(i)/rate))
	}
	return pcm.Sound()
}

// Music on hold is played this much below speech, and its end runs over into its beginning.
const (
	softer = 0.25 // -12 dB
	seam   = rate / 10
)

// Loop is the sound as music on hold: soft, endless and without a click where it starts again.
func (s Sound) Loop() Sound {
	pcm := s.PCM()
	over := min(seam, len(pcm)/2)
	body := pcm[:len(pcm)-over]
	for i, end := range pcm[len(body):] {
		in := float64(i) / float64(over)
		body[i] = int16(in*float64(body[i]) + (1-in)*float64(end))
	}
	for i, sample := range body {
		body[i] = int16(softer * float64(sample))
	}
	soft := PCM(body).Sound()
	soft.endless = len(body) > 0
	return soft
}

// fade is the loudness of sample i of n when both ends take edge samples to come and go.
func fade(i, n, edge int) float64 {
	return min(1, float64(i)/float64(edge), float64(n-1-i)/float64(edge))
}

func duration(n int) time.Duration { return time.Duration(n) * time.Second / rate }
func samples(d time.Duration) int  { return int(max(d, 0) * rate / time.Second) }

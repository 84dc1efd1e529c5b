// Package phonefake is people's telephones: they call, hear which sentences are said, press keys, answer
// and hang up. What they hear has gone over a real network as sound.
package phonefake

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"slices"
	"sync"

	"frontdesk/adapters/phone"
	"frontdesk/adapters/speech"
)

// A sentence is spoken as six tones, 40 ms each and 20 ms apart: one that begins, four that are its
// number, one that is their sum.
const (
	rate     = 8000
	packet   = rate / 50 // samples in 20 ms
	toneFor  = 2         // packets
	digits   = 4
	begins   = 16 // the tone that begins
	music    = 17 // the tone that is music
	loudness = 8000
)

func hertz(tone int) float64 { return 400 + 100*float64(tone) }

// Music is the tone that is heard as « ♪ », in hertz.
func Music() float64 { return hertz(music) }

// A Voice says each sentence as tones that only it can tell apart.
type Voice struct {
	mu       sync.Mutex
	numbered map[phone.Sentence]int
	texts    []string
	failing  error
}

// Fail makes the voice lose its voice, or with nil find it again.
func (v *Voice) Fail(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.failing = err
}

// Sentences implements phone.Speech, as the real voice does.
func (v *Voice) Sentences(text string) []string { return speech.Sentences(text) }

// Say implements phone.Speech.
func (v *Voice) Say(_ context.Context, s phone.Sentence) ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.failing != nil {
		return nil, v.failing
	}
	n, known := v.numbered[s]
	if !known {
		if v.numbered == nil {
			v.numbered = map[phone.Sentence]int{}
		}
		n = len(v.texts)
		text := s.Text
		if s.Slow {
			text = "(lentement) " + text
		}
		v.texts = append(v.texts, text)
		v.numbered[s] = n
	}
	return wav(tones(n)), nil
}

// Said are all sentences that it ever had to say.
func (v *Voice) Said() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.texts)
}

// text is what a number stands for.
func (v *Voice) text(n int) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if n >= len(v.texts) {
		return "(quelque chose)"
	}
	return v.texts[n]
}

func tones(n int) []int {
	all, sum := []int{begins}, 0
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		digit := n >> shift & 15
		all = append(all, digit)
		sum += digit
	}
	return append(all, sum&15)
}

// wav is a file of tones.
func wav(tones []int) []byte {
	var samples []int16
	for _, t := range tones {
		for i := range toneFor * packet {
			samples = append(samples, int16(loudness*math.Sin(2*math.Pi*hertz(t)*float64(i)/rate)))
		}
		samples = append(samples, make([]int16, packet)...)
	}
	var b bytes.Buffer
	size := uint32(2 * len(samples))
	b.WriteString("RIFF")
	for _, field := range []any{36 + size, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16), []byte("data"), size, samples} {
		_ = binary.Write(&b, binary.LittleEndian, field) // into memory
	}
	return b.Bytes()
}

// An ear makes sentences of sound, packet by packet.
type ear struct {
	voice *Voice
	last  int // the tone of the packet before; -1: silence
	run   int // of how many packets
	got   []int
	tell  func(string)
}

func (e *ear) hear(samples []int16) {
	tone := dominant(samples)
	if tone == e.last {
		if e.run++; tone == music && e.run == 10 {
			e.tell("♪")
		}
		return
	}
	if e.last >= 0 && e.last != music {
		e.symbol(e.last)
	}
	e.last, e.run = tone, 1
}

// quiet is how many packets of silence it has heard since the last tone.
func (e *ear) quiet() int {
	if e.last >= 0 {
		return 0
	}
	return e.run
}

func (e *ear) symbol(tone int) {
	if tone == begins {
		e.got = e.got[:0]
		return
	}
	e.got = append(e.got, tone)
	if len(e.got) != digits+1 {
		return
	}
	n, sum := 0, 0
	for _, d := range e.got[:digits] {
		n, sum = n<<4|d, sum+d
	}
	if sum&15 == e.got[digits] {
		e.tell(e.voice.text(n))
	}
}

// dominant is the tone of a packet, -1 when it is silent.
func dominant(samples []int16) int {
	best, tone, energy := 0.0, -1, 0.0
	for _, s := range samples {
		energy += float64(s) * float64(s)
	}
	if energy < 1e6 {
		return -1
	}
	for t := range music + 1 {
		if p := goertzel(samples, hertz(t)); p > best {
			best, tone = p, t
		}
	}
	return tone
}

// goertzel is the power of one frequency.
func goertzel(samples []int16, frequency float64) float64 {
	turn := 2 * math.Cos(2*math.Pi*frequency/rate)
	var a, b float64
	for _, s := range samples {
		a, b = float64(s)+turn*a-b, a
	}
	return a*a + b*b - turn*a*b
}

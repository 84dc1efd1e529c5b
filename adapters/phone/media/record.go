package media

import (
	"context"
	"errors"
	"slices"
	"time"
)

// ErrRecording says that the stream is being recorded already.
var ErrRecording = errors.New("the stream is being recorded")

// How a recording is put in order: so many packets wait for one that is missing, and a pause is
// written as silence, but not longer than it can be meant.
const (
	depth      = 5
	longestGap = 5 * rate
)

// Record records what the peer says until ctx ends, or a pause of so long, or for so long as longest. What
// was recorded is always returned; the error is nil, ErrClosed when the stream was closed meanwhile, or
// ErrRecording. Whoever calls it has told the person before.
func (s *Stream) Record(ctx context.Context, longest, pause time.Duration) (PCM, error) {
	r := &recording{limit: samples(longest), full: make(chan struct{}), loud: time.Now()}
	s.mu.Lock()
	switch {
	case s.closed:
		s.mu.Unlock()
		return nil, ErrClosed
	case s.record != nil:
		s.mu.Unlock()
		return nil, ErrRecording
	}
	s.record = r
	s.mu.Unlock()
	timer := time.NewTimer(longest + 2*depth*interval) // a silent peer sends nothing to be counted
	defer timer.Stop()
	look := time.NewTicker(pause / 10)
	defer look.Stop()
	var err error
	for recording := true; recording; {
		recording = false
		select {
		case <-r.full:
		case <-timer.C:
		case <-ctx.Done():
		case <-s.done:
			err = ErrClosed
		case now := <-look.C:
			s.mu.Lock()
			recording = now.Sub(r.loud) < pause
			s.mu.Unlock()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record = nil
	return r.finish(), err
}

// piece is one packet of sound.
type piece struct {
	source   uint32
	sequence uint16
	clock    uint32
	law      Law
	codes    []byte
}

// recording puts packets in order and fills what is missing.
type recording struct {
	limit    int
	full     chan struct{} // closed at the limit
	pcm      PCM
	begun    bool
	source   uint32
	sequence uint16 // expected next
	clock    uint32
	waiting  []piece   // in order
	loud     time.Time // when something was heard last
}

// push takes a packet; it copies what it keeps.
func (r *recording) push(p piece) {
	if len(r.pcm) >= r.limit {
		return
	}
	distance := int16(p.sequence - r.sequence)
	switch {
	case !r.begun:
		r.begin(p)
	case p.source != r.source, abs(int32(distance)) > restart:
		r.drain(0)
		r.begin(p)
	case distance < 0:
		return // too late
	}
	at, found := slices.BinarySearchFunc(r.waiting, p, func(a, b piece) int { return int(int16(a.sequence - b.sequence)) })
	if found {
		return // twice
	}
	p.codes = slices.Clone(p.codes)
	r.waiting = slices.Insert(r.waiting, at, p)
	r.drain(depth)
	if len(r.pcm) >= r.limit {
		close(r.full)
	}
}

func (r *recording) begin(p piece) {
	r.begun, r.source, r.sequence, r.clock = true, p.source, p.sequence, p.clock
}

// drain writes what is in order, and more when more than kept packets wait.
func (r *recording) drain(kept int) {
	n := 0
	for n < len(r.waiting) && (r.waiting[n].sequence == r.sequence || len(r.waiting)-n > kept) {
		r.write(r.waiting[n])
		n++
	}
	r.waiting = slices.Delete(r.waiting, 0, n)
}

func (r *recording) write(p piece) {
	if gap := int32(p.clock - r.clock); gap > 0 {
		r.pcm = append(r.pcm, make(PCM, min(gap, longestGap))...)
	}
	from := len(r.pcm)
	r.pcm = p.law.Decode(r.pcm, p.codes)
	if r.pcm[from:].loud() {
		r.loud = time.Now()
	}
	r.sequence, r.clock = p.sequence+1, p.clock+uint32(len(p.codes))
}

func (r *recording) finish() PCM {
	r.drain(0)
	return r.pcm[:min(len(r.pcm), r.limit)]
}

// loudness is the mean amplitude from which a frame is speech and no line noise: about -45 dBFS.
const loudness = 180

// loud says whether anything but the noise of a line is heard on average.
func (p PCM) loud() bool {
	sum := 0
	for _, sample := range p {
		sum += int(max(sample, -sample))
	}
	return len(p) > 0 && sum/len(p) >= loudness
}

// Speech is what lies between the silences before and after somebody speaks; nothing when nobody does.
func (p PCM) Speech() PCM {
	const frame = rate / 50
	first, last, heard := len(p), 0, 0
	for from := 0; from+frame <= len(p); from += frame {
		if p[from : from+frame].loud() {
			first, last = min(first, from), from+frame
			heard++
		}
	}
	if heard < 5 { // 100 ms: a click is no word
		return nil
	}
	const rest = 10 * frame
	return p[max(0, first-rest):min(len(p), last+rest)]
}

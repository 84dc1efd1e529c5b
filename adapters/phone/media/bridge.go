package media

import (
	"context"

	"github.com/pion/rtp"
)

// patience is how many ticks a bridge waits for the other side before it sends silence, so that
// jitter does not show and a listener is not taken for gone.
const patience = 5

// relay maps packets of another stream onto ours: their distances in time and order are kept, so
// the listener's own buffer deals with jitter and loss.
type relay struct {
	begun     bool
	source    uint32 // SSRC of the other side
	idle      int    // ticks since the last packet
	sequence  uint16 // what to add to theirs
	clock     uint32
	first     uint16 // of ours in this run: nothing before it is sent, so no number is sent twice
	sentUntil uint32 // our clock after the last packet
}

// flows counts a tick and says whether the other side still sends.
func (r *relay) flows() bool {
	r.idle++
	return r.begun && r.idle <= patience
}

// yield ends a run: our own packets go on after what was relayed.
func (r *relay) yield(o *outgoing) {
	if !r.begun {
		return
	}
	r.begun = false
	if int32(o.clock-r.sentUntil) < 0 {
		o.clock = r.sentUntil
	}
}

// Bridge lets two peers hear each other until ctx ends or a stream is closed; it returns ctx.Err()
// or ErrClosed. Keys are read as before and are not passed on. What is played on a stream is heard
// instead of the other side.
func Bridge(ctx context.Context, a, b *Stream) error {
	a.connect(b)
	b.connect(a)
	defer a.connect(nil)
	defer b.connect(nil)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-a.done:
	case <-b.done:
	}
	return ErrClosed
}

func (s *Stream) connect(other *Stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bridge = other
	s.out.relay.yield(&s.out)
}

// passed is a packet of the other side on its way. Of its header, whatever extensions it had, only
// the twelve bytes before the payload are left, and they are overwritten.
type passed struct {
	packet   []byte
	law      Law
	sequence uint16
	clock    uint32
	source   uint32
	marker   bool
}

// pass sends a packet of the other side to our peer.
func (s *Stream) pass(p passed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, r := &s.out, &s.out.relay
	if s.closed || s.bridge == nil || s.playing != nil || !s.sending() {
		return
	}
	if !r.begun || r.source != p.source || abs(int32(p.clock+r.clock-o.clock)) > rate {
		r.yield(o)
		*r = relay{begun: true, source: p.source, sequence: o.sequence - p.sequence, clock: o.clock - p.clock,
			first: o.sequence, sentUntil: r.sentUntil}
		p.marker = true
	}
	sequence, clock := p.sequence+r.sequence, p.clock+r.clock
	if int16(sequence-r.first) < 0 {
		return // from before this run
	}
	r.idle = 0
	s.agreed.send.law.transcode(p.packet[headerSize:], p.law)
	until := r.sentUntil
	s.transmit(p.packet, sequence, clock, p.marker)
	if int32(r.sentUntil-until) < 0 {
		r.sentUntil = until
	}
	if int16(sequence+1-o.sequence) > 0 {
		o.sequence = sequence + 1
	}
}

func abs(v int32) int32 { return max(v, -v) }

func passedFrom(h *rtp.Header, packet []byte, law Law) passed {
	return passed{packet: packet, law: law, sequence: h.SequenceNumber, clock: h.Timestamp, source: h.SSRC, marker: h.Marker}
}

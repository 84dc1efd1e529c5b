package media

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/pion/rtp"
)

// ErrReplaced ends a Play when another one began.
var ErrReplaced = errors.New("another sound took its place")

const headerSize = 12

// outgoing is what we send: its clock runs whether or not anything is sent.
type outgoing struct {
	ssrc, clock     uint32
	sequence        uint16
	marker          bool // the next packet begins a talkspurt
	packet          [headerSize + frame]byte
	sealed          []byte     // the same encrypted
	header          rtp.Header // … for which it is read again
	packets, octets uint64
	relay           relay
}

// newOutgoing begins at random numbers, as RFC 3550 §5.1 wants.
func newOutgoing() outgoing {
	clock := rand.Uint32()
	return outgoing{ssrc: rand.Uint32(), clock: clock, sequence: uint16(rand.Uint32()), marker: true, relay: relay{sentUntil: clock}}
}

// playback is one Play.
type playback struct {
	sound Sound
	at    int           // next sample
	sent  int           // samples
	ended chan struct{} // closed after err is set
	err   error
}

// Play sends a sound and returns when its last packet left or ctx ended. It returns how much of it
// was sent, and nil, ctx.Err(), ErrClosed or ErrReplaced. After it returned, nothing of the sound is
// sent any more. A sound waits before the first agreement and while the peer holds the call.
func (s *Stream) Play(ctx context.Context, sound Sound) (time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	p := &playback{sound: sound, ended: make(chan struct{})}
	s.mu.Lock()
	switch {
	case s.closed:
		s.mu.Unlock()
		return 0, ErrClosed
	case len(sound.a) == 0:
		s.mu.Unlock()
		return 0, nil
	}
	s.endPlay(ErrReplaced)
	s.playing = p
	s.mu.Unlock()
	select {
	case <-p.ended:
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.playing == p {
		s.playing = nil
		p.err = ctx.Err()
	}
	return duration(p.sent), p.err
}

// endPlay ends what is being played, if anything is.
func (s *Stream) endPlay(err error) {
	if p := s.playing; p != nil {
		s.playing, p.err = nil, err
		close(p.ended)
	}
}

// tick is called every 20 ms; missed is how many times it should have been called and was not.
func (s *Stream) tick(now time.Time, missed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.watch(now)
	s.sendReport(now)
	s.out.clock += uint32(missed) * frame
	s.out.marker = s.out.marker || missed > 0
	switch {
	case !s.sending():
		s.out.marker = true
		s.out.relay.begun = false
	case s.bridge != nil && s.playing == nil && s.out.relay.flows():
	default:
		s.sendFrame()
	}
	s.out.clock += frame
}

// sending says that the peer can and wants to be sent sound.
func (s *Stream) sending() bool { return !s.agreed.held && s.route.remote.IsValid() }

// sendFrame sends 20 ms of what is played, or of silence.
func (s *Stream) sendFrame() {
	o, law := &s.out, s.agreed.send.law
	o.relay.yield(o)
	payload := o.packet[headerSize:]
	n := 0
	if s.playing != nil {
		n = s.nextSound(payload, law)
	}
	for ; n < frame; n++ {
		payload[n] = law.silence()
	}
	s.transmit(o.packet[:], o.sequence, o.clock, o.marker)
	o.sequence++
	o.marker = false
}

// nextSound copies the next part of what is played and ends it with its last part.
func (s *Stream) nextSound(payload []byte, law Law) int {
	p := s.playing
	codes := p.sound.law(law)
	n := copy(payload, codes[p.at:])
	p.at += n
	if p.at == len(codes) && p.sound.endless {
		p.at = copy(payload[n:], codes)
		n += p.at
	}
	p.sent += n
	if p.at == len(codes) && !p.sound.endless {
		s.endPlay(nil)
	}
	return n
}

// transmit writes the header into the first bytes of packet and sends it.
func (s *Stream) transmit(packet []byte, sequence uint16, clock uint32, marker bool) {
	o := &s.out
	packet[0], packet[1] = 2<<6, s.agreed.send.kind
	if marker {
		packet[1] |= 0x80
	}
	binary.BigEndian.PutUint16(packet[2:], sequence)
	binary.BigEndian.PutUint32(packet[4:], clock)
	binary.BigEndian.PutUint32(packet[8:], o.ssrc)
	o.packets++
	o.octets += uint64(len(packet) - headerSize)
	o.relay.sentUntil = clock + uint32(len(packet)-headerSize)
	if s.guard.out != nil {
		sealed, err := s.guard.out.EncryptRTP(o.sealed[:0], packet, &o.header)
		if err != nil {
			s.room.count.failed.Add(1)
			return
		}
		o.sealed, packet = sealed, sealed
	}
	if _, err := s.sound.WriteToUDPAddrPort(packet, s.route.remote); err != nil {
		s.room.count.failed.Add(1) // a full buffer or an unreachable peer: as if lost on the way
		return
	}
	s.room.count.sent.Add(1)
}

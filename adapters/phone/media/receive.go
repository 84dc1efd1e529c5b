package media

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/pion/rtp"
)

// The largest datagrams taken: 60 ms of sound and the longest header are far below, and so is what two
// people's telephones have to report.
const (
	maxPacket = 1500
	maxReport = 512
)

// incoming is what we hear, counted as RFC 3550 A.1, A.3 and A.8 do.
type incoming struct {
	header           rtp.Header // of the packet at hand
	heardAt          time.Time
	packets, late    uint64
	strangers        uint64
	begun            bool
	source           uint32
	first, highest   uint32 // sequence numbers with their turns
	received         uint32 // of this source
	lostBefore       uint64 // of earlier sources
	transit          uint32
	jitter           float64 // samples
	expectedAtReport uint32
	receivedAtReport uint32
	events           events
	tones            *toneDetector // only without telephone-event
}

// restart is how far a sequence number may jump before it is a new beginning (RFC 3550 A.1).
const restart = 3000

func (in *incoming) count(now time.Time, epoch time.Time, sound bool) {
	in.packets++
	in.heardAt = now
	h := &in.header
	distance := int16(h.SequenceNumber - uint16(in.highest))
	switch {
	case !in.begun || h.SSRC != in.source || abs(int32(distance)) > restart:
		in.begin(h)
	case distance > 0:
		in.highest += uint32(distance)
	default:
		in.late++
	}
	in.received++
	if sound {
		in.measure(uint32(now.Sub(epoch)*rate/time.Second) - h.Timestamp)
	}
}

func (in *incoming) begin(h *rtp.Header) {
	in.lostBefore = in.lost()
	in.begun, in.source = true, h.SSRC
	in.first, in.highest = uint32(h.SequenceNumber), uint32(h.SequenceNumber)
	in.received, in.expectedAtReport, in.receivedAtReport = 0, 0, 0
	in.transit = 0
}

// measure follows the jitter. The first packet has nothing to be compared with.
func (in *incoming) measure(transit uint32) {
	if in.transit != 0 {
		in.jitter += (float64(abs(int32(transit-in.transit))) - in.jitter) / 16
	}
	in.transit = transit
}

func (in *incoming) expected() uint32 {
	if !in.begun {
		return 0
	}
	return in.highest - in.first + 1
}

func (in *incoming) lost() uint64 {
	return in.lostBefore + uint64(max(0, int64(in.expected())-int64(in.received)))
}

// listen reads RTP until its socket is closed.
func (s *Stream) listen(socket *net.UDPConn) {
	read(socket, maxPacket, func(packet []byte, from netip.AddrPort) {
		if len(packet) >= headerSize && packet[0]>>6 == 2 && !isReport(packet[1]) {
			s.receive(packet, from, time.Now())
		}
	})
}

// isReport tells RTCP from RTP on one port (RFC 5761 §4).
func isReport(second byte) bool { return second >= 192 && second <= 223 }

// read hands every datagram of at most so many bytes to take until the socket is closed.
func read(socket *net.UDPConn, most int, take func([]byte, netip.AddrPort)) {
	buffer := make([]byte, most)
	for {
		n, from, err := socket.ReadFromUDPAddrPort(buffer)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			time.Sleep(interval) // of one packet, such as a port that was unreachable
		default:
			take(buffer[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()))
		}
	}
}

// receive takes one packet of RTP, and passes it on when the stream is bridged. The other stream is
// locked only after this one is free.
func (s *Stream) receive(packet []byte, from netip.AddrPort, now time.Time) {
	other, p := s.take(packet, from, now)
	if other != nil {
		other.pass(p)
	}
}

func (s *Stream) take(packet []byte, from netip.AddrPort, now time.Time) (*Stream, passed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind := packet[1] & 0x7f
	sound := slices.IndexFunc(s.agreed.hear, func(c codec) bool { return c.kind == kind })
	event := slices.Contains(s.agreed.events, kind)
	switch {
	case s.closed, sound < 0 && !event && kind != comfortNoise:
		return nil, passed{}
	case !s.route.admits(from, now), kind == comfortNoise && !s.route.latched:
		s.stranger()
		return nil, passed{}
	}
	packet, at, good := s.unseal(packet)
	if !good {
		s.stranger()
		return nil, passed{}
	}
	payload := packet[at:]
	s.route.latch(from)
	s.room.count.received.Add(1)
	s.in.count(now, s.room.wheel.start, sound >= 0)
	switch {
	case event:
		if key, pressed := s.in.events.read(s.in.header.SSRC, s.in.header.Timestamp, payload); pressed {
			s.press(key, byEvent, now)
		}
		return nil, passed{}
	case sound < 0 || len(payload) == 0:
		return nil, passed{}
	}
	law := s.agreed.hear[sound].law
	s.hear(law, payload, now)
	return s.bridge, passedFrom(&s.in.header, packet[at-headerSize:], law)
}

// unseal decrypts a packet, takes padding off and finds where its payload begins.
func (s *Stream) unseal(packet []byte) (plain []byte, at int, good bool) {
	var err error
	if s.guard.in != nil {
		if packet, err = s.guard.in.DecryptRTP(packet, packet, &s.in.header); err != nil {
			return nil, 0, false
		}
	}
	if at, err = s.in.header.Unmarshal(packet); err != nil {
		return nil, 0, false
	}
	end := len(packet)
	if s.in.header.Padding {
		end -= int(packet[end-1])
	}
	if at > end {
		return nil, 0, false
	}
	return packet[:end], at, true
}

func (s *Stream) stranger() {
	s.in.strangers++
	s.room.count.strangers.Add(1)
}

// hear looks for keys in sound and records it.
func (s *Stream) hear(law Law, payload []byte, now time.Time) {
	if s.in.tones != nil {
		s.in.tones.hear(law, payload, func(key Key) { s.press(key, byTone, now) })
	}
	if s.record != nil {
		s.record.push(piece{s.in.header.SSRC, s.in.header.SequenceNumber, s.in.header.Timestamp, law, payload})
	}
}

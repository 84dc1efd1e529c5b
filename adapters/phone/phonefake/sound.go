package phonefake

import (
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/adapters/phone/media"
)

// sound is one talk's packets: G.711 A-law and RFC 4733, and nothing else.
type sound struct {
	conn   *net.UDPConn
	peer   atomic.Pointer[netip.AddrPort]
	ear    ear
	heard  chan string
	keys   chan rune
	hum    atomic.Int64
	quiet  atomic.Int64 // packets of silence since the last tone
	closed chan struct{}

	mu   sync.Mutex
	last map[int64]int64 // tone → when it was heard, Unix milliseconds
}

const (
	keyEvent = 101 // the payload type of keys
	onItsWay = 5 * time.Second
)

func listen(voice *Voice) (*sound, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("telephone: %w", err)
	}
	s := &sound{conn: conn, heard: make(chan string, 256), keys: make(chan rune, 64), closed: make(chan struct{}), last: map[int64]int64{}}
	s.ear = ear{voice: voice, last: -1, tell: func(text string) {
		select {
		case s.heard <- text:
		default: // nobody listens any more
		}
	}}
	go s.receive()
	go s.send()
	return s, nil
}

func (s *sound) describe() []byte {
	port := s.conn.LocalAddr().(*net.UDPAddr).Port
	return fmt.Appendf(nil, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP 8 %d\r\n"+
		"a=rtpmap:8 PCMA/8000\r\na=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\na=ptime:20\r\na=sendrecv\r\n", port, keyEvent, keyEvent, keyEvent)
}

// Offer implements signal.Media.
func (s *sound) Offer() ([]byte, error) { return s.describe(), nil }

// Answer implements signal.Media.
func (s *sound) Answer(offer []byte) ([]byte, error) { return s.describe(), s.Accept(offer) }

// Accept implements signal.Media.
func (s *sound) Accept(answer []byte) error {
	host, port := "", 0
	for line := range strings.Lines(string(answer)) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "c=IN IP4 "); ok {
			host = rest
		}
		_, _ = fmt.Sscanf(line, "m=audio %d", &port)
	}
	at, err := netip.ParseAddr(host)
	if err != nil || port == 0 {
		return fmt.Errorf("telephone: no address of sound")
	}
	peer := netip.AddrPortFrom(at, uint16(port))
	s.peer.Store(&peer)
	return nil
}

// Info implements signal.Media.
func (s *sound) Info(rune) {}

// Close implements signal.Media. What is on its way is still heard.
func (s *sound) Close() error {
	close(s.closed)
	return s.conn.SetReadDeadline(time.Now().Add(onItsWay))
}

func (s *sound) lastAt(tone float64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last[int64(tone)]
}

func (s *sound) receive() {
	defer s.conn.Close()
	buffer := make([]byte, 1500)
	var samples []int16
	for {
		n, _, err := s.conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		if n != 12+packet || buffer[1]&0x7f != 8 {
			continue
		}
		samples = media.ALaw.Decode(samples[:0], buffer[12:n])
		s.ear.hear(samples)
		s.quiet.Store(int64(s.ear.quiet()))
		s.noteHums(samples)
	}
}

// noteHums remembers when another person's tone was heard: those are multiples of 50 Hz that no sentence has.
func (s *sound) noteHums(samples []int16) {
	for _, tone := range []float64{2350, 2450} {
		if goertzel(samples, tone) > 1e10 {
			s.mu.Lock()
			s.last[int64(tone)] = time.Now().UnixMilli()
			s.mu.Unlock()
		}
	}
}

// send is a packet each 20 ms: a hum, a key, or silence.
func (s *sound) send() {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	at := stamp{source: uint32(time.Now().UnixNano())}
	for {
		select {
		case <-s.closed:
			return
		case key := <-s.keys:
			s.press(&at, key, tick.C)
		case <-tick.C:
			s.write(at.next(8, packet, s.samples(at.time)))
		}
	}
}

func (s *sound) samples(from uint32) []byte {
	pcm := make([]int16, packet)
	if hum := s.hum.Load(); hum != 0 {
		for i := range pcm {
			pcm[i] = int16(loudness * math.Sin(2*math.Pi*float64(hum)*float64(from+uint32(i))/rate))
		}
	}
	return media.ALaw.Encode(nil, pcm)
}

// press is a key held for 100 ms, then 100 ms of silence.
func (s *sound) press(at *stamp, key rune, tick <-chan time.Time) {
	event := byte(strings.IndexRune("0123456789*#", key))
	begun := at.time
	for i := range 8 {
		<-tick
		length, end := uint16(min(i+1, 5)*packet), byte(0)
		if i >= 5 {
			end = 0x80
		}
		s.write(at.at(keyEvent, begun, i == 0, []byte{event, end | 10, byte(length >> 8), byte(length)}))
	}
	at.time = begun + 8*packet
	for range 5 {
		<-tick
		s.write(at.next(8, packet, s.samples(at.time)))
	}
}

func (s *sound) write(b []byte) {
	if peer := s.peer.Load(); peer != nil {
		_, _ = s.conn.WriteToUDPAddrPort(b, *peer) // a lost packet is a lost packet
	}
}

// A stamp is where a stream of packets stands.
type stamp struct {
	number uint16
	time   uint32
	source uint32
}

func (a *stamp) next(kind byte, length uint32, payload []byte) []byte {
	b := a.at(kind, a.time, false, payload)
	a.time += length
	return b
}

func (a *stamp) at(kind byte, time uint32, first bool, payload []byte) []byte {
	if first {
		kind |= 0x80
	}
	b := binary.BigEndian.AppendUint16([]byte{0x80, kind}, a.number)
	a.number++
	b = binary.BigEndian.AppendUint32(b, time)
	b = binary.BigEndian.AppendUint32(b, a.source)
	return append(b, payload...)
}

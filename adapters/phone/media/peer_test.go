package media

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
)

var (
	loopback  = netip.MustParseAddr("127.0.0.1")
	loopback6 = netip.IPv6Loopback()
)

// patient is how long a test waits for what must happen.
const patient = 20 * time.Second

func testRoom(t testing.TB, change ...func(*Config)) *Room {
	t.Helper()
	base := freePort(t, loopback)
	c := Config{Hosts: []Host{{Bound: loopback}}, FirstPort: base, LastPort: base + 79}
	for _, f := range change {
		f(&c)
	}
	room, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(room.Close)
	return room
}

// freePort is the start of a range that the system does not use at the moment, most likely.
func freePort(t testing.TB, host netip.Addr) int {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(host, 0)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return min(conn.LocalAddr().(*net.UDPAddr).Port+1, 65000) &^ 1
}

func testStream(t testing.TB, r *Room) *Stream {
	t.Helper()
	s, err := r.Open(r.config.Hosts[0].Bound, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// peer is a telephone of the tests: a socket that keeps what it hears.
type peer struct {
	t        testing.TB
	conn     *net.UDPConn
	to       netip.AddrPort
	sequence uint16
	clock    uint32
	source   uint32
	kind     uint8
	mu       sync.Mutex
	heard    []rtp.Packet
}

func newPeer(t testing.TB, host netip.Addr) *peer {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(host, 0)))
	if err != nil {
		t.Skipf("no socket on %v: %v", host, err)
	}
	p := &peer{t: t, conn: conn, sequence: 65500, clock: 1 << 31, source: 0xfeed, kind: 8}
	t.Cleanup(func() { conn.Close() })
	go p.listen()
	return p
}

func (p *peer) listen() {
	buffer := make([]byte, 2048)
	for {
		n, _, err := p.conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		var packet rtp.Packet
		if packet.Unmarshal(append([]byte(nil), buffer[:n]...)) == nil {
			p.mu.Lock()
			p.heard = append(p.heard, packet)
			p.mu.Unlock()
		}
	}
}

func (p *peer) address() netip.AddrPort { return p.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

// describe is the peer's description; formats such as "8 0 101", more attribute lines after.
func (p *peer) describe(formats string, lines ...string) []byte {
	return describe(p.address(), "RTP/AVP", formats, lines...)
}

func describe(at netip.AddrPort, profile, formats string, lines ...string) []byte {
	family := "IP4"
	if at.Addr().Is6() {
		family = "IP6"
	}
	body := fmt.Sprintf("v=0\r\no=- 7 7 IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\nm=audio %d %s %s\r\n",
		family, at.Addr(), family, at.Addr(), at.Port(), profile, formats)
	if strings.Contains(formats, "101") {
		body += "a=rtpmap:101 telephone-event/8000\r\n"
	}
	for _, line := range lines {
		body += line + "\r\n"
	}
	return []byte(body)
}

// call agrees with a stream: the peer offers.
func (p *peer) call(s *Stream, formats string, lines ...string) *description {
	p.t.Helper()
	answer, err := s.Answer(p.describe(formats, lines...))
	if err != nil {
		p.t.Fatal(err)
	}
	d, err := parse(answer, true)
	if err != nil {
		p.t.Fatalf("our answer: %v\n%s", err, answer)
	}
	p.to, p.kind = d.address, d.codecs[0].kind
	return d
}

func (p *peer) write(packet rtp.Packet) {
	p.t.Helper()
	raw, err := packet.Marshal()
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.conn.WriteToUDPAddrPort(raw, p.to); err != nil {
		p.t.Fatal(err)
	}
}

// packet is the next one of sound.
func (p *peer) packet(payload []byte) rtp.Packet {
	packet := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: p.kind, SequenceNumber: p.sequence,
		Timestamp: p.clock, SSRC: p.source}, Payload: payload}
	p.sequence++
	p.clock += uint32(len(payload))
	return packet
}

func (p *peer) say(payload []byte) { p.t.Helper(); p.write(p.packet(payload)) }

// event is one packet of a key, in the peer's numbering.
func (p *peer) event(kind uint8, event byte, clock uint32, end bool, lasted uint16) rtp.Packet {
	packet := p.packet(nil)
	packet.PayloadType, packet.Timestamp = kind, clock
	packet.Payload = []byte{event, 10, byte(lasted >> 8), byte(lasted)}
	if end {
		packet.Payload[1] |= 0x80
	}
	return packet
}

// press sends a whole key: seven packets and three copies of the end.
func (p *peer) press(kind uint8, event byte) {
	p.t.Helper()
	began := p.clock
	for i := range 10 {
		p.write(p.event(kind, event, began, i >= 7, uint16(frame*(min(i, 7)+1))))
	}
	p.clock += 8 * frame
}

func (p *peer) all() []rtp.Packet {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]rtp.Packet(nil), p.heard...)
}

// sound is all payloads heard so far.
func (p *peer) sound() []byte {
	var codes []byte
	for _, packet := range p.all() {
		codes = append(codes, packet.Payload...)
	}
	return codes
}

// waitFor waits until something is true.
func waitFor(t testing.TB, what string, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(patient); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// waitHeard waits until the peer has heard n more packets.
func (p *peer) waitHeard(n int) {
	p.t.Helper()
	n += len(p.all())
	waitFor(p.t, "packets", func() bool { return len(p.all()) >= n })
}

func waitKey(t testing.TB, s *Stream) rune {
	t.Helper()
	select {
	case key := <-s.Keys():
		return key.Rune()
	case <-time.After(patient):
		t.Fatal("no key came")
		return 0
	}
}

// noKey says that none waits.
func noKey(t testing.TB, s *Stream) {
	t.Helper()
	select {
	case key := <-s.Keys():
		t.Errorf("a key too many: %c", key.Rune())
	default:
	}
}

func playAll(t testing.TB, s *Stream, sound Sound) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patient)
	defer cancel()
	if played, err := s.Play(ctx, sound); err != nil || played != sound.Duration() {
		t.Fatalf("played %v of %v: %v", played, sound.Duration(), err)
	}
}

func wantError(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

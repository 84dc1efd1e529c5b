package media

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// reportNow sends a report without waiting for its time.
func (s *Stream) reportNow(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.report.next = now
	s.sendReport(now)
}

// listenerOf is a socket for RTCP, and what it reads.
func listenerOf(t *testing.T) (*net.UDPConn, func() []rtcp.Packet) {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn, func() []rtcp.Packet {
		buffer := make([]byte, 1500)
		_ = conn.SetReadDeadline(time.Now().Add(patient))
		n, _, err := conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			t.Fatal(err)
		}
		packets, err := rtcp.Unmarshal(buffer[:n])
		if err != nil {
			t.Fatal(err)
		}
		return packets
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	room := testRoom(t)
	s, p := testStream(t, room), newPeer(t, loopback)
	conn, reports := listenerOf(t)
	at := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	p.call(s, "8 101", fmt.Sprint("a=rtcp:", at.Port()))
	for i := range 20 {
		packet := p.packet(make([]byte, frame))
		if i != 5 && i != 6 { // two are lost
			p.write(packet)
		}
	}
	waitFor(t, "18 packets", func() bool { return s.Stats().Received == 18 })
	p.waitHeard(2)
	now := time.Now()
	s.reportNow(now)
	got := reports()
	sender, ours := got[0].(*rtcp.SenderReport)
	if !ours || sender.SSRC != p.all()[0].SSRC || sender.PacketCount < 2 || sender.OctetCount != frame*sender.PacketCount || sender.NTPTime>>32 != uint64(now.Unix()+2_208_988_800) {
		t.Fatalf("%v", got[0])
	}
	if r := sender.Reports[0]; r.SSRC != p.source || r.TotalLost != 2 || r.FractionLost != 256*2/20 || r.LastSequenceNumber != 65500+19 {
		t.Errorf("%+v", r)
	}
	name := got[1].(*rtcp.SourceDescription).Chunks[0].Items
	if len(name) != 1 || name[0].Type != rtcp.SDESCNAME || len(name[0].Text) != 16 || name[0].Text == newReporting().name {
		t.Errorf("%+v", name)
	}

	answer, err := rtcp.Marshal([]rtcp.Packet{&rtcp.SenderReport{SSRC: p.source, NTPTime: 0x1122334455667788,
		Reports: []rtcp.ReceptionReport{{SSRC: 1, TotalLost: 9}, {SSRC: sender.SSRC, TotalLost: 3, LastSenderReport: uint32(sender.NTPTime >> 16)}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.WriteToUDPAddrPort(answer, netip.AddrPortFrom(loopback, uint16(s.port+1))); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "what the peer lost", func() bool { return s.Stats().PeerLost == 3 })
	if trip := s.Stats().RoundTrip; trip < 0 || trip > patient {
		t.Errorf("round trip %v", trip)
	}
	p.call(s, "8 101", "a=inactive", fmt.Sprint("a=rtcp:", at.Port()))
	s.reportNow(now)
	reports() // still a sender's
	s.reportNow(now.Add(time.Second))
	receiver, listens := reports()[0].(*rtcp.ReceiverReport)
	if !listens || receiver.Reports[0].LastSenderReport != 0x33445566 || receiver.Reports[0].FractionLost != 0 {
		t.Errorf("%+v", receiver)
	}
	s.Close()
	goodbye := reports()
	if bye, said := goodbye[len(goodbye)-1].(*rtcp.Goodbye); !said || bye.Sources[0] != sender.SSRC {
		t.Errorf("%v", goodbye)
	}
}

func TestReportsFollowTheRoute(t *testing.T) {
	now := time.Now()
	address := func(port uint16) netip.AddrPort { return netip.AddrPortFrom(loopback, port) }
	var r route
	r.signal(address(4000), netip.AddrPort{}, now)
	if r.reports != address(4001) {
		t.Error(r.reports)
	}
	r.latch(address(5000))
	if r.reports != address(5001) {
		t.Error(r.reports)
	}
	r.signal(address(6000), address(6005), now)
	r.latch(address(7000))
	if r.reports != address(6005) {
		t.Error("what the peer said was not kept:", r.reports)
	}
}

func TestReportsOfStrangersAreDropped(t *testing.T) {
	s := testStream(t, testRoom(t))
	if _, err := s.Answer(describe(somebody, "RTP/AVP", "8")); err != nil {
		t.Fatal(err)
	}
	was := s.route.reports
	bye, err := (&rtcp.ReceiverReport{SSRC: 5}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	s.receiveReports(bye, netip.MustParseAddrPort("192.0.2.1:9"), time.Now())
	s.receiveReports([]byte{0x80, 200, 0, 9}, somebody, time.Now())
	if s.route.reports != was {
		t.Error("a stranger, or what is no report, moved our reports")
	}
}

func TestJitterAndLossAreCounted(t *testing.T) {
	var in incoming
	epoch := time.Unix(1000, 0)
	take := func(sequence uint16, clock uint32, source uint32, at time.Duration) {
		in.header = rtp.Header{SequenceNumber: sequence, Timestamp: clock, SSRC: source}
		in.count(epoch.Add(at), epoch, true)
	}
	for i := range 200 { // every other one 10 ms late
		take(uint16(65500+i), uint32(i*frame), 1, time.Duration(i)*interval+time.Duration(i%2)*10*time.Millisecond)
	}
	if in.jitter < 79 || in.jitter > 81 || in.lost() != 0 || in.late != 0 {
		t.Errorf("jitter %f, lost %d, late %d", in.jitter, in.lost(), in.late)
	}
	take(163, 0, 1, 4*time.Second)      // twice
	take(168, 0, 1, 4*time.Second)      // four lost
	if in.lost() != 3 || in.late != 1 { // RFC 3550: what came twice makes up for one
		t.Errorf("lost %d, late %d", in.lost(), in.late)
	}
	take(9, 0, 2, 5*time.Second) // another source: what was lost stays lost
	take(12, 0, 2, 5*time.Second)
	if in.lost() != 5 {
		t.Errorf("lost %d", in.lost())
	}
}

// FuzzPacket sends datagrams to a stream that agreed on both laws, events and encryption or not.
func FuzzPacket(f *testing.F) {
	p := &peer{t: f, source: 1, kind: 8}
	for _, packet := range []rtp.Packet{p.packet(make([]byte, frame)), p.event(101, 5, 9, false, 160), {Header: rtp.Header{Version: 2,
		Padding: true, PaddingSize: 4, CSRC: []uint32{1, 2}, PayloadType: 8}, Payload: []byte{1}}} {
		raw, err := packet.Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, raw[:13])
	}
	f.Add([]byte{0xff, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}, []byte{0x80, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	report, err := rtcp.Marshal([]rtcp.Packet{&rtcp.SenderReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: 2}}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(report, report)
	room, err := New(Config{Hosts: []Host{{Bound: loopback}}, FirstPort: 2000, LastPort: 2001})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(room.Close)
	f.Fuzz(func(t *testing.T, first, second []byte) {
		for _, secret := range []bool{false, true} {
			s := newStream(room, room.config.Hosts[0], nil, nil, 2000)
			profile, key := plainProfile, newCipher(1, suite80)
			if secret {
				s.AllowSecure()
				profile = secureProfile
			}
			if _, err := s.Answer(describe(somebody, profile, "8 0 101", "a=crypto:"+key.attribute())); err != nil {
				t.Fatal(err)
			}
			s.record = &recording{limit: rate, full: make(chan struct{})}
			for _, packet := range [][]byte{first, second} {
				s.receiveReports(append([]byte(nil), packet...), somebody, time.Now())
				if len(packet) >= headerSize {
					s.receive(append([]byte(nil), packet...), somebody, time.Now())
				}
			}
			if pcm := s.record.finish(); len(pcm) > rate {
				t.Fatalf("%d samples recorded", len(pcm))
			}
		}
	})
}

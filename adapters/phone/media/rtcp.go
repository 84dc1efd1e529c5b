package media

import (
	"crypto/rand"
	"encoding/base64"
	mrand "math/rand/v2"
	"net"
	"net/netip"
	"time"

	"github.com/pion/rtcp"
)

// reportEvery is RFC 3550 §6.2's least interval; each one is drawn from half to one and a half.
const reportEvery = 5 * time.Second

// reporting is our RTCP.
type reporting struct {
	name        string // CNAME: random for each call, so that it names nobody (RFC 7022)
	next        time.Time
	sentBefore  uint64 // packets at our last report
	theirReport uint32 // middle of the last sender report's time …
	theirAt     time.Time
	peerLost    uint32
	roundTrip   time.Duration
}

func newReporting() reporting {
	var name [12]byte
	_, _ = rand.Read(name[:]) // never fails
	return reporting{name: base64.StdEncoding.EncodeToString(name[:]), next: soon(time.Now())}
}

func soon(now time.Time) time.Time {
	return now.Add(reportEvery/2 + mrand.N(reportEvery))
}

// sendReport sends a report when it is time.
func (s *Stream) sendReport(now time.Time) {
	if now.Before(s.report.next) {
		return
	}
	s.report.next = soon(now)
	s.sendReports(s.describeSelf(now)...)
}

// sayGoodbye tells the peer that this source ends.
func (s *Stream) sayGoodbye() {
	if s.out.packets > 0 {
		s.sendReports(append(s.describeSelf(time.Now()), &rtcp.Goodbye{Sources: []uint32{s.out.ssrc}})...)
	}
}

// describeSelf is a report and our name; a sender's when we sent since the last one.
func (s *Stream) describeSelf(now time.Time) []rtcp.Packet {
	o := &s.out
	heard := s.describeHeard(now)
	var report rtcp.Packet = &rtcp.ReceiverReport{SSRC: o.ssrc, Reports: heard}
	if o.packets > s.report.sentBefore {
		report = &rtcp.SenderReport{SSRC: o.ssrc, NTPTime: ntp(now), RTPTime: o.clock,
			PacketCount: uint32(o.packets), OctetCount: uint32(o.octets), Reports: heard}
	}
	s.report.sentBefore = o.packets
	return []rtcp.Packet{report, &rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{
		Source: o.ssrc, Items: []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: s.report.name}},
	}}}}
}

// describeHeard is how the peer's sound arrives.
func (s *Stream) describeHeard(now time.Time) []rtcp.ReceptionReport {
	in := &s.in
	if !in.begun {
		return nil
	}
	expected, received := in.expected(), in.received
	since, got := expected-in.expectedAtReport, received-in.receivedAtReport
	in.expectedAtReport, in.receivedAtReport = expected, received
	r := rtcp.ReceptionReport{SSRC: in.source, LastSequenceNumber: in.highest, Jitter: uint32(in.jitter),
		TotalLost: uint32(max(0, min(int64(expected)-int64(received), 1<<23-1)))}
	if since > got {
		r.FractionLost = uint8(min(255, 256*uint64(since-got)/uint64(since)))
	}
	if !s.report.theirAt.IsZero() {
		r.LastSenderReport = s.report.theirReport
		r.Delay = uint32(now.Sub(s.report.theirAt) * 65536 / time.Second)
	}
	return []rtcp.ReceptionReport{r}
}

func (s *Stream) sendReports(packets ...rtcp.Packet) {
	if !s.route.reports.IsValid() {
		return
	}
	plain, err := rtcp.Marshal(packets)
	if err == nil && s.guard.out != nil {
		plain, err = s.guard.out.EncryptRTCP(nil, plain, nil)
	}
	if err == nil {
		_, err = s.reports.WriteToUDPAddrPort(plain, s.route.reports)
	}
	if err != nil {
		s.room.count.failed.Add(1)
	}
}

// listenReports reads RTCP until its socket is closed.
func (s *Stream) listenReports(socket *net.UDPConn) {
	read(socket, maxReport, func(packet []byte, from netip.AddrPort) { s.receiveReports(packet, from, time.Now()) })
}

func (s *Stream) receiveReports(packet []byte, from netip.AddrPort, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || !s.route.remote.IsValid() || from.Addr() != s.route.remote.Addr() {
		return
	}
	if s.guard.in != nil {
		plain, err := s.guard.in.DecryptRTCP(packet, packet, nil)
		if err != nil {
			return
		}
		packet = plain
	}
	reports, err := rtcp.Unmarshal(packet)
	if err != nil {
		return
	}
	s.route.reports = from
	for _, report := range reports {
		switch r := report.(type) {
		case *rtcp.SenderReport:
			s.report.theirReport, s.report.theirAt = uint32(r.NTPTime>>16), now
			s.heardOfUs(r.Reports, now)
		case *rtcp.ReceiverReport:
			s.heardOfUs(r.Reports, now)
		}
	}
}

// heardOfUs reads what the peer says of our sound.
func (s *Stream) heardOfUs(reports []rtcp.ReceptionReport, now time.Time) {
	for _, r := range reports {
		if r.SSRC != s.out.ssrc {
			continue
		}
		s.report.peerLost = r.TotalLost
		if trip := int32(uint32(ntp(now)>>16) - r.LastSenderReport - r.Delay); r.LastSenderReport != 0 && trip >= 0 {
			s.report.roundTrip = time.Duration(trip) * time.Second / 65536
		}
	}
}

// ntp is RFC 5905's time: seconds since 1900 and their fraction.
func ntp(t time.Time) uint64 {
	const from1900 = 2_208_988_800
	return uint64(t.Unix()+from1900)<<32 | uint64(t.Nanosecond())<<32/1e9
}

package media

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resident is the memory of this process in KiB.
func resident(b *testing.B) float64 {
	b.Helper()
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("no /proc/self/status to read memory from")
	}
	var kib float64
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	_, _ = fmt.Sscan(after, &kib)
	return kib
}

func (h *histogram) reset() {
	for i := range h.steps {
		h.steps[i].Store(0)
	}
	h.max.Store(0)
}

const (
	loadStreams = 1000
	loadTime    = 8 * time.Second
)

// loaded is what it costs to keep a thousand streams going, and how well it is done.
type loaded struct {
	share float64 // of one core
	late  *histogram
	far   heard
	more  map[string]float64
}

// BenchmarkThousandStreams plays music into a thousand streams whose peers send it back, in the clear and
// encrypted. Ceilings: 50 % of a core, p99 3 ms, jitter on the wire 3 ms in the worst stream at its worst
// moment, 40 KiB a stream, no packet lost by us. What this machine can do at the moment is measured beside
// it (raw): the same packets at the same times, from a loop that does nothing else. The figures are medians
// of as many rounds as -benchtime says.
func BenchmarkThousandStreams(b *testing.B) {
	for _, profile := range []string{plainProfile, secureProfile} {
		b.Run(strings.TrimPrefix(profile, "RTP/"), func(b *testing.B) {
			all := rounds{}
			for range b.N {
				all.note("raw-", rawStreams(b))
				all.note("", thousandStreams(b, profile))
			}
			all.report(b)
		})
	}
}

// rounds are what was measured, by what it is called.
type rounds map[string][]float64

func (r rounds) note(whose string, l loaded) {
	for what, value := range map[string]float64{
		"core-%":      100 * l.share,
		"late-p50-ms": ms(l.late.quantile(0.5)), "late-p99-ms": ms(l.late.quantile(0.99)), "late-max-ms": ms(time.Duration(l.late.max.Load())),
		"jitter-mean-ms": l.far.mean, "jitter-worst-ms": l.far.worst, "gap-worst-ms": l.far.gap,
	} {
		r[whose+what] = append(r[whose+what], value)
	}
	for what, value := range l.more {
		r[what] = append(r[what], value)
	}
}

// report tells the medians, and how busy the machine was.
func (r rounds) report(b *testing.B) {
	for what, values := range r {
		slices.Sort(values)
		b.ReportMetric(values[len(values)/2], what)
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		var load float64
		_, _ = fmt.Sscan(string(text), &load)
		b.ReportMetric(load, "load-average")
	}
	b.ReportMetric(0, "ns/op")
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }

// rawStreams sends what a thousand streams send, and throws away what comes back.
func rawStreams(b *testing.B) loaded {
	b.Helper()
	far := newFarEnd(b)
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		for buffer := make([]byte, maxPacket); ; {
			if _, _, err := conn.ReadFromUDPAddrPort(buffer); err != nil {
				return
			}
		}
	}()
	l := loaded{late: &histogram{}}
	packet := make([]byte, headerSize+frame)
	packet[0], packet[1] = 2<<6, 8
	start, turn := time.Now(), 0
	sends := func(until time.Time) {
		for ; time.Now().Before(until); turn++ {
			deadline := start.Add(time.Duration(turn) * interval / phases)
			time.Sleep(time.Until(deadline))
			missed := time.Since(deadline) / interval // skipped, as the wheel does
			turn, deadline = turn+int(missed)*phases, deadline.Add(missed*interval)
			binary.BigEndian.PutUint32(packet[4:], uint32(turn/phases*frame))
			for i := range loadStreams / phases {
				l.late.add(time.Since(deadline))
				binary.BigEndian.PutUint32(packet[8:], uint32(turn%phases*loadStreams/phases+i))
				if _, err := conn.WriteToUDPAddrPort(packet, far.addresses[i%2]); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	sends(start.Add(time.Second))
	l.late.reset()
	far.afresh()
	used, began := cpu(), time.Now()
	sends(began.Add(loadTime))
	l.share = float64(cpu()-used) / float64(time.Since(began))
	l.far = far.stop()
	conn.Close()
	return l
}

// thousandStreams is the room under load.
func thousandStreams(b *testing.B, profile string) loaded {
	b.Helper()
	far := newFarEnd(b)
	base := freePort(b, loopback) % 20000
	room, err := New(Config{Hosts: []Host{{Bound: loopback}}, FirstPort: 10000 + base, LastPort: 10000 + base + 3*loadStreams})
	if err != nil {
		b.Fatal(err)
	}
	music := speechlike(10*rate, 1).Sound().Loop()
	before := resident(b)
	ctx, cancel := context.WithCancel(context.Background())
	var playing sync.WaitGroup
	var streams []*Stream
	for i := range loadStreams {
		s, err := room.Open(loopback, nil)
		if err != nil {
			b.Fatal(err)
		}
		s.answersEcho(b, far.addresses[i%2], profile)
		playing.Go(func() { _, _ = s.Play(ctx, music) })
		streams = append(streams, s)
	}
	time.Sleep(time.Second)
	room.wheel.late.reset()
	far.afresh()
	l := loaded{late: &room.wheel.late}
	used, began := cpu(), time.Now()
	time.Sleep(loadTime)
	l.share = float64(cpu()-used) / float64(time.Since(began))
	each := (resident(b) - before) / loadStreams
	cancel()
	playing.Wait()
	for _, s := range streams { // the echo of what was sent comes back
		s.mu.Lock()
		s.agreed.held = true
		s.mu.Unlock()
	}
	time.Sleep(300 * time.Millisecond)
	l.far = far.stop()
	end := room.Stats()
	room.Close()
	l.more = map[string]float64{
		"KiB/stream": each, "packets": float64(end.Sent), "skipped": float64(end.Skipped),
		"lost-by-us":   float64(end.Failed+end.Strangers) + float64(l.far.went) - float64(end.Received),
		"lost-by-peer": float64(end.Sent) - float64(l.far.came),
	}
	return l
}

// answersEcho agrees with a peer who sends back what it gets. Encrypted sound therefore comes back under our
// own key, which a stream takes for its peer's here.
func (s *Stream) answersEcho(b *testing.B, at netip.AddrPort, profile string) {
	b.Helper()
	var lines []string
	if profile == secureProfile {
		s.AllowSecure()
		lines = append(lines, "a=crypto:"+newCipher(1, suite80).attribute())
	}
	if _, err := s.Answer(describe(at, profile, "8 101", lines...)); err != nil {
		b.Fatal(err)
	}
	if profile != secureProfile {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.guard.ours.context()
	if err != nil {
		b.Fatal(err)
	}
	s.guard.in = in
}

// BenchmarkBargeIn counts the packets of sound that leave after the first packet of a key.
func BenchmarkBargeIn(b *testing.B) {
	room := testRoom(b)
	s, p := testStream(b, room), newPeer(b, loopback)
	p.call(s, "8 101")
	sound := tone(440, 60*rate, 8000).Sound()
	after, worst := uint64(0), uint64(0)
	for i := range b.N {
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() { _, _ = s.Play(ctx, sound); close(ended) }()
		p.waitHeard(2 + i%2)
		sent := s.Stats().Sent
		p.press(101, byte(i%10))
		<-s.Keys()
		cancel()
		<-ended
		late := s.Stats().Sent - sent
		after, worst = after+late, max(worst, late)
	}
	b.ReportMetric(float64(after)/float64(b.N), "packets/key")
	b.ReportMetric(float64(worst), "packets-worst")
}

// BenchmarkPacket is what one packet costs to send, and to receive with a key looked for.
func BenchmarkPacket(b *testing.B) {
	for _, profile := range []string{plainProfile, secureProfile} {
		room := testRoom(b)
		s, p := testStream(b, room), newPeer(b, loopback)
		s.AllowSecure()
		key := newCipher(1, suite80)
		answer, err := s.Answer(describe(p.address(), profile, "8", "a=crypto:"+key.attribute()))
		if err != nil {
			b.Fatal(err)
		}
		s.phase.remove(s)
		d, err := parse(answer, true)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("send/"+strings.TrimPrefix(d.lines[0].profile, "RTP/"), func(b *testing.B) {
			b.ReportAllocs()
			for now := time.Now(); b.Loop(); {
				s.tick(now, 0)
			}
		})
		out, err := key.context()
		if err != nil {
			b.Fatal(err)
		}
		b.Run("receive/"+strings.TrimPrefix(d.lines[0].profile, "RTP/"), func(b *testing.B) {
			b.ReportAllocs()
			for now := time.Now(); b.Loop(); {
				packet := p.packet(make([]byte, frame))
				raw, _ := packet.Marshal()
				if profile == secureProfile {
					raw, _ = out.EncryptRTP(nil, raw, nil)
				}
				s.receive(raw, p.address(), now)
			}
			if s.Stats().Strangers > 0 {
				b.Error("packets were not understood")
			}
		})
	}
}

package media

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// echoing makes this program the other end of the benchmarks: a process of its own, so that its
// work is not counted as ours.
const echoing = "MEDIA_TEST_ECHO"

func TestMain(m *testing.M) {
	if os.Getenv(echoing) != "" {
		echo()
		return
	}
	os.Exit(m.Run())
}

// echo sends every packet back. It prints its addresses, and when its input ends, how many came and
// how many went back.
func echo() {
	var came, went atomic.Uint64
	var conns []*net.UDPConn
	for range 2 {
		conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
		if err != nil {
			return
		}
		_ = conn.SetReadBuffer(4 << 20)
		conns = append(conns, conn)
		go func() {
			buffer := make([]byte, 2048)
			for {
				n, from, err := conn.ReadFromUDPAddrPort(buffer)
				if err != nil {
					return
				}
				came.Add(1)
				if _, err := conn.WriteToUDPAddrPort(buffer[:n], from); err == nil {
					went.Add(1)
				}
			}
		}()
		fmt.Println(conn.LocalAddr())
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	fmt.Println(came.Load(), went.Load())
	for _, conn := range conns {
		conn.Close()
	}
}

// echoProcess starts the other end; stop returns its counts.
func echoProcess(b *testing.B) (addresses []netip.AddrPort, stop func() (came, went uint64)) {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), echoing+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for range 2 {
		lines.Scan()
		address, err := netip.ParseAddrPort(lines.Text())
		if err != nil {
			b.Fatal(err)
		}
		addresses = append(addresses, address)
	}
	return addresses, func() (came, went uint64) {
		in.Close()
		lines.Scan()
		_, _ = fmt.Sscan(lines.Text(), &came, &went)
		_ = cmd.Wait()
		return came, went
	}
}

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

// BenchmarkThousandStreams plays music into a thousand streams whose peers send it back.
// Ceilings: 50 % of a core, p99 3 ms, 40 KiB a stream, no packet lost by us.
func BenchmarkThousandStreams(b *testing.B) {
	for range b.N {
		addresses, stop := echoProcess(b)
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
			if _, err := s.Answer(describe(addresses[i%2], plainProfile, "8 101")); err != nil {
				b.Fatal(err)
			}
			playing.Go(func() { _, _ = s.Play(ctx, music) })
			streams = append(streams, s)
		}
		time.Sleep(time.Second)
		room.wheel.late.reset()
		used, began := cpu(), time.Now()
		time.Sleep(loadTime)
		share := float64(cpu()-used) / float64(time.Since(began))
		stats := room.Stats()
		each := (resident(b) - before) / loadStreams
		cancel()
		playing.Wait()
		worst := time.Duration(0)   // of the way there and back
		for _, s := range streams { // the echo of what was sent comes back
			worst = max(worst, s.Stats().Jitter)
			s.mu.Lock()
			s.agreed.held = true
			s.mu.Unlock()
		}
		time.Sleep(300 * time.Millisecond)
		came, went := stop()
		end := room.Stats()
		room.Close()
		b.ReportMetric(100*share, "core-%")
		b.ReportMetric(stats.LateP50.Seconds()*1000, "late-p50-ms")
		b.ReportMetric(stats.LateP99.Seconds()*1000, "late-p99-ms")
		b.ReportMetric(stats.LateMax.Seconds()*1000, "late-max-ms")
		b.ReportMetric(worst.Seconds()*1000, "jitter-worst-ms")
		b.ReportMetric(each, "KiB/stream")
		b.ReportMetric(float64(end.Sent), "packets")
		b.ReportMetric(float64(end.Failed)+float64(went)-float64(end.Received), "lost-by-us")
		b.ReportMetric(float64(end.Skipped), "skipped")
		b.ReportMetric(float64(end.Sent)-float64(came), "lost-by-peer")
		b.ReportMetric(0, "ns/op")
	}
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

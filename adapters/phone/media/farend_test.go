package media

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// farEnding makes this program the other end of the benchmarks: a process of its own, so that its
// work is not counted as ours.
const farEnding = "MEDIA_TEST_FAR_END"

func TestMain(m *testing.M) {
	if os.Getenv(farEnding) != "" {
		if err := beFarEnd(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// An arrival is one stream as it comes in on the wire: by the kernel's clock, at the moment when the packet
// reached this machine's network, and not when anybody was there to read it.
type arrival struct {
	begun  bool
	clock  uint32        // of the packet before, in samples
	at     time.Duration // … and when it came
	jitter float64       // RFC 3550 §6.4.1, in seconds
	worst  float64       // the largest it was
	gap    time.Duration // the longest without a packet
}

func (a *arrival) packet(clock uint32, at time.Duration) {
	if a.begun {
		apart := at - a.at
		distance := apart.Seconds() - float64(int32(clock-a.clock))/rate
		a.jitter += (max(distance, -distance) - a.jitter) / 16
		a.worst, a.gap = max(a.worst, a.jitter), max(a.gap, apart)
	}
	a.begun, a.clock, a.at = true, clock, at
}

// An ear is one socket of the far end.
type ear struct {
	conn       *net.UDPConn
	came, went atomic.Uint64
	afresh     atomic.Bool // jitter is measured from the next packet on
	streams    map[uint32]*arrival
	done       chan struct{}
}

func newEar() (*ear, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(4 << 20)
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	var refused error
	if err := raw.Control(func(fd uintptr) {
		refused = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_TIMESTAMPNS, 1)
	}); err != nil {
		return nil, err
	}
	return &ear{conn: conn, streams: map[uint32]*arrival{}, done: make(chan struct{})}, refused
}

// listen sends every packet back.
func (e *ear) listen() {
	defer close(e.done)
	packet, control := make([]byte, 2048), make([]byte, 256)
	for {
		n, said, _, from, err := e.conn.ReadMsgUDPAddrPort(packet, control)
		if err != nil {
			return
		}
		e.came.Add(1)
		if _, err := e.conn.WriteToUDPAddrPort(packet[:n], from); err == nil {
			e.went.Add(1)
		}
		if e.afresh.CompareAndSwap(true, false) {
			clear(e.streams)
		}
		if n < headerSize || isReport(packet[1]) {
			continue
		}
		source := binary.BigEndian.Uint32(packet[8:])
		if e.streams[source] == nil {
			e.streams[source] = &arrival{}
		}
		e.streams[source].packet(binary.BigEndian.Uint32(packet[4:]), stamp(control[:said]))
	}
}

// stamp is when the kernel says that a packet came: the only thing that it was asked to tell, as a timespec
// behind a header.
func stamp(control []byte) time.Duration {
	if len(control) < syscall.SizeofCmsghdr+16 {
		return 0
	}
	at := control[syscall.SizeofCmsghdr:]
	return time.Duration(binary.NativeEndian.Uint64(at))*time.Second + time.Duration(binary.NativeEndian.Uint64(at[8:]))
}

// heard is what the far end tells at its end. Times are in milliseconds; the jitter of a stream is the
// largest that it ever was.
type heard struct {
	came, went, streams uint64
	mean, worst, gap    float64
}

func (h *heard) fields() []any {
	return []any{&h.came, &h.went, &h.streams, &h.mean, &h.worst, &h.gap}
}

// beFarEnd prints its addresses, measures afresh with each line that it reads, and when its input ends says
// what it heard.
func beFarEnd() error {
	var ears []*ear
	for range 2 {
		e, err := newEar()
		if err != nil {
			return err
		}
		ears = append(ears, e)
		go e.listen()
		fmt.Println(e.conn.LocalAddr())
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		for _, e := range ears {
			e.afresh.Store(true)
		}
	}
	var h heard
	for _, e := range ears {
		_ = e.conn.Close()
		<-e.done
		h.came, h.went = h.came+e.came.Load(), h.went+e.went.Load()
		for _, a := range e.streams {
			h.streams++
			h.mean += a.worst * 1000
			h.worst, h.gap = max(h.worst, a.worst*1000), max(h.gap, a.gap.Seconds()*1000)
		}
	}
	h.mean /= float64(max(1, h.streams))
	_, err := fmt.Println(h.came, h.went, h.streams, h.mean, h.worst, h.gap)
	return err
}

// A farEnd is that process, seen from here.
type farEnd struct {
	addresses []netip.AddrPort
	afresh    func()       // measures jitter from now on
	stop      func() heard // ends it
}

func newFarEnd(b *testing.B) *farEnd {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), farEnding+"=1")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
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
	f := &farEnd{}
	for range 2 {
		lines.Scan()
		address, err := netip.ParseAddrPort(lines.Text())
		if err != nil {
			b.Fatal(err)
		}
		f.addresses = append(f.addresses, address)
	}
	f.afresh = func() { fmt.Fprintln(in, "afresh") }
	f.stop = func() (h heard) {
		in.Close()
		lines.Scan()
		_, err := fmt.Sscan(lines.Text(), h.fields()...)
		if err := cmp.Or(err, cmd.Wait()); err != nil {
			b.Fatal("the far end: ", err)
		}
		return h
	}
	return f
}

// The far end measures what RFC 3550 §6.4.1 says, and keeps the worst of it.
func TestTheFarEndMeasuresJitter(t *testing.T) {
	steady, late := &arrival{}, &arrival{}
	for i := range 50 {
		at := time.Duration(i) * interval
		steady.packet(uint32(i)*frame, at)
		if i == 25 { // one packet is 16 ms late: its distance from its neighbours is 16 ms twice
			at += 16 * time.Millisecond
		}
		late.packet(uint32(i)*frame, at)
	}
	if steady.worst > 1e-9 || steady.gap != interval {
		t.Errorf("a steady stream has %v s of jitter and gaps of %v", steady.worst, steady.gap)
	}
	if want := 0.001 + (0.016-0.001)/16; late.worst < want-1e-9 || late.worst > want+1e-9 || late.jitter > late.worst/2 || late.gap != interval+16*time.Millisecond {
		t.Errorf("one late packet makes %v s of jitter, then %v, and gaps of %v", late.worst, late.jitter, late.gap)
	}
}

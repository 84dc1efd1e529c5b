package signal

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"frontdesk/adapters/phone/peers"
)

const plainInvite = "INVITE sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK%[1]d\r\nFrom: <sip:a@b>;tag=1\r\n" +
	"To: <sip:x@127.0.0.1>\r\nCall-ID: %[1]d\r\nCSeq: 1 INVITE\r\nContact: <sip:a@127.0.0.1:9>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"

// mutate spoils a message in a few places.
func mutate(m []byte, rng *rand.Rand) []byte {
	for range 1 + rng.IntN(11) {
		if len(m) == 0 {
			return []byte{0}
		}
		at := rng.IntN(len(m))
		switch rng.IntN(4) {
		case 0:
			m[at] = byte(rng.IntN(256))
		case 1:
			m = append(m[:at:at], m[min(len(m), at+rng.IntN(40)):]...)
		case 2:
			junk := make([]byte, rng.IntN(30))
			for i := range junk {
				junk[i] = byte(rng.IntN(256))
			}
			m = append(m[:at:at], append(junk, m[at:]...)...)
		case 3:
			if rng.IntN(8) == 0 {
				m = m[:at]
			}
		}
	}
	return m
}

// TestMutatedInvites leaves nothing behind 20,000 spoilt INVITEs once their time is over, and still answers.
func TestMutatedInvites(t *testing.T) {
	d := open(t, Config{AckWait: time.Second, MaxCalls: 1000, MaxHalfOpen: 500}, stand)
	conn, err := net.Dial("udp", d.Addr("udp").String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	rng := rand.New(rand.NewPCG(1, 2))
	most := 0
	for i := range 20000 {
		_, _ = conn.Write(mutate(fmt.Appendf(nil, plainInvite, i), rng))
		if i%100 == 0 {
			time.Sleep(5 * time.Millisecond)
			half, _ := d.Calls()
			most = max(most, half)
		}
	}
	if most == 0 || most > 500 {
		t.Errorf("%d calls were half open at the same time", most)
	}
	d.eventually("no call is left", func() bool {
		half, answered := d.Calls()
		d.Endpoint.mu.Lock()
		defer d.Endpoint.mu.Unlock()
		return half+answered+len(d.dialogs)+len(d.invites) == 0
	})
	if n := d.Counts().Unparsed; n < 100 {
		t.Errorf("%d messages were counted as unreadable", n)
	}
	peers.Sipp(t, "answered", d.Addr("udp").String())
	t.Logf("%d half open at most, %d unreadable, %d goroutines", most, d.Counts().Unparsed, runtime.NumGoroutine())
}

// TestForeignersAreNotHeard drops what comes from other networks before it is read: no answer, no log, no
// memory of the address, no connection.
func TestForeignersAreNotHeard(t *testing.T) {
	cert, key := peers.Certificate(t)
	d := open(t, Config{Listen: []string{"udp://127.0.0.1:0", "tcp://127.0.0.1:0", "tls://127.0.0.1:0"}, Certificate: cert, Key: key,
		Allow: []string{"127.0.0.2/32"}}, stand)
	before := d.tp.Pool("udp").Size()
	for _, network := range []string{"udp", "tcp", "tls"} {
		conn, err := net.Dial(strings.Replace(network, "tls", "tcp", 1), d.Addr(network).String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(conn, plainInvite, 1)
		_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		if n, err := conn.Read(make([]byte, 100)); err == nil {
			t.Errorf("%s answers with %d bytes", network, n)
		}
		conn.Close()
	}
	if n := d.Counts(); n.Foreign != 3 || n.Unparsed != 0 {
		t.Errorf("the counts are %+v", n)
	}
	if after := d.tp.Pool("udp").Size(); after != before || len(d.calls) != 0 {
		t.Errorf("%d addresses are remembered, %d calls were served", after-before, len(d.calls))
	}
}

// exchange sends one packet and returns what comes back.
func exchange(t *testing.T, d *desk, text string) string {
	t.Helper()
	conn, err := net.Dial("udp", d.Addr("udp").String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	buf := make([]byte, 65536)
	n, err := conn.Read(buf)
	if err != nil {
		return ""
	}
	return string(buf[:n])
}

// TestOneRequestAlone says what is answered outside a call; a REGISTER hears nothing.
func TestOneRequestAlone(t *testing.T) {
	d := open(t, Config{}, stand)
	for what, want := range map[string]string{
		"REGISTER": "", "OPTIONS": "SIP/2.0 200", "BYE": "SIP/2.0 481", "CANCEL": "SIP/2.0 481", "SUBSCRIBE": "SIP/2.0 405", "PUBLISH": "SIP/2.0 405",
	} {
		text := strings.ReplaceAll(fmt.Sprintf(plainInvite, 7), "INVITE", what)
		text = strings.Replace(text, ";branch", ";rport;branch", 1)
		if got := exchange(t, d, text); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s hears %q", what, got)
		}
	}
	if got := exchange(t, d, "\r\n\r\n"); got != "" {
		t.Errorf("a keep-alive hears %q", got)
	}
	// Via and Record-Route that others stack make our answer longer than a packet of Ethernet.
	long := strings.Replace(fmt.Sprintf(plainInvite, 8), "Max-Forwards", strings.Repeat("Record-Route: <sip:"+strings.Repeat("p", 200)+".example;lr>\r\n", 20)+"Max-Forwards", 1)
	long = strings.Replace(long, ";branch", ";rport;branch", 1)
	if got := exchange(t, d, long); !strings.HasPrefix(got, "SIP/2.0 100") {
		t.Errorf("a long INVITE hears %.40q", got)
	}
	d.eventually("the long answer was sent", func() bool { half, _ := d.Calls(); return half == 1 })
}

// TestHopless takes a call with no hop left: it has arrived.
func TestHopless(t *testing.T) {
	d := open(t, Config{}, stand)
	peers.Sipp(t, "hopless", d.Addr("udp").String())
}

// TestCrowd holds as many calls as it may and tells the others so.
func TestCrowd(t *testing.T) {
	d := open(t, Config{MaxCalls: 20, MaxHalfOpen: 20}, stand)
	peers.Sipp(t, "crowd", d.Addr("udp").String(), "-m", "50", "-r", "50", "-l", "50")
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.calls) != 20 {
		t.Errorf("%d calls were taken", len(d.calls))
	}
}

// TestLongestDuration ends a call that goes on for ever.
func TestLongestDuration(t *testing.T) {
	d := open(t, Config{MaxDuration: 500 * time.Millisecond}, stand)
	peers.Sipp(t, "released", d.Addr("udp").String())
	d.ended(TooLong, "answer sendrecv")
}

// TestLast lets a call go on for longer, and then once more for no longer than usual, warned each time.
func TestLast(t *testing.T) {
	const usual = 600 * time.Millisecond
	late := func(c *Call) bool {
		select {
		case <-c.Late():
			return true
		default:
			return false
		}
	}
	d := open(t, Config{MaxDuration: usual}, answerThen(func(_ context.Context, c *Call) {
		c.Last(time.Hour)
		time.Sleep(3 * usual / 2)
		if late(c) || c.where() != standing {
			t.Error("what was allowed does not count")
		}
		c.Last(0)
		if late(c) {
			t.Error("it is late at once")
		}
		select {
		case <-c.Late():
		case <-c.Gone():
			t.Error("nobody was told before the end")
		}
		<-c.Gone()
	}))
	peers.Sipp(t, "released", d.Addr("udp").String())
	d.ended(TooLong, "answer sendrecv")
}

// TestDrain lets a call finish while new ones and OPTIONS hear 503.
func TestDrain(t *testing.T) {
	path := peers.Program(t, "sipsak", "sipsak")
	hangUp := make(chan struct{})
	d := open(t, Config{}, answerThen(func(ctx context.Context, c *Call) {
		<-hangUp
		c.Hangup(ctx)
	}))
	target := d.Addr("udp").String()
	ask := func() (string, error) {
		out, err := exec.Command(path, "-v", "-v", "-s", "sip:accueil@"+target).CombinedOutput()
		return string(out), err
	}
	if out, err := ask(); err != nil || !strings.Contains(out, "Allow: INVITE") {
		t.Fatalf("OPTIONS: %v\n%s", err, out)
	}
	played := make(chan error, 1)
	go func() {
		_, err := peers.RunSipp(t, "released", target)
		played <- err
	}()
	d.eventually("a call stands", func() bool { _, answered := d.Calls(); return answered == 1 })
	drained := make(chan struct{})
	go func() {
		d.Drain(context.Background())
		close(drained)
	}()
	d.eventually("draining", d.refusesMore)
	if out, err := ask(); err == nil || !strings.Contains(out, "503") {
		t.Errorf("OPTIONS while draining: %v\n%s", err, out)
	}
	peers.Sipp(t, "refused503", target)
	select {
	case <-drained:
		t.Error("drained before the call was over")
	default:
	}
	close(hangUp)
	<-drained
	if err := <-played; err != nil {
		t.Errorf("the call that stood: %v", err)
	}
}

// TestCloseHangsUp ends calls that are still there, and waits for what Serve has to do about it.
func TestCloseHangsUp(t *testing.T) {
	var served atomic.Bool
	d := open(t, Config{}, func(c *Call) {
		stand(c)
		time.Sleep(500 * time.Millisecond) // a message is put away
		served.Store(true)
	})
	played := make(chan string, 1)
	go func() {
		out, err := peers.RunSipp(t, "released", d.Addr("udp").String())
		if err == nil {
			out = ""
		}
		played <- out
	}()
	d.eventually("a call stands", func() bool { _, answered := d.Calls(); return answered == 1 })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if d.Drain(ctx); !served.Load() {
		t.Error("Drain does not wait for Serve")
	}
	if out := <-played; out != "" {
		t.Error(out)
	}
	d.ended(Drained, "answer sendrecv")
}

// deaf is a connection that swallows what is written.
type deaf struct{ net.Addr }

func (d deaf) LocalAddr() net.Addr        { return d.Addr }
func (deaf) WriteMsg(m sip.Message) error { m.StringWrite(&bytes.Buffer{}); return nil }
func (deaf) Ref(int) int                  { return 1 }
func (deaf) TryClose() (int, error)       { return 1, nil }
func (deaf) Close() error                 { return nil }

// FuzzSIP gives whatever was read to all that reads it.
func FuzzSIP(f *testing.F) {
	f.Add(fmt.Appendf(nil, plainInvite, 1))
	for _, method := range []string{"OPTIONS", "BYE", "CANCEL", "ACK", "INFO", "UPDATE", "NOTIFY", "REGISTER"} {
		f.Add([]byte(strings.ReplaceAll(fmt.Sprintf(plainInvite, 1), "INVITE", method)))
	}
	f.Add([]byte(strings.Replace(fmt.Sprintf(plainInvite, 1), "Content-Length", "Privacy: id\r\nP-Asserted-Identity: <tel:+33>\r\nHistory-Info: <sip:a@b>;index=1,<\r\n"+
		"Diversion: \"\\\r\nSession-Expires: 90;refresher=uas\r\nRequire: timer\r\nContent-Type: multipart/mixed;boundary=b\r\nContent-Length", 1)))
	c := Config{Listen: []string{"udp://127.0.0.1:0"}, Allow: []string{"127.0.0.0/8"}, Log: slog.New(slog.DiscardHandler),
		Media: func(*Call) (Media, error) { return &sound{}, nil }, Serve: func(c *Call) { c.Refuse(486) }}
	e, err := Listen(context.Background(), c)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(e.Close)
	from := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}
	parser := sip.NewParser()
	quiet := slog.New(slog.DiscardHandler)
	f.Fuzz(func(t *testing.T, data []byte) {
		data, err := e.filter(sip.TransportReadProps{Transport: "UDP", RemoteAddr: from}, data)
		if err != nil {
			t.Fatal(err)
		}
		msg, err := parser.ParseSIP(data)
		if err != nil {
			return
		}
		msg.SetTransport("UDP")
		msg.SetSource(from.String())
		e.overhear(msg)
		req, ok := msg.(*sip.Request)
		if !ok {
			return
		}
		key, err := sip.ServerTxKeyMake(req)
		if err != nil {
			return
		}
		tx := sip.NewServerTx(key, req, deaf{from}, quiet)
		if err := tx.Init(); err != nil {
			return
		}
		e.receive(req, tx)
		e.serving.Wait()
		tx.Terminate()
		if half, answered := e.Calls(); half+answered != 0 {
			t.Fatalf("%d and %d calls are left", half, answered)
		}
	})
}

// BenchmarkCalls sets up and tears down calls at 200 a second; an operation is one call.
func BenchmarkCalls(b *testing.B) {
	peers.Program(b, "sipp", "sip-tester")
	d := open(b, Config{MaxCalls: 1000, MaxHalfOpen: 1000}, stand)
	n := max(b.N, 1000)
	start := time.Now()
	peers.Sipp(b, "load", d.Addr("udp").String(), "-m", fmt.Sprint(n), "-r", "200", "-l", "400", "-timeout", "0")
	b.ReportMetric(float64(n)/time.Since(start).Seconds(), "calls/s")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "heap-MB")
}

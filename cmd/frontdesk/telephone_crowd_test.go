package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// crowding makes this program a crowd of callers: a process of its own, so that its work is not counted as
// the house's. Its value is the plan.
const crowding = "FRONTDESK_TEST_CROWD"

// A crowdPlan is who calls how. Callers come at a steady rate, whatever becomes of those before them. Each
// waits for the first sound, presses a key, listens a moment, and hangs up; or, to hold, stays.
type crowdPlan struct {
	Target string
	Calls  int
	Rate   int // a second
	Hold   bool
}

// A crowdReport is what became of them. Times are in the order of the calls.
type crowdReport struct {
	Failures []string // of calls, the first few
	Failed   int      // calls
	Resent   int      // messages that had no answer within half a second
	Late     delays   // after its time a call began
	Answered delays   // from INVITE to 200
	Heard    delays   // from 200 to the first sound that is not silence
	Over     delays   // from the beginning of all to the 200 of the BYE
	CPU      time.Duration
}

// TestCrowdOfCallers is not a test but that process.
func TestCrowdOfCallers(t *testing.T) {
	var plan crowdPlan
	text := os.Getenv(crowding)
	if text == "" {
		return // nobody wants a crowd
	}
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		t.Fatal(err)
	}
	c, err := newCrowd(plan)
	if err != nil {
		t.Fatal(err)
	}
	c.call()
	if err := json.NewEncoder(os.Stdout).Encode(c.report); err != nil {
		t.Fatal(err)
	}
}

// A callerCrowd has one socket for all its signalling and two for all its sound; whose a packet is tells the port
// that it comes from.
type callerCrowd struct {
	plan    crowdPlan
	target  netip.AddrPort
	sip     *net.UDPConn
	ears    [2]*net.UDPConn
	callers []*crowdCaller
	talking [1 << 16]atomic.Pointer[crowdCaller]
	leave   chan struct{} // closed when those who hold hang up

	mu     sync.Mutex
	report crowdReport
}

// A crowdCaller is one of them.
type crowdCaller struct {
	*callerCrowd
	number  int
	answers chan answer
	heard   chan time.Time // the first sound
	once    atomic.Bool
	ear     *net.UDPConn
	house   netip.AddrPort // where sound goes
	to, at  string         // the dialog: the other tag, the other contact
	rtp     uint16
}

// An answer is a SIP response as far as callers read it.
type answer struct {
	code    int
	method  string // of CSeq
	to      string
	contact string
	sound   int
}

func newCrowd(plan crowdPlan) (*callerCrowd, error) {
	c := &callerCrowd{plan: plan, leave: make(chan struct{})}
	var err error
	if c.target, err = netip.ParseAddrPort(plan.Target); err != nil {
		return nil, err
	}
	for _, socket := range []**net.UDPConn{&c.sip, &c.ears[0], &c.ears[1]} {
		if *socket, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
			return nil, err
		}
		if err := (*socket).SetReadBuffer(4 << 20); err != nil {
			return nil, err
		}
	}
	for i := range plan.Calls {
		c.callers = append(c.callers, &crowdCaller{callerCrowd: c, number: i, answers: make(chan answer, 8), heard: make(chan time.Time, 1), ear: c.ears[i%2]})
	}
	go c.readSignals()
	for _, ear := range c.ears {
		go c.listen(ear)
	}
	return c, nil
}

// call has everybody call, at their time.
func (c *callerCrowd) call() {
	began := time.Now()
	r, n := &c.report, len(c.callers)
	r.Late, r.Answered, r.Heard, r.Over = make(delays, n), make(delays, n), make(delays, n), make(delays, n)
	var all, there sync.WaitGroup
	there.Add(len(c.callers))
	for i, who := range c.callers {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(c.plan.Rate))
		time.Sleep(time.Until(due))
		r.Late[i] = time.Since(due)
		all.Go(func() {
			why := who.talk(sync.OnceFunc(there.Done))
			r.Over[i] = time.Since(began)
			if why != "" {
				c.mu.Lock()
				defer c.mu.Unlock()
				if c.report.Failed++; len(c.report.Failures) < 5 {
					c.report.Failures = append(c.report.Failures, why)
				}
			}
		})
	}
	if c.plan.Hold {
		there.Wait()
		fmt.Println("{}") // all are there
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(c.leave)
	}
	all.Wait()
	r.CPU = processorTime()
}

// talk is one call from its INVITE to the answer to its BYE; why it failed, or "".
func (w *crowdCaller) talk(there func()) (why string) {
	defer there()
	began := time.Now()
	ok := w.ask("INVITE", 1, w.description())
	if ok.code != 200 || ok.sound == 0 {
		return fmt.Sprintf("INVITE: %d", ok.code)
	}
	answered := time.Now()
	w.report.Answered[w.number] = answered.Sub(began)
	w.to, w.at, w.house = ok.to, ok.contact, netip.AddrPortFrom(w.target.Addr(), uint16(ok.sound))
	w.talking[ok.sound].Store(w)
	w.send(w.request("ACK", 1, ""))
	if first := w.speak(250, w.heard); first.IsZero() { // for five seconds
		why = "nothing was heard"
	} else {
		w.report.Heard[w.number] = first.Sub(answered)
		w.speak(5, nil)
		w.press(1)
		w.speak(25, nil)
	}
	there()
	for hold := w.plan.Hold; hold; {
		select {
		case <-w.leave:
			hold = false
		default:
			w.speak(5, nil)
		}
	}
	w.talking[ok.sound].CompareAndSwap(w, nil)
	if bye := w.ask("BYE", 2, ""); bye.code != 200 && why == "" {
		why = fmt.Sprintf("BYE: %d", bye.code)
	}
	return why
}

// speak says nothing, for so many packets or until something is heard.
func (w *crowdCaller) speak(packets int, until <-chan time.Time) time.Time {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	silence := slices.Repeat([]byte{0xd5}, 160)
	for range packets {
		select {
		case at := <-until:
			return at
		case <-tick.C:
			w.packet(8, uint32(w.rtp)*160, silence)
		}
	}
	return time.Time{}
}

// press is a key that is held for 60 ms (RFC 4733).
func (w *crowdCaller) press(key byte) {
	begun := uint32(w.rtp) * 160
	for i := range 6 {
		length, end := uint16(min(i+1, 3)*160), byte(0)
		if i >= 3 {
			end = 0x80
		}
		w.packet(101, begun, []byte{key, end | 10, byte(length >> 8), byte(length)})
		if i < 3 {
			time.Sleep(20 * time.Millisecond)
		}
	}
}

func (w *crowdCaller) packet(kind byte, clock uint32, payload []byte) {
	b := binary.BigEndian.AppendUint16([]byte{0x80, kind}, w.rtp)
	b = binary.BigEndian.AppendUint32(b, clock)
	b = binary.BigEndian.AppendUint32(b, uint32(w.number)+1)
	w.rtp++
	_, _ = w.ear.WriteToUDPAddrPort(append(b, payload...), w.house) // a lost packet is a lost packet
}

// ask sends a request until it is answered, as UDP wants it; code 0: never.
func (w *crowdCaller) ask(method string, seq int, body string) answer {
	text := w.request(method, seq, body)
	w.send(text)
	again := time.NewTimer(500 * time.Millisecond)
	defer again.Stop()
	for wait, last := 500*time.Millisecond, time.After(10*time.Second); ; {
		select {
		case a := <-w.answers:
			switch {
			case a.method != method: // an INVITE's 200 again
				w.send(w.request("ACK", 1, ""))
			case a.code < 200:
				again.Stop()
			default:
				return a
			}
		case <-again.C:
			w.mu.Lock()
			w.report.Resent++
			w.mu.Unlock()
			w.send(text)
			wait *= 2
			again.Reset(wait)
		case <-last:
			return answer{}
		}
	}
}

func (w *crowdCaller) send(text string) {
	_, _ = w.sip.WriteToUDPAddrPort([]byte(text), w.target) // a lost packet is a lost packet
}

func (w *crowdCaller) description() string {
	return fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP 8 101\r\n"+
		"a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n", w.ear.LocalAddr().(*net.UDPAddr).Port)
}

// request is one of this call's. Only the first INVITE is to nobody in particular.
func (w *crowdCaller) request(method string, seq int, body string) string {
	us, uri, to := w.sip.LocalAddr(), "sip:accueil@"+w.plan.Target, "<sip:accueil@"+w.plan.Target+">"
	if w.to != "" {
		uri, to = w.at, w.to
	}
	text := fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;rport;branch=z9hG4bK%s%d\r\nFrom: <sip:+33612345678@%s>;tag=crowd%d\r\nTo: %s\r\nCall-ID: %d@%s\r\nCSeq: %d %s\r\n"+
		"Contact: <sip:crowd@%s>\r\nMax-Forwards: 70\r\n", method, uri, us, method, w.number, us, w.number, to, w.number, us, seq, method, us)
	if body != "" {
		text += "Content-Type: application/sdp\r\n"
	}
	return text + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
}

// readSignals gives answers to whose they are. Requests are agreed to.
func (c *callerCrowd) readSignals() {
	for buffer := make([]byte, 1<<16); ; {
		n, from, err := c.sip.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		text := string(buffer[:n])
		number, a := readAnswer(text)
		switch {
		case a.code == 0:
			_, rest, _ := strings.Cut(text, "\r\n")
			headers, _, _ := strings.Cut(rest, "Content-Type")
			headers, _, _ = strings.Cut(headers, "Content-Length")
			_, _ = c.sip.WriteToUDPAddrPort([]byte("SIP/2.0 200 OK\r\n"+headers+"Content-Length: 0\r\n\r\n"), from)
		case number < len(c.callers):
			select {
			case c.callers[number].answers <- a:
			default: // who does not read hears it again
			}
		}
	}
}

// readAnswer is what a message says; its code is 0 for a request.
func readAnswer(text string) (number int, a answer) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "to":
			a.to = value
		case "call-id":
			digits, _, _ := strings.Cut(value, "@")
			number, _ = strconv.Atoi(digits)
		case "cseq":
			_, a.method, _ = strings.Cut(value, " ")
		case "contact":
			uri, _, _ := strings.Cut(value, ">")
			a.contact = strings.TrimPrefix(uri, "<")
		default:
			if _, err := fmt.Sscanf(line, "SIP/2.0 %d", &a.code); err != nil {
				_, _ = fmt.Sscanf(line, "m=audio %d", &a.sound)
			}
		}
	}
	return number, a
}

// listen notes the first packet of each call that is not silence.
func (c *callerCrowd) listen(ear *net.UDPConn) {
	for buffer := make([]byte, 2048); ; {
		n, from, err := ear.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		w := c.talking[from.Port()].Load()
		if w == nil || w.once.Load() || n <= 12 || buffer[1]&0x7f != 8 || !slices.ContainsFunc(buffer[12:n], func(b byte) bool { return b != 0xd5 }) {
			continue
		}
		if w.once.CompareAndSwap(false, true) {
			w.heard <- time.Now()
		}
	}
}

// A gathering is the crowd's process, seen from here.
type gathering struct {
	b    testing.TB
	cmd  *exec.Cmd
	in   io.WriteCloser
	said *json.Decoder
}

func gatherCrowd(b testing.TB, plan crowdPlan) *gathering {
	b.Helper()
	text, err := json.Marshal(plan)
	if err != nil {
		b.Fatal(err)
	}
	g := &gathering{b: b, cmd: exec.Command(os.Args[0], "-test.run", "^TestCrowdOfCallers$")}
	g.cmd.Env = append(os.Environ(), crowding+"="+string(text))
	g.cmd.Stderr = os.Stderr
	g.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if g.in, err = g.cmd.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	out, err := g.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := g.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	g.said = json.NewDecoder(out)
	return g
}

// report waits for what the crowd says next.
func (g *gathering) report() (r crowdReport) {
	g.b.Helper()
	if err := g.said.Decode(&r); err != nil {
		g.b.Fatal("the crowd: ", err)
	}
	return r
}

// ends waits for the last report.
func (g *gathering) ends() crowdReport {
	g.b.Helper()
	_ = g.in.Close()
	r := g.report()
	_, _ = io.Copy(io.Discard, g.said.Buffered())
	_ = g.cmd.Wait()
	return r
}

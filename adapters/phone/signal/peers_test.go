package signal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"text/template"
	"time"
)

const scenarios = "../../../testdata/phone"

// program finds a telephone nobody here wrote, or skips the test and says which is missing.
func program(t testing.TB, name, packaged string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/" + name)
	}
	if err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			t.Fatalf("%s is not installed (%s)", name, packaged)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

// sound is a Media without sound: it speaks one description and remembers what it was told.
type sound struct {
	mu     sync.Mutex
	heard  []string
	closed int
}

const canned = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"

func (s *sound) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, what)
}

func (s *sound) Offer() ([]byte, error) {
	s.note("offer")
	return []byte(canned + "a=sendrecv\r\n"), nil
}

func (s *sound) Answer(offer []byte) ([]byte, error) {
	if bytes.Contains(offer, []byte("G729")) {
		return nil, fmt.Errorf("no codec: %w", ErrNotAcceptable)
	}
	direction := "sendrecv"
	if bytes.Contains(offer, []byte("a=sendonly")) {
		direction = "recvonly"
	}
	s.note("answer " + direction)
	return []byte(canned + "a=" + direction + "\r\n"), nil
}

func (s *sound) Accept(answer []byte) error {
	if bytes.Contains(answer, []byte("G729")) {
		return ErrNotAcceptable
	}
	s.note("accept")
	return nil
}

func (s *sound) Info(key rune) { s.note("key " + string(key)) }

func (s *sound) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed++
	return nil
}

func (s *sound) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.heard, ", ")
}

// A desk is an endpoint under test with what it did.
type desk struct {
	*Endpoint
	t   testing.TB
	log *lines

	mu    sync.Mutex
	calls []*Call
}

// lines is a log kept in memory.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// stand answers and waits for the end.
func stand(c *Call) {
	if c.Answer(context.Background()) == nil {
		<-c.Gone()
	}
}

// open starts an endpoint on ports of the system's choice; unset settings are those of a trial on loopback.
func open(t testing.TB, config Config, serve func(*Call)) *desk {
	t.Helper()
	d := &desk{t: t, log: &lines{}}
	if config.Listen == nil {
		config.Listen = []string{"udp://127.0.0.1:0", "tcp://127.0.0.1:0"}
	}
	if config.Allow == nil {
		config.Allow = []string{"127.0.0.0/8", "::1"}
	}
	if config.Media == nil {
		config.Media = func(*Call) (Media, error) { return &sound{}, nil }
	}
	config.Log = slog.New(slog.NewTextHandler(d.log, nil))
	config.Serve = func(c *Call) {
		d.mu.Lock()
		d.calls = append(d.calls, c)
		d.mu.Unlock()
		serve(c)
	}
	e, err := Listen(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	d.Endpoint = e
	t.Cleanup(func() {
		e.Close()
		for _, secret := range []string{"0612345678", "+33612345678", "s3cret", "INVITE sip", "v=0"} {
			if strings.Contains(d.log.String(), secret) {
				t.Errorf("the log holds %q", secret)
			}
		}
		if t.Failed() {
			t.Log(d.log.String())
		}
	})
	return d
}

// last is the newest call that was served, once it is over.
func (d *desk) last() *Call {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.calls) == 0 {
		d.t.Fatal("no call was served")
	}
	return d.calls[len(d.calls)-1]
}

// ended waits for the newest call's end and checks why and with what sound.
func (d *desk) ended(why Reason, said string) {
	d.t.Helper()
	c := d.last()
	select {
	case <-c.Gone():
	case <-time.After(10 * time.Second):
		d.t.Fatal("the call did not end")
	}
	if c.Reason() != why {
		d.t.Errorf("the call ended because %q, not %q", c.Reason(), why)
	}
	if s := c.Media().(*sound); s.said() != said {
		d.t.Errorf("the sound was told %q, not %q", s.said(), said)
	}
	d.eventually("the sound is closed once", func() bool {
		s := c.Media().(*sound)
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.closed == 1
	})
}

func (d *desk) eventually(what string, is func() bool) {
	d.t.Helper()
	for range 1000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	d.t.Errorf("never: %s", what)
}

// freePort is a port nobody uses now.
func freePort(t testing.TB, network string) int {
	t.Helper()
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.LocalAddr().(*net.UDPAddr).Port
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// start runs a peer until the test ends; its output goes to the log of a failed test.
func start(t testing.TB, path string, args ...string) (*exec.Cmd, *lines) {
	t.Helper()
	out := &lines{}
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Dir = t.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s:\n%s", filepath.Base(path), out)
		}
	})
	return cmd, out
}

// scenario expands one of testdata/phone's into a file sipp reads.
func scenario(t testing.TB, name string) string {
	t.Helper()
	parts := template.New("").Option("missingkey=zero").Funcs(template.FuncMap{"set": set})
	parts = template.Must(parts.ParseFiles(filepath.Join(scenarios, "parts.tmpl"), filepath.Join(scenarios, name+".xml")))
	var b bytes.Buffer
	if err := parts.ExecuteTemplate(&b, name+".xml", nil); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name+".xml")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// set makes the settings of a part: with "cseq" "2" "direction" "sendonly".
func set(pairs ...string) (map[string]string, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("settings come in pairs")
	}
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m, nil
}

// sipp plays a scenario against an address until it succeeds, or fails the test.
func sipp(t testing.TB, name, target string, args ...string) {
	t.Helper()
	if out, err := runSipp(t, name, target, args...); err != nil {
		t.Fatalf("scenario %s: %v\n%s", name, err, out)
	}
}

func runSipp(t testing.TB, name, target string, args ...string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	ip := "127.0.0.1"
	if strings.HasPrefix(target, "[") {
		ip = "[::1]"
	}
	all := append([]string{target, "-sf", scenario(t, name), "-i", ip, "-nostdin", "-timeout", "30", "-timeout_error", "-m", "1",
		"-trace_err", "-error_file", "errors", "-mp", fmt.Sprint(freePort(t, "udp"))}, args...)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program(t, "sipp", "sip-tester"), all...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.CombinedOutput()
	said, _ := os.ReadFile(filepath.Join(dir, "errors"))
	if err == nil {
		return string(out), nil
	}
	return string(said), err
}

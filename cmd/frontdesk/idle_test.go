package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"frontdesk/bot/bottest"
)

// A served is a real frontdesk process, built as people build it.
type served struct {
	base string
	pid  int
	log  *bottest.Log
}

// serveChild builds and runs frontdesk serve until the test ends.
func serveChild(t testing.TB, flags ...string) *served {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "frontdesk")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	s := &served{log: &bottest.Log{}}
	child := exec.Command(binary, append([]string{"serve", "--listen=127.0.0.1:0", "--metrics-listen=off"}, flags...)...)
	child.Stdout, child.Stderr = s.log, s.log
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	s.pid = child.Process.Pid
	t.Cleanup(func() { _ = child.Process.Kill(); _ = child.Wait() })
	soon(t, "the child's greeting", func() bool {
		_, after, found := strings.Cut(s.log.String(), "citizens      ")
		if found {
			s.base, _, found = strings.Cut(after, "/chat/")
		}
		return found
	})
	return s
}

// resident is how much memory the process holds, in MB (10^6 bytes).
func (s *served) resident(t testing.TB) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid))
	if err != nil {
		t.Skipf("this system does not tell how much memory a process holds: %v", err)
	}
	_, after, _ := strings.Cut(string(text), "VmRSS:")
	number, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	kib, err := strconv.ParseFloat(number, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kib * 1024 / 1e6
}

// idleStreams and idleMemory are what one small machine must hold.
const (
	idleStreams = 5000
	idleMemory  = 150 // MB, the whole process
	idleEach    = 50  // streams of one address
)

// Five thousand people have the page open and say nothing: what does the whole process hold? They
// come from a hundred addresses, for one address may not have as many. Run it once:
//
//	go test -run xxx -bench IdleStreams -benchtime 1x ./cmd/frontdesk
func BenchmarkIdleStreams(b *testing.B) {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil || files.Cur < 2*idleStreams {
		b.Skipf("this process may open %d files only", files.Cur)
	}
	keys := filepath.Join(b.TempDir(), "keys")
	makeKeys(b, keys)
	s := serveChild(b, "--redis-url="+startRedis(b), "--key-file="+keys)
	empty := s.resident(b)
	streams := openIdle(b, s.base)
	time.Sleep(20 * time.Second) // one beat and more: all have been written to
	held := s.resident(b)
	for i, c := range streams {
		_ = c.SetReadDeadline(time.Now().Add(40 * time.Second)) // two beats, or a while where the store is slow
		if _, err := c.Read(make([]byte, 4096)); err != nil {
			b.Fatalf("stream %d is not alive: %v\n%s", i, err, s.log)
		}
		c.Close()
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(empty, "MB-empty")
	b.ReportMetric(held, "MB")
	b.ReportMetric((held-empty)*1000/idleStreams, "KB/stream")
	if held > idleMemory {
		b.Errorf("%.0f MB with %d streams, want at most %d", held, idleStreams, idleMemory)
	}
}

// openIdle opens the streams, each of a conversation of its own.
func openIdle(t testing.TB, base string) []net.Conn {
	t.Helper()
	streams := make([]net.Conn, idleStreams)
	var opening sync.WaitGroup
	room := make(chan struct{}, 8)
	for i := range idleStreams / idleEach {
		opening.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			household := &net.Dialer{Timeout: 10 * time.Second, LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+i))}}
			for n := range idleEach {
				c, err := idleStream(t.Context(), household, base)
				for tries := 0; err != nil && tries < 5; tries++ { // a busy machine: as the page does
					time.Sleep(2 * time.Second)
					c, err = idleStream(t.Context(), household, base)
				}
				if err != nil {
					t.Errorf("stream %d of address %d: %v", n, i, err)
					return
				}
				streams[i*idleEach+n] = c
			}
		})
	}
	opening.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return streams
}

// idleStream opens a conversation and follows it until its first words.
func idleStream(ctx context.Context, household *net.Dialer, base string) (net.Conn, error) {
	client := &http.Client{Transport: &http.Transport{DialContext: household.DialContext, DisableKeepAlives: true}}
	answer, err := client.Post(base+"/chat/conversations", "application/json", nil)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var opened struct{ Token string }
	if err := json.NewDecoder(answer.Body).Decode(&opened); err != nil || opened.Token == "" {
		return nil, fmt.Errorf("open: %s, %v", answer.Status, err)
	}
	host := strings.TrimPrefix(base, "http://")
	c, err := household.DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, err
	}
	// As a browser asks.
	fmt.Fprintf(c, "GET /chat/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36\r\nAccept: */*\r\nReferer: %s/chat/\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: fr-FR,fr;q=0.9\r\nCache-Control: no-cache\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n\r\n", host, opened.Token, base)
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
	lines := bufio.NewReader(c)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			c.Close()
			return nil, fmt.Errorf("read events: %w", err)
		}
		if strings.Contains(line, "Que cherchez-vous") {
			return c, nil
		}
	}
}

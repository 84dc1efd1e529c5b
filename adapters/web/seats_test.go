package web_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot"
)

func TestSeats(t *testing.T) {
	s := &web.Seats{All: 3, Each: 2}
	first, _ := s.Take("a")
	if _, ok := s.Take("a"); !ok {
		t.Error("no second seat")
	}
	if _, ok := s.Take("a"); ok {
		t.Error("a third seat for one name")
	}
	if _, ok := s.Take(""); !ok {
		t.Error("no seat without a name")
	}
	if _, ok := s.Take("b"); ok {
		t.Error("a fourth seat in all")
	}
	first()
	first() // gives nothing back twice
	if _, ok := s.Take("b"); !ok {
		t.Error("no seat after one was left")
	}
	if taken, refused := s.Count(); taken != 3 || refused != 2 {
		t.Errorf("%d taken, %d refused", taken, refused)
	}
}

// dialFrom opens a connection from an address of this machine.
func dialFrom(t *testing.T, from, to string) net.Conn {
	t.Helper()
	c, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).Dial("tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// served says whether a connection is answered; one without a seat is hung up on.
func served(t *testing.T, c net.Conn) bool {
	t.Helper()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	line, err := bufio.NewReader(c).ReadString('\n')
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal("neither answered nor hung up on")
	}
	return strings.HasPrefix(line, "HTTP/1.1 200")
}

func TestOneHouseholdDoesNotTakeEveryConnection(t *testing.T) {
	proxies, err := web.ParseProxies([]string{"127.0.9.0/24"})
	if err != nil {
		t.Fatal(err)
	}
	seats := &web.Seats{All: 6, Each: 2}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Listener = web.Bound(server.Listener, seats, proxies)
	server.Start()
	defer server.Close()
	address := server.Listener.Addr().String()
	flood := []net.Conn{dialFrom(t, "127.0.0.2", address), dialFrom(t, "127.0.0.2", address)}
	for i, c := range flood {
		if !served(t, c) {
			t.Errorf("connection %d is refused", i)
		}
	}
	if served(t, dialFrom(t, "127.0.0.2", address)) {
		t.Error("a third connection of one household")
	}
	if !served(t, dialFrom(t, "127.0.0.3", address)) {
		t.Error("somebody else is refused")
	}
	for range 3 { // a proxy brings everybody
		if !served(t, dialFrom(t, "127.0.9.1", address)) {
			t.Error("the proxy is refused")
		}
	}
	if served(t, dialFrom(t, "127.0.0.4", address)) {
		t.Error("a seventh connection in all")
	}
	flood[0].Close()
	for n := 0; !served(t, dialFrom(t, "127.0.0.2", address)); n++ {
		if n == 200 {
			t.Fatal("the seat of a closed connection is not free")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// stubborn lets the first of each name through and counts how often it is asked.
type stubborn struct{ asked map[string]int }

func (s *stubborn) Allow(_ context.Context, kind, name string, _ float64, _ int) (bool, error) {
	s.asked[kind+name]++
	return s.asked[kind+name] == 1, nil
}

func TestAFloodIsRefusedWithoutAskingTheStore(t *testing.T) {
	store := &stubborn{map[string]int{}}
	shield := &web.Shield{Limiter: store}
	ask := func(kind, name string, rate float64) bool {
		ok, err := shield.Allow(t.Context(), kind, name, rate, 1)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !ask("open", "flood", 0.5) {
		t.Error("the first is refused")
	}
	for range 10_000 {
		if ask("open", "flood", 0.5) {
			t.Fatal("the flood is let through")
		}
	}
	if n := store.asked["openflood"]; n > 3 {
		t.Errorf("the store was asked %d times", n)
	}
	if !ask("open", "somebody", 0.5) || !ask("message", "flood", 0.5) {
		t.Error("somebody else, or something else, is refused with it")
	}
	ask("fast", "x", 1000)
	ask("fast", "x", 1000)
	time.Sleep(5 * time.Millisecond) // five tokens later
	ask("fast", "x", 1000)
	if n := store.asked["fastx"]; n != 3 {
		t.Errorf("asked %d times, want 3: a refusal is remembered until the next token only", n)
	}
	shield.Limiter = asleep{}
	if _, err := shield.Allow(t.Context(), "open", "other", 1, 1); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("a store that sleeps: %v", err)
	}
}

type asleep struct{}

func (asleep) Allow(context.Context, string, string, float64, int) (bool, error) {
	return false, bot.ErrUnavailable
}

// streaming serves streams under the name that the query gives.
func streaming(t *testing.T, attend func(context.Context, *web.Stream)) (*web.Streams, string) {
	t.Helper()
	streams := &web.Streams{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Kept", "yes")
		if err := streams.Go(w, r.URL.RawQuery, attend); err != nil && web.Refuse(w, err) {
			t.Error(err)
		}
	}))
	t.Cleanup(func() { streams.End(); server.Close() })
	return streams, server.URL
}

func TestAStreamOutlivesItsHandler(t *testing.T) {
	left := make(chan error, 1)
	streams, url := streaming(t, func(ctx context.Context, s *web.Stream) {
		_ = s.Send("7", "bonjour")
		<-ctx.Done()
		left <- ctx.Err()
	})
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(answer.Body)
	for _, want := range []string{": \n", "\n", "id: 7\n", "data: \"bonjour\"\n"} {
		if got, err := lines.ReadString('\n'); got != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	if h := answer.Header; h.Get("X-Kept") != "yes" || h.Get("Content-Type") != "text/event-stream; charset=utf-8" || h.Get("Date") == "" {
		t.Errorf("headers %v", h)
	}
	if n := streams.Count(); n != 1 {
		t.Errorf("%d streams", n)
	}
	answer.Body.Close()
	select {
	case <-left:
	case <-time.After(10 * time.Second):
		t.Fatal("the stream goes on without its client")
	}
}

func TestTheOldestStreamOfANameMakesRoom(t *testing.T) {
	_, url := streaming(t, func(ctx context.Context, s *web.Stream) { <-ctx.Done() })
	var bodies []io.ReadCloser
	for _, name := range []string{"a", "a", "a", "a", "a", "a", "a", "a", "b", "a"} {
		answer, err := http.Get(url + "?" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		bodies = append(bodies, answer.Body)
	}
	ended := make(chan int, len(bodies))
	for i, body := range bodies {
		go func() {
			if _, err := io.ReadAll(body); err == nil {
				ended <- i
			}
		}()
	}
	if got := <-ended; got != 0 {
		t.Errorf("stream %d made room, want the first", got)
	}
	select {
	case i := <-ended:
		t.Errorf("stream %d ended too", i)
	case <-time.After(100 * time.Millisecond):
	}
}

func TestStreamsEnd(t *testing.T) {
	streams, url := streaming(t, func(ctx context.Context, s *web.Stream) {
		<-ctx.Done()
		time.Sleep(50 * time.Millisecond) // somebody still writes something down
	})
	base := runtime.NumGoroutine()
	var bodies []io.Closer
	for range 20 {
		answer, err := http.Get(url + "?" + time.Now().String()[20:29])
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, answer.Body)
	}
	streams.End()
	for _, body := range bodies {
		body.Close()
	}
	if n := streams.Count(); n != 0 {
		t.Errorf("%d streams after the end", n)
	}
	answer, err := http.Get(url)
	if err != nil || answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("a stream after the end: %v, %v", answer, err)
	}
	http.DefaultClient.CloseIdleConnections()
	for n := 0; runtime.NumGoroutine() > base+5; n++ {
		if n == 200 {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), base)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// A client that reads nothing does not keep whoever writes to it.
func TestASlowReaderIsCutOff(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes ten seconds")
	}
	ended := make(chan error, 1)
	_, url := streaming(t, func(_ context.Context, s *web.Stream) {
		var err error
		for err == nil {
			err = s.Send("", strings.Repeat("x", 1<<16))
		}
		ended <- err
	})
	c := dialFrom(t, "127.0.0.1", strings.TrimPrefix(url, "http://"))
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	select {
	case err := <-ended:
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(40 * time.Second):
		t.Error("the stream still waits for who does not read")
	}
}

func TestAPanicApartIsAnError(t *testing.T) {
	err := web.Apart(func() error { panic("somebody's words") })
	if err == nil || strings.Contains(err.Error(), "somebody") || !strings.Contains(err.Error(), "panic of type string") {
		t.Errorf("got %v", err)
	}
}

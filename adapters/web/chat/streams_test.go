package chat_test

import (
	"bufio"
	"io"
	"net"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestStreamPingsAndSaysThatThePersonIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, nil)
		auth, _ := s.open()
		r := httptest.NewRequest("GET", "/chat/events", nil)
		name, value, _ := strings.Cut(auth, ": ")
		r.Header.Set(name, value)
		here, there := net.Pipe()
		sent := make(chan string, 1)
		go func() {
			text, _ := io.ReadAll(here)
			sent <- string(text)
		}()
		s.handler.ServeHTTP(&wire{httptest.NewRecorder(), there}, r)
		time.Sleep(61 * time.Second)
		here.Close() // the page is left
		synctest.Wait()
		want := []string{"here conversation-1 web", "here conversation-1 web", "here conversation-1 web", "gone conversation-1 web"}
		if got := s.presence.all(); !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := strings.Count(<-sent, ": ping\n\n"); got != 4 {
			t.Errorf("%d pings in a minute, want 4", got)
		}
	})
}

// A wire is a connection without a network.
type wire struct {
	*httptest.ResponseRecorder
	conn net.Conn
}

func (w *wire) Hijack() (net.Conn, *bufio.ReadWriter, error) { return w.conn, nil, nil }

// A store that is away for a moment cuts nobody off: all pages would come back at once.
func TestStreamOutlastsAShortAbsenceOfTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, nil)
		auth, _ := s.open()
		follow := func() (ended chan struct{}, leave func()) {
			r := httptest.NewRequest("GET", "/chat/events", nil)
			name, value, _ := strings.Cut(auth, ": ")
			r.Header.Set(name, value)
			here, there := net.Pipe()
			ended = make(chan struct{})
			go func() { _, _ = io.Copy(io.Discard, here); close(ended) }()
			s.handler.ServeHTTP(&wire{httptest.NewRecorder(), there}, r)
			return ended, func() { here.Close() }
		}
		open := func(ended chan struct{}) bool {
			select {
			case <-ended:
				return false
			default:
				return true
			}
		}
		ended, leave := follow()
		time.Sleep(14900 * time.Millisecond) // it looks each 15 seconds
		s.door.Sleep(true)
		time.Sleep(8 * time.Second)
		s.door.Sleep(false)
		time.Sleep(30 * time.Second)
		if !open(ended) {
			t.Error("eight seconds without the store ended a stream")
		}
		s.door.Sleep(true)
		time.Sleep(30 * time.Second)
		if open(ended) {
			t.Error("the page is not told that the store is away")
		}
		leave()
		synctest.Wait()
	})
}

// One address does not take every place: the pages of others still open.
func TestOneAddressOpensSoManyPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, nil)
		s.limiter.only = 10_000
		opened, auth := 0, ""
		open := func(from string) int {
			if opened%8 == 0 { // the oldest of one conversation would make room
				auth, _ = s.open()
			}
			opened++
			r := httptest.NewRequest("GET", "/chat/events", nil)
			name, value, _ := strings.Cut(auth, ": ")
			r.Header.Set(name, value)
			r.RemoteAddr = from + ":80"
			here, there := net.Pipe()
			t.Cleanup(func() { here.Close() })
			go func() { _, _ = io.Copy(io.Discard, here) }()
			w := &wire{httptest.NewRecorder(), there}
			s.handler.ServeHTTP(w, r)
			return w.Code // 200 when the connection was taken: nothing was answered
		}
		for n := range 500 {
			if got := open("192.0.2.1"); got != 200 {
				t.Fatalf("page %d: %d", n, got)
			}
		}
		if got := open("192.0.2.1"); got != 429 {
			t.Errorf("one page too many: %d", got)
		}
		if got := open("192.0.2.2"); got != 200 {
			t.Errorf("somebody else: %d", got)
		}
		if n := s.chat.Streams(); n != 501 {
			t.Errorf("%d pages are open", n)
		}
		s.end()
	})
}

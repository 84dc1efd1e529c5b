package web

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"frontdesk/bot"
)

// Streams are event streams that outlive their handlers. A handler that only waits holds its
// request, its buffers and a deep stack for as long: some 60 kB for a page that is merely open. What
// is taken from the server leaves a connection and two shallow goroutines. Its zero value is ready.
type Streams struct {
	mu    sync.Mutex
	open  map[string][]net.Conn // by name, the oldest first
	count int
	ended bool
	going sync.WaitGroup
}

// Of one name this many streams stay open; the oldest makes room for the next. A telephone that
// changes networks leaves streams behind that look alive for a quarter of an hour.
const streamsEach = 8

// Go answers 200, takes the connection from its server and lets attend write to it, until attend
// returns, the client is gone (its context ends then), newer streams of the same name take its place
// or End is called. attend is called once unless there is an error; it must keep nothing of the
// request. An HTTP/2 connection cannot be taken.
func (s *Streams) Go(w http.ResponseWriter, name string, attend func(context.Context, *Stream)) error {
	if s.stopping() {
		return errStops
	}
	eventStream(w.Header())
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return fmt.Errorf("open event stream: %w", err)
	}
	if !s.join(name, conn) { // since it was asked
		conn.Close()
		return errStops
	}
	ctx, stop := context.WithCancel(context.Background())
	stream := &Stream{bare{conn}}
	if stream.begin(conn, w.Header()) != nil {
		stop()
	}
	go func() { // reads nothing but the end
		_, _ = conn.Read(make([]byte, 1))
		stop()
	}()
	go func() {
		defer s.leave(name, conn)
		defer stop()
		attend(ctx, stream)
	}()
	return nil
}

var errStops = fmt.Errorf("open event stream: this replica stops: %w", bot.ErrUnavailable)

// begin sends the head of the answer by hand. It has no length: the body ends with the connection.
func (s *Stream) begin(conn net.Conn, h http.Header) error {
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return fmt.Errorf("open event stream: %w", err)
	}
	h.Set("Connection", "close")
	h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	var head bytes.Buffer
	head.WriteString("HTTP/1.1 200 OK\r\n")
	_ = h.Write(&head) // to memory
	head.WriteString("\r\n" + hello)
	return s.write(head.String())
}

// Count is how many streams are open.
func (s *Streams) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// End closes every stream, now and from now on, and returns when the last attend has.
func (s *Streams) End() {
	s.mu.Lock()
	s.ended = true
	for _, conns := range s.open {
		for _, conn := range conns {
			conn.Close()
		}
	}
	s.mu.Unlock()
	s.going.Wait()
}

func (s *Streams) stopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

func (s *Streams) join(name string, conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return false
	}
	if s.open == nil {
		s.open = make(map[string][]net.Conn)
	}
	if same := s.open[name]; len(same) >= streamsEach {
		same[len(same)-streamsEach].Close() // whoever attends it notices, and leaves
	}
	s.open[name] = append(s.open[name], conn)
	s.count++
	s.going.Add(1)
	return true
}

func (s *Streams) leave(name string, conn net.Conn) {
	conn.Close()
	s.mu.Lock()
	s.open[name] = slices.DeleteFunc(s.open[name], func(c net.Conn) bool { return c == conn })
	if len(s.open[name]) == 0 {
		delete(s.open, name)
	}
	s.count--
	s.mu.Unlock()
	s.going.Done()
}

// bare is a connection without anything between.
type bare struct{ net.Conn }

func (bare) Flush() error { return nil }

// Apart does something deep on a stack of its own, which is gone when it is done: that of a
// goroutine which then waits for minutes stays small. A panic comes back as an error, which names
// its type only: what it says may be somebody's words.
func Apart(do func() error) error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if cause := recover(); cause != nil {
				done <- fmt.Errorf("panic of type %T at %s", cause, debug.Stack())
			}
		}()
		done <- do()
	}()
	return <-done
}

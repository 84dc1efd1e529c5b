package web

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// A client that has not taken an event after this long is cut off; it comes back with the number
// of the last one it has. Nothing is buffered for it meanwhile.
const slowest = 10 * time.Second

// A Stream sends Server-Sent Events. It belongs to one goroutine at a time.
type Stream struct{ to wire }

// A wire is what a stream is written to: an answer that is kept open, or a bare connection.
type wire interface {
	io.Writer
	SetWriteDeadline(time.Time) error
	Flush() error
}

// An answer is a handler's, until the handler returns.
type answer struct {
	http.ResponseWriter
	*http.ResponseController
}

// OpenStream answers 200 and keeps the answer open until the handler returns. Who asks for the
// events after one it has got sends its number: LastEvent.
func OpenStream(w http.ResponseWriter, r *http.Request) (*Stream, error) {
	a := answer{w, http.NewResponseController(w)}
	// The server's time limits are meant for requests that end.
	if err := a.SetReadDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("open event stream: %w", err)
	}
	eventStream(w.Header())
	w.WriteHeader(http.StatusOK)
	s := &Stream{a}
	return s, s.write(hello)
}

// hello is a comment: proxies pass the head of an answer on with its first bytes.
const hello = ": \n\n"

func eventStream(h http.Header) {
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx
}

// LastEvent is the number of the last event that the client has, or "".
func LastEvent(r *http.Request) string { return r.Header.Get("Last-Event-ID") }

// Send sends v as JSON under a number; "" sends it without one.
func (s *Stream) Send(id string, v any) error {
	body, err := json.Marshal(v) // one line: JSON strings hold no raw line break
	if err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	return s.event("", id, body)
}

// SendNamed does the same for an event of a given type, which clients listen to by its name.
func (s *Stream) SendNamed(name, id string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	return s.event(name, id, body)
}

// Ping sends a comment, so that proxies keep the connection and a vanished client is noticed.
func (s *Stream) Ping() error { return s.write(": ping\n\n") }

func (s *Stream) event(name, id string, body []byte) error {
	var b strings.Builder
	b.Grow(len(body) + len(name) + len(id) + 24)
	if name != "" {
		b.WriteString("event: " + name + "\n")
	}
	if id != "" {
		b.WriteString("id: " + id + "\n")
	}
	b.WriteString("data: ")
	b.Write(body)
	b.WriteString("\n\n")
	return s.write(b.String())
}

// The deadline is lifted again after each write: over HTTP/2 one that passes while nothing is
// written would reset the stream.
func (s *Stream) write(text string) error {
	if err := s.to.SetWriteDeadline(time.Now().Add(slowest)); err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	if _, err := io.WriteString(s.to, text); err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	if err := s.to.Flush(); err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	if err := s.to.SetWriteDeadline(time.Time{}); err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	return nil
}

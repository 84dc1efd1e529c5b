package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// A client that has not taken an event after this long is cut off; it comes back with the number
// of the last one it has. Nothing is buffered for it meanwhile.
const slowest = 10 * time.Second

// A Stream sends Server-Sent Events. It belongs to the handler's goroutine.
type Stream struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

// OpenStream answers 200 and keeps the answer open until the handler returns. Who asks for the
// events after one it has got sends its number: LastEvent.
func OpenStream(w http.ResponseWriter, r *http.Request) (*Stream, error) {
	s := &Stream{w, http.NewResponseController(w)}
	// The server's time limits are meant for requests that end.
	if err := s.rc.SetReadDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("open event stream: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx
	w.WriteHeader(http.StatusOK)
	return s, s.write(": \n\n")
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
	if err := s.rc.SetWriteDeadline(time.Now().Add(slowest)); err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	if err := s.rc.Flush(); err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	if err := s.rc.SetWriteDeadline(time.Time{}); err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	return nil
}

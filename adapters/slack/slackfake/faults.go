package slackfake

import (
	"net/http"
	"time"
)

// How says in which way a call goes wrong. Calls answer 429 and 5xx, are cut and slowed before anything
// is done; LostReply does everything and then closes the connection.
type How struct {
	kind faultKind
	code string
	wait time.Duration
	http int
	free <-chan struct{}
}

type faultKind int

const (
	fine faultKind = iota
	tooOften
	badStatus
	late
	held
	cutBefore
	lostReply
	lateReply
	errorCode
)

// TooMany answers 429 with Retry-After, in whole seconds.
func TooMany(after time.Duration) How { return How{kind: tooOften, wait: after} }

// Status answers such a code as 500 or 502 with a page of HTML.
func Status(code int) How { return How{kind: badStatus, http: code} }

// Slow waits before it does what was asked.
func Slow(wait time.Duration) How { return How{kind: late, wait: wait} }

// Held waits until a channel is closed before it does what was asked.
func Held(free <-chan struct{}) How { return How{kind: held, free: free} }

// Cut closes the connection and does nothing.
func Cut() How { return How{kind: cutBefore} }

// LostReply does what was asked and closes the connection without an answer.
func LostReply() How { return How{kind: lostReply} }

// SlowReply does what was asked at once and keeps the answer back for a while, which may be longer than
// the client waits.
func SlowReply(wait time.Duration) How { return How{kind: lateReply, wait: wait} }

// Says answers ok:false with a code.
func Says(code string) How { return How{kind: errorCode, code: code} }

// Fail lets the next n calls of a method go wrong, after those that are scripted already; a method "*"
// means any.
func (w *Workspace) Fail(method string, n int, how How) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for range n {
		w.faults[method] = append(w.faults[method], how)
	}
}

// Mend drops everything that Fail scripted and has not happened yet.
func (w *Workspace) Mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.faults)
}

// fault takes the next scripted fault of a method.
func (w *Workspace) fault(method string) How {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, name := range []string{method, "*"} {
		if next := w.faults[name]; len(next) > 0 {
			w.faults[name] = next[1:]
			if next[0].kind == tooOften {
				w.refused[method]++
			}
			return next[0]
		}
	}
	return How{}
}

// before plays what goes wrong before the call is accepted, and says whether that was all.
func (h How) before(rw http.ResponseWriter, r *http.Request) bool {
	switch h.kind {
	case tooOften:
		tooMany(rw, h.wait)
	case badStatus:
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		rw.WriteHeader(h.http)
		_, _ = rw.Write([]byte("<!DOCTYPE html><title>Server Error</title><h1>Something went wrong</h1>"))
	case cutBefore:
		panic(http.ErrAbortHandler)
	case late:
		return !pause(r, h.wait)
	case held:
		select {
		case <-h.free:
			return false
		case <-r.Context().Done():
		}
	default:
		return false
	}
	return true
}

// pause waits, or answers false when the client has gone before.
func pause(r *http.Request, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-r.Context().Done():
		return false
	}
}

// after plays what goes wrong once the call is done, and says whether that was all.
func (h How) after(r *http.Request) bool {
	if h.kind == lostReply {
		panic(http.ErrAbortHandler)
	}
	return h.kind == lateReply && !pause(r, h.wait)
}

// Down refuses everything and cuts all connections, sockets included, until it is called with false.
func (w *Workspace) Down(down bool) {
	w.mu.Lock()
	w.down = down
	var conns []*conn
	if down {
		conns = w.conns
		w.conns = nil
	}
	w.mu.Unlock()
	for _, c := range conns {
		c.cut()
	}
}

func (w *Workspace) isDown() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.down
}

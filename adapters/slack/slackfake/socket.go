package slackfake

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// A conn is one Socket Mode connection. What is pushed is written in order by a goroutine of its own.
type conn struct {
	ws      *websocket.Conn
	ctx     context.Context
	cancel  context.CancelFunc
	leaving bool // was told to disconnect; guarded by the workspace

	mu   sync.Mutex
	out  [][]byte
	wake chan struct{}
}

func (c *conn) push(frame []byte) {
	c.mu.Lock()
	c.out = append(c.out, frame)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *conn) take() [][]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.out
	c.out = nil
	return out
}

// cut ends a connection without a word.
func (c *conn) cut() {
	c.cancel()
	_ = c.ws.CloseNow() // it may be closed already
}

// write sends what is pushed until the connection ends.
func (c *conn) write() {
	for {
		select {
		case <-c.wake:
		case <-c.ctx.Done():
			return
		}
		for _, frame := range c.take() {
			if c.ws.Write(c.ctx, websocket.MessageText, frame) != nil {
				c.cut()
				return
			}
		}
	}
}

// ping keeps the client from thinking that the connection is dead.
func (c *conn) ping(every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if c.ws.Ping(c.ctx) != nil {
			c.cut()
			return
		}
		select {
		case <-tick.C:
		case <-c.ctx.Done():
			return
		}
	}
}

func connectionsOpen(w *Workspace, _ *call) (obj, error) {
	ticket := w.id("ticket-")
	w.tickets[ticket] = true
	return obj{"url": "ws" + strings.TrimPrefix(w.base, "http") + "/socket?ticket=" + ticket + "&app_id=" + w.AppID}, nil
}

func (w *Workspace) serveSocket(rw http.ResponseWriter, r *http.Request) {
	if !w.spend(r.URL.Query().Get("ticket")) {
		http.Error(rw, "invalid ticket", http.StatusForbidden)
		return
	}
	ws, err := websocket.Accept(rw, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return // Accept answered
	}
	ws.SetReadLimit(1 << 20)
	c := &conn{ws: ws, wake: make(chan struct{}, 1)}
	c.ctx, c.cancel = context.WithCancel(w.ctx)
	defer c.cut()
	if !w.welcome(c) {
		return
	}
	defer w.part(c)
	for {
		_, frame, err := ws.Read(c.ctx)
		if err != nil {
			return
		}
		w.acked(frame)
	}
}

func (w *Workspace) spend(ticket string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	known := w.tickets[ticket]
	delete(w.tickets, ticket)
	return known
}

// welcome adds a connection and says hello, unless the workspace is closed or down.
func (w *Workspace) welcome(c *conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ctx.Err() != nil || w.down {
		return false
	}
	w.conns = append(w.conns, c)
	hello, _ := json.Marshal(obj{
		"type": "hello", "num_connections": len(w.conns), "connection_info": obj{"app_id": w.AppID},
		"debug_info": obj{"host": "slackfake", "build_number": 1, "approximate_connection_time": 18060},
	})
	c.push(hello)
	w.couriers.Go(c.write)
	w.couriers.Go(func() { c.ping(w.Ping) })
	w.note()
	return true
}

func (w *Workspace) part(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = slices.DeleteFunc(w.conns, func(other *conn) bool { return other == c })
	w.note()
}

// acked takes an acknowledgement, with what it carries.
func (w *Workspace) acked(frame []byte) {
	var ack struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	if json.Unmarshal(frame, &ack) != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if answer := w.waiting[ack.EnvelopeID]; answer != nil {
		delete(w.waiting, ack.EnvelopeID)
		answer <- ack.Payload
	}
}

// push sends an envelope to the next connection; nil when there is none. The caller holds the lock.
func (w *Workspace) push(kind string, payload any, attempt int, reason string) *parcel {
	w.tally.Tries++
	var c *conn
	for range w.conns {
		w.turn++
		if next := w.conns[w.turn%len(w.conns)]; !next.leaving && next.ctx.Err() == nil {
			c = next
			break
		}
	}
	if c == nil {
		return nil
	}
	p := &parcel{envelope: w.id("envelope-"), conn: c, answer: make(chan []byte, 1)}
	envelope := obj{"envelope_id": p.envelope, "type": kind, "payload": payload, "accepts_response_payload": kind != "events_api"}
	if kind == "events_api" {
		envelope["retry_attempt"], envelope["retry_reason"] = attempt, reason
	}
	frame, err := json.Marshal(envelope)
	if err != nil {
		return nil
	}
	w.waiting[p.envelope] = p.answer
	c.push(frame)
	return p
}

// Connections counts those that are open and were not told to leave.
func (w *Workspace) Connections() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, c := range w.conns {
		if !c.leaving {
			n++
		}
	}
	return n
}

// Disconnect ends all connections: with a disconnect message first that names a reason, warning or
// refresh_requested, or abruptly for "".
func (w *Workspace) Disconnect(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		if reason == "" {
			c.cut()
			continue
		}
		c.leaving = true
		frame, _ := json.Marshal(obj{"type": "disconnect", "reason": reason, "debug_info": obj{"host": "slackfake"}})
		c.push(frame)
		w.couriers.Go(func() {
			w.sleep(100 * time.Millisecond) // acknowledgements under way still count
			c.cut()
		})
	}
}

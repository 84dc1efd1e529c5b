//go:build chaos

package main

import (
	"bytes"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

// A proxy stands between a replica and Redis and does harm when it is told to. What it cuts has
// passed to Redis already: the command is carried out and its answer lost.
type proxy struct {
	to   string
	lose atomic.Int64 // of a thousand answers, how many are lost whole
	tear atomic.Int64 // and how many arrive in part
	lost atomic.Int64 // so far
	torn atomic.Int64
	hold atomic.Pointer[string] // requests with this in them go no further
	held chan struct{}          // one sign for each of those, while there is room
	slow atomic.Pointer[string] // a tenth of the requests with this in them arrive late
	late atomic.Int64           // so far
}

// lateBy is longer than a replica waits for an answer, and than it takes others to notice.
const lateBy = 1200 * time.Millisecond

// start listens until the test ends, and returns its port.
func (p *proxy) start(t *testing.T) (port string) {
	t.Helper()
	p.held = make(chan struct{}, 4096)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.carry(client)
		}
	}()
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port
}

// carry passes one connection on, both ways, until either side ends it.
func (p *proxy) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		defer client.Close()
		defer server.Close()
		pass(client, server, p.request)
	}()
	pass(server, client, p.answer)
}

// pass copies what comes until either side ends, or may says that this was the last.
func pass(from, to net.Conn, may func([]byte) (part []byte, last bool)) {
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		if n > 0 {
			part, last := may(b[:n])
			if _, failed := to.Write(part); failed != nil || last {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// request holds back what it was told to hold, for good or for a while: the connection stays open and
// says nothing more.
func (p *proxy) request(b []byte) ([]byte, bool) {
	if what := p.hold.Load(); what != nil && bytes.Contains(b, []byte(*what)) {
		select {
		case p.held <- struct{}{}:
		default:
		}
		return nil, false
	}
	if what := p.slow.Load(); what != nil && bytes.Contains(b, []byte(*what)) && rand.IntN(10) == 0 {
		p.late.Add(1)
		time.Sleep(lateBy) // who asked has given up by then; it is carried out all the same
	}
	return b, false
}

// answer loses or tears an answer, and the connection with it.
func (p *proxy) answer(b []byte) ([]byte, bool) {
	switch chance := rand.Int64N(1000); {
	case chance < p.lose.Load():
		p.lost.Add(1)
		return nil, true
	case chance < p.lose.Load()+p.tear.Load() && len(b) > 1:
		p.torn.Add(1)
		return b[:1+rand.IntN(len(b)-1)], true
	}
	return b, false
}

// holdBack holds every request with this in it; "" lets all pass again.
func (p *proxy) holdBack(what string) { set(&p.hold, what) }

// slowDown has some requests with this in them arrive late; "" lets all pass in time.
func (p *proxy) slowDown(what string) { set(&p.slow, what) }

func set(at *atomic.Pointer[string], what string) {
	if what == "" {
		at.Store(nil)
		return
	}
	at.Store(&what)
}

package redis

import (
	"bytes"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A line is the network in front of one Redis. It tells replicas and Sentinels from everybody else by
// what they say first, delays what replicas receive, and can be cut for them alone. What was on its
// way is lost with the machine that sent it.
type line struct {
	listener net.Listener
	upstream string
	delay    time.Duration
	isCut    atomic.Bool

	mu    sync.Mutex
	peers map[net.Conn]struct{} // connections of replicas and Sentinels
}

func newLine(t testing.TB, upstream string, delay time.Duration) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{listener: listener, upstream: upstream, delay: delay, peers: make(map[net.Conn]struct{})}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go l.serve(conn)
		}
	}()
	return l
}

func (l *line) addr() string { return l.listener.Addr().String() }

// cut parts the Redis from its replicas and from all Sentinels, until heal.
func (l *line) cut() {
	l.isCut.Store(true)
	l.mu.Lock()
	defer l.mu.Unlock()
	for conn := range l.peers {
		conn.Close()
	}
}

func (l *line) heal() { l.isCut.Store(false) }

func (l *line) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", l.upstream)
	if err != nil {
		return
	}
	defer server.Close()
	var replica atomic.Bool
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.carryBack(client, server, &replica)
		client.Close()
	}()
	l.carry(client, server, &replica)
	server.Close()
	<-ended
	l.mu.Lock()
	delete(l.peers, client)
	l.mu.Unlock()
}

// carry takes what a client says to the Redis, and learns who it is.
func (l *line) carry(client, server net.Conn, replica *atomic.Bool) {
	said := make([]byte, 64<<10)
	for {
		n, err := client.Read(said)
		if err != nil {
			return
		}
		if bytes.Contains(said[:n], []byte("PSYNC")) {
			replica.Store(true)
		}
		if replica.Load() || bytes.Contains(said[:n], []byte("sentinel-")) {
			l.mu.Lock()
			l.peers[client] = struct{}{}
			l.mu.Unlock()
			if l.isCut.Load() {
				return
			}
		}
		if _, err := server.Write(said[:n]); err != nil {
			return
		}
	}
}

// carryBack takes what the Redis answers to the client.
func (l *line) carryBack(client, server net.Conn, replica *atomic.Bool) {
	type parcel struct {
		bytes   []byte
		arrives time.Time
	}
	under := make(chan parcel, 1<<16)
	lost := make(chan struct{})
	go func() {
		defer close(under)
		for {
			b := make([]byte, 16<<10)
			n, err := server.Read(b)
			if err != nil {
				close(lost)
				return
			}
			at := time.Now()
			if replica.Load() {
				at = at.Add(l.delay)
			}
			under <- parcel{b[:n], at}
		}
	}()
	for p := range under {
		if wait := time.Until(p.arrives); wait > 0 {
			select {
			case <-time.After(wait):
			case <-lost:
				return
			}
		}
		if _, err := client.Write(p.bytes); err != nil {
			server.Close()
			_, _ = io.Copy(io.Discard, server)
			for range under {
				continue
			}
			return
		}
	}
}

package signal

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Counts are what happened at an endpoint since it listens.
type Counts struct {
	Foreign, Unparsed uint64 // messages that were dropped
	Answered, Refused uint64 // incoming calls
}

// counters count, so that a flood costs a number and not a line each.
type counters struct{ foreign, unparsed, answered, refused atomic.Uint64 }

// Counts says how often what happened.
func (e *Endpoint) Counts() Counts {
	n := &e.count
	return Counts{Foreign: n.foreign.Load(), Unparsed: n.unparsed.Load(), Answered: n.answered.Load(), Refused: n.refused.Load()}
}

// report logs once a minute, at most, how much was dropped.
func (e *Endpoint) report(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	var last Counts
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if now := e.Counts(); now.Foreign != last.Foreign || now.Unparsed != last.Unparsed {
			e.Log.Warn("SIP traffic dropped", "foreign", now.Foreign-last.Foreign, "unparsed", now.Unparsed-last.Unparsed)
			last = now
		}
	}
}

// muffled stands in for the library's logger, which would write whole messages and callers' numbers. It
// counts complaints and writes nothing.
type muffled struct{ unparsed *atomic.Uint64 }

func (muffled) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (m muffled) Handle(_ context.Context, r slog.Record) error {
	if m.unparsed != nil && r.Message == "failed to parse" {
		m.unparsed.Add(1)
	}
	return nil
}

func (m muffled) WithAttrs([]slog.Attr) slog.Handler { return m }
func (m muffled) WithGroup(string) slog.Handler      { return m }

// The library keeps these settings in variables of its own: without the first it writes messages to the
// log, without the second it refuses to send an answer whose Via and Record-Route, which others wrote,
// make it longer than 1,300 bytes.
var quieten = sync.OnceFunc(func() {
	sip.SetDefaultLogger(slog.New(muffled{}))
	sip.UDPMTUSize = 65535
})

// filter is asked before anything is parsed or remembered. Dropping is (nil, nil): an error would end the
// listener.
func (e *Endpoint) filter(from sip.TransportReadProps, data []byte) ([]byte, error) {
	if e.allows(addrOf(from.RemoteAddr)) {
		return data, nil
	}
	e.count.foreign.Add(1)
	return nil, nil
}

func addrOf(a net.Addr) netip.Addr {
	switch a := a.(type) {
	case *net.UDPAddr:
		return a.AddrPort().Addr()
	case *net.TCPAddr:
		return a.AddrPort().Addr()
	}
	return netip.Addr{}
}

// A lasting listener closes connections from networks that may not call before a byte of TLS is spoken,
// and outlives what would end the library's loop, such as a moment without file descriptors.
type lasting struct {
	net.Listener
	e *Endpoint
}

func (l lasting) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		switch {
		case err == nil && l.e.allows(addrOf(conn.RemoteAddr())):
			return conn, nil
		case err == nil:
			l.e.count.foreign.Add(1)
			_ = conn.Close()
		case l.e.life.Err() != nil:
			return nil, err
		default:
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// lastingPackets does the same for UDP, where the library's loop ends with the first error of a read.
type lastingPackets struct {
	net.PacketConn
	e *Endpoint
}

func (l lastingPackets) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := l.PacketConn.ReadFrom(b)
		if err == nil || l.e.life.Err() != nil {
			return n, from, err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

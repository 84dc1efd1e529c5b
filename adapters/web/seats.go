package web

import (
	"net"
	"net/netip"
	"sync"
)

// Seats bound how much is open at once, in all and for each name, so that nobody takes every place.
type Seats struct {
	All, Each int

	mu      sync.Mutex
	taken   int
	by      map[string]int
	refused int
}

// Take takes one seat under a name, or says that there is none. "" counts in all only. leave gives
// the seat back, once.
func (s *Seats) Take(name string) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken >= s.All || name != "" && s.by[name] >= s.Each {
		s.refused++
		return nil, false
	}
	if s.by == nil {
		s.by = make(map[string]int)
	}
	s.taken++
	if name != "" {
		s.by[name]++
	}
	return sync.OnceFunc(func() { s.leave(name) }), true
}

func (s *Seats) leave(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken--
	if name == "" {
		return
	}
	if s.by[name]--; s.by[name] == 0 {
		delete(s.by, name)
	}
}

// Count is how many seats are taken now, and how often there was none.
func (s *Seats) Count() (taken, refused int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken, s.refused
}

// Bound is a listener whose connections take seats, by household. Who finds none is hung up on at
// once: waiting would keep everybody else waiting too. Trusted proxies bring many people over few
// connections and count in all only; the households behind them are counted where requests are read.
func Bound(l net.Listener, seats *Seats, proxies Proxies) net.Listener {
	return &bounded{l, seats, proxies}
}

type bounded struct {
	net.Listener
	seats   *Seats
	proxies Proxies
}

// Accept returns the next connection that has a seat.
func (b *bounded) Accept() (net.Conn, error) {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if leave, ok := b.seats.Take(b.household(c)); ok {
			return &seated{c, leave}, nil
		}
		c.Close()
	}
}

func (b *bounded) household(c net.Conn) string {
	peer, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return ""
	}
	addr := peer.Addr().Unmap().WithZone("")
	if b.proxies.trusts(addr) {
		return ""
	}
	return Household(addr)
}

// A seated connection gives its seat back when it is closed.
type seated struct {
	net.Conn
	leave func()
}

func (s *seated) Close() error {
	s.leave()
	return s.Conn.Close()
}

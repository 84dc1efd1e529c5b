package media

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Why a room or a stream does not do what it is asked.
var (
	ErrFull   = errors.New("no more streams: all ports or all places are taken")
	ErrClosed = errors.New("the stream is closed")
)

// A Host is where sound of one family of addresses comes to.
type Host struct {
	Bound  netip.Addr // by every stream of the family
	Public netip.Addr // written into descriptions; zero: Bound
}

func (h Host) check() (Host, error) {
	h.Bound, h.Public = h.Bound.Unmap(), h.Public.Unmap()
	if !h.Public.IsValid() {
		h.Public = h.Bound
	}
	switch {
	case !h.Bound.IsValid():
		return h, errors.New("media has no address to listen on")
	case h.Public.IsUnspecified():
		return h, errors.New("media listens on every address and needs one to advertise")
	case !h.reaches(h.Public):
		return h, errors.New("media advertises an address of another family than it listens on")
	}
	return h, nil
}

// reaches says that a packet from here can get to an address.
func (h Host) reaches(addr netip.Addr) bool { return addr.Unmap().Is4() == h.Bound.Is4() }

// bind listens to one family alone, also on all addresses.
func (h Host) bind(port int) (*net.UDPConn, error) {
	network := "udp6"
	if h.Bound.Is4() {
		network = "udp4"
	}
	return net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(h.Bound, uint16(port))))
}

// Config says where a room listens.
type Config struct {
	Hosts      []Host        // one, or one per family; they share the ports
	FirstPort  int           // RTP takes the even ports from here …
	LastPort   int           // … and RTCP the odd ones up to here
	MaxStreams int           // at once; zero: as many as there are pairs of ports
	Silence    time.Duration // without sound a peer is gone; zero: 25 s (20 to 30 lets DTX live)
}

const defaultSilence = 25 * time.Second

func (c Config) check() (Config, error) {
	if len(c.Hosts) == 0 {
		return c, errors.New("media has no address to listen on")
	}
	c.Hosts = slices.Clone(c.Hosts)
	for i, h := range c.Hosts {
		var err error
		if c.Hosts[i], err = h.check(); err != nil {
			return c, err
		}
		if i > 1 || i == 1 && h.reaches(c.Hosts[0].Bound) {
			return c, errors.New("media listens on two addresses of one family")
		}
	}
	c.FirstPort += c.FirstPort & 1
	pairs := (c.LastPort - c.FirstPort + 1) / 2
	switch {
	case c.FirstPort < 2 || c.LastPort > 65535 || pairs < 1:
		return c, fmt.Errorf("media has no pair of ports from %d to %d", c.FirstPort, c.LastPort)
	}
	if c.MaxStreams <= 0 {
		c.MaxStreams = pairs
	}
	if c.Silence <= 0 {
		c.Silence = defaultSilence
	}
	return c, nil
}

// Room owns ports, the pacer and the counters of all streams. It is safe to share.
type Room struct {
	config Config
	wheel  *wheel
	count  counters

	mu     sync.Mutex
	open   map[*Stream]struct{}
	next   int // port to try first
	closed bool
}

// counters are those of the room since it was made.
type counters struct {
	opened, refused, sent, failed, received, strangers, lost, late atomic.Uint64
}

// New makes a room. It binds nothing yet.
func New(c Config) (*Room, error) {
	c, err := c.check()
	if err != nil {
		return nil, err
	}
	return &Room{config: c, wheel: newWheel(), open: map[*Stream]struct{}{}, next: c.FirstPort}, nil
}

// Open gives a stream two ports, or ErrFull. They are of the family of addresses that the offer has, which is
// not always the one that the call is signalled in; without an offer, of the peer's.
func (r *Room) Open(peer netip.Addr, offer []byte) (*Stream, error) {
	host := r.hostFor(peer, offer)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, ErrClosed
	}
	if len(r.open) >= r.config.MaxStreams {
		r.count.refused.Add(1)
		return nil, ErrFull
	}
	sound, reports, port, err := r.listen(host)
	if err != nil {
		r.count.refused.Add(1)
		return nil, err
	}
	s := newStream(r, host, sound, reports, port)
	r.open[s] = struct{}{}
	r.count.opened.Add(1)
	s.start()
	return s, nil
}

func (r *Room) hostFor(peer netip.Addr, offer []byte) Host {
	hosts := r.config.Hosts
	if len(hosts) == 1 {
		return hosts[0]
	}
	if d, err := parse(offer, true); err == nil {
		peer = d.address.Addr()
	}
	if peer.IsValid() && !hosts[0].reaches(peer) {
		return hosts[1]
	}
	return hosts[0]
}

// listen binds the next free pair. A pair just closed is the last to be taken again, so that late
// packets of an old call do not reach a new one.
func (r *Room) listen(host Host) (sound, reports *net.UDPConn, port int, err error) {
	first, last := r.config.FirstPort, r.config.LastPort
	for range (last - first + 1) / 2 {
		if r.next+1 > last {
			r.next = first
		}
		port = r.next
		r.next += 2
		if sound, err = host.bind(port); err != nil {
			continue
		}
		if reports, err = host.bind(port + 1); err == nil {
			return sound, reports, port, nil
		}
		_ = sound.Close() // its pair is taken
	}
	return nil, nil, 0, fmt.Errorf("%w: %v", ErrFull, err)
}

func (r *Room) forget(s *Stream) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, s)
}

// Close closes every stream and stops the pacer.
func (r *Room) Close() {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return
	}
	r.closed = true
	var open []*Stream
	for s := range r.open {
		open = append(open, s)
	}
	r.mu.Unlock()
	for _, s := range open {
		s.Close()
	}
	r.wheel.stop()
}

// RoomStats are the counters of a room. Skipped are packets that were not sent because the machine
// stood still: they are dropped, never sent in a burst.
type RoomStats struct {
	Open                      int
	Opened, Refused           uint64 // streams
	Sent, Failed, Skipped     uint64 // packets
	Received, Strangers       uint64 // packets; strangers' were dropped
	Lost, Late                uint64 // packets of streams that are closed
	LateP50, LateP99, LateMax time.Duration
}

// Stats reads the counters; a metrics page may do so at any time.
func (r *Room) Stats() RoomStats {
	r.mu.Lock()
	open := len(r.open)
	r.mu.Unlock()
	c, late := &r.count, &r.wheel.late
	return RoomStats{
		Open: open, Opened: c.opened.Load(), Refused: c.refused.Load(),
		Sent: c.sent.Load(), Failed: c.failed.Load(), Skipped: r.wheel.skipped.Load(),
		Received: c.received.Load(), Strangers: c.strangers.Load(),
		Lost: c.lost.Load(), Late: c.late.Load(),
		LateP50: late.quantile(0.5), LateP99: late.quantile(0.99), LateMax: time.Duration(late.max.Load()),
	}
}

package media

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Why a room or a stream does not do what it is asked.
var (
	ErrFull   = errors.New("no more streams: all ports or all places are taken")
	ErrClosed = errors.New("the stream is closed")
)

// Config says where a room listens.
type Config struct {
	Host       netip.Addr    // bound by every stream; :: takes both families
	Public     netip.Addr    // written into descriptions; zero: Host
	FirstPort  int           // RTP takes the even ports from here …
	LastPort   int           // … and RTCP the odd ones up to here
	MaxStreams int           // at once; zero: as many as there are pairs of ports
	Silence    time.Duration // without sound a peer is gone; zero: 25 s (20 to 30 lets DTX live)
}

const defaultSilence = 25 * time.Second

func (c Config) check() (Config, error) {
	c.Host, c.Public = c.Host.Unmap(), c.Public.Unmap()
	if !c.Public.IsValid() {
		c.Public = c.Host
	}
	c.FirstPort += c.FirstPort & 1
	pairs := (c.LastPort - c.FirstPort + 1) / 2
	switch {
	case !c.Host.IsValid():
		return c, errors.New("media has no address to listen on")
	case c.Public.IsUnspecified():
		return c, errors.New("media listens on every address and needs one to advertise")
	case c.Host.Is4() && c.Public.Is6() || c.Public.Is4() && c.Host.Is6() && !c.Host.IsUnspecified():
		return c, errors.New("media advertises an address of another family than it listens on")
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
	public netip.Addr
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
	return &Room{config: c, public: c.Public, wheel: newWheel(), open: map[*Stream]struct{}{}, next: c.FirstPort}, nil
}

// Open gives a stream two ports, or ErrFull.
func (r *Room) Open() (*Stream, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, ErrClosed
	}
	sound, reports, port, err := r.listen()
	if err != nil {
		r.count.refused.Add(1)
		return nil, err
	}
	s := newStream(r, sound, reports, port)
	r.open[s] = struct{}{}
	r.count.opened.Add(1)
	s.start()
	return s, nil
}

// listen binds the next free pair. A pair just closed is the last to be taken again, so that late
// packets of an old call do not reach a new one.
func (r *Room) listen() (sound, reports *net.UDPConn, port int, err error) {
	first, last := r.config.FirstPort, r.config.LastPort
	if len(r.open) >= r.config.MaxStreams {
		return nil, nil, 0, ErrFull
	}
	for range (last - first + 1) / 2 {
		if r.next+1 > last {
			r.next = first
		}
		port = r.next
		r.next += 2
		if sound, err = r.bind(port); err != nil {
			continue
		}
		if reports, err = r.bind(port + 1); err == nil {
			return sound, reports, port, nil
		}
		_ = sound.Close() // its pair is taken
	}
	return nil, nil, 0, fmt.Errorf("%w: %v", ErrFull, err)
}

func (r *Room) bind(port int) (*net.UDPConn, error) {
	return net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(r.config.Host, uint16(port))))
}

// reaches says that a packet from our sockets can get to host.
func (r *Room) reaches(host netip.Addr) bool {
	return host.Is4() == r.config.Host.Is4() || r.config.Host == netip.IPv6Unspecified()
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

package media

import (
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// Stream is the sound of one call. Its methods may be called from any goroutine.
type Stream struct {
	room    *Room
	host    Host
	port    int
	sound   *net.UDPConn // RTP
	reports *net.UDPConn // RTCP
	phase   *phase
	keys    chan Key
	silent  chan struct{}
	done    chan struct{}
	reading sync.WaitGroup

	mu          sync.Mutex // guards all below
	closed      bool
	secure      bool     // RTP/SAVP is taken
	offerSecure bool     // … and offered
	session     uint64   // o= of our descriptions
	version     uint64   // … and how often they changed
	said        string   // our last lines of media
	offered     *written // waits for Accept
	agreed      agreement
	guard       guard
	route       route
	out         outgoing
	in          incoming
	keypad      keypad
	report      reporting
	playing     *playback
	record      *recording
	bridge      *Stream // what the peer says goes there
}

func newStream(r *Room, host Host, sound, reports *net.UDPConn, port int) *Stream {
	s := &Stream{room: r, host: host, port: port, sound: sound, reports: reports,
		keys: make(chan Key, maxWaitingKeys), silent: make(chan struct{}), done: make(chan struct{}),
		session: uint64(rand.Uint32()), out: newOutgoing(), report: newReporting()}
	s.agreed.offerPT = defaultEvents
	return s
}

func (s *Stream) start() {
	s.read()
	s.phase = s.room.wheel.add(s)
}

// read takes what comes to the stream's place until that is closed.
func (s *Stream) read() {
	sound, reports := s.sound, s.reports
	s.reading.Go(func() { s.listen(sound) })
	s.reading.Go(func() { s.listenReports(reports) })
}

// Close says goodbye by RTCP, frees the ports and ends Play, Record and Bridge with ErrClosed.
func (s *Stream) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	s.sayGoodbye()
	s.room.count.lost.Add(s.in.lost())
	s.room.count.late.Add(s.in.late)
	s.endPlay(ErrClosed)
	close(s.done)
	s.mu.Unlock()
	s.phase.remove(s)
	_ = s.sound.Close()
	_ = s.reports.Close()
	s.reading.Wait()
	s.room.forget(s)
}

// Done is closed with the stream.
func (s *Stream) Done() <-chan struct{} { return s.done }

// Keys are those that the person presses, at the first sign of each press. It is never closed; keys
// that nobody reads are lost after the thirty-second.
func (s *Stream) Keys() <-chan Key { return s.keys }

// Silent is closed when the peer should be heard and has not been for Config.Silence.
func (s *Stream) Silent() <-chan struct{} { return s.silent }

// Held says that the peer does not want to hear us now.
func (s *Stream) Held() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.agreed.held
}

// Info takes a key that came by SIP INFO. It is ignored once keys come by RFC 4733, and when the
// same key was heard another way within half a second.
func (s *Stream) Info(key Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.press(key, byInfo, time.Now())
}

// press reports a key unless it is a second sign of the same press.
func (s *Stream) press(key Key, by method, now time.Time) {
	if !s.keypad.press(key, by, now) {
		return
	}
	select {
	case s.keys <- key:
	default:
	}
}

// watch closes Silent when it is time.
func (s *Stream) watch(now time.Time) {
	if !s.agreed.speaks || now.Sub(s.in.heardAt) < s.room.config.Silence {
		return
	}
	select {
	case <-s.silent:
	default:
		close(s.silent)
	}
}

// negotiated sets what follows from a new agreement.
func (s *Stream) negotiated() {
	s.in.tones = nil
	if len(s.agreed.events) == 0 {
		s.in.tones = newToneDetector()
	}
}

// Stats says how a stream fared.
type Stats struct {
	Sent, Received uint64        // packets of sound and keys
	Lost           uint64        // never came; RFC 3550 lets one that came twice make up for one
	Late           uint64        // came out of order, or twice
	Strangers      uint64        // from other sources than the latched one, or not decipherable
	Jitter         time.Duration // RFC 3550 §6.4.1
	PeerLost       uint32        // what the peer says that it lost of ours
	RoundTrip      time.Duration // by RTCP; zero when the peer sends none
}

// Stats reads the counters.
func (s *Stream) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{
		Sent: s.out.packets, Received: s.in.packets, Lost: s.in.lost(), Late: s.in.late, Strangers: s.in.strangers,
		Jitter:   time.Duration(s.in.jitter) * time.Second / rate,
		PeerLost: s.report.peerLost, RoundTrip: s.report.roundTrip,
	}
}

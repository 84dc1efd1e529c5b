package media

import "net"

// A place is where a stream listens.
type place struct {
	host           Host
	port           int
	sound, reports *net.UDPConn
}

// here is where the stream listens now.
func (s *Stream) here() place { return place{s.host, s.port, s.sound, s.reports} }

// placeFor is where a stream listens to a peer: where it does, or at a new place of the other family of addresses
// for one that goes there in the middle of a call. The caller holds the stream's lock.
func (s *Stream) placeFor(peer *description) (place, error) {
	addr := peer.address.Addr()
	if addr.IsUnspecified() || s.host.reaches(addr) {
		return s.here(), nil
	}
	for _, h := range s.room.config.Hosts {
		if h.reaches(addr) {
			return s.room.second(h)
		}
	}
	return place{}, refuse("its address is of another family than ours")
}

// second binds two more ports for a stream that leaves its own.
func (r *Room) second(host Host) (place, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return place{}, ErrClosed
	}
	sound, reports, port, err := r.listen(host)
	if err != nil {
		r.count.refused.Add(1)
		return place{}, err
	}
	return place{host, port, sound, reports}, nil
}

func (p place) close() {
	_ = p.sound.Close()
	_ = p.reports.Close()
}

// moveTo makes a place the stream's own, and frees the one before: what still comes there, from the address that
// the peer has left, would not be listened to anyway. The caller holds the stream's lock.
func (s *Stream) moveTo(p place) {
	left := s.here()
	if p == left {
		return
	}
	s.host, s.port, s.sound, s.reports = p.host, p.port, p.sound, p.reports
	s.said = "" // another address is a change, also under the same port
	s.read()
	left.close()
}

// leave frees a place that came to nothing. The caller holds the stream's lock.
func (s *Stream) leave(p place) {
	if p != s.here() {
		p.close()
	}
}

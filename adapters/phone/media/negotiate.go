package media

import (
	"fmt"
	"strings"
	"time"
)

// defaultEvents is the payload type under which we offer telephone-event.
const defaultEvents = 101

// agreement is what both sides have said last.
type agreement struct {
	send    codec   // what we speak
	hear    []codec // what the peer may speak
	events  []uint8 // payload types of telephone-event that may come; none: keys come in band
	offerPT int     // telephone-event as we offer it again
	secure  bool
	held    bool
	speaks  bool // the peer sends sound
}

// AllowSecure says that the call was signalled over TLS: RTP/SAVP is taken where the peer offers it.
func (s *Stream) AllowSecure() { s.allow(false) }

// OfferSecure says that nothing but sips: leads to either end: RTP/SAVP is taken, and offered.
func (s *Stream) OfferSecure() { s.allow(true) }

func (s *Stream) allow(offer bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secure, s.offerSecure = true, offer
}

// Answer takes an offer and returns our answer. An error wraps ErrNotAcceptable, or ErrClosed.
func (s *Stream) Answer(offer []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	peer, err := s.parse(offer)
	if err != nil {
		return nil, err
	}
	at, err := s.placeFor(peer)
	if err != nil {
		return nil, err
	}
	ours := written{port: at.port, profile: plainProfile, codecs: peer.codecs[:1], events: peer.events, direction: peer.mirrored()}
	var theirs *cipher
	if len(peer.keys) > 0 {
		theirs = &peer.keys[0]
		ours.profile, ours.key = secureProfile, s.keyFor(theirs)
	}
	if err := s.agree(peer, ours.codecs, ours.key, theirs); err != nil {
		s.leave(at)
		return nil, err
	}
	s.moveTo(at)
	s.offered = nil
	return s.describe(func(b *strings.Builder) {
		for i, l := range peer.lines {
			if i == peer.chosen {
				ours.write(b)
			} else {
				fmt.Fprintf(b, "m=%s 0 %s %s\r\n", l.medium, l.profile, l.format)
			}
		}
	}), nil
}

// Offer returns our offer, at first and in the middle of a call. Accept takes what comes back.
func (s *Stream) Offer() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	ours := written{port: s.port, profile: plainProfile, codecs: []codec{{ALaw, 8}, {MuLaw, 0}},
		events: s.agreed.offerPT, direction: "sendrecv"}
	if s.agreed.secure || s.offerSecure && len(s.agreed.hear) == 0 {
		ours.profile, ours.key = secureProfile, s.offeredKey()
	}
	s.offered = &ours
	return s.describe(ours.write), nil
}

// offeredKey is the key already in use or on offer, else a new one.
func (s *Stream) offeredKey() *cipher {
	switch {
	case s.guard.ours != nil:
		return s.guard.ours
	case s.offered != nil && s.offered.key != nil:
		return s.offered.key
	}
	return s.keyFor(&cipher{tag: 1, suite: suite80})
}

// Accept takes the answer to our last offer. An error wraps ErrNotAcceptable, or ErrClosed.
func (s *Stream) Accept(answer []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ours := s.offered
	if ours == nil {
		return refuse("nothing was offered")
	}
	peer, err := s.parse(answer)
	if err != nil {
		return err
	}
	if host := peer.address.Addr(); !host.IsUnspecified() && !s.host.reaches(host) {
		return refuse("its address is of another family than the one that was offered")
	}
	var theirs *cipher
	if ours.key != nil {
		for i, key := range peer.keys {
			if key.tag == ours.key.tag && key.suite == ours.key.suite {
				theirs = &peer.keys[i]
				break
			}
		}
	}
	if (ours.key != nil) != (theirs != nil) || len(peer.keys) > 0 && ours.key == nil {
		return refuse("its encryption is not the one that was offered")
	}
	if err := s.agree(peer, peer.codecs, ours.key, theirs); err != nil {
		return err
	}
	if peer.events != noEvents && peer.events != ours.events {
		s.agreed.events = append(s.agreed.events, uint8(ours.events))
	}
	s.offered = nil
	return nil
}

// parse reads a description of the peer.
func (s *Stream) parse(body []byte) (*description, error) {
	if s.closed {
		return nil, ErrClosed
	}
	return parse(body, s.secure)
}

// keyFor is our key in answer to one of the peer: the same as before as long as the suite is.
func (s *Stream) keyFor(theirs *cipher) *cipher {
	if mine := s.guard.ours; mine != nil && mine.suite == theirs.suite {
		key := *mine
		key.tag = theirs.tag
		return &key
	}
	key := newCipher(theirs.tag, theirs.suite)
	return &key
}

// agree makes what was said true. A new address is latched anew; 0.0.0.0 is none.
func (s *Stream) agree(peer *description, hear []codec, ours, theirs *cipher) error {
	protected, err := s.guard.with(ours, theirs)
	if err != nil {
		return err
	}
	s.guard = protected
	s.agreed = agreement{send: peer.codecs[0], hear: hear, offerPT: s.agreed.offerPT, secure: theirs != nil,
		held: peer.holds(), speaks: peer.speaks()}
	if peer.events != noEvents {
		s.agreed.events, s.agreed.offerPT = []uint8{uint8(peer.events)}, peer.events
	}
	now := time.Now()
	if !peer.address.Addr().IsUnspecified() {
		s.route.signal(peer.address, peer.reports, now)
	}
	s.in.heardAt = now // who was on hold has the whole time to be heard again
	s.negotiated()
	return nil
}

// describe writes our session around lines of media. RFC 3264 §8: the version counts changes.
func (s *Stream) describe(lines func(*strings.Builder)) []byte {
	family, host := "IP4", s.host.Public
	if host.Is6() {
		family = "IP6"
	}
	var b strings.Builder
	lines(&b)
	if text := b.String(); text != s.said {
		s.said = text
		s.version++
	}
	return fmt.Appendf(nil, "v=0\r\no=- %d %d IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n%s",
		s.session, s.version, family, host, family, host, s.said)
}

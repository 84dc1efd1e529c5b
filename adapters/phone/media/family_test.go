package media

import (
	"bytes"
	"strings"
	"testing"
)

// A peer goes from IPv4 to IPv6 and back in the middle of a call: sound and keys go on both ways, each time from a
// socket of the peer's family, and the one before is free again.
func TestAPeerGoesToTheOtherFamilyAndBack(t *testing.T) {
	t.Parallel()
	six := newPeer(t, loopback6) // skips without IPv6
	room := testRoom(t, func(c *Config) { c.Hosts, c.MaxStreams = []Host{{Bound: loopback}, {Bound: loopback6}}, 1 })
	four := newPeer(t, loopback)
	s, err := room.Open(loopback, four.describe("8 101"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	version, served := uint64(0), uint64(0)
	for round, p := range []*peer{four, six, four, six} {
		left := s.here()
		if d := p.call(s, "8 101"); d.address.Addr() != p.address().Addr() || s.host.Bound != p.address().Addr() {
			t.Fatalf("round %d: %v is answered with %v", round, p.address(), d.address)
		}
		if s.version != version+1 {
			t.Errorf("round %d: the version is %d after %d", round, s.version, version)
		}
		version = s.version
		sound := speechlike(4*frame, uint64(5+round)).Sound()
		playAll(t, s, sound)
		waitFor(t, "the sound", func() bool { return bytes.Contains(p.sound(), sound.a) })
		p.say(make([]byte, frame))
		served++
		waitFor(t, "the packet", func() bool { return s.Stats().Received >= served })
		served = s.Stats().Received
		p.press(101, byte(1+round))
		if key := waitKey(t, s); key != rune('1'+round) {
			t.Errorf("round %d: key %c", round, key)
		}
		served = s.Stats().Received
		if round == 0 {
			continue
		}
		again, err := left.host.bind(left.port)
		if err != nil {
			t.Errorf("round %d: what was left is not free: %v", round, err)
			continue
		}
		again.Close()
	}
	if got := room.Stats(); got.Open != 1 || got.Opened != 1 || got.Refused != 0 {
		t.Errorf("%+v", got)
	}
}

// What fails to be agreed leaves the stream where it was, with one pair of ports.
func TestAMoveThatFailsLeavesTheStreamWhereItWas(t *testing.T) {
	t.Parallel()
	six := newPeer(t, loopback6)
	room := testRoom(t, func(c *Config) {
		c.Hosts, c.LastPort = []Host{{Bound: loopback}, {Bound: loopback6}}, c.FirstPort+3
	})
	four := newPeer(t, loopback)
	s := testStream(t, room)
	four.call(s, "8 101")
	before := s.here()
	_, err := s.Answer(six.describe("3"))
	wantError(t, err, ErrNotAcceptable)
	s.AllowSecure()
	_, err = s.Answer(describe(six.address(), "RTP/SAVP", "8", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA"))
	wantError(t, err, ErrNotAcceptable)
	if _, err := s.Offer(); err != nil {
		t.Fatal(err)
	}
	wantError(t, s.Accept(six.describe("8")), ErrNotAcceptable) // we offered the other family
	if s.here() != before {
		t.Errorf("it listens at %v", s.here())
	}
	held := strings.ReplaceAll(string(six.describe("8 101")), "::1", "::")
	if _, err := s.Answer([]byte(held)); err != nil || s.here() != before {
		t.Errorf("an address that is none moves it: %v", err)
	}
	for _, port := range []int{room.config.FirstPort, room.config.FirstPort + 2} { // somebody has taken all of the other family
		conn, err := (Host{Bound: loopback6}).bind(port)
		if err != nil {
			t.Skip(err)
		}
		t.Cleanup(func() { conn.Close() })
	}
	_, err = s.Answer(six.describe("8"))
	wantError(t, err, ErrFull)
	sound := speechlike(4*frame, 5).Sound()
	four.call(s, "8 101")
	playAll(t, s, sound)
	waitFor(t, "the sound", func() bool { return bytes.Contains(four.sound(), sound.a) })
}

package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/phone/peers"
)

// A badLine stands between a telephone and the house. SIP goes through it as it is, but for the ports of sound;
// of the packets of sound three in a hundred are lost, and the others are up to 30 ms late, so that they
// overtake each other.
type badLine struct {
	house        netip.AddrPort
	sip          *net.UDPConn
	caller, desk *net.UDPConn // stand for the caller at the house, and for the house at the caller

	mu                     sync.Mutex
	from                   netip.AddrPort // whom the calls come from
	callersSound, ourSound netip.AddrPort
	passed, lost           int
}

const (
	lossOfBadLine = 0.03
	latest        = 30 * time.Millisecond
)

func newBadLine(t *testing.T, house netip.AddrPort) *badLine {
	t.Helper()
	b := &badLine{house: house, sip: fiveDigits(t), caller: fiveDigits(t), desk: fiveDigits(t)}
	go relayed(b.sip, b.signal)
	go relayed(b.caller, func(packet []byte, _ netip.AddrPort) { b.later(packet, b.desk, &b.callersSound) })
	go relayed(b.desk, func(packet []byte, _ netip.AddrPort) { b.later(packet, b.caller, &b.ourSound) })
	return b
}

// fiveDigits is a socket whose port takes as much room in a message as any other's.
func fiveDigits(t *testing.T) *net.UDPConn {
	t.Helper()
	for {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		if c.LocalAddr().(*net.UDPAddr).Port >= 10000 {
			return c
		}
	}
}

func relayed(socket *net.UDPConn, take func([]byte, netip.AddrPort)) {
	buffer := make([]byte, 65536)
	for {
		n, from, err := socket.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		take(append([]byte(nil), buffer[:n]...), from)
	}
}

// portOfSound finds a port of five digits, as softphones and the house have them here.
var portOfSound = regexp.MustCompile(`m=audio (\d{5}) `)

// signal passes a message on, with our ports of sound.
func (b *badLine) signal(message []byte, from netip.AddrPort) {
	b.mu.Lock()
	defer b.mu.Unlock()
	stands, theirs, to := b.desk, &b.ourSound, b.from
	if from != b.house {
		stands, theirs, to, b.from = b.caller, &b.callersSound, b.house, from
	}
	message = portOfSound.ReplaceAllFunc(message, func(line []byte) []byte {
		port, _ := strconv.Atoi(string(portOfSound.FindSubmatch(line)[1])) // five digits
		*theirs = netip.AddrPortFrom(b.house.Addr(), uint16(port))
		return fmt.Appendf(nil, "m=audio %d ", stands.LocalAddr().(*net.UDPAddr).Port)
	})
	_, _ = b.sip.WriteToUDPAddrPort(message, to)
}

// later passes a packet of sound on, or loses it.
func (b *badLine) later(packet []byte, through *net.UDPConn, to *netip.AddrPort) {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := *to
	if rand.Float64() < lossOfBadLine {
		b.lost++
		return
	}
	b.passed++
	time.AfterFunc(rand.N(latest), func() { _, _ = through.WriteToUDPAddrPort(packet, at) })
}

// On a bad line every key is heard once, and what is said stays speech: of the pieces of half a second the
// caller hears two in five and more as they were said.
func TestKeysAndSpeechSurviveABadLine(t *testing.T) {
	works(t)
	voice := espeakVoice(t)
	anna := peers.Baresip(t, "anna", peers.Line{Hums: callersHum})
	s := answering(t, voice, "sip:camille@127.0.0.1:9", func(*serveCommand) {})
	line := newBadLine(t, s.house.phone.Endpoint().Addr("udp"))
	anna.Do("dial", "sip:accueil@"+line.sip.LocalAddr().String())
	anna.Until("CALL_ESTABLISHED")
	opening := voice.pcm(t, "Pour parler à une personne, tapez 0.")
	soon(t, "so much is heard", func() bool { return anna.Heard().Duration() > 10*time.Second })
	if share, _ := likeness(anna.Heard(), opening, 0); share < 0.4 { // packets are lost, and others come too late for a softphone
		t.Errorf("of what is said only %.0f %% is heard as it was said", 100*share)
	}
	for _, way := range []struct{ key, then string }{{"2", "voix.menu_etudes"}, {"9", "voix.menu"}, {"1", "voix.menu_emploi"}, {"9", "voix.menu"}, {"3", "voix.menu_projet"}, {"2", "voix.suite_voix"}} {
		before := s.session().Version
		anna.Press(way.key)
		s.step(way.then)
		if turns := s.session().Version - before; turns != 1 {
			t.Errorf("key %s made %d turns", way.key, turns)
		}
	}
	line.mu.Lock()
	defer line.mu.Unlock()
	if lost := float64(line.lost) / float64(line.lost+line.passed); line.passed < 500 || lost < 0.01 || lost > 0.06 {
		t.Errorf("the line lost %.1f %% of %d packets", 100*lost, line.passed)
	}
}

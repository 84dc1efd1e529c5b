package main

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/adapters/phone/media"
	"frontdesk/adapters/phone/peers"
	"frontdesk/bot/bottest"
)

// One house answers softphones by IPv4, by IPv6, and by IPv6 with sound by IPv4, and
// puts the caller of one family through to a counsellor of the other.
func TestSoftphonesCallByIPv4AndByIPv6(t *testing.T) {
	t.Parallel()
	if l, err := net.ListenPacket("udp6", "[::1]:0"); err != nil {
		t.Skipf("this machine has no ::1: %v", err)
	} else {
		_ = l.Close()
	}
	voice := espeakVoice(t)
	camille := peers.Baresip(t, "camille", peers.Line{IPv6: true, Hums: counsellorsHum})
	anna := peers.Baresip(t, "anna", peers.Line{Hums: callersHum})
	bela := peers.Baresip(t, "bela", peers.Line{IPv6: true, Hums: callersHum})
	cora := peers.Baresip(t, "cora", peers.Line{IPv6: true, Mixed: true, Hums: callersHum})
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	s := &phoneSite{t: t, log: &bottest.Log{}}
	s.house = phoned(t, ctx, s.log, voice, camille.Target(), func(c *serveCommand) {
		c.SIP.Listen, c.SIP.Allow = []string{"udp://127.0.0.1:0", "tcp://127.0.0.1:0", "udp://[::1]:0"}, []string{"127.0.0.0/8", "::1"}
	})
	s.until("the number is answered", func() bool { return s.house.phone.Endpoint() != nil })
	s.duty()

	opening := voice.pcm(t, "Bonjour, ici Orientation Bretagne.")
	for _, c := range []struct {
		caller *peers.Softphone
		at     netip.Addr
	}{{cora, netip.IPv6Loopback()}, {bela, netip.IPv6Loopback()}, {anna, netip.MustParseAddr("127.0.0.1")}} {
		caller := c.caller
		caller.Do("dial", "sip:accueil@"+s.house.phone.Endpoint().AddrAt("udp", c.at).String())
		caller.Until("CALL_ESTABLISHED")
		s.until("the opening is heard", func() bool { return caller.Heard().Duration() > opening.Duration()+2*time.Second })
		share, _ := likeness(caller.Heard(), opening, 0)
		if share < 0.8 {
			t.Errorf("the caller at %s hears %.0f %% of the opening", c.at, 100*share)
		}
		if caller != anna {
			caller.Do("hangup", "")
			caller.Until("CALL_CLOSED")
		}
	}

	anna.Press("0")
	s.putThrough(anna, camille, voice)
	anna.Until("CALL_CLOSED")
}

// Who may call must be said, unless a trunk or a registrar is a name, whose addresses are found.
func TestWhoMayCallIsSaidOrFound(t *testing.T) {
	for name, c := range map[string]struct {
		sip   sipConfig
		fault bool
	}{
		"nobody":                {sipConfig{}, true},
		"a network":             {sipConfig{Allow: []string{"192.0.2.0/24"}}, false},
		"a registrar's name":    {sipConfig{Register: "sip:accueil@trunk.example"}, false},
		"with a transport":      {sipConfig{Register: "accueil@trunk.example:5070;transport=tcp"}, false},
		"a trunk's name":        {sipConfig{Trunk: "trunk.example"}, false},
		"a registrar's address": {sipConfig{Register: "accueil@192.0.2.1"}, true},
		"with a port":           {sipConfig{Register: "sip:accueil@192.0.2.1:5070;transport=tcp"}, true},
		"by IPv6":               {sipConfig{Trunk: "[2001:db8::1]"}, true},
		"by IPv6 with a port":   {sipConfig{Trunk: "[2001:db8::1]:5060"}, true},
	} {
		c.sip.Listen, c.sip.Busy, c.sip.Ports, c.sip.Drain = []string{"udp://192.0.2.9:5060"}, 486, "20000-20999", time.Minute
		var faults []string
		c.sip.check(false, func(name, _ string, _ ...any) { faults = append(faults, name) })
		if (len(faults) == 1 && faults[0] == "FRONTDESK_SIP_ALLOW") != c.fault || !c.fault && len(faults) > 0 {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

// Sound is on one address of each family, and each is told by the public one of its own.
func TestSoundHasAnAddressOfEachFamily(t *testing.T) {
	c := sipConfig{Listen: []string{"udp://0.0.0.0:5060", "tcp://192.0.2.9:5060", "udp://[2001:db8::9]:5060", "tls://[::]:5061"},
		Public: []string{"2001:db8::7", "203.0.113.7"}, Ports: "20000-20999"}
	got, err := c.sound()
	if err != nil {
		t.Fatal(err)
	}
	want := []media.Host{
		{Bound: netip.IPv4Unspecified(), Public: netip.MustParseAddr("203.0.113.7")},
		{Bound: netip.MustParseAddr("2001:db8::9"), Public: netip.MustParseAddr("2001:db8::7")},
	}
	if !slices.Equal(got.Hosts, want) {
		t.Errorf("sound is at %v, want %v", got.Hosts, want)
	}
}

// A trunk takes the sound of a call to IPv6 by a re-INVITE, and back by an UPDATE: each time the caller hears the
// house there.
func TestTheSoundOfACallGoesToIPv6AndBack(t *testing.T) {
	t.Parallel()
	six, four := ear(t, "[::1]:0"), ear(t, "127.0.0.1:0")
	s := newPhoneSiteWith(t, func(c *serveCommand) {
		c.SIP.Listen, c.SIP.Allow = []string{"udp://127.0.0.1:0", "udp://[::1]:0"}, []string{"127.0.0.0/8", "::1"}
	})
	peers.Sipp(t, "family", s.house.phone.Endpoint().AddrAt("udp", netip.MustParseAddr("127.0.0.1")).String(),
		"-key", "six", six.port(), "-key", "four", four.port())
	for where, e := range map[string]*listener{"::1": six, "127.0.0.1": four} {
		if n := e.heard.Load(); n < 50 { // of a hundred in two seconds
			t.Errorf("at %s %d packets of sound are heard", where, n)
		}
	}
}

// A listener counts what comes to a port.
type listener struct {
	conn  net.PacketConn
	heard atomic.Int64
}

func ear(t *testing.T, at string) *listener {
	t.Helper()
	conn, err := net.ListenPacket("udp", at)
	if err != nil {
		t.Skipf("this machine has no %s: %v", at, err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	l := &listener{conn: conn}
	go func() {
		for buffer := make([]byte, 1500); ; {
			if _, _, err := conn.ReadFrom(buffer); err != nil {
				return
			}
			l.heard.Add(1)
		}
	}()
	return l
}

func (l *listener) port() string {
	return strconv.Itoa(l.conn.LocalAddr().(*net.UDPAddr).Port)
}

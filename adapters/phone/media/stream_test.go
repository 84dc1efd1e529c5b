package media

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestPlayIsHeardAsItIs(t *testing.T) {
	for name, c := range map[string]struct {
		formats string
		law     Law
	}{"A-law": {"8 0 101", ALaw}, "µ-law": {"0 8 101", MuLaw}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, p := testStream(t, testRoom(t)), newPeer(t, loopback)
			p.call(s, c.formats)
			sound := speechlike(rate/2+37, 1).Sound()
			playAll(t, s, sound)
			p.waitHeard(2)
			if !bytes.Contains(p.sound(), sound.law(c.law)) {
				t.Error("the peer did not hear the sound as it is")
			}
			checkRun(t, p)
		})
	}
}

// checkRun: numbers and times of a run follow each other, and its payload is 20 ms.
func checkRun(t *testing.T, p *peer) {
	t.Helper()
	all := p.all()
	if !all[0].Marker {
		t.Error("the first packet has no marker")
	}
	for i := 1; i < len(all); i++ {
		a, b := all[i-1], all[i]
		if b.SequenceNumber != a.SequenceNumber+1 || b.SSRC != a.SSRC || len(b.Payload) != frame || b.PayloadType != p.kind {
			t.Fatalf("packet %d does not follow: %v after %v", i, b.Header, a.Header)
		}
		if step := b.Timestamp - a.Timestamp; step != frame && !(b.Marker && step%frame == 0) {
			t.Fatalf("packet %d is %d samples later", i, step)
		}
	}
}

func TestCancelledPlaySendsNothingMore(t *testing.T) {
	t.Parallel()
	s, p := testStream(t, testRoom(t)), newPeer(t, loopback)
	p.call(s, "8 101")
	ctx, cancel := context.WithCancel(context.Background())
	sound := tone(440, 60*rate, 8000).Sound()
	go func() {
		<-s.Keys()
		cancel()
	}()
	go func() {
		p.waitHeard(5)
		p.press(101, 1)
	}()
	played, err := s.Play(ctx, sound)
	sent := s.Stats().Sent
	wantError(t, err, context.Canceled)
	if played <= 0 || played > sound.Duration()/2 {
		t.Errorf("played %v", played)
	}
	waitFor(t, "silence", func() bool { return len(p.all()) > int(sent)+2 })
	silence := bytes.Repeat([]byte{ALaw.silence()}, frame)
	for i, packet := range p.all()[sent:] {
		if !bytes.Equal(packet.Payload, silence) {
			t.Errorf("packet %d after the cut has sound", i)
		}
	}
	if got := duration(frame * int(sent)); played > got {
		t.Errorf("played %v in %v", played, got)
	}
}

func TestPlayEnds(t *testing.T) {
	t.Parallel()
	room := testRoom(t)
	s, p := testStream(t, room), newPeer(t, loopback)
	p.call(s, "8 101")
	long := tone(440, 60*rate, 8000).Sound()
	ended := make(chan error)
	play := func() { _, err := s.Play(context.Background(), long); ended <- err }

	go play()
	p.waitHeard(2)
	playAll(t, s, Pause(interval))
	wantError(t, <-ended, ErrReplaced)

	go play()
	p.waitHeard(2)
	s.Close()
	wantError(t, <-ended, ErrClosed)
	_, err := s.Play(context.Background(), long)
	wantError(t, err, ErrClosed)

	done, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = testStream(t, room).Play(done, long)
	wantError(t, err, context.Canceled)
	if played, err := testStream(t, room).Play(context.Background(), Sound{}); played != 0 || err != nil {
		t.Errorf("no sound: %v, %v", played, err)
	}
}

func TestLoopIsEndless(t *testing.T) {
	t.Parallel()
	s, p := testStream(t, testRoom(t)), newPeer(t, loopback)
	p.call(s, "8 101")
	music := tone(440, 3*frame+50, 8000).Sound().Loop()
	ctx, cancel := context.WithCancel(context.Background())
	go func() { p.waitHeard(12); cancel() }()
	played, err := s.Play(ctx, music)
	wantError(t, err, context.Canceled)
	if played < 2*music.Duration() {
		t.Errorf("played %v of a loop of %v", played, music.Duration())
	}
	if !bytes.Contains(p.sound(), append(bytes.Clone(music.a), music.a...)) {
		t.Error("one turn does not follow the other")
	}
}

func TestHoldSendsNothingAndSoundWaits(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{
		"sendonly": {"a=sendonly"}, "inactive": {"a=inactive"}, "0.0.0.0": {"c=IN IP4 0.0.0.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			room := testRoom(t, func(c *Config) { c.Silence = 60 * time.Millisecond })
			s, p := testStream(t, room), newPeer(t, loopback)
			p.call(s, "8 101", "a=recvonly")
			sound := speechlike(rate/2, 3).Sound()
			ended := make(chan error, 1)
			go func() { _, err := s.Play(context.Background(), sound); ended <- err }()
			p.waitHeard(3)
			d := p.call(s, "8 101", lines...)
			if !s.Held() || d.direction == "sendrecv" {
				t.Errorf("held %v, answered %s", s.Held(), d.direction)
			}
			sent, heard := s.Stats().Sent, len(p.all())
			time.Sleep(10 * interval)
			if now := s.Stats().Sent; now != sent {
				t.Errorf("%d packets on hold, after %d heard", now-sent, heard)
			}
			select {
			case <-s.Silent():
				t.Error("silent on hold")
			case err := <-ended:
				t.Errorf("the sound ended on hold: %v", err)
			default:
			}
			p.call(s, "8 101", "a=recvonly")
			if err := <-ended; err != nil || s.Held() {
				t.Error(err, s.Held())
			}
			waitFor(t, "the whole sound", func() bool { return bytes.Contains(p.sound(), sound.a) })
		})
	}
}

func TestSilentPeerIsNoticed(t *testing.T) {
	t.Parallel()
	room := testRoom(t, func(c *Config) { c.Silence = 100 * time.Millisecond })
	s, p := testStream(t, room), newPeer(t, loopback)
	p.call(s, "8 101")
	select {
	case <-s.Silent():
	case <-time.After(patient):
		t.Error("nobody noticed")
	}
}

func TestLatch(t *testing.T) {
	t.Parallel()
	s, announced := testStream(t, testRoom(t)), newPeer(t, loopback)
	real, stranger := newPeer(t, loopback), newPeer(t, loopback)
	announced.call(s, "8 101")
	real.to, stranger.to = announced.to, announced.to
	announced.waitHeard(1)

	wrong := real.packet(make([]byte, frame))
	wrong.PayloadType = 18
	stranger.write(wrong) // not a kind that was agreed: latches nothing
	real.say(make([]byte, frame))
	real.waitHeard(2)
	stranger.press(101, 9)
	stranger.say(make([]byte, frame))
	waitFor(t, "strangers", func() bool { return s.Stats().Strangers == 11 })
	noKey(t, s)
	if len(stranger.all()) > 0 {
		t.Error("a stranger hears the call")
	}

	moved := newPeer(t, loopback)
	moved.call(s, "8 101")
	s.mu.Lock()
	s.route.formerPast = time.Now().Add(time.Hour) // however slow the machine is
	s.mu.Unlock()
	real.say(make([]byte, frame)) // still under way: must not latch again
	waitFor(t, "the old source", func() bool { return s.Stats().Strangers == 12 })
	moved.waitHeard(2)
	moved.press(101, 4)
	if key := waitKey(t, s); key != '4' {
		t.Errorf("key %c", key)
	}
}

func TestSameAddressKeepsLatch(t *testing.T) {
	t.Parallel()
	s, announced, real := testStream(t, testRoom(t)), newPeer(t, loopback), newPeer(t, loopback)
	announced.call(s, "8 101")
	real.to = announced.to
	real.say(make([]byte, frame))
	real.waitHeard(2)
	announced.call(s, "8 101", "a=sendonly")
	announced.call(s, "8 101")
	before := len(announced.all())
	real.waitHeard(3)
	if after := len(announced.all()); after != before {
		t.Error("a re-INVITE without a new address latched anew")
	}
}

func TestComfortNoiseIsIgnored(t *testing.T) {
	t.Parallel()
	s, p := testStream(t, testRoom(t)), newPeer(t, loopback)
	p.call(s, "8 13 101")
	noise := p.packet([]byte{40})
	noise.PayloadType = comfortNoise
	p.write(noise)
	waitFor(t, "a stranger", func() bool { return s.Stats().Strangers == 1 }) // it does not latch
	p.say(make([]byte, frame))
	noise.SequenceNumber = p.sequence
	p.write(noise)
	waitFor(t, "both", func() bool { return s.Stats().Received == 2 })
}

func TestRoomIsFull(t *testing.T) {
	t.Parallel()
	room := testRoom(t, func(c *Config) { c.MaxStreams = 2 })
	first := testStream(t, room)
	testStream(t, room)
	_, err := room.Open(loopback, nil)
	wantError(t, err, ErrFull)
	first.Close()
	first.Close()
	testStream(t, room)
	if stats := room.Stats(); stats.Open != 2 || stats.Opened != 3 || stats.Refused != 1 {
		t.Errorf("%+v", stats)
	}

	taken := newPeer(t, loopback)
	port := int(taken.address().Port()) &^ 1
	room = testRoom(t, func(c *Config) { c.FirstPort, c.LastPort = port, port+1 })
	_, err = room.Open(loopback, nil)
	wantError(t, err, ErrFull)

	room.Close()
	room.Close()
	_, err = room.Open(loopback, nil)
	wantError(t, err, ErrClosed)
}

func TestConfigIsChecked(t *testing.T) {
	for name, c := range map[string]Config{
		"no address":       {FirstPort: 2000, LastPort: 2001},
		"an empty address": {Hosts: []Host{{}}, FirstPort: 2000, LastPort: 2001},
		"one family twice": {Hosts: []Host{{Bound: loopback}, {Bound: netip.IPv4Unspecified(), Public: loopback}}, FirstPort: 2000, LastPort: 2001},
		"nothing to tell":  {Hosts: []Host{{Bound: netip.IPv4Unspecified()}}, FirstPort: 2000, LastPort: 2001},
		"two families":     {Hosts: []Host{{Bound: loopback, Public: loopback6}}, FirstPort: 2000, LastPort: 2001},
		"no pair":          {Hosts: []Host{{Bound: loopback}}, FirstPort: 2001, LastPort: 2002},
		"beyond the ports": {Hosts: []Host{{Bound: loopback}}, FirstPort: 65530, LastPort: 65537},
	} {
		if room, err := New(c); err == nil {
			room.Close()
			t.Errorf("%s: taken", name)
		}
	}
	for _, c := range []Config{{Hosts: []Host{{Bound: netip.IPv6Unspecified(), Public: loopback6}, {Bound: loopback}}, FirstPort: 2000, LastPort: 2001}, {Hosts: []Host{{Bound: loopback6}}, FirstPort: 3, LastPort: 9}} {
		room, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		room.Close()
	}
}

func TestIPv6(t *testing.T) {
	t.Parallel()
	p := newPeer(t, loopback6)
	room := testRoom(t, func(c *Config) { c.Hosts = []Host{{Bound: loopback6}} })
	s := testStream(t, room)
	if d := p.call(s, "8 101"); d.address.Addr() != loopback6 {
		t.Errorf("answered %v", d.address)
	}
	sound := speechlike(4*frame, 5).Sound()
	playAll(t, s, sound)
	p.press(101, 7)
	if key := waitKey(t, s); key != '7' {
		t.Errorf("key %c", key)
	}
	waitFor(t, "the sound", func() bool { return bytes.Contains(p.sound(), sound.a) })

	other := newPeer(t, loopback)
	_, err := s.Answer(other.describe("8"))
	wantError(t, err, ErrNotAcceptable)
}

// A room with both families gives each peer a socket and an address of its own, from one range of ports.
func TestBothFamiliesInOneRoom(t *testing.T) {
	t.Parallel()
	newPeer(t, loopback6) // skips without IPv6
	public := netip.MustParseAddr("2001:db8::7")
	room := testRoom(t, func(c *Config) {
		c.Hosts = []Host{{Bound: loopback}, {Bound: netip.IPv6Unspecified(), Public: public}}
	})
	ports := map[uint16]bool{}
	for _, c := range []struct{ at, signalled, told netip.Addr }{{loopback, loopback, loopback}, {loopback6, loopback6, public}, {loopback, loopback6, loopback}, {loopback6, loopback, public}} {
		at, signalled, told := c.at, c.signalled, c.told
		p := newPeer(t, at)
		s, err := room.Open(signalled, p.describe("8 101"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		answer, err := s.Answer(p.describe("8 101"))
		if err != nil {
			t.Fatal(err)
		}
		family := "IP4"
		if told.Is6() {
			family = "IP6"
		}
		if !strings.Contains(string(answer), "c=IN "+family+" "+told.String()+"\r\n") {
			t.Errorf("a peer at %s is told\n%s", at, answer)
		}
		p.to = netip.AddrPortFrom(at, uint16(s.port))
		p.say(make([]byte, frame))
		p.waitHeard(2)
		waitFor(t, "the packet", func() bool { return s.Stats().Received == 1 })
		ports[p.to.Port()] = true
	}
	if len(ports) != 4 {
		t.Errorf("the streams have the ports %v", ports)
	}
}

func TestKeyPrintsAsADot(t *testing.T) {
	if got := Key('7').String() + Key('7').LogValue().String(); got != "••" {
		t.Error(got)
	}
	for letter, want := range map[rune]bool{'0': true, '#': true, 'd': true, 'E': false, 0: false, '☎': false} {
		if _, got := KeyOf(letter); got != want {
			t.Errorf("%q: %v", letter, got)
		}
	}
}

func TestClosedStreamRefusesToAgree(t *testing.T) {
	t.Parallel()
	s, p := testStream(t, testRoom(t)), newPeer(t, loopback)
	s.Close()
	<-s.Done()
	_, err := s.Answer(p.describe("8"))
	wantError(t, err, ErrClosed)
	_, err = s.Offer()
	wantError(t, err, ErrClosed)
	_, err = s.Record(context.Background(), time.Second, time.Minute)
	wantError(t, err, ErrClosed)
	if err := Bridge(context.Background(), s, s); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

package media

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

func secured(t *testing.T, r *Room) *Stream {
	t.Helper()
	s := testStream(t, r)
	s.OfferSecure()
	return s
}

// A call that came over TLS without an offer is offered plain sound, which every peer has; encrypted only where
// nothing but sips: leads to either end, or where it is encrypted already.
func TestALateOfferOverTLSIsPlain(t *testing.T) {
	t.Parallel()
	room := testRoom(t)
	s, plain := testStream(t, room), testStream(t, room)
	s.AllowSecure()
	if offer, _ := agree(t, s, plain); !bytes.Contains(offer, []byte(" RTP/AVP 8")) || bytes.Contains(offer, []byte("crypto")) {
		t.Errorf("offered: %s", offer)
	}
	other := testStream(t, room)
	other.AllowSecure()
	agree(t, secured(t, room), other)
	if again, err := other.Offer(); err != nil || !bytes.Contains(again, []byte(" RTP/SAVP 8")) {
		t.Errorf("offered anew: %s, %v", again, err)
	}
}

// agree lets one stream offer and another answer.
func agree(t *testing.T, from, to *Stream) (offer, answer []byte) {
	t.Helper()
	offer, err := from.Offer()
	if err != nil {
		t.Fatal(err)
	}
	if answer, err = to.Answer(offer); err != nil {
		t.Fatal(err)
	}
	if err := from.Accept(answer); err != nil {
		t.Fatal(err)
	}
	return offer, answer
}

func TestTwoStreamsEncrypt(t *testing.T) {
	t.Parallel()
	room := testRoom(t)
	a, b := secured(t, room), secured(t, room)
	offer, answer := agree(t, a, b)
	for _, body := range [][]byte{offer, answer} {
		if !bytes.Contains(body, []byte(" RTP/SAVP 8")) || !bytes.Contains(body, []byte("a=crypto:1 "+suite80+" inline:")) {
			t.Errorf("not encrypted: %s", body)
		}
	}
	sound := speechlike(20*frame, 20)
	got := recordAll(t, b, 40, func() {
		playAll(t, a, sound.Sound())
		again, same := agree(t, b, a) // a key that is kept goes on counting
		if !bytes.Equal(lastLine(again, "a=crypto"), lastLine(answer, "a=crypto")) || !bytes.Equal(lastLine(same, "a=crypto"), lastLine(offer, "a=crypto")) {
			t.Error("a re-INVITE changed the keys")
		}
		playAll(t, a, sound.Sound())
		sent := a.Stats().Sent
		waitFor(t, "all that was sent", func() bool { return b.Stats().Received >= sent })
	})
	twice := Join(sound.Sound(), sound.Sound()).a
	if !inOrder(ALaw.Encode(nil, got), twice) || b.Stats().Strangers > 0 {
		t.Errorf("heard %v, %+v", got.Duration(), b.Stats())
	}
}

func lastLine(body []byte, prefix string) (found []byte) {
	for line := range bytes.Lines(body) {
		if bytes.HasPrefix(line, []byte(prefix)) {
			found = line
		}
	}
	return found
}

// stranger's implementation: pion's own contexts and its own sockets.
func TestEncryptionWithPion(t *testing.T) {
	t.Parallel()
	for suite, profile := range map[string]srtp.ProtectionProfile{
		suite80: srtp.ProtectionProfileAes128CmHmacSha1_80, suite32: srtp.ProtectionProfileAes128CmHmacSha1_32,
	} {
		t.Run(suite, func(t *testing.T) {
			t.Parallel()
			s := secured(t, testRoom(t))
			conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			mine := newCipher(7, suite)
			answer, err := s.Answer(describe(conn.LocalAddr().(*net.UDPAddr).AddrPort(), "RTP/SAVP", "8 101",
				"a=crypto:1 AEAD_AES_256_GCM inline:AAAA", "a=crypto:7 "+strings.TrimPrefix(mine.attribute(), "7 ")+"|2^31 WSH=64"))
			if err != nil {
				t.Fatal(err)
			}
			d, err := parse(answer, true)
			if err != nil || len(d.keys) != 1 || d.keys[0].tag != 7 || d.keys[0].suite != suite {
				t.Fatalf("%v: %s", err, answer)
			}
			out, in := pionContext(t, mine, profile), pionContext(t, d.keys[0], profile)

			buffer := make([]byte, 1500)
			_ = conn.SetReadDeadline(time.Now().Add(patient))
			n, _, err := conn.ReadFromUDPAddrPort(buffer)
			if err != nil {
				t.Fatal(err)
			}
			plain, err := in.DecryptRTP(nil, buffer[:n], nil)
			var packet rtp.Packet
			if err != nil || packet.Unmarshal(plain) != nil || !bytes.Equal(packet.Payload, bytes.Repeat([]byte{ALaw.silence()}, frame)) {
				t.Errorf("pion reads %v of our sound, %v", packet.Header, err)
			}

			p := &peer{t: t, conn: conn, to: d.address, sequence: 65530, kind: 8}
			clear := p.event(101, 5, 1000, false, 160)
			p.write(clear) // not encrypted: a stranger's
			waitFor(t, "the stranger", func() bool { return s.Stats().Strangers == 1 })
			raw, _ := clear.Marshal()
			sealed, err := out.EncryptRTP(nil, raw, nil)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second is a replay
				if _, err := conn.WriteToUDPAddrPort(sealed, d.address); err != nil {
					t.Fatal(err)
				}
			}
			if key := waitKey(t, s); key != '5' {
				t.Errorf("key %c", key)
			}
			waitFor(t, "the replay", func() bool { return s.Stats().Strangers == 2 })
		})
	}
}

func pionContext(t *testing.T, c cipher, profile srtp.ProtectionProfile) *srtp.Context {
	t.Helper()
	context, err := srtp.CreateContext(c.secret[:16], c.secret[16:], profile)
	if err != nil {
		t.Fatal(err)
	}
	return context
}

func TestKeysThatAreRefused(t *testing.T) {
	good := strings.Repeat("A", 40)
	for name, line := range map[string]string{
		"another suite":    "1 F8_128_HMAC_SHA1_80 inline:" + good,
		"a master key id":  "1 " + suite80 + " inline:" + good + "|1:4",
		"lifetime and id":  "1 " + suite80 + " inline:" + good + "|2^20|1:4",
		"a short key":      "1 " + suite80 + " inline:AAAA",
		"not base64":       "1 " + suite80 + " inline:" + strings.Repeat("*", 40),
		"key from outside": "1 " + suite80 + " uri:https://example.org/key",
		"not encrypted":    "1 " + suite80 + " inline:" + good + " UNENCRYPTED_SRTP",
		"no tag":           "x " + suite80 + " inline:" + good,
		"nothing":          "1",
	} {
		if _, err := parseCipher(line); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	s := secured(t, testRoom(t))
	if _, err := s.Answer(describe(somebody, "RTP/SAVP", "8")); !errors.Is(err, ErrNotAcceptable) {
		t.Error("encryption without a key was taken:", err)
	}
	if _, err := s.Offer(); err != nil {
		t.Fatal(err)
	}
	other := newCipher(2, suite80)
	for _, answer := range [][]byte{describe(somebody, "RTP/AVP", "8"), describe(somebody, "RTP/SAVP", "8", "a=crypto:"+other.attribute())} {
		wantError(t, s.Accept(answer), ErrNotAcceptable)
	}
	plain := testStream(t, s.room)
	if offer, err := plain.Offer(); err != nil || bytes.Contains(offer, []byte("crypto")) {
		t.Errorf("a key was sent in clear: %s %v", offer, err)
	}
	wantError(t, plain.Accept(describe(somebody, "RTP/SAVP", "8", "a=crypto:"+other.attribute())), ErrNotAcceptable)
}

func TestKeyChangesWithThePeers(t *testing.T) {
	s := secured(t, testRoom(t))
	first, second := newCipher(1, suite80), newCipher(2, suite32)
	ask := func(key cipher) cipher {
		answer, err := s.Answer(describe(somebody, "RTP/SAVP", "8", "a=crypto:"+key.attribute()))
		if err != nil {
			t.Fatal(err)
		}
		d, err := parse(answer, true)
		if err != nil {
			t.Fatal(err)
		}
		return d.keys[0]
	}
	ours := ask(first)
	out, in := s.guard.out, s.guard.in
	retagged := first
	retagged.tag = 9
	if again := ask(retagged); again.tag != 9 || !again.same(&ours) || s.guard.out != out || s.guard.in != in {
		t.Error("another tag made another key")
	}
	if other := newCipher(1, suite80); !pointer(ask(other)).same(&ours) || s.guard.out != out || s.guard.in == in {
		t.Error("a new key of the peer is not taken, or changed ours")
	}
	if next := ask(second); next.suite != suite32 || next.secret == ours.secret || s.guard.out == out {
		t.Error("another suite kept our key")
	}
	if _, err := s.Answer(describe(somebody, "RTP/AVP", "8")); err != nil || s.guard.out != nil {
		t.Error("no encryption any more:", err)
	}
	if next := ask(first); next.secret == ours.secret {
		t.Error("a key came back")
	}
}

func pointer(c cipher) *cipher { return &c }

func TestReportsAreEncrypted(t *testing.T) {
	t.Parallel()
	room := testRoom(t)
	a, b := secured(t, room), secured(t, room)
	agree(t, a, b)
	waitFor(t, "sound both ways", func() bool { return a.Stats().Received > 2 && b.Stats().Received > 2 })
	now := time.Now()
	a.reportNow(now)
	waitFor(t, "a's report", func() bool { b.mu.Lock(); defer b.mu.Unlock(); return !b.report.theirAt.IsZero() })
	b.reportNow(now)
	waitFor(t, "the way and back", func() bool { return a.Stats().RoundTrip > 0 })

	clear, err := (&rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: a.out.ssrc, TotalLost: 77}}}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	a.receiveReports(clear, a.route.remote, now)
	if lost := a.Stats().PeerLost; lost == 77 {
		t.Error("a report in clear was believed")
	}
}

func TestBridgeBetweenEncryptedAndPlain(t *testing.T) {
	t.Parallel()
	room := testRoom(t)
	caller, a, b := secured(t, room), secured(t, room), testStream(t, room)
	agree(t, caller, a)
	p := newPeer(t, loopback)
	p.call(b, "0 101")
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- Bridge(ctx, a, b) }()
	said := speechlike(20*frame, 21).Sound()
	playAll(t, caller, said)
	want := bytes.Clone(said.a)
	MuLaw.transcode(want, ALaw)
	waitFor(t, "what the caller said", func() bool { return inOrder(p.sound(), want) })

	answered := speechlike(20*frame, 22).Sound()
	heard := recordAll(t, caller, 0, func() {
		speak(p, answered.mu)
		waitFor(t, "the last of it", func() bool { return b.Stats().Received >= 20 })
		sent := a.Stats().Sent
		waitFor(t, "all that was passed on", func() bool { return caller.Stats().Received >= sent })
	})
	back := bytes.Clone(answered.mu)
	ALaw.transcode(back, MuLaw)
	if !inOrder(ALaw.Encode(nil, heard), back[:19*frame]) || caller.Stats().Strangers+a.Stats().Strangers > 0 {
		t.Errorf("the caller heard %v, %+v", heard.Duration(), caller.Stats())
	}
	cancel()
	wantError(t, <-ended, context.Canceled)
}

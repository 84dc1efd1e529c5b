package media

import (
	"bytes"
	"context"
	"testing"
	"time"
)

// bridged is two peers that hear each other.
func bridged(t *testing.T, formatsA, formatsB string) (a, b *Stream, pa, pb *peer, cut func() error) {
	t.Helper()
	room := testRoom(t)
	a, b = testStream(t, room), testStream(t, room)
	pa, pb = newPeer(t, loopback), newPeer(t, loopback)
	pa.call(a, formatsA)
	pb.call(b, formatsB)
	pa.say(bytes.Repeat([]byte{0xd5}, frame))
	pb.say(bytes.Repeat([]byte{0xd5}, frame))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Bridge(ctx, a, b) }()
	waitFor(t, "the bridge", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.bridge != nil
	})
	return a, b, pa, pb, func() error { cancel(); return <-ended }
}

// speak sends sound at the pace of a telephone.
func speak(p *peer, codes []byte) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for at := 0; at+frame <= len(codes); at += frame {
		p.say(codes[at : at+frame])
		<-ticker.C
	}
}

func TestBridge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		formatsA, formatsB string
		lawA, lawB         Law
	}{
		"one law": {"8 101", "8 101", ALaw, ALaw}, "two laws": {"8 101", "0 101", ALaw, MuLaw},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b, pa, pb, cut := bridged(t, c.formatsA, c.formatsB)
			said, answered := c.lawA.Encode(nil, speechlike(30*frame, 10)), c.lawB.Encode(nil, speechlike(30*frame, 11))
			done := make(chan struct{})
			go func() { speak(pb, answered); close(done) }()
			speak(pa, said)
			<-done
			c.lawB.transcode(said, c.lawA)
			c.lawA.transcode(answered, c.lawB)
			waitFor(t, "what a said", func() bool { return inOrder(pb.sound(), said) })
			waitFor(t, "what b said", func() bool { return inOrder(pa.sound(), answered) })
			pa.press(101, 10)
			pb.press(101, 1)
			if x, y := waitKey(t, a), waitKey(t, b); x != '*' || y != '1' {
				t.Errorf("keys %c %c", x, y)
			}
			wantError(t, cut(), context.Canceled)
			sound := speechlike(5*frame, 12).Sound()
			playAll(t, a, sound)
			waitFor(t, "our own sound again", func() bool { return bytes.Contains(pa.sound(), sound.a) })
			for _, p := range []*peer{pa, pb} {
				checkNumbers(t, p)
			}
		})
	}
}

// checkNumbers: no number is used twice, and time never goes back.
func checkNumbers(t *testing.T, p *peer) {
	t.Helper()
	all := p.all()
	for i := 1; i < len(all); i++ {
		a, b := all[i-1], all[i]
		if int16(b.SequenceNumber-a.SequenceNumber) <= 0 || int32(b.Timestamp-a.Timestamp) <= 0 || b.SSRC != a.SSRC {
			t.Errorf("packet %d: %v after %v", i, b.Header, a.Header)
		}
		if b.PayloadType != p.kind {
			t.Errorf("packet %d is of kind %d", i, b.PayloadType)
		}
	}
}

func TestBridgeFillsSilenceAndPlaysAbove(t *testing.T) {
	t.Parallel()
	_, b, pa, pb, cut := bridged(t, "8 101", "8 101")
	pb.waitHeard(patience + 3) // a says nothing: b hears silence
	said := ALaw.Encode(nil, speechlike(40*frame, 13))
	go speak(pa, said)
	pb.waitHeard(5)
	warning := tone(900, 10*frame, 7000).Sound()
	playAll(t, b, warning)
	waitFor(t, "the warning", func() bool { return bytes.Contains(pb.sound(), warning.a) })
	waitFor(t, "the end of what was said", func() bool { return inOrder(pb.sound(), said[len(said)-5*frame:]) })
	checkNumbers(t, pb)

	pb.call(b, "8 101", "a=sendonly")
	sent := b.Stats().Sent
	speak(pa, said[:5*frame])
	if now := b.Stats().Sent; now != sent {
		t.Errorf("%d packets to a peer that holds", now-sent)
	}
	b.Close()
	wantError(t, cut(), ErrClosed)
}

func TestBridgeKeepsDistances(t *testing.T) {
	t.Parallel()
	_, _, pa, pb, _ := bridged(t, "8 101", "8 101")
	packets := make([][]byte, 8)
	for i := range packets {
		packets[i] = bytes.Repeat([]byte{byte(i + 1)}, frame)
	}
	for _, i := range []int{0, 2, 1, 4, 5} { // 3 is lost
		p := pa.packet(packets[i])
		p.SequenceNumber, p.Timestamp = 100+uint16(i), 5000+uint32(i*frame)
		p.CSRC, p.Extension, p.ExtensionProfile = []uint32{1, 2}, true, 0xbede
		if err := p.SetExtension(1, []byte{7}); err != nil {
			t.Fatal(err)
		}
		pa.write(p)
	}
	places := map[byte][2]uint32{}
	waitFor(t, "all five", func() bool {
		for _, p := range pb.all() {
			places[p.Payload[0]] = [2]uint32{uint32(p.SequenceNumber), p.Timestamp}
		}
		return len(places) >= 6 // with silence before
	})
	for _, i := range []uint32{1, 2, 4, 5} {
		first, place := places[1], places[byte(i+1)]
		if uint16(place[0]-first[0]) != uint16(i) || place[1]-first[1] != i*frame {
			t.Errorf("packet %d: %d numbers and %d samples after the first", i, uint16(place[0]-first[0]), place[1]-first[1])
		}
	}
}

package media

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// arrived is a packet and when it would arrive.
type arrived struct {
	packet rtp.Packet
	at     time.Duration
}

// network loses a share of packets and delays each by up to jitter, as a bad line does.
func network(packets []rtp.Packet, share float64, jitter time.Duration, seed uint64) (kept []rtp.Packet) {
	random := rand.New(rand.NewPCG(seed, 2))
	var arrivals []arrived
	for i, packet := range packets {
		if i > 0 && random.Float64() < share { // the first one begins the recording
			continue
		}
		arrivals = append(arrivals, arrived{packet, time.Duration(i)*interval + time.Duration(random.Float64()*float64(jitter))})
	}
	slices.SortStableFunc(arrivals, func(a, b arrived) int { return int(a.at - b.at) })
	for _, a := range arrivals {
		kept = append(kept, a.packet)
	}
	return kept
}

// recordAll records what send sends until the stream has received n packets.
func recordAll(t *testing.T, s *Stream, n int, send func()) PCM {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan PCM)
	go func() {
		pcm, err := s.Record(ctx, time.Minute, time.Minute)
		if err != nil {
			t.Error(err)
		}
		ended <- pcm
	}()
	waitFor(t, "the recording", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.record != nil })
	send()
	waitFor(t, "all packets", func() bool { return s.Stats().Received >= uint64(n) })
	cancel()
	return <-ended
}

func TestRecordingSurvivesABadLine(t *testing.T) {
	t.Parallel()
	for _, law := range []Law{ALaw, MuLaw} {
		t.Run(law.String(), func(t *testing.T) {
			t.Parallel()
			s, p := testStream(t, testRoom(t)), newPeer(t, loopback)
			p.call(s, map[Law]string{ALaw: "8", MuLaw: "0"}[law])
			const n = 500
			pcm := speechlike(n*frame, 6)
			codes := law.Encode(nil, pcm)
			var packets []rtp.Packet
			for at := 0; at < len(codes); at += frame {
				packets = append(packets, p.packet(codes[at:at+frame]))
			}
			kept := network(packets, 0.03, 30*time.Millisecond, 9)
			heard := recordAll(t, s, len(kept), func() {
				for i, packet := range kept {
					p.write(packet)
					waitFor(t, "the packet", func() bool { return s.Stats().Received > uint64(i) })
				}
			})
			lost := n - len(kept)
			if last := kept[len(kept)-1].Timestamp - packets[0].Timestamp + frame; len(heard) != int(last) {
				t.Errorf("%d samples, want %d", len(heard), last)
			}
			silent := 0
			for at := 0; at+frame <= len(heard); at += frame {
				if rms(heard[at:at+frame]) == 0 {
					silent++
				}
			}
			if silent != lost || lost < 5 {
				t.Errorf("%d silent packets, %d were lost", silent, lost)
			}
			if stats := s.Stats(); stats.Lost != uint64(lost) || stats.Late == 0 {
				t.Errorf("%+v, %d were lost", stats, lost)
			}
			if same := correlation(heard, pcm); same < 0.97 {
				t.Errorf("correlation %f", same)
			}
		})
	}
}

func TestRecordingIsExact(t *testing.T) {
	t.Parallel()
	s, p := testStream(t, testRoom(t)), newPeer(t, loopback)
	p.call(s, "8 101")
	codes := ALaw.Encode(nil, speechlike(24*240, 8)) // 30 ms a packet
	heard := recordAll(t, s, 24+10, func() {
		for at := 0; at < len(codes); at += 240 {
			p.say(codes[at : at+240])
			if at == 12*240 {
				p.press(101, 1)
			}
		}
	})
	want := ALaw.Decode(nil, codes[:13*240])
	want = append(want, make(PCM, 8*frame)...) // the key is not heard
	want = ALaw.Decode(want, codes[13*240:])
	if !slices.Equal(heard, want) {
		t.Errorf("%d samples, want %d; correlation %f", len(heard), len(want), correlation(heard, want))
	}
}

func TestRecordingEnds(t *testing.T) {
	t.Parallel()
	s, p := testStream(t, testRoom(t)), newPeer(t, loopback)
	p.call(s, "8")
	ended := make(chan PCM)
	go func() { pcm, _ := s.Record(context.Background(), 100*time.Millisecond, time.Minute); ended <- pcm }()
	waitFor(t, "the recording", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.record != nil })
	_, err := s.Record(context.Background(), time.Second, time.Minute)
	wantError(t, err, ErrRecording)
	for range 6 {
		p.say(make([]byte, frame))
	}
	if pcm := <-ended; pcm.Duration() != 100*time.Millisecond {
		t.Errorf("recorded %v", pcm.Duration())
	}
	if pcm, err := s.Record(context.Background(), 0, time.Minute); len(pcm) > 0 || err != nil { // nobody speaks: time ends it
		t.Error(len(pcm), err)
	}

	failed := make(chan error)
	go func() {
		pcm, err := s.Record(context.Background(), time.Minute, time.Minute)
		if pcm.Duration() != interval {
			t.Errorf("what was said before the end is lost: %v", pcm.Duration())
		}
		failed <- err
	}()
	waitFor(t, "the recording", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.record != nil })
	before := s.Stats().Received
	p.say(make([]byte, frame))
	waitFor(t, "the packet", func() bool { return s.Stats().Received > before })
	s.Close()
	wantError(t, <-failed, ErrClosed)
}

func TestOrder(t *testing.T) {
	for name, c := range map[string]struct {
		arrive []int // sequence numbers from 65,530 on; sound of packet i is i+1
		want   []int16
	}{
		"in order":        {[]int{0, 1, 2}, []int16{1, 2, 3}},
		"two swapped":     {[]int{0, 2, 1, 3}, []int16{1, 2, 3, 4}},
		"twice":           {[]int{0, 1, 1, 0, 2}, []int16{1, 2, 3}},
		"one lost":        {[]int{0, 1, 3, 4, 5, 6, 7, 8}, []int16{1, 2, 0, 4, 5, 6, 7, 8, 9}},
		"five late":       {[]int{0, 2, 3, 4, 5, 6, 1, 7}, []int16{1, 2, 3, 4, 5, 6, 7, 8}},
		"six late":        {[]int{0, 2, 3, 4, 5, 6, 7, 1, 8}, []int16{1, 0, 3, 4, 5, 6, 7, 8, 9}},
		"the end waiting": {[]int{0, 1, 3}, []int16{1, 2, 0, 4}},
		"begun again":     {[]int{0, 1, 5000, 5001}, []int16{1, 2, 5001, 5002}},
	} {
		r := &recording{limit: 100 * rate, full: make(chan struct{})}
		for _, i := range c.arrive {
			codes := bytes.Repeat([]byte{byte(i)}, frame)
			r.push(piece{1, uint16(65530 + i), uint32(i * frame), MuLaw, codes})
		}
		var want PCM
		for _, v := range c.want {
			if v == 0 {
				want = append(want, make(PCM, frame)...)
			} else {
				want = MuLaw.Decode(want, bytes.Repeat([]byte{byte(v - 1)}, frame))
			}
		}
		if got := r.finish(); !slices.Equal(got, want) {
			t.Errorf("%s: %d samples, want %d", name, len(got), len(want))
		}
	}
}

// Somebody else speaks on, such as after a transfer: what they number below is not late.
func TestARecordingGoesOnWithAnotherSource(t *testing.T) {
	r := &recording{limit: 100 * rate, full: make(chan struct{})}
	for i := range 20 {
		p := piece{1, uint16(2000 + i), uint32(90000 + i*frame), ALaw, bytes.Repeat([]byte{byte(i)}, frame)}
		if i >= 10 {
			p.source, p.sequence, p.clock = 2, uint16(500+i), uint32(i*frame)
		}
		r.push(p)
	}
	var want PCM
	for i := range 20 {
		want = ALaw.Decode(want, bytes.Repeat([]byte{byte(i)}, frame))
	}
	if got := r.finish(); !slices.Equal(got, want) {
		t.Errorf("%v of %v", got.Duration(), want.Duration())
	}
}

func TestLongPauseIsCut(t *testing.T) {
	r := &recording{limit: 100 * rate, full: make(chan struct{})}
	r.push(piece{1, 1, 0, ALaw, make([]byte, frame)})
	r.push(piece{1, 2, 60 * rate, ALaw, make([]byte, frame)})
	if got := r.finish(); len(got) != 2*frame+longestGap {
		t.Errorf("%v", got.Duration())
	}
}

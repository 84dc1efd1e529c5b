package media

import (
	"testing"
	"time"
)

func TestStallIsSkippedNotCaughtUp(t *testing.T) {
	t.Parallel()
	room, p := testRoom(t), newPeer(t, loopback)
	sound, reports, port, err := room.listen(room.config.Hosts[0])
	if err != nil {
		t.Fatal(err)
	}
	s := newStream(room, room.config.Hosts[0], sound, reports, port) // in no phase of the room's
	var wheel wheel
	s.phase = &wheel.phases[0]
	s.phase.streams.Store(&[]*Stream{s})
	t.Cleanup(s.Close)
	p.call(s, "8 101")

	wheel.turn(s.phase, time.Now())
	late := time.Now().Add(-5*interval - interval/2)
	next := wheel.turn(s.phase, late)
	if grid := next.Sub(late); grid%interval != 0 || grid < 6*interval {
		t.Errorf("the next deadline is %v after the one that was missed", grid)
	}
	if skipped := wheel.skipped.Load(); s.Stats().Sent != 2 || skipped < 5 {
		t.Errorf("%d packets, %d skipped", s.Stats().Sent, skipped)
	}
	waitFor(t, "two packets", func() bool { return len(p.all()) == 2 })
	before, after := p.all()[0], p.all()[1]
	if !after.Marker || after.SequenceNumber != before.SequenceNumber+1 || after.Timestamp-before.Timestamp < 6*frame {
		t.Errorf("after a stall %v, before it %v", after.Header, before.Header)
	}
}

func TestPhasesShareStreams(t *testing.T) {
	w := newWheel()
	streams := make([]*Stream, 2*phases)
	for i := range streams {
		streams[i] = &Stream{closed: true}
		streams[i].phase = w.add(streams[i])
	}
	for i := range w.phases {
		if n := len(*w.phases[i].streams.Load()); n != 2 {
			t.Errorf("phase %d has %d streams", i, n)
		}
	}
	for _, s := range streams {
		s.phase.remove(s)
		s.phase.remove(s)
	}
	for i := range w.phases {
		if n := len(*w.phases[i].streams.Load()); n != 0 {
			t.Errorf("phase %d keeps %d streams", i, n)
		}
	}
	w.stop()
}

func TestHistogram(t *testing.T) {
	var h histogram
	if h.quantile(0.5) != 0 {
		t.Error("nothing has a median")
	}
	for i := range 100 {
		h.add(time.Duration(i) * time.Millisecond)
	}
	h.add(-time.Second)
	if p50, max := h.quantile(0.5), time.Duration(h.max.Load()); p50 < 48*time.Millisecond || p50 > 51*time.Millisecond || max != 99*time.Millisecond {
		t.Error(p50, max)
	}
}

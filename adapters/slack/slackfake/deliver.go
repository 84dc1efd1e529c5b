package slackfake

import (
	"encoding/json"
	"time"
)

// Deliveries count what became of everything that was sent to the app.
type Deliveries struct {
	Events      int // told, each once however often it was tried
	Tries       int // envelopes and requests, retries and interactions included
	Acked       int // tries that were acknowledged in time
	Late        int // tries that were not
	Refused     int // tries that were answered with another status than 2xx
	Unreachable int // tries when nobody was connected, or the connection ended before the answer
	Lost        int // events given up after three retries
}

// A delivery is one event on its way.
type delivery struct {
	id, lane string
	payload  obj
}

// A parcel is one try over a socket.
type parcel struct {
	envelope string
	conn     *conn
	answer   chan []byte
}

// A verdict is how a try ended.
type verdict struct {
	ok, final bool
	reason    string // for X-Slack-Retry-Reason
	body      []byte
}

// pauses are those before each retry of an event: at once, after a minute, after five.
func pauses() []time.Duration { return []time.Duration{0, time.Minute, 5 * time.Minute} }

// deliver sends an event and tries again as the platform does. The caller holds the lock.
func (w *Workspace) deliver(d *delivery) {
	if w.ctx.Err() != nil {
		return
	}
	w.busy++
	w.tally.Events++
	w.tap("event_callback", d.payload)
	if w.app.Events == "" {
		p := w.push("events_api", d.payload, 0, "")
		w.couriers.Go(func() { w.insist(d, w.lose(w.await(p))) })
		return
	}
	before, done := w.lanes[d.lane], make(chan struct{})
	w.lanes[d.lane] = done
	w.couriers.Go(func() {
		if before != nil {
			<-before
		}
		v := w.lose(w.postEvent(d, 0, ""))
		close(done)
		w.insist(d, v)
	})
}

// insist retries an event until it is acknowledged or given up.
func (w *Workspace) insist(d *delivery, v verdict) {
	for i, pause := range pauses() {
		if v.ok || v.final || !w.sleep(time.Duration(float64(pause)/w.Speed)) {
			break
		}
		v = w.lose(w.retry(d, i+1, v.reason))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy--
	if !v.ok {
		w.tally.Lost++
	}
	w.note()
}

func (w *Workspace) retry(d *delivery, n int, reason string) verdict {
	w.mu.Lock()
	if w.app.Events != "" {
		w.mu.Unlock()
		return w.postEvent(d, n, reason)
	}
	p := w.push("events_api", d.payload, n, reason)
	w.mu.Unlock()
	return w.await(p)
}

// LoseAcks lets the next n acknowledgements of events get lost on their way, as when a connection ends
// under them: the app did its work, and the event comes again with the same event_id.
func (w *Workspace) LoseAcks(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.losing += n
}

// lose turns an acknowledgement into none where LoseAcks said so.
func (w *Workspace) lose(v verdict) verdict {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !v.ok || w.losing == 0 {
		return v
	}
	w.losing--
	w.tally.Acked--
	w.tally.Unreachable++
	return verdict{reason: "timeout"}
}

// tap shows a payload to who listens. The caller holds the lock.
func (w *Workspace) tap(kind string, payload obj) {
	if w.Tap == nil {
		return
	}
	if raw, err := json.Marshal(payload); err == nil {
		w.Tap(kind, raw)
	}
}

// sleep waits, or answers false when the workspace is closed.
func (w *Workspace) sleep(d time.Duration) bool {
	select {
	case <-time.After(d):
		return w.ctx.Err() == nil
	case <-w.ctx.Done():
		return false
	}
}

// await waits for the acknowledgement of what was pushed.
func (w *Workspace) await(p *parcel) verdict {
	if p == nil {
		return w.judge(verdict{reason: "connection_failed"}, &w.tally.Unreachable)
	}
	defer w.forget(p)
	timer := time.NewTimer(w.AckWithin)
	defer timer.Stop()
	select {
	case body := <-p.answer:
		return w.judge(verdict{ok: true, body: body}, &w.tally.Acked)
	case <-p.conn.ctx.Done():
		return w.judge(verdict{reason: "connection_failed"}, &w.tally.Unreachable)
	case <-timer.C:
		return w.judge(verdict{reason: "timeout"}, &w.tally.Late)
	}
}

// judge counts how a try ended.
func (w *Workspace) judge(v verdict, count *int) verdict {
	w.mu.Lock()
	defer w.mu.Unlock()
	*count++
	return v
}

func (w *Workspace) forget(p *parcel) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.waiting, p.envelope)
}

// Tally says what became of everything that was sent to the app.
func (w *Workspace) Tally() Deliveries {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tally
}

// Unacked counts envelopes and requests that the app did not acknowledge in time, interactions included.
func (w *Workspace) Unacked() int { return w.Tally().Late }

// Quiet waits until no event is under way, or answers false after a while.
func (w *Workspace) Quiet(within time.Duration) bool {
	return w.Until(within, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.busy == 0
	})
}

package slack

import (
	"context"
	"errors"
	"sync"
	"time"

	"frontdesk/bot"
)

// faultRef is kept while a fault is known: all replicas together say it once.
const (
	faultRef = "slack-fault"
	reminded = 12 * time.Hour // after which a fault that is still there is said again
)

// alarms are the faults of the configuration that this process has met and not seen mended.
type alarms struct {
	mu    sync.Mutex
	known map[string]heard
}

// heard is when a fault was met first, and by which call; "" where the call alone does not say that it
// is mended.
type heard struct {
	at   time.Time
	call string
}

// alarm says a fault, once until it is mended: to the log, and to whoever can mend it. It never fails:
// the work is parked anyway.
func (d *Desk) alarm(ctx context.Context, what, call, code, sentence string) {
	now := d.Now()
	d.alarms.mu.Lock()
	before, known := d.alarms.known[what]
	known = known && now.Sub(before.at) < reminded
	if d.alarms.known == nil {
		d.alarms.known = map[string]heard{}
	}
	if !known {
		d.alarms.known[what] = heard{now, call}
	}
	d.alarms.mu.Unlock()
	if known || errors.Is(d.Refs.SetRef(ctx, faultRef, what, "", code, reminded), bot.ErrTaken) {
		return
	}
	d.Log.ErrorContext(ctx, "slack: something must be mended; what is for it waits", "what", what, "code", code)
	if d.Alert != nil {
		d.Alert(ctx, sentence)
	}
}

// worked takes note that Slack did what a call asked.
func (d *Desk) worked(ctx context.Context, call string) {
	d.alarms.mu.Lock()
	var over []string
	for what, h := range d.alarms.known {
		if what == tokenFault || h.call == call {
			over = append(over, what)
		}
	}
	d.alarms.mu.Unlock()
	d.mended(ctx, over...)
}

// mended forgets faults that are there no more.
func (d *Desk) mended(ctx context.Context, whats ...string) {
	for _, what := range whats {
		d.alarms.mu.Lock()
		_, was := d.alarms.known[what]
		delete(d.alarms.known, what)
		d.alarms.mu.Unlock()
		if !was {
			continue
		}
		d.Log.InfoContext(ctx, "slack: it is mended", "what", what)
		if err := d.Refs.DropRef(ctx, faultRef, what); err != nil {
			d.Log.WarnContext(ctx, "slack: a fault that is mended is still remembered", "what", what, "error", err)
		}
	}
}

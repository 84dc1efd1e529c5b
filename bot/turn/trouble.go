package turn

import (
	"log/slog"
	"sync"
	"time"
)

// A trouble is said when it begins, once a minute while it lasts, and when it is over: a store that is
// away for an hour must not fill the log that says so.
type trouble struct {
	mu     sync.Mutex
	since  time.Time // zero: there is none
	last   time.Time
	said   time.Time
	unsaid int
}

const (
	sayAgain = time.Minute
	overFor  = 2 * time.Second // without a failure: one of many may still succeed in between
)

func (t *trouble) failed(log *slog.Logger, what string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if t.last = now; t.since.IsZero() {
		t.since = now
	}
	if now.Sub(t.said) < sayAgain {
		t.unsaid++
		return
	}
	log.Warn(what, "since", now.Sub(t.since).Round(time.Second), "unsaid", t.unsaid, "error", err)
	t.said, t.unsaid = now, 0
}

func (t *trouble) worked(log *slog.Logger, what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.since.IsZero() || time.Since(t.last) < overFor {
		return
	}
	log.Info(what, "after", t.last.Sub(t.since).Round(time.Second), "unsaid", t.unsaid)
	t.since, t.said, t.unsaid = time.Time{}, time.Time{}, 0
}

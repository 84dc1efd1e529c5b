package studio

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/tally"
)

// Figures are the text-free events of all turns, read on from where one was. "" is the first place; the same
// place comes back when nothing is new.
type Figures interface {
	TracesAfter(ctx context.Context, place string, most int, each func(bot.Trace) error) (next string, err error)
}

// How traces are read: never while somebody waits for more than a moment, and kept for a few minutes.
const (
	readAtOnce = 50_000
	freshFor   = 2 * time.Minute
	readWithin = 20 * time.Minute
	countFor   = 400             // days that are counted
	knownFor   = 7 * 24          // hours after its last turn for which a conversation is remembered
	firstRead  = 2 * time.Second // a page waits for the first reading so long
)

// A reading counts traces in the background, each once.
type reading struct {
	traces Figures
	now    func() time.Time
	log    *slog.Logger

	mu     sync.Mutex
	book   *tally.Book
	recent *recent
	sums   map[question]*tally.Figures // since the last reading
	place  string
	failed bool          // the last reading was not whole
	at     time.Time     // of the last whole reading, zero before the first
	done   chan struct{} // closed when the present reading ends; nil while there is none
}

// question is what was asked of the book.
type question struct {
	tally.Slice
	release string // the one that renamed the steps
}

func newReading(c *Config) *reading {
	return &reading{traces: c.Figures, now: c.Now, log: c.Log, recent: newRecent(c.Now()), book: tally.NewBook(c.Zone), sums: map[question]*tally.Figures{}}
}

// begin starts a reading where the last is too old, and gives a channel that is closed when it ends.
func (r *reading) begin() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done == nil && r.now().Sub(r.at) >= freshFor {
		r.done = make(chan struct{})
		go r.read(r.done)
	}
	return r.done
}

// read reads all that is new.
func (r *reading) read(done chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	err := r.readOn(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed = err != nil; r.failed {
		r.log.Warn("the traces cannot be counted", "error", err)
	} else {
		r.at = r.now()
	}
	r.sums, r.done = map[question]*tally.Figures{}, nil
	close(done)
}

// readOn reads what is new, once for all who ask. What belongs together is gathered anew now and then.
func (r *reading) readOn(ctx context.Context) error {
	oldest := tally.DayOf(r.now()) - countFor
	for {
		part, next, err := r.part(ctx, r.place)
		if err != nil {
			return err
		}
		if next == r.place {
			break
		}
		r.add(part, next, oldest)
		r.place = next
	}
	lately := r.recent
	if old := r.now().Sub(lately.began) >= togetherFor; old {
		lately = newRecent(r.now())
	}
	for lately.place != r.place {
		part, next, err := r.part(ctx, lately.place)
		if err != nil {
			return err
		}
		if next == lately.place {
			break
		}
		r.mu.Lock()
		lately.addAll(part, next)
		r.mu.Unlock()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recent = lately
	return nil
}

// part reads some events after a place.
func (r *reading) part(ctx context.Context, place string) (part []bot.Trace, next string, err error) {
	next, err = r.traces.TracesAfter(ctx, place, readAtOnce, func(t bot.Trace) error {
		part = append(part, t)
		return nil
	})
	return part, next, err
}

// whole waits for the reading that is going on, and begins one where the last is too old.
func (r *reading) whole(ctx context.Context) error {
	if done := r.begin(); done != nil {
		select {
		case <-done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed {
		return fmt.Errorf("the traces were not read: %w", bot.ErrUnavailable)
	}
	return nil
}

// lately asks what was gathered of the last thirty days.
func (r *reading) lately(ask func(*recent)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ask(r.recent)
}

func (r *reading) add(part []bot.Trace, next string, oldest tally.Day) {
	r.mu.Lock()
	defer r.mu.Unlock()
	day := tally.Day(0)
	for i := range part {
		if d := tally.DayOf(part[i].At); d != day {
			day = d
			r.book.Forget(oldest, part[i].At.Add(-knownFor*time.Hour))
		}
		r.book.Add(part[i])
	}
	if r.recent.place == r.place {
		r.recent.addAll(part, next)
	}
}

// figures answers a question with what was read so far. at is zero while nothing was read to its end.
func (r *reading) figures(q question, moved map[string]string) (f *tally.Figures, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, known := r.sums[q]
	if !known {
		f = r.book.Sum(q.Slice, moved)
		r.sums[q] = f
	}
	return f, r.at
}

// seen are the releases, channels and territories that there is a choice of.
func (r *reading) seen() (releases, channels, territories []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.book.Seen()
}

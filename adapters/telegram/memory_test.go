package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"frontdesk/bot"
)

// A house is what a channel remembers by, in memory: references, leases, limits, resume codes. It has a
// clock that tests move, and can be put to sleep.
type house struct {
	mu     sync.Mutex
	late   time.Duration
	asleep bool
	refs   map[string]ref
	leases map[string]ref
	tokens map[string]bucket
	codes  map[string]bot.ConversationID
	tries  map[string]int
	joined []bot.Leg
	strict bool // limits hold
}

type ref struct {
	value string
	ends  time.Time
}

type bucket struct {
	left float64
	at   time.Time
}

func newHouse() *house {
	return &house{refs: map[string]ref{}, leases: map[string]ref{}, tokens: map[string]bucket{},
		codes: map[string]bot.ConversationID{}, tries: map[string]int{}}
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock()
}

func (h *house) clock() time.Time { return time.Now().Add(h.late) }

// pass lets time pass.
func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.late += d
}

func (h *house) sleep(asleep bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asleep = asleep
}

func (h *house) awake(ctx context.Context) error {
	if h.asleep || ctx.Err() != nil {
		return fmt.Errorf("refs: %w", bot.ErrUnavailable)
	}
	return nil
}

func (h *house) Ref(ctx context.Context, kind, name string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.awake(ctx); err != nil {
		return "", err
	}
	r, is := h.refs[kind+" "+name]
	if !is || h.clock().After(r.ends) {
		return "", bot.ErrNotFound
	}
	return r.value, nil
}

func (h *house) SetRef(ctx context.Context, kind, name, old, value string, ttl time.Duration) error {
	present, err := h.Ref(ctx, kind, name)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if present != old {
		return bot.ErrTaken
	}
	h.refs[kind+" "+name] = ref{value, h.clock().Add(ttl)}
	return nil
}

func (h *house) DropRef(ctx context.Context, kind, name string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.awake(ctx); err != nil {
		return err
	}
	delete(h.refs, kind+" "+name)
	return nil
}

// kept are the kinds of references and how many there are of each.
func (h *house) kept() map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := map[string]int{}
	for name := range h.refs {
		kind := name[:len(name)-len(name[index(name, ' '):])]
		all[kind]++
	}
	return all
}

func index(s string, b byte) int {
	for i := range s {
		if s[i] == b {
			return i
		}
	}
	return len(s)
}

func (h *house) Acquire(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.awake(ctx); err != nil {
		return false, err
	}
	r := h.leases[name]
	if r.value != "" && r.value != holder && h.clock().Before(r.ends) {
		return false, nil
	}
	h.leases[name] = ref{holder, h.clock().Add(ttl)}
	return true, nil
}

func (h *house) Yield(_ context.Context, name, holder string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.leases[name].value == holder {
		delete(h.leases, name)
	}
	return nil
}

// seize gives a lease to somebody else.
func (h *house) seize(name, holder string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leases[name] = ref{holder, h.clock().Add(time.Hour)}
}

func (h *house) Allow(ctx context.Context, kind, name string, rate float64, burst int) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.awake(ctx); err != nil {
		return false, err
	}
	if !h.strict {
		return true, nil
	}
	b, is := h.tokens[kind+" "+name]
	if !is {
		b = bucket{float64(burst), h.clock()}
	}
	b.left = min(float64(burst), b.left+h.clock().Sub(b.at).Seconds()*rate)
	b.at = h.clock()
	fits := b.left >= 1
	if fits {
		b.left--
	}
	h.tokens[kind+" "+name] = b
	return fits, nil
}

const firstCode = 1234567890

func (h *house) Issue(ctx context.Context, id bot.ConversationID) (string, time.Time, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.awake(ctx); err != nil {
		return "", time.Time{}, err
	}
	code := fmt.Sprint(firstCode + len(h.codes))
	h.codes[code] = id
	return code, time.Date(2026, 12, 7, 13, 5, 0, 0, time.UTC), nil
}

func (h *house) Join(ctx context.Context, by, code string, leg bot.Leg) (bot.ConversationID, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.awake(ctx); err != nil {
		return "", err
	}
	id, is := h.codes[code]
	if !is {
		if h.tries[by]++; h.tries[by] > 3 {
			return "", bot.ErrTooMany
		}
		return "", bot.ErrNotFound
	}
	delete(h.codes, code)
	h.joined = append(h.joined, leg)
	return id, nil
}

func (h *house) joins() []bot.Leg {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]bot.Leg(nil), h.joined...)
}

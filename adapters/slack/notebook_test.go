package slack

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"

	"frontdesk/bot"
)

// A notebook is Refs and Lease in memory. It can be put to sleep.
type notebook struct {
	mu     sync.Mutex
	all    map[string]string
	asleep bool
}

func (n *notebook) sleep(asleep bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asleep = asleep
}

func (n *notebook) Ref(_ context.Context, kind, name string) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	value, known := n.all[kind+" "+name]
	switch {
	case n.asleep:
		return "", bot.ErrUnavailable
	case !known:
		return "", bot.ErrNotFound
	}
	return value, nil
}

func (n *notebook) SetRef(_ context.Context, kind, name, old, value string, _ time.Duration) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.asleep:
		return bot.ErrUnavailable
	case n.all[kind+" "+name] != old:
		return bot.ErrTaken
	}
	n.all[kind+" "+name] = value
	return nil
}

func (n *notebook) DropRef(_ context.Context, kind, name string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.asleep {
		return bot.ErrUnavailable
	}
	delete(n.all, kind+" "+name)
	return nil
}

func (n *notebook) Acquire(_ context.Context, name, holder string, _ time.Duration) (bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if has := n.all["lease "+name]; has != "" && has != holder {
		return false, nil
	}
	n.all["lease "+name] = holder
	return true, nil
}

func (n *notebook) Yield(_ context.Context, name, holder string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.all["lease "+name] == holder {
		delete(n.all, "lease "+name)
	}
	return nil
}

// roll is a staff of a few people.
type roll []bot.Counsellor

func (r roll) All(context.Context) ([]bot.Counsellor, error) { return r, nil }

func (r roll) Counsellor(_ context.Context, id bot.CounsellorID) (bot.Counsellor, error) {
	for _, c := range r {
		if c.ID == id {
			return c, nil
		}
	}
	return bot.Counsellor{}, bot.ErrNotFound
}

func (r roll) ByLogin(context.Context, string) (bot.Counsellor, error) {
	return bot.Counsellor{}, bot.ErrNotFound
}

type deadLetters struct{ h *house }

func (d deadLetters) DeadLetters(context.Context) ([]bot.DeadLetter, error) {
	d.h.mu.Lock()
	defer d.h.mu.Unlock()
	return d.h.letters, nil
}

func (d deadLetters) DeadLetter(context.Context, string) (bot.DeadLetter, error) {
	return bot.DeadLetter{}, bot.ErrNotFound
}

func (d deadLetters) Settle(context.Context, string) error { return errors.New("not here") }

// safeLog is a log that many write to.
type safeLog struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *safeLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *safeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

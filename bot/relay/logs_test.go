package relay_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/relay"
)

const conversation bot.ConversationID = "c1"

// logs is one conversation's log in memory, with cursors. It notes every delay and burial.
type logs struct {
	mu      sync.Mutex
	legs    map[string]bot.Leg
	entries []bot.Entry
	cursors map[string]int64
	delays  map[string][]time.Duration
	buried  map[string][]string
	notes   map[string]int64
	leased  map[string]bool // legs that somebody else has
	clock   time.Time
	asleep  bool
	rested  []string
	deaf    bool // only what the conversation is told fails
	told    []bot.Input
}

func newLogs(legs ...bot.Leg) *logs {
	l := &logs{legs: map[string]bot.Leg{}, cursors: map[string]int64{}, delays: map[string][]time.Duration{}, buried: map[string][]string{},
		notes: map[string]int64{}, leased: map[string]bool{}, clock: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}
	for _, leg := range legs {
		l.legs[leg.ID] = leg
	}
	return l
}

func push(id string) bot.Leg {
	return bot.Leg{ID: id, Channel: "telegram", Peer: bot.Address("peer of " + id), For: bot.ToCitizen, Push: true}
}

// say adds an entry for the citizen.
func (l *logs) say(texts ...string) {
	for _, text := range texts {
		l.add(bot.ToCitizen, bot.Say{Text: text})
	}
}

func (l *logs) add(to bot.Audience, e bot.Effect) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, bot.Entry{Seq: int64(len(l.entries) + 1), At: l.clock, To: to, Effect: e})
}

func (l *logs) sleep(asleep bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asleep = asleep
}

func (l *logs) awake() error {
	if l.asleep {
		return fmt.Errorf("logs: %w", bot.ErrUnavailable)
	}
	return nil
}

func (l *logs) Log(_ context.Context, _ bot.ConversationID, seq int64, most int) ([]bot.Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rest := l.entries[min(seq, int64(len(l.entries))):]
	return slices.Clone(rest[:min(most, len(rest))]), l.awake()
}

func (l *logs) Cursor(_ context.Context, _ bot.ConversationID, leg string) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cursors[leg], l.awake()
}

func (l *logs) Advance(_ context.Context, _ bot.ConversationID, leg string, from, to int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.awake(); err != nil {
		return err
	}
	if l.cursors[leg] != from {
		return fmt.Errorf("advance: %w", bot.ErrMoved)
	}
	l.cursors[leg] = to
	delete(l.notes, leg)
	return nil
}

// Claim gives a leg to who asks, unless somebody has it or its attempt is put off.
func (l *logs) Claim(_ context.Context, _ bot.ConversationID, leg string) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.leased[leg], l.awake()
}

func (l *logs) Sending(_ context.Context, _ bot.ConversationID, leg string, at, seq int64) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cursors[leg] != at {
		return false, fmt.Errorf("sending: %w", bot.ErrMoved)
	}
	before := l.notes[leg] == seq
	l.notes[leg] = seq
	return before, l.awake()
}

func (l *logs) NotSent(_ context.Context, _ bot.ConversationID, leg string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.notes, leg)
	return l.awake()
}

func (l *logs) Rest(_ context.Context, _ bot.ConversationID, leg string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rested = append(l.rested, leg)
	return l.awake()
}

func (l *logs) Now(context.Context) (time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clock, l.awake()
}

func (l *logs) Delay(_ context.Context, _ bot.ConversationID, leg string, wait time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.delays[leg] = append(l.delays[leg], wait)
	l.leased[leg] = true
	return l.awake()
}

func (l *logs) Bury(ctx context.Context, id bot.ConversationID, leg string, from, to int64, why string) error {
	if err := l.Advance(ctx, id, leg, from, to); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buried[leg] = append(l.buried[leg], fmt.Sprintf("%d %s", to, why))
	return nil
}

// leg is the conversation's leg as it is now.
func (l *logs) leg(_ context.Context, _ bot.ConversationID, leg string) (bot.Leg, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found, ok := l.legs[leg]
	if !ok {
		return bot.Leg{}, bot.ErrNotFound
	}
	return found, nil
}

// take is the conversation hearing something.
func (l *logs) take(_ context.Context, in bot.Input) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.deaf {
		return fmt.Errorf("take: %w", bot.ErrUnavailable)
	}
	if !slices.ContainsFunc(l.told, func(t bot.Input) bool { return t.ID == in.ID }) {
		l.told = append(l.told, in)
	}
	return nil
}

func (l *logs) cursor(leg string) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cursors[leg]
}

func (l *logs) waits(leg string) []time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.delays[leg])
}

// endless are limits that nobody reaches.
type endless struct{}

func (endless) PassInTurn(context.Context, string, string, time.Time, float64, int, time.Duration) (time.Duration, error) {
	return 0, nil
}

func (endless) Allow(context.Context, string, string, float64, int) (bool, error) { return true, nil }
func (endless) Pass(context.Context, string) (bot.Gate, error)                    { return bot.Gate{}, nil }
func (endless) Worked(context.Context, string) error                              { return nil }
func (endless) Failed(context.Context, string, time.Duration) (time.Duration, error) {
	return 0, nil
}

// tally counts what a relay says it did.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (t *tally) Outbound(channel bot.ChannelName, result string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == nil {
		t.n = map[string]int{}
	}
	t.n[string(channel)+" "+result]++
}

func (t *tally) count(what string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n[what]
}

// carrying is a relay for one channel, on logs.
func carrying(l *logs, c bot.Channel) (*relay.Relay, *bottest.Log) {
	log := &bottest.Log{}
	return &relay.Relay{Logs: l, Limits: endless{}, Watch: &tally{}, Legs: l.leg, Channels: map[bot.ChannelName]bot.Channel{c.Name(): c}, Take: l.take,
		Log: slog.New(slog.NewTextHandler(log, nil))}, log
}

func texts(all []bot.Delivery) []string {
	out := make([]string, 0, len(all))
	for _, d := range all {
		if say, is := d.Entry.Effect.(bot.Say); is {
			out = append(out, say.Text)
		} else {
			out = append(out, "("+bot.Name(d.Entry.Effect)+")")
		}
	}
	return out
}

func want(t *testing.T, what string, got []string, wanted ...string) {
	t.Helper()
	if !slices.Equal(got, wanted) {
		t.Errorf("%s: %q, want %q", what, got, wanted)
	}
}

package redis

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"frontdesk/bot"
)

// A model of one conversation as replicas that stall, die and come back may treat it: whatever they
// do, its log is what was accepted, in that order, each answered once; after an erasure, what came
// later only.
type model struct {
	s        *Store
	id       bot.ConversationID
	n        int
	accepted []string
	erased   int        // how many of accepted an erasure has taken away
	inFlight []bot.Head // loaded by replicas that have not committed yet
}

func (m *model) accept(t *rapid.T) {
	m.n++
	m.take(t, fmt.Sprint(m.n))
}

func (m *model) repeat(t *rapid.T) {
	if len(m.accepted) > 0 {
		m.take(t, rapid.SampledFrom(m.accepted).Draw(t, "repeated"))
	}
}

func (m *model) take(t *rapid.T, input string) {
	known := slices.Contains(m.accepted, input)
	full := !known && m.waiting(t) >= mostWaiting
	a, err := m.s.Accept(t.Context(), said(m.id, input, input))
	switch {
	case full && errors.Is(err, bot.ErrTooMany):
		return
	case full || err != nil:
		t.Fatalf("%s: %v, inbox full: %v", input, err, full)
	}
	if known != a.Duplicate {
		t.Fatalf("%s: duplicate %v, want %v", input, a.Duplicate, known)
	}
	if a.Duplicate {
		return
	}
	m.accepted = append(m.accepted, input)
	if !a.Queued {
		m.inFlight = append(m.inFlight, a.Head)
	}
}

// waiting counts what was accepted and is not answered yet.
func (m *model) waiting(t *rapid.T) int {
	entries, err := m.s.Log(t.Context(), m.id, 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	return len(m.accepted[m.erased:]) - len(entries)/2
}

// load is a sweep after the grace: any replica may come, at any time.
func (m *model) load(t *rapid.T) {
	h, err := m.s.Head(t.Context(), m.id)
	if err != nil {
		t.Fatal(err)
	}
	if h.Next != nil {
		m.inFlight = append(m.inFlight, h)
	}
}

func (m *model) commit(t *rapid.T) { m.finish(t, nil) }

func (m *model) erase(t *rapid.T) {
	m.finish(t, func(turn *bot.Turn) {
		turn.After.Life, turn.After.Answers, turn.Effects = bot.Erased, nil, nil
	})
}

// finish commits any turn that is in flight, however old, and leaves it there: a zombie tries again.
func (m *model) finish(t *rapid.T, change func(*bot.Turn)) {
	if len(m.inFlight) == 0 {
		return
	}
	h := m.inFlight[rapid.IntRange(0, len(m.inFlight)-1).Draw(t, "which")]
	turn := turned(h, change)
	if h.Session.Life == bot.Erased && change == nil {
		turn.After.Life = bot.Talking // this model lets a tombstone speak again
	}
	next, err := m.s.Commit(t.Context(), h, turn)
	switch {
	case errors.Is(err, bot.ErrMoved) || errors.Is(err, bot.ErrGone):
		return
	case err != nil:
		t.Fatal(err)
	}
	if change != nil {
		m.erased = slices.Index(m.accepted, h.Next.ID) + 1
	}
	if next.Next != nil && rapid.Bool().Draw(t, "lives on") {
		m.inFlight = append(m.inFlight, next)
	}
}

func (m *model) check(t *rapid.T) {
	entries, err := m.s.Log(t.Context(), m.id, 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, input := range m.accepted[m.erased:] {
		want = append(want, "> "+input, "< écho "+input)
	}
	got := texts(entries)
	if len(got) > len(want) || !slices.Equal(got, want[:len(got)]) {
		t.Fatalf("log\n got %q\nwant %q or its beginning", got, want)
	}
}

func TestReplicasThatStallAndDieDoNoHarm(t *testing.T) {
	s, err := OpenEmbedded(t.Context())
	opened(t, s, err)
	conversations := 0
	rapid.Check(t, func(t *rapid.T) {
		conversations++
		m := &model{s: s, id: bot.ConversationID(fmt.Sprint("c", conversations))}
		t.Repeat(map[string]func(*rapid.T){
			"accept": m.accept, "accept more": m.accept, "repeat": m.repeat, "load": m.load,
			"commit": m.commit, "commit more": m.commit, "erase": m.erase, "": m.check,
		})
		for h, err := s.Head(t.Context(), m.id); h.Next != nil; {
			if err != nil {
				t.Fatal(err)
			}
			turn := turned(h, nil)
			if h, err = s.Commit(t.Context(), h, turn); err != nil {
				t.Fatal(err)
			}
		}
		m.check(t)
		entries, err := s.Log(t.Context(), m.id, 0, 10_000)
		if want := 2 * len(m.accepted[m.erased:]); err != nil || len(entries) != want {
			t.Fatalf("at the end %d entries, %v, want %d", len(entries), err, want)
		}
	})
}

package redis

import (
	"errors"
	"fmt"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"frontdesk/bot"
)

// What replicas, counsellors, couriers and time may do to the model's conversation, in any order.

func (m *model) accept(t *rapid.T) {
	m.inputs++
	in := said(m.id, fmt.Sprint("i", m.inputs), rapid.SampledFrom([]string{"a", "b", remind, remind, join, forget}).Draw(t, "words"))
	m.take(t, in)
}

// flood fills the inbox, once in a while.
func (m *model) flood(t *rapid.T) {
	if rapid.IntRange(0, 15).Draw(t, "often") > 0 {
		return
	}
	for m.waiting() < mostWaiting {
		m.inputs++
		m.take(t, said(m.id, fmt.Sprint("i", m.inputs), "a"))
	}
	m.accept(t)
}

func (m *model) claim(t *rapid.T) {
	m.inputs++
	in := said(m.id, fmt.Sprint("i", m.inputs), "")
	in.Event = bot.Claimed{By: rapid.SampledFrom([]bot.CounsellorID{"anne", "bruno"}).Draw(t, "counsellor")}
	m.take(t, in)
}

func (m *model) repeat(t *rapid.T) {
	known := slices.DeleteFunc(slices.Clone(m.accepted), func(in bot.Input) bool { return in.ID == "" })
	if len(known) == 0 {
		return
	}
	in := rapid.SampledFrom(known).Draw(t, "repeated")
	if rapid.Bool().Draw(t, "as another") {
		in.Event = bot.Said{Text: "autre chose"}
		if _, err := m.s.Accept(t.Context(), in); !errors.Is(err, bot.ErrReused) {
			t.Fatalf("%s with another event: %v, want ErrReused", in.ID, err)
		}
		return
	}
	if a, err := m.s.Accept(t.Context(), in); err != nil || !a.Duplicate {
		t.Fatalf("%s again: %+v, %v, want a duplicate", in.ID, a, err)
	}
}

func (m *model) take(t *rapid.T, in bot.Input) {
	a, err := m.s.Accept(t.Context(), in)
	switch {
	case m.waiting() >= mostWaiting:
		if !errors.Is(err, bot.ErrTooMany) {
			t.Fatalf("%s in a full inbox: %v, want ErrTooMany", in.ID, err)
		}
		return
	case err != nil || a.Duplicate || a.Queued != (m.waiting() > 0):
		t.Fatalf("%s behind %d: %+v, %v", in.ID, m.waiting(), a, err)
	}
	m.accepted = append(m.accepted, in)
	if !a.Queued {
		m.inFlight = append(m.inFlight, a.Head)
	}
}

// load is a replica that comes by itself, at any time.
func (m *model) load(t *rapid.T) {
	h, err := m.s.Head(t.Context(), m.id)
	if err != nil {
		t.Fatal(err)
	}
	if h.Next != nil {
		m.inFlight = append(m.inFlight, h)
	}
}

// tear joins what was read at different times: the session then and the input now, or the reverse.
func (m *model) tear(t *rapid.T) {
	if len(m.inFlight) == 0 {
		return
	}
	then := rapid.SampledFrom(m.inFlight).Draw(t, "then")
	now, err := m.s.Head(t.Context(), m.id)
	if err != nil {
		t.Fatal(err)
	}
	if now.Next == nil {
		return
	}
	m.inFlight = append(m.inFlight,
		bot.Head{Session: then.Session, Next: now.Next, Sealed: now.Sealed},
		bot.Head{Session: now.Session, Next: then.Next, Sealed: then.Sealed})
}

func (m *model) crash(t *rapid.T) {
	if len(m.inFlight) > 0 {
		i := rapid.IntRange(0, len(m.inFlight)-1).Draw(t, "who")
		m.inFlight = slices.Delete(m.inFlight, i, i+1)
	}
}

// commit finishes any turn that is in flight, however old, and leaves it there: a zombie tries again.
func (m *model) commit(t *rapid.T) {
	if len(m.inFlight) == 0 {
		return
	}
	next := m.finish(t, m.inFlight[rapid.IntRange(0, len(m.inFlight)-1).Draw(t, "which")])
	if next.Next != nil && rapid.Bool().Draw(t, "lives on") {
		m.inFlight = append(m.inFlight, next)
	}
}

// finish commits a turn and says whether it may succeed: the session and the input must both be the
// present ones.
func (m *model) finish(t *rapid.T, h bot.Head) bot.Head {
	head, err := m.s.rdb.LIndex(t.Context(), m.s.keys.inbox(m.id), 0).Result()
	if err != nil && !errors.Is(err, goredis.Nil) {
		t.Fatal(err)
	}
	var want error
	switch {
	case h.Session.Version != uint64(m.played):
		want = bot.ErrMoved
	case h.Sealed != head:
		want = bot.ErrGone
	}
	turn := decided(h)
	next, err := m.s.Commit(t.Context(), h, turn)
	if !errors.Is(err, want) || (err == nil) != (want == nil) {
		t.Fatalf("commit of version %d on %d: %v, want %v", h.Session.Version, m.played, err, want)
	}
	if err != nil {
		return bot.Head{}
	}
	if played := m.accepted[m.played]; h.Next.ID != played.ID && played.ID != "" || h.Next.Event != played.Event {
		t.Fatalf("played %+v, want %+v", h.Next, played)
	}
	m.apply(m.accepted[m.played], turn)
	if (next.Next == nil) != (m.waiting() == 0) {
		t.Fatalf("%d wait, and the next is %+v", m.waiting(), next.Next)
	}
	return next
}

// sweep is any replica, at any time.
func (m *model) sweep(t *rapid.T) { m.found(t) }

func (m *model) found(t *rapid.T) (due bot.Due) {
	m.rings(t, func() (err error) {
		due, err = m.s.Sweep(t.Context(), m.s.keys.shard(m.id))
		return err
	})
	for range due.Conversations {
		m.load(t)
	}
	for _, leg := range due.Legs {
		m.read(t, leg.Leg)
	}
	return due
}

// late is a replica that found a timer a while ago and fires it now.
func (m *model) late(t *rapid.T) {
	m.rings(t, func() error {
		_, err := m.s.fire(t.Context(), []bot.ConversationID{m.id})
		return err
	})
}

// rings does what makes a timer ring that is due: once, and not before.
func (m *model) rings(t *rapid.T, do func() error) {
	before := m.now(t)
	if err := do(); err != nil {
		t.Fatal(err)
	}
	waiting, err := m.s.rdb.LLen(t.Context(), m.s.keys.inbox(m.id)).Result()
	if err != nil {
		t.Fatal(err)
	}
	if rang := int(waiting) == m.waiting()+1; rang {
		if m.armed.IsZero() || m.armed.After(m.now(t)) {
			t.Fatalf("a timer rang, the one that is set is for %s", m.armed)
		}
		m.armed = time.Time{}
		m.accepted = append(m.accepted, bot.Input{Event: bot.Rang{}})
	}
	if int(waiting) != m.waiting() || !m.armed.IsZero() && !m.armed.After(before) {
		t.Fatalf("%d wait, want %d; the timer is for %s", waiting, m.waiting(), m.armed)
	}
}

func (m *model) now(t *rapid.T) time.Time {
	now, err := m.s.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return now.Truncate(time.Millisecond)
}

func (m *model) time(t *rapid.T) {
	m.pass(m, rapid.SampledFrom([]time.Duration{10 * time.Millisecond, m.s.grace, 20 * time.Second, 2 * time.Minute}).Draw(t, "later"))
}

// read is a courier that takes the next entry of a leg, sweep or not.
func (m *model) read(t *rapid.T, leg string) {
	if m.absent(leg) {
		t.Fatalf("leg %s is due and has not joined", leg)
	}
	c := m.couriers[leg]
	cursor, err := m.s.Cursor(t.Context(), m.id, leg)
	if err != nil || cursor != c.cursor {
		t.Fatalf("cursor of %s: %d, %v, want %d", leg, cursor, err, c.cursor)
	}
	entries, err := m.s.Log(t.Context(), m.id, cursor, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) > 0 {
		m.sends = append(m.sends, sending{leg, cursor, entries[0].Seq})
	}
}

func (m *model) courier(t *rapid.T) {
	leg := rapid.SampledFrom([]string{chat.ID, second.ID}).Draw(t, "leg")
	if !m.absent(leg) {
		m.read(t, leg)
	}
}

// send carries any entry that was read, however long ago. The courier may die before it says so.
func (m *model) send(t *rapid.T) {
	if len(m.sends) == 0 {
		return
	}
	i := rapid.IntRange(0, len(m.sends)-1).Draw(t, "which")
	s := m.sends[i]
	m.sends = slices.Delete(m.sends, i, i+1)
	m.carry(t, s, rapid.Bool().Draw(t, "dies"))
}

func (m *model) carry(t *rapid.T, s sending, dies bool) {
	c := m.couriers[s.leg]
	if s.seq > c.sent {
		for _, e := range m.log {
			if e.seq > c.sent && e.seq < s.seq {
				t.Fatalf("leg %s is sent %d before %d", s.leg, s.seq, e.seq)
			}
		}
		c.sent = s.seq
	}
	if dies {
		return
	}
	err := m.s.Advance(t.Context(), m.id, s.leg, s.from, s.seq)
	if ok := c.cursor == s.from; ok != (err == nil) || !ok && !errors.Is(err, bot.ErrMoved) {
		t.Fatalf("advance of %s from %d to %d, which is at %d: %v", s.leg, s.from, s.seq, c.cursor, err)
	}
	if err == nil {
		c.cursor = s.seq
	}
}

package redis

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"frontdesk/bot"
)

// A model of one conversation as replicas that stall, die and come back may treat it, and what must be
// true whatever they do: the log is what was accepted, in that order, each input answered once; one
// counsellor has the case; a timer rings once, and not at all when it was replaced; a leg is sent
// everything since it joined, in order, at least once; an erasure leaves nothing of before; and what
// dies is found again by the sweep.
//
// More of it: go test ./adapters/redis -run Harm -rapid.checks 10000. What it would notice is in
// mutants_test.go.
type model struct {
	s    *Store
	id   bot.ConversationID
	pass func(m *model, d time.Duration) // lets time pass for what is due

	inputs   int // so far, for their names
	accepted []bot.Input
	played   int       // how many of accepted are committed: the session's version
	log      []written // as it must be
	length   int64     // of the log, with what was erased
	owner    bot.CounsellorID
	erased   bool      // a tombstone is all there is
	armed    time.Time // when the timer rings
	couriers map[string]*courier

	inFlight []bot.Head // loaded by replicas that have not committed yet
	sends    []sending  // read by couriers that have not sent yet
}

// A written is one entry of the log.
type written struct {
	seq  int64
	text string
	said bool // to the person
}

// A courier is a push leg that has joined.
type courier struct {
	cursor, sent int64
	gone         bool // with an erasure
}

type sending struct {
	leg  string
	from int64
	seq  int64
}

const (
	remind = "rappelle-moi"
	join   = "autre appareil"
	forget = "effacer"
)

var second = bot.Leg{ID: "t2", Channel: "telegram", Peer: "peer-of-t2", For: bot.ToCitizen, Push: true}

// decided is what the smallest engine decides that has owners, timers, legs and erasure.
func decided(h bot.Head) bot.Turn {
	return turned(h, func(t *bot.Turn) {
		t.After.Timers = nil
		switch e := h.Next.Event.(type) {
		case bot.Rang:
			t.Effects = []bot.Addressed{say("toujours là ?")}
		case bot.Claimed:
			if t.After.Case.Owner == "" {
				t.After.Case.Owner = e.By
			}
			t.Effects = []bot.Addressed{say("pris par " + string(t.After.Case.Owner))}
		case bot.Said:
			switch string(e.Text) {
			case remind:
				t.After.Timers = []bot.Timer{{Name: bot.TimerSilence, At: h.Next.At.Add(time.Minute)}}
			case join:
				t.After.Legs = []bot.Leg{chat, second}
			case forget:
				t.After = bot.Session{ID: t.After.ID, Life: bot.Erased, Legs: []bot.Leg{chat}, Updated: h.Next.At}
				t.Effects = []bot.Addressed{say("effacé")}
			}
		}
	})
}

// apply says what a committed turn must have done, in the model's own words.
func (m *model) apply(in bot.Input, turn bot.Turn) {
	m.played++
	m.armed = time.Time{}
	before := m.length
	enter := func(text string, said bool) {
		m.length++
		m.log = append(m.log, written{m.length, text, said})
	}
	if m.couriers[chat.ID] == nil {
		m.couriers[chat.ID] = new(courier)
	}
	tombstone := m.erased
	m.erased = false
	switch e := in.Event.(type) {
	case bot.Rang:
		enter("> (rang)", false)
		enter("< toujours là ?", true)
	case bot.Claimed:
		if m.owner == "" {
			m.owner = e.By
		}
		enter("> (claimed)", false)
		enter("< pris par "+string(m.owner), true)
	case bot.Said:
		if string(e.Text) == forget {
			if !tombstone { // which has nothing to erase
				m.log, m.owner = nil, ""
				for leg := range m.couriers {
					m.couriers[leg] = &courier{before, before, leg != chat.ID}
				}
			}
			m.erased = true
			m.length++ // what came in is not kept
			enter("< effacé", true)
			return
		}
		enter("> "+string(e.Text), false)
		enter("< écho "+string(e.Text), true)
		switch {
		case string(e.Text) == remind:
			m.armed = turn.After.Timers[0].At
		case string(e.Text) == join && m.absent(second.ID):
			m.couriers[second.ID] = &courier{cursor: before, sent: before}
		}
	}
}

// absent says that a leg has not joined, or not again since the erasure.
func (m *model) absent(leg string) bool { return m.couriers[leg] == nil || m.couriers[leg].gone }

func (m *model) waiting() int { return len(m.accepted) - m.played }

func (m *model) accept(t *rapid.T) {
	m.inputs++
	in := said(m.id, fmt.Sprint("i", m.inputs), rapid.SampledFrom([]string{"a", "b", remind, join, forget}).Draw(t, "words"))
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

func (m *model) check(t *rapid.T) {
	entries, err := m.s.Log(t.Context(), m.id, 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	got := texts(entries)
	for i, e := range entries {
		got[i] = fmt.Sprint(e.Seq, " ", got[i])
	}
	var want []string
	for _, e := range m.log {
		want = append(want, fmt.Sprint(e.seq, " ", e.text))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("log\n got %q\nwant %q", got, want)
	}
	h, err := m.s.Head(t.Context(), m.id)
	if err != nil || h.Session.Version != uint64(m.played) || h.Session.Case.Owner != m.owner || h.Session.Entries != m.length {
		t.Fatalf("session %+v, %v, want version %d, %d entries, owner %q", h.Session, err, m.played, m.length, m.owner)
	}
}

// end lets everybody who holds something die, and the sweep find it.
func (m *model) end(t *rapid.T) {
	for range 1000 {
		m.inFlight, m.sends = nil, nil
		m.pass(m, 2*time.Minute)
		due := m.found(t)
		if len(due.Conversations)+len(due.Legs) == 0 {
			break
		}
		for _, h := range m.inFlight {
			for h.Next != nil {
				h = m.finish(t, h)
			}
		}
		for _, s := range m.sends { // one entry each, and the courier dies too, before or after it says so
			m.carry(t, s, rapid.Bool().Draw(t, "dies early"))
		}
	}
	m.check(t)
	if m.waiting() > 0 || !m.armed.IsZero() {
		t.Fatalf("%d inputs wait for ever, a timer is set for %s", m.waiting(), m.armed)
	}
	for leg, c := range m.couriers {
		for _, e := range m.log {
			if e.said && e.seq > c.sent && !c.gone {
				t.Fatalf("leg %s was never sent %d", leg, e.seq)
			}
		}
	}
}

func TestReplicasThatStallAndDieDoNoHarm(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		clock := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		s, set, err := OpenEmbeddedAt(t.Context(), clock)
		opened(t, s, err)
		mutated(t, s)
		doNoHarm(t, s, func(_ *model, d time.Duration) {
			clock = clock.Add(d)
			set(clock)
		})
	})
	t.Run("redis", func(t *testing.T) {
		s := openChild(t, peer(t), func(o *Options) { o.Shards = 1 })
		doNoHarm(t, s, func(m *model, d time.Duration) { // by that much everything is due earlier
			due := s.keys.due(s.keys.shard(m.id))
			for _, member := range s.rdb.ZRange(t.Context(), due, 0, -1).Val() {
				s.rdb.ZIncrBy(t.Context(), due, -float64(d.Milliseconds()), member)
			}
			if !m.armed.IsZero() {
				m.armed = m.armed.Add(-d)
			}
		})
	})
}

func doNoHarm(t *testing.T, s *Store, pass func(*model, time.Duration)) {
	client := s.rdb.(*goredis.Client).Options() // repeats nothing by itself: the model knows what it sent
	client.ReadTimeout, client.WriteTimeout, client.PoolTimeout = time.Minute, time.Minute, time.Minute
	rapid.Check(t, func(t *rapid.T) {
		if err := s.rdb.FlushDB(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		m := &model{s: s, id: "c", pass: pass, couriers: make(map[string]*courier)}
		t.Repeat(map[string]func(*rapid.T){
			"accept": m.accept, "accept more": m.accept, "claim": m.claim, "repeat": m.repeat,
			"load": m.load, "tear": m.tear, "crash": m.crash, "commit": m.commit, "commit more": m.commit,
			"flood": m.flood, "sweep": m.sweep, "late": m.late, "late too": m.late, "time": m.time, "courier": m.courier, "send": m.send, "": m.check,
		})
		m.end(t)
	})
}

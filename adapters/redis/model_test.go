package redis

import (
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
		if rapid.Bool().Draw(t, "on two devices") { // from the first word on
			m.take(t, said(m.id, "i0", join))
			m.finish(t, m.inFlight[0])
		}
		t.Repeat(map[string]func(*rapid.T){
			"accept": m.accept, "accept more": m.accept, "claim": m.claim, "repeat": m.repeat,
			"load": m.load, "tear": m.tear, "crash": m.crash, "commit": m.commit, "commit more": m.commit,
			"flood": m.flood, "sweep": m.sweep, "late": m.late, "late too": m.late, "time": m.time, "courier": m.courier, "send": m.send, "": m.check,
		})
		m.end(t)
	})
}

package main

// What the tests of the telephone share: the house, the telephones around it, and what they wait for.

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/adapters/phone"
	"frontdesk/adapters/phone/media"
	"frontdesk/adapters/phone/phonefake"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// A phoneSite is the whole house with the regional number, and people's telephones around it.
type phoneSite struct {
	t       testing.TB
	ctx     context.Context // no call of a test lasts longer
	house   *house
	log     *bottest.Log
	voice   *phonefake.Voice
	camille *phonefake.Telephone
	citizen *phonefake.Telephone
	target  string
	stop    func() // asks the replica to stop
}

func newPhoneSite(t testing.TB) *phoneSite {
	t.Helper()
	return newPhoneSiteWith(t, func(*serveCommand) {})
}

func newPhoneSiteWith(t testing.TB, change func(*serveCommand)) *phoneSite {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	voice := &phonefake.Voice{}
	camille, err := phonefake.New(ctx, voice)
	if err != nil {
		t.Fatal(err)
	}
	s := answering(t, voice, camille.Target("camille"), change)
	s.voice, s.camille = voice, camille
	s.target = "sip:accueil@" + s.house.phone.Endpoint().Addr("udp").String()
	if s.citizen, err = phonefake.New(ctx, s.voice, s.target); err != nil {
		t.Fatal(err)
	}
	return s
}

// answering is a house whose number is answered. Telephones are still to come.
func answering(t testing.TB, voice phone.Speech, number string, change func(*serveCommand)) *phoneSite {
	t.Helper()
	s := &phoneSite{t: t, log: &bottest.Log{}}
	var serving context.Context
	serving, s.stop = context.WithCancel(context.Background())
	t.Cleanup(s.stop)
	s.house = phoned(t, serving, s.log, voice, number, change)
	s.until("the number is answered", func() bool { return s.house.phone.Endpoint() != nil })
	var end func()
	s.ctx, end = context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(end)
	return s
}

// phoned is the whole house with the regional number and one counsellor who has a telephone.
func phoned(t testing.TB, ctx context.Context, log *bottest.Log, voice phone.Speech, number string, change func(*serveCommand)) *house {
	t.Helper()
	c := proper()
	c.MetricsListen, c.LogLevel, c.Drain = "off", slog.LevelDebug, time.Second
	c.Staff = phoneStaff(t, number)
	c.SIP = sipHere(t)
	change(c)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.Listen = listener.Addr().String()
	b := referenceBundle(t)
	store, err := c.openStore(ctx, quietly(), b.Region)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{config: c, log: c.logger(&console{ctx: ctx, in: &bytes.Buffer{}, out: log, err: log}), now: time.Now, id: random(), store: store, bundles: shared, voice: voice}
	if err := h.build(ctx, b); err != nil {
		t.Fatal(err)
	}
	h.shelf.live.Store(openTrial(time.Now())(h.shelf.Live())) // whatever the hour of the test
	h.phone.Music, h.phone.Door = media.Tone(phonefake.Music(), time.Second), &noted{Door: h.player}
	done := make(chan error, 1)
	serving, stop := context.WithCancel(ctx)
	go func() { done <- h.serve(serving, listener, c.Drain) }()
	t.Cleanup(func() {
		if endpoint := h.phone.Endpoint(); endpoint != nil {
			endpoint.Close() // nobody waits for calls that a test has left
		}
		stop()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
		h.close()
	})
	return h
}

// noted remembers which conversations calls opened, and loses inputs where a test wants it.
type noted struct {
	bot.Door
	away    atomic.Int64 // how many inputs more the store does not take
	tooMany atomic.Bool
	kept    atomic.Int64 // messages that were recorded
	mu      sync.Mutex
	ids     []bot.ConversationID
	heard   map[bot.ConversationID]int64 // to which entry the call has taken in what was said
}

// Take fails as it is told to.
func (n *noted) Take(ctx context.Context, in bot.Input) error {
	switch _, left := in.Event.(bot.HungUp); {
	case n.tooMany.Load():
		return bot.ErrTooMany
	case !left && n.away.Add(-1) >= 0:
		return bot.ErrUnavailable
	}
	err := n.Door.Take(ctx, in)
	if _, message := in.Event.(bot.Recorded); message && err == nil {
		n.kept.Add(1)
	}
	return err
}

func (n *noted) Open(ctx context.Context, leg bot.Leg) (bot.ConversationID, error) {
	id, err := n.Door.Open(ctx, leg)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ids = append(n.ids, id)
	return id, err
}

// Follow is asked for what comes next when the call has taken in what came before.
func (n *noted) Follow(ctx context.Context, id bot.ConversationID, seq int64) ([]bot.Entry, error) {
	n.mu.Lock()
	if n.heard == nil {
		n.heard = map[bot.ConversationID]int64{}
	}
	n.heard[id] = seq
	n.mu.Unlock()
	return n.Door.Follow(ctx, id, seq)
}

// session is the last call's conversation.
func (s *phoneSite) session() bot.Session {
	n := s.house.phone.Door.(*noted)
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.ids) == 0 {
		return bot.Session{}
	}
	head, err := s.house.store.Head(s.t.Context(), n.ids[len(n.ids)-1])
	if err != nil {
		s.t.Error(err)
	}
	return head.Session
}

// step waits until the last call asks something: a key that comes before answers what was asked before.
func (s *phoneSite) step(name string) {
	s.t.Helper()
	n := s.house.phone.Door.(*noted)
	s.until("the question "+name, func() bool {
		now := s.session()
		n.mu.Lock()
		defer n.mu.Unlock()
		return now.Step == name && now.Asking && n.heard[now.ID] >= now.Entries
	})
}

// phoneStaff is one counsellor with a telephone.
func phoneStaff(t testing.TB, number string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"counsellors": []map[string]any{{"id": "camille", "name": "Camille", "structures": []string{"accueil-regional"},
		"roles": []string{"counsellor"}, "capacity": 3, "phone": number}}})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "staff.json")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func (s *phoneSite) until(what string, is func() bool) {
	s.t.Helper()
	soon(s.t, what, is)
}

// hears waits for sentences, in this order, with any others between.
func (s *phoneSite) hears(who string, talk *phonefake.Talk, sentences ...string) {
	s.t.Helper()
	var heard []string
	for _, want := range sentences {
		for deadline := time.After(longEnough); ; {
			select {
			case got := <-talk.Heard():
				heard = append(heard, got)
				if strings.HasPrefix(got, want) {
					goto next
				}
			case <-deadline:
				s.t.Fatalf("%s never hears %q, only\n%s\n%s", who, want, strings.Join(heard, "\n"), s.log.String())
			}
		}
	next:
	}
}

// duty has the counsellor at her desk, until the test ends: a page says so again and again, too.
func (s *phoneSite) duty() {
	s.t.Helper()
	ctx := s.t.Context()
	here := func(ctx context.Context) error { return s.house.store.Here(ctx, bot.OnDuty("camille"), "desk") }
	if err := here(ctx); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		for tick := time.NewTicker(15 * time.Second); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
				_ = here(ctx) // the house may be closing
			}
		}
	}()
}

// rings calls the regional number.
func (s *phoneSite) rings() *phonefake.Talk {
	s.t.Helper()
	talk, err := s.citizen.Call(s.ctx, s.target)
	if err != nil {
		s.t.Fatal(err)
	}
	return talk
}

// calls is a person who has heard the menu.
func (s *phoneSite) calls() *phonefake.Talk {
	s.t.Helper()
	talk := s.rings()
	s.hears("the caller", talk, "Que cherchez-vous ?", "Pour la VAE ou créer son entreprise, tapez 3.")
	return talk
}

// givesNumber is a person who chooses to leave a message, and gives the number to be called on.
func (s *phoneSite) givesNumber(talk *phonefake.Talk) {
	s.t.Helper()
	for _, step := range []struct{ keys, then string }{{"3", "Pour être rappelé, tapez votre numéro"}, {"0639981234#", "Votre numéro"}, {"1", "Si vous ne répondez pas"}} {
		talk.Press(step.keys)
		s.hears("the caller", talk, step.then)
	}
	talk.Press("2")
}

// leavesMessage is a person who chooses to leave one, gives the number, and is speaking.
func (s *phoneSite) leavesMessage(talk *phonefake.Talk) {
	s.t.Helper()
	s.givesNumber(talk)
	s.hears("the caller", talk, "Pour finir, tapez dièse.")
	talk.Hum(2350)
	time.Sleep(3 * time.Second) // the tone, and some words
}

// toldOfHangUp waits until the conversation knows that the caller is gone.
func (s *phoneSite) toldOfHangUp() {
	s.t.Helper()
	s.until("the conversation knows of the hang-up", func() bool {
		entries, err := s.house.store.Log(s.ctx, s.session().ID, 0, 1000)
		return err == nil && slices.ContainsFunc(entries, func(e bot.Entry) bool { return e.Input != nil && e.Input.Event == bot.HungUp{} })
	})
}

// the only case there is.
func (s *phoneSite) card() bot.Card {
	s.t.Helper()
	cards, err := s.house.store.Cards(s.t.Context())
	if err != nil || len(cards) != 1 {
		s.t.Fatalf("%d cases, %v", len(cards), err)
	}
	return cards[0]
}

// rung is the counsellor's telephone that rings.
func (s *phoneSite) rung() *phonefake.Talk {
	s.t.Helper()
	ringing, err := s.camille.Rings(s.ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	return ringing
}

// pickedUp is the counsellor's telephone once she has picked it up.
func (s *phoneSite) pickedUp() *phonefake.Talk {
	s.t.Helper()
	ringing := s.rung()
	if err := ringing.Answer(s.ctx); err != nil {
		s.t.Fatal(err)
	}
	return ringing
}

// gone waits until a call is over.
func (s *phoneSite) gone(who string, talk *phonefake.Talk) {
	s.t.Helper()
	select {
	case <-talk.Gone():
	case <-s.ctx.Done():
		s.t.Fatalf("the call of %s does not end", who)
	}
}

// code waits for the resume code that a caller hears.
func (s *phoneSite) code(talk *phonefake.Talk) string {
	s.t.Helper()
	for {
		select {
		case got := <-talk.Heard():
			if rest, ok := strings.CutPrefix(got, "Votre code : "); ok {
				return strings.Trim(rest, ".")
			}
		case <-s.ctx.Done():
			s.t.Fatal("no code is said")
		}
	}
}

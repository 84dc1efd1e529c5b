package turn_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/turn"
)

// A deadly engine never comes back from some inputs, as a process that they end never does.
type deadly struct {
	turn.Stepper
	hit   chan struct{} // an attempt began
	never chan struct{} // closed at the end of the test
	on    func(bot.Event) bool
}

func (d *deadly) Step(s bot.Session, in bot.Input) (bot.Turn, error) {
	if d.on(in.Event) {
		d.hit <- struct{}{}
		<-d.never
		return bot.Turn{}, errors.New("too late")
	}
	return d.Stepper.Step(s, in)
}

// dies has replica after replica pick the conversation up and never come back, n times.
func (s *stage) dies(n int, on func(bot.Event) bool) {
	s.t.Helper()
	d := &deadly{hit: make(chan struct{}), never: make(chan struct{}), on: on}
	s.t.Cleanup(func() { close(d.never); time.Sleep(50 * time.Millisecond) })
	for range n {
		s.pass(11 * time.Second)
		r := s.replica()
		d.Stepper = r.Engine
		r.Engine = d
		ctx := s.t.Context()
		go r.SweepOnce(ctx)
		select {
		case <-d.hit:
		case <-time.After(5 * time.Second):
			s.t.Fatal("no replica picked the conversation up")
		}
	}
}

func isSaid(e bot.Event) bool { _, is := e.(bot.Said); return is }

func TestAnInputThatEndsEveryProcessIsReadByAHuman(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.accept(said(id, "m1", "le mot qui tue"))
	s.dies(4, isSaid) // the fifth, or the first, died in Take
	s.sweepLater()
	s.wantApplied(id, "hello", "m1")
	entries := s.entries(id)
	for _, want := range []string{"Une personne va le lire", "15, 17, 112", "Que cherchez-vous"} {
		if !s.told(id, "m1", want) {
			t.Errorf("the person is not told %q", want)
		}
	}
	if session := s.session(id); session.Life != bot.Promised || !session.Asking {
		t.Errorf("a case is %s, the question is open: %v", session.Life, session.Asking)
	}
	for _, e := range entries {
		if e.Cause == "m1" && e.Input != nil {
			if u, is := e.Input.Event.(bot.Unplayed); !is || u.Text != "le mot qui tue" || u.Kind != "said" {
				t.Errorf("the desk reads %#v", e.Input.Event)
			}
		}
	}
	s.take(said(id, "m2", "emploi"))
	s.wantApplied(id, "hello", "m1", "m2")
	s.logHasNo("tue")
}

func TestAnInputThatCannotEvenBeAnsweredIsParked(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.accept(said(id, "m1", "le mot qui tue"))
	s.accept(said(id, "m2", "emploi"))
	s.dies(4, isSaid)
	s.dies(4, func(e bot.Event) bool { _, is := e.(bot.Unplayed); return is })
	s.sweepLater() // parks
	s.sweepLater()
	s.wantApplied(id, "hello", "m2")
	if !strings.Contains(s.log.String(), "input parked") {
		t.Errorf("nobody is told:\n%s", s.log)
	}
}

func TestWhatComesBackAliveIsNotCounted(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.accept(said(id, "m1", "emploi"))
	for i := range 20 {
		s.world.fail(func() error {
			if i%2 == 0 {
				panic("the world")
			}
			return fmt.Errorf("staff: %w", bot.ErrUnavailable)
		})
		s.sweepLater()
	}
	s.world.fail(nil)
	s.sweepLater()
	s.wantApplied(id, "hello", "m1")
	if s.told(id, "m1", "Une personne va le lire") {
		t.Error("a fault of the world was taken for one of the message")
	}
}

func TestAnInputThatNothingCanDecideIsReadByAHuman(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.accept(said(id, "m1", "emploi"))
	s.shelf.serve(another(t)) // the release the conversation keeps to is lost
	s.Fetch = func(context.Context, string) error { return bot.ErrNotFound }
	for range 5 {
		s.sweepLater()
	}
	s.wantApplied(id, "hello", "m1")
	if !s.told(id, "m1", "Une personne va lire votre demande") {
		t.Error("the person is not told")
	}
}

// sweepLater lets every wait pass, and sweeps.
func (s *stage) sweepLater() {
	s.pass(11 * time.Second)
	s.SweepOnce(s.t.Context())
}

// told says whether the person was told something because of an input.
func (s *stage) told(id bot.ConversationID, input, text string) bool {
	for _, e := range s.entries(id) {
		if say, is := e.Effect.(bot.Say); is && e.Cause == input && e.To == bot.ToCitizen && strings.Contains(say.Text, text) {
			return true
		}
	}
	return false
}

// An engine that panics where its own answer to panics does not reach.
type panicky struct{ turn.Stepper }

func (p panicky) Step(s bot.Session, in bot.Input) (bot.Turn, error) {
	if isSaid(in.Event) {
		panic("le mot qui tue")
	}
	return p.Stepper.Step(s, in)
}

func TestAPanicThatTheEngineCannotAnswerIsReadByAHuman(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.Engine = panicky{s.Engine}
	s.take(said(id, "m1", "emploi"))
	for range 5 {
		s.sweepLater()
	}
	if !s.told(id, "m1", "Une personne va le lire") {
		t.Error("the person is not told")
	}
	s.logHasNo("tue")
}

// A brown store counts an attempt, and its answer is lost.
type brown struct {
	bot.Store
	lose int
}

func (b *brown) Attempt(ctx context.Context, h bot.Head) (int, error) {
	n, err := b.Store.Attempt(ctx, h)
	if b.lose > 0 {
		b.lose--
		return 0, bot.ErrUnavailable
	}
	return n, err
}

func TestAnswersThatAreLostMakeNoPoison(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	s.accept(said(id, "m1", "emploi"))
	s.Store = &brown{s.Store, 6}
	for range 8 {
		s.sweepLater()
	}
	s.wantApplied(id, "hello", "m1")
	if s.told(id, "m1", "Une personne va le lire") || s.session(id).Life != bot.Talking {
		t.Error("a message was taken for poison while the store was away")
	}
}

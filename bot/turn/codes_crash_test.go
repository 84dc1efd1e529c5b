package turn_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/turn"
)

var errDied = errors.New("the process died")

// die ends a call where the process would have died there, and everything with it.
func die() { panic(errDied) }

func dying(t *testing.T, join func()) {
	t.Helper()
	defer func() {
		if cause := recover(); cause != errDied {
			t.Fatalf("it did not die: %v", cause)
		}
	}()
	join()
}

// A moving store is one in which a process may die.
type moving struct {
	turn.Moves
	resolve, free func()
}

func (m *moving) Resolve(ctx context.Context, leg bot.Leg, fresh bot.ConversationID) (bot.ConversationID, error) {
	if m.resolve != nil {
		m.resolve()
	}
	return m.Moves.Resolve(ctx, leg, fresh)
}

func (m *moving) Free(ctx context.Context, leg bot.Leg, from bot.ConversationID) error {
	if m.free != nil {
		m.free()
	}
	return m.Moves.Free(ctx, leg, from)
}

func TestAProcessThatDiesBetweenTwoStepsStrandsNobody(t *testing.T) {
	for name, at := range map[string]func(c *turn.Codes, m *moving, door *noted){
		"before the old conversation is told": func(_ *turn.Codes, m *moving, _ *noted) { m.resolve = die },
		"before the leg leaves":               func(_ *turn.Codes, m *moving, _ *noted) { m.free = die },
		"before the leg is given": func(_ *turn.Codes, m *moving, _ *noted) {
			m.free = func() { m.resolve = die }
		},
		"before the new conversation is told": func(_ *turn.Codes, _ *moving, door *noted) {
			door.before = func(in bot.Input) error {
				if _, is := in.Event.(bot.Arrived); is {
					die()
				}
				return nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			id := s.begin()
			old, err := s.Open(t.Context(), telegram)
			if err != nil {
				t.Fatal(err)
			}
			s.take(bot.Input{ID: "tg1", Conversation: old, Leg: telegram, Event: bot.Arrived{}})
			c, door := s.codes()
			m := &moving{Moves: s.store}
			c.Store = m
			code := issue(t, c, id)
			at(c, m, door)
			dying(t, func() { _, _ = c.Join(t.Context(), "somebody", code, telegram) })

			// Whoever writes now is heard, wherever that is.
			where, err := s.Open(t.Context(), telegram)
			if err != nil {
				t.Fatal(err)
			}
			s.take(bot.Input{ID: "tg2", Conversation: where, Leg: telegram, Event: bot.Said{Text: "bonjour"}})
			if !s.answered(where, "tg2") {
				t.Errorf("nobody answers in %s", where)
			}

			// The platform repeats what was not confirmed, to another replica.
			again, _ := s.codes()
			if _, err := again.Join(t.Context(), "another", code, bot.Leg{ID: "sms", Channel: "sms", Peer: "1", For: bot.ToCitizen}); !errors.Is(err, bot.ErrNotFound) {
				t.Errorf("another leg takes the code: %v", err)
			}
			if got, err := again.Join(t.Context(), "somebody", code, telegram); got != id || err != nil {
				t.Fatalf("again: %s, %v; want %s", got, err, id)
			}
			s.wantAt(telegram, id)
			if n := count(s, id, "{Language: Entry: Shared:false Resumed:true}"); n != 1 {
				t.Errorf("%d arrivals, want 1", n)
			}
			if n := count(s, old, "{Moved:true}"); n != 1 {
				t.Errorf("%d departures, want 1", n)
			}
		})
	}
}

func count(s *stage, id bot.ConversationID, event string) (n int) {
	for _, e := range s.entries(id) {
		if e.Input != nil && fmt.Sprintf("%+v", e.Input.Event) == event {
			n++
		}
	}
	return n
}

func TestACodeIsGivenBackWhenTheMoveFails(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	c, door := s.codes()
	code := issue(t, c, id)
	door.before = func(bot.Input) error { return bot.ErrUnavailable }
	if _, err := c.Join(t.Context(), "somebody", code, telegram); !errors.Is(err, bot.ErrUnavailable) {
		t.Fatalf("%v, want ErrUnavailable", err)
	}
	door.before = nil
	other := bot.Leg{ID: "web", Channel: "web", Peer: "another browser", For: bot.ToCitizen}
	if got, err := c.Join(t.Context(), "somebody", code, other); got != id || err != nil {
		t.Errorf("%s, %v; want %s", got, err, id)
	}
	s.wantAt(other, id)
}

func TestACodeWaitsForTheStore(t *testing.T) {
	s := newStage(t)
	id := s.begin()
	c, _ := s.codes()
	code := issue(t, c, id)
	s.store.Sleep(true)
	if _, err := c.Join(t.Context(), "somebody", code, telegram); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("%v, want ErrUnavailable", err)
	}
	s.store.Sleep(false)
	if _, err := c.Join(t.Context(), "somebody", code, telegram); err != nil {
		t.Error(err)
	}
}

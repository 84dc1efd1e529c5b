package bottest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"frontdesk/bot"
)

// A Store is a real store with the troubles of one: it can be put to sleep, its commits can fail
// before they are made, and their answers can be lost afterwards. It notes in which order inputs
// were accepted.
type Store struct {
	bot.Store

	mu       sync.Mutex
	asleep   bool
	refuse   int // commits that fail from now on
	lose     int // commits that are made but not answered
	accepted []string
}

// NewStore returns a store whose troubles have not begun.
func NewStore(real bot.Store) *Store { return &Store{Store: real} }

// Sleep makes everything answer bot.ErrUnavailable until it is called with false.
func (s *Store) Sleep(asleep bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asleep = asleep
}

// RefuseCommits makes the next n commits fail: nothing becomes true.
func (s *Store) RefuseCommits(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = n
}

// LoseAnswers makes the next n commits true and answers bot.ErrUnavailable all the same.
func (s *Store) LoseAnswers(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lose = n
}

// Order returns the ids of the inputs in the order in which they were accepted first.
func (s *Store) Order() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.accepted)
}

// Resolve implements bot.Inbox.
func (s *Store) Resolve(ctx context.Context, leg bot.Leg, fresh bot.ConversationID) (bot.ConversationID, error) {
	if err := s.awake("resolve"); err != nil {
		return "", err
	}
	return s.Store.Resolve(ctx, leg, fresh)
}

// Accept implements bot.Inbox. One is accepted after the other, so that Order is the true one.
func (s *Store) Accept(ctx context.Context, in bot.Input) (bot.Acceptance, error) {
	if err := s.awake("accept"); err != nil {
		return bot.Acceptance{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.Store.Accept(ctx, in)
	if err == nil && !a.Duplicate {
		s.accepted = append(s.accepted, in.ID)
	}
	return a, err
}

// Head implements bot.Inbox.
func (s *Store) Head(ctx context.Context, id bot.ConversationID) (bot.Head, error) {
	if err := s.awake("head"); err != nil {
		return bot.Head{}, err
	}
	return s.Store.Head(ctx, id)
}

// Commit implements bot.Inbox.
func (s *Store) Commit(ctx context.Context, h bot.Head, t bot.Turn) (bot.Head, error) {
	if err := s.awake("commit"); err != nil {
		return bot.Head{}, err
	}
	if s.counts(&s.refuse) {
		return bot.Head{}, fmt.Errorf("commit: %w", bot.ErrUnavailable)
	}
	next, err := s.Store.Commit(ctx, h, t)
	if err == nil && s.counts(&s.lose) {
		return bot.Head{}, fmt.Errorf("commit: the answer is lost: %w", bot.ErrUnavailable)
	}
	return next, err
}

// Log implements bot.Logs.
func (s *Store) Log(ctx context.Context, id bot.ConversationID, seq int64, most int) ([]bot.Entry, error) {
	if err := s.awake("log"); err != nil {
		return nil, err
	}
	return s.Store.Log(ctx, id, seq, most)
}

// Cursor implements bot.Logs.
func (s *Store) Cursor(ctx context.Context, id bot.ConversationID, leg string) (int64, error) {
	if err := s.awake("cursor"); err != nil {
		return 0, err
	}
	return s.Store.Cursor(ctx, id, leg)
}

// Advance implements bot.Logs.
func (s *Store) Advance(ctx context.Context, id bot.ConversationID, leg string, from, to int64) error {
	if err := s.awake("advance"); err != nil {
		return err
	}
	return s.Store.Advance(ctx, id, leg, from, to)
}

// Delay implements bot.Logs.
func (s *Store) Delay(ctx context.Context, id bot.ConversationID, leg string, wait time.Duration) error {
	if err := s.awake("delay"); err != nil {
		return err
	}
	return s.Store.Delay(ctx, id, leg, wait)
}

// Bury implements bot.Logs.
func (s *Store) Bury(ctx context.Context, id bot.ConversationID, leg string, from, to int64, why string) error {
	if err := s.awake("bury"); err != nil {
		return err
	}
	return s.Store.Bury(ctx, id, leg, from, to, why)
}

// Claim implements bot.Logs.
func (s *Store) Claim(ctx context.Context, id bot.ConversationID, leg string) (bool, error) {
	if err := s.awake("claim"); err != nil {
		return false, err
	}
	return s.Store.Claim(ctx, id, leg)
}

// Sending implements bot.Logs.
func (s *Store) Sending(ctx context.Context, id bot.ConversationID, leg string, at, seq int64) (bool, error) {
	if err := s.awake("sending"); err != nil {
		return false, err
	}
	return s.Store.Sending(ctx, id, leg, at, seq)
}

// NotSent implements bot.Logs.
func (s *Store) NotSent(ctx context.Context, id bot.ConversationID, leg string) error {
	if err := s.awake("not sent"); err != nil {
		return err
	}
	return s.Store.NotSent(ctx, id, leg)
}

// Rest implements bot.Logs.
func (s *Store) Rest(ctx context.Context, id bot.ConversationID, leg string) error {
	if err := s.awake("rest"); err != nil {
		return err
	}
	return s.Store.Rest(ctx, id, leg)
}

// Cards implements bot.Logs.
func (s *Store) Cards(ctx context.Context) ([]bot.Card, error) {
	if err := s.awake("cards"); err != nil {
		return nil, err
	}
	return s.Store.Cards(ctx)
}

// Sweep implements bot.Clock.
func (s *Store) Sweep(ctx context.Context, shard int) (bot.Due, error) {
	if err := s.awake("sweep"); err != nil {
		return bot.Due{}, err
	}
	return s.Store.Sweep(ctx, shard)
}

// Now implements bot.Clock.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	if err := s.awake("now"); err != nil {
		return time.Time{}, err
	}
	return s.Store.Now(ctx)
}

func (s *Store) awake(what string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asleep {
		return fmt.Errorf("%s: %w", what, bot.ErrUnavailable)
	}
	return nil
}

func (s *Store) counts(n *int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if *n == 0 {
		return false
	}
	*n--
	return true
}

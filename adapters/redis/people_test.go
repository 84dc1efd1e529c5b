package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
)

// People write to a store, each in a conversation of their own, through whatever happens to it. Like
// any platform they repeat what was not accepted, and say the next thing only when the last one was.
type people struct {
	t      testing.TB
	s      *Store
	stop   context.CancelFunc
	ended  sync.WaitGroup
	all    []*person
	sweeps context.CancelFunc
	swept  sync.WaitGroup
}

type person struct {
	mu       sync.Mutex
	id       bot.ConversationID
	accepted int // words 0 to accepted-1
	opened   int // other conversations that were opened, each with a token
	refused  int
	last     error
	begun    time.Time // of the last accept that succeeded
	done     time.Time
}

// crowded starts n people and one who sweeps up.
func crowded(t *testing.T, s *Store, n int) *people {
	ctx, stop := context.WithCancel(context.Background())
	sweep, sweeps := context.WithCancel(context.Background())
	p := &people{t: t, s: s, stop: stop, sweeps: sweeps}
	for i := range n {
		one := &person{id: bot.ConversationID(fmt.Sprintf("p%d", i))}
		p.all = append(p.all, one)
		p.ended.Go(func() { one.write(ctx, t, s) })
	}
	p.swept.Go(func() { sweepUntil(sweep, t, s) })
	t.Cleanup(func() { stop(); sweeps(); p.ended.Wait(); p.swept.Wait() })
	return p
}

func (p *person) write(ctx context.Context, t testing.TB, s *Store) {
	for ctx.Err() == nil {
		var a bot.Acceptance
		words := strconv.Itoa(p.accepted)
		if !p.until(ctx, t, func() (err error) {
			a, err = s.Accept(ctx, said(p.id, words, words))
			return err
		}) {
			return
		}
		p.mu.Lock()
		p.accepted++
		p.mu.Unlock()
		if err := drain(ctx, s, a.Head); err != nil && !errors.Is(err, bot.ErrUnavailable) && ctx.Err() == nil {
			t.Error(err)
		}
		if p.accepted%8 == 0 && !p.open(ctx, t, s) {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// open begins another conversation, as a new visitor would.
func (p *person) open(ctx context.Context, t testing.TB, s *Store) bool {
	leg, id, token := p.visitor(p.opened)
	if !p.until(ctx, t, func() error {
		got, err := s.Resolve(ctx, leg, id)
		if err == nil && got != id {
			t.Errorf("%s leads to %s", id, got)
		}
		return err
	}) || !p.until(ctx, t, func() error {
		err := s.SetRef(ctx, "token", token, "", string(id), time.Hour)
		if errors.Is(err, bot.ErrTaken) { // by an attempt that was not acknowledged: nobody may rely on it
			token += "+"
			return bot.ErrUnavailable
		}
		return err
	}) {
		return false
	}
	p.mu.Lock()
	p.opened++
	p.mu.Unlock()
	return true
}

func (p *person) visitor(n int) (leg bot.Leg, id bot.ConversationID, token string) {
	id = bot.ConversationID(fmt.Sprintf("%s-%d", p.id, n))
	return bot.Leg{Channel: "web", Peer: bot.Address(id)}, id, string(id)
}

// until repeats what is refused for now; false when ctx ended before it was done.
func (p *person) until(ctx context.Context, t testing.TB, do func() error) bool {
	for {
		begun := time.Now()
		err := do()
		if ctx.Err() != nil {
			return false
		}
		p.mu.Lock()
		if err == nil {
			p.begun, p.done = begun, time.Now()
		} else {
			p.refused++
			p.last = err
		}
		p.mu.Unlock()
		switch {
		case err == nil:
			return true
		case !errors.Is(err, bot.ErrUnavailable) && !errors.Is(err, bot.ErrTooMany):
			t.Errorf("%s: %v", p.id, err)
			return false
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// counts are what was accepted, opened and refused so far.
func (p *people) counts() (accepted, opened, refused int) {
	for _, one := range p.all {
		one.mu.Lock()
		accepted, opened, refused = accepted+one.accepted, opened+one.opened, refused+one.refused
		one.mu.Unlock()
	}
	return accepted, opened, refused
}

// served waits until everybody has had something accepted that they began to say after since, and
// returns how long the last of them waited.
func (p *people) served(since time.Time) time.Duration {
	p.t.Helper()
	var longest time.Duration
	for _, one := range p.all {
		for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
			one.mu.Lock()
			begun, done := one.begun, one.done
			one.mu.Unlock()
			if begun.After(since) {
				longest = max(longest, done.Sub(since))
				break
			}
			if time.Now().After(deadline) {
				one.mu.Lock()
				defer one.mu.Unlock()
				p.t.Fatalf("%s is not served: %d accepted, %d opened, %d refused, at last %v", one.id, one.accepted, one.opened, one.refused, one.last)
			}
		}
	}
	return longest
}

// harm is what must never happen.
type harm struct{ lost, twice, misplaced, doors int }

// account stops everybody, lets what is under way end, and compares what was promised with what is
// there.
func (p *people) account() harm {
	p.t.Helper()
	p.stop()
	p.ended.Wait()
	var h harm
	for _, one := range p.all {
		p.played(one)
		h.add(one, p.log(one))
		for n := range one.opened {
			leg, id, token := one.visitor(n)
			got, err := p.s.Resolve(p.t.Context(), leg, "lost")
			if err != nil {
				p.t.Fatal(err)
			}
			if got != id || !p.hasToken(token, id) {
				h.doors++
			}
		}
	}
	p.sweeps()
	p.swept.Wait()
	return h
}

// hasToken looks for the token, or for one of its later attempts.
func (p *people) hasToken(token string, id bot.ConversationID) bool {
	for range 40 {
		if got, err := p.s.Ref(p.t.Context(), "token", token); err == nil && got == string(id) {
			return true
		}
		token += "+"
	}
	return false
}

func (p *people) played(one *person) {
	p.t.Helper()
	for range 2000 {
		if h, err := p.s.Head(p.t.Context(), one.id); err == nil && h.Next == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.t.Fatalf("%s has inputs that nobody plays", one.id)
}

func (p *people) log(one *person) []bot.Entry {
	p.t.Helper()
	entries, err := p.s.Log(p.t.Context(), one.id, 0, 1<<20)
	if err != nil {
		p.t.Fatal(err)
	}
	return entries
}

func (h *harm) add(one *person, entries []bot.Entry) {
	seen := make(map[string]int)
	last := -1
	for i, e := range entries {
		if e.Input == nil {
			if i == 0 || entries[i-1].Input == nil || e.Cause != entries[i-1].Input.ID {
				h.misplaced++
			}
			continue
		}
		n, _ := strconv.Atoi(e.Input.ID)
		if n < last {
			h.misplaced++
		}
		last = n
		if seen[e.Input.ID]++; seen[e.Input.ID] > 1 {
			h.twice++
		}
		if i+1 == len(entries) || entries[i+1].Input != nil {
			h.misplaced++
		}
	}
	for n := range one.accepted {
		if seen[strconv.Itoa(n)] == 0 {
			h.lost++
		}
	}
}

// Package rehearsal plays one conversation on an engine alone: no store, no relay, a clock that moves only
// when it is told to. Nobody hears it.
package rehearsal

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/transcript"
)

// A Stage is one conversation being rehearsed. Between two turns the session exists only in its stored
// form, so that what the codec forgets is forgotten here too. A copy of a stage goes on by itself.
type Stage struct {
	Trace  bot.Trace       // of the last turn
	Passed []engine.Passed // steps that the flow went through in all turns
	Faults []error         // turns that the fallback had to answer

	engine *engine.Engine
	facts  func(bot.Input) bot.Facts
	from   string // step that the first turn begins at, or ""
	given  bot.Answers
	now    time.Time
	stored []byte // the session between two turns; nil before the first
	stood  standing
}

// standing is what the store keeps beside a session.
type standing struct {
	conversation bot.ConversationID
	version      uint64
	conversations,
	timers int
}

var _ transcript.Stage = (*Stage)(nil)

// ID is the only conversation of a rehearsal and the number of its statistics; after an erasure comes the
// next one.
const ID = "rehearsal"

// New opens a stage on an engine at an hour; facts says what the house would know at an input.
func New(e *engine.Engine, facts func(bot.Input) bot.Facts, at time.Time) *Stage {
	return &Stage{engine: e, facts: facts, now: at, stood: standing{conversation: ID, conversations: 1}}
}

// Of opens the stage of a script.
func Of(e *engine.Engine, s *transcript.Script) *Stage {
	stage := New(e, s.Facts, s.World.At)
	stage.Begin(s.World.From, s.World.Answers)
	return stage
}

// On is an engine for rehearsals of one release.
func On(p *engine.Program) *engine.Engine { return engine.New(only{p}) }

// only is a shelf that holds one release for ever.
type only struct{ program *engine.Program }

func (s only) Live() *engine.Program { return s.program }

func (s only) Pinned(release string) (*engine.Program, bool) {
	return s.program, release == s.program.Bundle.Hash
}

// Begin has the first turn begin at a step, with answers that are known there; "" for the beginning.
func (s *Stage) Begin(step string, answers bot.Answers) { s.from, s.given = step, answers }

// Now is the clock of the rehearsal.
func (s *Stage) Now() time.Time { return s.now }

// Input plays one input now.
func (s *Stage) Input(in bot.Input) ([]bot.Entry, error) {
	session, err := s.Session()
	if err != nil {
		return nil, err
	}
	if session.Life == bot.Erased && comesBack(in.Event) {
		s.begin()
		if session, err = s.Session(); err != nil {
			return nil, err
		}
	}
	return s.play(session, in)
}

// comesBack says whether a person whose conversation was erased begins another by this.
func comesBack(e bot.Event) bool {
	switch e.(type) {
	case bot.Arrived, bot.Said, bot.Chose, bot.Pressed:
		return true
	}
	return false
}

// begin starts the person's next conversation: the one before was erased.
func (s *Stage) begin() {
	s.stood.conversations++
	s.stood.conversation = bot.ConversationID(ID + "-" + strconv.Itoa(s.stood.conversations))
	s.stored, s.stood.version = nil, 0
}

func (s *Stage) play(session bot.Session, in bot.Input) ([]bot.Entry, error) {
	in.Conversation, in.At = s.stood.conversation, s.now
	in.Facts = s.facts(in)
	t, err := s.step(session, in)
	if err != nil {
		return nil, fmt.Errorf("play %s: %w", bot.Name(in.Event), err)
	}
	if t.Fault != nil {
		s.Faults = append(s.Faults, fmt.Errorf("step %s: %w", t.Trace.Step, t.Fault))
	}
	s.stored = bot.EncodeSession(nil, &t.After)
	s.stood.version, s.Trace = t.After.Version, t.Trace
	return t.Entries(), nil
}

// step has the engine decide, and the first time begin where it was told to.
func (s *Stage) step(session bot.Session, in bot.Input) (bot.Turn, error) {
	e := s.engine.Watched(func(p engine.Passed) { s.Passed = append(s.Passed, p) })
	if s.stored == nil && s.from != "" && s.stood.conversations == 1 {
		return e.Enter(session, in, s.from, s.given)
	}
	return e.Step(session, in)
}

// Session reads back what the last turn left.
func (s *Stage) Session() (bot.Session, error) {
	if s.stored == nil {
		return bot.Session{ID: s.stood.conversation, Trace: string(s.stood.conversation)}, nil
	}
	session, err := bot.DecodeSession(s.stored)
	if err != nil {
		return bot.Session{}, fmt.Errorf("session between two turns: %w", err)
	}
	session.ID, session.Version = s.stood.conversation, s.stood.version
	return session, nil
}

// Pass lets time go by; timers ring at their own time.
func (s *Stage) Pass(d time.Duration) ([]bot.Entry, error) {
	until := s.now.Add(d)
	var all []bot.Entry
	for {
		next, set, err := s.NextTimer()
		if err != nil {
			return all, err
		}
		if !set || next.At.After(until) {
			s.now = until
			return all, nil
		}
		entries, err := s.ring(next)
		all = append(all, entries...)
		if err != nil {
			return all, err
		}
	}
}

// ErrNoTimer answers who waits for a timer that is not set.
var ErrNoTimer = errors.New("no timer is set: nothing happens however long one waits")

// UntilTimer lets time go by until the next timer has rung.
func (s *Stage) UntilTimer() ([]bot.Entry, error) {
	next, set, err := s.NextTimer()
	if err != nil {
		return nil, err
	}
	if !set {
		return nil, ErrNoTimer
	}
	return s.ring(next)
}

// NextTimer is the timer that rings first.
func (s *Stage) NextTimer() (first bot.Timer, set bool, err error) {
	session, err := s.Session()
	for _, t := range session.Timers {
		if !set || t.At.Before(first.At) {
			first, set = t, true
		}
	}
	return first, set, err
}

// ring plays what a timer causes. One that is still set as it was would ring for ever.
func (s *Stage) ring(t bot.Timer) ([]bot.Entry, error) {
	if t.At.After(s.now) {
		s.now = t.At
	}
	session, err := s.Session()
	if err != nil {
		return nil, err
	}
	s.stood.timers++
	entries, err := s.play(session, bot.Input{ID: "timer-" + strconv.Itoa(s.stood.timers), Event: bot.Rang{}})
	if err != nil {
		return entries, err
	}
	if next, set, err := s.NextTimer(); err == nil && set && next == t {
		return entries, fmt.Errorf("the timer %q has rung and is still set", t.Name)
	}
	return entries, nil
}

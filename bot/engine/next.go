package engine

import (
	"errors"
	"fmt"
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// A Class is what an answer amounts to, without its words. Understanding words ends in a class and
// proving flows starts from one, so what is proved is what runs.
type Class struct {
	Kind  ClassKind
	Value string // of an option: its id; of a value: the value; of a jump: the step
}

// ClassKind says what sort of answer a class is.
type ClassKind string

// The classes of answer.
const (
	Option ClassKind = "option" // one of those offered
	Value  ClassKind = "value"  // a postcode, a number, an address, words
	Skip   ClassKind = "skip"   // passed over
	GoTo   ClassKind = "goto"   // not understood so often that the flow goes on elsewhere
	After  ClassKind = "after"  // a hand-off came to its outcome: "", closed, unstaffed, timeout, over
)

// State is the part of a session that the flow moves.
type State struct {
	Step    string
	Stack   []string
	Answers bot.Answers
}

// A Scene is what conditions may ask about beside the answers.
type Scene struct {
	Language, Channel string // "fr"; chat, sms, voice
	Danger            string
	Staffed           bool
	Busy              bool                    // many people wait for a person
	Pushed            bool                    // the person can be written to after they have left
	Textable          func() bool             // a caller may be sent a recap by text message; nil for never
	Open              func(queue string) bool // by the name of its hours
	// Convened says whether a network has an offer under a convention in a territory, or anywhere when it
	// is ""; nil for always.
	Convened func(network, offer, territory string) bool
	Missing  func(name string) // told what the flow asks about and no answer says; nil in play
	Through  func(Passed)      // told each step that was gone through; nil in service
	Fired    Fired             // where events have led before; nil in play
}

func (s *Scene) miss(name string) {
	if s.Missing != nil {
		s.Missing(name)
	}
}

// tell tells who watches of the last step.
func (s *Scene) tell(passed []Passed) {
	if s.Through != nil {
		s.Through(passed[len(passed)-1])
	}
}

// Passed is one step that the flow went through, with the answers as they stood there.
type Passed struct {
	Step    *flow.Step
	Answers bot.Answers
	Row     int // of a table, from 1
}

// stepLimit ends a turn that a faulty bundle would keep busy; the loader refuses such loops.
const stepLimit = 50

// ErrStepLimit is a flow that goes on without waiting for anybody.
var ErrStepLimit = errors.New("the flow went through 50 steps without a question")

// Next moves the state by one answer: it fires the answer's event at the present step and goes on
// through every step that waits for nobody, to the next question, hand-off or end.
func Next(p *Program, at State, c Class, scene *Scene) (State, []Passed, error) {
	at, to, err := Take(p, at, c, scene)
	if err != nil {
		return at, nil, err
	}
	return enter(p, at, to, scene)
}

// Take notes an answer and says where it leads: Next, up to the first step.
func Take(p *Program, at State, c Class, scene *Scene) (State, string, error) {
	st, ok := p.steps[at.Step]
	if !ok {
		return at, "", fmt.Errorf("step %q does not exist in release %s", at.Step, p.Bundle.Hash)
	}
	event := at.take(st, c)
	to, err := scene.fire(st, event)
	return at, to, err
}

// take notes the answer and names the event that it is.
func (s *State) take(st *step, c Class) string {
	switch c.Kind {
	case Option:
		s.Answers = s.Answers.With(st.answer.Name, c.Value)
		for i, o := range st.Options {
			if o.ID == c.Value {
				for _, set := range o.Sets {
					s.Answers = s.Answers.With(set.Answer, set.Value)
				}
				return st.chosen[i]
			}
		}
		return eventOK
	case Value:
		s.Answers = s.Answers.With(st.answer.Name, c.Value)
	case Skip:
		s.Answers = s.Answers.With(st.answer.Name, "")
		return eventSkip
	case GoTo:
		return eventGoto + c.Value
	case After:
		if c.Value != "" {
			return eventOn + c.Value
		}
	}
	return eventOK
}

// enter goes to a step and on from there until somebody has to answer.
func enter(p *Program, s State, to string, scene *Scene) (State, []Passed, error) {
	passed := make([]Passed, 0, 8)
	for range stepLimit {
		done, next, err := s.through(p, to, scene)
		if done.Step != nil {
			passed = append(passed, done)
			scene.tell(passed)
		}
		if err != nil || next == "" {
			return s, passed, err
		}
		to = next
	}
	return s, passed, ErrStepLimit
}

// through goes through one step, to the next; to none where it waits.
func (s *State) through(p *Program, to string, scene *Scene) (done Passed, next string, err error) {
	for ; to == flow.Return; to = next {
		if len(s.Stack) == 0 {
			return done, "", fmt.Errorf("step %q returns, but nothing was called", s.Step)
		}
		last := len(s.Stack) - 1
		next, s.Stack = s.Stack[last], s.Stack[:last:last]
	}
	st, ok := p.steps[to]
	if !ok {
		return done, "", fmt.Errorf("step %q does not exist in release %s", to, p.Bundle.Hash)
	}
	s.Step = st.ID
	event, row, waits := s.pass(p, st, scene)
	done = Passed{Step: st.Step, Answers: s.Answers, Row: row}
	switch {
	case waits:
		return done, "", nil
	case st.Kind == flow.Call:
		s.Stack = append(slices.Clip(s.Stack), st.Then)
		return done, p.Bundle.Flows[st.Call].Start, nil
	}
	next, err = scene.fire(st, event)
	return done, next, err
}

// pass decides a step that may not wait: the event it fires, the row of a table, or that it waits.
func (s *State) pass(p *Program, st *step, scene *Scene) (event string, row int, waits bool) {
	switch st.Kind {
	case flow.Ask:
		return s.known(p, st, scene)
	case flow.If:
		for i := range st.Cases {
			if st.Cases[i].When.Match(s.lookup(p, scene)) {
				return st.cases[i], 0, false
			}
		}
		return eventElse, 0, false
	case flow.Route:
		return eventOK, s.route(p, st.Table, scene), false
	case flow.Handoff, flow.End:
		return "", 0, true
	}
	return eventOK, 0, false
}

// known passes over a question whose answer is there already and still among the options.
func (s *State) known(p *Program, st *step, scene *Scene) (event string, row int, waits bool) {
	if st.AskAgain {
		return "", 0, true
	}
	if !s.Answers.Has(st.answer.Name) {
		scene.miss(st.answer.Name)
		return "", 0, true
	}
	value := s.Answers.Get(st.answer.Name)
	if value == "" {
		return eventSkip, 0, false
	}
	if _, open := flow.Unclear(value); open && st.answer.Type == flow.Postcode {
		return "", 0, true
	}
	for i, o := range st.Options {
		if o.ID != value {
			continue
		}
		if !o.Only.Match(s.lookup(p, scene)) {
			return "", 0, true
		}
		return st.chosen[i], 0, false
	}
	return eventOK, 0, len(st.Options) > 0
}

// route applies a decision table: the first row that is true sets its answers.
func (s *State) route(p *Program, table string, scene *Scene) int {
	t := p.Bundle.Tables[table]
	row := t.Decide(s.lookup(p, scene))
	if row > 0 {
		s.Answers = s.Answers.WithEach(t.Sets, t.Rows[row-1].Values)
	}
	return row
}

// lookup gives conditions the answers and, under their own names, what is not an answer.
func (s *State) lookup(p *Program, scene *Scene) func(string) string {
	answers := s.Answers
	return func(name string) string {
		if value, ok := answers.Lookup(name); ok {
			return value
		}
		scene.miss(name)
		return pseudo(p, answers, name, scene)
	}
}

// offered are the indexes of the options that may be shown now, in order.
func (s *State) offered(p *Program, st *step, scene *Scene) []int {
	all := make([]int, 0, 8)
	if len(st.Options) == 0 && st.answer.Type == flow.YesNo {
		return append(all, 0, 1)
	}
	look := s.lookup(p, scene)
	for i, o := range st.Options {
		if len(o.Only) == 0 || o.Only.Match(look) {
			all = append(all, i)
		}
	}
	return all
}

package proof

import (
	"math"
	"slices"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// A move is what happens while the flow waits.
type move struct {
	kind  moveKind
	class engine.Class
}

type moveKind uint8

const (
	arrives moveKind = iota
	answers
	asksHuman // in words, by key, or by not being understood or heard
	waitsLong // for a person whom the desk does not send
	ringsOff  // the person of the desk leaves the telephone first
)

// A pick is one thing that a turn depends on and no answer says: whether a desk is open, whether
// somebody is on duty, what else the sentence told.
type pick struct {
	name, value string
	fill        bool // name is an answer that the sentence gave beside
}

// What a turn depends on beside answers.
const (
	pickStaffed  = "staffed"
	pickBusy     = "busy"       // many people wait
	pickPushed   = "pushed"     // the person can be written to after they have left
	pickTextable = "textable"   // a caller may be sent a recap by text message
	pickConvened = "convention" // the network's offer is under a convention
	pickDanger   = "danger"
	pickOpen     = "open:"
	pickExpired  = "expired" // the card that is given is past its date
)

// A played turn is one way in which a turn can go.
type played struct {
	state   engine.State
	passed  []engine.Passed
	offered []string
	picks   []pick
	given   given
	err     error
	came    engine.State // where the flow came to, before what depends on the day
	last    int          // passed from here on since the last hand-off
}

// A stage plays turns of one conversation's kind.
type stage struct {
	w        *walk
	from     engine.State
	move     *move
	channel  string
	kinds    string // of channel that this stands for, should it not matter which
	matters  bool   // it does
	before   int    // of needs, those that came up before it did
	language string
	decided  []pick // so far
	needs    []string
	tail     int          // of needs: these came up when the flow stood still again
	around   engine.Scene // what the engine may ask about, as it has been decided
}

// turns plays every way in which a turn can go from a state; with a turn that only the menu at its end can
// differ from, it plays no more than that.
func (s *stage) turns(like *played, emit func(*played)) {
	if s.w.played++; s.w.played > mostTurns {
		s.w.full = true
		return
	}
	s.needs = s.needs[:0]
	done := s.play(like)
	done.picks = slices.Clone(s.decided)
	emit(done)
	needs, tail := slices.Clone(s.needs), s.tail
	depth := len(s.decided)
	for i, need := range needs {
		like := done
		if i < tail || s.w.p.Bundle.Answers[need] != nil { // an answer is there from the beginning
			like = nil
		}
		for _, other := range s.w.alternatives(need, func() []string {
			return s.w.slicer.differing(s.w.slicer.frameOf(s.kinds, s.language, false, s.from.Step, s.from.Stack, s.from.Answers), need)
		}) {
			s.decided = s.decided[:depth]
			for _, before := range needs[:i] {
				s.decided = append(s.decided, pick{name: before})
			}
			s.decided = append(s.decided, other)
			s.turns(like, emit)
		}
	}
	s.decided = s.decided[:depth]
}

// alternatives are what can be instead of nothing: instead of no answer, closed, nobody, no danger.
func (w *walk) alternatives(need string, differing func() []string) []pick {
	var all []pick
	switch {
	case w.p.Bundle.Answers[need] != nil:
		for _, value := range differing() {
			all = append(all, pick{need, value, true})
		}
	case need == pickDanger:
		for _, d := range w.p.Bundle.Safety.Dangers {
			all = append(all, pick{name: need, value: d.ID})
		}
	default:
		all = append(all, pick{name: need, value: "oui"})
	}
	return all
}

// decide says what was picked, or notes that it must be.
func (s *stage) decide(name string) string {
	for _, d := range s.decided {
		if d.name == name {
			return d.value
		}
	}
	if !slices.Contains(s.needs, name) {
		s.needs = append(s.needs, name)
	}
	return ""
}

// missing is told what the flow asks about that no answer says. By telephone people press keys: of
// what is not asked they can only give a postcode.
func (s *stage) missing(name string) {
	name = s.w.asks(name)
	b := s.w.p.Bundle
	a := b.Answers[name]
	switch {
	case a == nil || s.move.kind == arrives:
	case s.move.kind == asksHuman && s.w.mayBe(name):
		s.decide(name)
	case s.move.kind == answers && s.w.unasked[name] && (s.channel != "voice" || a.Type == flow.Postcode) && b.Steps[s.from.Step].Answer != name:
		s.decide(name)
	}
}

func (s *stage) scene() *engine.Scene {
	scene := &s.around
	scene.Staffed = s.peek(pickStaffed) == "oui"
	scene.Busy = s.peek(pickBusy) == "oui"
	scene.Pushed = s.peek(pickPushed) == "oui"
	scene.Danger = s.peek(pickDanger)
	if scene.Missing != nil {
		return scene
	}
	scene.Language, scene.Channel, scene.Fired = s.language, s.channel, s.w.fired
	scene.Convened = func(_, _, _ string) bool { return s.decide(pickConvened) == "oui" }
	scene.Textable = func() bool { return s.decide(pickTextable) == "oui" }
	scene.Open = func(queue string) bool { return s.decide(pickOpen+queue) == "oui" }
	scene.Missing = func(name string) {
		switch name {
		case pickStaffed, pickBusy, pickPushed, pickDanger:
			s.decide(name)
		case "channel":
			if !s.matters {
				s.matters, s.before = true, len(s.needs)
			}
		default:
			s.missing(name)
		}
	}
	return scene
}

// peek is what was picked, without needing it.
func (s *stage) peek(name string) string {
	for _, d := range s.decided {
		if d.name == name {
			return d.value
		}
	}
	return ""
}

// play plays one turn as it has been decided so far, to the next question, wait or end.
func (s *stage) play(like *played) *played {
	scene := s.scene()
	if like != nil {
		done := &played{state: like.came, passed: like.passed, last: like.last, given: like.given}
		s.stand(done, scene)
		return done
	}
	at := s.from
	done := &played{}
	var passed []engine.Passed
	p := s.w.p
	if s.move.kind == asksHuman {
		at.Stack = nil
		at.Answers = s.w.forget(at.Answers)
	}
	for _, d := range s.decided {
		if d.fill {
			at.Answers = at.Answers.With(d.name, d.value)
		}
	}
	switch s.move.kind {
	case arrives:
		done.state, passed, done.err = engine.Enter(p, at, p.Bundle.Flows[p.Bundle.Start].Start, scene)
	case asksHuman:
		done.state, passed, done.err = engine.Enter(p, at, p.Human(), scene)
	default:
		done.state, passed, done.err = engine.Next(p, at, s.move.class, scene)
	}
	for {
		s.take(done, passed)
		s.tail = math.MaxInt
		if done.err == nil && len(done.passed) > limit {
			done.err = engine.ErrStepLimit
		}
		if done.err != nil {
			return done
		}
		st := p.Bundle.Steps[done.state.Step]
		if st.Kind != flow.Handoff {
			s.stand(done, scene)
			return done
		}
		s.expire(done)
		outcome, goesOn := s.handOff(st)
		if outcome == "" {
			done.given |= handed | informed | pointed | named
		}
		if !goesOn {
			return done
		}
		done.state, passed, done.err = engine.Next(p, done.state, engine.Class{Kind: engine.After, Value: outcome}, scene)
	}
}

// limit is the engine's own on the steps of a turn.
const limit = 50

// take notes what was passed and what it gave the person.
func (s *stage) take(done *played, passed []engine.Passed) {
	done.last = len(done.passed)
	if done.passed == nil {
		done.passed = passed
	} else {
		done.passed = append(done.passed, passed...)
	}
	for i := range passed {
		done.given |= s.w.gives(&passed[i], s.kinds, s.move.kind != arrives)
	}
}

// stand is what depends on the day where the flow stands still again: whether the card was past its date,
// and what is offered.
func (s *stage) stand(done *played, scene *engine.Scene) {
	s.tail, done.came = len(s.needs), done.state
	s.expire(done)
	done.offered = engine.Offered(s.w.p, done.state, scene)
}

// expire takes away a card that was passed since the last hand-off and is past its date.
func (s *stage) expire(done *played) {
	card := s.w.card
	for _, p := range done.passed[done.last:] {
		if p.Step.Kind == flow.Say && p.Step.Card != "" && done.state.Answers.Has(card) && s.decide(pickExpired) != "" {
			done.state.Answers = done.state.Answers.Without(card)
		}
	}
}

// handOff says how a hand-off ends at once: one that is noted goes on; a direct one goes on where the
// desk is closed or nobody is on duty, and waits otherwise.
func (s *stage) handOff(st *flow.Step) (outcome string, goesOn bool) {
	if st.Handoff.Mode != "direct" {
		return "", true
	}
	b := s.w.p.Bundle
	queue := st.Handoff.To
	if to := b.Structures[queue]; to != nil {
		queue = to.Hours
	} else if queue == "lead" {
		queue = b.Lead().Hours
	}
	switch {
	case s.decide(pickOpen+queue) == "":
		return "closed", true
	case s.decide(pickStaffed) == "":
		return "unstaffed", true
	}
	return "", false
}

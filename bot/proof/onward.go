package proof

import (
	"slices"
	"strings"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// A point is where a turn enters a step, with all that decides how it goes on: what comes behind it is
// worked out once, however the turn came there.
type point struct {
	move     *move
	kinds    string // of channel, walked together for as long as no step tells them apart
	language string
	to       string
	state    engine.State
	decided  []pick // so far, beside what is among the answers; no value: it stays as it is
	carded   bool   // a card was said since the last hand-off
}

// A passing is how a turn goes through one step.
type passing struct {
	done    engine.Passed
	state   engine.State
	next    string // none where the turn ends
	offered []string
	given   given
	carded  bool
	needs   []string // what it depended on, undecided so far
	before  int      // of needs, those that came up before it asked which kind of channel it is
	err     error
}

// A pace is what remains of a passing: what was passed, and what it gave.
type pace struct {
	step  *flow.Step
	row   row // of a table
	given given
}

// pace is what remains.
func (w *walk) pace(step *passing) pace {
	p := pace{step: step.done.Step, given: step.given}
	if p.step.Kind == flow.Route {
		p.row = w.rowOf(&step.done)
	}
	return p
}

// goes are all ways in which a move can go; those of new states are new nodes.
func (w *walk) goes(channel, language string, from engine.State, m *move) []edge {
	at := point{move: m, kinds: channel, language: language, state: from}
	var err error
	switch m.kind {
	case arrives:
		at.to = w.p.Bundle.Flows[w.p.Bundle.Start].Start
	case asksHuman:
		at.to, at.state.Stack, at.state.Answers = w.p.Human(), nil, w.forget(from.Answers)
	default:
		at.state, at.to, err = engine.Take(w.p, from, m.class, w.stage.scene())
		if asked := w.p.Bundle.Steps[from.Step].Answer; asked != "" && !at.state.Answers.Has(asked) {
			at.decided = []pick{{name: asked}} // it was asked, and not understood
		}
	}
	at.settle()
	if w.round = w.round || err != nil || w.p.Bundle.Steps[at.to] == nil; w.round {
		return nil
	}
	key := w.pointKey(&at)
	all, known := w.starts[string(key)]
	if !known {
		name := string(key)
		all = w.onward(at)
		w.starts[name] = all
	}
	if w.round {
		return nil
	}
	return w.edgesTo(language, all)
}

// onward goes on to the first step that depends on something undecided, or to the end of the turn.
func (w *walk) onward(at point) *ways {
	var room [8]pace
	before := room[:0]
	for len(before) <= limit && !w.round && !w.full {
		at.settle()
		var step passing
		differ := w.pass(&at, &step)
		switch {
		case step.err != nil:
			w.round = true
		case len(step.needs) > 0:
			return w.behind(&at, before, w.branch(at, &step, differ))
		case differ:
			return w.behind(&at, before, w.apart(at))
		case step.next == "":
			return w.behind(&at, append(before, w.pace(&step)), w.stop(&at, &step))
		default:
			before = append(before, w.pace(&step))
			at.goes(&step)
		}
	}
	w.round = w.round || !w.full
	return &ways{}
}

// apart goes on by each kind of channel for itself.
func (w *walk) apart(at point) *ways {
	g := newGathering(w)
	for kind := range strings.SplitSeq(at.kinds, "+") {
		at.kinds = kind
		g.take(w.onward(at).all)
	}
	return g.ways
}

// settle goes back to where a flow was called from.
func (at *point) settle() {
	for at.to == flow.Return && len(at.state.Stack) > 0 {
		last := len(at.state.Stack) - 1
		at.to, at.state.Stack = at.state.Stack[last], at.state.Stack[:last:last]
	}
}

func (at *point) goes(step *passing) { at.to, at.state, at.carded = step.next, step.state, step.carded }

// pass goes through one step; differ says that the kinds of channel part there, after what it needed to
// know first.
func (w *walk) pass(at *point, step *passing) (differ bool) {
	if w.played++; w.played > mostTurns {
		w.full = true
	}
	kind, others, _ := strings.Cut(at.kinds, "+")
	if w.passBy(at, kind, step) && others != "" {
		for kind := range strings.SplitSeq(others, "+") {
			var other passing
			if w.passBy(at, kind, &other); !other.like(step) {
				differ, step.needs = true, step.needs[:step.before]
				break
			}
		}
	}
	step.needs = slices.DeleteFunc(step.needs, func(need string) bool { return !w.mayDiffer(at, need) })
	return differ
}

// like says whether a step went the same way on another kind of channel.
func (p *passing) like(o *passing) bool {
	return p.next == o.next && p.done.Row == o.done.Row && p.given == o.given && p.carded == o.carded && p.err == o.err && slices.Equal(p.needs, o.needs) &&
		slices.Equal(p.offered, o.offered) && slices.Equal(p.state.Answers, o.state.Answers) && slices.Equal(p.state.Stack, o.state.Stack)
}

// passBy goes through one step on one kind of channel; differs says that it asked which.
func (w *walk) passBy(at *point, kind string, step *passing) (differs bool) {
	s := &w.stage
	s.move, s.channel, s.kinds, s.language, s.decided, s.needs, s.matters, s.before = at.move, kind, at.kinds, at.language, at.decided, nil, false, 0
	s.from.Step = w.moveAt
	scene := s.scene()
	scene.Channel, scene.Language = kind, at.language
	step.state, step.done, step.next, step.err = engine.Through(w.p, at.state, at.to, scene)
	if step.err != nil {
		return false
	}
	st := step.done.Step
	step.given = w.gives(&step.done, at.kinds, at.move.kind != arrives)
	step.carded = at.carded || st.Kind == flow.Say && st.Card != ""
	if step.next == "" {
		s.wait(step, st, scene)
	}
	step.needs, step.before = s.needs, s.before
	return s.matters
}

// wait is what becomes of a turn where the flow stands still: a question, an end, or a hand-off that may
// go on at once.
func (s *stage) wait(step *passing, st *flow.Step, scene *engine.Scene) {
	if card := s.w.card; step.carded && step.state.Answers.Has(card) && s.decide(pickExpired) != "" {
		step.state.Answers = step.state.Answers.Without(card)
	}
	if st.Kind != flow.Handoff {
		step.offered = engine.Offered(s.w.p, step.state, scene)
		return
	}
	outcome, goesOn := s.handOff(st)
	if outcome == "" {
		step.given |= handed | informed | pointed | named
	}
	if goesOn {
		step.carded = false
		step.state, step.next, step.err = engine.Take(s.w.p, step.state, engine.Class{Kind: engine.After, Value: outcome}, scene)
	}
}

// branch goes on from a step that depends on something undecided: as if nothing were so, and then with
// each thing that can be so instead.
func (w *walk) branch(at point, step *passing, differ bool) *ways {
	key := string(w.pointKey(&at))
	if all, known := w.branches[key]; known {
		if all == nil { // it is being worked out: the turn goes round
			w.round = true
			return &ways{}
		}
		return all
	}
	w.branches[key] = nil
	plain := at.with(step.needs...)
	rest := w.defaults(plain, step, differ)
	g := newGathering(w)
	g.take(rest.all[:min(1, len(rest.all))])
	for i, need := range step.needs {
		for _, other := range w.instead(&at, need) {
			way := at.with(step.needs[:i]...)
			if other.fill {
				way.state.Answers = way.state.Answers.With(other.name, other.value)
			} else {
				way.decided = append(way.decided, other)
			}
			g.choose(other, w.onward(way).all)
		}
	}
	g.take(rest.all[min(1, len(rest.all)):])
	w.branches[key] = g.ways
	return g.ways
}

// defaults goes on from a step as if nothing were so.
func (w *walk) defaults(at point, step *passing, differ bool) *ways {
	if differ {
		return w.apart(at)
	}
	rest := w.stop(&at, step)
	if step.next != "" {
		on := at
		on.goes(step)
		rest = w.onward(on)
	}
	return w.behind(&at, []pace{w.pace(step)}, rest)
}

// with is the point where some things stay as they are.
func (at *point) with(names ...string) point {
	all := *at
	all.decided = slices.Clone(at.decided)
	for _, name := range names {
		all.decided = append(all.decided, pick{name: name})
	}
	return all
}

// instead are what can be instead of nothing at a point.
func (w *walk) instead(at *point, need string) []pick {
	return w.alternatives(need, func() []string { return w.differing(at, need) })
}

// mayDiffer says whether something can be instead of nothing.
func (w *walk) mayDiffer(at *point, need string) bool {
	if w.p.Bundle.Answers[need] != nil {
		return len(w.differing(at, need)) > 0
	}
	return need != pickDanger || len(w.p.Bundle.Safety.Dangers) > 0
}

func (w *walk) differing(at *point, answer string) []string {
	return w.slicer.differing(w.slicer.frameOf(at.kinds, at.language, true, at.to, at.state.Stack, at.state.Answers), answer)
}

// pointKey names all that decides how a turn goes on from a point, until another is named.
func (w *walk) pointKey(at *point) []byte {
	key := append(append(w.key[:0], byte('0'+at.move.kind)), at.language...)
	if at.carded {
		key = append(key, 5)
	}
	f := w.slicer.frameOf(at.kinds, at.language, true, at.to, at.state.Stack, at.state.Answers)
	key = stateKey(key, at.kinds, at.to, at.state.Stack, w.slicer.keep(f, at.state.Answers, true))
	for _, d := range at.decided {
		if w.p.Bundle.Answers[d.name] == nil || f.of(d.name) != nil {
			key = append(append(append(append(key, 6), d.name...), 7), d.value...)
		}
	}
	w.key = key
	return key
}

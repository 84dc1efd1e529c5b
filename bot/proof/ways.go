package proof

import (
	"cmp"
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// play plays one move in every way it can go and notes where it leads. What comes after an answer
// depends on what still matters there, not on how one came to it: it is played once.
//
// Who asks for a person is where everybody is who does, by whichever written channel.
func (w *walk) play(from int32, channel, language string, at engine.State, m *move) {
	if m.kind == asksHuman && channel != "voice" {
		channel = both
	}
	w.move, w.moveAt = m, at.Step
	goes := w.goes
	if w.plainly {
		goes = w.goesPlainly
	}
	st := w.p.Bundle.Steps[at.Step]
	for _, e := range goes(channel, language, at, m) {
		e.from, e.move = from, m
		e.words = e.words || m.kind == answers && (m.class.Kind == engine.Skip || m.class.Kind == engine.GoTo)
		if m.kind == answers {
			e.no = m.class.Value == "non" && w.p.Bundle.Answers[st.Answer].Type == flow.YesNo
			if w.refuses(st, m.class) {
				e.given |= refused
			}
		}
		w.join(e)
	}
}

// goesPlainly is goes with each turn played from its beginning to its end.
func (w *walk) goesPlainly(channel, language string, at engine.State, m *move) []edge {
	key := w.memoKey(channel, language, at, m)
	edges, known := w.memo[key]
	if !known {
		edges = w.turns(channel, language, at, m)
		if key != "" {
			w.memo[key] = edges
		}
	}
	return edges
}

// turns plays all ways in which a move can go; those of new states are new nodes. Channels are walked
// together for as long as nothing asks which it is.
func (w *walk) turns(channel, language string, at engine.State, m *move) []edge {
	kinds := strings.Split(channel, "+")
	lists := make([][]*played, 0, len(kinds))
	for _, kind := range kinds {
		s := &stage{w: w, from: at, move: m, channel: kind, kinds: channel, language: language}
		var list []*played
		s.turns(nil, func(done *played) { list = append(list, done) })
		lists = append(lists, list)
		if !s.matters {
			return w.edgesOf(nil, channel, language, list)
		}
	}
	var all []edge
	for i, list := range lists {
		var alone []*played
		for k, done := range list {
			same := 0
			for j, other := range lists {
				if j == i || k < len(other) && done.like(other[k]) || slices.ContainsFunc(other, done.like) {
					same++
				}
			}
			switch {
			case same < len(lists):
				alone = append(alone, done)
			case i == 0:
				all = w.edgesOf(all, channel, language, []*played{done})
			}
		}
		all = w.edgesOf(all, kinds[i], language, alone)
	}
	return all
}

// like says whether two turns went the same way.
func (d *played) like(o *played) bool {
	same := func(a, b engine.Passed) bool { return a.Step == b.Step && a.Row == b.Row }
	return d.state.Step == o.state.Step && d.given == o.given && d.err == o.err && slices.Equal(d.picks, o.picks) && slices.Equal(d.state.Stack, o.state.Stack) &&
		slices.Equal(d.state.Answers, o.state.Answers) && slices.Equal(d.offered, o.offered) && slices.EqualFunc(d.passed, o.passed, same)
}

func (w *walk) edgesOf(all []edge, channel, language string, list []*played) []edge {
	for _, done := range list {
		e := edge{to: -1, channel: channel, course: &course{picks: done.picks, rows: w.rowsOf(done.passed), err: done.err}, given: done.given, words: fills(done.picks)}
		if done.err == nil {
			e.to = w.find(channel, language, done)
		} else {
			e.ring = ringOf(done.passed)
		}
		w.observe(channel, &e, done)
		seen := newSet(w.bits())
		for i := range done.passed {
			seen.add(w.slicer.place[done.passed[i].Step.ID])
		}
		w.firsts(&e, seen)
		if done.err != nil || len(e.first) > 0 || !told(all, &e) {
			all = append(all, e)
		}
	}
	return all
}

// meet notes that an edge is the first to pass a step on its kinds of channel.
func (w *walk) meet(step string, e *edge) {
	for kind := range strings.SplitSeq(e.channel, "+") {
		if at := (seenOn{step, kind}); !w.has(at) {
			w.passed[at] = -1
			e.first = append(e.first, at)
		}
	}
}

// join adds an edge, unless it tells nothing new.
func (w *walk) join(e edge) {
	k := int32(len(w.edges))
	if e.err != nil {
		w.broken = append(w.broken, e)
		return
	}
	for _, id := range e.first {
		if w.passed[id] < 0 {
			w.passed[id] = k
		}
	}
	if len(w.edges) == cap(w.edges) {
		w.edges = slices.Grow(w.edges, len(w.edges)+1) // twice as many: there will be
	}
	w.edges = append(w.edges, e)
	if w.nodes[e.to].via < 0 && e.from != e.to {
		w.nodes[e.to].via = k
	}
	if e.from >= 0 {
		w.nodes[e.from].out = append(w.nodes[e.from].out, k)
	}
}

// told says whether an edge tells nothing that another has not told.
func told(all []edge, e *edge) bool {
	for i := range all {
		if o := &all[i]; o.to == e.to && byChannel(o.channel, e.channel) && (!o.words || e.words) && o.given == e.given && slices.Equal(o.rows, e.rows) {
			return true
		}
	}
	return false
}

// memoKey names what decides how a move goes on; "" where that is not to be kept.
func (w *walk) memoKey(channel, language string, at engine.State, m *move) string {
	b := w.p.Bundle
	if m.kind == arrives {
		return ""
	}
	st := b.Steps[at.Step]
	to, stack, answers := st.Then, at.Stack, at.Answers
	switch {
	case m.kind == asksHuman:
		to, stack, answers = w.p.Human(), nil, w.forget(answers)
	case m.class.Kind == engine.After:
		to = st.Handoff.On[m.class.Value]
	case m.class.Kind == engine.GoTo:
		to = m.class.Value
	default:
		answers = answers.With(st.Answer, m.class.Value)
		for _, o := range st.Options {
			if o.ID == m.class.Value {
				to = cmp.Or(o.Then, st.Then)
				for _, set := range o.Sets {
					answers = answers.With(set.Answer, set.Value)
				}
			}
		}
	}
	for to == flow.Return && len(stack) > 0 {
		to, stack = stack[len(stack)-1], stack[:len(stack)-1]
	}
	if b.Steps[to] == nil {
		return ""
	}
	answers = w.slicer.slice(channel, language, true, to, stack, answers)
	w.key = append(append(w.key[:0], byte('0'+m.kind)), language...)
	return string(stateKey(w.key, channel, to, stack, answers))
}

// mayBe says whether an answer is taken for unknown when a person is asked for, and known again in each
// way that makes a difference as soon as the flow asks for it: one that a sentence can have given.
func (w *walk) mayBe(name string) bool {
	return w.unasked[name] && !w.again[name] && !slices.Contains(w.slicer.asked, name)
}

// forget is what remains of the answers when a person is asked for.
func (w *walk) forget(all bot.Answers) bot.Answers {
	kept := all
	for _, a := range all {
		if w.again[a.Name] || w.mayBe(a.Name) {
			kept = kept.Without(a.Name)
		}
	}
	return kept
}

func stateKey(key []byte, channel, step string, stack []string, answers bot.Answers) []byte {
	key = append(append(append(key, channel...), 0), step...)
	for _, to := range stack {
		key = append(append(key, 1), to...)
	}
	for _, a := range answers {
		key = append(append(append(append(key, 2), a.Name...), 3), a.Value...)
	}
	return key
}

// offering tells apart states in which something that no answer says, such as a convention, changes the menu.
func offering(key []byte, offered []string) []byte {
	for _, id := range offered {
		key = append(append(key, 4), id...)
	}
	return key
}

func (w *walk) has(at seenOn) bool { _, ok := w.passed[at]; return ok }

// find is the node of a state.
func (w *walk) find(channel, language string, done *played) int32 {
	at := w.last(done.state)
	if byChannel(both, channel) && channel != both { // where it has been found for both, it is that one
		if i, known := w.at[string(w.nodeKey(both, language, &at, done.offered))]; known {
			return i
		}
	}
	key := w.nodeKey(channel, language, &at, done.offered)
	if i, known := w.at[string(key)]; known {
		return i
	}
	return w.node(string(key), channel, language, at, done.offered)
}

// node is a new node of a state, under its key.
func (w *walk) node(key, channel, language string, at engine.State, offered []string) int32 {
	i := int32(len(w.nodes))
	at.Answers = slices.Clone(w.slicer.slice(channel, language, false, at.Step, at.Stack, at.Answers))
	w.at[key] = i
	w.nodes = append(w.nodes, node{state: at, channel: channel, language: language, offered: offered, via: -1})
	return i
}

// last is a state without what does not matter any more at an end.
func (w *walk) last(at engine.State) engine.State {
	if w.p.Bundle.Steps[at.Step].Kind == flow.End {
		at.Stack, at.Answers = nil, nil
	}
	return at
}

// byChannel says whether what can be had by some kinds of channel can be had by another, or others.
func byChannel(some, kinds string) bool { return strings.Contains(some, kinds) }

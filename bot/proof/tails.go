package proof

import (
	"slices"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// A tail is one way in which a turn goes on from a point, to where it stands still.
type tail struct {
	end   *ending
	given given
	words bool // it takes words; see edge
	says  bool // it names the emergency numbers, by telephone
	steps int
	picks []pick
	rows  []row
	seen  set // what it passes: steps, hand-offs that leave somebody in silence, rows
}

// An ending is where a turn stands still.
type ending struct {
	state    engine.State
	offered  []string
	kinds    string
	key, any string // of its node, and of the one for both kinds of written channel, where it can be that
	node     int32  // once it is sure; -1 before
}

// ways are the tails that start at a point, without those that tell nothing new.
type ways struct {
	all   []tail
	edges []edge
}

// A gathering keeps of tails what tells something new.
type gathering struct {
	*ways
	seen set
}

func newGathering(w *walk) *gathering { return &gathering{&ways{}, newSet(w.bits())} }

// bits are the things that a tail can have passed: each step, each in silence, each row.
func (w *walk) bits() int { return 2*len(w.slicer.steps) + len(w.rowIDs) }

func (g *gathering) take(tails []tail) {
	for i := range tails {
		g.add(tails[i])
	}
}

// choose takes tails behind something that is so.
func (g *gathering) choose(p pick, tails []tail) {
	for _, t := range tails {
		t.words = t.words || p.fill
		if g.add(t) {
			last := &g.all[len(g.all)-1]
			last.picks = append(append(make([]pick, 0, 1+len(t.picks)), p), t.picks...)
		}
	}
}

// add keeps a tail, and says whether it tells something new.
func (g *gathering) add(t tail) bool {
	if !g.seen.join(t.seen, nil) && slices.ContainsFunc(g.all, t.toldBy) {
		return false
	}
	g.all = append(g.all, t)
	return true
}

// toldBy says whether another tail tells all that this one does but what it passes. Which rows words take
// matters only once.
func (t *tail) toldBy(o tail) bool {
	return o.end == t.end && (!o.words || t.words) && o.given == t.given && (t.words || slices.Equal(o.rows, t.rows))
}

// stop is the turn that ends with a step, without it.
func (w *walk) stop(at *point, step *passing) *ways {
	if step.next != "" {
		return nil
	}
	state := w.last(step.state)
	key := w.nodeKey(at.kinds, at.language, &state, step.offered)
	end, known := w.endings[string(key)]
	if !known {
		end = &ending{state: state, offered: step.offered, kinds: at.kinds, key: string(key), node: -1}
		if at.kinds != both && byChannel(both, at.kinds) {
			end.any = string(w.nodeKey(both, at.language, &state, step.offered))
		}
		w.endings[end.key] = end
	}
	return &ways{all: []tail{{end: end}}}
}

// behind puts steps before ways.
func (w *walk) behind(at *point, before []pace, rest *ways) *ways {
	if len(before) == 0 {
		return rest
	}
	var g given
	var rows []row
	for _, p := range before {
		g |= p.given
		if p.step.Kind == flow.Route {
			rows = append(rows, p.row)
		}
	}
	all := make([]tail, len(rest.all))
	for i := range rest.all {
		t := rest.all[i]
		t.given |= g
		if len(rows) > 0 {
			t.rows = append(slices.Clip(rows), t.rows...)
		}
		t.seen = w.sets.clone(t.seen)
		w.note(at, before, &t)
		w.round = w.round || t.steps > limit
		all[i] = t
	}
	return &ways{all: all}
}

// note notes what steps are passed before a tail, the last first.
func (w *walk) note(at *point, before []pace, t *tail) {
	for i := len(before) - 1; i >= 0; i-- {
		st := before[i].step
		place := w.slicer.place[st.ID]
		t.seen.add(place)
		switch {
		case st.Kind == flow.Route:
			t.seen.add(2*len(w.slicer.steps) + w.rowIDs[rowOf{st.Table, before[i].row.n}])
		case at.kinds != "voice":
		case st.Kind == flow.Handoff && st.Handoff.Mode == "direct" && t.steps > 0 && !t.says:
			t.seen.add(len(w.slicer.steps) + place)
		}
		if at.kinds == "voice" && (st.Kind != flow.Ask || t.steps == 0) { // others are passed over as known
			t.says = t.says || w.saysNumbers(st)
		}
		t.steps++
	}
}

// edgesTo are the edges of ways: those of new states are new nodes.
func (w *walk) edgesTo(language string, all *ways) []edge {
	if all.edges != nil {
		return all.edges
	}
	all.edges = make([]edge, 0, len(all.all))
	courses := make([]course, len(all.all))
	for i := range all.all {
		t := &all.all[i]
		courses[i] = course{picks: t.picks, rows: t.rows}
		e := edge{to: w.nodeOf(language, t.end), channel: t.end.kinds, course: &courses[i], given: t.given, words: t.words}
		fresh := w.firsts(&e, t.seen)
		if w.move.kind == waitsLong && e.channel == "voice" && !t.says {
			w.silence(w.p.Bundle.Steps[w.moveAt], &e)
		}
		if fresh || len(e.first) > 0 || !told(all.edges, &e) {
			all.edges = append(all.edges, e)
		}
	}
	return all.edges
}

// firsts notes what an edge is the first to pass, and says whether there is any.
func (w *walk) firsts(e *edge, seen set) (fresh bool) {
	met := w.met[e.channel]
	if met == nil {
		met = newSet(w.bits())
		w.met[e.channel] = met
	}
	for place := range seen.all() {
		switch n := len(w.slicer.steps); {
		case met.has(place):
			continue
		case place < n:
			w.meet(w.slicer.steps[place].ID, e)
		case place < 2*n:
			w.silence(w.slicer.steps[place-n], e)
		}
		met.add(place)
		fresh = true
	}
	return fresh
}

// nodeOf is the node of an ending.
func (w *walk) nodeOf(language string, end *ending) int32 {
	if end.node >= 0 {
		return end.node
	}
	i, known := w.at[end.any]
	if !known {
		var is bool
		if i, is = w.at[end.key]; !is {
			i = w.node(end.key, end.kinds, language, end.state, end.offered)
		}
	}
	if known || end.any == "" { // otherwise it may yet be found for both
		end.node = i
	}
	return i
}

// nodeKey names the node of a state, until it is called again.
func (w *walk) nodeKey(channel, language string, at *engine.State, offered []string) []byte {
	answers := w.slicer.slice(channel, language, false, at.Step, at.Stack, at.Answers)
	w.key = offering(stateKey(append(w.key[:0], language...), channel, at.Step, at.Stack, answers), offered)
	return w.key
}

package proof

import (
	"cmp"
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
)

// A node is where a conversation can wait, with what still matters of how it came there.
type node struct {
	state    engine.State
	channel  string
	language string
	offered  []string
	via      int32 // the edge by which it was found first; -1 for none
	byKeys   bool
	out      []int32
}

// An edge is a turn that leads from one node to another.
type edge struct {
	from, to int32 // from is -1 for an arrival
	move     move
	picks    []pick
	rows     []row
	given    given    // what the person is given on this way
	words    bool     // it takes words: an answer passed over, several answers in one sentence
	first    []seenOn // where this way is the first
	err      error
	ring     []string // of a turn that goes round: the steps of the ring
	no       bool     // a no to a yes-or-no question: « C'est juste ? »
}

// A seenOn is a step on a kind of channel, or a hand-off and the silence it leaves somebody with.
type seenOn struct{ step, kind string }

const silence = "silence"

// A row is a table's, from 1, and which of its columns were answered, as bits.
type row struct {
	table    string
	n        int
	answered uint64
}

// A rowOf names a row.
type rowOf struct {
	table string
	n     int
}

// A walk is every path of a bundle, each walked once.
type walk struct {
	p          *engine.Program
	words      engine.Words
	slicer     *slicer
	nodes      []node
	edges      []edge
	at         map[string]int32
	passed     map[seenOn]int32 // the edge that passes it first
	unasked    map[string]bool  // answers that a sentence may give beside what was asked
	again      map[string]bool  // answers that are forgotten when a person is asked for; see askedAgain
	depends    map[string]string
	refusals   map[string]bool
	worths     map[string]given
	structures []string
	silent     []*flow.Step // hand-offs by telephone that leave somebody without the emergency numbers
	move       move         // being played, at moveAt
	moveAt     string
	broken     []edge // turns that the engine gives up
	memo       map[string][]edge
	full       bool // there are more states than anybody waits for
	key        []byte
}

// most bounds the states that are walked.
const most = 400_000

// both are the channels that are written, walked together.
const both = "chat+sms"

// walkAll walks a bundle from every arrival.
func walkAll(p *engine.Program) *walk {
	w := &walk{p: p, words: p.Words(), slicer: newSlicer(p), at: map[string]int32{}, passed: map[seenOn]int32{}, unasked: map[string]bool{},
		depends: map[string]string{}, refusals: map[string]bool{}, memo: map[string][]edge{}, worths: map[string]given{}, structures: structureNames(p.Bundle)}
	w.prepare()
	for _, channel := range [...]string{both, "voice"} {
		for _, language := range w.languages() {
			w.play(-1, channel, language, engine.State{}, move{kind: arrives})
		}
	}
	for i := 0; i < len(w.nodes) && !w.full; i++ {
		w.leave(int32(i))
		w.full = len(w.nodes) > most
	}
	return w
}

// prepare notes what sentences may fill beside, and which answers are a no.
func (w *walk) prepare() {
	b := w.p.Bundle
	for _, st := range w.p.Unasked() {
		w.unasked[st.Answer] = true
	}
	w.again = w.askedAgain()
	for _, st := range b.Steps {
		if st.Kind != flow.Ask {
			continue
		}
		if b.Answers[st.Answer].Type == flow.YesNo {
			w.refusals[st.ID+".non"] = true
		}
		for _, o := range st.Options {
			id := st.ID + "." + o.ID
			for _, said := range append(strings.Split(b.Texts[id+".also"].Text, " | "), b.Texts[id].Text) {
				if yes, is := hear.YesNo(hear.Listen(b.Source, said)); is && !yes {
					w.refusals[id] = true
				}
			}
		}
	}
}

// askedAgain are the answers to what is asked on the way to a person. Who asks for one and then goes
// back to the beginning may have given some of them: the walk takes them as not given, so that each
// question is met as who comes for the first time meets it.
func (w *walk) askedAgain() map[string]bool {
	b := w.p.Bundle
	all, seen := map[string]bool{}, map[string]bool{}
	todo := []string{w.p.Human()}
	for len(todo) > 0 {
		st := b.Steps[todo[len(todo)-1]]
		todo = todo[:len(todo)-1]
		if st == nil || seen[st.ID] || st.Budget == "triage" {
			continue
		}
		seen[st.ID] = true
		if st.Kind == flow.Ask {
			all[st.Answer] = true
		}
		todo = append(todo, followers(b, st)...)
	}
	return all
}

// languages are those that conditions tell apart, and otherwise the bundle's own.
func (w *walk) languages() []string {
	for _, c := range w.slicer.cells {
		if c.Answer == "language" {
			return w.p.Bundle.Languages
		}
	}
	return []string{w.p.Bundle.Source}
}

// asks is the answer that a name in a condition depends on, or the name.
func (w *walk) asks(name string) string {
	answer, known := w.depends[name]
	if !known {
		if answer = asksFor(w.p.Bundle, name); answer == "" {
			answer = name
		}
		w.depends[name] = answer
	}
	return answer
}

// leave plays everything that can happen at a node.
func (w *walk) leave(i int32) {
	n := w.nodes[i]
	st := w.p.Bundle.Steps[n.state.Step]
	for _, m := range w.moves(st, n.offered) {
		w.play(i, n.channel, n.language, n.state, m)
	}
}

// moves are what can happen while the flow waits at a step.
func (w *walk) moves(st *flow.Step, offered []string) []move {
	switch st.Kind {
	case flow.Handoff:
		return []move{{kind: waitsLong, class: engine.Class{Kind: engine.After, Value: "timeout"}}}
	case flow.Ask:
	default:
		return nil
	}
	var all []move
	take := func(kind engine.ClassKind, value string) {
		all = append(all, move{answers, engine.Class{Kind: kind, Value: value}})
	}
	for _, id := range offered {
		take(engine.Option, id)
	}
	if t := w.p.Bundle.Answers[st.Answer].Type; t != flow.Choice && t != flow.YesNo {
		for _, value := range w.slicer.domains[st.Answer] {
			take(engine.Value, value)
		}
	}
	if st.Optional {
		take(engine.Skip, "")
	}
	for _, to := range st.NoMatch {
		if w.p.Bundle.Steps[to] != nil {
			take(engine.GoTo, to)
		}
	}
	if w.p.Human() != "" {
		all = append(all, move{kind: asksHuman})
	}
	return all
}

// play plays one move in every way it can go and notes where it leads. What comes after an answer
// depends on what still matters there, not on how one came to it: it is played once.
//
// Who asks for a person is where everybody is who does, by whichever written channel.
func (w *walk) play(from int32, channel, language string, at engine.State, m move) {
	if m.kind == asksHuman && channel != "voice" {
		channel = both
	}
	key := w.memoKey(channel, language, at, m)
	ways, known := w.memo[key]
	if !known {
		ways = w.ways(channel, language, at, m)
		if key != "" {
			w.memo[key] = ways
		}
	}
	st := w.p.Bundle.Steps[at.Step]
	for _, e := range ways {
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

// ways are all ways in which a move can go; those of new states are new nodes. Channels are walked
// together for as long as nothing asks which it is.
func (w *walk) ways(channel, language string, at engine.State, m move) []edge {
	w.move, w.moveAt = m, at.Step
	kinds := strings.Split(channel, "+")
	lists := make([][]*played, 0, len(kinds))
	for _, kind := range kinds {
		s := &stage{w: w, from: at, move: m, channel: kind, kinds: channel, language: language}
		var list []*played
		s.turns(func(done *played) { list = append(list, done) })
		lists = append(lists, list)
		if !s.matters {
			return w.edgesOf(nil, channel, language, list)
		}
	}
	var all []edge
	for i, list := range lists {
		var alone []*played
		for _, done := range list {
			same := 0
			for _, other := range lists {
				if slices.ContainsFunc(other, done.like) {
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
		e := edge{to: -1, picks: done.picks, rows: w.rowsOf(done.passed), given: done.given, words: fills(done.picks), err: done.err}
		if done.err == nil {
			e.to = w.find(channel, language, done)
		} else {
			e.ring = ringOf(done.passed)
		}
		w.observe(channel, &e, done)
		for i := range done.passed {
			for kind := range strings.SplitSeq(channel, "+") {
				if at := (seenOn{done.passed[i].Step.ID, kind}); !w.has(at) {
					w.passed[at] = -1
					e.first = append(e.first, at)
				}
			}
		}
		if done.err != nil || len(e.first) > 0 || !told(all, &e) {
			all = append(all, e)
		}
	}
	return all
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
		if o := &all[i]; o.to == e.to && (!o.words || e.words) && o.given == e.given && slices.Equal(o.rows, e.rows) {
			return true
		}
	}
	return false
}

// memoKey names what decides how a move goes on; "" where that is not to be kept.
func (w *walk) memoKey(channel, language string, at engine.State, m move) string {
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

// forget is what remains of the answers when a person is asked for.
func (w *walk) forget(all bot.Answers) bot.Answers {
	kept := all
	for _, a := range all {
		if w.again[a.Name] {
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

func (w *walk) has(at seenOn) bool { _, ok := w.passed[at]; return ok }

// ringOf is the end of what was passed, from one step to where it comes again.
func ringOf(passed []engine.Passed) []string {
	var ring []string
	for i := len(passed) - 1; i >= 0; i-- {
		id := passed[i].Step.ID
		ring = append(ring, id)
		if len(ring) > 1 && id == ring[0] {
			break
		}
	}
	slices.Reverse(ring)
	return ring
}

// observe notes what the checks of single steps want to know of a turn.
func (w *walk) observe(channel string, e *edge, done *played) {
	for i := range done.passed {
		p := &done.passed[i]
		if p.Step.Kind == flow.Handoff && p.Step.Handoff.Mode == "direct" && i+1 < len(done.passed) && channel == "voice" {
			w.unsafe(p.Step, done.passed[i+1:], e)
		}
	}
	if done.err == nil && channel == "voice" && w.move.kind == waitsLong {
		w.unsafe(w.p.Bundle.Steps[w.moveAt], done.passed, e)
	}
}

// unsafe notes a hand-off by telephone after which something else is offered before the emergency
// numbers are said (DESIGN.md §5).
func (w *walk) unsafe(st *flow.Step, after []engine.Passed, e *edge) {
	for i := range after {
		if w.saysNumbers(after[i].Step.ID) {
			return
		}
	}
	if !slices.Contains(w.silent, st) {
		w.silent = append(w.silent, st)
		e.first = append(e.first, seenOn{st.ID, silence})
		w.passed[seenOn{st.ID, silence}] = -1
	}
}

// saysNumbers says whether a text names an emergency number, in every language.
func (w *walk) saysNumbers(id string) bool {
	return !slices.ContainsFunc(w.p.Bundle.Languages, func(language string) bool {
		text := w.textIn(language, id, "voice")
		for n := range w.p.Bundle.Safety.Numbers {
			if strings.Contains(text, "{"+n+"}") {
				return false
			}
		}
		return true
	})
}

// find is the node of a state.
func (w *walk) find(channel, language string, done *played) int32 {
	at := done.state
	if w.p.Bundle.Steps[at.Step].Kind == flow.End {
		at.Stack, at.Answers = nil, nil
	}
	full := at.Answers
	if strings.Contains(both, channel) && channel != both { // where it has been found for both, it is that one
		at.Answers = w.slicer.slice(both, language, false, at.Step, at.Stack, full)
		if i, known := w.at[string(stateKey(append(w.key[:0], language...), both, at.Step, at.Stack, at.Answers))]; known {
			return i
		}
	}
	at.Answers = w.slicer.slice(channel, language, false, at.Step, at.Stack, full)
	key := stateKey(append(w.key[:0], language...), channel, at.Step, at.Stack, at.Answers)
	w.key = key
	if i, known := w.at[string(key)]; known {
		return i
	}
	i := int32(len(w.nodes))
	w.at[string(key)] = i
	w.nodes = append(w.nodes, node{state: at, channel: channel, language: language, offered: done.offered, via: -1})
	return i
}

func (w *walk) rowsOf(passed []engine.Passed) []row {
	var all []row
	for i := range passed {
		p := &passed[i]
		if p.Step.Kind != flow.Route {
			continue
		}
		at := row{table: p.Step.Table, n: p.Row}
		for c, column := range w.p.Bundle.Tables[p.Step.Table].Columns {
			if p.Answers.Get(w.asks(column)) != "" && c < 64 {
				at.answered |= 1 << c
			}
		}
		all = append(all, at)
	}
	return all
}

// fills says whether a sentence told more than it was asked.
func fills(picks []pick) bool {
	return slices.ContainsFunc(picks, func(p pick) bool { return p.fill })
}

// textIn is a text in one language, or in the bundle's own.
func (w *walk) textIn(language, id, channel string) string {
	for _, key := range [...]string{id + "@" + channel, id} {
		if t, ok := w.words.Text(language, key); ok {
			return t
		}
	}
	return w.text(id, channel)
}

// text is a text in the bundle's own language, in the wording of a channel.
func (w *walk) text(id, channel string) string {
	if t, ok := w.words.Text(w.p.Bundle.Source, id+"@"+channel); ok {
		return t
	}
	t, _ := w.words.Text(w.p.Bundle.Source, id)
	return t
}

package proof

import (
	"cmp"
	"maps"
	"slices"
	"strings"

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
	move     *move
	channel  string // the kinds by which it can be had
	*course
	given given // what the person is given on this way
	words bool  // it takes words: an answer passed over, several answers in one sentence
	no    bool  // a no to a yes-or-no question: « C'est juste ? »
}

// A course is what happens on an edge; edges that start alike share it.
type course struct {
	picks []pick
	rows  []row
	first []seenOn // where this way is the first
	err   error
	ring  []string // of a turn that goes round: the steps of the ring
}

// A seenOn is a step or a text on a kind of channel, or a hand-off and the silence it leaves somebody with.
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
	worths     map[seenOn]given // of texts
	met        map[string]set   // by kinds of channel: what has been passed; see bits
	rowIDs     map[rowOf]int
	starts     map[string]*ways // by point: that where a turn begins
	branches   map[string]*ways // and one that depends on something
	endings    map[string]*ending
	sets       setRoom // for what tails pass
	card       string  // the answer that is a card, or ""
	stage      stage
	round      bool // a turn goes round, or the engine gives it up
	plainly    bool // each turn is played from its beginning to its end
	structures []string
	numbers    []string     // to call in danger, as texts name them
	offered    []string     // see offers; nil until asked
	silent     []*flow.Step // hand-offs by telephone that leave somebody without the emergency numbers
	move       *move        // being played, at moveAt
	moveAt     string
	broken     []edge // turns that the engine gives up
	memo       map[string][]edge
	fired      engine.Fired
	played     int
	full       bool // there is more than anybody waits for
	key        []byte
}

// What is walked at most: states, turns played, and turns that the engine gives up.
const (
	mostBroken = 100
	mostStates = 150_000
	mostTurns  = 500_000 // or, of turns that share what they have in common, steps
)

// both are the channels that are written, walked together.
const both = "chat+sms"

// walkAll walks a bundle from every arrival. Where a turn goes round, or is given up, each is played from
// its beginning to its end: the rest of a turn that goes round is not a thing to share.
func walkAll(p *engine.Program) *walk {
	w := walked(p, false)
	if w.round {
		w = walked(p, true)
	}
	return w
}

func walked(p *engine.Program, plainly bool) *walk {
	w := &walk{p: p, words: p.Words(), slicer: newSlicer(p), at: map[string]int32{}, passed: map[seenOn]int32{}, unasked: map[string]bool{},
		depends: map[string]string{}, refusals: map[string]bool{}, memo: map[string][]edge{}, fired: engine.Fired{}, worths: map[seenOn]given{}, met: map[string]set{}, rowIDs: map[rowOf]int{}, starts: map[string]*ways{}, branches: map[string]*ways{}, endings: map[string]*ending{}, structures: structureNames(p.Bundle)}
	w.plainly = plainly
	w.stage.w = w
	w.prepare()
	w.sets.size = len(newSet(w.bits()))
	for _, channel := range [...]string{both, "voice"} {
		for _, language := range w.languages() {
			w.play(-1, channel, language, engine.State{}, &move{kind: arrives})
		}
	}
	for i := 0; i < len(w.nodes) && !w.full && !w.round; i++ {
		w.leave(int32(i))
		w.full = w.full || len(w.nodes) > mostStates || len(w.broken) > mostBroken
	}
	return w
}

// prepare notes what sentences may fill beside, and which answers are a no.
func (w *walk) prepare() {
	b := w.p.Bundle
	w.card = b.As(flow.AsCard)
	for _, st := range w.p.Unasked() {
		w.unasked[st.Answer] = true
	}
	w.again = w.askedAgain()
	for id, t := range b.Tables {
		for n := range len(t.Rows) + 1 {
			w.rowIDs[rowOf{id, n}] = 0
		}
	}
	for i, r := range slices.SortedFunc(maps.Keys(w.rowIDs), func(a, b rowOf) int { return cmp.Or(cmp.Compare(a.table, b.table), cmp.Compare(a.n, b.n)) }) {
		w.rowIDs[r] = i
	}
	for n := range b.Safety.Numbers {
		w.numbers = append(w.numbers, "{"+n+"}")
	}
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
	all := w.moves(st, n.channel, n.offered)
	for k := range all {
		w.play(i, n.channel, n.language, n.state, &all[k])
	}
}

// moves are what can happen while the flow waits at a step.
func (w *walk) moves(st *flow.Step, channel string, offered []string) []move {
	switch st.Kind {
	case flow.Handoff:
		all := []move{{kind: waitsLong, class: engine.Class{Kind: engine.After, Value: "timeout"}}}
		if st.Handoff.On["over"] != "" && byChannel(channel, "voice") {
			all = append(all, move{kind: ringsOff, class: engine.Class{Kind: engine.After, Value: "over"}})
		}
		return all
	case flow.Ask:
	default:
		return nil
	}
	all := make([]move, 0, len(offered)+4)
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

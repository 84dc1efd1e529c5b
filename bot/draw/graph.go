package draw

import (
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// A graph is a flow's steps, with ports and interrupts, and what leads where.
type graph struct {
	b        *flow.Bundle
	nodes    []Node // the start is the first step of the flow
	steps    int    // how many of nodes are steps; they come first, as written
	start    int
	arcs     []arc
	out, in  [][]int // by node: its arcs
	ranks    []int   // by node: its row
	at       map[string]int
	flowID   string
	measures *measures
}

// arc is one edge before it is laid out.
type arc struct {
	from, to int
	class    string
	label    string
	lines    []string // what fits of the label
	back     bool
}

// measures are the sizes of what is written.
type measures struct{ name, kind, text, label *ruler }

const (
	nameSize, kindSize, textSize, labelSize = 12, 10, 12, 11

	bold       = 114 // width of bold letters, in hundredths of plain ones
	boxPad     = 10
	lineHigh   = 15
	headHigh   = 21
	minBox     = 120
	maxText    = 200
	labelWide  = 136
	labelHigh  = 13
	figureSize = 10
	figureHigh = 11
)

func read(b *flow.Bundle, f *flow.Flow) *graph {
	g := &graph{b: b, at: map[string]int{}, flowID: f.ID, measures: &measures{
		newRuler(nameSize), newRuler(kindSize), newRuler(textSize), newRuler(labelSize)}}
	for _, id := range f.Order {
		if s := b.Steps[id]; s != nil {
			g.add(g.step(s))
		}
	}
	g.steps = len(g.nodes)
	g.start = max(0, g.at[f.Start])
	if g.steps > 0 {
		g.nodes[g.start].Start = true
	}
	for i := range g.steps {
		g.exits(i, b.Steps[g.nodes[i].ID])
	}
	for _, i := range b.Interrupts {
		if to, here := g.at[i.Then]; here && i.Then != "" {
			g.lead(g.add(g.interrupt(i)), g.nodes[to].ID, "interrupt", "")
		}
	}
	g.link()
	g.findHumans()
	return g
}

func (g *graph) add(n Node) int {
	g.at[n.ID] = len(g.nodes)
	g.nodes = append(g.nodes, n)
	return len(g.nodes) - 1
}

func (g *graph) step(s *flow.Step) Node {
	n := Node{ID: s.ID, Kind: s.Kind, Name: local(s.ID), Count: count(g.b, s), Text: text(g.b, s)}
	n.Label = label(s.Kind, n.Count)
	if s.Kind == flow.Call {
		n.Calls = s.Call
	}
	g.size(&n)
	return n
}

// size fits a box to what is written in it.
func (g *graph) size(n *Node) {
	n.Lines = g.measures.text.wrap(n.Text, maxText, 2)
	n.W = g.measures.name.width(n.Name)*bold/100 + g.measures.kind.width(n.Label) + 14
	if n.Kind != Port && n.Kind != Interrupt {
		n.W += g.measures.kind.width("000 ")
	}
	for _, line := range n.Lines {
		n.W = max(n.W, g.measures.text.width(line))
	}
	n.W = max(minBox, n.W+2*boxPad)
	if n.Kind == flow.If {
		n.W += boxPad // its corners are cut
	}
	n.W += n.W % 2
	n.H = headHigh + lineHigh*len(n.Lines) + 7
}

func (g *graph) interrupt(i *flow.Interrupt) Node {
	n := Node{ID: "interrupt." + i.ID, Kind: Interrupt, Name: strings.ToUpper(i.ID), Label: label(Interrupt, 0), Text: "À chaque étape"}
	if i.Key != "" {
		n.Text += ", touche " + i.Key
	}
	g.size(&n)
	return n
}

// port is a place in another flow that a step leads to.
func (g *graph) port(id string) Node {
	n := Node{ID: id, Kind: Port, Name: local(id), Label: label(Port, 0)}
	if id == flow.Return {
		n.Name, n.Label, n.Text = "retour", "", "Suite de l'appelant"
	} else {
		n.Calls, _, _ = strings.Cut(id, ".")
		n.Text = "Parcours « " + flowTitle(g.b, n.Calls) + " »"
	}
	g.size(&n)
	return n
}

func local(id string) string {
	_, name, found := strings.Cut(id, ".")
	if !found {
		return id
	}
	return name
}

// lead adds an arc, or a label to the one that there is between the two.
func (g *graph) lead(from int, id, class, label string) {
	if id == "" {
		return
	}
	to, known := g.at[id]
	if !known {
		to = g.add(g.port(id))
	}
	i := slices.IndexFunc(g.arcs, func(a arc) bool { return a.from == from && a.to == to })
	if i < 0 {
		g.arcs = append(g.arcs, arc{from: from, to: to, class: class})
		i = len(g.arcs) - 1
	}
	if a := &g.arcs[i]; a.label == "" {
		a.label = label
	} else if label != "" {
		a.label += " · " + label
	}
}

// exits adds what a step leads to, in the order in which it says so.
func (g *graph) exits(i int, s *flow.Step) {
	for _, c := range s.Cases {
		g.lead(i, c.Then, "condition", said(g.b, c.When))
	}
	g.lead(i, s.Else, "else", "sinon")
	if s.Kind == flow.Ask {
		g.answers(i, s)
		return
	}
	if s.Handoff != nil {
		for _, w := range wayNames {
			g.lead(i, s.Handoff.On[w.way], "way", w.name)
		}
	}
	g.lead(i, s.Then, "", "")
}

// answers adds what the options of a question lead to. Options that go on as the question does are named
// only beside others that do not.
func (g *graph) answers(i int, s *flow.Step) {
	var plain []string
	for _, o := range s.Options {
		if o.Then == "" || o.Then == s.Then {
			plain = append(plain, g.b.Texts[s.ID+"."+o.ID].Text)
			continue
		}
		g.lead(i, o.Then, "option", g.b.Texts[s.ID+"."+o.ID].Text)
	}
	alone := len(plain) == len(s.Options)
	for _, act := range s.NoMatch {
		all := act == s.Then && len(plain) == len(s.Options) // goes there whatever is said
		if act != "rephrase" && act != "list" && act != "human" && !all {
			g.lead(i, act, "way", "pas compris")
		}
	}
	switch {
	case alone:
		g.lead(i, s.Then, "", "")
	case len(plain) > 2:
		g.lead(i, s.Then, "else", "autres choix")
	case len(plain) > 0:
		for _, words := range plain {
			g.lead(i, s.Then, "option", words)
		}
	case s.Optional:
		g.lead(i, s.Then, "way", "sans réponse")
	}
}

// link fills in what leaves and enters each node.
func (g *graph) link() {
	g.out, g.in = make([][]int, len(g.nodes)), make([][]int, len(g.nodes))
	for i := range g.arcs {
		a := &g.arcs[i]
		a.lines = g.measures.label.wrap(a.label, labelWide, 2)
		g.out[a.from] = append(g.out[a.from], i)
		g.in[a.to] = append(g.in[a.to], i)
	}
}

// findHumans marks what leads to a person: hand-offs, what interrupts lead to, and what can be reached
// through these alone.
func (g *graph) findHumans() {
	for i := range g.nodes {
		n := &g.nodes[i]
		n.Human = n.Kind == flow.Handoff || n.Kind == Interrupt
		for _, a := range g.in[i] {
			n.Human = n.Human || g.nodes[g.arcs[a].from].Kind == Interrupt
		}
	}
	if g.steps == 0 || g.nodes[g.start].Human {
		return
	}
	alone := make([]bool, len(g.nodes)) // reached without a person
	todo := []int{g.start}
	alone[g.start] = true
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, a := range g.out[at] {
			if to := g.arcs[a].to; !alone[to] && !g.nodes[to].Human {
				alone[to] = true
				todo = append(todo, to)
			}
		}
	}
	for i := range g.nodes {
		if n := &g.nodes[i]; !alone[i] && n.Kind != Port && len(g.in[i]) > 0 { // what nothing leads to is not set apart
			n.Human = true
		}
	}
}

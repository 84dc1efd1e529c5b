// Package draw lays a flow out as a picture and writes it as SVG or as text. It decides nothing about
// the dialog, keeps no coordinates, and knows no colours but those of the picture that stands alone.
package draw

import (
	"frontdesk/bot/flow"
)

// A Picture is one flow laid out, in CSS pixels from the upper left. It depends on the bundle alone:
// the same bundle gives the same picture.
type Picture struct {
	Flow          string // id
	Title         string // as the flow calls itself
	Width, Height int
	Nodes         []Node   // steps in reading order, then ports, interrupts and dangers
	Edges         []Edge   // by step in reading order, each step's in the order of its exits
	Lanes         []Lane   // what is set apart
	Order         []string // ids of the steps in reading order
}

// Box is where something stands.
type Box struct{ X, Y, W, H int }

// Point is a place on the way of an edge.
type Point struct{ X, Y int }

// Lane is a part of the picture with a heading of its own.
type Lane struct {
	Class string // human or danger
	Title string
	Box
}

// Kinds of node beside those of a step.
const (
	Port      flow.Kind = "port"      // a step of another flow, or the return to the caller
	Interrupt flow.Kind = "interrupt" // what is heard at every step
	Danger    flow.Kind = "danger"    // what is heard before anything else
)

// Node is one box. IDs are those of the bundle: "flow.step"; "interrupt.humain" and "safety.suicide"
// beside the steps; flow.Return for the way back to the caller.
type Node struct {
	ID     string
	Kind   flow.Kind
	Number int      // in reading order, from 1; 0 for what is not a step
	Name   string   // the id within its flow
	Label  string   // the kind in French, with the number of options or rows: « question · 8 choix »
	Text   string   // all that it says
	Lines  []string // the first words of it, as many as fit
	Count  int      // options of a question, branches of a condition, rows of a table
	Calls  string   // flow that is called or led to, or ""
	Start  bool
	Human  bool // in the lane of those who lead to a person
	Box
}

// Edge is one way from a step to another. Several ways between the same two are one.
type Edge struct {
	From, To string
	Class    string   // option, condition, else, way, or "" for the plain next step
	Label    string   // all that is said of it
	Lines    []string // what fits of it, where it is drawn
	Toward   string   // where it leads, said beside it because that is far away; or ""
	At       Box      // of the label; of the place where a figure may stand when there is none
	Back     bool     // leads to an earlier step, or to the step itself
	Way      []Point  // corners, from the box it leaves to the box it enters
}

// Lay lays a flow out; nil when the bundle has none of that id.
func Lay(b *flow.Bundle, flowID string) *Picture {
	f := b.Flows[flowID]
	if f == nil {
		return nil
	}
	g := read(b, f)
	g.turnBack()
	g.rank()
	g.number()
	l := g.layer()
	l.order()
	l.place()
	p := &Picture{Flow: f.ID, Title: f.Title}
	l.route(p)
	p.addAlways(b)
	p.fit()
	return p
}

package draw

import (
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

const margin = 24

// addAlways sets what is heard before anything else beside the flow that people begin with.
func (p *Picture) addAlways(b *flow.Bundle) {
	if p.Flow != b.Start || len(b.Safety.Dangers) == 0 {
		return
	}
	lane := Lane{Class: "danger", Title: "Danger, entendu à chaque étape"}
	m := measures{newRuler(nameSize), newRuler(kindSize), newRuler(textSize), newRuler(labelSize)}
	var all []Node
	w := newRuler(nameSize+1).width(lane.Title) * bold / 100
	for _, d := range b.Safety.Dangers {
		n := Node{ID: "safety." + d.ID, Kind: Danger, Name: strings.ReplaceAll(d.ID, "_", " "), Label: grade(d.Grade)}
		n.Text = "Numéros : " + strings.Join(d.Numbers, ", ")
		n.Lines = []string{n.Text}
		if len(d.Numbers) == 0 {
			n.Text, n.Lines = "", nil
		}
		n.H = headHigh + lineHigh*len(n.Lines) + 5
		w = max(w, m.name.width(n.Name)*bold/100+m.kind.width(n.Label)+14, m.text.width(n.Text))
		all = append(all, n)
	}
	w += 2 * boxPad
	lane.H = 36
	for i := range all {
		lane.H += all[i].H + 8
	}
	lane.H += 6
	lane.W = w + 2*12
	lane.Box.X, lane.Box.Y = p.leftOf(lane.H)-48-lane.W, 0
	y := 36
	for i := range all {
		all[i].Box = Box{lane.X + 12, y, w, all[i].H}
		y += all[i].H + 8
	}
	p.Nodes = append(p.Nodes, all...)
	p.Lanes = append(p.Lanes, lane)
}

func grade(g flow.Grade) string {
	switch g {
	case flow.Immediate:
		return "immédiat"
	case flow.Distress:
		return "détresse"
	case flow.Sensitive:
		return "sensible"
	}
	return string(g)
}

// leftOf is the left end of all that stands in the upper part of the picture.
func (p *Picture) leftOf(height int) int {
	left := 1 << 30
	for _, n := range p.Nodes {
		if n.Y < height {
			left = min(left, n.X)
		}
	}
	for _, e := range p.Edges {
		for k, at := range e.Way {
			if at.Y < height || k > 0 && e.Way[k-1].Y < height {
				left = min(left, at.X)
			}
		}
		if e.At.Y < height {
			left = min(left, e.At.X)
		}
	}
	return left
}

// fit moves everything so that the picture begins at its margin, and measures it.
func (p *Picture) fit() {
	from, to := Point{1 << 30, 1 << 30}, Point{}
	for pass := range 2 {
		each := func(b *Box) {
			if pass == 0 {
				from.X, from.Y = min(from.X, b.X), min(from.Y, b.Y)
				return
			}
			b.X, b.Y = b.X-from.X+margin, b.Y-from.Y+margin
			to.X, to.Y = max(to.X, b.X+b.W), max(to.Y, b.Y+b.H)
		}
		p.boxes(each)
	}
	p.Width, p.Height = to.X+margin, to.Y+margin
	slices.SortStableFunc(p.Lanes, func(a, b Lane) int { return strings.Compare(a.Class, b.Class) })
}

// boxes visits everything that has a place; a corner is a box without a size.
func (p *Picture) boxes(each func(*Box)) {
	for i := range p.Nodes {
		each(&p.Nodes[i].Box)
	}
	for i := range p.Lanes {
		each(&p.Lanes[i].Box)
	}
	for i := range p.Edges {
		e := &p.Edges[i]
		each(&e.At)
		for k := range e.Way {
			b := Box{X: e.Way[k].X, Y: e.Way[k].Y}
			each(&b)
			e.Way[k] = Point{b.X, b.Y}
		}
	}
}

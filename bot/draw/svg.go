package draw

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"frontdesk/bot/flow"
)

// Options say how a picture is written for its readers.
type Options struct {
	// Alone gives the picture its own colours, light and dark. Without it there are classes only, for the
	// style sheet of the page that it stands in; the boxes are sized for a sans-serif face.
	Alone bool
	// Link is where a node leads to, by id; "" or nil for nowhere.
	Link     func(id string) string
	Selected string            // id of the node that is open, or ""
	Marks    map[string][]Mark // by node
	// Weight says how many went from one step to another. Nil draws all lines alike.
	Weight func(from, to string) (Weight, bool)
}

// Mark is a badge on a node.
type Mark struct {
	Text  string // short: « 2 », « ! »
	Class string // error, warning, expired, count
	Title string // what it means, for who points at it or listens
}

// Weight is how much of what was counted went along an edge.
type Weight struct {
	Share  float64 // from 0 to 1; the line is that much thicker
	Figure string  // as it is shown, such as « 12 % »; at most six characters have room
}

// SVG writes the picture. Nodes are links with a name; the edges are silent, for the text twin tells them.
//
// Classes, for a page's style sheet: svg.draw; .lane.human and .lane.danger (rect, text); .edge with option,
// condition, else, way or interrupt, and back, weighed, unused, in-human (path, .head, .tag behind its text,
// .toward, .figure); .step with its kind, and start, human, selected (.shape, .bars, .name, .number, .kind,
// .words); .mark with its own. Steps have data-step, edges data-from and data-to.
func SVG(w io.Writer, p *Picture, o Options) error {
	s := &sheet{Writer: bufio.NewWriter(w), p: p, o: o}
	s.head()
	for _, l := range p.Lanes {
		s.lane(l)
	}
	s.line(`<g class="edges" fill="none" aria-hidden="true">`)
	for _, e := range p.Edges {
		s.edge(e)
	}
	s.line(`</g>`)
	s.line(`<g class="steps">`)
	for _, n := range p.Nodes {
		s.node(n)
	}
	s.line(`</g>`)
	s.line(`</svg>`)
	return s.Flush()
}

// A sheet writes one picture; its writer keeps the first error.
type sheet struct {
	*bufio.Writer
	p *Picture
	o Options
}

func (s *sheet) line(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// escape makes a text safe within markup and within a quoted attribute.
func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder never fails
	return b.String()
}

func (s *sheet) head() {
	size := ""
	if s.o.Alone {
		size = fmt.Sprintf(` width="%d" height="%d"`, s.p.Width, s.p.Height)
	}
	s.line(`<svg xmlns="http://www.w3.org/2000/svg" class="draw" viewBox="0 0 %d %d"%s role="group" aria-label="%s" font-family="%s">`,
		s.p.Width, s.p.Height, size, escape("Parcours « "+s.p.Title+" »"), "Arial, 'Liberation Sans', Helvetica, sans-serif")
	if s.o.Alone {
		s.line(`<title>%s</title>`, escape(s.p.Title))
		s.line(`<style>%s</style>`, Colours)
		s.line(`<rect class="paper" width="100%%" height="100%%"/>`)
	}
}

func (s *sheet) lane(l Lane) {
	s.line(`<g class="lane %s"><rect x="%d" y="%d" width="%d" height="%d" rx="12"/><text x="%d" y="%d" font-size="%d">%s</text></g>`,
		l.Class, l.X, l.Y, l.W, l.H, l.X+14, l.Y+23, nameSize+1, escape(l.Title))
}

// round is the radius of a line's corners, at most half of what it has.
const round = 6

func (s *sheet) edge(e Edge) {
	class := "edge"
	if e.Class != "" {
		class += " " + e.Class
	}
	if e.Back {
		class += " back"
	}
	for _, l := range s.p.Lanes {
		if e.At.X >= l.X && e.At.X < l.X+l.W && e.At.Y >= l.Y && e.At.Y < l.Y+l.H {
			class += " in-" + l.Class
		}
	}
	width, figure := "", ""
	if s.o.Weight != nil {
		if w, known := s.o.Weight(e.From, e.To); known {
			width = fmt.Sprintf(` stroke-width="%.1f"`, 1+7*min(max(w.Share, 0), 1))
			figure, class = w.Figure, class+" weighed"
		} else {
			class += " unused"
		}
	}
	s.line(`<g class="%s" data-from="%s" data-to="%s"><path d="%s"%s/>%s`,
		class, escape(e.From), escape(e.To), path(e.Way), width, arrowhead(e.Way))
	s.label(e, figure)
	s.line(`</g>`)
}

// label writes what is said of an edge over its line, and the figure beside it below.
func (s *sheet) label(e Edge, figure string) {
	x, y := e.At.X+e.At.W/2, e.At.Y
	n := len(e.Lines)
	if e.Toward != "" {
		n++
	}
	if n > 0 {
		s.line(`<rect class="tag" x="%d" y="%d" width="%d" height="%d" rx="4"/>`, e.At.X, y-1, e.At.W, labelHigh*n+1)
	}
	for _, words := range e.Lines {
		s.line(`<text x="%d" y="%d" text-anchor="middle" font-size="%d">%s</text>`, x, y+10, labelSize, escape(words))
		y += labelHigh
	}
	if e.Toward != "" {
		s.line(`<text class="toward" x="%d" y="%d" text-anchor="middle" font-size="%d">%s</text>`, x, y+10, kindSize, escape(e.Toward))
		y += labelHigh
	}
	if strings.Join(e.Lines, " ") != e.Label {
		s.line(`<title>%s</title>`, escape(e.Label))
	}
	if figure != "" {
		s.line(`<text class="figure" x="%d" y="%d" font-size="%d">%s</text>`, x+5, y+8, figureSize, escape(figure))
	}
}

// path is a line with round corners, ended before its arrowhead's tip.
func path(way []Point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %d", way[0].X, way[0].Y)
	for k := 1; k+1 < len(way); k++ {
		before, at, after := way[k-1], way[k], way[k+1]
		r := min(round, length(before, at)/2, length(at, after)/2)
		in, out := toward(at, before, r), toward(at, after, r)
		fmt.Fprintf(&b, "L%d %dQ%d %d %d %d", in.X, in.Y, at.X, at.Y, out.X, out.Y)
	}
	last := way[len(way)-1]
	fmt.Fprintf(&b, "L%d %d", last.X, last.Y-4)
	return b.String()
}

func length(a, b Point) int { return max(a.X-b.X, b.X-a.X) + max(a.Y-b.Y, b.Y-a.Y) }

// toward is the point r pixels from one point on the way to another, along an axis.
func toward(from, to Point, r int) Point {
	switch {
	case to.X > from.X:
		from.X += r
	case to.X < from.X:
		from.X -= r
	case to.Y > from.Y:
		from.Y += r
	default:
		from.Y -= r
	}
	return from
}

func arrowhead(way []Point) string {
	at := way[len(way)-1]
	return fmt.Sprintf(`<path class="head" d="M%d %dl-4 -7h8z"/>`, at.X, at.Y)
}

func (s *sheet) node(n Node) {
	class := "step " + string(n.Kind)
	for _, also := range [...]struct {
		is   bool
		name string
	}{{n.Start, "start"}, {n.Human, "human"}, {n.ID == s.o.Selected, "selected"}} {
		if also.is {
			class += " " + also.name
		}
	}
	name := s.describe(n)
	link := ""
	if s.o.Link != nil {
		link = s.o.Link(n.ID)
	}
	tag := "a"
	if link == "" {
		tag = "g"
		s.line(`<g class="%s" data-step="%s" role="img" aria-label="%s">`, class, escape(n.ID), escape(name))
	} else {
		current := ""
		if n.ID == s.o.Selected {
			current = ` aria-current="true"`
		}
		s.line(`<a class="%s" data-step="%s" href="%s" aria-label="%s"%s>`, class, escape(n.ID), escape(link), escape(name), current)
	}
	s.line(`<title>%s</title>%s`, escape(name), shape(n))
	s.words(n)
	s.marks(n)
	s.line(`</%s>`, tag)
}

// describe is what a node is called by who listens: what is seen, in the order in which it is seen, so that
// who speaks to the picture can name a node by what they read on it; then what the colours say.
func (s *sheet) describe(n Node) string {
	text := n.Name
	if n.Number > 0 {
		text = fmt.Sprintf("Étape %d %s", n.Number, text)
	}
	if n.Label != "" {
		text += ", " + n.Label
	}
	if n.Text != "" {
		text += " : " + n.Text
	}
	if n.Start {
		text += " (début)"
	}
	for _, m := range s.o.Marks[n.ID] {
		text += " (" + m.Title + ")"
	}
	return text
}

// shape is the outline: kinds can be told apart without their colours.
func shape(n Node) string {
	x, y, w, h := n.X, n.Y, n.W, n.H
	rect := func(rx int) string {
		return fmt.Sprintf(`<rect class="shape" x="%d" y="%d" width="%d" height="%d" rx="%d"/>`, x, y, w, h, rx)
	}
	switch n.Kind {
	case flow.If:
		return fmt.Sprintf(`<path class="shape" d="M%d %dh%dl8 %dl-8 %dh%dl-8 %dz"/>`, x+8, y, w-16, h/2, h-h/2, 16-w, h/2-h)
	case flow.Call, Port:
		return rect(3) + fmt.Sprintf(`<path class="bars" fill="none" d="M%d %dv%dM%d %dv%d"/>`, x+5, y, h, x+w-5, y, h)
	case flow.Route:
		return rect(3) + fmt.Sprintf(`<path class="bars" fill="none" d="M%d %dh%d"/>`, x, y+headHigh, w)
	case flow.Handoff, flow.End, Interrupt:
		return rect(18)
	case flow.Ask:
		return rect(9)
	}
	return rect(3)
}

func (s *sheet) words(n Node) {
	left, right, y := n.X+boxPad, n.X+n.W-boxPad, n.Y+16
	number := ""
	if n.Number > 0 {
		number = fmt.Sprintf(`<tspan class="number" font-size="%d" font-weight="normal">%d </tspan>`, kindSize, n.Number)
	}
	s.line(`<text class="name" x="%d" y="%d" font-size="%d" font-weight="bold">%s%s</text>`, left, y, nameSize, number, escape(n.Name))
	if n.Label != "" {
		s.line(`<text class="kind" x="%d" y="%d" text-anchor="end" font-size="%d">%s</text>`, right, y, kindSize, escape(n.Label))
	}
	for i, words := range n.Lines {
		s.line(`<text class="words" x="%d" y="%d" font-size="%d">%s</text>`, left, n.Y+headHigh+12+i*lineHigh, textSize, escape(words))
	}
}

// marks hangs the badges over the upper right corner, the first outermost.
func (s *sheet) marks(n Node) {
	r := newRuler(kindSize)
	x := n.X + n.W + 6
	for _, m := range s.o.Marks[n.ID] {
		w := max(16, r.width(m.Text)+10)
		x -= w
		s.line(`<g class="mark %s"><rect x="%d" y="%d" width="%d" height="16" rx="8"/><text x="%d" y="%d" text-anchor="middle" font-size="%d">%s</text></g>`,
			escape(m.Class), x, n.Y-9, w, x+w/2, n.Y+3, kindSize, escape(m.Text))
		x -= 3
	}
}

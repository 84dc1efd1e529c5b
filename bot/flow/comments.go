package flow

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// A comment is one "# …" of a file. Own says that it has its line for itself.
type comment struct {
	pos  Pos
	text string // with its #
	own  bool
}

// comments lists the comments of a file in order.
func comments(text string, tokens token.Tokens) []comment {
	var found []comment
	var lines []string
	for _, tk := range tokens {
		if tk.Type != token.CommentType {
			continue
		}
		if lines == nil {
			lines = strings.Split(text, "\n")
		}
		c := comment{pos: Pos{Line: tk.Position.Line, Column: tk.Position.Column}}
		c.text = "#" + strings.TrimRight(tk.Value, " \t")
		if c.pos.Line <= len(lines) {
			c.own = strings.HasPrefix(strings.TrimLeft(lines[c.pos.Line-1], " \t"), "#")
		}
		found = append(found, c)
	}
	return found
}

// A seat is an entry in the order of the file, with the containers it sits in, outermost first.
type seat struct {
	entry *entry
	in    []*node
}

func seats(n *node, in []*node, all []seat) []seat {
	in = append(in[:len(in):len(in)], n)
	for _, e := range n.entries {
		all = append(all, seat{e, in})
		if e.value.kind != scalar {
			all = seats(e.value, in, all)
		}
	}
	return all
}

// attachComments gives every comment to the entry it precedes or stands behind; at the end of a
// block, to the block.
func attachComments(root *node, found []comment) {
	if len(found) == 0 {
		return
	}
	all := seats(root, nil, nil)
	next := 0
	lastLine := 0 // of the comment or entry above, for empty lines between comments
	var lastInto *[]string
	for i, c := range found {
		for next < len(all) && all[next].entry.pos.before(c.pos) {
			next++
		}
		if !c.own {
			behind(root, all, next, c)
			continue
		}
		into := ahead(root, all, next, c)
		if into == lastInto && c.pos.Line > lastLine+1 && len(*into) > 0 {
			*into = append(*into, "")
		}
		*into = append(*into, c.text)
		lastInto, lastLine = into, c.pos.Line
		last := i+1 == len(found) || next < len(all) && found[i+1].pos.Line >= all[next].entry.pos.Line
		if last && next < len(all) && into == &all[next].entry.lead && all[next].entry.pos.Line > c.pos.Line+1 {
			*into = append(*into, "")
		}
	}
}

// behind hangs a comment at the end of a line on the entry that ends there.
func behind(root *node, all []seat, next int, c comment) {
	if next == 0 {
		root.foot = append(root.foot, c.text)
		return
	}
	at := all[next-1]
	target := at.entry
	for i := len(at.in) - 1; i > 0 && at.in[i].inline && at.in[i].end.before(c.pos); i-- {
		target = ownerOf(at.in[i-1], at.in[i])
	}
	target.trail = append(target.trail, c.text)
}

func ownerOf(outer, inner *node) *entry {
	for _, e := range outer.entries {
		if e.value == inner {
			return e
		}
	}
	return nil
}

// ahead finds where a comment on its own line goes: before the next entry or, judged by its
// indentation, at the foot of the block that it closes.
func ahead(root *node, all []seat, next int, c comment) *[]string {
	var above, below seat
	if next > 0 {
		above = all[next-1]
	}
	if next < len(all) {
		below = all[next]
	} else if c.pos.Column == 1 {
		return &root.foot
	}
	for j := len(above.in) - 1; j > 0; j-- {
		n := above.in[j]
		switch {
		case slices.Contains(below.in, n):
			return &below.entry.lead
		case n.inline && c.pos.before(n.end):
			return &n.foot
		case n.inline || slices.ContainsFunc(above.in[:j], func(o *node) bool { return o.inline }):
		case n.pos.Column <= c.pos.Column && (below.entry == nil || c.pos.Column > below.entry.pos.Column):
			return &n.foot
		}
	}
	if below.entry == nil {
		return &root.foot
	}
	return &below.entry.lead
}

func (p Pos) before(q Pos) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Column < q.Column
}

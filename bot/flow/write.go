package flow

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxWidth is how long a record may get on one line.
const maxWidth = 100

// Format gives the canonical form of one file of a bundle: keys in a fixed order, two spaces a level,
// quotation marks where a reader could be misled, short records on one line, table rows in columns.
// It changes no meaning and loses no comment. A file that cannot be read comes back as Faults; one
// that can be read but not played is formatted all the same.
func Format(name string, src []byte) ([]byte, error) {
	tree, faults := parseTree(name, src)
	if len(faults) > 0 {
		return nil, faults.sorted()
	}
	return write(tree, shapeOf(name, tree)), nil
}

// write prints a whole file.
func write(n *node, s *shape) []byte {
	w := &writer{}
	if len(n.entries) == 0 {
		w.comments(0, n.foot)
		w.line(0, "{}")
		return w.out
	}
	w.mapping(n, s, 0)
	return w.out
}

type writer struct{ out []byte }

func (w *writer) line(indent int, text string) {
	if text != "" {
		w.out = append(w.out, strings.Repeat(" ", indent)...)
	}
	w.out = append(w.out, text...)
	w.out = append(w.out, '\n')
}

func (w *writer) comments(indent int, lines []string) {
	for _, c := range lines {
		w.line(indent, c)
	}
}

// mapping prints the lines of a block. In tables and at the top of a file, what takes several lines
// stands apart from its neighbours.
func (w *writer) mapping(n *node, s *shape, indent int) {
	apart := indent == 0 || s != nil && s.is == table
	above := false // the line before took several lines
	for i, e := range ordered(n, s) {
		start := len(w.out)
		w.entry(e, s, indent)
		several := bytes.Count(w.out[start:], []byte("\n")) > 1
		if apart && i > 0 && (above || several) && !bytes.HasSuffix(w.out[:start], []byte("\n\n")) {
			w.out = slices.Insert(w.out, start, '\n')
		}
		above = several
	}
	w.comments(indent, n.foot)
}

// ordered gives a record's lines in canonical order, unknown keys last; other mappings keep theirs.
func ordered(n *node, s *shape) []*entry {
	if s == nil || s.is != record {
		return n.entries
	}
	lines := slices.Clone(n.entries)
	place := func(e *entry) int {
		if i := slices.IndexFunc(s.keys, func(f field) bool { return f.name == e.key.text }); i >= 0 {
			return i
		}
		return len(s.keys)
	}
	slices.SortStableFunc(lines, func(a, b *entry) int { return place(a) - place(b) })
	return lines
}

// entry prints one line of a block in the shape outer, and what hangs below it.
func (w *writer) entry(e *entry, outer *shape, indent int) {
	s := outer.field(e.key.text)
	head := key(e.key, outer) + ":"
	trail := w.before(e, s, indent)
	if text, ok := flat(e.value, s, indent+utf8.RuneCountInString(head)+1); ok {
		w.line(indent, strings.TrimRight(head+" "+text, " ")+trail)
		return
	}
	if e.value.kind == scalar {
		w.line(indent, head+" "+literalHead(e.value.text)+trail)
		w.literal(e.value.text, indent+2)
		return
	}
	w.line(indent, head+trail)
	if e.value.kind == mapping {
		w.mapping(e.value, s, indent+2)
		return
	}
	w.list(e.value, s, indent+2)
}

// before prints the comments above an entry, and those inside it that find no place there. It gives
// the one that stands behind its first line.
func (w *writer) before(e *entry, s *shape, indent int) (trail string) {
	w.comments(indent, e.lead)
	if unbroken(e.value, s) {
		w.comments(indent, inside(e.value))
	}
	if len(e.trail) == 0 {
		return ""
	}
	w.comments(indent, e.trail[1:])
	return "  " + e.trail[0]
}

// list prints a list that does not fit on one line.
func (w *writer) list(n *node, s *shape, indent int) {
	var widths []int
	if s != nil && s.is == rows {
		widths = columns(n, s.each)
	}
	for _, e := range n.entries {
		each := s.child(e)
		trail := w.before(e, each, indent)
		if widths != nil && unbroken(e.value, each) {
			w.line(indent, "- "+alignedRow(e.value, each, widths)+trail)
			continue
		}
		if text, ok := flat(e.value, each, indent+2); ok {
			w.line(indent, strings.TrimRight("- "+text, " ")+trail)
			continue
		}
		w.item(e.value, each, indent, trail)
	}
	w.comments(indent, n.foot)
}

// item prints an item of several lines: its first line stands behind the dash.
func (w *writer) item(n *node, s *shape, indent int, trail string) {
	if n.kind == scalar {
		w.line(indent, "- "+literalHead(n.text)+trail)
		w.literal(n.text, indent+2)
		return
	}
	if trail != "" {
		w.line(indent, strings.TrimSpace(trail))
	}
	start := len(w.out)
	if n.kind == mapping {
		w.mapping(n, s, indent+2)
	} else {
		w.list(n, s, indent+2)
	}
	w.dash(start, indent)
}

// dash puts "- " before the first line printed since start that is no comment; the comments before
// it move out to the dash.
func (w *writer) dash(start, indent int) {
	printed := string(w.out[start:])
	w.out = w.out[:start]
	for printed != "" {
		line, rest, _ := strings.Cut(printed, "\n")
		body := strings.TrimLeft(line, " ")
		if body != "" && body[0] != '#' {
			w.line(indent, "- "+line[indent+2:])
			w.out = append(w.out, rest...)
			return
		}
		w.line(indent, body)
		printed = rest
	}
}

func (w *writer) literal(text string, indent int) {
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		w.line(indent, line)
	}
}

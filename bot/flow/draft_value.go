package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// A Value is what stands at a place of a draft, to be read by forms.
type Value struct {
	n *node
	s *shape
}

// ValueKind says what a Value is.
type ValueKind string

// The kinds of value.
const (
	TextValue   ValueKind = "text"
	ListValue   ValueKind = "list"
	RecordValue ValueKind = "record"
)

// At gives what stands in a file under some keys; an item of a list is its number, from 0.
func (d *Draft) At(file string, path ...string) (Value, bool) {
	s := d.files[file]
	if s == nil || s.tree == nil {
		return Value{}, false
	}
	return Value{s.tree, shapeOf(file, s.tree)}.At(path...)
}

// At gives what stands below a value.
func (v Value) At(path ...string) (Value, bool) {
	for _, key := range path {
		i := v.n.index(key)
		if i < 0 {
			return Value{}, false
		}
		e := v.n.entries[i]
		v = Value{e.value, v.s.child(e)}
	}
	return v, v.n != nil
}

// Kind says whether the value is a text, a list or a record.
func (v Value) Kind() ValueKind {
	switch {
	case v.n == nil || v.n.kind == scalar:
		return TextValue
	case v.n.kind == sequence:
		return ListValue
	}
	return RecordValue
}

// Text is the text, as it was meant: without quotation marks. A list of texts is joined by ", ".
func (v Value) Text() string {
	if v.n != nil && v.n.kind == sequence {
		return strings.Join(v.n.strings(), ", ")
	}
	if v.n == nil {
		return ""
	}
	return v.n.text
}

// TextAt is the text below a value, or "".
func (v Value) TextAt(path ...string) string {
	below, _ := v.At(path...)
	return below.Text()
}

// Keys are the keys of a record, in canonical order.
func (v Value) Keys() []string {
	if v.Kind() != RecordValue {
		return nil
	}
	lines := ordered(v.n, v.s)
	keys := make([]string, len(lines))
	for i, e := range lines {
		keys[i] = e.key.text
	}
	return keys
}

// Items are the items of a list, or the values of a record beside its Keys.
func (v Value) Items() []Value {
	var items []Value
	if v.n == nil {
		return nil
	}
	lines := v.n.entries
	if v.n.kind == mapping {
		lines = ordered(v.n, v.s)
	}
	for _, e := range lines {
		items = append(items, Value{e.value, v.s.child(e)})
	}
	return items
}

// Above is the comment that stands over an item or a key, without its signs; "" for none.
func (v Value) Above(key string) string {
	i := v.n.index(key)
	if i < 0 {
		return ""
	}
	var lines []string
	for _, l := range v.n.entries[i].lead {
		if l = strings.TrimSpace(strings.TrimLeft(l, "# ")); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, " ")
}

// Texts are the items of a list of texts.
func (v Value) Texts() []string { return v.n.strings() }

// Pos is where the value stands in its file.
func (v Value) Pos() Pos {
	if v.n == nil {
		return Pos{}
	}
	return v.n.pos
}

// index finds a key of a mapping, or the number of an item of a list; -1 when it is not there.
func (n *node) index(key string) int {
	switch {
	case n == nil || n.kind == scalar:
		return -1
	case n.kind == mapping:
		return slices.IndexFunc(n.entries, func(e *entry) bool { return e.key.text == key })
	}
	i, err := strconv.Atoi(key)
	if err != nil || i < 0 || i >= len(n.entries) || strconv.Itoa(i) != key {
		return -1
	}
	return i
}

// Record gives what stands at a place as YAML on its own, with the comments inside it, its lines broken
// as in its file; "" when nothing is there.
func (d *Draft) Record(file string, path ...string) string {
	v, ok := d.At(file, path...)
	if !ok {
		return ""
	}
	return fragment(v, 2*len(path))
}

// fragment prints a value as it would stand behind an indentation, and takes that away.
func fragment(v Value, indent int) string {
	w := &writer{}
	switch {
	case len(v.n.entries) == 0 && v.n.kind == scalar && canBeLiteral(v.n.text):
		w.line(indent, literalHead(v.n.text))
		w.literal(v.n.text, indent+2)
	case len(v.n.entries) == 0:
		text, _ := flat(v.n, v.s, indent)
		w.comments(indent, v.n.foot)
		w.line(indent, text)
	case v.n.kind == mapping:
		w.mapping(v.n, v.s, indent)
	default:
		w.list(v.n, v.s, indent)
	}
	var b strings.Builder
	for line := range strings.Lines(string(w.out)) {
		b.WriteString(strings.TrimPrefix(line, strings.Repeat(" ", indent)))
	}
	return b.String()
}

// ETag names what stands at a place: another record, another tag. A save that carries the tag of the
// record it was made on is refused when the record is another by then. It is "" when nothing is there.
func (d *Draft) ETag(file string, path ...string) string {
	text := d.Record(file, path...)
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:12]
}

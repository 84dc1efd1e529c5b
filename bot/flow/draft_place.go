package flow

import "cmp"

// PlaceOf is what stands at a position of a file: the record, key or item that begins there, the smallest one,
// or the last that begins before. Of a MissingKey it is the key that is not there.
func (d *Draft) PlaceOf(f Fault) (Place, bool) {
	src := d.files[f.Pos.File]
	if src == nil || src.tree == nil || f.Pos.Line == 0 {
		return Place{}, false
	}
	if f.Code == MissingKey {
		if path, is := recordAt(src.tree, f.Pos, nil); is {
			return In(f.Pos.File, append(path, f.Args[0])...), true
		}
	}
	return In(f.Pos.File, standing(src.tree, f.Pos, nil)...), true
}

// recordAt is the record that begins at a position.
func recordAt(n *node, pos Pos, path []string) ([]string, bool) {
	if n.kind == mapping && n.pos == pos {
		return path, true
	}
	for i, e := range n.entries {
		if found, is := recordAt(e.value, pos, append(path[:len(path):len(path)], nameIn(i, e))); is {
			return found, true
		}
	}
	return nil, false
}

// standing follows the last entries that begin at a position or before it. Canonical order is not needed: the
// places of entries grow as the file is read.
func standing(n *node, pos Pos, path []string) []string {
	last := -1
	for i, e := range n.entries {
		if !after(e.pos, pos) {
			last = i
		}
	}
	if last < 0 || n.kind == scalar {
		return path
	}
	e := n.entries[last]
	return standing(e.value, pos, append(path[:len(path):len(path)], nameIn(last, e)))
}

func nameIn(i int, e *entry) string {
	if e.key != nil {
		return e.key.text
	}
	return itoa(i)
}

func after(a, b Pos) bool {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) > 0
}

// Unreadable says why a file cannot be edited key by key, only written anew; nil where it can.
func (d *Draft) Unreadable(file string) Faults {
	s := d.files[file]
	if s == nil || !s.broken() || isTranscript(file) {
		return nil
	}
	return s.faults
}

package flow

import (
	"slices"
	"strings"
)

// A Conflict is a record that two people changed differently. A text is "" where the record is not there.
type Conflict struct {
	File string
	Path []string // none for a whole file
	// YAML of the record, as Record gives it, or the whole file.
	Base, Mine, Theirs string
}

// Merge brings together what two people made of a draft. A record (a step, a card, a structure, a whole
// decision table, a translation, a setting) that only one of them changed is taken as it is; where both made
// the same of it there is nothing to decide. Where they differ the result has mine, and a Conflict says so.
func Merge(base, mine, theirs *Draft) (*Draft, []Conflict) {
	var conflicts []Conflict
	changed := map[string]*source{}
	names := slices.Concat(base.Names(), mine.Names(), theirs.Names())
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		m := merger{file: name}
		merged := m.files(base.files[name], mine.files[name], theirs.files[name])
		conflicts = append(conflicts, m.conflicts...)
		if merged != mine.files[name] {
			changed[name] = merged
		}
	}
	return mine.with(changed), conflicts
}

type merger struct {
	file      string
	conflicts []Conflict
}

func (s *source) text() string {
	if s == nil {
		return ""
	}
	return string(s.out)
}

func (m *merger) conflict(path []string, base, mine, theirs string) {
	m.conflicts = append(m.conflicts, Conflict{m.file, slices.Clone(path), base, mine, theirs})
}

// files merges one file; one that cannot be read, or that is not there for all, as a whole.
func (m *merger) files(base, mine, theirs *source) *source {
	b, x, y := base.text(), mine.text(), theirs.text()
	there := func(s *source) bool { return s != nil && !s.broken() }
	switch {
	case y == b && (base == nil) == (theirs == nil), x == y && (mine == nil) == (theirs == nil):
		return mine
	case x == b && (base == nil) == (mine == nil):
		return theirs
	case mine == nil || theirs == nil || !there(mine) || !there(theirs) || base != nil && !there(base):
		m.conflict(nil, b, x, y)
		return mine
	}
	root := &node{kind: mapping}
	if base != nil {
		root = base.tree
	}
	tree := m.mapping(root, mine.tree, theirs.tree, shapeOf(m.file, mine.tree), nil)
	made := canonicalSource(m.file, tree, nil)
	if len(made.faults) > 0 { // what was readable apart is not together
		m.conflicts = nil
		m.conflict(nil, b, x, y)
		return mine
	}
	if string(made.out) == x {
		return mine
	}
	return made
}

// mapping merges the entries of a record or table.
func (m *merger) mapping(base, mine, theirs *node, s *shape, path []string) *node {
	made := &node{kind: mapping, foot: threeWay(base.foot, mine.foot, theirs.foot)}
	for _, key := range mergedOrder(base, mine, theirs) {
		if e := m.entry(base.get(key), mine.get(key), theirs.get(key), s, append(slices.Clone(path), key)); e != nil {
			made.entries = append(made.entries, e)
		}
	}
	return made
}

// threeWay takes what one side changed, mine where both did.
func threeWay(base, mine, theirs []string) []string {
	if slices.Equal(mine, base) {
		return theirs
	}
	return mine
}

// entry merges one key; nil when it is gone.
func (m *merger) entry(base, mine, theirs *entry, s *shape, path []string) *entry {
	b, x, y := printed(base, s, path), printed(mine, s, path), printed(theirs, s, path)
	switch {
	case y == b || x == y:
		return mine
	case x == b:
		return theirs
	}
	if inner := s.field(path[len(path)-1]); mine != nil && theirs != nil && inner != nil && (inner.is == table || inner.is == pairs || settings(path)) && len(path) == 1 &&
		mine.value.kind == mapping && theirs.value.kind == mapping {
		e := *mine
		under := &node{kind: mapping}
		if base != nil && base.value.kind == mapping {
			under = base.value
			e.lead, e.trail = threeWay(base.lead, mine.lead, theirs.lead), threeWay(base.trail, mine.trail, theirs.trail)
		}
		e.value = m.mapping(under, mine.value, theirs.value, inner, path)
		return &e
	}
	m.conflict(path, value3(base, s, path), value3(mine, s, path), value3(theirs, s, path))
	return mine
}

// settings tells the records of bundle.yaml whose fields do not depend on each other.
func settings(path []string) bool {
	return len(path) == 1 && (path[0] == "delays" || path[0] == "reprompt")
}

// printed is an entry as it stands in its file, comments included; "" when it is not there.
func printed(e *entry, s *shape, path []string) string {
	if e == nil {
		return ""
	}
	w := &writer{}
	w.entry(e, s, 2*(len(path)-1))
	return string(w.out)
}

func value3(e *entry, s *shape, path []string) string {
	if e == nil {
		return ""
	}
	return fragment(Value{e.value, s.child(e)}, 2*len(path))
}

// mergedOrder is the order of the keys of a merged table: mine, with what only they have behind what it
// stands behind for them; theirs where only they moved something.
func mergedOrder(base, mine, theirs *node) []string {
	first, second := keysOf(mine), keysOf(theirs)
	if common(first, second, keysOf(base)) && !common(second, first, keysOf(base)) {
		first, second = second, first
	}
	order := slices.Clone(first)
	for i, key := range second {
		if slices.Contains(order, key) {
			continue
		}
		at := 0
		for j := i - 1; j >= 0; j-- {
			if k := slices.Index(order, second[j]); k >= 0 {
				at = k + 1
				break
			}
		}
		order = slices.Insert(order, at, key)
	}
	return order
}

func keysOf(n *node) []string {
	keys := make([]string, len(n.entries))
	for i, e := range n.entries {
		keys[i] = e.key.text
	}
	return keys
}

// common says that what all three have stands in the same order in one and in the base.
func common(one, other, base []string) bool {
	in := func(keys []string) string {
		var kept []string
		for _, k := range keys {
			if slices.Contains(one, k) && slices.Contains(other, k) && slices.Contains(base, k) {
				kept = append(kept, k)
			}
		}
		return strings.Join(kept, "\n")
	}
	return in(one) == in(base)
}

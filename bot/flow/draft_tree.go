package flow

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Trees of a draft are never changed: what follows changes copies of the nodes on the way to a place and
// shares all others.

// changed gives a copy of a tree in which do has changed the container at a path. What is missing on the
// way is created, where it can be: in records. s is the shape of n, which says what is created.
func (n *node) changed(path []string, s *shape, do func(*node) error) (*node, error) {
	made := *n
	made.entries = slices.Clone(n.entries)
	if len(path) == 0 {
		return &made, do(&made)
	}
	i, err := made.enter(path[0])
	if err != nil {
		return nil, err
	}
	e := *made.entries[i]
	under := s.child(&e)
	if e.value.kind == scalar && e.value.style == void {
		e.value = &node{kind: under.kind()}
	}
	if e.value.kind == scalar {
		return nil, fmt.Errorf("%q est un texte : rien ne peut être écrit dessous", path[0])
	}
	if e.value, err = e.value.changed(path[1:], under, do); err != nil {
		return nil, err
	}
	made.entries[i] = &e
	return &made, nil
}

// enter finds an entry, or makes an empty one.
func (n *node) enter(key string) (int, error) {
	if i := n.index(key); i >= 0 {
		return i, nil
	}
	if n.kind != mapping {
		return 0, fmt.Errorf("la liste n'a pas de ligne numéro %s", nextNumber(key))
	}
	if err := writable(key); err != nil || key == "" {
		return 0, errors.New("un nom est vide ou contient des signes qui ne sont pas du texte")
	}
	n.entries = append(n.entries, &entry{key: &node{text: key}, value: &node{style: void}})
	return len(n.entries) - 1, nil
}

// nextNumber says the number of an item as people count.
func nextNumber(key string) string {
	var i int
	if _, err := fmt.Sscanf(key, "%d", &i); err != nil {
		return quote(key)
	}
	return itoa(i + 1)
}

// put gives an entry another value; its comments stay.
func (n *node) put(key string, value *node) error {
	i, err := n.enter(key)
	if err != nil {
		return err
	}
	e := *n.entries[i]
	e.value = value
	n.entries[i] = &e
	return nil
}

// setText writes a text, as the shape of its place wants it.
func (n *node) setText(key, text string, s *shape) error {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if err := writable(text); err != nil {
		return err
	}
	return n.put(key, textNode(text, s))
}

func textNode(text string, s *shape) *node {
	made := &node{text: text, style: quoted}
	if s != nil {
		switch s.is {
		case whole, truth, span, day, moment:
			made.style = plain
		}
	}
	return made
}

// writable refuses what no file may hold.
func writable(text string) error {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unprintable) || strings.ContainsRune(text, '\r') {
		return errors.New("le texte contient des signes qui ne sont pas du texte ; recopiez-le sans mise en forme")
	}
	if len(text) > maxSize {
		return fmt.Errorf("le texte est trop long : la limite est %d ko", maxSize>>10)
	}
	return nil
}

// setList writes a list of texts. An item that was there before keeps its comments.
func (n *node) setList(key string, items []string, each *shape) error {
	i, err := n.enter(key)
	if err != nil {
		return err
	}
	e := *n.entries[i]
	before := slices.Clone(e.value.list())
	made := &node{kind: sequence}
	if e.value.kind == sequence {
		made.foot = e.value.foot
	}
	for _, text := range items {
		text = strings.ReplaceAll(text, "\r\n", "\n")
		if err := writable(text); err != nil {
			return err
		}
		same := slices.IndexFunc(before, func(e *entry) bool {
			return e != nil && e.key == nil && e.value.kind == scalar && e.value.style != void && e.value.text == text
		})
		if same >= 0 {
			made.entries = append(made.entries, before[same])
			before[same] = nil
			continue
		}
		made.entries = append(made.entries, &entry{value: textNode(text, each)})
	}
	e.value = made
	n.entries[i] = &e
	return nil
}

// remove takes an entry away with its comments. In a table, a comment above a row heads those below, too:
// it passes to the next row unless that has its own.
func (n *node) remove(key string, s *shape) error {
	i := n.index(key)
	if i < 0 {
		return fmt.Errorf("%s n'est pas là : il n'y a rien à enlever", named(n, key))
	}
	if s != nil && s.is == rows && len(n.entries[i].lead) > 0 {
		n.inherit(i+1, n.entries[i].lead)
	}
	n.entries = slices.Delete(n.entries, i, i+1)
	return nil
}

// inherit gives an entry the comments above another.
func (n *node) inherit(i int, lead []string) {
	if i >= len(n.entries) || len(n.entries[i].lead) > 0 {
		return
	}
	e := *n.entries[i]
	e.lead = lead
	n.entries[i] = &e
}

// named says an entry as people do.
func named(n *node, key string) string {
	if n != nil && n.kind == sequence {
		return "la ligne " + nextNumber(key)
	}
	return quote(key)
}

// Beside says beside which key, or item, another is put.
type Beside struct {
	key   string
	after bool
}

// Before and After put beside a key, Last at the end.
func Before(key string) Beside { return Beside{key, false} }
func After(key string) Beside  { return Beside{key, true} }
func Last() Beside             { return Beside{} }

// seat is the index that an entry is inserted at.
func (n *node) seat(w Beside) (int, error) {
	if w == (Beside{}) {
		return len(n.entries), nil
	}
	i := n.index(w.key)
	if i < 0 {
		return 0, fmt.Errorf("%s n'est pas là : rien ne peut être mis à côté", named(n, w.key))
	}
	if w.after {
		i++
	}
	return i, nil
}

// insert adds a key that is not there yet, or an item.
func (n *node) insert(key string, value *node, w Beside) error {
	at, err := n.seat(w)
	if err != nil {
		return err
	}
	e := &entry{value: value}
	if n.kind == mapping {
		if n.index(key) >= 0 {
			return fmt.Errorf("%q existe déjà : prenez un autre nom", key)
		}
		if writable(key) != nil || key == "" {
			return errors.New("un nom est vide ou contient des signes qui ne sont pas du texte")
		}
		e.key = &node{text: key}
	}
	n.entries = slices.Insert(n.entries, at, e)
	return nil
}

// move puts an entry elsewhere in its container, with its comments.
func (n *node) move(key string, w Beside) error {
	from := n.index(key)
	if from < 0 {
		return fmt.Errorf("%s n'est pas là : il n'y a rien à déplacer", named(n, key))
	}
	to, err := n.seat(w)
	if err != nil {
		return err
	}
	e := n.entries[from]
	if to > from {
		to--
	}
	n.entries = slices.Insert(slices.Delete(n.entries, from, from+1), to, e)
	return nil
}

// rename gives a key another name at its place.
func (n *node) rename(key, to string) error {
	i := n.index(key)
	switch {
	case i < 0 || n.kind != mapping:
		return fmt.Errorf("%q n'est pas là", key)
	case key != to && n.index(to) >= 0:
		return fmt.Errorf("%q existe déjà : prenez un autre nom", to)
	}
	e := *n.entries[i]
	e.key = &node{text: to, style: e.key.style}
	n.entries[i] = &e
	return nil
}

// kind is what stands where a shape does.
func (s *shape) kind() kind {
	if s != nil && (s.is == list || s.is == rows) {
		return sequence
	}
	return mapping
}

// below is the shape at a path.
func (s *shape) below(path ...string) *shape {
	for _, key := range path {
		switch {
		case s == nil:
			return nil
		case s.is == list || s.is == rows:
			s = s.each
		default:
			s = s.field(key)
		}
	}
	return s
}

// parseFragment reads YAML that is to stand at some place: a record, a list or a text. Lines of faults
// are those of the fragment.
func parseFragment(at, src string) (*node, Faults) {
	src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	var b strings.Builder
	b.WriteString("x:\n")
	for line := range strings.Lines(src) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	tree, faults := parseTree(at, []byte(b.String()))
	for i := range faults {
		p := &faults[i].Pos
		p.Line, p.Column = max(1, p.Line-1), max(1, p.Column-2)
	}
	switch {
	case len(faults) > 0:
		return nil, faults
	case len(tree.entries) != 1:
		return nil, Faults{{Pos: Pos{File: at, Line: 1}, Message: "le retrait des lignes est faux : alignez-les sur la première"}}
	}
	e := tree.entries[0]
	value := *e.value
	if value.kind == scalar && value.style == void {
		return nil, Faults{{Pos: Pos{File: at, Line: 1}, Message: "il n'y a rien d'écrit ici"}}
	}
	if value.kind != scalar {
		value.foot = slices.Concat(value.foot, tree.foot)
		if len(value.entries) > 0 && len(e.trail) > 0 { // a comment above the first line hangs behind "x:"
			first := *value.entries[0]
			first.lead = slices.Concat(e.trail, first.lead)
			value.entries = append([]*entry{&first}, value.entries[1:]...)
		}
	}
	return &value, nil
}

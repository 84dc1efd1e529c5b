package flow

import (
	"errors"
	"fmt"
	"strings"
)

// A Place is a text, a list or a record of a draft: a file and the keys that lead there. An item of a list
// is its number, from 0.
type Place struct {
	File string
	Path []string
}

// In names a place.
func In(file string, path ...string) Place { return Place{file, path} }

func (p Place) String() string {
	return strings.TrimSuffix(p.File+", "+strings.Join(p.Path, "."), ", ")
}

// below is a place further down.
func (p Place) below(path ...string) Place {
	return Place{p.File, append(p.Path[:len(p.Path):len(p.Path)], path...)}
}

// A Change is one edit. Make it with the functions below.
type Change struct {
	do    verb
	at    Place
	text  string // a text, YAML, another name
	list  []string
	where Beside
	swap  func(text string) string
	rows  []*entry
}

type verb int

const (
	setText verb = iota
	setList
	setYAML
	insertYAML
	insertRow
	removeEntry
	moveEntry
	renameKey
	writeFile
	removeFile
	swapText
	setRows
)

// SetText writes a text. What is missing on the way there is created.
func SetText(at Place, text string) Change { return Change{do: setText, at: at, text: text} }

// SetList writes a list of texts.
func SetList(at Place, items ...string) Change { return Change{do: setList, at: at, list: items} }

// SetYAML writes a whole record, list or text from YAML, comments included.
func SetYAML(at Place, src string) Change { return Change{do: setYAML, at: at, text: src} }

// Insert adds a key that is not there yet, or an item to a list: the last of the path is the key, or
// for an item anything. Records have an order of their own; where is for tables and lists.
func Insert(at Place, src string, where Beside) Change {
	return Change{do: insertYAML, at: at, text: src, where: where}
}

// InsertRow adds a row to the rows of a table; the last of the path may be anything.
func InsertRow(at Place, cells []string, where Beside) Change {
	return Change{do: insertRow, at: at, list: cells, where: where}
}

// Remove takes a key, an item or a row away, with its comments; and what it stood in, where nothing is left there
// and nothing needs to be.
func Remove(at Place) Change { return Change{do: removeEntry, at: at} }

// Move puts a key, an item or a row elsewhere in what it stands in.
func Move(at Place, where Beside) Change { return Change{do: moveEntry, at: at, where: where} }

// WriteFile writes a whole file, new or not; it need not be readable.
func WriteFile(name, text string) Change { return Change{do: writeFile, at: In(name), text: text} }

// RemoveFile takes a whole file away.
func RemoveFile(name string) Change { return Change{do: removeFile, at: In(name)} }

// rekey gives a key another name. Text references do not follow: see Rename.
func rekey(at Place, to string) Change { return Change{do: renameKey, at: at, text: to} }

// reword changes a text that is there.
func reword(at Place, swap func(text string) string) Change {
	return Change{do: swapText, at: at, swap: swap}
}

// Edit makes changes, one after the other, all or none. The error is Faults: what cannot be done, and
// where. What is not touched stays as it is to the byte, comments included. Whether the result can be
// played is for Bundle to say.
func (d *Draft) Edit(changes ...Change) (*Draft, error) {
	e := editor{d: d, trees: map[string]*node{}, whole: map[string]*source{}}
	for _, c := range changes {
		if err := e.make(c); err != nil {
			var faults Faults
			if errors.As(err, &faults) {
				return nil, faults
			}
			return nil, Faults{{Pos: Pos{File: c.at.String()}, Message: err.Error()}}
		}
	}
	return e.done()
}

// An editor is one Edit under way.
type editor struct {
	d     *Draft
	trees map[string]*node   // changed, not yet written
	bare  []Place            // what something was removed from
	whole map[string]*source // written or removed as a whole
}

func (e *editor) make(c Change) error {
	switch c.do {
	case writeFile:
		if why := misplaced(c.at.File); why != "" {
			return errors.New(why)
		}
		delete(e.trees, c.at.File)
		e.whole[c.at.File] = newSource(c.at.File, []byte(c.text))
		return nil
	case removeFile:
		if e.source(c.at.File) == nil {
			return errors.New("ce fichier n'existe pas : il n'y a rien à enlever")
		}
		delete(e.trees, c.at.File)
		e.whole[c.at.File] = nil
		return nil
	}
	if len(c.at.Path) == 0 {
		return errors.New("il manque la clé à changer")
	}
	tree, err := e.tree(c.at.File)
	if err != nil {
		return err
	}
	last := len(c.at.Path) - 1
	whole := shapeOf(c.at.File, tree)
	s := whole.below(c.at.Path[:last]...)
	if c.missing(tree) {
		return fmt.Errorf("%q n'existe pas", strings.Join(c.at.Path[:last], "."))
	}
	tree, err = tree.changed(c.at.Path[:last], whole, func(n *node) error { return c.on(n, s) })
	if err != nil {
		return err
	}
	e.trees[c.at.File] = tree
	if c.do == removeEntry && last > 0 {
		e.bare = append(e.bare, In(c.at.File, c.at.Path[:last]...))
	}
	return nil
}

// prune takes away what removals have left empty: a condition of nothing is always true, and a telephone without
// a number is none.
func (e *editor) prune() error {
	for i := 0; i < len(e.bare); i++ { // what is taken away adds what it stood in
		at := e.bare[i]
		tree, last := e.trees[at.File], len(at.Path)-1
		if tree == nil {
			continue
		}
		v, is := Value{n: tree}.At(at.Path...)
		if !is || v.n.kind != mapping || len(v.n.entries) > 0 || !shapeOf(at.File, tree).below(at.Path[:last]...).spares(at.Path[last]) {
			continue
		}
		if err := e.make(Remove(at)); err != nil {
			return err
		}
	}
	return nil
}

// missing says that a change is to something that is not there.
func (c Change) missing(tree *node) bool {
	switch c.do {
	case removeEntry, moveEntry, renameKey, swapText:
		_, found := Value{n: tree}.At(c.at.Path[:len(c.at.Path)-1]...)
		return !found
	}
	return false
}

// on makes a change in the container that it is about.
func (c Change) on(n *node, s *shape) error {
	key := c.at.Path[len(c.at.Path)-1]
	switch c.do {
	case setText:
		return n.setText(key, c.text, s.below(key))
	case swapText:
		if i := n.index(key); i >= 0 {
			return n.setText(key, c.swap(n.entries[i].value.text), s.below(key))
		}
		return nil
	case setRows:
		made := &node{kind: sequence, entries: c.rows}
		if had := n.get(key); had != nil {
			made.foot = had.value.foot
		}
		return n.put(key, made)
	case setList:
		return n.setList(key, c.list, s.below(key, "0"))
	case removeEntry:
		return n.remove(key, s)
	case moveEntry:
		return n.move(key, c.where)
	case renameKey:
		return n.rename(key, c.text)
	case insertRow:
		row := &node{kind: mapping}
		if err := row.setList(key, c.list, rowShape.each); err != nil {
			return err
		}
		return n.insert(key, row.entries[0].value, c.where)
	}
	under := s.below(key)
	value, faults := parseFragment(c.at.String(), c.text)
	if len(faults) == 0 {
		faults = hiddenIn(c.at.String(), value, under)
	}
	if len(faults) > 0 {
		return faults
	}
	if c.do == insertYAML {
		return n.insert(key, value, c.where)
	}
	return n.put(key, value)
}

func (e *editor) source(name string) *source {
	if s, changed := e.whole[name]; changed {
		return s
	}
	return e.d.files[name]
}

// tree gives the tree of a file as it is by now; a file that is not there begins empty.
func (e *editor) tree(name string) (*node, error) {
	if tree := e.trees[name]; tree != nil {
		return tree, nil
	}
	s := e.source(name)
	switch {
	case isTranscript(name):
		return nil, errors.New("un test est un texte : il s'écrit en entier")
	case s == nil && misplaced(name) != "":
		return nil, errors.New(misplaced(name))
	case s == nil:
		return &node{kind: mapping}, nil
	case s.broken():
		return nil, errors.New("ce fichier ne se lit pas : corrigez-le d'abord, à partir des contrôles")
	}
	return s.tree, nil
}

// done writes what was changed.
func (e *editor) done() (*Draft, error) {
	if err := e.prune(); err != nil {
		return nil, err
	}
	for _, name := range sortedKeys(e.trees) {
		s := canonicalSource(name, e.trees[name], nil)
		if len(s.faults) > 0 {
			return nil, s.faults
		}
		if had := e.source(name); had != nil && string(had.out) == string(s.out) {
			s = had
		}
		e.whole[name] = s
	}
	made := e.d.with(e.whole)
	if len(made.files) > maxFiles {
		return nil, Faults{{Message: "il y a trop de fichiers : " + itoa(maxFiles) + " au plus"}}
	}
	return made, nil
}

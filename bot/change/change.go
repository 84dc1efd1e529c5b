// Package change says in words what differs between two drafts, and what it would do to people: to those
// whose conversation is under way, and to those who come. It changes nothing and publishes nothing.
package change

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// Kind says what became of a thing.
type Kind string

// The kinds of change.
const (
	Added   Kind = "added"
	Removed Kind = "removed"
	Changed Kind = "changed"
	Moved   Kind = "moved" // it stands elsewhere among its like
)

// An Item is one thing that differs.
type Item struct {
	File    string
	Path    []string // of the record that it belongs to
	Kind    Kind
	What    string // in French: étape « besoin » : choix « vae » ajouté
	Was, Is string // of a text that changed
	Wording bool   // only what people read differs: nobody goes elsewhere by it
}

// Between lists what differs, file by file, in the order of the second.
func Between(was, is *flow.Draft) []Item {
	var c comparison
	for _, name := range union(was.Names(), is.Names()) {
		before, had := was.At(name)
		after, has := is.At(name)
		c.file, c.flow = name, after.TextAt("flow")
		if c.flow == "" {
			c.flow = before.TextAt("flow")
		}
		switch {
		case !had && !has: // transcripts, and what cannot be read: compared whole
			c.whole(name, string(was.Files()[name]), string(is.Files()[name]))
		case !had:
			c.add(Item{Kind: Added, What: c.fileName() + " ajouté"})
		case !has:
			c.add(Item{Kind: Removed, What: c.fileName() + " retiré"})
		default:
			c.values(nil, nil, before, after)
		}
	}
	return c.items
}

// Records counts the records that items are about.
func Records(items []Item) int {
	seen := map[string]bool{}
	for _, i := range items {
		seen[i.File+" "+strings.Join(i.Path, "/")] = true
	}
	return len(seen)
}

// union gives the names of both lists, those of the second in their order, the others before.
func union(a, b []string) []string {
	var all []string
	for _, name := range a {
		if !slices.Contains(b, name) {
			all = append(all, name)
		}
	}
	return append(all, b...)
}

// A comparison is one Between under way.
type comparison struct {
	file, flow string
	items      []Item
}

func (c *comparison) add(i Item) {
	i.File = c.file
	c.items = append(c.items, i)
}

func (c *comparison) fileName() string {
	if c.flow != "" {
		return "parcours « " + c.flow + " »"
	}
	return "fichier " + c.file
}

func (c *comparison) whole(name, was, is string) {
	switch {
	case was == is:
	case was == "":
		c.add(Item{Kind: Added, What: "fichier " + name + " ajouté"})
	case is == "":
		c.add(Item{Kind: Removed, What: "fichier " + name + " retiré"})
	default:
		c.add(Item{Kind: Changed, What: "fichier " + name + " changé"})
	}
}

// values compares what stands under the same path. record is the path of the record it belongs to: the
// first below a table of the file.
func (c *comparison) values(record, path []string, was, is flow.Value) {
	switch {
	case was.Kind() != is.Kind():
		c.add(Item{Path: record, Kind: Changed, What: c.name(path) + " changé"})
	case is.Kind() == flow.RecordValue:
		c.records(record, path, was, is)
	case is.Kind() == flow.ListValue:
		c.lists(record, path, was, is)
	case was.Text() != is.Text():
		c.add(Item{Path: record, Kind: Changed, What: c.name(path) + " changé", Was: was.Text(), Is: is.Text(), Wording: wording(is)})
	}
}

// wording says that a text is only read.
func wording(v flow.Value) bool { return v.Sort() == flow.LongText || v.Sort() == flow.ShortText }

func (c *comparison) records(record, path []string, was, is flow.Value) {
	table := is.Sort() == flow.TableField
	for _, key := range union(was.Keys(), is.Keys()) {
		before, had := was.At(key)
		after, has := is.At(key)
		below := append(path[:len(path):len(path)], key)
		of := record
		if of == nil && table {
			of = below
		}
		switch {
		case !had:
			c.add(Item{Path: orPath(of, below), Kind: Added, What: c.name(below) + " ajouté" + e(below), Is: shown(after), Wording: wording(after)})
		case !has:
			c.add(Item{Path: orPath(of, below), Kind: Removed, What: c.name(below) + " retiré" + e(below), Was: shown(before), Wording: wording(before)})
		default:
			c.values(of, below, before, after)
		}
	}
	if table && !slices.Equal(common(was.Keys(), is.Keys()), common(is.Keys(), was.Keys())) {
		c.add(Item{Path: orPath(record, path), Kind: Moved, What: c.name(path) + " : ordre changé"})
	}
}

// orPath is the record that a thing belongs to, itself where it is one.
func orPath(record, path []string) []string {
	if record != nil {
		return record
	}
	return path
}

// common are the names of a that are in b, in the order of a.
func common(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(name string) bool { return !slices.Contains(b, name) })
}

// shown is a value on one line, for who reads what was added.
func shown(v flow.Value) string {
	if v.Kind() == flow.RecordValue {
		for _, key := range []string{"ask", "say", "text", "title", "name"} {
			if t := v.TextAt(key); t != "" {
				return t
			}
		}
		return ""
	}
	return v.Text()
}

// lists compares two lists: of words by what came and went, of records and rows by their places.
func (c *comparison) lists(record, path []string, was, is flow.Value) {
	before, after := lines(was), lines(is)
	if slices.Equal(before, after) {
		return
	}
	if is.Sort() == flow.ListField {
		c.words(record, path, before, after, is)
		return
	}
	row := "ligne"
	if len(path) > 0 && path[len(path)-1] == "if" {
		row = "cas"
	}
	for _, change := range align(before, after) {
		what := fmt.Sprintf("%s : %s %d %s", c.name(path), row, change.at+1, french(change.kind, row == "ligne"))
		c.add(Item{Path: orPath(record, path), Kind: change.kind, What: what, Was: change.was, Is: change.is})
	}
}

func (c *comparison) words(record, path []string, before, after []string, is flow.Value) {
	var came, went []string
	for _, w := range after {
		if !slices.Contains(before, w) {
			came = append(came, w)
		}
	}
	for _, w := range before {
		if !slices.Contains(after, w) {
			went = append(went, w)
		}
	}
	what := c.name(path) + " : ordre changé"
	var parts []string
	if len(came) > 0 {
		parts = append(parts, "ajouté « "+strings.Join(came, " », « ")+" »")
	}
	if len(went) > 0 {
		parts = append(parts, "retiré « "+strings.Join(went, " », « ")+" »")
	}
	if len(parts) > 0 {
		what = c.name(path) + " : " + strings.Join(parts, ", ")
	}
	c.add(Item{Path: orPath(record, path), Kind: Changed, What: what})
}

// lines are the items of a list as they can be compared.
func lines(v flow.Value) []string {
	var all []string
	for _, item := range v.Items() {
		all = append(all, item.YAML())
	}
	return all
}

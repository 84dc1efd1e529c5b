// Package change says in words what differs between two drafts, and what it would do to people: to those
// whose conversation is under way, and to those who come. It changes nothing and publishes nothing.
package change

import (
	"bytes"
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
	Group   string   // in French, what it is shown under: Parcours « accueil », Cartes
	Path    []string // of the record that it belongs to
	Kind    Kind
	What    string // in French: étape « besoin » : choix « VAE » ajouté
	Was, Is string // as people read them; a row or a condition as a sentence
	Wording bool   // only what people read differs: nobody goes elsewhere by it
}

// Between lists what differs, file by file, in the order of the second.
func Between(was, is *flow.Draft) []Item {
	if was.Hash() == is.Hash() {
		return nil
	}
	c := comparison{before: labelsOf(was), after: labelsOf(is), renamed: renamesOf(was, is)}
	filesBefore, filesAfter := was.Files(), is.Files()
	for _, name := range union(was.Names(), is.Names()) {
		there, stood := filesBefore[name]
		here, stands := filesAfter[name]
		if stood && stands && bytes.Equal(there, here) {
			continue // most of a bundle, and the longest files of it
		}
		c.open(name, was, is)
		before, had := was.At(name)
		after, has := is.At(name)
		switch {
		case !had && !has: // transcripts, and what cannot be read: compared whole
			c.whole(string(there), string(here))
		case !had:
			c.add(Item{Kind: Added, What: c.whose() + " ajouté"})
		case !has:
			c.add(Item{Kind: Removed, What: c.whose() + " retiré"})
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

// Sentences are items on lines of their own, for a journal: at most n, and how many more there are.
func Sentences(items []Item, n int) string {
	var lines []string
	for i, item := range items {
		if i == n {
			lines = append(lines, "et "+count(len(items)-n, "autre changement", "autres changements"))
			break
		}
		lines = append(lines, item.Group+" : "+item.What)
	}
	return strings.Join(lines, " · ")
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
	before, after  labels
	file, group    string
	translated     string // language of a file of translations, or ""
	wasRoot, isAll *flow.Draft
	flow           string // id, of a file that is one
	renamed        renames
	items          []Item
}

func (c *comparison) open(name string, was, is *flow.Draft) {
	c.file, c.wasRoot, c.isAll = name, was, is
	c.group, c.translated = groupOf(name, is, was)
	root, _ := is.At(name, "flow")
	c.flow = root.Text()
}

func (c *comparison) add(i Item) {
	i.File, i.Group = c.file, c.group
	if len(i.Path) > 0 && i.Path[0] == "territories" {
		i.Group = strings.Replace(c.group, "Réglages", "Territoires", 1)
	}
	c.items = append(c.items, i)
}

// whose is the file as people call it.
func (c *comparison) whose() string {
	if strings.HasPrefix(c.group, "Parcours «") {
		return "parcours"
	}
	if strings.HasPrefix(c.file, testsFolder) {
		return "test « " + strings.TrimSuffix(strings.TrimPrefix(c.file, testsFolder), ".txt") + " »"
	}
	return "fichier « " + c.file + " »"
}

func (c *comparison) whole(was, is string) {
	switch {
	case was == is:
	case was == "":
		c.add(Item{Kind: Added, What: c.whose() + " ajouté"})
	case is == "":
		c.add(Item{Kind: Removed, What: c.whose() + " retiré"})
	default:
		c.add(Item{Kind: Changed, What: c.whose() + " changé"})
	}
}

// values compares what stands under the same path. record is the path of the record it belongs to: the
// first below a table of the file.
func (c *comparison) values(record, path []string, was, is flow.Value) {
	switch {
	case was.Kind() != is.Kind():
		c.add(Item{Path: record, Kind: Changed, What: c.says(path, Changed), Was: c.before.reading(path, was), Is: c.after.reading(path, is)})
	case is.Kind() == flow.RecordValue:
		c.records(record, path, was, is)
	case is.Kind() == flow.ListValue:
		c.lists(record, path, was, is)
	case was.Text() == is.Text(), c.leads(was.Text(), is.Text()), c.translated != "" && path[len(path)-1] == "hash":
	default:
		c.add(Item{Path: record, Kind: Changed, What: c.says(path, Changed), Was: c.before.reading(path, was),
			Is: c.after.reading(path, is), Wording: wording(is)})
	}
}

// wording says that a text is only read.
func wording(v flow.Value) bool { return v.Sort() == flow.LongText || v.Sort() == flow.ShortText }

func (c *comparison) records(record, path []string, was, is flow.Value) {
	table := is.Sort() == flow.TableField || was.Sort() == flow.TableField || len(path) == 0 && c.translated != ""
	if len(path) == 1 && path[0] == "moved" { // told as renames
		return
	}
	known := map[string]bool{} // new names of what stood there before
	for _, key := range was.Keys() {
		if to, is := c.to(path, key); is {
			known[to] = true
		}
	}
	for _, key := range union(was.Keys(), is.Keys()) {
		before, had := was.At(key)
		after, has := is.At(key)
		if to, renamed := c.to(path, key); renamed && had && !has {
			if c.translated == "" {
				c.add(Item{Path: append(path[:len(path):len(path)], to), Kind: Changed, What: "étape « " + key + " » renommée en « " + to + " »"})
			}
			key = to
			after, has = is.At(to)
		} else if known[key] && !had {
			continue
		}
		below := append(path[:len(path):len(path)], key)
		of := record
		if of == nil && table {
			of = below
		}
		switch {
		case len(path) == 0 && key == "moved" && c.file == "bundle.yaml":
		case len(path) > 1 && path[len(path)-2] == "reread" && key == "hash": // of what was read, with who read it
		case len(path) == 0 && c.translated == "" && (!had && after.Sort() == flow.TableField || !has && before.Sort() == flow.TableField):
			c.records(nil, below, before, after) // the first of its kind, or the last
		case !had:
			c.add(Item{Path: orPath(of, below), Kind: Added, What: c.says(below, Added), Is: c.after.gist(below, after), Wording: wording(after)})
		case !has:
			c.add(Item{Path: orPath(of, below), Kind: Removed, What: c.says(below, Removed), Was: c.before.gist(below, before), Wording: wording(before)})
		default:
			c.values(of, below, before, after)
		}
	}
	if table && c.translated == "" && len(known) == 0 && !slices.Equal(common(was.Keys(), is.Keys()), common(is.Keys(), was.Keys())) {
		c.add(Item{Path: orPath(record, path), Kind: Moved, What: c.reordered(path),
			Was: c.before.list(path, common(was.Keys(), is.Keys())), Is: c.after.list(path, common(is.Keys(), was.Keys()))})
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

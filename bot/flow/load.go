package flow

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/bot/hours"
)

// Load reads the bundle in fsys with the overlay of one region, "" for the region that bundle.yaml
// names. It refuses what could not be played: the error is then a Faults with everything that was
// found, or what the file system said. Files under locales/ become part of the release; package
// locales reads them.
func Load(fsys fs.FS, region string) (*Bundle, error) {
	return LoadWithLocales(fsys, nil, region)
}

// LoadWithLocales is Load with the translations at the root of a file system of their own.
func LoadWithLocales(fsys, locales fs.FS, region string) (*Bundle, error) {
	files, err := gatherAll(fsys, locales)
	if err != nil {
		return nil, err
	}
	return load(files, region)
}

func load(files map[string][]byte, region string) (*Bundle, error) {
	return loadWith(files, nil, region)
}

// loadWith loads files of which some may have been read already.
func loadWith(files map[string][]byte, had map[string]*source, region string) (*Bundle, error) {
	return newLoader(had).load(files, region)
}

func newLoader(had map[string]*source) *loader {
	return &loader{trees: map[string]*node{}, had: had, kept: map[string][]byte{}}
}

func (l *loader) load(files map[string][]byte, region string) (*Bundle, error) {
	l.readFiles(files, region)
	if !l.broken {
		l.build()
	}
	if len(l.faults) > 0 {
		return nil, l.faults.sorted()
	}
	l.b.Warnings = l.warnings.sorted()
	l.b.Sources = l.canonical()
	l.b.Hash = hashOf(l.b.Sources)
	return l.b, nil
}

// A loader is one Load under way.
type loader struct {
	validator
	region   string
	trees    map[string]*node   // by file name
	had      map[string]*source // files that were read for a draft
	kept     map[string][]byte  // transcripts, which go with the release
	flows    []string           // names of the files that hold flows
	b        *Bundle
	warnings Faults
	broken   bool             // a file is missing or unreadable: what refers to it cannot be judged
	refs     []ref            // names of other records, to be looked up when all is read
	given    []given          // values that options and tables give to answers
	known    map[string]class // of every answer, when all is read
	when     []clause         // conditions still to be compiled
	holds    []holding        // answers whose values are names of records
}

func (l *loader) warn(at Pos, format string, args ...any) {
	l.warnings.add(newFault("", at, "", "", format, args))
}

// readFiles parses every file that this region needs and holds it against its shape.
func (l *loader) readFiles(files map[string][]byte, region string) {
	for _, name := range []string{"bundle.yaml", "safety.yaml"} {
		if _, found := files[name]; !found {
			l.broken = true
			l.fault(Pos{File: name}, "ce fichier manque")
		}
	}
	var common, overlay []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		switch {
		case isTranscript(name):
			l.keep(name, files[name])
		case !strings.HasPrefix(name, "regions/"):
			common = append(common, name)
		}
	}
	l.readAll(common, files)
	l.region = region
	if region == "" {
		l.region = l.trees["bundle.yaml"].str("region")
	}
	regions := regionsIn(files)
	if len(regions) > 0 && !slices.Contains(regions, l.region) && l.region != "" {
		l.broken = true
		l.fault(l.trees["bundle.yaml"].place("region"), "la région %q n'existe pas sous regions/%s", l.region, instead(l.region, regions))
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Dir(name) == "regions/"+l.region {
			overlay = append(overlay, name)
		}
	}
	l.readAll(overlay, files)
}

// readAll parses files side by side, then takes them in one after the other.
func (l *loader) readAll(names []string, files map[string][]byte) {
	trees, faults := make([]*node, len(names)), make([]Faults, len(names))
	sideBySide(len(names), func(i int) {
		if s := l.had[names[i]]; s != nil {
			trees[i], faults[i] = s.tree, s.faults
			return
		}
		trees[i], faults[i] = parseTree(names[i], files[names[i]])
	})
	for i, name := range names {
		l.take(name, trees[i], faults[i])
	}
}

// sideBySide does n pieces of work, as many at once as there are processors.
func sideBySide(n int, do func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	workers.Wait()
}

// take holds one file against its shape.
func (l *loader) take(name string, tree *node, faults Faults) {
	if path.Ext(name) == ".yml" {
		l.fault(Pos{File: name}, "renommez ce fichier en .yaml : .yml n'est pas lu")
		return
	}
	for _, f := range faults {
		l.faults.add(f)
	}
	l.broken = l.broken || tree == nil || len(faults) > 0
	if tree == nil {
		return
	}
	l.trees[name] = tree
	s := shapeOf(name, tree)
	switch s {
	case nil:
		l.broken = true
		l.fault(Pos{name, 1, 1}, `fichier inconnu : un fichier de parcours a une ligne "flow:"%s`, instead(path.Base(name), knownFiles(name)))
	case messagesShape:
	case flowShape:
		l.flows = append(l.flows, name)
		l.record("", tree, s)
	default:
		l.record("", tree, s)
	}
}

// build makes the bundle of trees that have their shape, then checks what refers to what.
func (l *loader) build() {
	l.b = &Bundle{
		Flows: map[string]*Flow{}, Steps: map[string]*Step{}, Answers: map[string]*Answer{},
		Tables: map[string]*Table{}, Reasons: map[string]Pos{}, Cards: map[string]*Card{},
		Networks: map[string]*Network{}, Structures: map[string]*Structure{},
		Calendar: &hours.Calendar{Zone: time.UTC, Queues: map[string]hours.Week{}},
		Moved:    map[string]string{}, Texts: map[string]Text{},
	}
	l.readBundle()
	l.readRecords()
	l.readHours()
	l.readSafety()
	for _, name := range l.flows {
		l.readFlow(l.trees[name])
	}
	l.readRouting()
	l.readLexicon()
	slices.SortStableFunc(l.b.Interrupts, func(a, b *Interrupt) int { return cmp.Compare(b.Priority, a.Priority) })
	l.checkRefs()
	l.known = l.classes()
	l.checkConditions()
	l.checkTables()
	l.checkTexts()
	l.checkStructures()
	l.checkExits()
	l.checkInterrupts()
	if len(l.faults) == 0 {
		l.checkPaths()
	}
}

// overlaid gives the records of a table, those of the region in place of the common ones.
func (l *loader) overlaid(file, key string) []*entry {
	var all []*entry
	at := map[string]int{}
	for _, name := range []string{file, path.Join("regions", l.region, file)} {
		for _, e := range l.trees[name].at(key).list() {
			if i, found := at[e.key.text]; found {
				all[i] = e
				continue
			}
			at[e.key.text] = len(all)
			all = append(all, e)
		}
	}
	return all
}

// canonical gives the files of this release: canonical bytes, the region written into bundle.yaml, and
// the transcripts.
func (l *loader) canonical() map[string][]byte {
	trees := maps.Clone(l.trees)
	if main := trees["bundle.yaml"]; main.str("region") != l.region {
		trees["bundle.yaml"], _ = main.changed(nil, bundleShape, func(n *node) error { return n.setText("region", l.region, wordShape) })
	}
	names := slices.Sorted(maps.Keys(trees))
	written := make([][]byte, len(names))
	sideBySide(len(names), func(i int) {
		tree, s := trees[names[i]], l.had[names[i]]
		if s != nil && s.tree == tree {
			written[i] = s.out
			return
		}
		written[i] = write(tree, shapeOf(names[i], tree))
	})
	files := maps.Clone(l.kept)
	for i, name := range names {
		files[name] = written[i]
	}
	return files
}

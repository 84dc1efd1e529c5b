package flow

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
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
	files, err := gather(fsys)
	if err == nil && locales != nil {
		err = gatherDir(locales, ".", "locales", files)
	}
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	return load(files, region)
}

func load(files map[string][]byte, region string) (*Bundle, error) {
	l := &loader{trees: map[string]*node{}}
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
	trees    map[string]*node // by file name
	flows    []string         // names of the files that hold flows
	b        *Bundle
	warnings Faults
	broken   bool      // a file is missing or unreadable: what refers to it cannot be judged
	refs     []ref     // names of other records, to be looked up when all is read
	given    []given   // values that options and tables give to answers
	when     []clause  // conditions still to be compiled
	holds    []holding // answers whose values are names of records
}

func (l *loader) warn(at Pos, format string, args ...any) {
	l.warnings = append(l.warnings, Fault{at, "", fmt.Sprintf(format, args...)})
}

// readFiles parses every file that this region needs and holds it against its shape.
func (l *loader) readFiles(files map[string][]byte, region string) {
	for _, name := range []string{"bundle.yaml", "safety.yaml"} {
		if _, found := files[name]; !found {
			l.broken = true
			l.fault(Pos{File: name}, "ce fichier manque")
		}
	}
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		if !strings.HasPrefix(name, "regions/") {
			l.readFile(name, files[name])
		}
	}
	l.region = region
	if region == "" {
		l.region = l.trees["bundle.yaml"].str("region")
	}
	regions := regionsIn(files)
	if len(regions) > 0 && !slices.Contains(regions, l.region) && l.region != "" {
		l.broken = true
		l.fault(l.trees["bundle.yaml"].place("region"), "la région %q n'existe pas sous regions/%s", l.region, instead(l.region, regions))
	}
	for _, name := range names {
		if path.Dir(name) == "regions/"+l.region {
			l.readFile(name, files[name])
		}
	}
}

func (l *loader) readFile(name string, src []byte) {
	if path.Ext(name) == ".yml" {
		l.fault(Pos{File: name}, "renommez ce fichier en .yaml : .yml n'est pas lu")
		return
	}
	tree, faults := parseTree(name, src)
	l.faults = append(l.faults, faults...)
	if tree == nil || len(faults) > 0 {
		l.broken = true
	}
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
	l.checkRefs()
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

// canonical gives the files of this release: canonical bytes, the region written into bundle.yaml.
func (l *loader) canonical() map[string][]byte {
	if region := l.trees["bundle.yaml"].at("region"); region != nil {
		region.text = l.region
	}
	files := make(map[string][]byte, len(l.trees))
	for name, tree := range l.trees {
		files[name] = write(tree, shapeOf(name, tree))
	}
	return files
}

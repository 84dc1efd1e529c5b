package flow

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

// A Draft is a bundle that is being written: the files of every region, in canonical form, whether or
// not they could be played yet. It is immutable: an edit gives a new Draft, which shares with the old one
// every file that did not change. It is safe to share.
type Draft struct {
	files map[string]*source

	mu     sync.Mutex
	loaded map[string]*loaded // by region
	named  *index             // what names what

	hashed sync.Once
	hash   string
}

// loaded is what came of reading a draft as a bundle.
type loaded struct {
	bundle *Bundle
	err    error
}

// A source is one file of a draft. What was found out about it goes with it from draft to draft.
type source struct {
	name   string
	out    []byte // canonical; as it was given when it cannot be read
	tree   *node  // of out, with its places; nil for a transcript, and when nothing can be read
	faults Faults // why it cannot be read
	heard  *heard // of safety.yaml
}

// OpenDraft takes the files of a bundle by name: YAML files at its root, under regions/<region>/ and
// locales/, transcripts under tests/. A file that cannot be read is kept as it is, and Bundle says what
// is wrong with it. The error names files that no bundle has.
func OpenDraft(files map[string][]byte) (*Draft, error) {
	var faults Faults
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		if why := misplaced(name); why != "" {
			faults.add(Fault{Pos: Pos{File: name}, Message: why})
		}
	}
	if len(files) > maxFiles {
		faults.add(Fault{Message: "il y a trop de fichiers : " + itoa(maxFiles) + " au plus"})
	}
	if len(faults) > 0 {
		return nil, faults
	}
	sources := make([]*source, len(names))
	sideBySide(len(names), func(i int) { sources[i] = newSource(names[i], files[names[i]]) })
	d := &Draft{files: make(map[string]*source, len(names))}
	for i, name := range names {
		d.files[name] = sources[i]
	}
	return d, nil
}

// ReadDraft opens the bundle in a file system, with the translations at the root of another unless that
// is nil.
func ReadDraft(fsys, locales fs.FS) (*Draft, error) {
	files, err := gatherAll(fsys, locales)
	if err != nil {
		return nil, err
	}
	return OpenDraft(files)
}

// misplaced says why a file can be in no bundle, or "".
func misplaced(name string) string {
	dir, ext := path.Dir(name), path.Ext(name)
	switch {
	case path.Clean(name) != name || strings.HasPrefix(path.Base(name), ".") || strings.ContainsAny(name, " \\\n"):
		return "ce nom de fichier n'est pas admis : lettres, chiffres, points, - et _ seulement"
	case isTranscript(name):
		return ""
	case ext != ".yaml" && ext != ".yml":
		return "ce fichier n'a pas sa place ici : un fichier du parcours finit par .yaml, un test est sous tests/ et finit par .txt"
	case dir == "." || dir == "locales" || path.Dir(dir) == "regions":
		return ""
	}
	return "ce dossier n'est pas lu : les fichiers sont à la racine, sous regions/<région>/ ou sous locales/"
}

// newSource reads one file and writes it in canonical form.
func newSource(name string, raw []byte) *source {
	s := &source{name: name, out: raw}
	if isTranscript(name) {
		s.faults = transcriptFaults(name, raw)
		return s
	}
	s.tree, s.faults = parseTree(name, raw)
	if len(s.faults) > 0 {
		return s
	}
	made := canonicalSource(name, s.tree, raw)
	if len(hidden(misreadings(name, s.tree), misreadings(name, made.tree))) > 0 {
		return s
	}
	return made
}

// misreadings are what is wrong with the shape of a file.
func misreadings(name string, tree *node) Faults {
	s := shapeOf(name, tree)
	if s == nil || s == messagesShape || tree == nil {
		return nil
	}
	var v validator
	v.record("", tree, s)
	return v.faults
}

// hidden are the faults that the canonical form puts right, unseen: a text that a # cuts, a 06 that is
// read as 6. What has one is kept as it is until somebody has looked.
func hidden(before, after Faults) Faults {
	if len(after) >= len(before) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(before), func(f Fault) bool {
		return slices.ContainsFunc(after, func(g Fault) bool { return g.Message == f.Message })
	})
}

// canonicalSource writes a tree and reads it again, for its places. raw is what it was read from, or nil.
func canonicalSource(name string, tree *node, raw []byte) *source {
	s := &source{name: name, tree: tree, out: write(tree, shapeOf(name, tree))}
	if string(s.out) != string(raw) {
		s.tree, s.faults = parseTree(name, s.out)
	}
	if name == "safety.yaml" {
		s.heard = &heard{}
	}
	return s
}

// broken says that a file cannot be edited key by key, only written anew.
func (s *source) broken() bool { return s.tree == nil || len(s.faults) > 0 }

// with gives a draft in which some files are others; nil takes one away.
func (d *Draft) with(changed map[string]*source) *Draft {
	files := maps.Clone(d.files)
	for name, s := range changed {
		if s == nil {
			delete(files, name)
			continue
		}
		files[name] = s
	}
	return &Draft{files: files}
}

// Files are the files as they are stored: canonical, and those that cannot be read as they were given.
// What is in them must not be changed.
func (d *Draft) Files() map[string][]byte {
	files := make(map[string][]byte, len(d.files))
	for name, s := range d.files {
		files[name] = s.out
	}
	return files
}

// Names are the names of the files, sorted.
func (d *Draft) Names() []string { return slices.Sorted(maps.Keys(d.files)) }

// Regions are those that have files of their own.
func (d *Draft) Regions() []string { return regionsIn(d.Files()) }

// Hash names the content of the draft, of every region.
func (d *Draft) Hash() string {
	d.hashed.Do(func() { d.hash = hashOf(d.Files()) })
	return d.hash
}

// Bundle loads the draft for one region, "" for the one that bundle.yaml names. The error is Faults with
// everything that is wrong; their places are those of Files. What did not change since another draft was
// loaded is not read again.
func (d *Draft) Bundle(region string) (*Bundle, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if had := d.loaded[region]; had != nil {
		return had.bundle, had.err
	}
	now := &loaded{}
	now.bundle, now.err = loadWith(d.Files(), d.files, region)
	if d.loaded == nil {
		d.loaded = map[string]*loaded{}
	}
	d.loaded[region] = now
	return now.bundle, now.err
}

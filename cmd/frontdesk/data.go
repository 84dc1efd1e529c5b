package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path"
	"slices"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/directory"
	"frontdesk/bot/flow"
	"frontdesk/bot/intake"
	communes "frontdesk/bot/place"
	"frontdesk/flows"
)

// Where the name of the live set is kept.
const dataKind, dataLive = "data", "live"

// A library is where the reference data of a deployment is kept: parts by their hash, lists of parts by
// theirs, and one reference that says which list is live. Changing that reference is the only thing that
// is not adding, so whoever is interrupted before it has changed nothing.
type library struct {
	sets bot.DataSets
	refs bot.Refs
}

// live is the name and the list of the live set; both are empty before the first import.
func (l library) live(ctx context.Context) (string, directory.Manifest, error) {
	hash, err := l.refs.Ref(ctx, dataKind, dataLive)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return "", directory.Manifest{}, nil
	case err != nil:
		return "", nil, err
	}
	text, err := l.sets.DataSet(ctx, hash)
	if err != nil {
		return "", nil, err
	}
	m, err := directory.ReadManifest(text)
	return hash, m, err
}

// replace makes a set live that has one part anew and the others of the live one, and gives its name. With
// another import in between it changes nothing and returns bot.ErrTaken.
func (l library) replace(ctx context.Context, kind directory.Kind, content []byte) (string, error) {
	was, m, err := l.live(ctx)
	if err != nil {
		return "", err
	}
	m[kind] = directory.HashOf(content)
	text := m.Text()
	hash := directory.HashOf(text)
	if hash == was {
		return hash, nil
	}
	if err := l.sets.KeepDataSet(ctx, m[kind], content); err != nil {
		return "", err
	}
	if err := l.sets.KeepDataSet(ctx, hash, text); err != nil {
		return "", err
	}
	return hash, l.refs.SetRef(ctx, dataKind, dataLive, was, hash, 0)
}

// load reads the live set; nil before the first import.
func (l library) load(ctx context.Context) (*directory.Set, error) {
	hash, m, err := l.live(ctx)
	if err != nil || hash == "" {
		return nil, err
	}
	parts := map[directory.Kind][]byte{}
	for kind, name := range m {
		if parts[kind], err = l.sets.DataSet(ctx, name); err != nil {
			return nil, err
		}
	}
	return directory.Build(hash, parts)
}

// dataEvery is how often a replica looks whether another set was made live.
const dataEvery = 5 * time.Second

// watchData takes up imported data within seconds. A set that cannot be read leaves the present one.
func (h *house) watchData(ctx context.Context) {
	refused := ""
	for tick := time.NewTicker(dataEvery); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		err := h.takeUpData(ctx)
		if err != nil && err.Error() != refused {
			h.log.Error("imported data cannot be read; the present data goes on", "error", err)
		}
		refused = ""
		if err != nil {
			refused = err.Error()
		}
	}
}

// takeUpData shows the live set, if it is not the one that is shown.
func (h *house) takeUpData(ctx context.Context) error {
	lib := library{h.store, h.store}
	name, err := h.store.Ref(ctx, dataKind, dataLive)
	if errors.Is(err, bot.ErrNotFound) || err == nil && name == h.shelf.dataHash() {
		return nil
	}
	if err != nil {
		return err
	}
	set, err := lib.load(ctx)
	if err != nil {
		return err
	}
	h.shelf.stock(set)
	counts := make([]any, 0, 12)
	counts = append(counts, "data", set.Hash)
	for _, kind := range directory.Kinds() {
		counts = append(counts, string(kind), set.Count(kind))
	}
	h.log.Info("reference data", counts...)
	return nil
}

// examples reads the made-up data that a demonstration comes with: the files under its region's data/, each
// named after its kind, by the very readers that imports use. Any other bundle has none: nobody is sent to
// an address that was made up.
func examples(at string, b *flow.Bundle, log *slog.Logger) *directory.Set {
	if !b.Demonstration {
		return nil
	}
	var from fs.FS = flows.Files
	if at != "" {
		from = os.DirFS(at)
	}
	set, err := readExamples(from, b)
	if err != nil {
		log.Error("the demonstration's data cannot be read; there is none", "error", err)
	}
	return set
}

func readExamples(from fs.FS, b *flow.Bundle) (*directory.Set, error) {
	dir := path.Join("regions", b.Region, "data")
	m, parts := directory.Manifest{}, map[directory.Kind][]byte{}
	for _, kind := range directory.Kinds() {
		names, err := fs.Glob(from, path.Join(dir, string(kind)+"*"))
		if err != nil || len(names) == 0 {
			continue
		}
		slices.Sort(names)
		content, report, err := readFiles(from, kind, names, b)
		if err != nil {
			return nil, errors.Join(append([]error{err}, faults(report)...)...)
		}
		m[kind], parts[kind] = directory.HashOf(content), content
	}
	if len(m) == 0 {
		return nil, nil
	}
	return directory.Build(directory.HashOf(m.Text()), maps.Clone(parts))
}

func faults(r intake.Report) []error {
	var all []error
	for _, refusal := range r.Refusals {
		all = append(all, errors.New(refusal.String()))
	}
	return all
}

func readFiles(from fs.FS, kind directory.Kind, names []string, b *flow.Bundle) ([]byte, intake.Report, error) {
	var open []intake.File
	for _, name := range names {
		f, err := from.Open(name)
		if err != nil {
			return nil, intake.Report{}, fmt.Errorf("%s: %w", name, err)
		}
		defer f.Close()
		open = append(open, intake.File{Name: name, From: f})
	}
	return intake.Read(kind, open, regional(b))
}

// regional is what a bundle's region has use for.
func regional(b *flow.Bundle) intake.Options {
	served := b.Near().Departements
	return intake.Options{
		Served:  func(area string) bool { return slices.Contains(served, area) },
		Commune: presentCommune,
	}
}

// presentCommune is the code of the commune that a code leads to today.
func presentCommune(code string) (string, bool) {
	p, ok := communes.Lookup(code)
	return p.Code, ok
}

package flow

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// maxFiles bounds a bundle; a large one has some forty files.
const maxFiles = 500

// gatherAll is gather, with the translations at the root of another file system unless that is nil.
func gatherAll(fsys, locales fs.FS) (map[string][]byte, error) {
	files, err := gather(fsys)
	if err == nil && locales != nil {
		err = gatherDir(locales, ".", "locales", files)
	}
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	return files, nil
}

// gather reads the files of a bundle: the YAML files at its root, the regions' and, unless they come
// from a file system of their own, the translations under locales/; the transcripts under tests/.
func gather(fsys fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	dirs := []string{".", "locales", "tests"}
	regions, err := fs.ReadDir(fsys, "regions")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, r := range regions {
		if r.IsDir() {
			dirs = append(dirs, path.Join("regions", r.Name()))
		}
	}
	for _, dir := range dirs {
		if err := gatherDir(fsys, dir, dir, files); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// gatherDir adds the files of one directory that a bundle has, named as if they stood in another. A file over the
// limit is cut just above it, which the loader then refuses.
func gatherDir(fsys fs.FS, dir, as string, files map[string][]byte) error {
	list, err := fs.ReadDir(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) && dir != "." {
		return nil
	}
	if err != nil {
		return err
	}
	for _, f := range list {
		ext := path.Ext(f.Name())
		belongs := ext == ".yaml" || ext == ".yml"
		if as == "tests" {
			belongs = ext == ".txt"
		}
		if f.IsDir() || !belongs || strings.HasPrefix(f.Name(), ".") {
			continue
		}
		if len(files) == maxFiles {
			return fmt.Errorf("more than %d files", maxFiles)
		}
		src, err := readBounded(fsys, path.Join(dir, f.Name()))
		if err != nil {
			return err
		}
		files[path.Join(as, f.Name())] = src
	}
	return nil
}

func readBounded(fsys fs.FS, name string) ([]byte, error) {
	if info, err := fs.Stat(fsys, name); err == nil && info.Size() > maxSize {
		return make([]byte, maxSize+1), nil
	}
	return fs.ReadFile(fsys, name)
}

// regionsIn lists the regions that have an overlay.
func regionsIn(files map[string][]byte) []string {
	var regions []string
	for name := range files {
		if rest, ok := strings.CutPrefix(name, "regions/"); ok {
			if region := path.Dir(rest); !slices.Contains(regions, region) {
				regions = append(regions, region)
			}
		}
	}
	slices.Sort(regions)
	return regions
}

// knownFiles are the names that mean something in a file's directory.
func knownFiles(name string) []string {
	if strings.HasPrefix(name, "regions/") {
		return []string{"region.yaml", "structures.yaml", "hours.yaml", "cards.yaml", "networks.yaml"}
	}
	return []string{"bundle.yaml", "safety.yaml", "cards.yaml", "networks.yaml", "routing.yaml", "lexicon.yaml", "examples.yaml", "hours.yaml", "structures.yaml"}
}

// shapeOf says what a file holds, by its name and, for flows, by its content; nil when nothing known.
func shapeOf(name string, tree *node) *shape {
	if strings.HasPrefix(name, "locales/") {
		return messagesShape
	}
	base := path.Base(name)
	if slices.Contains(knownFiles(name), base) {
		switch base {
		case "bundle.yaml":
			return bundleShape
		case "region.yaml":
			return regionShape
		case "safety.yaml":
			return safetyShape
		case "cards.yaml":
			return cardsShape
		case "networks.yaml":
			return networksShape
		case "routing.yaml":
			return routingShape
		case "lexicon.yaml":
			return lexiconShape
		case "examples.yaml":
			return examplesShape
		case "hours.yaml":
			return hoursShape
		case "structures.yaml":
			return structuresShape
		}
	}
	if tree.get("flow") != nil && !strings.HasPrefix(name, "regions/") {
		return flowShape
	}
	return nil
}

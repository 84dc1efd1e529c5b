package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"frontdesk/bot/flow"
)

// fmtCommand writes a bundle's files in their canonical form.
type fmtCommand struct {
	Paths []string `arg:"" placeholder:"FILE|DIR" help:"Files of a bundle, or its directory."`
	Check bool     `help:"Change nothing; name the files that would change and end with code 1."`
}

// Help is shown by --help.
func (*fmtCommand) Help() string {
	return `The meaning never changes and no comment is lost. A directory stands for its .yaml files, those in locales/ and those of each region. Files that were changed are named. A file that cannot be read stays as it is; its faults are named with their lines.

Examples:

    frontdesk fmt ./flows
    frontdesk fmt --check flows/accueil.yaml flows/routing.yaml`
}

// Run formats each file by itself: one that is broken does not keep the others from it.
func (c *fmtCommand) Run(out *console) error {
	var failed error
	for _, path := range c.Paths {
		files, err := bundleFiles(path)
		if err != nil {
			return err
		}
		for _, file := range files {
			changed, err := c.format(file)
			switch {
			case err != nil:
				fmt.Fprintln(out.err, err)
				failed = errFailed
			case changed:
				fmt.Fprintln(out.out, file)
				if c.Check {
					failed = errFailed
				}
			}
		}
	}
	return failed
}

// bundleFiles are the files that a path stands for.
func bundleFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var files []string
	for _, pattern := range []string{"*.yaml", "locales/*.yaml", "regions/*/*.yaml"} {
		found, err := fs.Glob(os.DirFS(path), pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range found {
			if !strings.HasPrefix(filepath.Base(name), ".") {
				files = append(files, filepath.Join(path, filepath.FromSlash(name)))
			}
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: there is no .yaml file in it", path)
	}
	return files, nil
}

// format puts one file in its form and says whether that changes it.
func (c *fmtCommand) format(file string) (bool, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	name, err := bundleName(file)
	if err != nil {
		return false, err
	}
	formatted, err := flow.Format(name, src)
	if faults, is := errors.AsType[flow.Faults](err); is {
		for i := range faults {
			faults[i].Pos.File = file
		}
		return false, faults
	}
	if err != nil || bytes.Equal(src, formatted) || c.Check {
		return err == nil && !bytes.Equal(src, formatted), err
	}
	return true, writeWhole(file, formatted, 0o644)
}

// bundleName is a file's name inside its bundle, by which its form is known.
func bundleName(file string) (string, error) {
	whole, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	dir, base := filepath.Split(whole)
	parts := strings.Split(strings.Trim(filepath.ToSlash(dir), "/"), "/")
	last := len(parts) - 1
	switch {
	case parts[last] == "locales":
		return "locales/" + base, nil
	case last > 0 && parts[last-1] == "regions":
		return "regions/" + parts[last] + "/" + base, nil
	}
	return base, nil
}

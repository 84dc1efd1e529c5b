package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/publish"
	"frontdesk/locales"
)

var wholeHash = regexp.MustCompile(`^[0-9a-f]{32}$`)

// readBundle reads a bundle from a folder, a ZIP, or by the hash of a release that is kept.
func readBundle(ctx context.Context, at *pressroom, from, region string) (*flow.Bundle, error) {
	info, err := os.Stat(from)
	switch {
	case err != nil && wholeHash.MatchString(from):
		return at.Load(ctx, from)
	case err != nil:
		return nil, fmt.Errorf("ni dossier, ni archive ZIP, ni version : %w", err)
	case info.IsDir():
		return loadBundle(from, region)
	}
	archive, err := zip.OpenReader(from)
	if err != nil {
		return nil, fmt.Errorf("%s n'est pas une archive ZIP : %w", from, err)
	}
	defer archive.Close()
	files, err := top(archive)
	if err != nil {
		return nil, fmt.Errorf("%s : %w", from, err)
	}
	if _, err := fs.Stat(files, "locales"); err == nil {
		return flow.Load(files, region)
	}
	return flow.LoadWithLocales(files, locales.Files, region)
}

// top is where the bundle's files are: people also archive the folder itself.
func top(archive fs.FS) (fs.FS, error) {
	if _, err := fs.Stat(archive, "bundle.yaml"); err == nil {
		return archive, nil
	}
	found, err := fs.Glob(archive, "*/bundle.yaml")
	if err != nil || len(found) != 1 {
		return nil, errors.New("il n'y a pas de bundle.yaml dans cette archive")
	}
	return fs.Sub(archive, filepath.Dir(found[0]))
}

// flowsExport writes a release.
type flowsExport struct {
	Release string `arg:"" optional:"" placeholder:"HASH" help:"Which; the live one by default."`
	To      string `required:"" placeholder:"DIR|ZIP" help:"New folder, or a file whose name ends in .zip."`
	keptFlags
}

// Run writes the canonical files, which frontdesk flows publish reads again.
func (c *flowsExport) Run(out *console) error {
	at, err := c.press(out, "")
	if err != nil {
		return err
	}
	return at.close(c.export(out, at))
}

func (c *flowsExport) export(out *console, at *pressroom) error {
	hash, err := at.Live(out.ctx)
	switch {
	case err != nil:
		return err
	case wholeHash.MatchString(c.Release):
		hash = c.Release
	case c.Release != "":
		if hash, err = at.Find(out.ctx, c.Release); err != nil {
			return err
		}
	case hash == "":
		return errors.New("aucune version n'est en service ; le premier démarrage en met une")
	}
	b, err := at.Load(out.ctx, hash)
	if err != nil {
		return err
	}
	if err := writeBundle(b, c.To); err != nil {
		return err
	}
	fmt.Fprintf(out.out, "%s : %s, %s\n", c.To, hash, counted(len(b.Sources), "fichier", "fichiers"))
	return nil
}

func writeBundle(b *flow.Bundle, to string) error {
	if strings.HasSuffix(to, ".zip") {
		archive, err := publish.ZIP(b)
		if err != nil {
			return err
		}
		return publish.WriteFile(to, archive)
	}
	if there, err := os.ReadDir(to); err == nil && len(there) > 0 {
		return fmt.Errorf("%s n'est pas vide ; donnez un nouveau dossier", to)
	}
	for _, name := range slices.Sorted(maps.Keys(b.Sources)) {
		at := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(at, b.Sources[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// flowsImport keeps a bundle.
type flowsImport struct {
	From string `arg:"" placeholder:"DIR|ZIP" help:"Folder or ZIP of the bundle."`
	keptFlags
}

// Run checks the bundle as a publication would, and says by which hash it can be published.
func (c *flowsImport) Run(out *console) error {
	at, err := c.press(out, "")
	if err != nil {
		return err
	}
	b, err := readBundle(out.ctx, at, c.From, c.Region)
	if err == nil {
		err = at.ours(b)
	}
	if err == nil {
		err = at.Keep(out.ctx, b)
	}
	if err == nil {
		fmt.Fprintf(out.out, "Vérifié et gardé, sans être mis en service : %s\n", b.Hash)
	}
	return at.close(err)
}

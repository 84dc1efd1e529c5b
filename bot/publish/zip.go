package publish

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"frontdesk/bot/flow"
)

// ZIP is a release as an archive: its canonical files, the same bytes for the same release.
func ZIP(b *flow.Bundle) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(b.Sources)) {
		f, err := w.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(b.Sources[name]); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// layDown writes a release into the folder, whole or not at all. One that is there already stays.
func (p *Press) layDown(hash string, b *flow.Bundle) error {
	if p.Folder == "" {
		return nil
	}
	at := filepath.Join(p.Folder, hash+".zip")
	if _, err := os.Stat(at); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	archive, err := ZIP(b)
	if err != nil {
		return err
	}
	return WriteFile(at, archive)
}

// WriteFile writes a file whole or not at all, for its owner alone.
func WriteFile(at string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(at), ".release-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), at)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("write %s: %w", at, err)
	}
	return nil
}

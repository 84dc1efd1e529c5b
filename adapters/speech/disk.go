package speech

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// disk keeps the sounds of static sentences, one file each, under names that lead back to nothing. Two
// processes may share it: a file is there whole, or not at all.
type disk struct {
	dir  string
	most int64
}

const (
	usualCacheBytes = 512 << 20
	unfinished      = "unfinished-"
)

func openDisk(dir string, most int64) (*disk, error) {
	if most <= 0 {
		most = usualCacheBytes
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("speech: the folder for kept sounds: %w", err)
	}
	probe, err := os.CreateTemp(dir, unfinished)
	if err != nil {
		return nil, fmt.Errorf("speech: the folder for kept sounds: %w", err)
	}
	probe.Close()
	_ = os.Remove(probe.Name())
	d := &disk{dir, most}
	d.sweep()
	return d, nil
}

func (d *disk) path(key string) string { return filepath.Join(d.dir, key+".wav") }

// get is a sound, or nil. What somebody else has damaged is none.
func (d *disk) get(key string) []byte {
	wav, err := os.ReadFile(d.path(key))
	if err != nil {
		return nil
	}
	if _, err := parse(wav, sizesMustBeTrue); err != nil {
		_ = os.Remove(d.path(key))
		return nil
	}
	now := time.Now()
	_ = os.Chtimes(d.path(key), now, now) // what is used stays longest
	return wav
}

// put keeps a sound, and makes room for it.
func (d *disk) put(key string, wav []byte) error {
	if int64(len(wav)) > d.most {
		return errors.New("it is larger than all that may be kept")
	}
	file, err := os.CreateTemp(d.dir, unfinished) // 0600
	if err != nil {
		return err
	}
	_, err = file.Write(wav)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), d.path(key))
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return err
	}
	d.sweep()
	return nil
}

// sweep removes what was left unfinished an hour ago and, as long as there is too much, what was not
// used for longest. Files of others stay.
func (d *disk) sweep() {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return
	}
	var sounds []fs.FileInfo
	var held int64
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil:
		case strings.HasPrefix(e.Name(), unfinished):
			if time.Since(info.ModTime()) > time.Hour {
				_ = os.Remove(filepath.Join(d.dir, e.Name()))
			}
		case isSound(e.Name()):
			sounds = append(sounds, info)
			held += info.Size()
		}
	}
	slices.SortFunc(sounds, func(a, b fs.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), strings.Compare(a.Name(), b.Name()))
	})
	for i := 0; held > d.most && i < len(sounds); i++ {
		if os.Remove(filepath.Join(d.dir, sounds[i].Name())) == nil {
			held -= sounds[i].Size()
		}
	}
}

// isSound says whether a file is one of ours: 64 hexadecimal digits and .wav.
func isSound(name string) bool {
	key, is := strings.CutSuffix(name, ".wav")
	return is && len(key) == 64 && strings.Trim(key, "0123456789abcdef") == ""
}

package redis

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CreateKeys writes a new key file that only its owner can read, and never over an old one.
func CreateKeys(path string) (*Keyring, error) {
	text := fmt.Sprintf("# Keys of Frontdesk. Whoever loses them loses every conversation: keep a copy apart from Redis.\n%s 1 %s\nhmac %s\n",
		keyLine, freshKey(), freshKey())
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if err := saved(f, text); err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	return parseKeys([]byte(text))
}

// RotateKeys adds a key that seals from an instant on, and returns its id. The file is replaced whole
// or not at all.
func RotateKeys(path string, from time.Time) (id int, err error) {
	err = rewrite(path, func(text string, keys *sealingKeys) (string, error) {
		for _, key := range keys.order {
			if key.from.After(time.Now()) {
				return "", fmt.Errorf("key %d waits to take over at %s already", key.id, key.from.Format(time.RFC3339))
			}
			id = max(id, int(key.id))
		}
		if id == 255 {
			return "", errors.New("key 255 is the last that can be: a new file, and a new Redis, are needed")
		}
		id++
		if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		return fmt.Sprintf("%s%s %d %s %s%s\n", text, keyLine, id, freshKey(), fromMark, from.UTC().Format(time.RFC3339)), nil
	})
	return id, err
}

// settling is how far the clocks of replicas may be apart.
const settling = time.Minute

// RetireKey takes a key out of the file. Whatever it still seals is lost: ask Store.Sealed first. The
// key that seals, and one that is about to, stay.
func RetireKey(path string, id int) error {
	return rewrite(path, func(text string, keys *sealingKeys) (string, error) {
		at := slices.IndexFunc(keys.order, func(k sealingKey) bool { return int(k.id) == id })
		if at < 0 {
			return "", fmt.Errorf("there is no key %d", id)
		}
		now := time.Now()
		sealing := slices.IndexFunc(keys.order, func(k sealingKey) bool { return k.id == keys.sealing(now) })
		switch {
		case sealing == at:
			return "", fmt.Errorf("key %d is the one that seals: rotate first", id)
		case keys.order[at].from.After(now):
			return "", fmt.Errorf("key %d is about to take over, and other replicas may know it", id)
		case now.Sub(keys.order[sealing].from) < settling:
			return "", fmt.Errorf("key %d has taken over just now, and other replicas may be a little behind: try again in a minute", keys.order[sealing].id)
		}
		var kept strings.Builder
		for line := range strings.Lines(text) {
			if fields := strings.Fields(line); len(fields) > 1 && fields[0] == keyLine && fields[1] == strconv.Itoa(id) {
				continue
			}
			kept.WriteString(line)
		}
		return kept.String(), nil
	})
}

// rewrite replaces a key file by what change makes of it: mode and owner stay, a crash leaves the old
// or the new one, and of two who try at once one is refused.
func rewrite(path string, change func(text string, keys *sealingKeys) (string, error)) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	draft := path + ".new"
	f, err := os.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("key file %s: another change is under way; if none is, one broke off and changed nothing: remove %s", path, draft)
	}
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	if err := replace(path, f, change); err != nil {
		_ = f.Close()
		return errors.Join(fmt.Errorf("key file %s is as it was: %w", path, err), os.Remove(draft))
	}
	return nil
}

func replace(path string, f *os.File, change func(text string, keys *sealingKeys) (string, error)) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	ring, err := parseKeys(text)
	if err != nil {
		return err
	}
	changed, err := change(string(text), ring.keys.Load())
	if err != nil {
		return err
	}
	if _, err := parseKeys([]byte(changed)); err != nil {
		return fmt.Errorf("what would be written cannot be read: %w", err)
	}
	if err := likeOf(path, f); err != nil {
		return err
	}
	if err := saved(f, changed); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	settle(filepath.Dir(path))
	return nil
}

// likeOf gives a file the mode and the owner of the one it takes the place of.
func likeOf(path string, f *os.File) error {
	old, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := ownedAs(old, f); err != nil {
		return fmt.Errorf("its owner cannot be kept, run this as its owner: %w", err)
	}
	return f.Chmod(old.Mode().Perm())
}

// saved writes, makes it last, and closes.
func saved(f *os.File, text string) error {
	if _, err := f.WriteString(text); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// settle makes the names in a folder last. Not every file system can; what is there is whole anyway.
func settle(folder string) {
	if d, err := os.Open(folder); err == nil {
		_ = d.Sync()
		d.Close()
	}
}

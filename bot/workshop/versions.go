package workshop

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// head is where the draft stands, and how that is written. A draft in which nothing is changed is the live
// release, whichever that is.
func (w *Workshop) head(ctx context.Context) (head, string, error) {
	h, text, err := w.kept(ctx)
	if err != nil {
		return h, text, err
	}
	if text == "" {
		h.place, err = w.begin(ctx)
		return h, text, err
	}
	v, err := w.version(ctx, h.At)
	if errors.Is(err, bot.ErrNotFound) { // nobody has tended it for longer than versions are kept
		h.place, err = w.begin(ctx)
		return h, text, err
	}
	if err == nil && v.unchanged() && h.At == h.Tip && v.Base != w.Live().Hash {
		h.place, err = w.begin(ctx)
	}
	return h, text, err
}

// kept is the head as it is written, "" before anybody has changed anything.
func (w *Workshop) kept(ctx context.Context) (h head, text string, err error) {
	text, err = w.Refs.Ref(ctx, headKind, headName)
	if errors.Is(err, bot.ErrNotFound) {
		return head{}, "", nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &h)
	}
	if err != nil {
		return head{}, "", fmt.Errorf("open the draft: %w", err)
	}
	return h, text, nil
}

// unchanged says that a version is a release as it is.
func (v Version) unchanged() bool { return v.Parent == "" && len(v.Files) == 0 && len(v.Gone) == 0 }

// begin is a draft of the live release: the same version for everybody.
func (w *Workshop) begin(ctx context.Context) (place, error) {
	id, err := w.keep(ctx, Version{Base: w.Live().Hash})
	return place{id, id}, err
}

// add keeps a new version behind s and gives its place.
func (w *Workshop) add(ctx context.Context, s *State, d *flow.Draft, base string, by Author, what string) (place, error) {
	files, err := w.release(ctx, base)
	if err != nil {
		return place{}, err
	}
	v := Version{Base: base, Parent: s.ID, By: by.ID, Name: by.Name, At: w.Now().UTC(), What: what, Files: map[string]string{}}
	for name, content := range d.Files() {
		if !bytes.Equal(content, files[name]) {
			v.Files[name] = string(content)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if _, is := d.Files()[name]; !is {
			v.Gone = append(v.Gone, name)
		}
	}
	id, err := w.keep(ctx, v)
	if err == nil {
		w.remember(&State{ID: id, Version: v, Draft: d})
	}
	return place{id, id}, err
}

func (w *Workshop) keep(ctx context.Context, v Version) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("keep a version of the draft: %w", err)
	}
	sum := sha256.Sum256(text)
	id := hex.EncodeToString(sum[:16])
	if err := w.Refs.SetRef(ctx, versionKind, id, "", string(text), keepFor); err != nil && !errors.Is(err, bot.ErrTaken) {
		return "", fmt.Errorf("keep a version of the draft: %w", err)
	}
	return id, nil
}

// Tend has the versions live on that can still be come back to, from the last one, as far as anybody goes, and
// says which releases they differ from.
func (w *Workshop) Tend(ctx context.Context) (bases []string, err error) {
	h, _, err := w.head(ctx)
	if err != nil {
		return nil, err
	}
	id := h.Tip
	for n, past := 0, false; id != "" && n < mostBack; {
		text, err := w.Refs.Ref(ctx, versionKind, id)
		if errors.Is(err, bot.ErrNotFound) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("tend the draft: %w", err)
		}
		var v Version
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			return nil, fmt.Errorf("version %.8s of the draft: %w", id, err)
		}
		if err := w.Refs.SetRef(ctx, versionKind, id, text, text, keepFor); err != nil {
			return nil, fmt.Errorf("tend the draft: %w", err)
		}
		if !slices.Contains(bases, v.Base) {
			bases = append(bases, v.Base)
		}
		if past = past || id == h.At; past { // all that could be done again, and so many that could be undone
			n++
		}
		id = v.Parent
	}
	return bases, nil
}

func (w *Workshop) version(ctx context.Context, id string) (Version, error) {
	w.mu.Lock()
	known := w.last[id]
	w.mu.Unlock()
	if known != nil {
		return known.Version, nil
	}
	text, err := w.Refs.Ref(ctx, versionKind, id)
	if err != nil {
		return Version{}, fmt.Errorf("version %.8s of the draft: %w", id, err)
	}
	var v Version
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return Version{}, fmt.Errorf("version %.8s of the draft: %w", id, err)
	}
	return v, nil
}

// open reads a version with its files.
func (w *Workshop) open(ctx context.Context, id string) (*State, error) {
	w.mu.Lock()
	known := w.last[id]
	w.mu.Unlock()
	if known != nil {
		return known, nil
	}
	v, err := w.version(ctx, id)
	if err != nil {
		return nil, err
	}
	files, err := w.release(ctx, v.Base)
	if err != nil {
		return nil, err
	}
	for name, content := range v.Files {
		files[name] = []byte(content)
	}
	for _, name := range v.Gone {
		delete(files, name)
	}
	d, err := flow.OpenDraft(files)
	if err != nil {
		return nil, fmt.Errorf("version %.8s of the draft: %w", id, err)
	}
	s := &State{ID: id, Version: v, Draft: d}
	w.remember(s)
	return s, nil
}

// mostStates are remembered: the present one, and those that forms still open were drawn from.
const mostStates = 32

func (w *Workshop) remember(s *State) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last == nil || len(w.last) >= mostStates {
		w.last = map[string]*State{}
	}
	w.last[s.ID] = s
}

// release gives the files of a release, free to be changed.
func (w *Workshop) release(ctx context.Context, hash string) (map[string][]byte, error) {
	if live := w.Live(); live.Hash == hash {
		return maps.Clone(live.Sources), nil
	}
	stored, err := w.Releases.Release(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("release %.8s of the draft: %w", hash, err)
	}
	files, err := flow.Files(stored)
	if err != nil {
		return nil, fmt.Errorf("release %.8s of the draft: %w", hash, err)
	}
	return files, nil
}

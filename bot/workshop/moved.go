package workshop

import (
	"context"
	"errors"

	"frontdesk/bot"
)

// Moved says that the draft is not any more what somebody had before them, so that nothing was done.
type Moved struct {
	Now    *State
	Saved  []Version // since then, the last first
	Undone []Version // of what stood then, the last first
}

func (m *Moved) Error() string { return "the draft has been changed since it was seen" }

// Seen is a *Moved where the draft is at another version than somebody has seen, and nil where it is not.
func (w *Workshop) Seen(ctx context.Context, now *State, seen string) error {
	if now.ID == seen {
		return nil
	}
	return w.moved(ctx, now, seen)
}

// moved tells how the draft came from a version that somebody saw to where it is; of one that is kept no more,
// the last change alone.
func (w *Workshop) moved(ctx context.Context, now *State, seen string) error {
	m := &Moved{Now: now}
	then, err := w.line(ctx, seen)
	if err != nil {
		return err
	}
	since, err := w.line(ctx, now.ID)
	if err != nil {
		return err
	}
	stood := map[string]int{}
	for i, v := range then {
		stood[v.id] = i
	}
	for i, v := range since {
		if k, both := stood[v.id]; both {
			m.Saved, m.Undone = bare(since[:i]), bare(then[:k])
			return m
		}
	}
	if now.Version.What != "" {
		m.Saved = []Version{now.Version}
	}
	return m
}

// line are a version and those before it, as far as anybody goes.
func (w *Workshop) line(ctx context.Context, id string) ([]numbered, error) {
	var all []numbered
	for id != "" && len(all) < mostBack {
		v, err := w.version(ctx, id)
		if errors.Is(err, bot.ErrNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		all = append(all, numbered{id, v})
		id = v.Parent
	}
	return all, nil
}

func bare(all []numbered) []Version {
	var versions []Version
	for _, v := range all {
		versions = append(versions, v.Version)
	}
	return versions
}

// told is what a version did, and who made it, as the journal says it of an undo.
func (v Version) told() string {
	if v.Name == "" {
		return v.What
	}
	return v.What + " (par " + v.Name + ")"
}

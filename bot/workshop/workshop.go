// Package workshop keeps the draft that supervisors share: what was changed, by whom, undone and done
// again, by two people at once. It proves nothing and publishes nothing.
//
// A version of the draft is a release and the files that differ from it. Versions never change; one
// reference says which is the present one, and is moved by compare-and-set, so nobody's change is lost.
package workshop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// How long a version is kept after it was made, or after it could last be come back to; how many changes back
// that is, at most, once they are so old; and how often a change is made anew on what somebody else
// has just saved.
const (
	keepFor  = 60 * 24 * time.Hour
	mostBack = 200
	mostTurn = 60
)

// A Workshop is the one draft of a deployment. It is safe for use by many at once.
type Workshop struct {
	Refs     bot.Refs
	Releases bot.Releases
	Live     func() *flow.Bundle // that a draft begins with
	Now      func() time.Time
	Journal  bot.Journal // gets a line for each change; nil for none

	mu   sync.Mutex
	last map[string]*State // those asked for lately, by version
}

// A State is one version of the draft, opened.
type State struct {
	ID      string // of the version
	Version Version
	Draft   *flow.Draft
	Undo    string // what would be undone, "" for nothing
	Redo    string // what would be done again
	Next    string // the version that this leads to
}

// A Version is a draft as it is kept.
type Version struct {
	Base   string            `json:"base"` // the release that it differs from
	Parent string            `json:"parent,omitempty"`
	Files  map[string]string `json:"files,omitempty"` // those that differ
	Gone   []string          `json:"gone,omitempty"`  // those that were taken away
	By     string            `json:"by,omitempty"`    // id of a member of the staff
	Name   string            `json:"name,omitempty"`
	At     time.Time         `json:"at"`
	What   string            `json:"what,omitempty"` // in French, one line
}

// An Author is who changes something.
type Author struct{ ID, Name string }

// A place is where the draft stands: at a version, on the line that ends with the tip.
type place struct {
	At  string `json:"at"`
	Tip string `json:"tip"`
}

// A head is the place, and what the journal has still to be told of how the draft came there.
type head struct {
	place
	Moves int64  `json:"moves,omitempty"` // so far
	Owed  []debt `json:"owed,omitempty"`
}

// A step is where the draft goes, and who takes it there. A deed of "" is not for the journal.
type step struct {
	place
	by         Author
	deed, what string
	base       string // the release that it is based on from then on
}

// Where the place and the versions are kept.
const (
	headKind, headName = "draft", "head"
	versionKind        = "draft-version"
)

// Open is the draft as it is now; without one, it is the live release, unchanged.
func (w *Workshop) Open(ctx context.Context) (*State, error) {
	h, _, err := w.head(ctx)
	if err != nil {
		return nil, err
	}
	return w.at(ctx, h.place)
}

// Version opens an older version, for who had it before them.
func (w *Workshop) Version(ctx context.Context, id string) (*State, error) {
	return w.open(ctx, id)
}

// Save applies a change to the draft as it is now, and again if somebody else was first; change decides
// each time whether it still can. What it returns as an error is returned, and nothing is kept.
func (w *Workshop) Save(ctx context.Context, by Author, what string, change func(*State) (*flow.Draft, error)) (*State, error) {
	return w.SaveAs(ctx, by, JournalSaved, what, change)
}

// SaveAs is Save of a change that the journal calls otherwise.
func (w *Workshop) SaveAs(ctx context.Context, by Author, deed, what string, change func(*State) (*flow.Draft, error)) (*State, error) {
	return w.move(ctx, func(s *State, p place) (step, error) {
		d, err := change(s)
		if err == nil {
			d, err = d.Pinned(s.Draft)
		}
		if err != nil || d.Hash() == s.Draft.Hash() {
			return step{place: p}, err
		}
		p, err = w.add(ctx, s, d, s.Version.Base, by, what)
		return step{p, by, deed, what, s.Version.Base}, err
	})
}

// Rebase puts the draft on another release than the one it began with: what merge returns is what both come
// to. Nothing before it can be undone.
func (w *Workshop) Rebase(ctx context.Context, by Author, what, onto string, merge func(*State) (*flow.Draft, error)) (*State, error) {
	return w.move(ctx, func(s *State, p place) (step, error) {
		d, err := merge(s)
		if err != nil {
			return step{place: p}, err
		}
		p, err = w.add(ctx, &State{}, d, onto, by, what)
		return step{p, by, JournalMerged, what, onto}, err
	})
}

// Follow puts the draft, as it is, on the release that it has become. The journal has that publication.
func (w *Workshop) Follow(ctx context.Context, by Author, what, onto string) (*State, error) {
	return w.move(ctx, func(s *State, _ place) (step, error) {
		to, err := w.add(ctx, &State{}, s.Draft, onto, by, what)
		return step{place: to}, err
	})
}

// Drop throws the draft away: what was changed since the live release. Undo brings it back. Where it holds something
// else by now than it was seen to hold it stays, and the error is a *Moved.
func (w *Workshop) Drop(ctx context.Context, by Author, was *State, what string) (*State, error) {
	return w.drop(ctx, by, what, func(now *State) error {
		if now.Draft.Hash() == was.Draft.Hash() {
			return nil
		}
		return w.moved(ctx, now, was.ID)
	})
}

// DropSeen is Drop for whoever has seen one version: where the draft is at another by now, even of the same content, it
// stays.
func (w *Workshop) DropSeen(ctx context.Context, by Author, seen, what string) (*State, error) {
	return w.drop(ctx, by, what, func(now *State) error { return w.Seen(ctx, now, seen) })
}

func (w *Workshop) drop(ctx context.Context, by Author, what string, may func(*State) error) (*State, error) {
	return w.move(ctx, func(s *State, p place) (step, error) {
		if err := may(s); err != nil {
			return step{place: p}, err
		}
		live := w.Live().Hash
		files, err := w.release(ctx, live)
		if err != nil {
			return step{place: p}, err
		}
		d, err := flow.OpenDraft(files)
		if err != nil {
			return step{place: p}, err
		}
		p, err = w.add(ctx, s, d, live, by, what)
		return step{p, by, JournalDropped, what, live}, err
	})
}

// Undo goes back by one version, whoever made it, as far as versions are kept. Where the draft is at another
// version than who asks for it has seen, nothing is undone, and the error is a *Moved.
func (w *Workshop) Undo(ctx context.Context, by Author, seen string) (*State, error) {
	return w.move(ctx, func(s *State, p place) (step, error) {
		if s.ID != seen {
			return step{place: p}, w.moved(ctx, s, seen)
		}
		if s.Undo == "" {
			return step{place: p}, nil
		}
		before, err := w.open(ctx, s.Version.Parent)
		if errors.Is(err, bot.ErrNotFound) {
			return step{place: p}, nil
		}
		if err != nil {
			return step{place: p}, err
		}
		return step{place{before.ID, p.Tip}, by, JournalUndone, "annulé : " + s.Version.told(), before.Version.Base}, nil
	})
}

// Redo takes up what was undone last. Where that is another version than who asks for it has seen, or the draft
// is at another, nothing is done, and the error is a *Moved.
func (w *Workshop) Redo(ctx context.Context, by Author, seen, next string) (*State, error) {
	return w.move(ctx, func(s *State, p place) (step, error) {
		if s.ID != seen || s.Next != next {
			return step{place: p}, w.moved(ctx, s, seen)
		}
		after, err := w.after(ctx, p)
		if err != nil || after == nil {
			return step{place: p}, err
		}
		return step{place{after.id, p.Tip}, by, JournalRedone, "rétabli : " + after.told(), after.Base}, nil
	})
}

// History lists the versions that led to the present one, newest first, at most n.
func (w *Workshop) History(ctx context.Context, n int) ([]Version, error) {
	h, _, err := w.head(ctx)
	if err != nil {
		return nil, err
	}
	var all []Version
	for id := h.At; id != "" && len(all) < n; {
		v, err := w.version(ctx, id)
		if errors.Is(err, bot.ErrNotFound) {
			break // older than what is kept
		}
		if err != nil {
			return nil, err
		}
		all = append(all, v)
		id = v.Parent
	}
	return all, nil
}

// move changes the place by compare-and-set until nobody else does at the same time. What the journal is owed
// for it moves with the place, so that neither is ever there without the other.
func (w *Workshop) move(ctx context.Context, to func(*State, place) (step, error)) (*State, error) {
	for range mostTurn {
		h, old, err := w.head(ctx)
		if err != nil {
			return nil, err
		}
		s, err := w.at(ctx, h.place)
		if err != nil {
			return nil, err
		}
		next, err := to(s, h.place)
		if err != nil {
			return nil, err
		}
		if next.place == h.place {
			return s, nil
		}
		owed, err := w.owe(&h, s, next)
		if err != nil {
			return nil, err
		}
		err = w.setHead(ctx, old, h)
		if errors.Is(err, bot.ErrTaken) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("save the draft: %w", err)
		}
		w.tell(ctx, owed)
		return w.at(ctx, next.place)
	}
	return nil, fmt.Errorf("save the draft: %w", bot.ErrTaken)
}

func (w *Workshop) setHead(ctx context.Context, old string, h head) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return w.Refs.SetRef(ctx, headKind, headName, old, string(text), 0)
}

// at opens the version at a place, with what stands before and behind it.
func (w *Workshop) at(ctx context.Context, p place) (*State, error) {
	s, err := w.open(ctx, p.At)
	if err != nil {
		return nil, err
	}
	here := *s
	if s.Version.Parent != "" {
		here.Undo = s.Version.What
	}
	next, err := w.after(ctx, p)
	if err != nil {
		return nil, err
	}
	if next != nil {
		here.Redo, here.Next = next.What, next.id
	}
	return &here, nil
}

type numbered struct {
	id string
	Version
}

// after is the version that follows a place on its line, or nil.
func (w *Workshop) after(ctx context.Context, p place) (*numbered, error) {
	for id := p.Tip; id != p.At && id != ""; {
		v, err := w.version(ctx, id)
		if errors.Is(err, bot.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if v.Parent == p.At {
			return &numbered{id, v}, nil
		}
		id = v.Parent
	}
	return nil, nil
}

package workshop

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"frontdesk/bot"
)

// What the journal tells of the draft. Before is the release that it was based on, After the one that it is
// based on since, where that changed.
const (
	JournalSaved    = "draft_saved"
	JournalAdded    = "draft_added"    // a record that was not there
	JournalRenamed  = "draft_renamed"  // wherever it is named
	JournalDeleted  = "draft_deleted"  // with what names it
	JournalImported = "draft_imported" // from a file that somebody sent
	JournalTaken    = "draft_taken_up" // an older release, to go on from it
	JournalUndone   = "draft_undone"
	JournalRedone   = "draft_redone"
	JournalDropped  = "draft_dropped"
	JournalMerged   = "draft_merged" // with what was published meanwhile
)

// How long whoever made a change has to write its line, before somebody else does; and how many lines the
// journal may be owed before nothing is changed any more.
const (
	tellFor  = 5 * time.Second
	tellBy   = 30 * time.Second
	mostOwed = 100
)

// A debt is a line that the journal does not have yet, or has while nobody knows.
type debt struct {
	Record bot.Record `json:"record"` // At is when it was done
	Until  time.Time  `json:"until"`  // then it is anybody's to write
}

// owe notes in a head where the draft goes, and the line for it; nil for none.
func (w *Workshop) owe(h *head, from *State, to step) (*debt, error) {
	h.place = to.place
	h.Moves++
	if w.Journal == nil || to.deed == "" {
		return nil, nil
	}
	if len(h.Owed) >= mostOwed {
		return nil, fmt.Errorf("save the draft: %w: the journal lacks %d lines", bot.ErrUnavailable, len(h.Owed))
	}
	now := w.Now().UTC()
	d := debt{bot.Record{At: now, Who: to.by.ID, Deed: to.deed, Before: from.Version.Base, What: to.what,
		Key: fmt.Sprintf("draft-%d-%.8s", h.Moves, to.At)}, now.Add(tellBy)}
	if to.base != from.Version.Base {
		d.Record.After = to.base
	}
	h.Owed = append(slices.Clone(h.Owed), d)
	return &d, nil
}

// tell writes the line of a change that was just made, even when whoever made it has gone meanwhile. A line
// that cannot be written stays owed: Settle writes it.
func (w *Workshop) tell(ctx context.Context, d *debt) {
	if d == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellFor)
	defer cancel()
	if w.Journal.Append(ctx, d.Record) == nil {
		_ = w.paid(ctx, []string{d.Record.Key}) // it is found in the journal, later
	}
}

// Settle writes the lines that whoever made the changes could not write, or did not say that they wrote. It
// may be called at any time, by any replica, and again.
func (w *Workshop) Settle(ctx context.Context) error {
	if w.Journal == nil {
		return nil
	}
	mine, err := w.takeOver(ctx)
	if err != nil || len(mine) == 0 {
		return err
	}
	there := map[string]bool{}
	err = w.Journal.Journal(ctx, func(l bot.JournalLine) error {
		if l.Key != "" {
			there[l.Key] = true
		}
		return nil
	})
	if err != nil && !errors.Is(err, bot.ErrBroken) {
		return err
	}
	var paid []string
	for _, d := range mine {
		if r := d.Record; !there[r.Key] {
			r.What += fmt.Sprintf(" (fait le %s ; ligne ajoutée après coup)", r.At.Format("02/01/2006 à 15:04 UTC"))
			if err = w.Journal.Append(ctx, r); err != nil {
				break
			}
		}
		paid = append(paid, d.Record.Key)
	}
	return errors.Join(err, w.paid(ctx, paid))
}

// takeOver makes the caller the one who writes what nobody has written in time.
func (w *Workshop) takeOver(ctx context.Context) (mine []debt, err error) {
	now := w.Now().UTC()
	err = w.changeOwed(ctx, func(owed []debt) []debt {
		mine = nil
		for i := range owed {
			if !owed[i].Until.After(now) {
				owed[i].Until = now.Add(tellBy)
				mine = append(mine, owed[i])
			}
		}
		return owed
	}, func() bool { return len(mine) == 0 })
	return mine, err
}

// paid takes lines that are written off what is owed.
func (w *Workshop) paid(ctx context.Context, keys []string) error {
	return w.changeOwed(ctx, func(owed []debt) []debt {
		return slices.DeleteFunc(owed, func(d debt) bool { return slices.Contains(keys, d.Record.Key) })
	}, func() bool { return len(keys) == 0 })
}

// changeOwed changes what is owed and nothing else, unless it says that there is nothing to change.
func (w *Workshop) changeOwed(ctx context.Context, change func([]debt) []debt, nothing func() bool) error {
	for range mostTurn {
		h, old, err := w.kept(ctx)
		if err != nil || old == "" || len(h.Owed) == 0 {
			return err
		}
		h.Owed = change(h.Owed)
		if nothing() {
			return nil
		}
		if err = w.setHead(ctx, old, h); !errors.Is(err, bot.ErrTaken) {
			return err
		}
	}
	return fmt.Errorf("note what the journal has: %w", bot.ErrTaken)
}

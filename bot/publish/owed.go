package publish

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"frontdesk/bot"
)

// Where what the journal is owed is kept, and how long whoever did it has to write the line before anybody may.
const (
	owedName = "owed"
	tellBy   = 30 * time.Second
)

// A debt is a line that the journal is owed. That of a release which becomes live is noted before it does, so
// that the journal has who and why though whoever did it ends at any moment.
type debt struct {
	Record bot.Record `json:"record"` // At is when it was noted
	Until  time.Time  `json:"until"`  // then it is anybody's to write
	Done   bool       `json:"done,omitempty"`
}

// owe notes a line that the journal will be owed if what is about to be done is done.
func (p *Press) owe(ctx context.Context, r bot.Record, done bool) (bot.Record, error) {
	now, err := p.Now(ctx)
	if err != nil {
		return r, err
	}
	r.At, r.Key = now.UTC(), cmp.Or(r.Key, newKey())
	return r, p.changeOwed(ctx, func(all []debt) []debt { return append(all, debt{r, r.At.Add(tellBy), done}) })
}

func newKey() string { return "press-" + rand.Text() }

// paid takes lines off what is owed: they are written, or what they tell of was not done. Those that cannot be
// taken off are found in the journal later, or not found done.
func (p *Press) paid(ctx context.Context, keys ...string) error {
	if len(keys) == 0 {
		return nil
	}
	return p.changeOwed(context.WithoutCancel(ctx), func(all []debt) []debt {
		return slices.DeleteFunc(all, func(d debt) bool { return slices.Contains(keys, d.Record.Key) })
	})
}

func (p *Press) changeOwed(ctx context.Context, change func([]debt) []debt) error {
	return changeList(ctx, p.Refs, kind, owedName, func(all []debt) ([]debt, error) { return change(all), nil })
}

// owedFor says whether the journal is owed the line by which a release became live.
func (p *Press) owedFor(ctx context.Context, live string) (bool, error) {
	all, _, err := readList[debt](ctx, p.Refs, kind, owedName)
	return slices.ContainsFunc(all, func(d debt) bool { return d.Record.After == live && moves(d.Record) }), err
}

// moves says whether a record tells of a release that became live.
func moves(r bot.Record) bool { return r.Deed == bot.JournalPublished || r.Deed == bot.JournalRollback }

// late keeps a line that could not be written: for every replica, or, where that cannot be either, for this
// process alone.
func (p *Press) late(ctx context.Context, r bot.Record) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeFor)
	defer cancel()
	if _, err := p.owe(ctx, r, true); err != nil {
		p.unwritten.mu.Lock()
		defer p.unwritten.mu.Unlock()
		p.unwritten.records = append(p.unwritten.records, r)
	}
}

// Settle writes the lines that whoever did something could not write. It may be called at any time, by any
// replica, and again.
func (p *Press) Settle(ctx context.Context) error {
	if err := p.handOver(ctx); err != nil {
		return err
	}
	mine, err := p.takeOver(ctx)
	if err != nil || len(mine) == 0 {
		return err
	}
	lines, err := p.Lines(ctx)
	if err != nil && !errors.Is(err, bot.ErrBroken) {
		return err
	}
	live, err := p.Live(ctx)
	if err != nil {
		return err
	}
	var settled []string
	for _, d := range mine {
		r := d.Record
		there := slices.ContainsFunc(lines, func(l bot.JournalLine) bool { return l.Key == r.Key })
		if !there && (d.Done || becameLive(r, lines, live)) {
			r.What += fmt.Sprintf(" (fait le %s ; ligne ajoutée après coup)", p.moment(r.At))
			if err = p.Journal.Append(ctx, r); err != nil {
				break
			}
		}
		settled = append(settled, r.Key)
	}
	return errors.Join(err, p.paid(ctx, settled...))
}

// handOver has every replica know of the lines that this process alone knew of.
func (p *Press) handOver(ctx context.Context) error {
	p.unwritten.mu.Lock()
	defer p.unwritten.mu.Unlock()
	for len(p.unwritten.records) > 0 {
		if _, err := p.owe(ctx, p.unwritten.records[0], true); err != nil {
			return err
		}
		p.unwritten.records = p.unwritten.records[1:]
	}
	return nil
}

// takeOver makes the caller the one who writes what nobody has written in time.
func (p *Press) takeOver(ctx context.Context) (mine []debt, err error) {
	all, _, err := readList[debt](ctx, p.Refs, kind, owedName)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	now, err := p.Now(ctx)
	if err != nil {
		return nil, err
	}
	err = p.changeOwed(ctx, func(all []debt) []debt {
		mine = nil
		for i := range all {
			if !all[i].Until.After(now) {
				all[i].Until = now.Add(tellBy)
				mine = append(mine, all[i])
			}
		}
		return all
	})
	return mine, err
}

// becameLive says whether what was about to become live did: it is live, or something took its place; and it was
// not live before, and nobody else made it so since.
func becameLive(r bot.Record, lines []bot.JournalLine, live string) bool {
	was, replaced := "", false
	for _, l := range lines {
		switch {
		case !moves(l.Record):
		case l.At.Before(r.At):
			was = l.After
		case l.Before == r.Before && l.After == r.After:
			return false
		case l.Before == r.After:
			replaced = true
		}
	}
	return was != r.After && (replaced || live == r.After)
}

// Package publish makes releases live, takes them back, programs them for later, and puts bulletins up: each
// with a line in the journal. It decides neither who may nor what is good: a caller says who it is and has
// proved.
//
// A release is kept by its hash and never changes. One reference says which is live; it is moved by
// compare-and-set alone, so that of two people who publish at once one wins and the other is told.
package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// Where the hash of the live release is kept, and the list of what is programmed.
const (
	kind      = "release"
	liveName  = "live"
	plansName = "plans"
)

// A Press publishes. Its fields are set once, before it is used.
type Press struct {
	Releases bot.Releases
	Refs     bot.Refs
	Journal  bot.Journal
	Prove    func(context.Context, *flow.Bundle) error   // refuses what may not be served
	Now      func(context.Context) (time.Time, error)    // the store's time
	Folder   string                                      // where each release is laid down as a ZIP; "" for nowhere
	Zone     *time.Location                              // whose hours sentences say; nil for UTC, which they then name
	Name     func(ctx context.Context, id string) string // of a member of the staff, "" for who has left; nil where ids must do
	Moved    func()                                      // told when this press has moved the live pointer, or nil
	Log      *slog.Logger
	Stock    Stock // all releases, for who prunes them; nil where nobody does

	ledger    ledger
	unwritten struct { // lines that this process alone knows of
		mu      sync.Mutex
		records []bot.Record
	}
}

// An Order is who wants something published, and why.
type Order struct {
	Expected string // the live release that it was decided on; "" when there was none
	Who      string // counsellor's id, bot.ByFile, bot.ByService, or whom the command line names
	What     string // what differs, in French words
	Reason   string
	Second   string // the other person who agreed, or ""

	Cancels []string `json:",omitempty"` // plans that this takes the place of, by ID: they rest on the live release that it ends
}

// Taken tells the loser of a race who won it. It is a bot.ErrTaken.
type Taken struct {
	Live string // what is live now
	Who  string // who made it so, "" when the journal does not say yet
	At   time.Time
	told string // who and when, as people read it
}

func (t *Taken) Error() string {
	text := fmt.Sprintf("rien n'est changé : une autre version est en service entre-temps (%s)", short(t.Live))
	if t.told != "" {
		text += ", mise en service par " + t.told
	}
	return text
}

// Is says that the pointer was not where it was expected.
func (t *Taken) Is(target error) bool { return target == bot.ErrTaken }

// What a press refuses.
var (
	ErrLive      = errors.New("cette version est déjà en service")
	ErrNotServed = errors.New("cette version n'a jamais été en service ici")
	ErrUnwritten = errors.New("c'est fait, mais le journal ne répond pas ; la ligne sera ajoutée dès que possible")
)

// Live is the hash of the live release, "" before the first.
func (p *Press) Live(ctx context.Context) (string, error) {
	hash, err := p.Refs.Ref(ctx, kind, liveName)
	if errors.Is(err, bot.ErrNotFound) {
		return "", nil
	}
	return hash, err
}

// Keep proves a bundle and keeps it as a release that nobody is served yet.
func (p *Press) Keep(ctx context.Context, b *flow.Bundle) error {
	if err := p.Prove(ctx, b); err != nil {
		return err
	}
	return p.Releases.KeepRelease(ctx, b.Hash, flow.Pack(b))
}

// Publish proves a bundle, keeps it and makes it live. With ErrUnwritten it is live all the same.
func (p *Press) Publish(ctx context.Context, b *flow.Bundle, o Order) error {
	if b.Hash == o.Expected {
		return ErrLive
	}
	if err := p.Keep(ctx, b); err != nil {
		return err
	}
	return p.move(ctx, bot.JournalPublished, b.Hash, b, o)
}

// Rollback makes a release live again that was live before. With ErrUnwritten it is live all the same.
func (p *Press) Rollback(ctx context.Context, hash string, o Order) error {
	if hash == o.Expected {
		return ErrLive
	}
	served, err := p.Served(ctx, hash)
	if err != nil {
		return err
	}
	if !served {
		return fmt.Errorf("%s : %w", short(hash), ErrNotServed)
	}
	b, err := p.Load(ctx, hash)
	if err != nil {
		return err
	}
	if err := p.Prove(ctx, b); err != nil {
		return err
	}
	if err := p.keepOn(ctx, hash, b); err != nil {
		return err
	}
	return p.move(ctx, bot.JournalRollback, hash, b, o)
}

// Load reads a kept release.
func (p *Press) Load(ctx context.Context, hash string) (*flow.Bundle, error) {
	stored, err := p.Stored(ctx, hash)
	if err != nil {
		return nil, err
	}
	return flow.Unpack(stored)
}

// move makes a kept release live, if the live one is the one that was expected.
func (p *Press) move(ctx context.Context, deed, hash string, b *flow.Bundle, o Order) error {
	line, err := p.owe(ctx, bot.Record{Who: o.Who, Deed: deed, Before: o.Expected, After: hash, What: o.What, Reason: o.Reason, Second: o.Second}, false)
	if err != nil {
		return fmt.Errorf("note what becomes live: %w", err)
	}
	if err = p.Refs.SetRef(ctx, kind, liveName, o.Expected, hash, 0); err != nil {
		if errors.Is(err, bot.ErrTaken) {
			_ = p.paid(ctx, line.Key) // Settle finds out
			return p.taken(ctx)
		}
		// The answer may be lost, and the pointer moved. Settle finds that out as well.
		if live, lost := p.Live(ctx); lost != nil || live != hash {
			return fmt.Errorf("move the live release: %w", err)
		}
	}
	if p.Moved != nil {
		p.Moved()
	}
	if err := p.keepOn(ctx, hash, b); err != nil { // it may have been found to be of no use just before
		p.Log.Error("the live release may end", "release", hash, "error", err)
	}
	if err := p.layDown(hash, b); err != nil {
		p.Log.Error("a release cannot be laid down as a ZIP; it is live all the same", "release", hash, "folder", p.Folder, "error", err)
	}
	if err = p.enter(ctx, line); err == nil {
		_ = p.paid(ctx, line.Key) // Settle finds it in the journal
	}
	return errors.Join(err, p.cancelAll(ctx, o))
}

// writeFor is how long a line of the journal is tried for.
const writeFor = 5 * time.Second

// write appends a line of what was done. Where the journal does not answer, it stays owed.
func (p *Press) write(ctx context.Context, r bot.Record) error {
	r.Key = newKey()
	err := p.enter(ctx, r)
	if err != nil {
		p.late(ctx, r)
	}
	return err
}

// enter tries for a while, even when whoever asked has gone meanwhile: what was done is done.
func (p *Press) enter(ctx context.Context, r bot.Record) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeFor)
	defer cancel()
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		err := p.Journal.Append(ctx, r)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (%w)", ErrUnwritten, err)
		case <-time.After(pause):
		}
	}
}

// taken says who won. The winner writes the journal just after, so it is looked at for a moment.
func (p *Press) taken(ctx context.Context) error {
	t := &Taken{}
	for try := 0; ; try++ {
		var err error
		if t.Live, err = p.Live(ctx); err != nil {
			return err
		}
		moves, err := p.Moves(ctx)
		if err != nil {
			return err
		}
		if n := len(moves); n > 0 && moves[n-1].After == t.Live {
			t.Who, t.At = moves[n-1].Who, moves[n-1].At
			t.told = p.Called(ctx, t.Who) + ", le " + p.moment(t.At)
			return t
		}
		if try == 10 {
			return t
		}
		select {
		case <-ctx.Done():
			return t
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Called is how people call whoever did something.
func (p *Press) Called(ctx context.Context, id string) string {
	switch id {
	case bot.ByFile:
		return "un fichier"
	case bot.ByService:
		return "le service"
	}
	name := ""
	if p.Name != nil {
		name = p.Name(ctx, id)
	}
	return cmp.Or(name, id)
}

// short is as much of a hash as people compare.
func short(hash string) string { return hash[:min(12, len(hash))] }

package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
)

// Moves are the lines of the journal by which a release became live, oldest first. A journal that was
// tampered with is read all the same, and said in the log.
func (p *Press) Moves(ctx context.Context) ([]bot.JournalLine, error) {
	lines, err := p.Lines(ctx)
	var all []bot.JournalLine
	for _, l := range lines {
		if moves(l.Record) {
			all = append(all, l)
		}
	}
	if errors.Is(err, bot.ErrBroken) {
		p.Log.Error("the journal does not hold together; see frontdesk flows journal", "error", err)
		err = nil
	}
	return all, err
}

// Served says whether a release was ever live here.
func (p *Press) Served(ctx context.Context, hash string) (bool, error) {
	moves, err := p.Moves(ctx)
	return slices.ContainsFunc(moves, func(l bot.JournalLine) bool { return l.After == hash }), err
}

// A Serving is one release that was live, and how it last became so.
type Serving struct {
	Release string
	bot.JournalLine
	Live bool
}

// Servings are all releases that were ever live, the last to become so first.
func (p *Press) Servings(ctx context.Context) ([]Serving, error) {
	live, err := p.Live(ctx)
	if err != nil {
		return nil, err
	}
	moves, err := p.Moves(ctx)
	if err != nil {
		return nil, err
	}
	var all []Serving
	seen := map[string]bool{}
	for _, l := range slices.Backward(moves) {
		if !seen[l.After] {
			seen[l.After] = true
			all = append(all, Serving{Release: l.After, JournalLine: l, Live: l.After == live})
		}
	}
	return all, nil
}

// Find is the hash of the release that was live here and begins like this.
func (p *Press) Find(ctx context.Context, begin string) (string, error) {
	all, err := p.Servings(ctx)
	if err != nil {
		return "", err
	}
	var found []string
	for _, s := range all {
		if begin != "" && strings.HasPrefix(s.Release, strings.ToLower(begin)) {
			found = append(found, s.Release)
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("%q : %w", begin, ErrNotServed)
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("%q désigne %d versions ; donnez plus de signes", begin, len(found))
}

// mendAfter is how long whoever moved the pointer has to write the line.
const mendAfter = writeFor + 5*time.Second

// Mend adds the line that is missing when something else than a press made a release live. live is
// what has been live since, for longer than anybody needs to write.
func (p *Press) Mend(ctx context.Context, live string, since time.Time) error {
	if live == "" || time.Since(since) < mendAfter {
		return nil
	}
	now, err := p.Live(ctx)
	if err != nil || now != live {
		return err
	}
	if owed, err := p.owedFor(ctx, live); err != nil || owed {
		return err // Settle writes it, with who and why
	}
	moves, err := p.Moves(ctx)
	if err != nil {
		return err
	}
	before := ""
	if n := len(moves); n > 0 {
		if before = moves[n-1].After; before == live {
			return nil
		}
	}
	return p.Journal.Append(ctx, bot.Record{Who: bot.ByService, Deed: bot.JournalPublished, Before: before, After: live,
		What: "Ligne ajoutée après coup : la version était en service, et le journal ne le disait pas."})
}

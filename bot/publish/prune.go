package publish

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// What is kept of releases that nobody needs: the last to have been live, and each for a while longer. The
// while is many times what lies between two prunings: a release that somebody begins to need in the meantime,
// such as a conversation that begins on it, is found by the next one, and stays.
const (
	keptLive  = 50
	PruneLast = 14 * 24 * time.Hour
)

// A Stock is where releases are kept, for who looks through all of them.
type Stock interface {
	// RetireReleases has each one end after a while that is not needed, and each one stay that is.
	RetireReleases(ctx context.Context, needed func(hash string) bool, after time.Duration) (ending int, err error)
	KeptReleases(ctx context.Context, hashes []string) (map[string]bool, error)
}

// Prune has releases end, after a while, that nobody needs any more: neither live, nor among the last that
// were, nor named by a plan, by the review that is open, or by whoever else is asked. It counts them. Where
// somebody cannot be asked nothing ends.
func (p *Press) Prune(ctx context.Context, others ...func(context.Context) ([]string, error)) (int, error) {
	needed := map[string]bool{}
	for _, ask := range append(others, p.last) {
		named, err := ask(ctx)
		if err != nil {
			return 0, err
		}
		for _, hash := range named {
			needed[hash] = true
		}
	}
	named, err := p.named(ctx)
	if err != nil {
		return 0, err
	}
	for _, hash := range named {
		needed[hash] = true
	}
	ending, err := p.Stock.RetireReleases(ctx, func(hash string) bool { return needed[hash] }, PruneLast)
	if err != nil {
		return ending, err
	}
	// What was made live, programmed or asked about in the meantime: whoever did it has kept it before, and
	// perhaps before it was looked at here.
	if named, err = p.named(ctx); err != nil {
		return ending, err
	}
	for _, hash := range named {
		if !needed[hash] {
			err = errors.Join(err, p.keepOn(ctx, hash, nil))
		}
	}
	return ending, err
}

// named are the releases that are live, programmed, or to be reviewed, and those that they are compared with.
func (p *Press) named(ctx context.Context) ([]string, error) {
	live, err := p.Live(ctx)
	if err != nil {
		return nil, err
	}
	all := []string{live}
	plans, err := p.Plans(ctx)
	if err != nil {
		return nil, err
	}
	for _, plan := range plans {
		all = append(all, plan.Release, plan.Order.Expected)
	}
	r, err := p.Review(ctx)
	if err == nil && r != nil {
		all = append(all, r.Release, r.Live, r.Expected())
	}
	return all, err
}

// last are the releases that were live last.
func (p *Press) last(ctx context.Context) ([]string, error) {
	servings, err := p.Servings(ctx)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, s := range servings[:min(keptLive, len(servings))] {
		all = append(all, s.Release)
	}
	return all, nil
}

// Held says which of some releases can be read, and so be made live again.
func (p *Press) Held(ctx context.Context, hashes []string) (map[string]bool, error) {
	held := map[string]bool{}
	if p.Stock != nil {
		var err error
		if held, err = p.Stock.KeptReleases(ctx, hashes); err != nil {
			return nil, err
		}
	}
	for _, hash := range hashes {
		if !held[hash] {
			_, err := os.Stat(filepath.Join(p.Folder, hash+".zip"))
			held[hash] = p.Stock == nil || p.Folder != "" && err == nil
		}
	}
	return held, nil
}

// Stored reads a kept release as it was packed: one that has ended, from its archive.
func (p *Press) Stored(ctx context.Context, hash string) ([]byte, error) {
	stored, err := p.Releases.Release(ctx, hash)
	if !errors.Is(err, bot.ErrNotFound) || p.Folder == "" {
		return stored, err
	}
	archive, lost := zip.OpenReader(filepath.Join(p.Folder, filepath.Base(hash)+".zip"))
	if lost != nil {
		return nil, err
	}
	defer archive.Close()
	b, lost := flow.Load(archive, "")
	if lost != nil || b.Hash != hash {
		return nil, fmt.Errorf("its archive is another release: %w", err)
	}
	return flow.Pack(b), nil
}

// keepOn has a release stay that may have been about to end. b is what it is, where that is known.
func (p *Press) keepOn(ctx context.Context, hash string, b *flow.Bundle) error {
	stored, err := p.Stored(ctx, hash)
	if errors.Is(err, bot.ErrNotFound) && b != nil {
		stored, err = flow.Pack(b), nil
	}
	if err != nil {
		return err
	}
	return p.Releases.KeepRelease(ctx, hash, stored)
}

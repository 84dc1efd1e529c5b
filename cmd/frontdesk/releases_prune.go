package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"time"

	"frontdesk/bot"
)

// When old releases are looked for: once a day, by one replica; the others leave it alone for as long as the
// lease says. Who fails lets others try.
const (
	pruneEvery = 24 * time.Hour
	pruneLease = 20 * time.Hour
	pruneLook  = 20 * time.Minute
	pruneFor   = 30 * time.Minute
)

// pruneReleases has releases and versions of the draft end that nobody needs, until ctx ends.
func (h *house) pruneReleases(ctx context.Context) {
	holder, last := rand.Text(), time.Time{}
	for tick := time.NewTicker(pruneLook); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		if time.Since(last) < pruneEvery {
			continue
		}
		mine, err := h.store.Acquire(ctx, "releases", holder, pruneLease)
		if err != nil || !mine {
			continue
		}
		ending, err := h.pruneOnce(ctx)
		if err != nil {
			h.log.Warn("old releases were not looked for; it will be tried again", "error", err)
			_ = h.store.Yield(context.WithoutCancel(ctx), "releases", holder)
			continue
		}
		last = time.Now()
		h.log.Info("old releases were looked for", "ending", ending)
	}
}

func (h *house) pruneOnce(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, pruneFor)
	defer cancel()
	return h.press.Prune(ctx, h.conversed, h.studio.Workshop.Tend)
}

// conversed are the releases that conversations refer to. Where one cannot be read nobody knows them all.
func (h *house) conversed(ctx context.Context) ([]string, error) {
	all := map[string]bool{}
	unread, err := h.store.Sessions(ctx, func(s *bot.Session) error {
		all[s.Release] = true
		return nil
	})
	if err == nil && unread > 0 {
		err = fmt.Errorf("%d conversations cannot be read", unread)
	}
	return slices.Sorted(maps.Keys(all)), err
}

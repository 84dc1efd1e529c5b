package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/publish"
)

// followEvery is how often a replica looks which release is live. A publication reaches everybody within a
// second: this, and the reading of a release that others have proved.
const followEvery = 400 * time.Millisecond

// settleEach is after how many looks it is asked what the journal is owed.
const settleEach = 25

// A following is how far a house is with what others publish.
type following struct {
	one     sync.Mutex // one look at a time
	mu      sync.RWMutex
	live    string // the live pointer, as it was taken up; "" before
	refused string // the live pointer, when what it names cannot be served here
	since   time.Time
	failed  int    // programmed publications that were not made
	told    string // the bundle of FRONTDESK_FLOWS that was said to be an earlier one
}

func (f *following) set(change func(*following)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *following) get() (live, refused string, since time.Time) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.live, f.refused, f.since
}

// state is for metrics and /readyz.
func (f *following) state() (refused bool, failed int) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.refused != "", f.failed
}

// openPress makes what publishes, here and in the studio.
func (h *house) openPress() {
	h.press = &publish.Press{Releases: h.store, Refs: h.store, Journal: h.store, Prove: h.shelf.vet, Now: h.store.Now,
		Folder: h.config.ReleasesDir, Log: h.log, Stock: h.store}
}

// begin finds the release to serve. An empty store gets the bundle that this process was started with;
// otherwise the live release is served, whatever the bundle, except one of FRONTDESK_FLOWS that is new here.
func (h *house) begin(ctx context.Context, bundle *flow.Bundle) error {
	h.press.Zone = bundle.Zone
	live, err := h.press.Live(ctx)
	if err != nil {
		return err
	}
	switch {
	case live == "":
		if err := h.publishFirst(ctx, bundle); err != nil {
			return err
		}
	case h.config.Flows != "" && live != bundle.Hash:
		if err := h.publishFile(ctx, bundle, live); errors.Is(err, bot.ErrUnavailable) {
			return err
		} else if err != nil {
			h.log.Error("the bundle (FRONTDESK_FLOWS) cannot be published; the live release is served", "live", live, "error", err)
		}
	}
	err = h.follow(ctx, bundle)
	if err == nil || errors.Is(err, bot.ErrUnavailable) {
		return err
	}
	return h.fallBack(ctx, bundle, err)
}

// publishFirst gives an empty store its first release. Of replicas that start together one does.
func (h *house) publishFirst(ctx context.Context, bundle *flow.Bundle) error {
	who := bot.ByService
	if h.config.Flows != "" {
		who = bot.ByFile
	}
	err := h.press.Publish(ctx, bundle, publish.Order{Who: who, What: "Première version en service."})
	switch {
	case errors.Is(err, bot.ErrTaken):
		return nil
	case errors.Is(err, publish.ErrUnwritten):
		h.log.Error("the first release is live and not in the journal yet", "error", err)
		return nil
	}
	return err
}

// publishFile publishes a bundle of FRONTDESK_FLOWS that was never live here. One that was overrides nothing
// that came later; in a trial, which remembers nothing, files alone decide.
func (h *house) publishFile(ctx context.Context, b *flow.Bundle, live string) error {
	served, err := h.press.Served(ctx, b.Hash)
	if err != nil {
		return err
	}
	if served && h.config.RedisURL != "" {
		if h.following.told != b.Hash {
			h.following.told = b.Hash
			h.log.Warn("the bundle (FRONTDESK_FLOWS) was live before and overrides no later release; to have it back: frontdesk flows rollback "+b.Hash[:12], "live", live)
		}
		return nil
	}
	err = h.press.Publish(ctx, b, publish.Order{Expected: live, Who: bot.ByFile, What: "Version lue dans les fichiers du service."})
	if taken, is := errors.AsType[*publish.Taken](err); is && taken.Live == b.Hash {
		return nil // another replica reads the same files
	}
	if errors.Is(err, publish.ErrUnwritten) {
		h.log.Error("a release is live and not in the journal yet", "release", b.Hash, "error", err)
	} else if err != nil {
		return err
	}
	ended, unread := h.press.Ended(ctx, live, b.Hash)
	if unread != nil {
		h.log.Warn("what was programmed cannot be read; see frontdesk flows releases", "error", unread)
	}
	for _, plan := range ended {
		h.log.Warn("a programmed publication cannot be made any more: the live release has changed; program it again in the studio, or by frontdesk flows publish --at", "plan", plan.ID, "at", plan.At)
	}
	return nil
}

// follow serves the live release, if it is another than the one served. known is a bundle that need not be
// read again when it is the live one, or nil.
func (h *house) follow(ctx context.Context, known *flow.Bundle) error {
	h.following.one.Lock()
	defer h.following.one.Unlock()
	live, err := h.press.Live(ctx)
	if err != nil {
		return err
	}
	if was, refused, _ := h.following.get(); live == "" || live == was || live == refused {
		return nil
	}
	if known != nil && known.Hash == live {
		err = h.shelf.serve(ctx, known)
	} else {
		err = h.shelf.adopt(ctx, live)
	}
	switch {
	case err == nil:
		h.following.set(func(f *following) { f.live, f.refused, f.since = live, "", time.Now() })
		h.log.Info("release", "live", live)
	case !errors.Is(err, bot.ErrUnavailable):
		h.following.set(func(f *following) { f.live, f.refused, f.since = "", live, time.Now() })
		h.log.Error("the live release cannot be served by this binary; publish another, or start the binary that published it", "release", live, "error", err)
	}
	return err
}

// fallBack serves, in place of a live release that is refused, the last one before it that can be served,
// and at last the bundle of the start. The pointer stays: another replica may be newer.
func (h *house) fallBack(ctx context.Context, bundle *flow.Bundle, why error) error {
	before, err := h.press.Servings(ctx)
	if err != nil {
		return err
	}
	for _, s := range before {
		if s.Live {
			continue
		}
		err := h.shelf.adopt(ctx, s.Release)
		if err == nil {
			h.log.Error("an earlier release is served in place of the live one", "release", s.Release)
			return nil
		}
		h.log.Error("an earlier release cannot be served either", "release", s.Release, "error", err)
	}
	if err := h.shelf.serve(ctx, bundle); err != nil {
		return errors.Join(why, err)
	}
	h.log.Error("the bundle of this process is served in place of the live release", "release", bundle.Hash)
	return nil
}

// watchReleases follows what others publish, publishes what is programmed, and writes the lines of the
// journal that somebody who ended too soon has left out.
func (h *house) watchReleases(ctx context.Context) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	said, mended := "", ""
	for turn := 0; ; turn++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := h.follow(ctx, nil)
		if err == nil && turn%2 == 0 {
			err = h.carryOut(ctx)
		}
		if err == nil {
			err = h.press.Deliver(ctx, h.store.Cards, h.player.Take)
		}
		if live, _, since := h.following.get(); err == nil && live != mended && time.Since(since) > 15*time.Second {
			if err = h.press.Mend(ctx, live, since); err == nil {
				mended = live
			}
		}
		if err == nil && turn%settleEach == 0 {
			err = h.settle(ctx)
		}
		switch {
		case err == nil || ctx.Err() != nil:
			said = ""
		case err.Error() != said:
			said = err.Error()
			h.log.Warn("releases cannot be followed for now", "error", err)
		}
	}
}

// settle writes lines of the journal that the press and the draft owe it.
func (h *house) settle(ctx context.Context) error {
	err := h.press.Settle(ctx)
	if h.studio == nil {
		return err
	}
	return errors.Join(err, h.studio.Workshop.Settle(ctx))
}

func (h *house) carryOut(ctx context.Context) error {
	failed, err := h.press.CarryOut(ctx)
	if err != nil {
		return err
	}
	h.following.set(func(f *following) { f.failed = failed })
	return nil
}

// watchBundle takes up a changed bundle within seconds. One that does not load is named in the log
// and the old one goes on; conversations under way keep to theirs.
func (h *house) watchBundle(ctx context.Context) {
	refused, looked := "", ""
	for tick := time.NewTicker(2 * time.Second); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		written := fingerprint(h.config.Flows)
		if written != "" && written == looked {
			continue
		}
		err := h.takeUp(ctx)
		if !errors.Is(err, bot.ErrUnavailable) {
			looked = written // nothing is read again until somebody writes
		}
		switch {
		case err != nil && err.Error() != refused:
			refused = err.Error() // said once, until it is mended
			h.log.Error("the changed bundle cannot be served; the present one goes on", "faults", refused)
		case err == nil && refused != "":
			refused = ""
			h.log.Info("the bundle is good again")
		}
	}
}

// takeUp publishes the bundle as its files are now, if nobody has yet.
func (h *house) takeUp(ctx context.Context) error {
	b, err := h.bundles.load(h.config.Flows, h.config.Region)
	if err != nil {
		return err
	}
	live, err := h.press.Live(ctx)
	if err != nil || b.Hash == live {
		return err
	}
	if err := h.publishFile(ctx, b, live); err != nil {
		return err
	}
	return h.follow(ctx, b)
}

// news are the bulletins. Those that cannot be read hold nobody up.
func (h *house) news(ctx context.Context) ([]bot.Bulletin, error) {
	all, err := h.press.Bulletins(ctx)
	if err != nil && !errors.Is(err, bot.ErrUnavailable) {
		h.log.Error("bulletins cannot be read; none is told", "error", err)
		return nil, nil
	}
	return all, err
}

// onLive says whether the live release is what is served.
func (h *house) onLive() bool {
	refused, _ := h.following.state()
	return !refused
}

// vet refuses a bundle that does not prove. What was proved before, anywhere, is not even compiled.
func (s *shelf) vet(ctx context.Context, b *flow.Bundle) error {
	kept, err := s.proved(ctx, b.Hash)
	if err != nil || kept {
		return err
	}
	p, err := s.compile(b)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.vetted = p
	s.mu.Unlock()
	return s.prove(ctx, p)
}

// adopt makes a stored release the live one of this process, after it is proved.
func (s *shelf) adopt(ctx context.Context, release string) error {
	if p, ok := s.Pinned(release); ok && p.Bundle.Hash == release { // not one that stands in for it
		if err := s.prove(ctx, p); err != nil {
			return err
		}
		s.enliven(p)
		return nil
	}
	stored, err := s.releases.Release(ctx, release)
	if err != nil {
		return fmt.Errorf("read release: %w", err)
	}
	b, err := flow.Unpack(stored)
	if err != nil {
		return err
	}
	return s.serve(ctx, b)
}

// ready is the program of a bundle that was compiled to be proved, or nil.
func (s *shelf) ready(b *flow.Bundle) *engine.Program {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.vetted != nil && s.vetted.Bundle == b {
		return s.vetted
	}
	return nil
}

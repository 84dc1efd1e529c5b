package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/directory"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/hours"
	"frontdesk/flows"
	"frontdesk/locales"
)

// loadBundle reads a bundle: the directory at path, or the reference bundle when path is "".
// A directory without locales/ speaks with the service's own message files.
func loadBundle(path, region string) (*flow.Bundle, error) {
	if path == "" {
		return flow.LoadWithLocales(flows.Files, locales.Files, region)
	}
	if info, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("bundle (FRONTDESK_FLOWS): %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("bundle (FRONTDESK_FLOWS): %s is a file; name the folder it is in", path)
	}
	dir := os.DirFS(path)
	if _, err := fs.Stat(dir, "locales"); err == nil {
		return flow.Load(dir, region)
	}
	return flow.LoadWithLocales(dir, locales.Files, region)
}

// fingerprint is a hash of a folder's files, "" where they cannot be read: reading a bundle takes long, and
// it seldom changes.
func fingerprint(path string) string {
	sum := sha256.New()
	dir := os.DirFS(path)
	err := fs.WalkDir(dir, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := fs.ReadFile(dir, name)
		fmt.Fprintf(sum, "%q %d %s", name, len(content), content)
		return err
	})
	if err != nil {
		return ""
	}
	return string(sum.Sum(nil))
}

// compile makes a bundle ready to play, with its words.
func compile(b *flow.Bundle) (*engine.Program, error) {
	words, err := locales.New(b)
	if err != nil {
		return nil, err
	}
	return engine.Compile(b, words)
}

// bundles are where a command and its house have bundles from, and what makes them ready to play. Tests that
// open many houses share what was made once; a command line reads and compiles.
type bundles interface {
	load(path, region string) (*flow.Bundle, error)
	compile(*flow.Bundle) (*engine.Program, error)
}

type fromFiles struct{}

func (fromFiles) load(path, region string) (*flow.Bundle, error)  { return loadBundle(path, region) }
func (fromFiles) compile(b *flow.Bundle) (*engine.Program, error) { return compile(b) }

// A shelf holds the programs of the releases in use: the live one, and those that conversations
// under way keep to.
type shelf struct {
	live     atomic.Pointer[engine.Program]
	mu       sync.RWMutex
	pinned   map[string]*engine.Program
	stocked  *directory.Set                        // the reference data that live programs tell from, or nil
	releases bot.Releases                          // where every served release is kept
	verdicts bot.Refs                              // where it is kept that a release was proved; nil proves each time
	prepare  func(*engine.Program) *engine.Program // or nil; the trial opens the desk
	bundles  bundles                               // nil compiles each time
	vetted   *engine.Program                       // the last one that was compiled to be proved
	log      *slog.Logger
}

func (s *shelf) Live() *engine.Program { return s.live.Load() }

func (s *shelf) Pinned(release string) (*engine.Program, bool) {
	if live := s.live.Load(); live != nil && live.Bundle.Hash == release {
		return live, true
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.pinned[release]
	return p, ok
}

// serve makes a bundle the live release, after it is proved and stored: a conversation that begins with
// it can always go on with it.
func (s *shelf) serve(ctx context.Context, b *flow.Bundle) error {
	p, err := s.compile(b)
	if err != nil {
		return err
	}
	if err := s.prove(ctx, p); err != nil {
		return err
	}
	if s.releases != nil {
		if err := s.releases.KeepRelease(ctx, b.Hash, flow.Pack(b)); err != nil {
			return fmt.Errorf("keep release %s: %w", b.Hash, err)
		}
	}
	s.enliven(s.put(b.Hash, p))
	return nil
}

// show makes a bundle the live release of this process alone: for who begins no conversations.
func (s *shelf) show(b *flow.Bundle) error {
	p, err := s.compile(b)
	if err != nil {
		return err
	}
	s.enliven(s.put(b.Hash, p))
	return nil
}

func (s *shelf) enliven(p *engine.Program) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live.Store(p.With(s.stocked))
}

func (s *shelf) compile(b *flow.Bundle) (*engine.Program, error) {
	if p := s.ready(b); p != nil {
		return p, nil
	}
	p, err := cmp.Or[bundles](s.bundles, fromFiles{}).compile(b)
	if err != nil {
		return nil, fmt.Errorf("release %s: %w", b.Hash, err)
	}
	return p, nil
}

// stock has the live program, and those after it, tell from a set of reference data.
func (s *shelf) stock(set *directory.Set) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stocked = set
	if live := s.live.Load(); live != nil {
		s.live.Store(live.With(set))
	}
}

// data is the set that is told from, or nil.
func (s *shelf) data() *directory.Set {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.stocked
}

// dataHash is the name of the set that is told from, or "".
func (s *shelf) dataHash() string {
	if set := s.data(); set != nil {
		return set.Hash
	}
	return ""
}

// fetch puts a stored release on the shelf. For one that is lost, or that this version of the
// program cannot read any more, the live one stands in: a conversation then goes on at its step, at the one
// that stands for it, or at the last question that is left, instead of never. One that a newer version wrote
// is left to it.
func (s *shelf) fetch(ctx context.Context, release string) error {
	err := s.load(ctx, release)
	live := s.live.Load()
	if err == nil || errors.Is(err, bot.ErrUnavailable) || errors.Is(err, bot.ErrNewer) || live == nil {
		return err
	}
	s.log.Error("a release cannot be had; its conversations go on with the live one", "release", release, "error", err)
	s.pin(release, live)
	return nil
}

func (s *shelf) load(ctx context.Context, release string) error {
	stored, err := s.releases.Release(ctx, release)
	if err != nil {
		return err
	}
	b, err := flow.Unpack(stored)
	if err != nil {
		return err
	}
	p, err := s.compile(b)
	if err != nil {
		return err
	}
	s.put(release, p) // under the name it was asked by: another version may write it otherwise
	return nil
}

// put prepares a program and puts it on the shelf.
func (s *shelf) put(release string, p *engine.Program) *engine.Program {
	if s.prepare != nil {
		p = s.prepare(p)
	}
	s.pin(release, p)
	return p
}

func (s *shelf) pin(release string, p *engine.Program) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pinned == nil {
		s.pinned = map[string]*engine.Program{}
	}
	s.pinned[release] = p
}

// openTrial is the exceptional opening of a trial: the lead's desk is open at any hour, for a day's
// long stretch around now that is renewed with each start. Nothing else of the calendar changes.
func openTrial(now time.Time) func(*engine.Program) *engine.Program {
	return func(p *engine.Program) *engine.Program {
		return p.Opened(p.Bundle.Lead().Hours, hours.Span{From: now.Add(-time.Hour), To: now.Add(30 * 24 * time.Hour)})
	}
}

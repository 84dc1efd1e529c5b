package main

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// kept is where releases are kept, in memory, and what is wrong with it.
type kept struct {
	releases map[string][]byte
	err      error
	keeping  func() // is called while a release is kept
}

func (k *kept) KeepRelease(_ context.Context, hash string, bundle []byte) error {
	if k.keeping != nil {
		k.keeping()
	}
	if k.err != nil {
		return k.err
	}
	if k.releases == nil {
		k.releases = map[string][]byte{}
	}
	k.releases[hash] = bundle
	return nil
}

func (k *kept) Release(_ context.Context, hash string) ([]byte, error) {
	if stored, ok := k.releases[hash]; ok && k.err == nil {
		return stored, nil
	}
	return nil, errors.Join(k.err, bot.ErrNotFound)
}

func bundle(t *testing.T, path string) *flow.Bundle {
	t.Helper()
	b, err := shared.load(path, "")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAReleaseIsStoredBeforeItIsServed(t *testing.T) {
	k := &kept{}
	s := &shelf{releases: k}
	first, second := bundle(t, guichet), bundle(t, edited(t, "accueil.yaml", "Au revoir.", "À bientôt."))
	if first.Hash == second.Hash {
		t.Fatal("an edited bundle is the same release")
	}
	for _, b := range []*flow.Bundle{first, second} {
		before := s.Live()
		k.keeping = func() {
			if _, there := s.Pinned(b.Hash); there || s.Live() != before {
				t.Error("the release is on the shelf before it is stored")
			}
		}
		if err := s.serve(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if got := s.Live().Bundle.Hash; got != b.Hash || k.releases[b.Hash] == nil {
			t.Errorf("live is %s, want %s", got, b.Hash)
		}
	}
	if p, ok := s.Pinned(first.Hash); !ok || p.Bundle.Hash != first.Hash {
		t.Error("the release before is no longer on the shelf")
	}
	k.keeping, k.err = nil, bot.ErrUnavailable
	third := bundle(t, edited(t, "accueil.yaml", "Au revoir.", "Adieu."))
	if err := s.serve(t.Context(), third); !errors.Is(err, bot.ErrUnavailable) || s.Live().Bundle.Hash != second.Hash {
		t.Errorf("a store that sleeps: %v, live %s", err, s.Live().Bundle.Hash)
	}
}

func TestAStoredReleaseComesBackAsItWas(t *testing.T) {
	for name, b := range map[string]*flow.Bundle{"reference": bundle(t, ""), "small": bundle(t, guichet)} {
		k := &kept{}
		if err := (&shelf{releases: k}).serve(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		s := &shelf{releases: k} // after a restart, with another release
		if err := s.serve(t.Context(), bundle(t, edited(t, "accueil.yaml", "Au revoir.", "À bientôt."))); err != nil {
			t.Fatal(err)
		}
		if _, ok := s.Pinned(b.Hash); ok {
			t.Fatal("it is on the shelf before it was fetched")
		}
		if err := s.fetch(t.Context(), b.Hash); err != nil {
			t.Fatal(err)
		}
		p, ok := s.Pinned(b.Hash)
		if !ok || p.Bundle.Hash != b.Hash || p.Bundle.Region != b.Region || !maps.EqualFunc(p.Bundle.Texts, b.Texts, func(x, y flow.Text) bool { return x.Text == y.Text }) {
			t.Errorf("%s: it came back otherwise", name)
		}
		if s.Live().Bundle.Hash == b.Hash {
			t.Errorf("%s: fetching made it live", name)
		}
	}
}

// A conversation must never be stuck: what its release was called when it began is how it is asked
// for, and what cannot be had any more is replaced by what is live.
func TestAConversationIsNeverStuckForItsRelease(t *testing.T) {
	small := bundle(t, guichet)
	for name, stored := range map[string][]byte{
		"written in another form": flow.Pack(small), // by a version that named it otherwise
		"no longer understood":    []byte("frontdesk release 1\naccueil.yaml 3\nx: "),
		"torn":                    []byte("frontdesk rel"),
		"lost":                    nil,
	} {
		k := &kept{releases: map[string][]byte{}}
		s := &shelf{releases: k, log: quietly()}
		if err := s.serve(t.Context(), bundle(t, "")); err != nil {
			t.Fatal(err)
		}
		if stored != nil {
			k.releases["old"] = stored
		}
		if err := s.fetch(t.Context(), "old"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		turn, err := engine.New(s).Step(bot.Session{ID: "c", Version: 1, Life: bot.Talking, Release: "old", Language: "fr"}, bot.Input{ID: "m", Conversation: "c", Event: bot.Said{Text: "bonjour"}})
		if err != nil || len(turn.Effects) == 0 {
			t.Errorf("%s: %v, %d effects", name, err, len(turn.Effects))
		}
	}
	k := &kept{err: bot.ErrUnavailable} // that passes: it is asked again
	s := &shelf{releases: k, log: quietly()}
	if err := s.fetch(t.Context(), "old"); !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("a store that sleeps: %v", err)
	}
	if _, ok := s.Pinned("old"); ok {
		t.Error("a store that sleeps puts something on the shelf")
	}
}

func TestATrialOpensTheLeadsDeskOnly(t *testing.T) {
	night := time.Date(2026, 12, 25, 3, 0, 0, 0, time.UTC) // and a holiday
	p := referenceProgram(t)
	closed, open := p.Bundle, openTrial(night)(p).Bundle
	lead := open.Lead().Hours
	queues := slices.Sorted(maps.Keys(open.Calendar.Queues))
	if len(queues) < 2 || !slices.Contains(queues, lead) {
		t.Fatalf("the reference bundle has the queues %q", queues)
	}
	for _, at := range []time.Time{night, night.Add(7 * 24 * time.Hour)} {
		for _, q := range queues {
			if got := open.Calendar.Open(q, at); q == lead && !got || q != lead && got != closed.Calendar.Open(q, at) {
				t.Errorf("%s at %s: open %v", q, at, got)
			}
		}
	}
	if closed.Calendar.Open(lead, night) {
		t.Error("a trial opens the desk of other bundles")
	}
	if open.Hash != closed.Hash {
		t.Error("a trial is another release")
	}
}

func TestATrialOpensWhatItFetchesToo(t *testing.T) {
	night := time.Date(2026, 12, 25, 3, 0, 0, 0, time.UTC)
	k := &kept{}
	b := bundle(t, "")
	if err := (&shelf{releases: k}).serve(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	s := &shelf{releases: k, prepare: openTrial(night)}
	if err := s.fetch(t.Context(), b.Hash); err != nil {
		t.Fatal(err)
	}
	if p, _ := s.Pinned(b.Hash); !p.Bundle.Calendar.Open(b.Lead().Hours, night) {
		t.Error("the desk is closed")
	}
}

func TestABundleIsReadFromAFolderOrFromTheProgram(t *testing.T) {
	if b := bundle(t, ""); b.Region != "bretagne" {
		t.Errorf("region %q", b.Region)
	}
	if b, err := loadBundle("", "nulle-part"); err == nil {
		t.Errorf("the region nulle-part is %q", b.Region)
	}
	if _, err := loadBundle(t.TempDir(), ""); err == nil {
		t.Error("an empty folder is a bundle")
	}
	if _, err := loadBundle(filepath.Join(t.TempDir(), "none"), ""); err == nil {
		t.Error("a folder that is not there is a bundle")
	}
}

// A folder may bring no message files, or some: the engine's words are there all the same.
func TestABundleFromAFolderHasTheEnginesWords(t *testing.T) {
	without, some := t.TempDir(), t.TempDir()
	for _, dir := range []string{without, some} {
		if err := os.CopyFS(dir, os.DirFS(guichet)); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(dir, "locales")); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(some, "locales"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(some, "locales", "active.en.yaml"), []byte("accueil.fin: {other: Goodbye.}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"all of its own": guichet, "none": without, "some": some} {
		p, err := compile(bundle(t, dir))
		if err != nil {
			t.Fatal(err)
		}
		s := &shelf{}
		s.live.Store(p)
		turn, err := engine.New(s).Step(bot.Session{ID: "c", Version: 1, Life: bot.Talking, Release: p.Bundle.Hash, Language: "fr", Step: "accueil.age", Asking: true},
			bot.Input{ID: "m", Conversation: "c", Event: bot.EraseAsked{}})
		if err != nil || turn.Fault != nil {
			t.Fatalf("%s: %v, %v", name, err, turn.Fault)
		}
		if !slices.ContainsFunc(turn.Effects, func(e bot.Addressed) bool { say, is := e.Effect.(bot.Say); return is && say.Text != "" }) {
			t.Errorf("message files: %s: an erasure is met with silence: %+v", name, turn.Effects)
		}
	}
}

// refs are references in memory, counted.
type refs struct {
	kept map[string]string
	sets int
}

func (r *refs) Ref(_ context.Context, kind, name string) (string, error) {
	if value, ok := r.kept[kind+" "+name]; ok {
		return value, nil
	}
	return "", bot.ErrNotFound
}

func (r *refs) SetRef(_ context.Context, kind, name, _, value string, _ time.Duration) error {
	r.sets++
	r.kept[kind+" "+name] = value
	return nil
}

func (r *refs) DropRef(context.Context, string, string) error { return nil }

func TestWhatDoesNotProveIsNotServed(t *testing.T) {
	k, v := &kept{}, &refs{kept: map[string]string{}}
	s := &shelf{releases: k, verdicts: v}
	first := bundle(t, guichet)
	if err := s.serve(t.Context(), first); err != nil || v.sets != 1 {
		t.Fatalf("%v, %d verdicts", err, v.sets)
	}
	if err := s.serve(t.Context(), first); err != nil || v.sets != 1 {
		t.Errorf("a release that was proved is proved again: %v, %d verdicts", err, v.sets)
	}
	faulty := bundle(t, edited(t, "accueil.yaml", `fin: {end: informed, text: "Au revoir."}`, `fin: {end: informed, text: "Au revoir."}
  oubli: {end: informed, text: "Oublié."}`))
	err := s.serve(t.Context(), faulty)
	if err == nil || !strings.Contains(err.Error(), `étape "oubli": aucune réponse ne mène à cette étape`) {
		t.Errorf("a step that nobody comes to: %v", err)
	}
	if s.Live().Bundle.Hash != first.Hash || k.releases[faulty.Hash] != nil || v.sets != 1 {
		t.Error("what does not prove was kept")
	}
}

package workshop

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/flow"
)

// small is a bundle with one flow, whose first words are the given ones.
func small(t *testing.T, words string) *flow.Bundle {
	t.Helper()
	b, err := flow.Unpack(packed(words))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func packed(words string) []byte {
	files := []struct{ name, text string }{
		{"accueil.yaml", "flow: accueil\ntitle: Accueil\nstart: bonjour\n\nsteps:\n  bonjour: {say: " + words + ", then: fin}\n  fin: {end: informed, text: Merci.}\n"},
		{"bundle.yaml", "format: 1\nregion: demo\nservice: Essai\nstart: accueil\n"},
		{"networks.yaml", "networks:\n  region: {name: Accueil}\n"},
		{"regions/demo/hours.yaml", "queues:\n  accueil: {lun-ven: \"09:00-17:00\"}\n"},
		{"regions/demo/region.yaml", "line: {text: \"02 61 91 00 00\", tel: \"+33261910000\"}\nterritories:\n  \"35\": {name: Ille-et-Vilaine, in: en Ille-et-Vilaine}\n"},
		{"regions/demo/structures.yaml", "structures:\n  accueil-regional:\n    name: Accueil\n    network: region\n    lead: true\n    territories: [\"*\"]\n    offers: [{id: api, from: 2026-01-01}]\n    hours: accueil\n    contacts: [desk]\n"},
		{"safety.yaml", "owner: Essai\nreviewed: 2026-11-02\nnumbers: {\"15\": {label: SAMU}}\n\ndangers:\n  urgence: {grade: immediate, numbers: [\"15\"], words: [au secours], text: Appelez le 15.}\n"},
	}
	var out strings.Builder
	out.WriteString("frontdesk release 1\n")
	for _, f := range files {
		fmt.Fprintf(&out, "%s %d\n%s", f.name, len(f.text), f.text)
	}
	return []byte(out.String())
}

func keep(t *testing.T, s *bottest.Shelf, b *flow.Bundle) {
	t.Helper()
	if err := s.KeepRelease(t.Context(), b.Hash, flow.Pack(b)); err != nil {
		t.Fatal(err)
	}
}

// bench is a workshop on one live release.
func bench(t *testing.T) (*Workshop, *bottest.Shelf) {
	t.Helper()
	s := new(bottest.Shelf)
	live := small(t, "Bonjour")
	keep(t, s, live)
	return &Workshop{Refs: s, Releases: s, Live: func() *flow.Bundle { return live }, Now: func() time.Time { return time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC) }}, s
}

func says(t *testing.T, s *State) string {
	t.Helper()
	v, _ := s.Draft.At("accueil.yaml", "steps", "bonjour", "say")
	return v.Text()
}

func saying(words string) func(*State) (*flow.Draft, error) {
	return func(s *State) (*flow.Draft, error) {
		return s.Draft.Edit(flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), words))
	}
}

var claire = Author{"claire", "Claire"}

func TestUndoAndRedo(t *testing.T) {
	w, _ := bench(t)
	ctx := t.Context()
	for _, words := range []string{"Un", "Deux", "Trois"} {
		if _, err := w.Save(ctx, claire, words, saying(words)); err != nil {
			t.Fatal(err)
		}
	}
	step := func(name string, do func(context.Context) (*State, error), want, undo, redo string) {
		t.Helper()
		s, err := do(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if got := says(t, s); got != want || s.Undo != undo || s.Redo != redo {
			t.Errorf("%s: says %q, undo %q, redo %q; want %q, %q, %q", name, got, s.Undo, s.Redo, want, undo, redo)
		}
	}
	undo := func(ctx context.Context) (*State, error) { return w.Undo(ctx, claire, seen(t, w).ID) }
	redo := func(ctx context.Context) (*State, error) {
		now := seen(t, w)
		return w.Redo(ctx, claire, now.ID, now.Next)
	}
	step("as it is", w.Open, "Trois", "Trois", "")
	step("undo", undo, "Deux", "Deux", "Trois")
	step("undo", undo, "Un", "Un", "Deux")
	step("redo", redo, "Deux", "Deux", "Trois")
	step("undo", undo, "Un", "Un", "Deux")
	step("undo", undo, "Bonjour", "", "Un")
	step("undo nothing", undo, "Bonjour", "", "Un")
	step("redo", redo, "Un", "Un", "Deux")
	if _, err := w.Save(ctx, claire, "Quatre", saying("Quatre")); err != nil {
		t.Fatal(err)
	}
	step("what was undone is gone once something else is saved", redo, "Quatre", "Quatre", "")
}

// seen is the draft as a page shows it now.
func seen(t *testing.T, w *Workshop) *State {
	t.Helper()
	s, err := w.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What somebody undoes or takes up is what they have seen, or nothing; then they are told what happened.
func TestWhatWasNotSeenIsNotUndone(t *testing.T) {
	w, _ := bench(t)
	ctx, sacha := t.Context(), Author{"sacha", "Sacha"}
	save := func(by Author, words string) *State {
		t.Helper()
		s, err := w.Save(ctx, by, words, saying(words))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	refused := func(name string, err error, want string) {
		t.Helper()
		m, is := errors.AsType[*Moved](err)
		if !is {
			t.Fatalf("%s: %v", name, err)
		}
		var told []string
		for _, v := range m.Saved {
			told = append(told, v.Name+" saved "+v.What)
		}
		for _, v := range m.Undone {
			told = append(told, v.What+" of "+v.Name+" was undone")
		}
		if got := strings.Join(told, ", "); got != want || says(t, m.Now) != says(t, seen(t, w)) {
			t.Errorf("%s: told %q, want %q", name, got, want)
		}
	}
	hers := save(claire, "Un")
	save(sacha, "Deux")
	save(sacha, "Trois")
	_, err := w.Undo(ctx, claire, hers.ID)
	refused("undo", err, "Sacha saved Trois, Sacha saved Deux")
	for _, unknown := range []string{"", "0123456789abcdef"} {
		_, err = w.Undo(ctx, claire, unknown)
		refused("undo of what is unknown", err, "Sacha saved Trois")
	}
	if got := says(t, seen(t, w)); got != "Trois" {
		t.Fatalf("it says %q", got)
	}
	page := seen(t, w)
	if _, err := w.Undo(ctx, sacha, page.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.Undo(ctx, claire, page.ID)
	refused("what is undone already", err, "Trois of Sacha was undone")
	save(claire, "Quatre")
	_, err = w.Undo(ctx, claire, page.ID)
	refused("what was left behind", err, "Claire saved Quatre, Trois of Sacha was undone")
}

// The draft may be where it was seen, and something else be next.
func TestWhatWasNotSeenIsNotTakenUp(t *testing.T) {
	w, _ := bench(t)
	ctx := t.Context()
	undone := func(words string) *State {
		t.Helper()
		s, err := w.Save(ctx, claire, words, saying(words))
		if err != nil {
			t.Fatal(err)
		}
		if s, err = w.Undo(ctx, claire, s.ID); err != nil {
			t.Fatal(err)
		}
		return s
	}
	page, now := undone("Un"), undone("Deux")
	if page.ID != now.ID || page.Redo != "Un" || now.Redo != "Deux" {
		t.Fatalf("at %s and %s, next %q and %q", page.ID, now.ID, page.Redo, now.Redo)
	}
	_, err := w.Redo(ctx, claire, page.ID, page.Next)
	if m, is := errors.AsType[*Moved](err); !is || m.Now.Redo != "Deux" || says(t, seen(t, w)) != "Bonjour" {
		t.Errorf("%v; it says %q", err, says(t, seen(t, w)))
	}
	if s, err := w.Redo(ctx, claire, now.ID, now.Next); err != nil || says(t, s) != "Deux" {
		t.Errorf("%v", err)
	}
}

func TestEverybodysChangeIsKept(t *testing.T) {
	w, _ := bench(t)
	ctx := t.Context()
	var people sync.WaitGroup
	for i := range 8 {
		people.Go(func() {
			_, err := w.Save(ctx, claire, "x", func(s *State) (*flow.Draft, error) {
				return s.Draft.Edit(flow.SetText(flow.In("accueil.yaml", "steps", fmt.Sprintf("pas%d", i), "say"), "Oui"))
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	people.Wait()
	s, err := w.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	steps, _ := s.Draft.At("accueil.yaml", "steps")
	if n := len(steps.Keys()); n != 10 {
		t.Errorf("%d steps, want 10: %v", n, steps.Keys())
	}
	all, err := w.History(ctx, 100)
	if err != nil || len(all) != 9 {
		t.Errorf("%d versions, %v", len(all), err)
	}
}

func TestAnUnchangedDraftFollowsTheLiveRelease(t *testing.T) {
	w, shelf := bench(t)
	ctx := t.Context()
	if _, err := w.Save(ctx, claire, "Un", saying("Un")); err != nil {
		t.Fatal(err)
	}
	next := small(t, "Bonsoir")
	keep(t, shelf, next)
	w.Live = func() *flow.Bundle { return next }
	s, err := w.Open(ctx)
	if err != nil || says(t, s) != "Un" {
		t.Fatalf("a changed draft stays as it is: %q, %v", says(t, s), err)
	}
	d, err := flow.OpenDraft(next.Sources)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rebase(ctx, claire, "publié", next.Hash, func(*State) (*flow.Draft, error) { return d, nil }); err != nil {
		t.Fatal(err)
	}
	last := small(t, "Salut")
	keep(t, shelf, last)
	w.Live = func() *flow.Bundle { return last }
	if s, err = w.Open(ctx); err != nil || says(t, s) != "Salut" || s.Undo != "" {
		t.Errorf("says %q, undo %q, %v", says(t, s), s.Undo, err)
	}
	if s, err = w.Save(ctx, claire, "Fin", saying("Fin")); err != nil || s.Version.Base != last.Hash {
		t.Errorf("on %v, %v", s, err)
	}
	if s, err = w.Drop(ctx, claire, seen(t, w), "abandon"); err != nil || says(t, s) != "Salut" || s.Undo != "abandon" {
		t.Errorf("dropped: %q, undo %q, %v", says(t, s), s.Undo, err)
	}
	if s, err = w.Undo(ctx, claire, seen(t, w).ID); err != nil || says(t, s) != "Fin" {
		t.Errorf("back: %q, %v", says(t, s), err)
	}
}

// Another process has nothing in memory: it finds the same draft.
func TestTheDraftIsInTheStore(t *testing.T) {
	w, shelf := bench(t)
	ctx := t.Context()
	saved, err := w.Save(ctx, claire, "Un", saying("Un"))
	if err != nil {
		t.Fatal(err)
	}
	other := &Workshop{Refs: shelf, Releases: shelf, Live: w.Live, Now: w.Now}
	s, err := other.Open(ctx)
	if err != nil || s.ID != saved.ID || s.Draft.Hash() != saved.Draft.Hash() || s.Version.Name != "Claire" {
		t.Errorf("%+v, %v", s, err)
	}
}

// What can still be come back to is kept, and what it stands on is named; a draft that nobody has tended for
// too long is the live release.
func TestOldVersionsEnd(t *testing.T) {
	w, shelf := bench(t)
	ctx := t.Context()
	first := w.Live()
	for i := range mostBack + 10 {
		words := fmt.Sprint("Fois ", i)
		if _, err := w.Save(ctx, claire, words, saying(words)); err != nil {
			t.Fatal(err)
		}
	}
	life := &lives{Refs: w.Refs}
	w.Refs = life
	next := small(t, "Bonsoir")
	keep(t, shelf, next)
	w.Live = func() *flow.Bundle { return next }
	if _, err := w.DropSeen(ctx, claire, "another", "abandon"); !errors.As(err, new(*Moved)) {
		t.Fatalf("a draft that nobody has seen is thrown away: %v", err)
	}
	if _, err := w.DropSeen(ctx, claire, seen(t, w).ID, "abandon"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Undo(ctx, claire, seen(t, w).ID); err != nil {
		t.Fatal(err)
	}
	life.set = nil
	bases, err := w.Tend(ctx)
	if err != nil || len(bases) != 2 || bases[0] != next.Hash || bases[1] != first.Hash {
		t.Errorf("on %v, %v", bases, err)
	}
	if len(life.set) != mostBack+1 {
		t.Errorf("%d versions live on, want %d and the one that can be done again", len(life.set), mostBack)
	}
	other := &Workshop{Refs: &lives{Refs: w.Refs, lost: life.set[1]}, Releases: shelf, Live: w.Live, Now: w.Now}
	if s, err := other.Open(ctx); err != nil || says(t, s) != "Bonsoir" {
		t.Errorf("a draft that has ended: %v", err)
	}
	if s, err := other.Save(ctx, claire, "neuf", saying("Neuf")); err != nil || says(t, s) != "Neuf" || s.Version.Base != next.Hash {
		t.Errorf("after it: %v", err)
	}
	parent, err := w.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	other = &Workshop{Refs: &lives{Refs: w.Refs, lost: parent.Version.Parent}, Releases: shelf, Live: w.Live, Now: w.Now}
	if s, err := other.Undo(ctx, claire, parent.ID); err != nil || s.ID != parent.ID {
		t.Errorf("what has ended cannot be come back to: %v", err)
	}
}

// lives are references that note whose life was set, and may have lost one.
type lives struct {
	bot.Refs
	set  []string
	lost string
}

func (l *lives) Ref(ctx context.Context, kind, name string) (string, error) {
	if kind == versionKind && name == l.lost {
		return "", bot.ErrNotFound
	}
	return l.Refs.Ref(ctx, kind, name)
}

func (l *lives) SetRef(ctx context.Context, kind, name, old, value string, ttl time.Duration) error {
	if kind == versionKind && ttl == keepFor {
		l.set = append(l.set, name)
	}
	return l.Refs.SetRef(ctx, kind, name, old, value, ttl)
}

// What somebody saves after the draft was looked at is not thrown away with it; a draft that began anew with the
// same content is.
func TestADraftThatWasChangedMeanwhileIsNotThrownAway(t *testing.T) {
	w, _ := bench(t)
	ctx := t.Context()
	was := seen(t, w)
	if _, err := w.Save(ctx, claire, "Un", saying("Un")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Drop(ctx, claire, was, "abandon"); !errors.As(err, new(*Moved)) {
		t.Errorf("it is thrown away: %v", err)
	}
	if s := seen(t, w); says(t, s) != "Un" {
		t.Errorf("it says %q", says(t, s))
	}
	if _, err := w.Undo(ctx, claire, seen(t, w).ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Drop(ctx, claire, was, "abandon"); err != nil {
		t.Error(err)
	}
}

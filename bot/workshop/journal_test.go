package workshop

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// A notebook is a journal in memory that can fail before it has written, or after.
type notebook struct {
	mu            sync.Mutex
	lines         []bot.JournalLine
	torn, unheard bool
}

func (n *notebook) Append(_ context.Context, r bot.Record) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.torn {
		return bot.ErrUnavailable
	}
	n.lines = append(n.lines, bot.JournalLine{Number: int64(len(n.lines) + 1), Record: r})
	if n.unheard {
		return bot.ErrUnavailable
	}
	return nil
}

func (n *notebook) Journal(ctx context.Context, each func(bot.JournalLine) error) error {
	_, err := n.JournalAfter(ctx, "", each)
	return err
}

func (n *notebook) JournalAfter(_ context.Context, place string, each func(bot.JournalLine) error) (string, error) {
	n.mu.Lock()
	lines := slices.Clone(n.lines)
	n.mu.Unlock()
	after, _ := strconv.Atoi(place)
	for _, l := range lines[after:] {
		if err := each(l); err != nil {
			return place, err
		}
	}
	return strconv.Itoa(len(lines)), nil
}

func (n *notebook) told() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []string
	for _, l := range n.lines {
		all = append(all, l.Who+" "+l.Deed+" "+l.What)
	}
	return all
}

// ledger is a workshop with a journal, and a clock that tests move.
func ledger(t *testing.T) (*Workshop, *notebook, *time.Time) {
	t.Helper()
	w, _ := bench(t)
	now, n := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC), &notebook{}
	w.Journal, w.Now = n, func() time.Time { return now }
	return w, n, &now
}

func must(t *testing.T) func(*State, error) *State {
	return func(s *State, err error) *State {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

func owedBy(t *testing.T, w *Workshop) int {
	t.Helper()
	h, _, err := w.kept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return len(h.Owed)
}

func TestEachChangeIsOneLineOfTheJournal(t *testing.T) {
	w, n, _ := ledger(t)
	ctx, do, marc := t.Context(), must(t), Author{"marc", "Marc"}
	live := w.Live().Hash
	do(w.Save(ctx, claire, "« bonjour »", saying("Un")))
	do(w.Save(ctx, claire, "« bonjour »", saying("Deux")))
	do(w.Save(ctx, claire, "rien", saying("Deux")))
	do(w.SaveAs(ctx, marc, JournalRenamed, "autre nom", saying("Trois")))
	do(w.Undo(ctx, claire, seen(t, w).ID))
	do(w.Redo(ctx, marc, seen(t, w).ID, seen(t, w).Next))
	do(w.Redo(ctx, marc, seen(t, w).ID, seen(t, w).Next))
	do(w.Drop(ctx, claire, seen(t, w), "abandon"))
	next := small(t, "Bonsoir")
	if err := w.Releases.KeepRelease(ctx, next.Hash, flow.Pack(next)); err != nil {
		t.Fatal(err)
	}
	d, err := flow.OpenDraft(next.Sources)
	if err != nil {
		t.Fatal(err)
	}
	do(w.Rebase(ctx, marc, "fusion", next.Hash, func(*State) (*flow.Draft, error) { return d, nil }))
	do(w.Follow(ctx, marc, "publié", live))
	want := []string{"claire draft_saved « bonjour »", "claire draft_saved « bonjour »", "marc draft_renamed autre nom",
		"claire draft_undone annulé : autre nom (par Marc)", "marc draft_redone rétabli : autre nom (par Marc)", "claire draft_dropped abandon", "marc draft_merged fusion"}
	if got := n.told(); !slices.Equal(got, want) {
		t.Errorf("the journal says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, l := range n.lines {
		if after := map[bool]string{true: next.Hash}[l.Deed == JournalMerged]; l.Before != live || l.After != after {
			t.Errorf("%s: from %.8s to %.8s, want from %.8s to %.8s", l.Deed, l.Before, l.After, live, after)
		}
	}
	if owed := owedBy(t, w); owed != 0 {
		t.Errorf("%d lines are owed", owed)
	}
}

// The journal fails between: the change is kept, and its line comes later, once.
func TestALineThatCouldNotBeWrittenComesLater(t *testing.T) {
	for name, c := range map[string]struct{ torn, unheard bool }{"not written": {torn: true}, "written, and nobody knows": {unheard: true}} {
		w, n, now := ledger(t)
		ctx, do := t.Context(), must(t)
		n.torn, n.unheard = c.torn, c.unheard
		do(w.Save(ctx, claire, "un", saying("Un")))
		if got := says(t, do(w.Open(ctx))); got != "Un" || owedBy(t, w) != 1 {
			t.Errorf("%s: says %q, %d owed", name, got, owedBy(t, w))
		}
		n.torn, n.unheard = false, false
		other := &Workshop{Refs: w.Refs, Releases: w.Releases, Live: w.Live, Now: w.Now, Journal: n}
		before := len(n.told())
		if err := other.Settle(ctx); err != nil || len(n.told()) != before {
			t.Errorf("%s: whoever made the change still has time to write: %q, %v", name, n.told(), err)
		}
		*now = now.Add(tellBy)
		for range 3 {
			if err := other.Settle(ctx); err != nil {
				t.Fatal(err)
			}
		}
		got := n.told()
		if len(got) != 1 || !strings.HasPrefix(got[0], "claire draft_saved un") || owedBy(t, w) != 0 {
			t.Errorf("%s: the journal says %q, %d owed", name, got, owedBy(t, w))
		}
		if late := strings.Contains(got[0], "fait le 26/11/2026 à 09:00 UTC ; ligne ajoutée après coup"); late != c.torn {
			t.Errorf("%s: %q", name, got[0])
		}
		do(w.Save(ctx, claire, "deux", saying("Deux")))
		if got := n.told(); len(got) != 2 {
			t.Errorf("%s: the journal says %q", name, got)
		}
	}
}

// A settling that fails half way is gone on with.
func TestNothingIsOwedForGood(t *testing.T) {
	w, n, now := ledger(t)
	ctx, do := t.Context(), must(t)
	n.torn = true
	for i := range mostOwed {
		do(w.Save(ctx, claire, fmt.Sprint(i), saying(fmt.Sprint(i))))
	}
	if _, err := w.Save(ctx, claire, "trop", saying("trop")); !errors.Is(err, bot.ErrUnavailable) {
		t.Fatalf("a change that nobody could record is taken: %v", err)
	}
	*now = now.Add(tellBy)
	if err := w.Settle(ctx); !errors.Is(err, bot.ErrUnavailable) || owedBy(t, w) != mostOwed {
		t.Fatalf("%d owed, %v", owedBy(t, w), err)
	}
	n.torn = false
	*now = now.Add(tellBy)
	if err := w.Settle(ctx); err != nil || owedBy(t, w) != 0 || len(n.told()) != mostOwed {
		t.Fatalf("%d owed, %d lines, %v", owedBy(t, w), len(n.told()), err)
	}
	if got := n.told(); !strings.HasPrefix(got[mostOwed-1], fmt.Sprint("claire draft_saved ", mostOwed-1)) {
		t.Errorf("the last line is %q", got[mostOwed-1])
	}
}

// Replicas that change and settle at once write each line once.
func TestTogetherEachLineIsWrittenOnce(t *testing.T) {
	w, n, _ := ledger(t)
	ctx := t.Context()
	var people sync.WaitGroup
	for i := range 6 {
		one := &Workshop{Refs: w.Refs, Releases: w.Releases, Live: w.Live, Now: w.Now, Journal: n}
		people.Go(func() {
			for k := range 3 {
				if _, err := one.Save(ctx, claire, fmt.Sprint(i, k), func(s *State) (*flow.Draft, error) {
					return s.Draft.Edit(flow.SetText(flow.In("accueil.yaml", "steps", fmt.Sprintf("pas%d_%d", i, k), "say"), "Oui"))
				}); err != nil {
					t.Error(err)
				}
				if err := one.Settle(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	people.Wait()
	got := n.told()
	slices.Sort(got)
	if len(slices.Compact(got)) != 18 || len(n.told()) != 18 || owedBy(t, w) != 0 {
		t.Errorf("%d owed, the journal says %q", owedBy(t, w), n.told())
	}
}

package publish_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
	"frontdesk/bot/flow"
	"frontdesk/bot/publish"
)

// version is a small bundle that says goodbye in its own way.
func version(t *testing.T, goodbye string) *flow.Bundle {
	t.Helper()
	files := fstest.MapFS{}
	dir := os.DirFS("../../cmd/frontdesk/testdata/rehearse/guichet")
	err := fs.WalkDir(dir, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(dir, name)
		if name == "accueil.yaml" {
			text = bytes.Replace(text, []byte("Au revoir."), []byte(goodbye), 1)
		}
		files[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b, err := flow.Load(files, "")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A site is a store with a press and its log; later runs the store's clock ahead.
type site struct {
	*publish.Press
	store *redis.Store
	log   *bottest.Log
	ahead time.Duration
	bad   map[string]bool // releases that do not prove
}

func newSite(t *testing.T) *site {
	t.Helper()
	store, err := redis.OpenEmbedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	s := &site{store: store, log: &bottest.Log{}, bad: map[string]bool{}}
	s.Press = &publish.Press{Releases: store, Refs: store, Journal: store, Folder: t.TempDir(), Log: slog.New(slog.NewTextHandler(s.log, nil)),
		Prove: func(_ context.Context, b *flow.Bundle) error {
			if s.bad[b.Hash] {
				return errors.New("does not prove")
			}
			return nil
		},
		Now: func(ctx context.Context) (time.Time, error) {
			now, err := store.Now(ctx)
			return now.Add(s.ahead), err
		}}
	return s
}

func (s *site) live(t *testing.T) string {
	t.Helper()
	live, err := s.Live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return live
}

// deeds are the lines of the journal, in short.
func (s *site) deeds(t *testing.T) []string {
	t.Helper()
	var all []string
	if err := s.store.Journal(t.Context(), func(l bot.JournalLine) error {
		all = append(all, l.Who+" "+l.Deed)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestPublishingAndTakingBack(t *testing.T) {
	s, ctx := newSite(t), t.Context()
	one, two, bad := version(t, "Au revoir."), version(t, "À bientôt."), version(t, "Adieu.")
	s.bad[bad.Hash] = true
	moved := 0
	s.Moved = func() { moved++ }
	if err := s.Publish(ctx, one, publish.Order{Who: "service"}); err != nil || s.live(t) != one.Hash {
		t.Fatal(err)
	}
	if err := s.Rollback(ctx, two.Hash, publish.Order{Expected: one.Hash, Who: "claire"}); !errors.Is(err, publish.ErrNotServed) {
		t.Errorf("going back to what was never there: %v", err)
	}
	if err := s.Publish(ctx, bad, publish.Order{Expected: one.Hash, Who: "claire"}); err == nil || s.live(t) != one.Hash {
		t.Errorf("what does not prove is published: %v", err)
	}
	if _, err := s.store.Release(ctx, bad.Hash); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("what does not prove is kept: %v", err)
	}
	order := publish.Order{Expected: one.Hash, Who: "claire", What: "fin : texte changé", Reason: "plus chaleureux", Second: "marc"}
	if err := s.Publish(ctx, two, order); err != nil || s.live(t) != two.Hash {
		t.Fatal(err)
	}
	if err := s.Publish(ctx, two, publish.Order{Expected: two.Hash, Who: "claire"}); !errors.Is(err, publish.ErrLive) {
		t.Errorf("publishing what is live: %v", err)
	}
	if err := s.Rollback(ctx, one.Hash, publish.Order{Expected: two.Hash, Who: "marc"}); err != nil || s.live(t) != one.Hash {
		t.Fatal(err)
	}
	if got, want := s.deeds(t), []string{"service publish", "claire publish", "marc rollback"}; !slices.Equal(got, want) || moved != 3 {
		t.Errorf("journal %q, want %q; moved %d times", got, want, moved)
	}
	all, err := s.Servings(ctx)
	if err != nil || len(all) != 2 || all[0].Release != one.Hash || !all[0].Live || all[1].Release != two.Hash || all[1].Live || all[1].Second != "marc" {
		t.Errorf("servings %+v, %v", all, err)
	}
	if found, err := s.Find(ctx, two.Hash[:6]); err != nil || found != two.Hash {
		t.Errorf("found %s, %v", found, err)
	}
}

func TestReleasesAreLaidDown(t *testing.T) {
	s := newSite(t)
	one := version(t, "Au revoir.")
	if err := s.Publish(t.Context(), one, publish.Order{Who: "service"}); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(s.Folder)
	if err != nil || len(files) != 1 || files[0].Name() != one.Hash+".zip" {
		t.Fatalf("%v, %v", files, err)
	}
	if info, err := files[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	archive, err := zip.OpenReader(filepath.Join(s.Folder, one.Hash+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if back, err := flow.Load(archive, ""); err != nil || back.Hash != one.Hash {
		t.Errorf("the archive is another release: %v", err)
	}
	s.Folder = filepath.Join(s.Folder, "is not there") // which must not undo a publication
	two := version(t, "À bientôt.")
	if err := s.Publish(t.Context(), two, publish.Order{Expected: one.Hash, Who: "claire"}); err != nil || s.live(t) != two.Hash || !strings.Contains(s.log.String(), "cannot be laid down") {
		t.Errorf("%v, log %s", err, s.log)
	}
}

func TestOfManyWhoPublishAtOnceOneWinsAndTheOthersAreTold(t *testing.T) {
	s := newSite(t)
	first := version(t, "Au revoir.")
	if err := s.Publish(t.Context(), first, publish.Order{Who: "service"}); err != nil {
		t.Fatal(err)
	}
	const many = 6
	var together sync.WaitGroup
	errs, hashes := make([]error, many), make([]string, many)
	for i := range many {
		b := version(t, fmt.Sprintf("Au revoir, %d.", i))
		hashes[i] = b.Hash
		together.Go(func() {
			errs[i] = s.Publish(t.Context(), b, publish.Order{Expected: first.Hash, Who: fmt.Sprint("p", i)})
		})
	}
	together.Wait()
	winner := slices.Index(hashes, s.live(t))
	for i, err := range errs {
		taken, is := errors.AsType[*publish.Taken](err)
		switch {
		case i == winner && err != nil:
			t.Errorf("the winner is told %v", err)
		case i != winner && (!is || !errors.Is(err, bot.ErrTaken) || taken.Live != hashes[winner] || taken.Who != fmt.Sprint("p", winner)):
			t.Errorf("%d lost to %d and is told %v", i, winner, err)
		}
	}
	if got := s.deeds(t); len(got) != 2 {
		t.Errorf("journal %q", got)
	}
}

func TestAProgrammedPublicationIsMadeOnceAtItsTime(t *testing.T) {
	s, ctx := newSite(t), t.Context()
	one, two := version(t, "Au revoir."), version(t, "À bientôt.")
	if err := s.Publish(ctx, one, publish.Order{Who: "service"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Schedule(ctx, two, time.Now().Add(-time.Minute), publish.Order{Expected: one.Hash, Who: "claire"}); !errors.Is(err, publish.ErrPast) {
		t.Errorf("for the past: %v", err)
	}
	if _, err := s.Schedule(ctx, two, time.Now().Add(time.Hour), publish.Order{Expected: "another", Who: "claire"}); !errors.Is(err, bot.ErrTaken) {
		t.Errorf("on a release that is not live: %v", err)
	}
	plan, err := s.Schedule(ctx, two, time.Now().Add(time.Hour), publish.Order{Expected: one.Hash, Who: "claire", Reason: "résultats"})
	if err != nil {
		t.Fatal(err)
	}
	if failed, err := s.CarryOut(ctx); failed != 0 || err != nil || s.live(t) != one.Hash {
		t.Fatalf("before its time: %d, %v", failed, err)
	}
	if plans, err := s.Plans(ctx); err != nil || len(plans) != 1 || plans[0].ID != plan.ID {
		t.Fatalf("plans %+v, %v", plans, err)
	}
	s.ahead = 2 * time.Hour
	var together sync.WaitGroup
	for range 4 { // replicas
		together.Go(func() {
			if failed, err := s.CarryOut(ctx); failed != 0 || err != nil {
				t.Errorf("%d, %v", failed, err)
			}
		})
	}
	together.Wait()
	if plans, err := s.Plans(ctx); err != nil || len(plans) != 0 || s.live(t) != two.Hash {
		t.Errorf("afterwards: plans %+v, %v", plans, err)
	}
	if got, want := s.deeds(t), []string{"service publish", "claire publish_planned", "claire publish"}; !slices.Equal(got, want) {
		t.Errorf("journal %q, want %q", got, want)
	}
}

func TestAProgrammedPublicationThatFailsIsNotSilent(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, s *site, two *flow.Bundle, live string){
		"live has moved": func(t *testing.T, s *site, _ *flow.Bundle, live string) {
			if err := s.Publish(t.Context(), version(t, "Bonne journée."), publish.Order{Expected: live, Who: "marc"}); err != nil {
				t.Fatal(err)
			}
		},
		"it no longer proves": func(_ *testing.T, s *site, two *flow.Bundle, _ string) { s.bad[two.Hash] = true },
	} {
		s, ctx := newSite(t), t.Context()
		one, two := version(t, "Au revoir."), version(t, "À bientôt.")
		if err := s.Publish(ctx, one, publish.Order{Who: "service"}); err != nil {
			t.Fatal(err)
		}
		plan, err := s.Schedule(ctx, two, time.Now().Add(time.Hour), publish.Order{Expected: one.Hash, Who: "claire"})
		if err != nil {
			t.Fatal(err)
		}
		spoil(t, s, two, one.Hash)
		was := s.live(t)
		s.ahead = 2 * time.Hour
		for range 3 {
			if failed, err := s.CarryOut(ctx); failed != 1 || err != nil || s.live(t) != was {
				t.Errorf("%s: %d failed, %v", name, failed, err)
			}
		}
		deeds := s.deeds(t)
		if n := strings.Count(strings.Join(deeds, ","), "service publish_failed"); n != 1 || strings.Count(s.log.String(), "was not made") != 1 {
			t.Errorf("%s: journal %q, log %s", name, deeds, s.log)
		}
		if err := s.Cancel(ctx, plan.ID, publish.Order{Who: "claire"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if failed, err := s.CarryOut(ctx); failed != 0 || err != nil {
			t.Errorf("%s: taken away, and still %d, %v", name, failed, err)
		}
		if err := s.Cancel(ctx, plan.ID, publish.Order{Who: "claire"}); !errors.Is(err, publish.ErrNoPlan) {
			t.Errorf("%s: taken away twice: %v", name, err)
		}
	}
}

// People read who came between by their name, and when by their clock. The journal keeps neither: it has the line of
// whoever it was.
func TestWhyAPlanFailedIsForPeople(t *testing.T) {
	s, ctx := newSite(t), t.Context()
	s.Zone = time.FixedZone("Ailleurs", 5*3600)
	s.Name = func(_ context.Context, id string) string { return map[string]string{"marc": "Marc Le Goff"}[id] }
	live, two := version(t, "Au revoir."), version(t, "À bientôt.")
	if err := s.Publish(ctx, live, publish.Order{Who: "service"}); err != nil {
		t.Fatal(err)
	}
	for id, called := range map[string]string{"marc": "Marc Le Goff", "partie": "partie", bot.ByFile: "un fichier"} {
		plan, err := s.Schedule(ctx, two, time.Now().Add(s.ahead+time.Hour), publish.Order{Expected: live.Hash, Who: "claire"})
		if err != nil {
			t.Fatal(err)
		}
		if plan.Lost(live.Hash) || plan.Lost(two.Hash) || !plan.Lost("another") {
			t.Error("what is live is not what decides")
		}
		next := version(t, "Merci, "+id+".")
		if err := s.Publish(ctx, next, publish.Order{Expected: live.Hash, Who: id}); err != nil {
			t.Fatal(err)
		}
		if lost, err := s.Ended(ctx, live.Hash, next.Hash); err != nil || len(lost) != 1 || lost[0].ID != plan.ID {
			t.Errorf("%+v, %v", lost, err)
		}
		if lost, err := s.Ended(ctx, live.Hash, two.Hash); err != nil || len(lost) != 0 {
			t.Errorf("what was programmed is live: %+v, %v", lost, err)
		}
		moves, err := s.Moves(ctx)
		if err != nil {
			t.Fatal(err)
		}
		at := moves[len(moves)-1].At.In(s.Zone).Format("02/01/2006 à 15\u00a0h\u00a004")
		s.ahead += 2 * time.Hour
		if failed, err := s.CarryOut(ctx); failed != 1 || err != nil {
			t.Fatalf("%d, %v", failed, err)
		}
		plans, err := s.Plans(ctx)
		if err != nil || len(plans) != 1 || !strings.HasSuffix(plans[0].Failed, "mise en service par "+called+", le "+at) || plans[0].Lost("another") {
			t.Errorf("%+v, %v; want %s, %s", plans, err, called, at)
		}
		lines, err := s.Lines(ctx)
		if last := lines[len(lines)-1]; err != nil || last.Deed != bot.JournalFailed || !strings.Contains(last.What, "une autre version est en service entre-temps ("+next.Hash[:12]+")") || strings.Contains(last.What, called) {
			t.Errorf("%+v, %v", last, err)
		}
		if err := s.Cancel(ctx, plan.ID, publish.Order{Who: "claire"}); err != nil {
			t.Fatal(err)
		}
		live = next
	}
	if strings.Contains(s.log.String(), "Marc") {
		t.Error("the log names people")
	}
}

// Somebody made a release live and ended before they wrote the line, or took the plan away.
func TestWhatAnEndedReplicaLeftOutIsMadeGood(t *testing.T) {
	s, ctx := newSite(t), t.Context()
	one, two := version(t, "Au revoir."), version(t, "À bientôt.")
	if err := s.Publish(ctx, one, publish.Order{Who: "service"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Schedule(ctx, two, time.Now().Add(time.Hour), publish.Order{Expected: one.Hash, Who: "claire"}); err != nil {
		t.Fatal(err)
	}
	if err := s.store.SetRef(ctx, "release", "live", one.Hash, two.Hash, 0); err != nil {
		t.Fatal(err)
	}
	s.ahead = 2 * time.Hour
	if failed, err := s.CarryOut(ctx); failed != 0 || err != nil {
		t.Errorf("%d, %v", failed, err)
	}
	if err := s.Mend(ctx, two.Hash, time.Now()); err != nil || len(s.deeds(t)) != 2 {
		t.Errorf("at once, while whoever did it may still write: %q, %v", s.deeds(t), err)
	}
	for range 2 {
		if err := s.Mend(ctx, two.Hash, time.Now().Add(-time.Minute)); err != nil {
			t.Error(err)
		}
	}
	if got, want := s.deeds(t), []string{"service publish", "claire publish_planned", "service publish"}; !slices.Equal(got, want) {
		t.Errorf("journal %q, want %q", got, want)
	}
}

// What takes the place of a plan takes it away, once it is done.
func TestAPublicationTakesAPlanAway(t *testing.T) {
	s, ctx := newSite(t), t.Context()
	one, two, three := version(t, "Au revoir."), version(t, "À bientôt."), version(t, "Bonne journée.")
	if err := s.Publish(ctx, one, publish.Order{Who: "service"}); err != nil {
		t.Fatal(err)
	}
	plan, err := s.Schedule(ctx, two, time.Now().Add(time.Hour), publish.Order{Expected: one.Hash, Who: "claire"})
	if err != nil {
		t.Fatal(err)
	}
	if resting, err := s.Resting(ctx, one.Hash); err != nil || len(resting) != 1 {
		t.Errorf("%+v, %v", resting, err)
	}
	lost := publish.Order{Expected: "another", Who: "marc", Cancels: []string{plan.ID}}
	if err := s.Publish(ctx, three, lost); !errors.Is(err, bot.ErrTaken) {
		t.Error(err)
	}
	if plans, err := s.Plans(ctx); err != nil || len(plans) != 1 {
		t.Errorf("who was second takes a plan away: %+v, %v", plans, err)
	}
	won := lost
	won.Expected = one.Hash
	won.Cancels = append(won.Cancels, "a plan that is gone")
	if err := s.Publish(ctx, three, won); err != nil {
		t.Fatal(err)
	}
	if plans, err := s.Plans(ctx); err != nil || len(plans) != 0 {
		t.Errorf("%+v, %v", plans, err)
	}
	if got, want := s.deeds(t), []string{"service publish", "claire publish_planned", "marc publish", "marc publish_canceled"}; !slices.Equal(got, want) {
		t.Errorf("journal %q, want %q", got, want)
	}
}

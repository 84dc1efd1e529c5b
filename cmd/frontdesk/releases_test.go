package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/publish"
)

// A deployment is a Redis and its key file, which houses come and go on.
type deployment struct {
	t   *testing.T
	url string
	key string
}

func newDeployment(t *testing.T) *deployment {
	t.Helper()
	d := &deployment{t, startRedis(t), filepath.Join(t.TempDir(), "keys")}
	makeKeys(t, d.key)
	return d
}

// open starts a replica with the bundle in dir, or the reference bundle.
func (d *deployment) open(dir string) *openedHouse {
	d.t.Helper()
	return openHouse(d.t, &serveCommand{RedisURL: d.url, KeyFile: d.key, Flows: dir})
}

// deeds are the lines of the journal, in short.
func deedsOf(t *testing.T, j bot.Journal) []string {
	t.Helper()
	var all []string
	if err := j.Journal(t.Context(), func(l bot.JournalLine) error {
		all = append(all, l.Who+" "+l.Deed+" "+l.After[:min(6, len(l.After))])
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func (h *openedHouse) serves() string { return h.shelf.Live().Bundle.Hash }

func saying(t *testing.T, goodbye string) (dir string, b *flow.Bundle) {
	t.Helper()
	dir = edited(t, "accueil.yaml", "Au revoir.", goodbye)
	return dir, bundle(t, dir)
}

// faultyDir holds a bundle that loads and does not prove.
func faultyDir(t *testing.T) string {
	return edited(t, "accueil.yaml", `fin: {end: informed, text: "Au revoir."}`, `fin: {end: informed, text: "Au revoir."}
  oubli: {end: informed, text: "Oublié."}`)
}

func TestWhatAStoreHasOverridesWhatAProcessIsStartedWith(t *testing.T) {
	d := newDeployment(t)
	firstDir, first := saying(t, "À bientôt.")
	secondDir, second := saying(t, "Bonne journée.")

	h := d.open(firstDir) // an empty store takes what it is given
	if h.serves() != first.Hash {
		t.Fatal("the first release is another")
	}
	want := []string{"fichier publish " + first.Hash[:6]}
	if got := deedsOf(t, h.store); !slices.Equal(got, want) {
		t.Fatalf("journal %q, want %q", got, want)
	}
	_, _ = h.end()

	h = d.open("") // the reference bundle overrides nothing
	if h.serves() != first.Hash {
		t.Error("the reference bundle overrides the live release")
	}
	_, _ = h.end()

	h = d.open(secondDir) // files that are new here are published, once
	if h.serves() != second.Hash {
		t.Error("files that are new are not published")
	}
	_, _ = h.end()

	h = d.open(firstDir) // and not when they were live before
	if h.serves() != second.Hash || !strings.Contains(h.text.String(), "frontdesk flows rollback "+first.Hash[:12]) {
		t.Errorf("files that were live before: log %s", h.text)
	}
	_, _ = h.end()

	h = d.open(faultyDir(t)) // nor when they do not prove
	if h.serves() != second.Hash || !strings.Contains(h.text.String(), "cannot be published") {
		t.Errorf("files that do not prove: log %s", h.text)
	}
	want = append(want, "fichier publish "+second.Hash[:6])
	if got := deedsOf(t, h.store); !slices.Equal(got, want) {
		t.Errorf("journal %q, want %q", got, want)
	}
}

// A release that this binary cannot read, or that does not prove, is refused: the one before it is served,
// and the pointer stays for replicas that know better.
func TestALiveReleaseThatCannotBeServedIsRefusedLoudly(t *testing.T) {
	d := newDeployment(t)
	firstDir, first := saying(t, "À bientôt.")
	h := d.open(firstDir)
	faulty := bundle(t, faultyDir(t))
	live := first.Hash
	for name, stored := range map[string][]byte{"ffff": []byte("frontdesk release 99\n"), faulty.Hash: flow.Pack(faulty)} {
		if err := h.store.KeepRelease(t.Context(), name, stored); err != nil {
			t.Fatal(err)
		}
		if err := h.store.SetRef(t.Context(), "release", "live", live, name, 0); err != nil {
			t.Fatal(err)
		}
		live = name
		soon(t, "the refusal of "+name, func() bool {
			_, refused, _ := h.following.get()
			return refused == name
		})
		if h.serves() != first.Hash {
			t.Errorf("%s is served", name)
		}
		if _, ready := get(t, h.base+"/readyz"); !strings.Contains(ready, "the live release is refused") {
			t.Errorf("%s: ready says %q", name, ready)
		}
		if _, text := scrape(t, h.metrics); !strings.Contains(text, "frontdesk_release_refused 1") {
			t.Errorf("%s: the metrics do not say so", name)
		}
		started := d.open("") // with it in the store
		if started.serves() != first.Hash || !strings.Contains(started.text.String(), "an earlier release is served") {
			t.Errorf("%s, at a start: log %s", name, started.text)
		}
		if now, err := started.press.Live(t.Context()); err != nil || now != name {
			t.Errorf("%s: the pointer was moved to %s, %v", name, now, err)
		}
		_, _ = started.end()
	}
	_, second := saying(t, "Bonne journée.")
	if err := h.press.Publish(t.Context(), second, publish.Order{Expected: live, Who: "claire"}); err != nil {
		t.Fatal(err)
	}
	soon(t, "the next release", func() bool { return h.serves() == second.Hash })
	if _, ready := get(t, h.base+"/readyz"); strings.Contains(ready, "refused") {
		t.Errorf("ready says %q", ready)
	}
}

func TestReplicasFollowAndConversationsGoOnAcrossPublicationAndRollback(t *testing.T) {
	d := newDeployment(t)
	a, b := d.open(""), d.open("")
	first := a.serves()
	before := a.arrive(t)
	edited, err := loadBundle(editedBundle(t, `text: "Pour moi-même"`), "")
	if err != nil {
		t.Fatal(err)
	}
	both := func(release string) {
		t.Helper()
		soon(t, "the release at both replicas", func() bool { return a.serves() == release && b.serves() == release })
	}
	if err := a.press.Publish(t.Context(), edited, publish.Order{Expected: first, Who: "claire"}); err != nil {
		t.Fatal(err)
	}
	both(edited.Hash)
	between := b.arrive(t)
	if err := b.press.Rollback(t.Context(), first, publish.Order{Expected: edited.Hash, Who: "claire"}); err != nil {
		t.Fatal(err)
	}
	both(first)
	after := b.arrive(t)
	for _, person := range []*browser{before, between, after} {
		person.say("humain")
		person.until("Je vous passe")
	}
	if got := a.keeping(t); got[first] != 2 || got[edited.Hash] != 1 {
		t.Errorf("conversations by release: %v", got)
	}
}

// Of replicas that start together on an empty store, each with files of its own, one gives the first release;
// all then serve the one that is live at the end.
func TestReplicasThatStartTogetherAgree(t *testing.T) {
	d := newDeployment(t)
	dirs, hashes := make([]string, 3), make([]string, 3)
	for i := range dirs {
		dir, b := saying(t, "Au revoir, "+strings.Repeat("vraiment ", i)+"bonne route.")
		dirs[i], hashes[i] = dir, b.Hash
	}
	houses := make([]*house, len(dirs))
	var together sync.WaitGroup
	for i, dir := range dirs {
		together.Go(func() {
			c := &serveCommand{RedisURL: d.url, KeyFile: d.key, Flows: dir, Retention: time.Hour}
			h, err := c.open(t.Context(), &console{t.Context(), nil, io.Discard, io.Discard, shared})
			if err != nil {
				t.Error(err)
				return
			}
			houses[i] = h
		})
	}
	together.Wait()
	for _, h := range houses {
		if h == nil {
			t.FailNow()
		}
		defer h.close()
		if err := h.follow(t.Context(), nil); err != nil {
			t.Error(err)
		}
	}
	live, err := houses[0].press.Live(t.Context())
	if err != nil || !slices.Contains(hashes, live) {
		t.Fatalf("live is %s, %v", live, err)
	}
	for i, h := range houses {
		if got := h.shelf.Live().Bundle.Hash; got != live {
			t.Errorf("replica %d serves %s, live is %s", i, got, live)
		}
	}
	deeds := deedsOf(t, houses[0].store)
	if last := deeds[len(deeds)-1]; last != "fichier publish "+live[:6] || len(deeds) > len(dirs) {
		t.Errorf("journal %q", deeds)
	}
}

// BenchmarkPublishToReplica is how long another replica takes to serve what one publishes.
func BenchmarkPublishToReplica(b *testing.B) {
	store, err := redis.OpenEmbedded(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	one := referenceBundle(b)
	if err := store.KeepRelease(b.Context(), one.Hash, flow.Pack(one)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := &shelf{releases: store, verdicts: store, log: quietly()}
		if err := s.adopt(b.Context(), one.Hash); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(followEvery.Milliseconds()), "ms-poll")
}

func TestReleasesDirMustBeAFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := command(t, "", "serve", "--releases-dir", file)
	if code == 0 || !strings.Contains(stderr, "FRONTDESK_RELEASES_DIR") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}

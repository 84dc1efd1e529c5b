package studio_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/publish"
	"frontdesk/bot/workshop"
)

// renamed has the live release keep the name that an earlier program gave it, which this one reads as
// the release that it serves.
func (r *replica) renamed(name string) {
	r.t.Helper()
	b := r.live.Load()
	if err := r.store.KeepRelease(r.t.Context(), name, flow.Pack(b)); err != nil {
		r.t.Fatal(err)
	}
	if err := r.store.SetRef(r.t.Context(), "release", "live", b.Hash, name, 0); err != nil {
		r.t.Fatal(err)
	}
}

func TestWhatAnEarlierProgramPublishedIsReplaced(t *testing.T) {
	r := newNewsroom(t).open()
	first := r.live.Load().Hash
	r.renamed(strings.Repeat("1f", 16))
	r.edit(asking("Que cherchez-vous aujourd'hui ?"))
	text := r.settled("sacha", "/studio/publier")
	hasNot(t, text, "est refusée ici")
	if status, text := r.post("sacha", "/studio/publier", "/studio/publier", "do", "urgent", "quand", "maintenant", "commentaire", "c", "raison", "r"); status != 200 || !strings.Contains(text, "C'est publié.") {
		t.Fatalf("%d: %s", status, text)
	}
	second := r.live.Load().Hash
	if _, text := r.post("sacha", "/studio/versions", "/studio/versions/revenir", "release", first, "raison", "Trop long"); r.live.Load().Hash != first {
		t.Fatalf("it is not taken back: %s", text)
	}
	r.renamed(strings.Repeat("2f", 16))
	r.edit(asking("Que puis-je pour vous ?"))
	r.settled("plume", "/studio/publier")
	r.post("plume", "/studio/publier", "/studio/publier", "do", "relecture", "quand", "maintenant", "commentaire", "c")
	has(t, r.settled("sacha", "/studio/publier"), "J'ai relu : publier")
	if status, text := r.post("sacha", "/studio/publier", "/studio/publier/accord"); status != 200 || !strings.Contains(text, "C'est publié.") {
		t.Fatalf("%d: %s", status, text)
	}
	if live := r.live.Load().Hash; live == first || live == second {
		t.Error("what was reviewed is not live")
	}
}

// Whoever published while a page was read is not overwritten, though what this replica serves has not changed.
func TestAPointerThatMovedIsNotOverwritten(t *testing.T) {
	r := newNewsroom(t).open()
	r.edit(asking("Que cherchez-vous aujourd'hui ?"))
	r.settled("sacha", "/studio/publier")
	stale := r.live.Load().Hash
	r.renamed(strings.Repeat("1f", 16))
	if status, text := r.post("sacha", "/studio/publier", "/studio/publier", "do", "urgent", "quand", "maintenant", "commentaire", "c", "raison", "r", "pointeur", stale); status != 409 {
		t.Errorf("%d: %s", status, text)
	}
	if _, err := r.press.Review(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.post("sacha", "/studio/publier", "/studio/publier", "do", "relecture", "quand", "maintenant", "commentaire", "c")
	if review, err := r.press.Review(t.Context()); err != nil || review.Pointer != strings.Repeat("1f", 16) || review.Live != stale {
		t.Errorf("%+v, %v", review, err)
	}
	if err := r.store.SetRef(t.Context(), "release", "live", strings.Repeat("1f", 16), stale, 0); err != nil {
		t.Fatal(err)
	}
	has(t, r.settled("dominique", "/studio/publier"), "Il faut demander une nouvelle relecture")
	if status, _ := r.post("dominique", "/studio/publier", "/studio/publier/accord", "release", asked(t, r)); status != 409 {
		t.Errorf("what was asked about another pointer is published: %d", status)
	}
	var old publish.Review
	if old.Live = "a"; old.Expected() != "a" {
		t.Error("a review from before has no pointer")
	}
}

// A newer program reads a release that this one does not.
type newer struct {
	bot.Releases
	release string
	stored  []byte
}

func (n newer) Release(ctx context.Context, hash string) ([]byte, error) {
	if hash == n.release {
		return n.stored, nil
	}
	return n.Releases.Release(ctx, hash)
}

// A newer program published, and the draft begins with its release, which this one cannot read: the versions are
// there all the same.
func TestVersionsAreThereThoughTheDraftIsNewer(t *testing.T) {
	r := newNewsroom(t).open()
	first := r.live.Load().Hash
	if err := r.store.KeepRelease(t.Context(), r.refuses, []byte("frontdesk release 99\n")); err != nil {
		t.Fatal(err)
	}
	r.edit(asking("Que puis-je pour vous ?"))
	elsewhere := &workshop.Workshop{Refs: r.store, Releases: newer{r.store, r.refuses, flow.Pack(r.live.Load())}, Live: r.live.Load, Now: r.now}
	if _, err := elsewhere.Follow(t.Context(), workshop.Author{ID: "sacha"}, "publié", r.refuses); err != nil {
		t.Fatal(err)
	}
	if _, err := r.workshop.Open(t.Context()); !errors.Is(err, bot.ErrNewer) {
		t.Fatalf("the draft is read: %v", err)
	}
	if err := r.store.SetRef(t.Context(), "release", "live", first, r.refuses, 0); err != nil {
		t.Fatal(err)
	}
	has(t, r.get("sacha", "/studio/versions"), "La version en ligne est refusée ici", "Remettre en ligne", "Ce programme ne peut pas lire le brouillon")
	if status, text := r.post("sacha", "/studio/versions", "/studio/versions/revenir", "release", r.refuses, "raison", "Elle est plus récente"); status != 422 || !strings.Contains(text, "Ce programme ne peut pas lire cette version. L'équipe technique peut relancer le programme qui l'a publiée. Rien n'est changé.") {
		t.Errorf("back to one of a newer program: %d: %s", status, text)
	}
	if status, text := r.post("sacha", "/studio/versions", "/studio/versions/revenir", "release", first, "raison", "Elle ne se lit pas"); status != 200 || !strings.Contains(text, "L'ancienne version est de nouveau en ligne.") {
		t.Errorf("%d: %s", status, text)
	}
	if live, err := r.press.Live(t.Context()); err != nil || live != first {
		t.Errorf("live is %s, %v", live, err)
	}
}

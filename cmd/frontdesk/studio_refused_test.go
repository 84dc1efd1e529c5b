package main

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// hiddenIn are the hidden fields of a page's form, by a text in its opening tag.
func hiddenIn(t *testing.T, text, form string) url.Values {
	t.Helper()
	_, after, is := strings.Cut(text, form)
	if !is {
		t.Fatalf("the page has no form with %s:\n%s", form, text)
	}
	inside, _, _ := strings.Cut(after, "</form>")
	sent := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(inside, -1) {
		sent.Set(m[1], html.UnescapeString(m[2]))
	}
	return sent
}

// supervisor signs Sacha in at a trial's studio.
func supervisor(t *testing.T, h *openedHouse) *insider {
	t.Helper()
	link, err := h.signIn.TrialLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := newInsider(t, h.base)
	_, token, _ := strings.Cut(link, "jeton=")
	if status, _, text := c.sends("/desk/entree", url.Values{"jeton": {token}, "qui": {"sacha"}}); status != http.StatusSeeOther {
		t.Fatalf("signing in: %d %s", status, text)
	}
	return c
}

// Where the live release is refused, what stands in for it is served, and the pointer stays. Supervisors go back
// to that very release, and publish from it.
func TestARefusedReleaseIsReplacedFromTheStudio(t *testing.T) {
	dir, first := saying(t, "À bientôt.")
	h := newDeployment(t).open(dir)
	c := supervisor(t, h)
	faulty := bundle(t, faultyDir(t))
	refuse := func(name string, stored []byte) {
		t.Helper()
		if err := h.store.KeepRelease(t.Context(), name, stored); err != nil {
			t.Fatal(err)
		}
		if err := h.store.SetRef(t.Context(), "release", "live", first.Hash, name, 0); err != nil {
			t.Fatal(err)
		}
		soon(t, "the refusal of "+name, func() bool {
			_, refused, _ := h.following.get()
			return refused == name
		})
	}
	is := func(what, release string) {
		t.Helper()
		if live, err := h.press.Live(t.Context()); err != nil || live != release || h.serves() != release {
			t.Fatalf("%s: live is %s, served is %s, %v", what, live, h.serves(), err)
		}
	}

	for name, stored := range map[string][]byte{"ffff": []byte("frontdesk release 99\n"), faulty.Hash: flow.Pack(faulty)} {
		refuse(name, stored)
		_, _, text := c.sees("/studio/versions")
		if !strings.Contains(text, "La version en ligne est refusée ici") {
			t.Errorf("%s: the versions do not say that it is refused", name)
		}
		form := hiddenIn(t, text, `action="/studio/versions/revenir"`)
		if form.Get("release") != first.Hash {
			t.Fatalf("%s: %s is offered", name, form.Get("release"))
		}
		form.Set("raison", "Elle ne se lit pas")
		if status, to, text := c.sends("/studio/versions/revenir", form); status != http.StatusSeeOther || !strings.Contains(to, "fait=retour") {
			t.Fatalf("%s: going back: %d to %q %s", name, status, to, text)
		}
		is("going back to what stands in for "+name, first.Hash)
	}

	refuse(faulty.Hash, flow.Pack(faulty))
	w := &workshop.Workshop{Refs: h.store, Releases: h.store, Live: func() *flow.Bundle { return h.shelf.Live().Bundle }, Now: time.Now}
	if _, err := w.Save(t.Context(), workshop.Author{ID: "sacha", Name: "Sacha"}, "essai", func(now *workshop.State) (*flow.Draft, error) {
		return now.Draft.Edit(flow.SetText(flow.In("accueil.yaml", "steps", "besoin", "ask"), "Que puis-je pour vous ?"))
	}); err != nil {
		t.Fatal(err)
	}
	var text string
	soon(t, "that it may be published", func() bool {
		_, _, text = c.sees("/studio/publier")
		return !strings.Contains(text, "data-pending")
	})
	form := hiddenIn(t, text, `id="publish-form"`)
	for name, value := range map[string]string{"do": "urgent", "quand": "maintenant", "commentaire": "La question", "raison": "Elle trompe"} {
		form.Set(name, value)
	}
	if status, to, text := c.sends("/studio/publier", form); status != http.StatusSeeOther || !strings.Contains(to, "fait=publie") {
		t.Fatalf("publishing: %d to %q %s", status, to, text)
	}
	live, err := h.press.Live(t.Context())
	if err != nil || live == first.Hash || live == faulty.Hash {
		t.Fatalf("live is %s, %v", live, err)
	}
	is("publishing", live)
	if _, _, text := c.sees("/studio/versions"); strings.Contains(text, "est refusée ici") {
		t.Error("what is live is still said to be refused")
	}
}

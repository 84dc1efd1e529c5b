package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"frontdesk/adapters/web/browsertest"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// A runner is one browser at one of two replicas.
type runner struct{ browsertest.Tab }

// says waits for words that can be seen.
func (r runner) says(text string) {
	r.T.Helper()
	r.Until(text, fmt.Sprintf(`document.body.innerText.replaceAll("\u00a0", " ").includes(%q)`, text))
}

// writes sends a message on the web chat, as a person does.
func (r runner) writes(text string) {
	r.T.Helper()
	r.Eval(`document.getElementById("message").focus()`)
	r.Do("write "+text, chromedp.KeyEvent(text+kb.Enter))
}

// raceAt opens a browser at a replica.
func raceAt(t *testing.T, h *openedHouse) runner {
	t.Helper()
	r := runner{browsertest.Open(t, h.base)}
	r.Size(1280, 720)
	r.Listen("409") // of who is second
	return r
}

// supervises signs somebody in, and has them read what is to be published and write why it cannot wait.
func (r runner) supervises(h *openedHouse, who, comment string) {
	r.T.Helper()
	link, err := h.signIn.TrialLink(r.T.Context())
	if err != nil {
		r.T.Fatal(err)
	}
	r.Enter(link, who)
	r.Open("/studio/publier", "#publish-form")
	r.Until("that it may be published", `document.querySelector("#go-alone button:not(:disabled)")`)
	r.Eval(fmt.Sprintf(`(() => { document.getElementById("comment").value = %q; document.getElementById("reason").value = "Elle trompe les gens"; document.querySelector(".urgent").open = true })()`, comment))
}

// Somebody talks on the web chat of one replica. Two people publish the same draft at once, each on a replica of
// their own: it goes out once, by whichever; the other is told, and has their words. The conversation goes on
// where it stood, and hears the new words.
func TestTwoReplicasPublishWhileSomebodyTalks(t *testing.T) {
	works(t)
	d := newDeployment(t)
	near, far := d.open(""), d.open("")
	person := raceAt(t, near)
	person.Open("/chat/", "#message")
	person.says("Que cherchez-vous ?")
	person.writes("2")
	person.says("quelle est votre situation")

	before := near.serves()
	w := &workshop.Workshop{Refs: near.store, Releases: near.store, Live: func() *flow.Bundle { return near.shelf.Live().Bundle }, Now: time.Now}
	if _, err := w.Save(t.Context(), workshop.Author{ID: "sacha", Name: "Sacha"}, "essai", func(now *workshop.State) (*flow.Draft, error) {
		draft, err := now.Draft.Rename(flow.StepRecord, "accueil.situation", "accueil.situation_actuelle")
		if err != nil {
			return nil, err
		}
		return draft.Edit(flow.SetText(flow.In("accueil.yaml", "steps", "age", "ask"), "Dites-moi votre âge ?"))
	}); err != nil {
		t.Fatal(err)
	}
	sacha, dominique := raceAt(t, near), raceAt(t, far)
	sacha.supervises(near, "sacha", "Plus direct, dit Sacha")
	dominique.supervises(far, "dominique", "Plus direct, dit Dominique")
	for _, r := range []runner{sacha, dominique} {
		r.Eval(`setTimeout(() => document.querySelector("#go-alone button").click())`)
	}
	told := map[bool][]string{}
	for name, r := range map[string]runner{"Sacha": sacha, "Dominique": dominique} {
		r.Until("how it went", `document.readyState === "complete" && (document.querySelector("#flash p") || document.querySelector("#beaten"))`)
		second := r.Text(`!!document.querySelector("#beaten")`) == "true"
		told[second] = append(told[second], name)
		if second {
			r.says(" a publié avant vous, aujourd'hui à ")
			r.says("C'était le même brouillon : il est en ligne. Vous n'avez rien à refaire.")
			r.says("Plus direct, dit " + name)
			r.Axe("who is second", "")
		} else {
			r.says("C'est publié.")
		}
	}
	if len(told[true]) != 1 || len(told[false]) != 1 {
		t.Fatalf("second are %q, first %q", told[true], told[false])
	}
	if n := strings.Count(strings.Join(deedsOf(t, near.store), "\n"), " publish "); n != 2 { // the first one, and this
		t.Errorf("%d publications", n)
	}
	soon(t, "both serve the new release", func() bool { return near.serves() == far.serves() && near.serves() != before })
	person.writes("au chômage")
	person.says("Dites-moi votre âge ?")
}

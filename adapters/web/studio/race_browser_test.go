package studio_test

import (
	"fmt"
	"strings"
	"testing"

	"frontdesk/adapters/web/browsertest"
	"frontdesk/bot/flow"
	"frontdesk/bot/publish"
)

// A racer is a publisher before a browser of their own.
type racer struct{ browsertest.Tab }

func (r *replica) racer(who string) racer {
	r.t.Helper()
	return racer{browse(r.t, r.server.URL, r.signIn, who, "409")} // of who is second
}

// reads opens what is to be published, and writes why it cannot wait.
func (b racer) reads(comment, reason string) {
	b.T.Helper()
	b.Open("/studio/publier", "#publish-form")
	b.Until("that it may be published", `document.querySelector("#go-alone button:not(:disabled)")`)
	b.Eval(fmt.Sprintf(`(() => { document.getElementById("comment").value = %q; document.getElementById("reason").value = %q; document.querySelector(".urgent").open = true })()`, comment, reason))
}

// publishes presses the button; the page that answers is another.
func (b racer) publishes() {
	b.T.Helper()
	b.Eval(`setTimeout(() => document.querySelector("#go-alone button").click())`)
}

func (b racer) says(text string) {
	b.T.Helper()
	b.Until(text, fmt.Sprintf(`document.body.innerText.replaceAll("\u00a0", " ").includes(%q)`, text))
}

func (b racer) field(id string) string {
	b.T.Helper()
	return b.Text(`document.getElementById("` + id + `").value`)
}

// axe reads the page as accessibility tools do, by day and by night.
func (b racer) axe(where string) {
	b.T.Helper()
	for _, scheme := range []string{"dark", "light"} {
		b.Scheme(scheme)
		b.Axe(where+", "+scheme, "")
	}
}

// Two people read the same draft, each in a browser, and both publish at once. It goes out once; who is second
// learns that there is nothing left to do, and has their words back.
func TestTwoPublishersPressAtOnce(t *testing.T) {
	n := newNewsroom(t)
	r := n.open()
	r.edit(asking("Que cherchez-vous aujourd'hui ?"))
	racers := map[string]racer{"sacha": r.racer("sacha"), "dominique": r.racer("dominique")}
	for who, b := range racers {
		b.reads("Plus direct, dit "+who, "Elle trompe les gens, dit "+who)
	}
	for _, b := range racers {
		b.publishes()
	}
	var lost []string
	for who, b := range racers {
		b.Until("how it went", `document.readyState === "complete" && (document.querySelector("#flash p") || document.querySelector("#beaten"))`)
		if b.Text(`!!document.querySelector("#beaten")`) == "true" {
			lost = append(lost, who)
		}
	}
	moves, err := r.press.Moves(t.Context())
	if err != nil || len(moves) != 2 || len(lost) != 1 || lost[0] == moves[1].Who {
		t.Fatalf("%v were told that they are second; published: %+v, %v", lost, moves, err)
	}
	second, first := racers[lost[0]], racers[moves[1].Who]
	first.says("C'est publié.")
	second.says(n.called(moves[1].Who) + " a publié avant vous, aujourd'hui à ")
	second.says("C'était le même brouillon : il est en ligne. Vous n'avez rien à refaire.")
	second.says("Plus direct, dit " + lost[0])
	second.says("Elle trompe les gens, dit " + lost[0])
	second.axe("second, nothing left")
	second.Shot("race-same")
	if !strings.Contains(moves[1].Reason, "Plus direct, dit "+moves[1].Who) {
		t.Errorf("the journal keeps %q", moves[1].Reason)
	}
}

// Where something is left to publish, the form comes back as it was written, and is sent again.
func TestWhoPublishesSecondGoesOnWithTheirWords(t *testing.T) {
	n := newNewsroom(t)
	r := n.open()
	sacha, dominique := r.racer("sacha"), r.racer("dominique")

	r.edit(asking("Que cherchez-vous aujourd'hui ?"))
	sacha.reads("Le premier", "Vite")
	dominique.reads("Un mot « de plus »", "Les gens se trompent")
	sacha.publishes()
	sacha.says("C'est publié.")
	r.edit(asking("Que puis-je pour vous ?"))
	dominique.publishes()
	dominique.says("Sacha a publié avant vous")
	dominique.says("Votre publication n'est pas partie. Vos changements sont toujours dans le brouillon.")
	dominique.says("Relisez ce qui change encore, puis publiez à nouveau. Ce que vous avez écrit est gardé.")
	dominique.again(t, "Un mot « de plus »", "Les gens se trompent")
	dominique.axe("second, something left")
	dominique.Shot("race-left")
	dominique.publishes()
	dominique.says("C'est publié.")

	r.edit(asking("Que voulez-vous savoir ?"))
	dominique.reads("Encore un mot", "Vite aussi")
	r.publishesByFile("Au revoir, et merci.")
	dominique.publishes()
	dominique.says("Une version est arrivée par un fichier avant vous")
	dominique.says("Reprenez d'abord la version en ligne dans le brouillon, ci-dessous. Relisez, puis publiez à nouveau. Ce que vous avez écrit est gardé.")
	dominique.again(t, "Encore un mot", "Vite aussi")
	dominique.axe("second, and behind")
	dominique.Shot("race-behind")
	dominique.Eval(`setTimeout(() => document.querySelector("form[action='/studio/publier/fusionner'] button").click())`)
	dominique.says("Le brouillon part maintenant de la version en ligne.")
	dominique.again(t, "Encore un mot", "Vite aussi")
	dominique.Until("that it may be published", `document.querySelector("#go-alone button:not(:disabled)")`)
	dominique.publishes()
	dominique.says("C'est publié.")

	moves, err := r.press.Moves(t.Context())
	if err != nil || len(moves) != 5 || moves[2].Reason != "Un mot « de plus » · correctif urgent : Les gens se trompent" || moves[4].Reason != "Encore un mot · correctif urgent : Vite aussi" {
		t.Errorf("published: %+v, %v", moves, err)
	}
	if text := string(r.live.Load().Sources["accueil.yaml"]); !strings.Contains(text, "Que voulez-vous savoir ?") || !strings.Contains(text, "Au revoir, et merci.") {
		t.Errorf("one of both is lost:\n%s", text)
	}
}

// again checks that the form has what was written in it.
func (b racer) again(t *testing.T, comment, reason string) {
	t.Helper()
	if got := [2]string{b.field("comment"), b.field("reason")}; got != [2]string{comment, reason} {
		t.Errorf("of what was written, %q is left", got)
	}
}

// called is somebody's name.
func (n *newsroom) called(id string) string {
	n.t.Helper()
	return map[string]string{"sacha": "Sacha", "dominique": "Dominique"}[id]
}

// publishesByFile has another release go live, which the draft does not come from.
func (r *replica) publishesByFile(goodbye string) {
	r.t.Helper()
	files, err := flow.Files(flow.Pack(r.live.Load()))
	if err != nil {
		r.t.Fatal(err)
	}
	d, err := flow.OpenDraft(files)
	if err == nil {
		d, err = d.Edit(flow.SetText(flow.In("accueil.yaml", "steps", "fin", "text"), goodbye))
	}
	if err != nil {
		r.t.Fatal(err)
	}
	b, err := d.Bundle("")
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.press.Publish(r.t.Context(), b, publish.Order{Expected: r.live.Load().Hash, Who: "fichier", What: "Au revoir."}); err != nil {
		r.t.Fatal(err)
	}
}

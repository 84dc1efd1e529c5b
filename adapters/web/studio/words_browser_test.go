package studio_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"frontdesk/adapters/web/browsertest"
	"frontdesk/bot/flow"
	"frontdesk/bot/translation"
)

// A wordsVisit is a browser at the studio.
type wordsVisit struct{ browsertest.Tab }

func (s *wordsSite) visit(who string) wordsVisit {
	s.t.Helper()
	return wordsVisit{browse(s.t, s.server.URL, s.signIn, who)}
}

func (v wordsVisit) says(text string) {
	v.T.Helper()
	raw, _ := json.Marshal(text)
	v.Until("it says "+text, `document.body.innerText.includes(`+string(raw)+`)`)
}

// writes puts a text into the open translation, by the keyboard.
func (v wordsVisit) writes(text string) {
	v.T.Helper()
	v.Eval(`(() => { const t = document.getElementById("forme-other"); t.focus(); t.select() })()`)
	v.Do("write", chromedp.KeyEvent(text))
}

func TestWordsInABrowser(t *testing.T) {
	s := wordsOpen(t)
	v := wordsVisit{browse(t, s.server.URL, s.signIn, "ana", "422")} // of a wrong placeholder
	v.Open("/studio/traductions/en?etat=tous&partie=accueil&texte=accueil.bonjour", "#main")
	v.writes("Hello from here.")
	v.says("Il manque {service}.")
	v.writes("Hello from {servise}.")
	v.says("Vouliez-vous dire {service} ?")
	v.Do("Ctrl+Enter", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	v.says("Rien n'est enregistré. Voyez le champ marqué.")
	v.Until("what was typed is still there", `document.getElementById("forme-other").value === "Hello from {servise}."`)
	v.writes("Hello, this is ")
	v.Eval(`document.querySelector("[data-insert='{service}']").click()`)
	v.Until("the placeholder is put in", `document.getElementById("forme-other").value === "Hello, this is {service}"`)
	v.Until("nothing is missing", `!document.querySelector("#words-trial .fault")`)
	v.Do("Ctrl+Enter", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	v.says("C'est enregistré dans le brouillon.")
	v.Until("the next text is open, and is written in", `document.activeElement.id === "forme-other" && !document.querySelector(".id-line code").textContent.endsWith("accueil.bonjour")`)
	v.Until("the address is that of the next text", `new URLSearchParams(location.search).get("texte") === document.querySelector(".id-line code").textContent && !location.search.includes("fait=")`)
	if x := s.text("en", "accueil.bonjour"); x.Other() != "Hello, this is {service}" {
		t.Errorf("saved: %+v", x)
	}

	s.edit(flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), "Bonjour, ici {service}."))
	v.Open("/studio/traductions", "#main")
	v.says("1 à revoir")
	v.Eval(`[...document.querySelectorAll("a.tag")].find(a => a.textContent.includes("à revoir")).click()`)
	v.says("Le français a changé depuis cette traduction.")
	v.Shot("words-revoir")
	v.Eval(`[...document.querySelectorAll("button")].find(b => b.textContent.includes("toujours bon")).click()`)
	v.says("Cette recherche ne trouve plus de texte.")
	if x := s.text("en", "accueil.bonjour"); x.State != translation.Done {
		t.Errorf("still good: %+v", x)
	}

	v.Open("/studio/traductions/ar?texte=accueil.bonjour", "#main")
	v.Until("Arabic is written from the right", `getComputedStyle(document.getElementById("forme-other")).direction === "rtl"`)
	v.Until("its French is not", `getComputedStyle(document.querySelector(".said")).direction === "ltr"`)
	v.Eval(`document.querySelector(".ask").click()`)
	v.Until("the help opens in place", `document.querySelector("#aide-traduire:popover-open")`)
	v.Shot("words-aide")
}

func TestWordsAreAccessible(t *testing.T) {
	s := wordsOpen(t)
	s.edit(flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), "Bonjour, ici {service}."))
	v := s.visit("sacha")
	for _, scheme := range []string{"light", "dark"} {
		v.Scheme(scheme)
		for _, width := range []int64{1280, 1024} {
			v.Size(width, 720)
			for _, path := range []string{"/studio/traductions", "/studio/traductions/en", "/studio/traductions/ar?texte=engine.unit.days", "/studio/traductions/en?q=xyzzy", "/studio/aide"} {
				v.Open(path, "#main")
				v.Until("nothing is wider than the page", `document.documentElement.scrollWidth <= innerWidth`)
				v.Axe(fmt.Sprintf("%s, %s, %d", path, scheme, width), "")
			}
			v.Open("/studio/traductions/en?etat=tous&texte=accueil.bonjour", "#main")
			v.Eval(`document.querySelector("[popovertarget=words-files]").click()`)
			v.Axe(fmt.Sprintf("files, %s, %d", scheme, width), "")
		}
	}
}

package studio_test

import (
	"testing"

	"frontdesk/adapters/web/browsertest"

	"github.com/chromedp/chromedp"
)

// settingsTab is a studio that publishes, in a browser.
type settingsTab struct{ browsertest.Tab }

// put writes in a field as somebody does who types.
func (b settingsTab) put(t *testing.T, name, text string) {
	t.Helper()
	b.Until("the field "+name, `(() => { const e = document.getElementsByName("`+name+`")[0]; if (!e) return false
		e.value = "`+text+`"; e.dispatchEvent(new Event("input", { bubbles: true })); return true })()`)
}

// save presses the button and waits for the word that it is saved.
func (b settingsTab) save(t *testing.T) {
	t.Helper()
	b.Do("save", chromedp.Click(chromedp.CSS("#settings-form .main")))
	b.Until("that it is saved", `document.getElementById("flash").innerText.includes("enregistré")`)
}

// A supervisor changes when the service is busy and how long people wait, sees the check, mends what is wrong, and
// reads what will be published.
func TestSettingsInABrowser(t *testing.T) {
	r := newNewsroom(t).open()
	b := settingsTab{browse(t, r.server.URL, r.signIn, "sacha")}
	b.Open("/studio/", "#main")
	b.Do("open the settings", chromedp.Click(chromedp.CSS(`nav a[href="/studio/reglages"]`)), chromedp.WaitVisible(chromedp.CSS("#settings-form")))
	b.put(t, "=busy", "15")
	b.put(t, ":delays/pickup", "quatre")
	b.save(t)
	b.Until("what is wrong, at its field", `document.getElementById("=delays/pickup-faute")?.innerText.includes("écrivez un nombre entier")`)
	b.Until("the verdict", `document.querySelector("header").innerText.includes("1 erreur")`)
	b.Axe("a wait that is none", "")
	b.put(t, ":delays/pickup", "4")
	b.save(t)
	b.Until("a field that is mended", `!document.querySelector("#settings [aria-invalid=true]")`)
	b.put(t, "nouveau-mot", "salon")
	b.Until("the answers of a new word", `(() => { const s = document.getElementById("nouveau-donne"); s.value = "besoin"; s.dispatchEvent(new Event("change", { bubbles: true })); return document.getElementsByName("nouveau-donne=").length > 1 })()`)
	b.Do("pick a value and add it", chromedp.Click(chromedp.CSS(`input[name="nouveau-donne="]`)), chromedp.Click(chromedp.CSS(`button[value="ajouter:campaigns"]`)))
	b.Until("the new word", `document.querySelector("#settings .campaigns").innerText.includes("salon")`)
	state, err := r.workshop.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := state.Draft.Record("bundle.yaml", "busy") + state.Draft.Record("bundle.yaml", "delays", "pickup"); got != "15\n4m\n" {
		t.Errorf("the draft has %q", got)
	}
	b.Open("/studio/publier", "#main")
	for _, said := range []string{"affluence ajoutée", "plus de 15 personnes attendent", "attente d'une personne changée", "4 minutes", "campagne « salon » ajoutée"} {
		b.Until(said, `document.getElementById("main").innerText.includes("`+said+`")`)
	}
}

// The page reads well to accessibility tools, by day and by night, and does not scroll sideways.
func TestThePageOfSettingsInABrowser(t *testing.T) {
	b := openRecords(t).browse("sacha")
	for _, scheme := range []string{"light", "dark"} {
		b.Scheme(scheme)
		b.Open("/studio/reglages", "#settings-form")
		b.Axe("reglages "+scheme, "")
		b.Shot("reglages-" + scheme)
		b.Open("/studio/parcours/accueil?etape=age", "#step-form")
		b.Axe("ages "+scheme, "")
	}
	b.Open("/studio/reglages", "#settings-form")
	for _, width := range []int64{1280, 1024, 640} {
		b.Size(width, 720)
		if b.Text(`document.documentElement.scrollWidth > innerWidth`) != "false" {
			t.Errorf("it scrolls sideways at %d pixels", width)
		}
	}
}

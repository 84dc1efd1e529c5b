package studio_test

import (
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Ctrl+Z undoes what the button says, once however often it is pressed; where somebody else was first it undoes
// nothing, and the page tells who saved what.
func TestASupervisorUndoesWhatTheButtonSays(t *testing.T) {
	b := openEditor(t, "sacha", "409")
	undo := `form[action="/studio/annuler"] button`
	for _, text := range []string{editorNew, "Quel est votre besoin ?"} {
		b.step("besoin")
		b.fills("=ask", text)
		b.saves()
	}
	b.Eval(`for (let n = 0; n < 3; n++) document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true }))`)
	b.shows(`#step-form [name="=ask"]`, editorNew)
	b.question(editorNew)

	b.shows(undo, "étape « besoin »")
	state, err := b.r.shop.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.r.as("noa").post("/studio/enregistrer", url.Values{"fichier": {"accueil.yaml"}, "place": {"steps/fin"}, "version": {state.ID},
		"etag": {state.Draft.ETag("accueil.yaml", "steps", "fin")}, "retour": {"/studio/"}, "=text": {"Merci et au revoir."}})
	b.Do("out of the field", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	b.key("z", kb.ModifierCtrl)
	b.shows("h1", "Le brouillon a changé")
	b.shows("#main li", "Noa : étape « fin »")
	b.shows(undo, "étape « fin » (Noa)")
	b.axe("the draft has moved")
	if got := b.draft("accueil.yaml", "steps", "fin", "text"); got != "Merci et au revoir." {
		t.Errorf("the other person's text is %q", got)
	}
	b.question(editorNew)
	b.key("z", kb.ModifierCtrl)
	b.shows("#flash", "nnul")
	if got := b.draft("accueil.yaml", "steps", "fin", "text"); got == "Merci et au revoir." {
		t.Error("once it was read, the other person's change is not undone")
	}
	b.question(editorNew)
}

package studio_test

import (
	"fmt"
	"strings"
	"testing"

	"frontdesk/adapters/web/browsertest"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A supervisor is somebody with the studio before them.
type supervisor struct{ browsertest.Tab }

// sits opens the studio as Sacha.
func sits(t *testing.T, d *bureau) supervisor {
	t.Helper()
	return supervisor{browse(t, d.server.URL, d.signIn, "sacha")}
}

// sees waits until a part of the page shows a text.
func (s supervisor) sees(part, text string) {
	s.T.Helper()
	s.Until(fmt.Sprintf("%q in %s", text, part), fmt.Sprintf(`(document.querySelector(%q)?.innerText ?? "").includes(%q)`, part, text))
}

func (s supervisor) clicks(css string) {
	s.T.Helper()
	s.Eval(fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (!e) throw new Error("no %s"); e.click() })()`, css, strings.ReplaceAll(css, `"`, "'")))
}

func (s supervisor) types(css, text string) {
	s.T.Helper()
	s.Eval(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.focus(); e.value = %q; e.dispatchEvent(new Event("input", {bubbles: true})) })()`, css, text))
}

// A supervisor opens a step, talks on each channel, changes a text, sees it in the preview with the
// conversation kept, records it as a test, replays it and reads what it covers.
func TestASupervisorTriesAndTests(t *testing.T) {
	s := sits(t, newBureau(t, nil, spoken{}))
	s.Open("/studio/parcours/accueil?etape=besoin", "#main")
	s.sees("#trial .bubbles", "Que cherchez-vous ?")
	s.clicks(`#trial button[value="choix:emploi"]`)
	s.sees("#trial .bubbles", "Un travail, un stage, une alternance")
	s.sees("#trial .traces", "compris : Besoin")
	s.Shot("preview-chat")
	s.Axe("the preview in the editor", "#trial")
	s.clicks(`#trial button[value="voie:sms"]`)
	s.sees("#trial .pane.of-sms", "SMS")
	s.clicks(`#trial button[value="voie:phone"]`)
	s.sees("#trial .pane.of-phone", "tapez 1.")
	s.Shot("preview-phone")
	s.clicks(`#trial button[value="voie:web"]`)
	s.sees("#trial .pane.of-web", "Un travail, un stage")

	s.types(`textarea[name="=ask"]`, "Qu'est-ce qui vous amène ?")
	s.clicks("#step-form button.main")
	s.sees("#flash", "enregistré")
	s.sees("#trial .bubbles", "Qu'est-ce qui vous amène ?")
	s.sees("#trial .bubbles", "Un travail, un stage, une alternance")

	s.types("#trial-words", "je suis au chômage")
	s.Do("Enter", chromedp.KeyEvent(kb.Enter))
	s.sees("#trial .bubbles", "je suis au chômage")
	if focused := s.Text(`document.activeElement.id`); focused != "trial-words" {
		t.Errorf("after sending, the keyboard is at %q", focused)
	}
	s.clicks("#trial-record summary")
	s.types("#trial-name", "Sans emploi, une personne cherche un travail.")
	s.clicks(`#trial-record button`)
	s.sees("#tests", "Sans emploi, une personne cherche un travail.")
	s.sees("#tests", "inchangé")
	s.sees("#coverage", "Étapes :")
	s.Shot("tests")
	s.Axe("the tests", "#main")
	s.clicks(`form[action="/studio/tests/rejouer"] button`)
	s.sees("#flash", "rejoués")
	s.sees("#tests", "inchangé")

	s.Open("/studio/parcours/accueil?etape=besoin", "#main")
	s.types(`textarea[name="=ask"]`, "Que voulez-vous faire ?")
	s.clicks("#step-form button.main")
	s.sees("#trial .bubbles", "Que voulez-vous faire ?")
	s.Open("/studio/tests/sans-emploi-une-personne-cherche-un-travail", "#main")
	s.sees(".talk-lines", "Que voulez-vous faire ?")
	s.Shot("test-differs")
	s.Axe("a test that differs", "#main")
	s.clicks(`form[action$="/accepter"] button`)
	s.sees("#tests", "inchangé")
	s.Open("/studio/essai?voie=all&depart=accueil.besoin", "#main")
	s.sees("#trial .pane.of-phone", "tapez 1.")
	s.Shot("preview-three")
	s.Axe("the preview of three channels", "#main")
	if wide := s.Text(`document.documentElement.scrollWidth > innerWidth`); wide != "false" {
		t.Error("the page is wider than the screen")
	}
}

package studio_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A supervisor is somebody with the studio before them.
type supervisor struct {
	t   *testing.T
	ctx context.Context
	d   *bureau
}

// sits opens Chromium on the studio as Sacha, or skips the test where there is none.
func sits(t *testing.T, d *bureau) supervisor {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			t.Fatal("chromium is required: ", err)
		}
		t.Skip("no chromium here")
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath("chromium"), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox,
		chromedp.Headless, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir())}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocated, stopAllocated := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocated)
	ctx, cancel := context.WithTimeout(ctx, 120*time.Second)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel(); stop(); stopAllocated() })
	s := supervisor{t, ctx, d}
	link, err := d.signIn.TrialLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.do("enter", chromedp.EmulateViewport(1280, 720), chromedp.Navigate(d.server.URL+link), chromedp.WaitReady(chromedp.CSS("button[value=sacha]")),
		chromedp.Click(chromedp.CSS("button[value=sacha]")))
	for range 100 { // until the click has led somewhere
		if s.eval(`String(location.pathname.includes("entree") || document.readyState !== "complete")`) == "false" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return s
}

func (s supervisor) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	if err := chromedp.Do(s.ctx, actions...); err != nil {
		s.t.Fatalf("%s: %v", what, err)
	}
}

func (s supervisor) opens(path string) {
	s.t.Helper()
	s.do("open "+path, chromedp.Navigate(s.d.server.URL+path), chromedp.WaitReady(chromedp.ID("main")))
}

func (s supervisor) eval(script string) string {
	s.t.Helper()
	v, err := chromedp.Run(s.ctx, chromedp.Evaluate[string](script))
	if err != nil {
		s.t.Fatalf("%s: %v", script, err)
	}
	return v
}

// sees waits until a part of the page shows a text.
func (s supervisor) sees(part, text string) {
	s.t.Helper()
	script := fmt.Sprintf(`String(document.querySelector(%q)?.innerText ?? "")`, part)
	for range 200 {
		if strings.Contains(s.eval(script), text) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("%s never showed %q: %s", part, text, s.eval(script))
}

func (s supervisor) clicks(css string) {
	s.t.Helper()
	s.eval(fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (!e) throw new Error("no %s"); e.click(); return "" })()`, css, strings.ReplaceAll(css, `"`, "'")))
}

func (s supervisor) types(css, text string) {
	s.t.Helper()
	s.eval(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.focus(); e.value = %q; e.dispatchEvent(new Event("input", {bubbles: true})); return "" })()`, css, text))
}

// keeps keeps a picture where FRONTDESK_SHOTS names a folder.
func (s supervisor) keeps(name string) {
	s.t.Helper()
	dir := os.Getenv("FRONTDESK_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(s.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// accessible reads a part of the page as accessibility tools do.
func (s supervisor) accessible(where, part string) {
	s.t.Helper()
	source, err := os.ReadFile(os.Getenv("AXE_JS"))
	if err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			s.t.Fatal("axe-core is required: AXE_JS names no file: ", err)
		}
		s.t.Log("axe-core absent")
		return
	}
	s.do("axe", chromedp.Evaluate[chromedp.Void](string(source)+";0"))
	found, err := chromedp.Run(s.ctx, chromedp.Evaluate[[]string](
		`axe.run("`+part+`",{resultTypes:['violations'],runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r=>r.violations.flatMap(v=>v.nodes.map(n=>v.id+": "+n.html)))`,
		chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range found {
		s.t.Errorf("%s: %s", where, f)
	}
}

// A supervisor opens a step, talks on each channel, changes a text, sees it in the preview with the
// conversation kept, records it as a test, replays it and reads what it covers.
func TestASupervisorTriesAndTests(t *testing.T) {
	s := sits(t, newBureau(t, nil, spoken{}))
	s.opens("/studio/parcours/accueil?etape=besoin")
	s.sees("#trial .bubbles", "Que cherchez-vous ?")
	s.clicks(`#trial button[value="choix:emploi"]`)
	s.sees("#trial .bubbles", "Un travail, un stage, une alternance")
	s.sees("#trial .traces", "compris : Besoin")
	s.keeps("preview-chat")
	s.accessible("the preview in the editor", "#trial")
	s.clicks(`#trial button[value="voie:sms"]`)
	s.sees("#trial .pane.of-sms", "SMS")
	s.clicks(`#trial button[value="voie:phone"]`)
	s.sees("#trial .pane.of-phone", "tapez 1.")
	s.keeps("preview-phone")
	s.clicks(`#trial button[value="voie:web"]`)
	s.sees("#trial .pane.of-web", "Un travail, un stage")

	s.types(`textarea[name="=ask"]`, "Qu'est-ce qui vous amène ?")
	s.clicks("#step-form button.main")
	s.sees("#flash", "enregistré")
	s.sees("#trial .bubbles", "Qu'est-ce qui vous amène ?")
	s.sees("#trial .bubbles", "Un travail, un stage, une alternance")

	s.types("#trial-words", "je suis au chômage")
	s.do("Enter", chromedp.KeyEvent(kb.Enter))
	s.sees("#trial .bubbles", "je suis au chômage")
	if focused := s.eval(`document.activeElement.id`); focused != "trial-words" {
		t.Errorf("after sending, the keyboard is at %q", focused)
	}
	s.clicks("#trial-record summary")
	s.types("#trial-name", "Sans emploi, une personne cherche un travail.")
	s.clicks(`#trial-record button`)
	s.sees("#tests", "Sans emploi, une personne cherche un travail.")
	s.sees("#tests", "inchangé")
	s.sees("#coverage", "Étapes :")
	s.keeps("tests")
	s.accessible("the tests", "#main")
	s.clicks(`form[action="/studio/tests/rejouer"] button`)
	s.sees("#flash", "rejoués")
	s.sees("#tests", "inchangé")

	s.opens("/studio/parcours/accueil?etape=besoin")
	s.types(`textarea[name="=ask"]`, "Que voulez-vous faire ?")
	s.clicks("#step-form button.main")
	s.sees("#trial .bubbles", "Que voulez-vous faire ?")
	s.opens("/studio/tests/sans-emploi-une-personne-cherche-un-travail")
	s.sees(".talk-lines", "Que voulez-vous faire ?")
	s.keeps("test-differs")
	s.accessible("a test that differs", "#main")
	s.clicks(`form[action$="/accepter"] button`)
	s.sees("#tests", "inchangé")
	s.opens("/studio/essai?voie=all&depart=accueil.besoin")
	s.sees("#trial .pane.of-phone", "tapez 1.")
	s.keeps("preview-three")
	s.accessible("the preview of three channels", "#main")
	if wide := s.eval(`String(document.documentElement.scrollWidth > innerWidth)`); wide != "false" {
		t.Error("the page is wider than the screen")
	}
}

package studio_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// recordsTab is one page in a browser.
type recordsTab struct {
	*recordsHouse
	ctx context.Context
}

// browse opens the studio in Chromium as somebody, or skips the test where there is none.
func (h *recordsHouse) browse(who string) recordsTab {
	h.t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			h.t.Fatal("chromium is required: ", err)
		}
		h.t.Skip("no chromium here")
	}
	allocated, stopAllocated := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath("chromium"), chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.UserDataDir(h.t.TempDir()), chromedp.WSURLReadTimeout(60*time.Second))
	ctx, stop := chromedp.NewContext(allocated)
	ctx, cancel := context.WithTimeout(ctx, 180*time.Second)
	h.t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel(); stop(); stopAllocated() })
	b := recordsTab{h, ctx}
	link, err := h.signin.TrialLink(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	b.do("size", chromedp.EmulateViewport(1280, 720))
	b.do("enter", chromedp.Navigate(h.server.URL+link), chromedp.WaitReady(chromedp.CSS("button")))
	b.do("be "+who, chromedp.Click(chromedp.CSS("button[value="+who+"]")))
	b.until("somebody who is in", `location.pathname !== "/desk/entree"`)
	return b
}

func (b recordsTab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

func (b recordsTab) open(path string) {
	b.t.Helper()
	b.do("open "+path, chromedp.Navigate(b.server.URL+path), chromedp.WaitReady(chromedp.ID("main")))
}

// until waits for a condition of the page.
func (b recordsTab) until(what, script string) {
	b.t.Helper()
	var err error
	for range 200 {
		var is bool
		if is, err = chromedp.Run(b.ctx, chromedp.Evaluate[bool](script)); is && err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
	b.t.Fatalf("the page never showed %s (%v): %s", what, err, text)
}

// put writes in a field as somebody does who types.
func (b recordsTab) put(name, text string) {
	b.t.Helper()
	b.until("the field "+name, `(() => { const e = document.getElementsByName(`+"`"+name+"`"+`)[0]; if (!e) return false
		e.value = `+"`"+text+"`"+`; e.dispatchEvent(new Event("input", { bubbles: true })); return true })()`)
}

func (b recordsTab) shot(name string) {
	b.t.Helper()
	if dir := os.Getenv("FRONTDESK_SHOTS"); dir != "" {
		png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600)
		}
		if err != nil {
			b.t.Log(err)
		}
	}
}

func (b recordsTab) scheme(name string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}}); err != nil {
		b.t.Fatal(err)
	}
}

// axe reads the page as accessibility tools do.
func (b recordsTab) axe(where string) {
	b.t.Helper()
	source, err := os.ReadFile(os.Getenv("AXE_JS"))
	if err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			b.t.Fatal("axe-core is required: AXE_JS names no file: ", err)
		}
		b.t.Log("axe-core absent")
		return
	}
	b.do("axe", chromedp.Evaluate[chromedp.Void](string(source)+";0"))
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](
		`axe.run(document,{resultTypes:['violations'],runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r=>r.violations.flatMap(v=>v.nodes.map(n=>v.id+" ("+v.help+"): "+n.html+" "+n.failureSummary)))`,
		chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, v := range found {
		b.t.Errorf("%s: %s", where, v)
	}
}

// A supervisor changes an hour and opens on a Sunday: the calendar shows it while they write, and after.
func TestHoursInABrowser(t *testing.T) {
	b := openRecords(t).browse("sacha")
	b.open("/studio/fiches/queues/accueil")
	b.put("=lun-ven", "08:15-12:00")
	b.until("the hours while they are written", `document.getElementById("beside").innerText.includes("8h15–12h")`)
	b.put("=lun-ven", "12:00-08:15")
	b.until("what is wrong with them", `document.getElementById("beside").innerText.includes("la fin est avant le début")`)
	b.put("=lun-ven", "08:15-12:00")
	b.do("save", chromedp.Click(chromedp.CSS("#record-form .main")))
	b.until("that it is saved", `document.getElementById("flash").innerText.includes("enregistré")`)
	b.put("nouveau-open-from", "2026-12-06T10:00")
	b.put("nouveau-open-to", "2026-12-06T12:30")
	b.put("nouveau-open-say", "Salon du dimanche.")
	b.do("add", chromedp.Click(chromedp.CSS(`button[value="ajouter:open"]`)))
	b.until("the opening in the calendar", `document.querySelectorAll("#beside td.exception").length === 1 && document.getElementById("beside").innerText.includes("Salon du dimanche.")`)
	b.until("the hours in the calendar", `document.getElementById("beside").innerText.includes("8h15–12h")`)
	b.shot("horaires")
	if got := b.draftAt("regions/bretagne/hours.yaml", "queues", "accueil", "lun-ven"); got != "08:15-12:00" {
		t.Errorf("the draft has %q", got)
	}
}

// draftAt is a text of the draft.
func (h *recordsHouse) draftAt(file string, path ...string) string {
	h.t.Helper()
	s, err := h.workshop.Open(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	v, _ := s.Draft.At(file, path...)
	return v.Text()
}

// A card's measures follow what is written; one click renews it.
func TestACardInABrowser(t *testing.T) {
	b := openRecords(t).browse("sacha")
	b.open("/studio/fiches/cards/lyceen")
	b.put("=sms", "Tête : ça va où ?")
	b.until("the signs that cost", `document.getElementById("beside").innerText.includes("ê ç")`)
	b.do("renew", chromedp.Click(chromedp.CSS(`button[formaction$=verifiee]`)))
	b.until("the new dates", `document.getElementsByName("=expires")[0].value === "2027-11-30"`)
	if got := b.draftAt("cards.yaml", "cards", "lyceen", "sms"); got != "Tête : ça va où ?" {
		t.Errorf("what was written is lost: %q", got)
	}
	if got := b.draftAt("cards.yaml", "cards", "lyceen", "checked"); got != "2026-11-30" {
		t.Errorf("the draft has %q", got)
	}
}

// Every page of records reads well to accessibility tools, by day and by night, and does not scroll sideways.
func TestPagesOfRecordsInABrowser(t *testing.T) {
	b := openRecords(t).browse("sacha")
	for _, page := range [][2]string{{"cartes", "fiches/cards"}, {"carte", "fiches/cards/lyceen"}, {"revoir", "revoir"}, {"structures", "fiches/structures"},
		{"structure", "fiches/structures/accueil-regional"}, {"reseau", "fiches/networks/mission-locale"}, {"files", "fiches/queues"}, {"file", "fiches/queues/accueil"},
		{"dangers", "fiches/dangers"}, {"danger", "fiches/dangers/suicide"}, {"mots", "fiches/dangers/suicide/mots"}, {"familles", "securite/mots"},
		{"procedure", "securite"}, {"territoire", "fiches/territories/35"}} {
		for _, scheme := range []string{"light", "dark"} {
			b.scheme(scheme)
			b.open("/studio/" + page[1])
			b.axe(page[0] + " " + scheme)
			b.shot("fiches-" + page[0] + "-" + scheme)
		}
		for _, width := range []int64{1280, 1024, 640} {
			b.do("size", chromedp.EmulateViewport(width, 720))
			if wide, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`)); err != nil || wide {
				t.Errorf("%s scrolls sideways at %d pixels (%v)", page[0], width, err)
			}
		}
		b.do("size", chromedp.EmulateViewport(1280, 720))
	}
}

// A coordinator reads every record of others and changes nothing there.
func TestACoordinatorInABrowser(t *testing.T) {
	b := openRecords(t).browse("coralie")
	b.open("/studio/fiches/structures/mission-locale-22")
	b.until("fields that cannot be changed", `document.querySelectorAll("#record :is(input, select, textarea):not([type=hidden]):enabled, #record button").length === 0`)
	b.axe("read only")
	b.open("/studio/fiches/structures/mission-locale-35")
	b.until("their own texts alone", `document.querySelector("[name='=address']").matches(":enabled") && document.querySelector("[name='=network']").matches(":disabled") && !document.querySelector("#record-menu")`)
	b.axe("a coordinator's own")
	b.shot("coordination")
}

package studio_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tableTab is one page in a browser.
type tableTab struct {
	t   *testing.T
	ctx context.Context
	r   *tableRoom
}

// tableBrowser opens Chromium as somebody, or skips the test where there is none.
func tableBrowser(t *testing.T, r *tableRoom, who string) tableTab {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			t.Fatal("chromium is required: ", err)
		}
		t.Skip("no chromium here")
	}
	allocated, stopAllocated := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath("chromium"), chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.UserDataDir(t.TempDir()))
	ctx, stop := chromedp.NewContext(allocated)
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel(); stop(); stopAllocated() })
	b := tableTab{t, ctx, r}
	link, err := r.signin.TrialLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.do("size", chromedp.EmulateViewport(1280, 720))
	b.do("enter", chromedp.Navigate(r.server.URL+link), chromedp.WaitReady(chromedp.CSS(".people")))
	b.do("be "+who, chromedp.Click(chromedp.CSS("button[value="+who+"]")))
	b.until("that they are in", `!location.pathname.startsWith("/desk/entree") && document.readyState === "complete"`)
	return b
}

func (b tableTab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

func (b tableTab) is(script string) bool {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("!!("+script+")"))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return v
}

// until waits for a condition of the page.
func (b tableTab) until(what, script string) {
	b.t.Helper()
	for range 300 {
		if b.is(script) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.activeElement?.outerHTML.slice(0, 200) + document.body.innerText`))
	b.t.Fatalf("the page never showed %s: %s", what, text[:min(len(text), 4000)])
}

func (b tableTab) goes(path, ready string) {
	b.t.Helper()
	b.do(path, chromedp.Navigate(b.r.server.URL+path), chromedp.WaitReady(chromedp.CSS(ready)))
}

func (b tableTab) key(keys string, with ...kb.Modifier) {
	b.t.Helper()
	if len(with) == 0 {
		b.do("key", chromedp.KeyEvent(keys))
		return
	}
	b.do("key", chromedp.KeyEvent(keys, chromedp.KeyModifiers(with...)))
}

type tableViolation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// axe reads the page as accessibility tools do, in light and in dark.
func (b tableTab) axe(where string) {
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
	for _, scheme := range []string{"dark", "light"} {
		if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}); err != nil {
			b.t.Fatal(err)
		}
		found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]tableViolation](
			`axe.run(document,{resultTypes:['violations'],runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r=>r.violations)`,
			chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
		if err != nil {
			b.t.Fatal(err)
		}
		for _, v := range found {
			for _, n := range v.Nodes {
				b.t.Errorf("%s, %s: %s (%s): %s\n%s", where, scheme, v.ID, v.Help, n.HTML, n.Summary)
			}
		}
	}
}

const focused = `document.activeElement?.id === `

func TestASupervisorAtATable(t *testing.T) {
	r := openSmall(t, nil)
	b := tableBrowser(t, r, "sacha")
	b.goes("/studio/tables", "#tables")
	b.axe("the list")
	b.goes("/studio/tables/aiguillage", "#rules [role=grid]")
	b.axe("a table")
	if !b.is(`document.documentElement.scrollWidth <= innerWidth`) {
		t.Error("the page is wider than the window")
	}

	// the arrows go from cell to cell, and the last row is one
	b.do("first cell", chromedp.Evaluate[chromedp.Void](`document.getElementById("c-0-0").focus()`))
	b.key(kb.ArrowRight)
	b.until("the second cell", focused+`"c-0-1"`)
	b.key(kb.ArrowDown)
	b.until("the cell below", focused+`"c-1-1"`)

	// a row by the keyboard: Ctrl+Enter, choices, Enter
	b.key(kb.Enter, kb.ModifierCtrl)
	b.until("the editor of a new row", `document.activeElement?.name === "k0"`)
	b.axe("a row being written")
	b.key("v") // « peu importe » was there; now the need that is spelled so
	b.do("the need", chromedp.Evaluate[chromedp.Void](`document.activeElement.value = "=autre"`))
	b.key(kb.Enter)
	b.until("the new row, with the keyboard on it", focused+`"c-2-0"`)
	if got := r.rows("aiguillage"); len(got) != 6 || got[2] != "autre * vae general vae" {
		t.Fatalf("added: %q", got)
	}
	b.key(kb.ArrowUp, kb.ModifierAlt)
	b.until("the row moved up", focused+`"c-1-0"`)
	if got := r.rows("aiguillage"); got[1] != "autre * vae general vae" {
		t.Fatalf("moved: %q", got)
	}
	b.key(kb.ArrowDown, kb.ModifierAlt)
	b.until("the row moved down", focused+`"c-2-0"`)

	// Enter edits the cell, Escape leaves it as it was
	b.key(kb.ArrowRight)
	b.key(kb.Enter)
	b.until("the input of that cell", `document.activeElement?.name === "k1"`)
	b.key(kb.Escape)
	b.until("the cell", focused+`"c-2-1"`)
	if got := r.rows("aiguillage"); len(got) != 6 {
		t.Fatalf("given up: %q", got)
	}

	// a case lights its row up
	b.do("a case", chromedp.Evaluate[chromedp.Void](`{
		document.getElementById("cas.besoin").value = "metier"
		document.getElementById("cas.age").value = "a18_25"
		document.querySelector("[data-try] button").click() }`))
	b.until("the row that decides", `document.querySelector(".rule.lit")?.id === "ligne-5"`)
	b.until("why the rows before do not", `document.querySelectorAll(".decided li").length === 4`)
	b.axe("a case")
	b.do("another case", chromedp.Evaluate[chromedp.Void](`{
		const need = document.getElementById("cas.besoin")
		need.value = "autre"
		need.dispatchEvent(new Event("change", {bubbles: true})) }`))
	b.until("the row of the other case", `document.querySelector(".rule.lit")?.id === "ligne-3"`)

	// somebody else changes the table meanwhile
	if status, body := r.as("noa").post("/studio/tables/aiguillage/lignes", r.form("aiguillage", "do", "retirer:4")); status != http.StatusOK {
		t.Fatal(status, body)
	}
	b.do("on a row", chromedp.Evaluate[chromedp.Void](`document.getElementById("c-0-0").focus()`))
	b.key(kb.ArrowDown, kb.ModifierAlt)
	b.until("both versions", `document.querySelector("h1")?.innerText === "Deux changements à la fois" && document.getElementById("mine").value.includes("autre")`)
	b.axe("a conflict")
}

func TestAHoleIsMadeWithASpreadsheetAndShown(t *testing.T) {
	r := openSmall(t, nil)
	b := tableBrowser(t, r, "sacha")
	b.goes("/studio/tables/aiguillage", "#rules [role=grid]")
	sheet := strings.Join([]string{"besoin;age;reseau;carte;raison", "vae;*;vae;vae_principe;vae", "metier;<18;region;general;general", "metier;*;region;vae_principe;general"}, "\n")
	b.do("paste", chromedp.Evaluate[chromedp.Void](`document.getElementById("table-csv").showPopover()`),
		chromedp.SetValue(chromedp.ID("csv-text"), sheet), chromedp.Click(chromedp.CSS("#table-csv form button")))
	b.until("what would change", `document.querySelector(".lead")?.innerText.includes("Rien n'est encore enregistré")`)
	b.axe("what a spreadsheet changes")
	b.do("confirm", chromedp.Click(chromedp.CSS(`button[value="confirmer"]`)))
	b.until("the hole, in the grid", `document.querySelector("#trou")?.innerText.includes("Aucune ligne ne prend ce cas")`)
	b.axe("a hole")
	b.do("mend", chromedp.Click(chromedp.CSS(`button[value="derniere"]`)))
	b.until("the row for all other cases", `document.querySelector(".rule.last .all")?.innerText === "dans tous les autres cas" && !document.querySelector("#trou")`)

	b.until("no fault", `document.querySelector("#draft .verdict") && !document.querySelector("#draft .bad, #draft .pending")`)

	// a row that is hidden is greyed while the keyboard is in the grid
	b.do("first cell", chromedp.Evaluate[chromedp.Void](`document.getElementById("c-1-1").focus()`))
	b.key(kb.ArrowDown, kb.ModifierAlt)
	b.until("the sentence", `document.querySelector("#ligne-3.hidden-rule .fault")?.innerText.includes("la ligne 2 prend déjà tous ses cas")`)
	b.axe("a hidden row")
	if !b.is(focused + `"c-2-1"`) {
		t.Error("the keyboard is not where the row went")
	}
}

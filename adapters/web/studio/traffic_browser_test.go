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

// A trafficTab is a browser at the figures.
type trafficTab struct {
	*trafficHouse
	ctx context.Context
}

func (h *trafficHouse) browse() trafficTab {
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
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.UserDataDir(h.t.TempDir()))
	ctx, stop := chromedp.NewContext(allocated)
	ctx, cancel := context.WithTimeout(ctx, 90*time.Second)
	h.t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel(); stop(); stopAllocated() })
	b := trafficTab{h, ctx}
	link, err := h.signIn.TrialLink(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	b.do("size", chromedp.EmulateViewport(1280, 720))
	b.do("enter", chromedp.Navigate(h.URL+link), chromedp.WaitReady(chromedp.CSS(".people")))
	b.do("be sacha", chromedp.Click(chromedp.CSS("button[value=sacha]")), chromedp.WaitReady(chromedp.ID("entered")))
	return b
}

func (b trafficTab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

func (b trafficTab) until(what, script string) {
	b.t.Helper()
	for range 200 {
		if is, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script)); err == nil && is {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatalf("the page never showed %s", what)
}

func (b trafficTab) open(path string) {
	b.t.Helper()
	b.do("open "+path, chromedp.Navigate(b.URL+path), chromedp.WaitReady(chromedp.ID("traffic")))
	b.until("the figures", `document.querySelector("table.sortable") !== null`)
}

func (b trafficTab) scheme(name string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}}); err != nil {
		b.t.Fatal(err)
	}
}

// shot keeps a picture where FRONTDESK_SHOTS names a folder.
func (b trafficTab) shot(name string) {
	b.t.Helper()
	dir := os.Getenv("FRONTDESK_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// axe reads the page as accessibility tools do. What stands in a box of the picture is cut to its width, so that
// its name, which has all of it, cannot contain the same letters.
func (b trafficTab) axe(where string) {
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
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]struct {
		ID    string `json:"id"`
		Help  string `json:"help"`
		Nodes []struct {
			HTML    string `json:"html"`
			Summary string `json:"failureSummary"`
		} `json:"nodes"`
	}](`axe.run(document,{resultTypes:['violations'],runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'],rules:{'label-content-name-mismatch':{enabled:false}}}).then(r=>r.violations)`,
		chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, v := range found {
		for _, n := range v.Nodes[:min(2, len(v.Nodes))] {
			b.t.Errorf("%s: %s (%s), %d times: %s\n%s", where, v.ID, v.Help, len(v.Nodes), n.HTML, n.Summary)
		}
	}
}

func TestFiguresInABrowser(t *testing.T) {
	h := openTraffic(t, season(6000))
	b := h.browse()
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		b.open("/studio/frequentation")
		b.axe(scheme)
		b.shot("frequentation-" + scheme)
		for i, at := range []string{".drawn", ".charts", "#etapes", "#choix", "#questions", "#promesses", "#resultats", "#jours"} {
			b.do("look at "+at, chromedp.Evaluate[chromedp.Void](`document.querySelector("`+at+`").scrollIntoView();0`))
			if scheme == "light" || i < 3 {
				b.shot("frequentation-" + scheme + "-" + at[1:])
			}
		}
	}
	b.scheme("light")
	b.do("sort", chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("#etapes th button")[2].click();0`))
	b.until("the table by answers", `(() => { const keys = [...document.querySelectorAll("#etapes tbody tr")].map((r) => Number(r.cells[2].dataset.key));
		return document.querySelectorAll("#etapes th")[2].getAttribute("aria-sort") === "descending" && keys.every((k, i) => !i || keys[i - 1] >= k) })()`)
	b.do("more", chromedp.Evaluate[chromedp.Void](`document.querySelector("[data-unfold=choix]").click();0`))
	b.until("all choices", `[...document.querySelectorAll("#choix tbody tr")].every((r) => r.offsetHeight > 0)`)
	b.do("one channel", chromedp.Evaluate[chromedp.Void](`document.getElementById("canal").value="sms"; document.querySelector(".filters .main").click();0`))
	b.until("the channel alone", `location.search.includes("canal=sms") && document.querySelectorAll("#canaux tbody tr").length === 1`)
	for _, size := range [][2]int64{{1280, 720}, {1024, 768}, {768, 1024}} {
		b.do("size", chromedp.EmulateViewport(size[0], size[1]))
		b.open("/studio/frequentation")
		b.until("no sideways scrolling", `document.documentElement.scrollWidth <= innerWidth`)
	}
	b.shot("frequentation-tablette")
	b.do("size", chromedp.EmulateViewport(1024, 1400))
	b.open("/studio/frequentation?vue=bilan&periode=90")
	b.axe("report")
	b.shot("frequentation-bilan")
}

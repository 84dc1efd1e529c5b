// Package browsertest opens pages in Chromium for tests: it starts the browser, signs people in, waits, looks
// and reads pages as accessibility tools do. It knows no page of the house.
package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A Tab is one page in a browser of its own.
type Tab struct {
	T    testing.TB
	Ctx  context.Context
	Site string // what addresses begin with
}

// Open starts Chromium, or skips the test where there is none.
func Open(t testing.TB, site string) Tab {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		if required() {
			t.Fatal("chromium is required: ", err)
		}
		t.Skip("no chromium here")
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath("chromium"), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox,
		chromedp.Headless, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(60 * time.Second)}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocated, stopAllocated := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocated)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel(); stop(); stopAllocated() })
	return Tab{t, ctx, site}
}

func required() bool { return os.Getenv("FRONTDESK_PEERS") == "required" }

// Enter signs somebody in through a trial's page, as a person does.
func (b Tab) Enter(link, who string) {
	b.T.Helper()
	name := chromedp.CSS("button[value=" + who + "]")
	b.Do("enter", chromedp.Navigate(b.Site+link), chromedp.WaitReady(name))
	b.Do("be "+who, chromedp.Click(name))
	b.Until("that "+who+" is in", `!location.pathname.startsWith("/desk/entree") && document.readyState === "complete"`)
}

// Do does what must not fail. One action is tried again where its element was drawn anew before it was reached.
func (b Tab) Do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.T.Helper()
	err := chromedp.Do(b.Ctx, actions...)
	for try := 0; try < 9 && len(actions) == 1 && err != nil && strings.Contains(err.Error(), "Could not find node"); try++ {
		err = chromedp.Do(b.Ctx, actions...)
	}
	if err != nil {
		b.T.Fatalf("%s: %v", what, err)
	}
}

// Open goes to a page and waits until a part of it is there.
func (b Tab) Open(path, part string) {
	b.T.Helper()
	b.Do("open "+path, chromedp.Navigate(b.Site+path), chromedp.WaitReady(chromedp.CSS(part)))
}

// Value is what an action returns that must not fail.
func Value[T any](b Tab, what string, a chromedp.Action[T]) T {
	b.T.Helper()
	v, err := chromedp.Run(b.Ctx, a)
	if err != nil {
		b.T.Fatalf("%s: %v", what, err)
	}
	return v
}

// Eval runs a script for what it does.
func (b Tab) Eval(script string) {
	b.T.Helper()
	Value(b, script, chromedp.Evaluate[any](script))
}

// Text is what a script says.
func (b Tab) Text(script string) string {
	b.T.Helper()
	return Value(b, script, chromedp.Evaluate[string](`String(`+script+`)`))
}

// Until waits for a condition of the page, as long as a slow machine may take. While a page loads, there is nothing
// to ask.
func (b Tab) Until(what, script string) {
	b.T.Helper()
	var err error
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(25 * time.Millisecond) {
		var is bool
		if is, err = chromedp.Run(b.Ctx, chromedp.Evaluate[bool](`Boolean(`+script+`)`)); is && err == nil {
			return
		}
	}
	text, _ := chromedp.Run(b.Ctx, chromedp.Evaluate[string](`(document.activeElement?.outerHTML.slice(0, 200) ?? "") + document.body.innerText.slice(0, 4000)`))
	b.Shot("failure")
	b.T.Fatalf("the page never showed %s (%v): %s", what, err, text)
}

// Size makes the window as wide and high as that.
func (b Tab) Size(width, height int64) {
	b.T.Helper()
	b.Do("size", chromedp.EmulateViewport(width, height))
}

// Scheme chooses light or dark colours; nothing moves.
func (b Tab) Scheme(name string) {
	b.T.Helper()
	if _, err := chromedp.Call(b.Ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}}); err != nil {
		b.T.Fatal(err)
	}
}

// Shot keeps a picture where FRONTDESK_SHOTS names a folder.
func (b Tab) Shot(name string) {
	b.T.Helper()
	dir := os.Getenv("FRONTDESK_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.Ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		b.T.Error(err)
	}
}

// Listen fails the test for what pages say on the console, except where one of the given words is in it.
func (b Tab) Listen(except ...string) {
	var mu sync.Mutex
	var said []string
	console := chromedp.Console(b.Ctx)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			line := fmt.Sprintf("%+v", m)
			for _, word := range except {
				if strings.Contains(line, word) {
					line = ""
				}
			}
			mu.Lock()
			said = append(said, line)
			mu.Unlock()
		}
	}()
	b.T.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		if lines := strings.TrimSpace(strings.Join(said, "\n")); lines != "" {
			b.T.Errorf("on the console: %s", lines)
		}
	})
}

// Axe reads a part of the page as accessibility tools do, a CSS selector or "" for all of it, without some
// of their rules. It stands beside the page's own scripts, whose policy would not have it among them.
func (b Tab) Axe(where, part string, without ...string) {
	b.T.Helper()
	source, err := os.ReadFile(os.Getenv("AXE_JS"))
	if err != nil {
		if required() {
			b.T.Fatal("axe-core is required: AXE_JS names no file: ", err)
		}
		b.T.Log("axe-core absent")
		return
	}
	rules := map[string]map[string]bool{}
	for _, rule := range without {
		rules[rule] = map[string]bool{"enabled": false}
	}
	off, err := json.Marshal(rules)
	if err != nil {
		b.T.Fatal(err)
	}
	element := "document"
	if part != "" {
		element = fmt.Sprintf("%q", part)
	}
	var lines []string
	found := b.beside(string(source), fmt.Sprintf(`axe.run(%s,{resultTypes:['violations'],runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'],rules:%s})
		.then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + " (" + v.help + ") " + n.target.join(" ") + ": " + n.html + "\n" + n.failureSummary)))`, element, off))
	if err := json.Unmarshal(found, &lines); err != nil {
		b.T.Fatalf("axe: %v: %s", err, found)
	}
	for _, line := range lines {
		b.T.Errorf("%s: %s", where, line)
	}
}

// beside runs a library and then a script in a world of their own, and waits for what that gives.
func (b Tab) beside(library, script string) json.RawMessage {
	b.T.Helper()
	tree, err := chromedp.Call(b.Ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		b.T.Fatal(err)
	}
	world, err := chromedp.Call(b.Ctx, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "axe"})
	if err != nil {
		b.T.Fatal(err)
	}
	var last json.RawMessage
	for _, js := range []string{library + ";0", script} {
		answer, err := chromedp.Call(b.Ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: js, ContextID: world.ExecutionContextID, AwaitPromise: new(true), ReturnByValue: new(true)})
		if err != nil || answer.ExceptionDetails != nil {
			b.T.Fatalf("axe: %v %+v", err, answer.ExceptionDetails)
		}
		last = json.RawMessage(answer.Result.Value)
	}
	return last
}

package main

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
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A visit is one browser at the demonstration of a whole house.
type visit struct {
	*messagingSite
	ctx context.Context
}

// A pane is one document of a visit: the page itself, or what stands in one of its frames.
type pane struct {
	*visit
	doc string // JavaScript that is the document
}

// missing skips a test that lacks something, unless everything is required.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("FRONTDESK_PEERS") == "required" {
		t.Fatalf("%s is missing", what)
	}
	t.Skipf("%s is missing", what)
}

// visitDemo opens the demonstration, or a page below it, in a browser.
func visitDemo(t *testing.T, path string) *visit {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		missing(t, "chromium")
	}
	v := &visit{messagingSite: newMessagingSite(t, nil)}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath("chromium"), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox, chromedp.Headless,
		chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(60 * time.Second),
	}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	a, stopA := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(a)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel(); stop(); stopA() })
	v.ctx = ctx
	v.do("start", chromedp.EmulateViewport(1280, 800))
	v.listen()
	v.media("light")
	v.do("open", chromedp.Navigate(v.base+path))
	return v
}

// listen fails the test for anything that the pages say on the console: a fault of their code, a request
// that was refused, or what their own policy forbids.
func (v *visit) listen() {
	var mu sync.Mutex
	var said []string
	console := chromedp.Console(v.ctx)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			mu.Lock()
			said = append(said, fmt.Sprintf("%+v", m))
			mu.Unlock()
		}
	}()
	v.t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		if len(said) > 0 {
			v.t.Errorf("on the console: %s", strings.Join(said, "\n"))
		}
	})
}

func (v *visit) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, steps...); err != nil {
		v.shot("failure")
		v.t.Fatalf("%s: %v", what, err)
	}
}

// keys presses keys where the focus is.
func (v *visit) keys(keys string, modifiers ...chromedp.Modifier) {
	v.t.Helper()
	var options []chromedp.KeyOption
	if len(modifiers) > 0 {
		options = append(options, chromedp.KeyModifiers(modifiers...))
	}
	v.do("keys", chromedp.KeyEvent(keys, options...))
}

func (v *visit) media(scheme string) {
	v.t.Helper()
	_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *visit) size(width, height int64, scale float64) {
	v.t.Helper()
	v.do("size", chromedp.EmulateViewport(width, height, chromedp.EmulateScale(scale)))
}

func (v *visit) page() pane { return pane{v, "document"} }

// frame is one of the two sides of the page.
func (v *visit) frame(side string) pane {
	return pane{v, `document.querySelector('iframe[src="` + side + `/"]').contentDocument`}
}

func (v *visit) picture() []byte {
	v.t.Helper()
	png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		v.t.Fatal(err)
	}
	return png
}

// shot keeps a picture when a folder for them is given.
func (v *visit) shot(name string) {
	dir := os.Getenv("FRONTDESK_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "demo-"+name+".png"), png, 0o644)
	}
	if err != nil {
		v.t.Log(err)
	}
}

// quoted is a text as JavaScript writes it.
func quoted(text string) string {
	raw, _ := json.Marshal(text)
	return string(raw)
}

// eval asks the page. In js, doc is the pane's document.
func eval[T any](p pane, js string) (T, error) {
	return chromedp.Run(p.ctx, chromedp.Evaluate[T](`((doc) => (`+js+`))(`+p.doc+`)`))
}

// is waits for something to be true in the pane.
func (p pane) is(what, js string) {
	p.t.Helper()
	var err error
	for end := time.Now().Add(longEnough); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var ok bool
		if ok, err = eval[bool](p, "Boolean("+js+")"); ok && err == nil { // while a page is replaced there is nothing to ask
			return
		}
	}
	p.shot("failure")
	text, _ := eval[string](p, "doc.body.innerText")
	p.t.Fatalf("it never was that %s (%v) on\n%s\n%s", what, err, text, p.messagingSite.picture())
}

// says waits for a text that can be seen.
func (p pane) says(text string) {
	p.t.Helper()
	p.is("it says "+text, `doc.body.innerText.includes(`+quoted(text)+`)`)
}

// found is JavaScript for the last element of a kind that can be seen and whose text begins so.
func found(css, text string) string {
	return `[...doc.querySelectorAll(` + quoted(css) + `)].findLast(e => e.checkVisibility() && e.textContent.trim().startsWith(` + quoted(text) + `))`
}

// click presses the mouse on the last element of a kind whose text begins so.
func (p pane) click(css, text string) {
	p.t.Helper()
	e := found(css, text)
	p.is(css+" « "+text+" » can be seen", e)
	at, err := eval[[2]float64](p, `(e => { e.scrollIntoView({block: 'center', inline: 'center'}); const r = e.getBoundingClientRect(), f = doc.defaultView.frameElement?.getBoundingClientRect() ?? {x: 0, y: 0};
		return [f.x + r.x + r.width / 2, f.y + r.y + r.height / 2] })(`+e+`)`)
	if err != nil {
		p.t.Fatalf("%s « %s »: %v", css, text, err)
	}
	p.do("click "+css+" "+text, chromedp.MouseClickXY(at[0], at[1]))
}

// write puts a text into a field and sends it with Enter.
func (p pane) write(id, text string) {
	p.t.Helper()
	p.click("#"+id, "")
	p.keys(text + kb.Enter)
}

// choose takes an option of a list, as somebody does who sees it.
func (p pane) choose(css, label string) {
	p.t.Helper()
	p.is(css+" offers "+label, `[...doc.querySelectorAll(`+quoted(css+" option")+`)].some(o => o.textContent.startsWith(`+quoted(label)+`))`)
	_, err := eval[bool](p, `(o => { const s = o.closest('select'); s.value = o.value; s.dispatchEvent(new Event('change', {bubbles: true})); return true })(
		[...doc.querySelectorAll(`+quoted(css+" option")+`)].find(o => o.textContent.startsWith(`+quoted(label)+`)))`)
	if err != nil {
		p.t.Fatalf("choose %s in %s: %v", label, css, err)
	}
}

// tabTo presses Tab until the focus is on the last element of a kind whose text begins so.
func (p pane) tabTo(css, text string) { p.t.Helper(); p.tab(css, text) }

// tabBackTo presses it backwards.
func (p pane) tabBackTo(css, text string) { p.t.Helper(); p.tab(css, text, kb.ModifierShift) }

func (p pane) tab(css, text string, modifiers ...chromedp.Modifier) {
	p.t.Helper()
	for range 80 {
		p.keys(kb.Tab, modifiers...)
		// Where the focus rests, it is seen; a frame has it in its own document.
		seen, err := eval[string](p.page(), `(e => { while (e.contentDocument?.activeElement && e.contentDocument.hasFocus()) e = e.contentDocument.activeElement;
			return e.matches('body, iframe') || getComputedStyle(e).outlineStyle !== 'none' ? '' : e.outerHTML })(doc.activeElement)`)
		if err != nil || seen != "" {
			p.t.Errorf("the focus cannot be seen: %s, %v", seen, err)
		}
		if ok, err := eval[bool](p, `doc.hasFocus() && doc.activeElement === `+found(css, text)); ok && err == nil {
			return
		}
	}
	p.shot("failure")
	p.t.Fatalf("Tab never comes to %s « %s »", css, text)
}

// axe checks the page and both frames against WCAG 2.2 AA and good practice.
func (v *visit) axe(what string) {
	v.t.Helper()
	for _, fault := range v.violations() {
		v.t.Errorf("%s: %s", what, fault)
	}
}

// violations are what axe-core finds. It is put beside the scripts of each document, whose policy would
// not have it among them, and asks the frames from the page.
func (v *visit) violations() []string {
	v.t.Helper()
	source, err := os.ReadFile(os.Getenv("AXE_JS"))
	if err != nil {
		missing(v.t, "axe-core (its path in AXE_JS)")
	}
	tree, err := chromedp.Call(v.ctx, cdppage.GetFrameTree, cdp.Empty{})
	if err != nil {
		v.t.Fatal(err)
	}
	frames := []cdp.FrameID{tree.FrameTree.Frame.ID}
	for _, child := range tree.FrameTree.ChildFrames {
		frames = append(frames, child.Frame.ID)
	}
	worlds := make([]runtime.ExecutionContextID, len(frames))
	for i, frame := range frames {
		world, err := chromedp.Call(v.ctx, cdppage.CreateIsolatedWorld, cdppage.CreateIsolatedWorldParams{FrameID: frame, WorldName: "axe"})
		if err != nil {
			v.t.Fatal(err)
		}
		worlds[i] = world.ExecutionContextID
		in(v, worlds[i], string(source)+";0")
	}
	return in(v, worlds[0], `axe.run(document,{resultTypes:['violations'],runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})
		.then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ' (' + v.help + ') ' + n.target.join(' ') + ': ' + n.html)))`)
}

// in evaluates a script in one world of the page.
func in(v *visit, world runtime.ExecutionContextID, js string) []string {
	v.t.Helper()
	answer, err := chromedp.Call(v.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: js, ContextID: world, AwaitPromise: new(true), ReturnByValue: new(true)})
	if err != nil || answer.ExceptionDetails != nil {
		v.t.Fatalf("axe: %v %+v", err, answer.ExceptionDetails)
	}
	var lines []string
	_ = json.Unmarshal(answer.Result.Value, &lines) // axe itself is no list
	return lines
}

package studio_test

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

	"frontdesk/adapters/web/studio"
	"frontdesk/bot/flow"
	"frontdesk/bot/translation"
)

// A wordsVisit is a browser at the studio.
type wordsVisit struct {
	*wordsSite
	ctx context.Context
}

// wordsMissing skips a test that lacks something, unless everything is required.
func wordsMissing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("FRONTDESK_PEERS") == "required" {
		t.Fatalf("%s is missing", what)
	}
	t.Skipf("%s is missing", what)
}

func (s *wordsSite) visit(who string) *wordsVisit {
	t := s.t
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		wordsMissing(t, "chromium")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath("chromium"), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox, chromedp.Headless,
		chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(60 * time.Second),
	}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	a, stopA := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(a)
	ctx, cancel := context.WithTimeout(ctx, 180*time.Second)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel(); stop(); stopA() })
	v := &wordsVisit{s, ctx}
	v.do("start", chromedp.EmulateViewport(1280, 720))
	v.listen()
	v.do("come in", chromedp.Navigate(s.server.URL+studio.Link(t, s.signIn)))
	v.is("names are offered", `document.querySelector("[name=qui][value=`+who+`]")`)
	v.eval(`document.querySelector("[name=qui][value=` + who + `]").click()`)
	v.is("one is in", `!document.querySelector("[name=qui]")`)
	return v
}

// listen fails the test for what the pages say on the console.
func (v *wordsVisit) listen() {
	var mu sync.Mutex
	var said []string
	console := chromedp.Console(v.ctx)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			if line := fmt.Sprintf("%+v", m); !strings.Contains(line, "404") { // there is no desk here
				mu.Lock()
				said = append(said, line)
				mu.Unlock()
			}
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

func (v *wordsVisit) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, steps...); err != nil {
		v.t.Fatalf("%s: %v", what, err)
	}
}

func (v *wordsVisit) open(path string) {
	v.t.Helper()
	v.do("open "+path, chromedp.Navigate(v.server.URL+path))
}

func (v *wordsVisit) eval(js string) {
	v.t.Helper()
	if _, err := chromedp.Run(v.ctx, chromedp.Evaluate[any](js)); err != nil {
		v.t.Fatalf("%s: %v", js, err)
	}
}

// is waits for something to be true on the page.
func (v *wordsVisit) is(what, js string) {
	v.t.Helper()
	var err error
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var ok bool
		if ok, err = chromedp.Run(v.ctx, chromedp.Evaluate[bool]("Boolean("+js+")")); ok && err == nil {
			return
		}
	}
	text, _ := chromedp.Run(v.ctx, chromedp.Evaluate[string]("document.body.innerText"))
	v.shot("failure")
	v.t.Fatalf("it never was that %s (%v) on\n%s", what, err, text)
}

func (v *wordsVisit) says(text string) {
	v.t.Helper()
	raw, _ := json.Marshal(text)
	v.is("it says "+text, `document.body.innerText.includes(`+string(raw)+`)`)
}

// writes puts a text into the open translation, by the keyboard.
func (v *wordsVisit) writes(text string) {
	v.t.Helper()
	v.eval(`(() => { const t = document.getElementById("forme-other"); t.focus(); t.select() })()`)
	v.do("write", chromedp.KeyEvent(text))
}

// shot keeps a picture when a folder for them is given.
func (v *wordsVisit) shot(name string) {
	dir := os.Getenv("FRONTDESK_SHOTS")
	if dir == "" {
		return
	}
	if png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot()); err == nil {
		_ = os.WriteFile(filepath.Join(dir, "words-"+name+".png"), png, 0o644)
	}
}

func TestWordsInABrowser(t *testing.T) {
	s := wordsOpen(t)
	v := s.visit("ana")
	v.open("/studio/traductions/en?etat=tous&partie=accueil&texte=accueil.bonjour")
	v.writes("Hello from here.")
	v.says("Il manque {service}.")
	v.writes("Hello from {servise}.")
	v.says("Vouliez-vous dire {service} ?")
	v.do("Ctrl+Enter", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	v.says("Ce n'est pas enregistré.")
	v.is("what was typed is still there", `document.getElementById("forme-other").value === "Hello from {servise}."`)
	v.writes("Hello, this is ")
	v.eval(`document.querySelector("[data-insert='{service}']").click()`)
	v.is("the placeholder is put in", `document.getElementById("forme-other").value === "Hello, this is {service}"`)
	v.is("nothing is missing", `!document.querySelector("#words-trial .fault")`)
	v.do("Ctrl+Enter", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	v.says("C'est enregistré dans le brouillon.")
	v.is("the next text is open, and is written in", `document.activeElement.id === "forme-other" && !document.querySelector(".id-line code").textContent.endsWith("accueil.bonjour")`)
	v.is("the address is that of the next text", `new URLSearchParams(location.search).get("texte") === document.querySelector(".id-line code").textContent && !location.search.includes("fait=")`)
	if x := s.text("en", "accueil.bonjour"); x.Other() != "Hello, this is {service}" {
		t.Errorf("saved: %+v", x)
	}

	s.edit(flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), "Bonjour, ici {service}."))
	v.open("/studio/traductions")
	v.says("1 à revoir")
	v.eval(`[...document.querySelectorAll("a.tag")].find(a => a.textContent.includes("à revoir")).click()`)
	v.says("Le français a changé depuis cette traduction.")
	v.shot("revoir")
	v.eval(`[...document.querySelectorAll("button")].find(b => b.textContent.includes("toujours bon")).click()`)
	v.says("Cette recherche ne trouve plus de texte.")
	if x := s.text("en", "accueil.bonjour"); x.State != translation.Done {
		t.Errorf("still good: %+v", x)
	}

	v.open("/studio/traductions/ar?texte=accueil.bonjour")
	v.is("Arabic is written from the right", `getComputedStyle(document.getElementById("forme-other")).direction === "rtl"`)
	v.is("its French is not", `getComputedStyle(document.querySelector(".said")).direction === "ltr"`)
	v.eval(`document.querySelector(".ask").click()`)
	v.is("the help opens in place", `document.querySelector("#aide-traduire:popover-open")`)
	v.shot("aide")
}

func TestWordsAreAccessible(t *testing.T) {
	source, err := os.ReadFile(os.Getenv("AXE_JS"))
	if err != nil {
		wordsMissing(t, "axe-core (its path in AXE_JS)")
	}
	s := wordsOpen(t)
	s.edit(flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), "Bonjour, ici {service}."))
	v := s.visit("sacha")
	for _, scheme := range []string{"light", "dark"} {
		_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, width := range []int64{1280, 1024} {
			v.do("size", chromedp.EmulateViewport(width, 720))
			for _, path := range []string{"/studio/traductions", "/studio/traductions/en", "/studio/traductions/ar?texte=engine.unit.days", "/studio/traductions/en?q=xyzzy", "/studio/aide"} {
				v.open(path)
				v.is("nothing is wider than the page", `document.documentElement.scrollWidth <= innerWidth`)
				for _, fault := range v.violations(string(source)) {
					t.Errorf("%s, %s, %d: %s", path, scheme, width, fault)
				}
			}
			v.open("/studio/traductions/en?etat=tous&texte=accueil.bonjour")
			v.eval(`document.querySelector("[popovertarget=words-files]").click()`)
			for _, fault := range v.violations(string(source)) {
				t.Errorf("files, %s, %d: %s", scheme, width, fault)
			}
		}
	}
}

// violations are what axe-core finds. It is put beside the page's scripts, whose policy would not have it
// among them.
func (v *wordsVisit) violations(axe string) []string {
	v.t.Helper()
	tree, err := chromedp.Call(v.ctx, cdppage.GetFrameTree, cdp.Empty{})
	if err != nil {
		v.t.Fatal(err)
	}
	world, err := chromedp.Call(v.ctx, cdppage.CreateIsolatedWorld, cdppage.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "axe"})
	if err != nil {
		v.t.Fatal(err)
	}
	run := func(js string) json.RawMessage {
		answer, err := chromedp.Call(v.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: js, ContextID: world.ExecutionContextID, AwaitPromise: new(true), ReturnByValue: new(true)})
		if err != nil || answer.ExceptionDetails != nil {
			v.t.Fatalf("axe: %v %+v", err, answer.ExceptionDetails)
		}
		return json.RawMessage(answer.Result.Value)
	}
	run(axe + ";0")
	var lines []string
	_ = json.Unmarshal(run(`axe.run(document,{resultTypes:['violations'],runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})
		.then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ' (' + v.help + ') ' + n.target.join(' ') + ': ' + n.html)))`), &lines)
	return lines
}

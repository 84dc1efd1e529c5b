package chat_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"frontdesk/adapters/web/chat"
)

// A visit is a browser on a site that can be stopped and started again. The page's way out leads to
// the test's own neutral page, and a shared computer is wiped after idle seconds.
type visit struct {
	*site
	ctx    context.Context
	server *http.Server
	addr   string
	idle   string
	sent   sends
}

// sends are the messages that the page has tried to send, with their times.
type sends struct {
	mu    sync.Mutex
	texts []string
	times []time.Time
}

func (s *sends) note(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var m struct{ Text string }
	_ = json.Unmarshal(body, &m)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.texts, s.times = append(s.texts, m.Text), append(s.times, time.Now())
}

func (s *sends) all() (texts []string, times []time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.texts), slices.Clone(s.times)
}

// missing skips a test that lacks something, unless everything is required.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("FRONTDESK_PEERS") == "required" {
		t.Fatalf("%s is missing", what)
	}
	t.Skipf("%s is missing", what)
}

func browse(t *testing.T, change func(*chat.Config)) *visit {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		missing(t, "chromium")
	}
	t.Parallel()
	v := &visit{site: newSite(t, change), idle: "600"}
	v.start("127.0.0.1:0")
	t.Cleanup(func() { v.stop() })

	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath("chromium"), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox, chromedp.Headless,
		chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(60 * time.Second),
	}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	a, stopA := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(a)
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel(); stop(); stopA() })
	v.ctx = ctx
	v.do("start", chromedp.EmulateViewport(1280, 800))
	v.listen()
	return v
}

// listen fails the test for a fault in the page's code, and for anything that its own policy
// forbids. Requests that fail, and frames that are refused, are part of some tests.
func (v *visit) listen() {
	faults := &ledger{}
	console := chromedp.Console(v.ctx)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			line := fmt.Sprintf("%+v", m)
			if (strings.Contains(line, "Uncaught") || strings.Contains(line, "Content Security Policy") || strings.Contains(line, "Trusted")) && !strings.Contains(line, "frame-ancestors") {
				fmt.Fprintln(faults, line)
			}
		}
	}()
	v.t.Cleanup(func() {
		if found := faults.String(); found != "" {
			v.t.Error(found)
		}
	})
}

func (v *visit) start(addr string) {
	v.t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		v.t.Fatal(err)
	}
	v.addr = l.Addr().String()
	v.url = "http://" + v.addr
	v.server = &http.Server{Handler: http.HandlerFunc(v.serve), ReadHeaderTimeout: time.Second}
	go v.server.Serve(l)
}

// stop ends the service, and restart begins it anew with all that was kept.
func (v *visit) stop() {
	v.server.Close()
	v.end()
}

func (v *visit) restart() {
	v.begin()
	v.start(v.addr)
}

func (v *visit) serve(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/neutral":
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Ailleurs</title><p>Une autre page."))
	case r.URL.Path == "/chat/" || r.URL.Path == "/widget.js":
		r.Header.Del("Accept-Encoding")
		r.Header.Del("If-None-Match")
		rec := httptest.NewRecorder()
		v.handler.ServeHTTP(rec, r)
		body := bytes.ReplaceAll(rec.Body.Bytes(), []byte("https://www.service-public.fr/"), []byte(v.url+"/neutral"))
		body = bytes.ReplaceAll(body, []byte(`"idle":600`), []byte(`"idle":`+v.idle))
		for name, values := range rec.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Etag")
		_, _ = w.Write(body)
	default:
		if r.URL.Path == "/chat/messages" && r.Method == http.MethodPost {
			v.sent.note(r)
		}
		v.handler.ServeHTTP(w, r)
	}
}

func (v *visit) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, steps...); err != nil {
		v.t.Fatalf("%s: %v", what, err)
	}
}

func eval[T any](v *visit, js string) T {
	v.t.Helper()
	got, err := chromedp.Run(v.ctx, chromedp.Evaluate[T](js))
	if err != nil {
		v.t.Fatalf("%s: %v", js, err)
	}
	return got
}

// patience is how long a page may take on a slow machine.
const patience = time.Minute

// until waits for something to become true in the page.
func (v *visit) until(js string) {
	v.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		// While a page is replaced there is nothing to ask.
		if ok, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](`Boolean(`+js+`)`)); ok && err == nil {
			return
		}
	}
	v.shot("failure")
	v.t.Fatalf("it never happened: %s\n%s", js, eval[string](v, `document.body.innerText`))
}

// says waits for a text on the page.
func (v *visit) says(text string) {
	v.t.Helper()
	v.until(`document.body.innerText.includes(` + raw(text) + `)`)
}

func (v *visit) open(path string) {
	v.t.Helper()
	v.do("open", chromedp.Navigate(v.url+path))
	v.says("Que cherchez-vous ?")
}

func (v *visit) write(text string) {
	v.t.Helper()
	v.do("write", chromedp.SendKeys(chromedp.ID("message"), text+"\r"))
}

func (v *visit) click(css string) {
	v.t.Helper()
	v.do("click "+css, chromedp.Click(chromedp.CSS(css)))
}

// lines is the conversation as it is shown.
func (v *visit) lines() []string {
	v.t.Helper()
	return eval[[]string](v, `[...document.querySelectorAll('#messages > li')].map(li => li.className + ': ' + (li.querySelector('.text') ?? li).textContent.slice(0, 30))`)
}

// shot keeps a picture when a folder for them is given.
func (v *visit) shot(name string) {
	dir := os.Getenv("FRONTDESK_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		v.t.Log(err)
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		v.t.Log(err)
	}
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

type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML string `json:"html"`
	} `json:"nodes"`
}

// axe checks the page against WCAG 2.2 AA and good practice.
func (v *visit) axe(what string) {
	v.t.Helper()
	for _, f := range v.violations() {
		var where []string
		for _, n := range f.Nodes {
			where = append(where, n.HTML)
		}
		v.t.Errorf("%s: %s: %s\n%s", what, f.ID, f.Help, strings.Join(where, "\n"))
	}
}

func (v *visit) violations() []violation {
	v.t.Helper()
	src, err := os.ReadFile(os.Getenv("AXE_JS"))
	if err != nil {
		missing(v.t, "axe-core (its path in AXE_JS)")
	}
	if _, err := chromedp.Run(v.ctx, chromedp.Evaluate[chromedp.Void](string(src)+";0")); err != nil {
		v.t.Fatal(err)
	}
	found, err := chromedp.Run(v.ctx, chromedp.Evaluate[struct {
		Violations []violation `json:"violations"`
	}](`axe.run(document,{resultTypes:['violations'],runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})`,
		chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	if err != nil {
		v.t.Fatal(err)
	}
	return found.Violations
}

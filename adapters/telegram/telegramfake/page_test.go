package telegramfake_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/go-telegram/bot/models"

	"frontdesk/adapters/telegram/telegramfake"
)

// mounted is the page under a path, as a demonstration has it.
func mounted(t *testing.T, s *telegramfake.Server) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/demo/telegram/", http.StripPrefix("/demo/telegram", s.Page()))
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(page.Close)
	return page
}

func TestThePageSpeaksForAPerson(t *testing.T) {
	s, b, _, _ := platform(t, telegramfake.Options{})
	page := mounted(t, s)
	do := func(body string, want int) string {
		t.Helper()
		res, err := http.Post(page.URL+"/demo/telegram/do", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		text, _ := io.ReadAll(res.Body)
		if res.StatusCode != want {
			t.Errorf("%s: %d %s", body, res.StatusCode, text)
		}
		return string(text)
	}
	if _, err := send(b, "Bonjour", buttons("1.1.a")); err != nil {
		t.Fatal(err)
	}
	do(`{"person":"7","do":"write","text":"salut"}`, 204)
	do(`{"person":"7","do":"press","message":12,"text":"1.1.a"}`, 204)
	do(`{"person":"7","do":"start","text":"forum"}`, 204)
	do(`{"person":"7","do":"contact"}`, 204)
	do(`{"person":"7","do":"voice"}`, 204)
	do(`{"person":"7","do":"block"}`, 204)
	do(`{"person":"7","do":"write","text":"bloqué"}`, 400)
	do(`{"person":"9","do":"write","text":"personne"}`, 400)
	do(`{"person":"7","do":"rien"}`, 400)
	do(`{`, 400)
	if got := do(`{"person":"0","do":"person","text":"Max"}`, 200); !strings.Contains(got, "Max") {
		t.Errorf("made %s", got)
	}
	res, err := http.Get(page.URL + "/demo/telegram/state?person=7&seen=0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var v struct {
		People   []struct{ Name string }
		Blocked  bool
		Messages []telegramfake.Shown
	}
	if err := json.NewDecoder(res.Body).Decode(&v); err != nil {
		t.Fatal(err)
	}
	if len(v.People) != 2 || !v.Blocked || len(v.Messages) != 6 {
		t.Errorf("the page shows %+v", v)
	}
	elsewhere, _ := http.NewRequest(http.MethodPost, page.URL+"/demo/telegram/do", strings.NewReader(`{"person":"7","do":"unblock"}`))
	elsewhere.Header.Set("Sec-Fetch-Site", "cross-site")
	if res, err := http.DefaultClient.Do(elsewhere); err != nil || res.StatusCode != 403 {
		t.Errorf("another site acts: %v", err)
	}
}

// browser opens the page in Chromium, or skips the test unless everything is required.
func browser(t *testing.T, url string) context.Context {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		if os.Getenv("FRONTDESK_PEERS") == "required" {
			t.Fatal("chromium is missing")
		}
		t.Skip("chromium is missing")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath("chromium"), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox, chromedp.Headless,
		chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(60 * time.Second),
	}
	for _, flag := range []string{"disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	all, stopAll := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(all)
	ctx, cancel := context.WithTimeout(ctx, 120*time.Second)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel(); stop(); stopAll() })
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(420, 900), chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	return ctx
}

func TestBrowserShowsAPersonsTelegram(t *testing.T) {
	s, b, _, _ := platform(t, telegramfake.Options{})
	page := mounted(t, s)
	if _, err := send(b, "Que cherchez-vous ?", buttons("1.1.a")); err != nil {
		t.Fatal(err)
	}
	ctx := browser(t, page.URL+"/demo/telegram/")
	is := func(what, js string) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`Boolean(`+js+`)`))
			if ok && err == nil {
				return
			}
			if time.Now().After(end) {
				text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
				t.Fatalf("%s: not seen (%v) on\n%s", what, err, text)
			}
		}
	}
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, steps...); err != nil {
			t.Fatal(err)
		}
	}
	bubble := func(text string) {
		t.Helper()
		is(text, `[...document.querySelectorAll(".bubble")].some(e => e.textContent.includes("`+text+`"))`)
	}
	bubble("Que cherchez-vous")
	do(chromedp.Focus(chromedp.ID("text")), chromedp.KeyEvent("Une formation"), chromedp.KeyEvent(kb.Enter))
	bubble("Une formation")
	do(chromedp.Focus(chromedp.CSS(".keys button")), chromedp.KeyEvent(kb.Enter))
	do(chromedp.Click(chromedp.CSS("li:last-child button.small")))
	is("the edit", `!document.getElementById("editing").hidden && document.activeElement.value === "Une formation"`)
	do(chromedp.KeyEvent(" courte"), chromedp.KeyEvent(kb.Enter))
	bubble("Une formation courte")
	if _, err := send(b, "Votre numéro ?", &models.ReplyKeyboardMarkup{Keyboard: [][]models.KeyboardButton{{{Text: "Donner mon numéro", RequestContact: true}}}}); err != nil {
		t.Fatal(err)
	}
	is("the end of the conversation", `(l => l.scrollTop + l.clientHeight >= l.scrollHeight - 1)(document.getElementById("log"))`)
	is("the keyboard", `document.querySelector("#keyboard button")?.textContent === "Donner mon numéro"`)
	accessible(t, ctx)
	do(chromedp.Click(chromedp.CSS("#keyboard button")))
	bubble("Numéro de téléphone")
	do(chromedp.Click(chromedp.ID("add")))
	is("another person", `document.querySelectorAll(".bubble").length === 0 && document.getElementById("person").options.length === 2`)
	do(chromedp.Click(chromedp.CSS("summary")))
	do(chromedp.Focus(chromedp.ID("payload")), chromedp.KeyEvent("forum-vitre"), chromedp.KeyEvent(kb.Enter))
	bubble("/start forum-vitre")
	if s.Pending() != 6 {
		t.Errorf("%d updates came of it", s.Pending())
	}
}

// accessible wants controls that can be touched, and what axe asks for where it is at hand.
func accessible(t *testing.T, ctx context.Context) {
	t.Helper()
	small, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('button:not(.small), a.key, select, textarea, input')].filter(e => e.offsetParent && e.offsetHeight < 44).map(e => e.outerHTML)`))
	if err != nil || len(small) > 0 {
		t.Errorf("too small to be touched: %q, %v", small, err)
	}
	src, err := os.ReadFile(os.Getenv("AXE_JS"))
	if err != nil {
		return
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](string(src)+";0")); err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run(document,{resultTypes:['violations'],runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})
		.then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" ")))`, chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	if err != nil || len(found) > 0 {
		t.Errorf("axe: %q, %v", found, err)
	}
}

package slackfake_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"frontdesk/adapters/slack/slackfake"
)

// A visit is a browser at the page.
type visit struct {
	t   *testing.T
	ctx context.Context
	url string
}

// strict is a policy as tight as the service's own: nothing inline, nothing from elsewhere.
const strict = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'"

func browse(t *testing.T, w *slackfake.Workspace) *visit {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		missing(t, "chromium")
	}
	page := http.StripPrefix("/demo/slack", w.Page())
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Security-Policy", strict)
		page.ServeHTTP(rw, r)
	}))
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath("chromium"), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox, chromedp.Headless,
		chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(60 * time.Second),
	}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	a, stopA := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(a)
	ctx, cancel := context.WithTimeout(ctx, 90*time.Second)
	v := &visit{t, ctx, s.URL + "/demo/slack/"}
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx)
		cancel()
		stop()
		stopA()
		s.CloseClientConnections()
		s.Close()
	})
	v.do("start", chromedp.EmulateViewport(1100, 760))
	return v
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("FRONTDESK_PEERS") == "required" {
		t.Fatalf("%s is missing", what)
	}
	t.Skipf("%s is missing", what)
}

func (v *visit) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, steps...); err != nil {
		v.t.Fatalf("%s: %v", what, err)
	}
}

func (v *visit) open() {
	v.t.Helper()
	v.do("open", chromedp.Navigate(v.url))
}

func (v *visit) click(css string) {
	v.t.Helper()
	v.do("click "+css, chromedp.Click(chromedp.CSS(css)))
}

func (v *visit) write(id, text string) {
	v.t.Helper()
	v.do("write", chromedp.SendKeys(chromedp.ID(id), text))
}

// script does something in the page that has no keys of its own, such as choosing in a select.
func (v *visit) script(js string) {
	v.t.Helper()
	if _, err := chromedp.Run(v.ctx, chromedp.Evaluate[chromedp.Void](js+";0")); err != nil {
		v.t.Fatalf("%s: %v", js, err)
	}
}

// choose takes a value in a select as a person does: it changes, and says so.
func (v *visit) choose(css, value string) {
	v.t.Helper()
	v.script(`{const s=document.querySelector(` + quote(css) + `);s.value=` + quote(value) + `;s.dispatchEvent(new Event('change',{bubbles:true}))}`)
}

func quote(text string) string {
	raw, _ := json.Marshal(text)
	return string(raw)
}

// until waits for something to become true in the page.
func (v *visit) until(js string) {
	v.t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if ok, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](`Boolean(`+js+`)`)); ok && err == nil {
			return
		}
	}
	v.shot("failure")
	text, _ := chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.body.innerText`))
	v.t.Fatalf("it never happened: %s\n%s", js, text)
}

func (v *visit) says(text string) {
	v.t.Helper()
	v.until(`document.body.innerText.includes(` + quote(text) + `)`)
}

// shot keeps a picture when a folder for them is given.
func (v *visit) shot(name string) {
	dir := os.Getenv("FRONTDESK_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "slackfake-"+name+".png"), png, 0o644)
	}
	if err != nil {
		v.t.Log(err)
	}
}

// axe checks the page against WCAG 2.2 AA and good practice where axe-core is at hand.
func (v *visit) axe(what string) {
	v.t.Helper()
	src, err := os.ReadFile(os.Getenv("AXE_JS"))
	if err != nil {
		return
	}
	v.script(string(src))
	type violation struct {
		ID, Help string
		Nodes    []struct{ HTML string }
	}
	found, err := chromedp.Run(v.ctx, chromedp.Evaluate[struct{ Violations []violation }](
		`axe.run(document,{resultTypes:['violations'],runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})`,
		chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	if err != nil {
		v.t.Fatal(err)
	}
	for _, f := range found.Violations {
		var where []string
		for _, n := range f.Nodes {
			where = append(where, n.HTML)
		}
		v.t.Errorf("%s: %s: %s\n%s", what, f.ID, f.Help, strings.Join(where, "\n"))
	}
}

func (v *visit) dark() {
	v.t.Helper()
	_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
	if err != nil {
		v.t.Fatal(err)
	}
}

// shown starts an app with a card in a channel, and a browser at the page.
func shown(t *testing.T) (a *app, v *visit, channel, ts string) {
	a = connected(t, func(o *slackfake.Options) {
		o.Commands = []string{"/accueil"}
		o.Shortcuts = []slackfake.Shortcut{{Name: "Ma file", CallbackID: "queue"}, {Name: "Masquer une donnée", CallbackID: "redact", OnMessage: true}}
	})
	v = browse(t, a.w)
	channel, ts = card(t, a)
	v.open()
	v.says("ORI-7F3K")
	return a, v, channel, ts
}

func TestThePageShowsACaseFromTheCardToItsClosing(t *testing.T) {
	a, v, channel, ts := shown(t)
	v.axe("channel")
	v.shot("1-channel")
	v.choose(`select[data-action=priority]`, "high")
	same(t, "chosen", a.acted(t, 0).ActionCallback.BlockActions[0].SelectedOption.Value, "high")
	v.click(`button[data-action=take]`)
	took := a.acted(t, 1)
	same(t, "taken", []string{took.User.ID, took.Container.MessageTs}, []string{"U0ANNA", ts})
	_, err := a.OpenView(took.TriggerID, closing("Clore le dossier"))
	check(t, err)
	v.until(`document.querySelector('#modal[open]')`)
	v.axe("modal")
	v.click("#modal-submit")
	v.says("Ce champ est obligatoire.")
	v.choose(`#modal select`, "lost")
	a.answers(func(e socketmode.Event) (any, bool) {
		return slack.NewErrorsViewSubmissionResponse(map[string]string{"when": "Cette date est passée."}), true
	})
	v.click("#modal-submit")
	v.says("Cette date est passée.")
	v.until(`document.activeElement.getAttribute('aria-invalid') === 'true' && document.querySelector('#modal select').value === 'lost'`)
	v.axe("errors")
	v.shot("2-modal")
	a.answers(nil)
	v.click("#modal-submit")
	v.until(`!document.querySelector('#modal[open]')`)

	_, _, _, err = a.UpdateMessage(channel, ts, slack.MsgOptionText("ORI-7F3K est clos", false))
	check(t, err)
	v.says("ORI-7F3K est clos")
	v.until(`document.activeElement.closest('.message')`) // the focus stays where the button was
	v.dark()
	v.axe("dark")
}

func TestThePageWritesAnswersAndCommands(t *testing.T) {
	a, v, channel, ts := shown(t)
	v.script(`document.querySelector('details').open = true`)
	v.axe("menu")
	v.script(`document.querySelector('details button').click()`)
	v.until(`!document.querySelector('#side').hidden`)
	v.write("reply-text", "note <interne> & sûre\r")
	v.until(`document.querySelector('#thread').innerText.includes('note <interne> & sûre')`)
	v.axe("thread")
	v.shot("3-thread")
	same(t, "in the thread", a.w.Thread(channel, ts)[1].Mrkdwn, "note &lt;interne&gt; &amp; sûre")

	v.click("#go-dm")
	v.until(`document.querySelector('#title').textContent.startsWith('Messages directs')`)
	v.write("composer-text", "bonjour\r")
	v.until(`document.querySelector('#log').innerText.includes('bonjour')`)
	a.until(t, "the message", func() bool { return len(a.w.Messages(a.w.DM("U0ANNA"))) == 1 })
	at := slack.NewRefToMessage(a.w.DM("U0ANNA"), a.w.Messages(a.w.DM("U0ANNA"))[0].TS)
	check(t, a.AddReaction("white_check_mark", at))
	v.says("✅ 1")

	a.answers(func(socketmode.Event) (any, bool) { return map[string]any{"text": "Rien n'attend."}, true })
	v.write("composer-text", "/accueil file\r")
	v.says("Rien n'attend.")
	v.says("Visible uniquement par vous")
	a.answers(nil)

	home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewHeaderBlock(words("Mes dossiers")), button("b", "pause", "30", "Pause")}}}
	_, err := a.PublishView("U0ANNA", home, "")
	check(t, err)
	v.click("#go-home")
	v.says("Mes dossiers")
	v.axe("home")
	v.shot("4-home")
	v.click(`#home button[data-action=pause]`)
	a.acted(t, 0)
	v.click("#shortcuts button")
	same(t, "shortcut", a.acted(t, 1).CallbackID, "queue")
}

func TestThePageIsOnePersonsView(t *testing.T) {
	a, v, _, _ := shown(t)
	v.choose("#who", "U0BILAL")
	v.until(`!document.body.innerText.includes('ORI-7F3K') && document.querySelector('#title').textContent.startsWith('Messages directs')`)
	ch := a.w.AddChannel("file-bilal", true, a.w.BotUser, "U0BILAL")
	_, _, err := a.PostMessage(ch, slack.MsgOptionText("*gras* `code` <https://example.org|lien> <@U0BILAL> &lt;b&gt; :eyes:", false))
	check(t, err)
	v.says("file-bilal • nouveau")
	v.click(`#rooms button`)
	v.until(`document.querySelector('#log strong + div, #log .text')?.innerText === 'gras code lien @Bilal Haddad <b> 👀'`)
	v.until(`document.querySelector('#log .text a').href === 'https://example.org/' && document.querySelector('#log .text code').textContent === 'code'`)
	link, err := a.GetPermalink(&slack.PermalinkParameters{Channel: ch, Ts: a.w.Messages(ch)[0].TS})
	check(t, err)
	_, _, err = a.PostMessage(a.w.DM("U0BILAL"), slack.MsgOptionText("<"+link+"|ouvrir>", false))
	check(t, err)
	v.click("#go-dm")
	v.says("ouvrir")
	v.click("#log .text a")
	v.until(`!document.querySelector('#side').hidden && document.querySelector('#thread').innerText.includes('gras') && document.querySelector('#title').textContent === '# file-bilal'`)
	v.click("#side-close")
	v.do("narrow", chromedp.EmulateViewport(420, 760))
	v.axe("narrow")
	v.shot("5-narrow")
}

func TestThePageTakesNothingFromOtherSites(t *testing.T) {
	w, _ := workspace(t, nil)
	s := httptest.NewServer(w.Page())
	defer s.Close()
	r, _ := http.NewRequest(http.MethodPost, s.URL+"/do", strings.NewReader(`{"Do":"write"}`))
	r.Header.Set("Origin", "https://mal.example")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	answer, err := http.DefaultClient.Do(r)
	check(t, err)
	defer func() { _ = answer.Body.Close() }()
	same(t, "status", answer.StatusCode, http.StatusForbidden)
}

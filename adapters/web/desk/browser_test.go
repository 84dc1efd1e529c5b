package desk_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"frontdesk/bot"
)

// browser starts Chromium, or skips the test where there is none.
func browser(t *testing.T) context.Context {
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
	ctx, cancel := context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); cancel(); stop(); stopAllocated() })
	return ctx
}

// tab is one page in a browser.
type tab struct {
	t   *testing.T
	ctx context.Context
	r   *room
}

func (b tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

func value[T any](b tab, what string, a chromedp.Action[T]) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, a)
	if err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
	return v
}

// until waits for a condition of the page.
func (b tab) until(what, script string) {
	b.t.Helper()
	for range 100 {
		if value(b, what, chromedp.Evaluate[bool](script)) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatalf("the page never showed %s: %s", what, value(b, "text", chromedp.Evaluate[string](`document.body.innerText`)))
}

// shot keeps a picture where FRONTDESK_SHOTS names a folder.
func (b tab) shot(name string) {
	b.t.Helper()
	if dir := os.Getenv("FRONTDESK_SHOTS"); dir != "" {
		png := value(b, "screenshot", chromedp.CaptureScreenshot())
		if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
}

// enter signs in through the page, as a person does.
func (b tab) enter(who string) {
	b.t.Helper()
	link, err := b.r.signin.TrialLink(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	b.do("enter", chromedp.Navigate(b.r.server.URL+link), chromedp.WaitReady(chromedp.CSS(".people")))
	b.do("be "+who, chromedp.Click(chromedp.CSS("button[value="+who+"]")), chromedp.WaitReady(chromedp.ID("rows")))
}

type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// axe reads the page as accessibility tools do.
func (b tab) axe(where string) {
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
	found := value(b, "axe", chromedp.Evaluate[[]violation](
		`axe.run(document,{resultTypes:['violations'],runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r=>r.violations)`,
		chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	for _, v := range found {
		for _, n := range v.Nodes {
			b.t.Errorf("%s: %s (%s): %s\n%s", where, v.ID, v.Help, n.HTML, n.Summary)
		}
	}
}

func (b tab) scheme(name string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}}); err != nil {
		b.t.Fatal(err)
	}
}

func (r *room) busy() {
	now := time.Now()
	r.waits("OR-7F3K-9Q2M-4", nil)
	r.waits("OR-B2XH-44TD-7", func(c *bot.Card) {
		c.Urgent, c.Need, c.Public, c.Since = true, "perte", "decroche", now.Add(-40*time.Second)
		c.Due = now.Add(4 * time.Minute)
	})
	r.waits("OR-Q8ZN-5WGA-C", func(c *bot.Card) { c.Need, c.Public, c.Due = "vae", "travail", now.Add(-3*time.Minute) })
	r.waits("OR-K3SE-8PRV-2", func(c *bot.Card) {
		c.Need, c.Public, c.Life, c.Mode, c.Queue, c.Channel = "etudes", "lycee", bot.Promised, bot.Dated, "lead/56", "sms"
		c.Due, c.Since = now.Add(27*time.Hour), now.Add(-19*time.Hour)
	})
	r.waits("OR-M6TY-2HJB-9", func(c *bot.Card) {
		c.Need, c.Public, c.Life, c.Mode = "emploi", "chomage", bot.Referred, bot.Referral
		c.Due, c.Since = now.Add(50*time.Hour), now.Add(-3*time.Hour)
	})
	id := r.waits("OR-D5VW-7NCK-3", func(c *bot.Card) { c.Need, c.Public = "emploi", "travail" })
	_ = r.Take(context.Background(), bot.Input{ID: "other", Conversation: id, Leg: bot.Leg{ID: "desk:dominique"}, Event: bot.Claimed{By: "dominique"}})
}

func TestACounsellorsMorning(t *testing.T) {
	r := open(t)
	r.Hold = 3 * time.Second
	r.busy()
	b := tab{t, browser(t), r}
	b.do("size", chromedp.EmulateViewport(1280, 800))
	b.scheme("light")
	link, _ := r.signin.TrialLink(t.Context())
	b.do("entrance", chromedp.Navigate(r.server.URL+link), chromedp.WaitReady(chromedp.CSS(".people")))
	b.shot("01-entree")
	b.axe("entrance")
	b.do("password", chromedp.Navigate(r.server.URL+"/desk/entree"), chromedp.WaitReady(chromedp.ID("login")))
	b.axe("entrance with a password")
	b.shot("02-mot-de-passe")
	b.enter("camille")
	b.until("five waiting cases", `document.title.startsWith("(5)")`)
	b.shot("03-liste")
	b.axe("list")

	b.do("next", chromedp.KeyEvent("s", chromedp.KeyModifiers(kb.ModifierAlt)))
	b.until("the urgent case, won", `document.querySelector("#case h1")?.innerText === "Parler à quelqu'un" && document.getElementById("flash").innerText.includes("C'est à vous.")`)
	b.axe("urgent case")
	b.shot("04-urgent")

	b.do("other case", chromedp.Navigate(r.server.URL+"/desk/cases/OR-7F3K-9Q2M-4"), chromedp.WaitReady(chromedp.CSS(".offer")))
	b.shot("05-libre")
	b.axe("free case")
	b.do("take", chromedp.Click(chromedp.CSS(".offer button")), chromedp.WaitReady(chromedp.ID("text")))
	id := r.cases["OR-7F3K-9Q2M-4"]
	_ = r.Here(t.Context(), id, "web")
	if err := r.Hear(id, "m1", "Bonjour, je voudrais une formation de soudeur, près de Rennes."); err != nil {
		t.Fatal(err)
	}
	b.until("what the person wrote", `document.getElementById("log").innerText.includes("soudeur")`)
	b.until("that they are there", `document.getElementById("meta").innerText.includes("en ligne")`)

	b.do("write", chromedp.SendKeys(chromedp.ID("text"), "Bonjour, je suis Camille. Avez-vous déjà fait de la soudure, même un peu ?"))
	b.do("send", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	b.until("the countdown", `/part dans \d s/.test(document.getElementById("log").innerText)`)
	b.shot("06-part-dans")
	b.axe("held message")
	b.do("take back", chromedp.Click(chromedp.CSS(".held .link")))
	b.until("that it was taken back", `document.querySelector("#log .back") !== null`)
	b.do("write again", chromedp.SendKeys(chromedp.ID("text"), "Bonjour, je suis Camille. Quand pouvez-vous commencer ?\nUn stage d'essai est possible."))
	b.do("send again", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	b.until("an empty composer", `document.getElementById("text").value === ""`)
	b.until("that it has gone and was seen", `document.querySelector("#log .seen") !== null`)

	b.notes(id)
	b.panels()
	b.sizes()
}

// notes leaves the conversation with a note, an answer and a draft in it.
func (b tab) notes(id bot.ConversationID) {
	b.t.Helper()
	b.do("note", chromedp.Click(chromedp.CSS("[popovertarget=note]")), chromedp.SendKeys(chromedp.ID("note-text"), "Voir le stage d'essai avec le centre de Rennes."))
	b.axe("note panel")
	b.do("keep the note", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	b.until("the note", `document.querySelector("#log .note") !== null && !document.querySelector("#note:popover-open")`)
	if err := b.r.Hear(id, "m2", "Dès lundi !\nMerci beaucoup."); err != nil {
		b.t.Fatal(err)
	}
	b.until("the answer", `document.getElementById("log").innerText.includes("Dès lundi")`)
	b.do("draft", chromedp.SendKeys(chromedp.ID("text"), "Parfait, je regarde les dates de"))
	b.shot("07-conversation")
	b.axe("conversation")
}

func (b tab) panels() {
	b.t.Helper()
	for _, name := range []string{"copy", "promise", "transfer", "release", "finish", "procedure", "keys"} {
		b.do("open "+name, chromedp.Click(chromedp.CSS("[popovertarget="+name+"]:not([popovertargetaction])")))
		b.until("panel "+name, `document.querySelector("#`+name+`:popover-open") !== null && document.getElementById("`+name+`").contains(document.activeElement)`)
		b.axe("panel " + name)
		b.shot("08-" + name)
		b.do("close", chromedp.KeyEvent(kb.Escape))
	}
	b.do("procedure", chromedp.Click(chromedp.CSS("[popovertarget=procedure]:not([popovertargetaction])")), chromedp.Click(chromedp.CSS("#procedure-steps > .end .main")))
	b.until("the open procedure", `document.querySelectorAll("#procedure .steps button").length === 3`)
	b.do("done", chromedp.Click(chromedp.CSS("#procedure .steps button")))
	b.until("who did it", `document.querySelector("#procedure .done")?.innerText.includes("Camille") === true`)
	b.axe("open procedure")
	b.shot("09-procedure-ouverte")
	b.do("close", chromedp.KeyEvent(kb.Escape))
	if got := value(b, "draft", chromedp.Evaluate[string](`document.getElementById("text").value`)); got != "Parfait, je regarde les dates de" {
		b.t.Errorf("the draft became %q", got)
	}
}

// sizes looks at the page in the dark, at 200 and 400 % and on a large screen.
func (b tab) sizes() {
	b.t.Helper()
	b.scheme("dark")
	b.axe("dark")
	b.shot("10-sombre")
	b.scheme("light")
	b.do("referral", chromedp.Navigate(b.r.server.URL+"/desk/cases/OR-M6TY-2HJB-9"), chromedp.WaitReady(chromedp.CSS(".both")))
	b.axe("referral")
	b.shot("14-mise-en-relation")
	b.do("refuse", chromedp.Click(chromedp.CSS(".both [popovertarget=refuse]")))
	b.axe("refuse panel")
	b.shot("15-refuser")
	b.do("nothing", chromedp.Navigate(b.r.server.URL+"/desk/cases/OR-2222-2222-2"), chromedp.WaitReady(chromedp.CSS(".stop")))
	b.axe("nothing there")
	b.shot("16-rien")
	b.do("back", chromedp.Navigate(b.r.server.URL+"/desk/cases/OR-7F3K-9Q2M-4"), chromedp.WaitReady(chromedp.ID("text")))
	if got := value(b, "draft", chromedp.Evaluate[string](`document.getElementById("text").value`)); got != "Parfait, je regarde les dates de" {
		b.t.Errorf("coming back to the case, the draft is %q", got)
	}
	b.do("large", chromedp.EmulateViewport(1600, 900))
	b.axe("large")
	b.shot("11-large")
	for name, width := range map[string]int64{"12-zoom200": 640, "13-zoom400": 320} {
		b.do("zoom", chromedp.EmulateViewport(width, 400, chromedp.EmulateScale(1280/float64(width))))
		for _, path := range []string{"/desk/", "/desk/cases/OR-7F3K-9Q2M-4"} {
			b.do("open", chromedp.Navigate(b.r.server.URL+path), chromedp.WaitReady(chromedp.ID("case")))
			if w := value(b, "width", chromedp.Evaluate[[]int](`[document.documentElement.scrollWidth, innerWidth]`)); w[0] > w[1] {
				b.t.Errorf("%s at %d pixels scrolls sideways: %v", path, width, w)
			}
			b.axe(name + path)
			b.shot(name + strings.ReplaceAll(path, "/", "-"))
		}
	}
}

// Reading, claiming and answering need no script.
func TestWithoutScript(t *testing.T) {
	r := open(t)
	r.waits("OR-7F3K-9Q2M-4", nil)
	b := tab{t, browser(t), r}
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		b.do("start", chromedp.Navigate("about:blank"))
		if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
			t.Fatal(err)
		}
	}
	b.enter("camille")
	b.do("take", chromedp.Click(chromedp.CSS(".take")), chromedp.WaitReady(chromedp.ID("text")))
	b.do("write", chromedp.SendKeys(chromedp.ID("text"), "Bonjour."), chromedp.Click(chromedp.CSS("#composer .main")), chromedp.WaitReady(chromedp.CSS("#log .held")))
}

// A lead sees on the list that messages did not arrive, sends one again by keyboard, and sees it go.
func TestWhatWasNotDeliveredInABrowser(t *testing.T) {
	r := open(t)
	r.busy()
	r.undelivered("0-1-0", r.cases["OR-7F3K-9Q2M-4"], "undeliverable")
	r.undelivered("0-2-0", r.cases["OR-B2XH-44TD-7"], "tried_too_often")
	r.undelivered("0-3-0", r.cases["OR-7F3K-9Q2M-4"], "poison")
	b := tab{t, browser(t), r}
	b.enter("sacha")
	b.until("how many there are", `document.getElementById("unsent").innerText === "Messages non remis 3"`)
	b.shot("20-liste-non-remis")
	b.axe("list with letters")
	b.do("open", chromedp.Click(chromedp.CSS("#unsent a")), chromedp.WaitReady(chromedp.CSS(".letters")))
	b.shot("21-non-remis")
	b.axe("letters")
	b.do("large", chromedp.EmulateViewport(1600, 900))
	b.shot("25-large")
	b.axe("letters, large")
	b.do("send again", chromedp.Focus(chromedp.CSS(`form[action="/desk/non-remis/0-1-0/renvoyer"] button`)), chromedp.KeyEvent(kb.Enter))
	b.until("what became of it", `document.getElementById("flash")?.innerText === "Le message est remis." && document.querySelectorAll(".letter").length === 2`)
	b.shot("22-remis")
	b.scheme("dark")
	b.axe("letters in the dark")
	b.shot("23-sombre")
	b.scheme("light")
	b.do("zoom", chromedp.EmulateViewport(320, 400, chromedp.EmulateScale(4)), chromedp.Navigate(r.server.URL+"/desk/non-remis"), chromedp.WaitReady(chromedp.CSS(".letters")))
	if w := value(b, "width", chromedp.Evaluate[[]int](`[document.documentElement.scrollWidth, innerWidth]`)); w[0] > w[1] {
		t.Errorf("at 400 %% the page scrolls sideways: %v", w)
	}
	b.axe("letters at 400 %")
	b.shot("24-zoom400")
}

package desk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"frontdesk/adapters/web/browsertest"
	"frontdesk/bot"
)

// tab is one page in a browser.
type tab struct {
	browsertest.Tab
	r *room
}

func browse(t *testing.T, r *room) tab {
	t.Helper()
	return tab{browsertest.Open(t, r.server.URL), r}
}

// enter signs in through the page, as a person does.
func (b tab) enter(who string) {
	b.T.Helper()
	link, err := b.r.signin.TrialLink(b.T.Context())
	if err != nil {
		b.T.Fatal(err)
	}
	b.Open(link, ".people")
	b.Do("be "+who, chromedp.Click(chromedp.CSS("button[value="+who+"]")), chromedp.WaitReady(chromedp.ID("rows")))
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
	r.Hold = 15 * time.Second // time to take a message back, on a slow machine too
	r.busy()
	b := browse(t, r)
	b.Size(1280, 800)
	b.Scheme("light")
	link, _ := r.signin.TrialLink(t.Context())
	b.Open(link, ".people")
	b.Shot("01-entree")
	b.Axe("entrance", "")
	b.Do("password", chromedp.Navigate(r.server.URL+"/desk/entree"), chromedp.WaitReady(chromedp.ID("login")))
	b.Axe("entrance with a password", "")
	b.Shot("02-mot-de-passe")
	b.enter("camille")
	b.Until("five waiting cases", `document.title.startsWith("(5)")`)
	b.Shot("03-liste")
	b.Axe("list", "")

	b.Do("next", chromedp.KeyEvent("s", chromedp.KeyModifiers(kb.ModifierAlt)))
	b.Until("the urgent case, won", `document.querySelector("#case h1")?.innerText === "Parler à quelqu'un" && document.getElementById("flash").innerText.includes("C'est à vous.")`)
	b.Axe("urgent case", "")
	b.Shot("04-urgent")

	b.Open("/desk/cases/OR-7F3K-9Q2M-4", ".offer")
	b.Shot("05-libre")
	b.Axe("free case", "")
	b.Do("take", chromedp.Click(chromedp.CSS(".offer button")), chromedp.WaitReady(chromedp.ID("text")))
	id := r.cases["OR-7F3K-9Q2M-4"]
	_ = r.Here(t.Context(), id, "web")
	if err := r.Hear(id, "m1", "Bonjour, je voudrais une formation de soudeur, près de Rennes."); err != nil {
		t.Fatal(err)
	}
	b.Until("what the person wrote", `document.getElementById("log").innerText.includes("soudeur")`)
	b.Until("that they are there", `document.getElementById("meta").innerText.includes("en ligne")`)

	b.Do("write", chromedp.SendKeys(chromedp.ID("text"), "Bonjour, je suis Camille. Avez-vous déjà fait de la soudure, même un peu ?"))
	b.Do("send", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	b.Until("the countdown", `/part dans \d+ s/.test(document.getElementById("log").innerText)`)
	b.Shot("06-part-dans")
	b.Axe("held message", "")
	b.Eval(`document.querySelector(".held .link").click()`) // it is drawn anew each second
	b.Until("that it was taken back", `document.querySelector("#log .back") !== null`)
	b.Do("write again", chromedp.SendKeys(chromedp.ID("text"), "Bonjour, je suis Camille. Quand pouvez-vous commencer ?\nUn stage d'essai est possible."))
	b.Do("send again", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	b.Until("an empty composer", `document.getElementById("text").value === ""`)
	b.Until("that it has gone and was seen", `document.querySelector("#log .seen") !== null`)

	b.notes(id)
	b.panels()
	b.sizes()
}

// notes leaves the conversation with a note, an answer and a draft in it.
func (b tab) notes(id bot.ConversationID) {
	b.T.Helper()
	b.Do("note", chromedp.Click(chromedp.CSS("[popovertarget=note]")), chromedp.SendKeys(chromedp.ID("note-text"), "Voir le stage d'essai avec le centre de Rennes."))
	b.Axe("note panel", "")
	b.Do("keep the note", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	b.Until("the note", `document.querySelector("#log .note") !== null && !document.querySelector("#note:popover-open")`)
	if err := b.r.Hear(id, "m2", "Dès lundi !\nMerci beaucoup."); err != nil {
		b.T.Fatal(err)
	}
	b.Until("the answer", `document.getElementById("log").innerText.includes("Dès lundi")`)
	b.Do("draft", chromedp.SendKeys(chromedp.ID("text"), "Parfait, je regarde les dates de"))
	b.Shot("07-conversation")
	b.Axe("conversation", "")
}

func (b tab) panels() {
	b.T.Helper()
	for _, name := range []string{"copy", "promise", "transfer", "release", "finish", "procedure", "keys"} {
		b.Do("open "+name, chromedp.Click(chromedp.CSS("[popovertarget="+name+"]:not([popovertargetaction])")))
		b.Until("panel "+name, `document.querySelector("#`+name+`:popover-open") !== null && document.getElementById("`+name+`").contains(document.activeElement)`)
		b.Axe("panel "+name, "")
		b.Shot("08-" + name)
		b.Do("close", chromedp.KeyEvent(kb.Escape))
	}
	b.Do("procedure", chromedp.Click(chromedp.CSS("[popovertarget=procedure]:not([popovertargetaction])")), chromedp.Click(chromedp.CSS("#procedure-steps > .end .main")))
	b.Until("the open procedure", `document.querySelectorAll("#procedure .steps button").length === 3`)
	b.Do("done", chromedp.Click(chromedp.CSS("#procedure .steps button")))
	b.Until("who did it", `document.querySelector("#procedure .done")?.innerText.includes("Camille") === true`)
	b.Axe("open procedure", "")
	b.Shot("09-procedure-ouverte")
	b.Do("close", chromedp.KeyEvent(kb.Escape))
	if got := browsertest.Value(b.Tab, "draft", chromedp.Evaluate[string](`document.getElementById("text").value`)); got != "Parfait, je regarde les dates de" {
		b.T.Errorf("the draft became %q", got)
	}
}

// sizes looks at the page in the dark, at 200 and 400 % and on a large screen.
func (b tab) sizes() {
	b.T.Helper()
	b.Scheme("dark")
	b.Axe("dark", "")
	b.Shot("10-sombre")
	b.Scheme("light")
	b.Open("/desk/cases/OR-M6TY-2HJB-9", ".both")
	b.Axe("referral", "")
	b.Shot("14-mise-en-relation")
	b.Do("refuse", chromedp.Click(chromedp.CSS(".both [popovertarget=refuse]")))
	b.Axe("refuse panel", "")
	b.Shot("15-refuser")
	b.Open("/desk/cases/OR-2222-2222-2", ".stop")
	b.Axe("nothing there", "")
	b.Shot("16-rien")
	b.Do("back", chromedp.Navigate(b.r.server.URL+"/desk/cases/OR-7F3K-9Q2M-4"), chromedp.WaitReady(chromedp.ID("text")))
	if got := browsertest.Value(b.Tab, "draft", chromedp.Evaluate[string](`document.getElementById("text").value`)); got != "Parfait, je regarde les dates de" {
		b.T.Errorf("coming back to the case, the draft is %q", got)
	}
	b.Size(1600, 900)
	b.Axe("large", "")
	b.Shot("11-large")
	for name, width := range map[string]int64{"12-zoom200": 640, "13-zoom400": 320} {
		b.Do("zoom", chromedp.EmulateViewport(width, 400, chromedp.EmulateScale(1280/float64(width))))
		for _, path := range []string{"/desk/", "/desk/cases/OR-7F3K-9Q2M-4"} {
			b.Do("open", chromedp.Navigate(b.r.server.URL+path), chromedp.WaitReady(chromedp.ID("case")))
			if w := browsertest.Value(b.Tab, "width", chromedp.Evaluate[[]int](`[document.documentElement.scrollWidth, innerWidth]`)); w[0] > w[1] {
				b.T.Errorf("%s at %d pixels scrolls sideways: %v", path, width, w)
			}
			b.Axe(name+path, "")
			b.Shot(name + strings.ReplaceAll(path, "/", "-"))
		}
	}
}

// Reading, claiming and answering need no script.
func TestWithoutScript(t *testing.T) {
	r := open(t)
	r.waits("OR-7F3K-9Q2M-4", nil)
	b := browse(t, r)
	if _, err := chromedp.Call(b.Ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		b.Do("start", chromedp.Navigate("about:blank"))
		if _, err := chromedp.Call(b.Ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
			t.Fatal(err)
		}
	}
	b.enter("camille")
	b.Do("take", chromedp.Click(chromedp.CSS(".take")), chromedp.WaitReady(chromedp.ID("text")))
	b.Do("write", chromedp.SendKeys(chromedp.ID("text"), "Bonjour."), chromedp.Click(chromedp.CSS("#composer .main")), chromedp.WaitReady(chromedp.CSS("#log .held")))
}

// A lead sees on the list that messages did not arrive, sends one again by keyboard, and sees it go.
func TestWhatWasNotDeliveredInABrowser(t *testing.T) {
	r := open(t)
	r.busy()
	r.undelivered("0-1-0", r.cases["OR-7F3K-9Q2M-4"], "undeliverable")
	r.undelivered("0-2-0", r.cases["OR-B2XH-44TD-7"], "tried_too_often")
	r.undelivered("0-3-0", r.cases["OR-7F3K-9Q2M-4"], "poison")
	b := browse(t, r)
	b.enter("sacha")
	b.Until("how many there are", `document.getElementById("unsent").innerText === "Messages non remis 3"`)
	b.Shot("20-liste-non-remis")
	b.Axe("list with letters", "")
	b.Do("open", chromedp.Click(chromedp.CSS("#unsent a")), chromedp.WaitReady(chromedp.CSS(".letters")))
	b.Shot("21-non-remis")
	b.Axe("letters", "")
	b.Size(1600, 900)
	b.Shot("25-large")
	b.Axe("letters, large", "")
	b.Do("send again", chromedp.Focus(chromedp.CSS(`form[action="/desk/non-remis/0-1-0/renvoyer"] button`)), chromedp.KeyEvent(kb.Enter))
	b.Until("what became of it", `document.getElementById("flash")?.innerText === "Le message est remis." && document.querySelectorAll(".letter").length === 2`)
	b.Shot("22-remis")
	b.Scheme("dark")
	b.Axe("letters in the dark", "")
	b.Shot("23-sombre")
	b.Scheme("light")
	b.Do("zoom", chromedp.EmulateViewport(320, 400, chromedp.EmulateScale(4)), chromedp.Navigate(r.server.URL+"/desk/non-remis"), chromedp.WaitReady(chromedp.CSS(".letters")))
	if w := browsertest.Value(b.Tab, "width", chromedp.Evaluate[[]int](`[document.documentElement.scrollWidth, innerWidth]`)); w[0] > w[1] {
		t.Errorf("at 400 %% the page scrolls sideways: %v", w)
	}
	b.Axe("letters at 400 %", "")
	b.Shot("24-zoom400")
}

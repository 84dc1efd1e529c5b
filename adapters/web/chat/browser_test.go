package chat_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"frontdesk/adapters/web/chat"
	"frontdesk/bot"
)

func TestBrowserShowsAnAccessiblePage(t *testing.T) {
	v := browse(t, func(c *chat.Config) { c.Banner = "Démonstration : les adresses et les numéros sont des exemples." })
	v.media("light")
	v.open("/chat/")
	v.axe("first page")
	v.shot("1-first")
	v.click(`button[data-option="1.1.emploi"]`)
	v.says("Racontez-moi")
	v.write("J'ai arrêté le lycée, voir https://www.onisep.fr/decrochage. Et أبحث عن عمل")
	v.says("Vous avez dit")
	v.shot("2-talk")
	v.write("HUMAIN")
	v.says("Anna")
	v.write("MOURIR")
	v.says("tout de suite")
	v.axe("safety")
	v.shot("3-safety")
	v.media("dark")
	v.axe("dark")
	v.shot("4-dark")
	v.click("#more")
	v.axe("dark options")
	v.shot("5-dark-options")
	v.media("light")
	v.axe("options")
	v.click("#erase")
	v.axe("dialog")
	v.shot("6-dialog")
	v.click("#ask-no")
	v.do("phone", chromedp.EmulateViewport(390, 844, chromedp.EmulateScale(2)))
	v.shot("7-phone")
	v.axe("phone")
	v.until(`document.querySelector('.numbers a').getBoundingClientRect().bottom < document.getElementById('composer').getBoundingClientRect().top`)
	small := eval[[]string](v, `[...document.querySelectorAll('button, a, textarea, label.check')].filter(e => e.offsetParent && !e.matches('.skip, .text a') && (e.offsetHeight < 44 || e.offsetWidth < 44)).map(e => e.outerHTML)`)
	if len(small) > 0 {
		t.Errorf("too small to be touched: %s", strings.Join(small, "\n"))
	}
}

func TestAxeCanFail(t *testing.T) {
	v := browse(t, nil)
	v.open("/chat/")
	eval[bool](v, `document.querySelector('main').append(Object.assign(document.createElement('img'), {src: 'icon.svg'})), true`)
	if len(v.violations()) == 0 {
		t.Error("axe finds nothing wrong with an image without words")
	}
}

func TestBrowserKeepsTheConversation(t *testing.T) {
	v := browse(t, nil)
	v.open("/chat/")
	v.click(`button[data-option="1.1.etudes"]`)
	v.says("Racontez-moi")
	v.write("<img src=x onerror=alert(1)> et https://a.example/?q=1. http://b.example javascript:alert(1)")
	v.says("Vous avez dit")
	v.do("draft", chromedp.SendKeys(chromedp.ID("message"), "pas encore envoyé"))
	before := v.lines()
	want := []string{"bot: Bonjour, ici l'accueil orienta", "you: Les études, le lycée, le collè", "bot: Vous avez choisi « etudes ». R", "you: <img src=x onerror=alert(1)> e", "bot: Vous avez dit : <img src=x one"}
	if !reflect.DeepEqual(before, want) {
		t.Fatalf("got %q", before)
	}
	v.do("reload", chromedp.Reload())
	v.says("Vous avez dit")
	if got := v.lines(); !reflect.DeepEqual(got, before) {
		t.Errorf("after a reload: %q", got)
	}
	for js, want := range map[string]string{
		`document.getElementById('message').value`:                                       "pas encore envoyé",
		`[...document.querySelectorAll('.you a')].map(a => a.href + ' ' + a.rel).join()`: "https://a.example/?q=1 noopener noreferrer",
		`document.querySelectorAll('#messages img').length + ''`:                         "0",
		`localStorage.length + ''`:                                                       "0",
		`document.querySelector('[data-chosen]').textContent`:                            "2Les études, le lycée, le collège (votre choix)",
	} {
		if got := eval[string](v, js); got != want {
			t.Errorf("%s: got %q, want %q", js, got, want)
		}
	}
	if n := v.door.Conversations(); n != 1 {
		t.Errorf("%d conversations", n)
	}
	v.click("#more")
	v.click("#stay")
	v.until(`localStorage.length === 1`)
	v.click("#shared")
	v.until(`localStorage.length === 0 && !document.getElementById('stay').checked`)
}

// A day later the words have gone: a page that was left open goes on, and one that is opened is not blank.
func TestBrowserGoesOnAfterTheWordsHaveGone(t *testing.T) {
	v := browse(t, nil)
	v.open("/chat/")
	v.write("hier")
	v.says("Vous avez dit : hier")
	v.door.Expire("conversation-1")
	v.write("aujourd'hui")
	v.says("Vous avez dit : aujourd'hui")
	v.door.Expire("conversation-1")
	v.do("reload", chromedp.Reload())
	v.says("Que cherchez-vous ?")
	if got := v.lines(); len(got) != 1 {
		t.Errorf("got %q", got)
	}
	v.write("et demain")
	v.says("Vous avez dit : et demain")
	if n := v.door.Conversations(); n != 1 {
		t.Errorf("%d conversations", n)
	}
}

func TestBrowserSendsAgainWhatDidNotArrive(t *testing.T) {
	v := browse(t, nil)
	v.open("/chat/")
	v.stop()
	v.write("première")
	v.says("non envoyé : nous réessayons")
	v.write("seconde")
	v.says("Connexion perdue")
	v.says("Nous réessayons. Vous pouvez aussi le renvoyer.")
	v.shot("8-offline")
	v.restart()
	v.says("Vous avez dit : seconde")
	want := []bot.Event{bot.Arrived{Language: "fr"}, bot.Said{Text: "première"}, bot.Said{Text: "seconde"}}
	if got := v.door.Inputs("conversation-1"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	v.until(`!document.querySelector('[data-state=waiting], [data-state=lost]') && !document.getElementById('status').textContent`)

	// The store sleeps, and the page is loaded anew meanwhile: nothing is lost either.
	v.door.Sleep(true)
	v.write("troisième")
	v.until(`!!document.querySelector("[data-state=waiting], [data-state=lost]")`)
	v.do("reload", chromedp.Reload())
	v.until(`!!document.querySelector("[data-state=waiting], [data-state=lost]")`)
	v.door.Sleep(false)
	v.says("Vous avez dit : troisième")
	if got := v.door.Inputs("conversation-1"); !reflect.DeepEqual(got, append(want, bot.Said{Text: "troisième"})) {
		t.Errorf("got %+v", got)
	}
}

func TestBrowserKeepsARefusedTextInTheBox(t *testing.T) {
	v := browse(t, nil)
	v.open("/chat/")
	long := strings.Repeat("mot ", 1001)
	for text, sentence := range map[string]string{long: "4 000 caractères au plus", "\u200b": "Votre message est vide", "   ": "Écrivez d'abord"} {
		eval[bool](v, `document.getElementById('message').value = `+raw(text)+`, true`)
		v.click(".send")
		v.says(sentence)
		if got := eval[string](v, `document.getElementById('message').value`); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	if n := len(v.door.Inputs("conversation-1")); n != 1 || len(v.lines()) != 1 {
		t.Errorf("%d inputs, %q", n, v.lines())
	}
}

func TestBrowserTypingEndsWithTheAnswer(t *testing.T) {
	v := browse(t, nil)
	v.media("light")
	v.open("/chat/")
	v.door.Play(func(int, bot.Input) []bot.Addressed { return nil })
	v.write("bonjour")
	v.until(`!document.getElementById('typing').hidden`)
	v.shot("9-typing")
	v.door.Append("conversation-1", bot.Addressed{To: bot.ToCitizen, Effect: bot.Speak{Name: "Anna", Text: "Bonjour"}})
	v.until(`document.getElementById('typing').hidden`)
	v.write("et moi ?")
	v.until(`document.querySelectorAll('[data-state=sent]').length === 2`)
	time.Sleep(100 * time.Millisecond)
	if eval[bool](v, `!document.getElementById('typing').hidden`) {
		t.Error("the robot is said to write while a person is in the conversation")
	}
}

func TestBrowserByKeyboardAlone(t *testing.T) {
	v := browse(t, nil)
	v.open("/chat/")
	var order []string
	for range 10 {
		v.do("tab", chromedp.KeyEvent(kb.Tab))
		order = append(order, eval[string](v, `(e => e.id || e.dataset.option || e.className)(document.activeElement)`))
		if ring := eval[string](v, `getComputedStyle(document.activeElement).outlineStyle`); ring != "solid" {
			t.Errorf("%s has no visible focus", order[len(order)-1])
		}
	}
	want := []string{"skip", "exit", "log", "1.1.emploi", "1.1.etudes", "1.1.vae", "message", "send", "person", "tel"}
	if !reflect.DeepEqual(order, want) {
		t.Errorf("got %q, want %q", order, want)
	}
	v.do("skip", chromedp.Focus(chromedp.CSS(".skip")), chromedp.KeyEvent(kb.Enter))
	v.do("say", chromedp.KeyEvent("deux mots"), chromedp.KeyEvent(kb.Enter))
	v.says("Vous avez dit : deux mots")
	v.do("choose", chromedp.Focus(chromedp.CSS(`button[data-option="2.1.vae"]`)), chromedp.KeyEvent(" "))
	v.says("Vous avez choisi « vae »")
	if got := eval[string](v, `document.activeElement.dataset.option`); got != "2.1.vae" {
		t.Errorf("the focus went to %q", got)
	}
	v.do("choose twice", chromedp.KeyEvent(" "))
	v.do("lines", chromedp.Focus(chromedp.ID("message")), chromedp.KeyEvent("a"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierShift)), chromedp.KeyEvent("b"))
	if n := len(v.door.Inputs("conversation-1")); n != 3 {
		t.Errorf("%d inputs, want 3", n)
	}
}

func TestBrowserZoomAndDirection(t *testing.T) {
	v := browse(t, nil)
	v.media("light")
	v.open("/chat/")
	v.write("MOURIR")
	v.says("tout de suite")
	v.write(strings.Repeat("x", 200))
	v.says("Vous avez dit")
	for _, dir := range []string{"ltr", "rtl"} {
		eval[bool](v, `document.documentElement.dir = '`+dir+`', true`)
		for _, size := range [][2]int64{{640, 400}, {320, 256}} { // 1280 × 1024 enlarged two and four times
			v.do("zoom", chromedp.EmulateViewport(size[0], size[1], chromedp.EmulateScale(1280/float64(size[0]))))
			if w := eval[[]int64](v, `[document.documentElement.scrollWidth, innerWidth]`); w[0] > w[1] {
				t.Errorf("%s: at %d pixels the page is %d wide", dir, w[1], w[0])
			}
			v.shot("zoom-" + dir + itoa(int(size[0])))
		}
	}
	v.axe("enlarged")
	eval[bool](v, `document.getElementById('message').scrollIntoView(), true`)
	v.write("encore")
	v.says("Vous avez dit : encore")
}

func TestBrowserQuickExit(t *testing.T) {
	for name, leave := range map[string]func(v *visit){
		"button": func(v *visit) { v.click("#exit") },
		"escape": func(v *visit) { v.do("escape", chromedp.KeyEvent(strings.Repeat(kb.Escape, 3))) },
	} {
		t.Run(name, func(t *testing.T) {
			v := browse(t, nil)
			v.open("/chat/")
			v.write("un secret")
			v.says("Vous avez dit : un secret")
			v.click("#more")
			v.click("#stay")
			v.until(`localStorage.length === 1`)
			leave(v)
			v.until(`location.pathname === '/neutral'`)
			if got := eval[string](v, `sessionStorage.length + ' ' + localStorage.length + ' ' + (document.body.innerText.includes('secret'))`); got != "0 0 false" {
				t.Errorf("left behind: %s", got)
			}
			_, _ = chromedp.Run(v.ctx, chromedp.Evaluate[bool](`history.back(), true`)) // the page may go before it answers
			time.Sleep(200 * time.Millisecond)
			if strings.Contains(eval[string](v, `location.href + document.body.innerText`), "/chat/") {
				t.Error("the way back leads into the conversation")
			}
		})
	}
}

func TestBrowserForgets(t *testing.T) {
	v := browse(t, nil)
	v.open("/chat/")
	v.write("un secret")
	v.says("Vous avez dit : un secret")
	v.click("#more")
	v.click("#erase")
	v.click("#ask-yes")
	v.says("Vos messages sont effacés.")
	v.shot("10-erased")
	if got := eval[string](v, `document.body.innerText.includes('secret') + ' ' + JSON.stringify(sessionStorage).includes('token":"A')`); got != "false false" {
		t.Error(got)
	}
	v.write("autre chose")
	v.says("Vous avez dit : autre chose")
	if n := v.door.Conversations(); n != 2 {
		t.Errorf("%d conversations", n)
	}

	// A key that has ended: a new conversation, and what was not sent is in the box.
	v.refs.pass(31 * 24 * time.Hour)
	v.write("trop tard")
	v.says("n'est plus ouverte. En voici une nouvelle.")
	v.until(`document.getElementById('message').value === 'trop tard'`)
}

func TestBrowserWipesASharedComputer(t *testing.T) {
	v := browse(t, nil)
	v.idle = "62"
	v.media("light")
	v.open("/chat/")
	v.write("un secret")
	v.says("Vous avez dit : un secret")
	v.click("#more")
	v.click("#shared")
	v.says("Êtes-vous encore là ?")
	v.shot("11-idle")
	v.axe("idle")
	v.click("#ask-no")
	v.until(`!document.getElementById('ask').open`)
	if got := v.door.Inputs("conversation-1")[2]; got != (bot.Arrived{Shared: true}) {
		t.Errorf("got %+v", got)
	}
	v.says("Êtes-vous encore là ?")
	eval[bool](v, `(now => { Date.now = () => now() + 61000 })(Date.now), true`)
	v.says("La conversation a disparu de cet ordinateur.")
	if got := eval[string](v, `document.body.innerText.includes('secret') + ' ' + sessionStorage.length`); got != "false 0" {
		t.Error(got)
	}
}

func TestBrowserWithoutScripts(t *testing.T) {
	v := browse(t, nil)
	if _, err := chromedp.Call(v.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	v.do("open", chromedp.Navigate(v.url+"/chat/"))
	v.shot("12-noscript")
	got, err := chromedp.Run(v.ctx, chromedp.Text(chromedp.CSS("main"), chromedp.NodeVisible))
	if err != nil || !strings.Contains(got, "02 99 00 00 00") || strings.Contains(got, "Envoyer") {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestWidgetOnAnotherSite(t *testing.T) {
	var home string
	host := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src "+home+"; frame-src "+home)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!doctype html><html lang="fr"><title>Région</title><main><h1>La Région</h1></main><script src="` + home + `/widget.js" defer></script>`))
	}
	server := httptest.NewServer(http.HandlerFunc(host))
	t.Cleanup(server.Close)
	site := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	v := browse(t, func(c *chat.Config) { c.Origins = []string{site} })
	home = v.url
	v.media("light")
	v.do("open", chromedp.Navigate(site))
	v.says("Une question ? Écrivez-nous")
	v.axe("the other site")
	v.shot("13-widget-closed")
	v.click("body > button")
	frame := v.frame("Que cherchez-vous ?")
	v.shot("14-widget")
	if err := chromedp.Do(frame, chromedp.KeyEvent("de loin"), chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
	v.frame("Vous avez dit : de loin")
	if err := chromedp.Do(frame, chromedp.Click(chromedp.ID("close"))); err != nil {
		t.Fatal(err)
	}
	v.until(`document.querySelector('iframe').hidden && document.activeElement.tagName === 'BUTTON'`)
	v.door.Append("conversation-1", bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: "encore là"}})
	v.until(`document.querySelector('body > button').style.outline`)
	v.click("body > button")
	if err := chromedp.Do(frame, chromedp.Click(chromedp.ID("exit"))); err != nil {
		t.Fatal(err)
	}
	v.until(`location.href === '` + v.url + `/neutral'`)

	// A site that is not among the origins gets no frame.
	v.do("open", chromedp.Navigate(strings.Replace(site, "localhost", "127.0.0.1", 1)))
	v.says("Une question ? Écrivez-nous")
	v.click("body > button")
	time.Sleep(500 * time.Millisecond)
	if n := v.door.Conversations(); n != 1 {
		t.Errorf("%d conversations: a foreign site shows the page", n)
	}
}

// frame waits until the widget's frame says something and returns its context.
func (v *visit) frame(says string) context.Context {
	v.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		targets, err := chromedp.Targets(v.ctx)
		if err != nil {
			v.t.Fatal(err)
		}
		for _, target := range targets {
			if target.Type != "iframe" {
				continue
			}
			ctx, _ := chromedp.NewContext(v.ctx, chromedp.WithTargetID(target.TargetID))
			if text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`)); err == nil && strings.Contains(text, says) {
				return ctx
			}
		}
	}
	v.shot("failure")
	v.t.Fatalf("the frame never said %q", says)
	return nil
}

package chat_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"frontdesk/adapters/web/chat"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

// A counter gives out codes, and moves legs by them as the real one does.
type counter struct {
	*bottest.Door
	mu    sync.Mutex
	codes map[string]bot.ConversationID
	moved map[bot.Address]bot.ConversationID
	by    []string
	err   error
}

func (c *counter) Open(ctx context.Context, leg bot.Leg) (bot.ConversationID, error) {
	c.mu.Lock()
	id, moved := c.moved[leg.Peer]
	c.mu.Unlock()
	if moved {
		return id, nil
	}
	return c.Door.Open(ctx, leg)
}

func (c *counter) Issue(_ context.Context, id bot.ConversationID) (string, time.Time, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return "", time.Time{}, c.err
	}
	code := fmt.Sprint(4_829_135_570 + len(c.codes))
	c.codes[code] = id
	return code, time.Date(2026, 12, 26, 10, 0, 0, 0, time.UTC), nil
}

func (c *counter) Join(ctx context.Context, by, code string, leg bot.Leg) (bot.ConversationID, error) {
	c.mu.Lock()
	c.by = append(c.by, by)
	code = strings.ReplaceAll(strings.ReplaceAll(code, " ", ""), "\u00a0", "")
	id, there := c.codes[code]
	err := c.err
	if there && err == nil {
		delete(c.codes, code)
		c.moved[leg.Peer] = id
	}
	c.mu.Unlock()
	switch {
	case err != nil:
		return "", err
	case !there:
		return "", bot.ErrNotFound
	}
	return id, c.Take(ctx, bot.Input{ID: "resume:" + code, Conversation: id, Leg: leg, Event: bot.Arrived{Resumed: true}})
}

func (c *counter) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = err
}

// withCodes gives a site a counter.
func withCodes(at **counter) func(*chat.Config) {
	return func(cfg *chat.Config) {
		c := &counter{Door: cfg.Door.(*bottest.Door), codes: map[string]bot.ConversationID{}, moved: map[bot.Address]bot.ConversationID{}}
		c.Play(func(turn int, in bot.Input) []bot.Addressed {
			if a, is := in.Event.(bot.Arrived); is && a.Resumed {
				return []bot.Addressed{{To: bot.ToCitizen, Effect: bot.Say{Text: "Nous en étions là."}}}
			}
			return bottest.Reception(turn, in)
		})
		cfg.Door, cfg.Codes, *at = c, c, c
	}
}

func TestACodeIsShownOnceAndNowhereElse(t *testing.T) {
	var c *counter
	s := newSite(t, withCodes(&c))
	auth, id := s.open()
	res := s.call("POST", "/chat/code", "{}", auth)
	if body := text(res); res.StatusCode != 201 || body != `{"code":"4829135570","until":"2026-12-26T10:00:00Z"}` || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if c.codes["4829135570"] != id || len(s.door.Log(id)) != 2 {
		t.Errorf("of %s; the log has %d entries", c.codes["4829135570"], len(s.door.Log(id)))
	}
	if res := s.call("POST", "/chat/code", "{}"); res.StatusCode != 401 {
		t.Errorf("without a token: %d", res.StatusCode)
	}
	for range 2 {
		s.call("POST", "/chat/code", "{}", auth)
	}
	if res := s.call("POST", "/chat/code", "{}", auth); res.StatusCode != 429 || res.Header.Get("Retry-After") != "60" || !strings.Contains(text(res), "Attendez une minute") {
		t.Errorf("the fourth: %d", res.StatusCode)
	}
	c.fail(bot.ErrUnavailable)
	other, _ := s.open()
	if res := s.call("POST", "/chat/code", "{}", other); res.StatusCode != 503 {
		t.Errorf("without a store: %d", res.StatusCode)
	}
	if strings.Contains(s.log.String(), "482913557") {
		t.Errorf("a code is logged: %s", s.log)
	}
}

func TestAConversationGoesOnInAnotherBrowser(t *testing.T) {
	var c *counter
	s := serve(t, withCodes(&c))
	auth, id := s.open()
	s.call("POST", "/chat/messages", `{"id":"m1","text":"un secret"}`, auth)
	s.call("POST", "/chat/code", "{}", auth)
	before, elsewhere := s.open()
	res := s.call("POST", "/chat/resume", `{"code":"482 913\u00a05570"}`, before)
	body := text(res)
	var got struct{ Conversation, Token string }
	if err := json.Unmarshal([]byte(body), &got); err != nil || res.StatusCode != 201 || !regexp.MustCompile(`^[0-9a-f]{10}$`).MatchString(got.Conversation) {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	now := "Authorization: Bearer " + got.Token

	// What was said before is not shown to whoever brought the code; what is said from now on is.
	if events := s.events(1, "/chat/events", now); !reflect.DeepEqual(events, []string{`6 {"from":"bot","text":"Nous en étions là."}`}) {
		t.Errorf("shown:\n%s", strings.Join(events, "\n"))
	}
	ticket := s.call("POST", "/chat/tickets", "", now)
	var t1 struct{ Ticket string }
	if err := json.Unmarshal([]byte(text(ticket)), &t1); err != nil {
		t.Fatal(err)
	}
	if events := s.events(1, "/chat/events?ticket="+t1.Ticket); len(events) != 1 || !strings.Contains(events[0], "Nous en étions là") {
		t.Errorf("by ticket: %q", events)
	}
	if res := s.call("POST", "/chat/messages", `{"id":"m2","text":"je suis là"}`, now); res.StatusCode != 202 {
		t.Errorf("a message: %d", res.StatusCode)
	}
	if res := s.call("POST", "/chat/shared", "", now); res.StatusCode != 204 {
		t.Errorf("shared: %d", res.StatusCode)
	}
	if events := s.door.Inputs(id); !reflect.DeepEqual(events[2:], []bot.Event{bot.Arrived{Resumed: true}, bot.Said{Text: "je suis là"}, bot.Arrived{Shared: true}}) {
		t.Errorf("in the conversation: %+v", events)
	}

	// The browser has left what it showed before, and the first one still goes on.
	if events := s.door.Inputs(elsewhere); !reflect.DeepEqual(events, []bot.Event{bot.Arrived{}, bot.HungUp{Moved: true}}) {
		t.Errorf("left behind: %+v", events)
	}
	if res := s.call("POST", "/chat/messages", `{"id":"m3","text":"a"}`, before); res.StatusCode != 401 {
		t.Errorf("by the token before: %d", res.StatusCode)
	}
	if events := s.events(2, "/chat/events", auth); len(events) != 2 || !strings.Contains(events[1], "un secret") {
		t.Errorf("the first browser: %q", events)
	}
	if res := s.call("POST", "/chat/resume", `{"code":"4829135570"}`); res.StatusCode != 404 {
		t.Errorf("a second time: %d", res.StatusCode)
	}
}

// Two browsers are two legs: what one is asked to forget, the other still shows.
func TestEachBrowserForgetsForItself(t *testing.T) {
	var c *counter
	s := serve(t, withCodes(&c))
	first, id := s.open()
	s.call("POST", "/chat/code", "{}", first)
	var got struct{ Token string }
	if err := json.Unmarshal([]byte(text(s.call("POST", "/chat/resume", `{"code":"4829135570"}`))), &got); err != nil {
		t.Fatal(err)
	}
	second := "Authorization: Bearer " + got.Token
	var legs []string
	for _, e := range s.door.Log(id) {
		if e.Input != nil {
			legs = append(legs, e.Input.Leg.ID)
		}
	}
	if len(legs) != 2 || legs[0] != "web" || !strings.HasPrefix(legs[1], "web-") {
		t.Fatalf("legs %q", legs)
	}
	s.door.Append(id, bot.Addressed{To: bot.ToCitizen, Effect: bot.Forget{Leg: legs[1]}}, bot.Addressed{To: bot.ToCitizen, Effect: bot.Say{Text: "fin"}})
	if events := s.events(3, "/chat/events", first); strings.Contains(strings.Join(events, "\n"), "forget") || !strings.Contains(events[2], "fin") {
		t.Errorf("the first: %q", events)
	}
	if events := s.events(2, "/chat/events", second); !strings.Contains(events[1], `"forget":true`) {
		t.Errorf("the second: %q", events)
	}
	// Its token still opens the screen that is to be wiped, and nothing else.
	if events := s.events(2, "/chat/events", second); !strings.Contains(events[1], `"forget":true`) {
		t.Errorf("the second again: %q", events)
	}
	if res := s.call("POST", "/chat/messages", `{"id":"m1","text":"a"}`, second); res.StatusCode != 401 {
		t.Errorf("a message after the end: %d", res.StatusCode)
	}
	if res := s.call("POST", "/chat/messages", `{"id":"m1","text":"a"}`, first); res.StatusCode != 202 {
		t.Errorf("a message of the first: %d", res.StatusCode)
	}
}

func TestACodeThatOpensNothing(t *testing.T) {
	var c *counter
	s := newSite(t, withCodes(&c))
	for _, body := range []string{`{"code":"1234567890"}`, `{"code":""}`, `{}`} {
		if res := s.call("POST", "/chat/resume", body, "X-Forwarded-For: 192.0.2.9"); res.StatusCode != 404 || !strings.Contains(text(res), "demandez-en un autre") {
			t.Errorf("%s: %d", body, res.StatusCode)
		}
	}
	if len(c.by) != 3 || c.by[0] == "" || c.by[0] != c.by[1] {
		t.Errorf("by %q: tries are counted for an address", c.by)
	}
	c.fail(bot.ErrTooMany)
	if res := s.call("POST", "/chat/resume", `{"code":"1234567890"}`); res.StatusCode != 429 || res.Header.Get("Retry-After") != "60" || !strings.Contains(text(res), "Trop d'essais") {
		t.Errorf("too many: %d", res.StatusCode)
	}
	c.fail(bot.ErrUnavailable)
	if res := s.call("POST", "/chat/resume", `{"code":"1234567890"}`); res.StatusCode != 503 {
		t.Errorf("no store: %d", res.StatusCode)
	}
	none := newSite(t, nil)
	if res := none.call("POST", "/chat/resume", `{"code":"1234567890"}`); res.StatusCode != 404 {
		t.Errorf("where there are none: %d", res.StatusCode)
	}
	if page := text(none.call("GET", "/chat/", "")); strings.Contains(page, `id="have"`) {
		t.Error("the page offers codes that are not given")
	}
}

// telegram is another leg of the same person.
var telegram = bot.Leg{ID: "telegram", Channel: "telegram", Peer: "4711", For: bot.ToCitizen, Push: true}

func TestWhatIsCorrectedOrTakenBack(t *testing.T) {
	s := serve(t, nil)
	auth, id := s.open()
	s.door.Play(func(int, bot.Input) []bot.Addressed { return nil })
	s.door.Append(id,
		bot.Addressed{To: bot.ToCitizen, Effect: bot.Speak{Message: "slack:E1", Name: "Anna", Text: "à lundi"}},
		bot.Addressed{To: bot.ToCitizen, Effect: bot.Speak{Message: "slack:E1", Name: "Anna", Text: "à mardi", Amends: true}},
		bot.Addressed{To: bot.ToCitizen, Effect: bot.Withdraw{Message: "slack:E1"}},
		bot.Addressed{To: bot.ToMail, Effect: bot.Write{Kind: "code", Text: "123456"}})
	for _, in := range []bot.Input{
		{ID: "telegram:9", Leg: telegram, Event: bot.Said{Text: "lundi"}},
		{ID: "telegram:10", Leg: telegram, Event: bot.Said{Text: "mardi", Amends: "telegram:9"}},
	} {
		in.Conversation = id
		if err := s.door.Take(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	got := s.events(6, "/chat/events", auth)
	want := []string{
		`3 {"from":"counsellor","message":"M","name":"Anna","text":"à lundi"}`,
		`4 {"amends":true,"from":"counsellor","message":"M","name":"Anna","text":"à mardi"}`,
		`5 {"from":"counsellor","message":"M","withdrawn":true}`,
		`7 {"from":"you","id":"M","text":"lundi"}`,
		`8 {"amends":true,"from":"you","id":"M","text":"mardi"}`,
	}
	names := regexp.MustCompile(`"[0-9a-f]{16}"`)
	if all := strings.Join(got[1:], "\n"); names.ReplaceAllString(all, `"M"`) != strings.Join(want, "\n") || strings.Contains(all, "E1") {
		t.Errorf("got\n%s", all)
	} else if seen := names.FindAllString(all, -1); seen[0] != seen[2] || seen[3] != seen[4] || seen[0] == seen[3] {
		t.Errorf("names %q", seen)
	}
}

func TestBrowserGoesOnElsewhere(t *testing.T) {
	var c *counter
	v := browse(t, withCodes(&c))
	v.media("light")
	v.open("/chat/")
	v.write("un secret")
	v.says("Vous avez dit : un secret")
	v.click("#more")
	v.click("#move")
	v.says("Gardez-le pour vous.")
	v.says("Valable jusqu'au 26 décembre 2026.")
	v.axe("a code")
	v.shot("15-code")
	if got := eval[string](v, `document.querySelector('#code-shown').textContent + ' ' + document.activeElement.id`); got != "4 8 2 9 1 3 5 5 7 0482\u00a0913\u00a05570 code-copy" {
		t.Errorf("%q", got)
	}
	v.do("close", chromedp.KeyEvent(kb.Escape))
	v.until(`!document.getElementById('code').open && !document.body.textContent.includes('5570')`)
	if got := eval[bool](v, `JSON.stringify({...sessionStorage, ...localStorage}).includes('4829135570')`); got {
		t.Error("the code is kept in the browser")
	}

	// Another browser, by keyboard.
	eval[bool](v, `sessionStorage.clear(), true`)
	v.open("/chat/")
	v.says("Que cherchez-vous")
	v.click("#more")
	v.do("open", chromedp.Focus(chromedp.ID("have")), chromedp.KeyEvent(kb.Enter))
	v.until(`document.activeElement.id === 'code-field'`)
	v.do("short", chromedp.KeyEvent("123"), chromedp.KeyEvent(kb.Enter))
	v.says("Un code a dix chiffres.")
	v.axe("a field")
	v.shot("16-code-field")
	v.do("wrong", chromedp.KeyEvent("4567890"), chromedp.KeyEvent(kb.Enter))
	v.says("Ce code n'est pas bon")
	eval[bool](v, `document.getElementById('code-field').value = '', true`)
	v.do("right", chromedp.Focus(chromedp.ID("code-field")), chromedp.KeyEvent("482 913 5570"), chromedp.KeyEvent(kb.Enter))
	v.says("Nous en étions là.")
	v.says("Votre conversation continue ici.")
	if got := v.lines(); strings.Contains(strings.Join(got, "\n"), "secret") || eval[string](v, `document.activeElement.id`) != "message" {
		t.Errorf("shown: %q", got)
	}
	v.write("me revoilà")
	v.says("Vous avez dit : me revoilà")
	v.do("reload", chromedp.Reload())
	v.says("Vous avez dit : me revoilà")
	if got := v.lines(); strings.Contains(strings.Join(got, "\n"), "secret") {
		t.Errorf("after a reload: %q", got)
	}
	if got := v.door.Inputs("conversation-2"); !reflect.DeepEqual(got[len(got)-1], bot.HungUp{Moved: true}) {
		t.Errorf("left behind: %+v", got)
	}
}

func TestBrowserAsksWhatTenDigitsAre(t *testing.T) {
	var c *counter
	v := browse(t, withCodes(&c))
	v.media("light")
	v.open("/chat/")
	v.says("Que cherchez-vous")
	code, _, _ := c.Issue(t.Context(), "conversation-1")
	v.write(code[:3] + " " + code[3:6] + " " + code[6:])
	v.says("Est-ce un code de reprise ?")
	v.axe("digits")
	v.shot("17-digits")
	v.do("neither", chromedp.KeyEvent(kb.Escape))
	v.until(`!document.getElementById('ask').open && document.getElementById('message').value.startsWith('482')`)
	if n := len(v.door.Inputs("conversation-1")); n != 1 {
		t.Errorf("%d inputs: it was sent before the person chose", n)
	}
	v.do("again", chromedp.Focus(chromedp.ID("message")), chromedp.KeyEvent(kb.Enter))
	v.until(`document.getElementById('ask').open`)
	v.click("#ask-yes")
	v.says("Votre conversation continue ici.")
	v.until(`document.getElementById('message').value === ''`)
	v.write("1234567890")
	v.until(`document.getElementById('ask').open`)
	v.click("#ask-no")
	v.says("Vous avez dit : 1234567890")
	v.write("0123456789") // a telephone number
	v.says("Vous avez dit : 0123456789")
	v.write("9876543210")
	v.until(`document.getElementById('ask').open`)
	v.click("#ask-yes")
	v.says("Ce code n'est pas bon")
	v.until(`document.activeElement.id === 'code-field' && document.getElementById('code-field').value === '9876543210'`)
}

func TestBrowserShowsCorrections(t *testing.T) {
	v := browse(t, nil)
	v.media("light")
	v.open("/chat/")
	v.says("Que cherchez-vous")
	const id = "conversation-1"
	speak := func(message, text string, amends bool) bot.Addressed {
		return bot.Addressed{To: bot.ToCitizen, Effect: bot.Speak{Message: message, Name: "Anna", From: "Accueil", Text: bot.Words(text), Amends: amends}}
	}
	v.door.Append(id, speak("s1", "à lundi", false), speak("s2", "par erreur", false))
	v.says("par erreur")
	v.door.Append(id, speak("s1", "à mardi", true), bot.Addressed{To: bot.ToCitizen, Effect: bot.Withdraw{Message: "s2"}}, speak("s3", "déjà modifié", true))
	v.says("Message retiré.")
	v.says("déjà modifié")
	v.door.Play(func(int, bot.Input) []bot.Addressed { return nil })
	for i, in := range []bot.Said{{Text: "de Telegram"}, {Text: "de Telegram, mieux", Amends: "telegram:0"}} {
		if err := v.door.Take(t.Context(), bot.Input{ID: fmt.Sprint("telegram:", i), Conversation: id, Leg: telegram, Event: in}); err != nil {
			t.Fatal(err)
		}
	}
	v.says("de Telegram, mieux")
	want := []string{"à mardi modifié", "Message retiré. ", "déjà modifié modifié", "de Telegram, mieux modifié"}
	got := eval[[]string](v, `[...document.querySelectorAll('.counsellor, .you')].map(e => e.querySelector('.text').textContent + ' ' + (e.querySelector('.edited')?.textContent ?? ''))`)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	v.axe("corrections")
	v.shot("18-corrections")
}

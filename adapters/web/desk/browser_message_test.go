package desk_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"frontdesk/adapters/phone/media"
	"frontdesk/adapters/web/browsertest"
)

// complaints are what a page says in the console when something is wrong with it.
type complaints struct {
	mu  sync.Mutex
	all []string
}

func (c *complaints) hear(event any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if !strings.HasSuffix(e.Entry.URL, "/favicon.ico") { // the house has that, the desk alone has not
			c.all = append(c.all, string(e.Entry.Level)+": "+e.Entry.Text)
		}
	case *runtime.EventConsoleAPICalled:
		c.all = append(c.all, "console: "+string(e.Type))
	case *runtime.EventExceptionThrown:
		c.all = append(c.all, "exception: "+e.ExceptionDetails.Text)
	}
}

func (c *complaints) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.all, "\n")
}

// listenTo collects what a page complains of from now on.
func (b tab) listenTo() *complaints {
	b.T.Helper()
	c := &complaints{}
	if err := chromedp.Listen(b.Ctx, c.hear); err != nil {
		b.T.Fatal(err)
	}
	return c
}

// statusOf is what the message answers to a page of who is signed in, and how much of it there is.
const statusOf = `fetch("/desk/cases/OR-VOIX/message").then(async r => [r.status, (await r.text()).includes("RIFF") ? 1 : 0])`

// A counsellor comes to the recorded message by keyboard alone and hears it whole; a colleague and somebody of
// another structure are shown none, and get none.
func TestARecordedMessageIsHeardInABrowser(t *testing.T) {
	r := open(t)
	var wav bytes.Buffer
	if err := media.WriteWAV(&wav, media.Tone(440, 2*time.Second).PCM()); err != nil {
		t.Fatal(err)
	}
	r.voices.sound = wav.Bytes()
	r.record("OR-VOIX", time.Now().Add(300*time.Hour))
	r.as("camille").does("OR-VOIX", "claim")

	b := browse(t, r)
	b.enter("camille")
	said := b.listenTo()
	b.Open("/desk/cases/OR-VOIX", ".recorded audio")
	b.Axe("recorded message", "")
	b.Shot("30-message-vocal")
	const audio = `document.querySelector(".recorded audio")`
	if label := browsertest.Value(b.Tab, "label", chromedp.Evaluate[string](audio+`.ariaLabel ?? ""`)); label != "Message vocal de la personne" {
		t.Errorf("the player is called %q", label)
	}
	if heard := r.voices.hearers(); heard != "" {
		t.Errorf("before anybody plays it, it was heard by %s", heard)
	}
	b.tabTo(audio)
	b.Do("play", chromedp.KeyEvent(" "))
	b.Until("that it plays", audio+`.currentTime > 0.2`)
	b.Until("that it has ended", audio+`.ended`)
	if d := browsertest.Value(b.Tab, "duration", chromedp.Evaluate[float64](audio+`.duration`)); d < 1.9 || d > 2.1 {
		t.Errorf("two seconds last %.2f", d)
	}
	if fault := browsertest.Value(b.Tab, "error", chromedp.Evaluate[string](audio+`.error?.message ?? ""`)); fault != "" || said.String() != "" {
		t.Errorf("the player has %q, the page complains:\n%s", fault, said)
	}
	if heard := r.voices.hearers(); heard != "camille" {
		t.Errorf("the audit has %q", heard)
	}
	for who, sees := range map[string]string{"dominique": "#case h1", "yann": ".stop"} {
		other := browse(t, r)
		other.enter(who)
		other.Do("open", chromedp.Navigate(r.server.URL+"/desk/cases/OR-VOIX"), chromedp.WaitReady(chromedp.CSS(sees)))
		if there := browsertest.Value(other.Tab, "player", chromedp.Evaluate[bool](audio+` !== null`)); there {
			t.Errorf("%s is shown a player", who)
		}
		got := browsertest.Value(other.Tab, "message", chromedp.Evaluate[[]int](statusOf, chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
		if got[0] != 404 || got[1] != 0 {
			t.Errorf("%s gets %v", who, got)
		}
	}
	if heard := r.voices.hearers(); heard != "camille" {
		t.Errorf("in the end the audit has %q", heard)
	}
}

// tabTo presses the tabulator until something has the focus.
func (b tab) tabTo(what string) {
	b.T.Helper()
	for range 80 {
		if browsertest.Value(b.Tab, "focus", chromedp.Evaluate[bool](`document.activeElement === `+what)) {
			return
		}
		b.Do("tab", chromedp.KeyEvent(kb.Tab))
	}
	b.T.Fatal("no tabulator leads to ", what)
}

package desk_test

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"frontdesk/bot"
)

// gone waits until a message has been said to the person.
func (r *room) gone(id bot.ConversationID, text string) {
	r.t.Helper()
	for range 200 {
		for _, e := range r.Board.Door.Log(id) {
			if v, is := e.Effect.(bot.Speak); is && string(v.Text) == text {
				return
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	r.t.Fatalf("%q never went", text)
}

func TestAMessageThatHasGoneIsCorrectedOrWithdrawn(t *testing.T) {
	r := open(t)
	r.Hold = time.Millisecond
	id := r.waits(number, nil)
	camille := r.as("camille")
	camille.does(number, "claim")
	camille.does(number, "reply", "idem", "first-message", "text", "à lundy")
	r.gone(id, "à lundy")
	_, page := camille.get("/desk/cases/" + number)
	if !strings.Contains(page, `name="amends" value="first-message"`) || !strings.Contains(page, ">à lundy</textarea>") || !strings.Contains(page, ">Retirer</button>") {
		t.Errorf("the page offers neither: %s", talk(words(page)))
	}
	camille.does(number, "reply", "idem", "second-message", "amends", "first-message", "text", "à lundi")
	written := time.Now().UTC().Truncate(time.Second)
	camille.does(number, "takeback", "message", "first-message", "written", written.Format(time.RFC3339))
	name := "desk:" + string(id) + ":reply:first-message"
	inputs := r.Inputs(id)
	want := []bot.Event{bot.Replied{By: "camille", Text: "à lundi", Amends: name}, bot.TookBack{By: "camille", Message: name, Written: written}}
	if got := inputs[len(inputs)-2:]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v\nwant %#v", got, want)
	}
	if _, page := r.as("sacha").get("/desk/cases/" + number); strings.Contains(page, "first-message") || strings.Contains(page, ">Retirer</button>") {
		t.Error("a lead is offered to mend what another wrote")
	}
	for _, form := range []url.Values{
		{"idem": {"12345678"}, "text": {"x"}, "amends": {"a:b:c"}}, {"idem": {"12345678"}, "text": {" "}, "amends": {"first-message"}},
	} {
		if status, _ := camille.post("/desk/cases/"+number+"/reply", form); status != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", form, status)
		}
	}
	if status, _ := camille.post("/desk/cases/"+number+"/takeback", url.Values{"idem": {"12345678"}, "message": {"first-message"}, "written": {"hier"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("written yesterday: %d", status)
	}
}

func TestWhatWentBySMSCannotBeMended(t *testing.T) {
	r := open(t)
	r.Hold = time.Millisecond
	id := r.waits(number, func(c *bot.Card) { c.Channel = "sms" })
	camille := r.as("camille")
	camille.does(number, "claim")
	camille.does(number, "reply", "text", "Bonjour")
	r.gone(id, "Bonjour")
	if _, page := camille.get("/desk/cases/" + number); strings.Contains(page, ">Retirer</button>") {
		t.Error("it is offered")
	}
}

func TestMendingInABrowser(t *testing.T) {
	r := open(t)
	r.Hold = time.Millisecond
	id := r.waits(number, nil)
	b := browse(t, r)
	b.Size(1280, 800)
	b.Scheme("light")
	b.enter("camille")
	b.Open("/desk/cases/"+number, ".offer")
	b.Do("take", chromedp.Click(chromedp.CSS(".offer button")), chromedp.WaitReady(chromedp.ID("text")))
	b.Do("write", chromedp.SendKeys(chromedp.ID("text"), "Rendez-vous lundy à 9 h."), chromedp.Click(chromedp.CSS("#composer .main")))
	b.Until("that it went", `document.querySelector("#log .mend") !== null`)
	b.Axe("a message that went", "")
	b.Do("correct", chromedp.Click(chromedp.CSS(".mend summary")), chromedp.SetValue(chromedp.CSS(".mend textarea"), "Rendez-vous lundi à 9 h."))
	b.Axe("a correction", "")
	b.Shot("26-corriger")
	b.Do("send", chromedp.Click(chromedp.CSS(".mend .end button")))
	b.Until("the form closed", `!document.querySelector(".mend details").open`)
	inputs := r.Inputs(id)
	if got, is := inputs[len(inputs)-1].(bot.Replied); !is || got.Amends == "" || got.Text != "Rendez-vous lundi à 9 h." {
		t.Errorf("%#v", inputs[len(inputs)-1])
	}
}

package telegram_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/telegram"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
)

func polling(c *telegram.Config) { c.WebhookURL, c.WebhookSecret = "", "" }

func TestPollingStoresBeforeItConfirms(t *testing.T) {
	w := newWorld(t, polling)
	w.lea.Write("un")
	w.want(bot.Said{Text: "un"})
	w.door.Sleep(true)
	w.lea.Write("deux")
	w.lea.Write("trois")
	w.soon("a try", func() bool { return strings.Contains(w.log.String(), "trying again") })
	time.Sleep(50 * time.Millisecond)
	if w.fake.Pending() != 2 {
		t.Fatalf("%d updates are unconfirmed", w.fake.Pending())
	}
	w.door.Sleep(false)
	w.want(bot.Said{Text: "un"}, bot.Said{Text: "deux"}, bot.Said{Text: "trois"})
}

func TestAChatThatCannotBeStoredHoldsUpNoOther(t *testing.T) {
	w := quietWorld(t, polling)
	for i := range 5 {
		w.fake.Person(int64(9_000+i), "Passant", "fr").Write("bonjour")
	}
	w.listen()
	w.settled()
	if got := w.door.Conversations(); got != 5 {
		t.Errorf("%d conversations", got)
	}
}

func TestPollingKeepsWhatWaitedForAWebhook(t *testing.T) {
	w := quietWorld(t, polling)
	if _, err := telegram.New(w.config()); err != nil {
		t.Fatal(err)
	}
	first := newWebhook(w, "http://127.0.0.1:1/nobody")
	w.lea.Write("en attente")
	time.Sleep(20 * time.Millisecond)
	first()
	w.listen()
	w.want(bot.Said{Text: "en attente"})
}

// newWebhook has another installation set a webhook; the function it returns ends that one.
func newWebhook(w *world, url string) func() {
	w.t.Helper()
	config := w.config()
	config.WebhookURL = url
	c, err := telegram.New(config)
	if err != nil {
		w.t.Fatal(err)
	}
	before := len(w.fake.Calls("setWebhook"))
	stop := run(c, w.door)
	w.soon("the webhook", func() bool { return len(w.fake.Calls("setWebhook")) > before })
	return stop
}

func TestOneProcessPolls(t *testing.T) {
	w := newWorld(t, polling)
	w.soon("a poll", func() bool { return len(w.fake.Calls("getUpdates")) > 0 })
	config := w.config()
	polling(&config)
	config.Holder = "b"
	second, err := telegram.New(config)
	if err != nil {
		t.Fatal(err)
	}
	stop := run(second, w.door)
	defer stop()
	for i := range 40 {
		w.lea.Write(fmt.Sprint(i))
		time.Sleep(5 * time.Millisecond)
	}
	w.settled()
	if got := len(w.inputs()); got != 40 {
		t.Errorf("%d of 40 arrived", got)
	}
	if strings.Contains(w.log.String(), "another program") {
		t.Errorf("two polled at once:\n%s", w.log)
	}
	w.listened() // the first ends: the second takes over at once
	w.listened = nil
	w.lea.Write("encore là ?")
	w.settled()
	if got := len(w.inputs()); got != 41 {
		t.Errorf("%d arrived", got)
	}
}

func TestWhoLosesTheLeaseStopsAtOnce(t *testing.T) {
	w := newWorld(t, polling)
	w.soon("a poll", func() bool { return len(w.fake.Calls("getUpdates")) > 0 })
	w.house.seize("telegram:4711", "somebody else")
	w.soon("a word about it", func() bool { return strings.Contains(w.log.String(), "another process polls from now on") })
	calls := len(w.fake.Calls("getUpdates"))
	w.lea.Write("pour un autre")
	time.Sleep(400 * time.Millisecond) // longer than a lease
	if got := len(w.fake.Calls("getUpdates")); got != calls || w.fake.Pending() != 1 {
		t.Errorf("it polls on: %d calls more", got-calls)
	}
}

func TestAnotherReaderIsNamedInTheLog(t *testing.T) {
	w := newWorld(t, polling)
	w.soon("a poll", func() bool { return len(w.fake.Calls("getUpdates")) > 0 })
	other := httptest.NewRequest("GET", "/bot"+token+"/getUpdates?timeout=0", nil)
	w.fake.ServeHTTP(httptest.NewRecorder(), other)
	w.soon("a word about it", func() bool {
		return strings.Contains(w.log.String(), "another program asks for this bot's updates")
	})
	w.lea.Write("quand même")
	w.want(bot.Said{Text: "quand même"})

	stop := newWebhook(w, "http://127.0.0.1:1/nobody")
	stop()
	w.lea.Write("aussi")
	w.soon("a word about it", func() bool { return strings.Contains(w.log.String(), "a webhook is set for this bot") })
	w.want(bot.Said{Text: "quand même"}, bot.Said{Text: "aussi"})
}

func TestBadDaysWhilePolling(t *testing.T) {
	w := quietWorld(t, polling)
	w.fake.Trouble("getUpdates", telegramfake.HTML(502), telegramfake.TooMany(1), telegramfake.Cut(), telegramfake.HTML(500), telegramfake.LostReply())
	w.listen()
	w.lea.Write("bonjour")
	w.want(bot.Said{Text: "bonjour"})
}

func TestAnUpdateThatCannotBeReadHoldsUpNothing(t *testing.T) {
	w := quietWorld(t, polling)
	w.fake.Inject(1, map[string]any{"message": "illisible, et pourtant écrit"})
	w.lea.Write("bonjour")
	w.listen()
	w.want(bot.Said{Text: "bonjour"})
	if strings.Contains(w.log.String(), "illisible") {
		t.Errorf("the log has words: %s", w.log)
	}
}

func TestManyChatsAtOnceKeepTheirOrderWhilePolling(t *testing.T) {
	w := quietWorld(t, polling)
	var all sync.WaitGroup
	for p := range 10 {
		somebody := w.fake.Person(int64(9_000+p), "Passant", "fr")
		all.Go(func() {
			for i := range 30 {
				somebody.Write(fmt.Sprint(i))
			}
		})
	}
	all.Wait()
	w.listen()
	w.settled()
	for n := range 10 {
		got := w.door.Inputs(bot.ConversationID(fmt.Sprint("conversation-", n+1)))
		if len(got) != 30 {
			t.Fatalf("%d arrived", len(got))
		}
		for i, e := range got {
			if string(e.(bot.Said).Text) != fmt.Sprint(i) {
				t.Fatalf("%q is number %d", plain([]bot.Event{e}), i)
			}
		}
	}
}

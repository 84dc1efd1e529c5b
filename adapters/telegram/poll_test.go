package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
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

// A stumbling door does not take some words the first time.
type stumbling struct {
	bot.Door
	mu    sync.Mutex
	words map[bot.Words]int // how often they are not taken
	fault error             // and what it says then
	busy  map[bot.ConversationID]int
	most  int // inputs of one conversation on their way at once
}

func (d *stumbling) Take(ctx context.Context, in bot.Input) error {
	d.mu.Lock()
	d.busy[in.Conversation]++
	d.most = max(d.most, d.busy[in.Conversation])
	said, _ := in.Event.(bot.Said)
	fails := d.words[said.Text] > 0
	d.words[said.Text]--
	d.mu.Unlock()
	time.Sleep(time.Millisecond)
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.busy[in.Conversation]--
	}()
	if fails {
		return d.fault
	}
	return d.Door.Take(ctx, in)
}

func stumble(w *world, words ...bot.Words) *stumbling {
	d := &stumbling{Door: w.door, fault: bot.ErrUnavailable, words: map[bot.Words]int{}, busy: map[bot.ConversationID]int{}}
	for _, text := range words {
		d.words[text] = 2
	}
	return d
}

func TestWhatFollowsInAChatWaitsForWhatIsNotStored(t *testing.T) {
	w := quietWorld(t, polling)
	config := w.config()
	polling(&config)
	config.Door = stumble(w, "deux")
	var err error
	if w.channel, err = telegram.New(config); err != nil {
		t.Fatal(err)
	}
	max := w.fake.Person(88, "Max", "fr")
	for _, text := range []string{"un", "deux", "trois"} {
		w.lea.Write(text)
	}
	max.Write("autre")
	w.listen()
	w.settled()
	var got []string
	for _, id := range []bot.ConversationID{"conversation-1", "conversation-2"} {
		if events := plain(w.door.Inputs(id)); len(events) != 1 { // not Max's
			got = events
		}
	}
	if want := plain([]bot.Event{bot.Said{Text: "un"}, bot.Said{Text: "deux"}, bot.Said{Text: "trois"}}); !slices.Equal(got, want) || w.door.Conversations() != 2 {
		t.Errorf("the conversation got %q", got)
	}
}

func TestAnUpdateThatNeverWorksIsLeftAsideAndSaid(t *testing.T) {
	w := quietWorld(t, polling)
	config := w.config()
	polling(&config)
	door := stumble(w)
	door.words["poison"], door.fault = 1000, errors.New("strange")
	config.Door = door
	var err error
	if w.channel, err = telegram.New(config); err != nil {
		t.Fatal(err)
	}
	w.lea.Write("poison")
	w.lea.Write("après")
	w.listen()
	w.want(bot.Said{Text: "après"})
	w.soon("a word", func() bool { return len(w.texts()) == 1 })
	w.sees("Désolé, votre dernier message n'est pas arrivé. Renvoyez-le, merci.")
}

func TestOneChatIsTakenOneAfterTheOther(t *testing.T) {
	w := quietWorld(t, nil)
	config := w.config()
	door := stumble(w)
	config.Door = door
	c, err := telegram.New(config)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() { post(c, body(int64(100+i), `"text":"bonjour"`)) })
	}
	all.Wait()
	if door.most != 1 || len(w.inputs()) != 20 {
		t.Errorf("%d at once, %d taken", door.most, len(w.inputs()))
	}
}

func TestManyChatsAreTakenBesideEachOther(t *testing.T) {
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
	w := newWorld(t, func(c *telegram.Config) {
		polling(c)
		c.LeaseFor = 3 * time.Second // it is renewed each second
	})
	w.soon("a poll", func() bool { return len(w.fake.Calls("getUpdates")) > 0 })
	began := time.Now()
	w.house.seize("telegram:4711", "somebody else")
	w.soon("a word about it", func() bool { return strings.Contains(w.log.String(), "another process polls from now on") })
	if took := time.Since(began); took > 1900*time.Millisecond {
		t.Errorf("it stops after %s", took)
	}
	calls := len(w.fake.Calls("getUpdates"))
	w.lea.Write("pour un autre")
	time.Sleep(1100 * time.Millisecond) // it asks for the lease again
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

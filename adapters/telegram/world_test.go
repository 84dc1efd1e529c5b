package telegram_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/telegram"
	"frontdesk/adapters/telegram/telegramfake"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

const (
	token  = "4711:AAE-secret-of-the-bot"
	secret = "secret-of-the-webhook"
)

// A world is the channel between a door and a Telegram, both in memory.
type world struct {
	t        *testing.T
	fake     *telegramfake.Server
	door     *bottest.Door
	house    *house
	log      *bottest.Log
	channel  *telegram.Channel
	api      *httptest.Server
	hook     *httptest.Server
	lea      *telegramfake.Person
	listened func()
	carrier  bottest.Carrier
}

// newWorld has a channel at its webhook. change may change its configuration first; a WebhookURL of
// "" makes it poll.
func newWorld(t *testing.T, change func(*telegram.Config)) *world {
	t.Helper()
	w := quietWorld(t, change)
	w.listen()
	return w
}

// quietWorld does not listen yet.
func quietWorld(t *testing.T, change func(*telegram.Config)) *world {
	t.Helper()
	w := &world{t: t, door: bottest.NewDoor(), house: newHouse(), log: &bottest.Log{}}
	w.fake = telegramfake.New(telegramfake.Options{Token: token, RetryEvery: 10 * time.Millisecond, Now: w.house.now, Speed: 100})
	w.api = httptest.NewServer(w.fake)
	var handler http.Handler
	var late sync.Mutex
	w.hook = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		late.Lock()
		h := handler
		late.Unlock()
		h.ServeHTTP(rw, r)
	}))
	config := w.config()
	if change != nil {
		change(&config)
	}
	var err error
	if w.channel, err = telegram.New(config); err != nil {
		t.Fatal(err)
	}
	w.carrier = bottest.Carrier{Door: w.door, Channel: w.channel}
	late.Lock()
	handler = w.channel.Handler()
	late.Unlock()
	w.lea = w.fake.Person(529314877, "Léa", "fr")
	t.Cleanup(func() {
		if w.listened != nil {
			w.listened()
		}
		w.fake.Close()
		w.hook.Close()
		w.api.Close()
		w.silent()
	})
	return w
}

func (w *world) config() telegram.Config {
	return telegram.Config{Token: token, APIURL: w.api.URL, WebhookURL: w.hook.URL, WebhookSecret: secret,
		Door: w.door, Refs: w.house, Lease: w.house, Limiter: w.house, Codes: w.house, Now: w.house.now, Speed: 100, Holder: "a",
		PollFor: time.Second, LeaseFor: 300 * time.Millisecond,
		Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
}

// listen runs the channel until the test ends, and waits for the webhook.
func (w *world) listen() {
	w.t.Helper()
	w.listened = run(w.channel, w.door)
	if w.channel.WebhookURL != "" {
		w.soon("the webhook", func() bool { return len(w.fake.Calls("setWebhook")) > 0 })
	}
}

// run listens until the function it returns is called.
func run(c *telegram.Channel, door bot.Door) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = c.Listen(ctx, door)
	}()
	return func() {
		cancel()
		<-done
	}
}

// soon waits for something that is about to be so.
func (w *world) soon(what string, is func() bool) {
	w.t.Helper()
	bottest.Soon(w.t, what, w.log, is)
}

// settled waits until the channel has every update.
func (w *world) settled() {
	w.t.Helper()
	w.soon("every update", func() bool { return w.fake.Pending() == 0 })
}

// inputs are the events of the only conversation, once all updates have come.
func (w *world) inputs() []bot.Event {
	w.t.Helper()
	w.settled()
	return w.door.Inputs("conversation-1")
}

// want compares the events of the only conversation.
func (w *world) want(events ...bot.Event) {
	w.t.Helper()
	if got := w.inputs(); !reflect.DeepEqual(got, events) {
		w.t.Errorf("the conversation got\n%#v\nwant\n%#v", plain(got), plain(events))
	}
}

// plain shows words, which hide themselves otherwise.
func plain(events []bot.Event) []string {
	var all []string
	for _, e := range events {
		switch e := e.(type) {
		case bot.Said:
			all = append(all, fmt.Sprintf("Said %q masked %v amends %q", string(e.Text), e.Masked, e.Amends))
		case bot.GaveContact:
			all = append(all, fmt.Sprintf("GaveContact %q own %v", string(e.Phone), e.Own))
		default:
			all = append(all, fmt.Sprintf("%T %+v", e, e))
		}
	}
	return all
}

// entry is a delivery of one effect to Léa.
func (w *world) entry(seq int64, e bot.Effect) bot.Delivery {
	leg := bot.Leg{ID: "telegram", Channel: "telegram", Peer: bot.Address(fmt.Sprintf("4711:%d", w.lea.ID)), For: bot.ToCitizen, Push: true}
	return bot.Delivery{ID: fmt.Sprintf("c/%d/telegram", seq), Conversation: "c", Leg: leg, Attempt: 1,
		Entry: bot.Entry{Seq: seq, Cause: "in", At: w.house.now(), To: bot.ToCitizen, Effect: e}}
}

// begun is a person who has written, so that the bot may.
func (w *world) begun() {
	w.t.Helper()
	w.lea.Start("")
	w.settled()
}

// deliver carries one effect to Léa, and fails the test where that cannot be.
func (w *world) deliver(seq int64, e bot.Effect) {
	w.t.Helper()
	if _, err := w.channel.Deliver(w.t.Context(), w.entry(seq, e)); err != nil {
		w.t.Fatalf("deliver %T: %v", e, err)
	}
}

// carry delivers what the only conversation has said to the person and was not delivered yet, as a
// relay does.
func (w *world) carry() {
	w.t.Helper()
	w.settled()
	w.carrier.Carry(w.t, "conversation-1", w.entry(0, nil).Leg)
}

// bot's messages that Léa sees, oldest first.
func (w *world) shown() []telegramfake.Shown {
	var all []telegramfake.Shown
	for _, m := range w.fake.Shown(w.lea.ID) {
		if m.Bot && !m.Deleted {
			all = append(all, m)
		}
	}
	return all
}

func (w *world) texts() []string {
	var all []string
	for _, m := range w.shown() {
		all = append(all, m.Text)
	}
	return all
}

func (w *world) sees(texts ...string) {
	w.t.Helper()
	if got := w.texts(); !reflect.DeepEqual(got, texts) {
		w.t.Errorf("Léa sees\n%q\nwant\n%q", got, texts)
	}
}

// silent wants nothing in the log that says who or how.
func (w *world) silent() {
	for _, never := range []string{token, "AAE-secret", secret, "Léa", fmt.Sprint(w.lea.ID), w.lea.Phone} {
		if strings.Contains(w.log.String(), never) {
			w.t.Errorf("the log has %q in it:\n%s", never, w.log)
		}
	}
}

package sms_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/adapters/redis"
	"frontdesk/adapters/sms"
	"frontdesk/adapters/sms/smsfake"
	"frontdesk/bot"
	"frontdesk/bot/bottest"
)

const (
	lea    = "+33611223344"
	own    = "+33939000000"
	secret = "secret-of-the-gateway"
	token  = "password-of-the-account"
)

// A world is the channel between a door and a gateway, with the store's own references and limits.
type world struct {
	t       *testing.T
	fake    *smsfake.Server
	door    *bottest.Door
	store   *redis.Store
	codes   *codes
	log     *bottest.Log
	config  sms.Config
	channel *sms.Channel
	front   *httptest.Server
	carrier bottest.Carrier
	mu      sync.Mutex
	late    time.Duration
	ends    []string
	stop    func() // ends Listen, and waits for it
}

func newWorld(t *testing.T, kind string, change func(*sms.Config)) *world {
	t.Helper()
	store, err := redis.OpenEmbedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, door: bottest.NewDoor(), store: store, codes: &codes{open: map[string]bot.ConversationID{}}, log: &bottest.Log{}}
	w.fake = smsfake.New(smsfake.Options{Kind: kind, From: own, User: "account", Password: token, Secret: secret})
	gateway := httptest.NewServer(w.fake)
	var handler http.Handler
	w.front = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) }))
	w.fake.Deliver(w.front.URL)
	w.config = sms.Config{Mapping: sms.Gateways()[kind], URL: gateway.URL + "/send", User: "account", Password: token, From: own, Secret: secret, PublicURL: w.front.URL,
		Door: w.door, Refs: store, Limiter: store, Codes: w.codes, Now: w.now, Reported: func(end string) { w.ends = append(w.ends, end) },
		Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	if change != nil {
		change(&w.config)
	}
	if w.channel, err = sms.New(w.config); err != nil {
		t.Fatal(err)
	}
	w.carrier = bottest.Carrier{Door: w.door, Channel: w.channel}
	handler = w.channel.Handler()
	ctx, stop := context.WithCancel(context.Background())
	listened := make(chan error, 1)
	go func() { listened <- w.channel.Listen(ctx, w.door) }()
	w.stop = sync.OnceFunc(func() {
		stop()
		<-listened
	})
	t.Cleanup(func() {
		w.stop()
		w.front.Close()
		gateway.Close()
		store.Close()
		w.silent()
	})
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.late)
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.late += d
}

// write delivers a message, and fails the test where it is not taken.
func (w *world) write(text string) {
	w.t.Helper()
	if _, err := w.fake.Write(lea, text); err != nil {
		w.t.Fatalf("write: %v; the log:\n%s", err, w.log)
	}
}

// again delivers a message under an id of its own choice, as a gateway does that repeats one.
func (w *world) again(id, text string) {
	w.t.Helper()
	if err := w.fake.WriteWith(lea, text, map[string]string{"id": id}); err != nil {
		w.t.Fatalf("write: %v; the log:\n%s", err, w.log)
	}
}

// want compares the events of the only conversation.
func (w *world) want(events ...bot.Event) {
	w.t.Helper()
	if got := w.door.Inputs("conversation-1"); !reflect.DeepEqual(got, events) && len(got)+len(events) > 0 {
		w.t.Errorf("the conversation got\n%q\nwant\n%q", plain(got), plain(events))
	}
}

// plain shows words, which hide themselves otherwise.
func plain(events []bot.Event) []string {
	var all []string
	for _, e := range events {
		switch e := e.(type) {
		case bot.Said:
			all = append(all, "Said "+string(e.Text))
		default:
			all = append(all, fmt.Sprintf("%T %+v", e, e))
		}
	}
	return all
}

// entry is a delivery of one effect to Léa.
func (w *world) entry(seq int64, e bot.Effect) bot.Delivery {
	leg := bot.Leg{ID: "sms", Channel: "sms", Peer: lea, For: bot.ToCitizen, Push: true}
	return bot.Delivery{ID: fmt.Sprintf("conversation-1/%d/sms", seq), Conversation: "conversation-1", Leg: leg, Attempt: 1,
		Entry: bot.Entry{Seq: seq, Cause: "in", At: w.now(), To: bot.ToCitizen, Effect: e}}
}

func (w *world) deliver(seq int64, e bot.Effect) error {
	_, err := w.channel.Deliver(w.t.Context(), w.entry(seq, e))
	return err
}

func (w *world) delivered(seq int64, e bot.Effect) {
	w.t.Helper()
	if err := w.deliver(seq, e); err != nil {
		w.t.Fatalf("deliver %T: %v", e, err)
	}
}

// carry delivers what the only conversation has said to the person and was not delivered yet, as a relay
// does.
func (w *world) carry() {
	w.t.Helper()
	w.carrier.Carry(w.t, "conversation-1", w.entry(0, nil).Leg)
}

func (w *world) sees(texts ...string) {
	w.t.Helper()
	if got := w.fake.Texts(lea); !reflect.DeepEqual(got, texts) && len(got)+len(texts) > 0 {
		w.t.Errorf("Léa sees\n%q\nwant\n%q", got, texts)
	}
}

// soon waits for something that is about to be so.
func (w *world) soon(what string, is func() bool) {
	w.t.Helper()
	bottest.Soon(w.t, what, w.log, is)
}

// silent wants nothing in the log that says who or what.
func (w *world) silent() {
	for _, never := range []string{lea, lea[1:], "0611223344", secret, token, own, "jai perdu", "Bonjour", "Correction"} {
		if strings.Contains(w.log.String(), never) {
			w.t.Errorf("the log has %q in it:\n%s", never, w.log)
		}
	}
}

// kinds of failure.
const (
	undeliverable = "undeliverable"
	ambiguous     = "ambiguous"
	waits         = "waits"
	plainFailure  = "a plain failure"
)

func kindOf(err error) string {
	_, told := errors.AsType[bot.RetryAfter](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, bot.ErrUndeliverable):
		return undeliverable
	case errors.Is(err, bot.ErrAmbiguous):
		return ambiguous
	case told:
		return waits
	}
	return plainFailure
}

// codes are resume codes in memory.
type codes struct {
	mu     sync.Mutex
	open   map[string]bot.ConversationID
	joined []bot.Leg
	tries  int
}

func (c *codes) Issue(context.Context, bot.ConversationID) (string, time.Time, error) {
	return "", time.Time{}, errors.New("nobody asks for one here")
}

func (c *codes) Join(_ context.Context, _, code string, leg bot.Leg) (bot.ConversationID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tries++
	id, is := c.open[code]
	switch {
	case !is && c.tries > 2:
		return "", bot.ErrTooMany
	case !is:
		return "", bot.ErrNotFound
	}
	delete(c.open, code)
	c.joined = append(c.joined, leg)
	return id, nil
}

// slow is a gateway that answers nothing before it is let go.
func slow(t *testing.T, hold chan struct{}) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

package slackfake_test

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"frontdesk/adapters/slack/slackfake"
)

// quick is how long anything may take that is not made to wait.
const quick = 5 * time.Second

// An app is a bot that talks to the workspace with the real client: it keeps what it was told, and
// acknowledges with what answer says.
type app struct {
	*slack.Client
	w      *slackfake.Workspace
	socket *socketmode.Client

	mu      sync.Mutex
	events  []slackevents.EventsAPIEvent
	tries   []socketmode.Request
	acts    []slack.InteractionCallback
	slashes []slack.SlashCommand
	answer  func(e socketmode.Event) (any, bool) // what to acknowledge with, and whether at all
}

// workspace starts a workspace with Anna and Bilal in it.
func workspace(t *testing.T, change func(*slackfake.Options)) (*slackfake.Workspace, *slack.Client) {
	t.Helper()
	var o slackfake.Options
	if change != nil {
		change(&o)
	}
	w := slackfake.New(o)
	base := w.Start()
	t.Cleanup(w.Close)
	w.AddUser("U0ANNA", "Anna Le Goff")
	w.AddUser("U0BILAL", "Bilal Haddad")
	api := slack.New(w.BotToken, slack.OptionAPIURL(base+"/api/"), slack.OptionAppLevelToken(w.AppToken))
	return w, api
}

// connected starts an app that is connected by Socket Mode.
func connected(t *testing.T, change func(*slackfake.Options)) *app {
	t.Helper()
	w, api := workspace(t, change)
	a := &app{Client: api, w: w}
	a.connect(t)
	return a
}

// connect opens one more connection of the app.
func (a *app) connect(t *testing.T) {
	t.Helper()
	before := a.w.Connections()
	a.socket = socketmode.New(a.Client, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = a.socket.RunContext(ctx) })
	wg.Go(func() { a.listen(ctx, a.socket) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	a.until(t, "a connection", func() bool { return a.w.Connections() > before })
}

func (a *app) listen(ctx context.Context, socket *socketmode.Client) {
	for {
		select {
		case e := <-socket.Events:
			a.take(socket, e)
		case <-ctx.Done():
			return
		}
	}
}

func (a *app) take(socket *socketmode.Client, e socketmode.Event) {
	a.mu.Lock()
	switch data := e.Data.(type) {
	case slackevents.EventsAPIEvent:
		a.events = append(a.events, data)
		a.tries = append(a.tries, *e.Request)
	case slack.InteractionCallback:
		a.acts = append(a.acts, data)
	case slack.SlashCommand:
		a.slashes = append(a.slashes, data)
	default:
		a.mu.Unlock()
		return
	}
	answer := a.answer
	a.mu.Unlock()
	var body any
	if answer != nil {
		var acks bool
		if body, acks = answer(e); !acks {
			return
		}
	}
	if body == nil {
		_ = socket.Ack(*e.Request)
		return
	}
	_ = socket.Ack(*e.Request, body)
}

func (a *app) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	if !a.w.Until(quick, holds) {
		t.Fatalf("waited for %s", what)
	}
}

// answers sets how the app acknowledges.
func (a *app) answers(how func(e socketmode.Event) (any, bool)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = how
}

// messages are the message events so far.
func (a *app) messages() []*slackevents.MessageEvent {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []*slackevents.MessageEvent
	for _, e := range a.events {
		if m, is := e.InnerEvent.Data.(*slackevents.MessageEvent); is {
			all = append(all, m)
		}
	}
	return all
}

// said waits for the nth message event, from 0.
func (a *app) said(t *testing.T, n int) *slackevents.MessageEvent {
	t.Helper()
	a.until(t, "a message event", func() bool { return len(a.messages()) > n })
	return a.messages()[n]
}

// acted waits for the nth interaction, from 0.
func (a *app) acted(t *testing.T, n int) slack.InteractionCallback {
	t.Helper()
	a.until(t, "an interaction", func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return len(a.acts) > n
	})
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.acts[n]
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if string(g) != string(w) {
		t.Errorf("%s: got %s, want %s", what, g, w)
	}
}

// refuses checks that a call was answered ok:false with a code.
func refuses(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || err.Error() != code {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

// button is an actions block with one button.
func button(block, action, value, label string) slack.Block {
	return slack.NewActionBlock(block, slack.NewButtonBlockElement(action, value, words(label)))
}

func words(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject("plain_text", text, false, false)
}

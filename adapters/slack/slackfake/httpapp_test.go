package slackfake_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"frontdesk/adapters/slack/slackfake"
)

// A webApp is an app behind signed HTTP, as the real library reads it.
type webApp struct {
	t      *testing.T
	secret string

	mu      sync.Mutex
	events  []slackevents.EventsAPIEvent
	headers []http.Header
	acts    []slack.InteractionCallback
	slashes []slack.SlashCommand
	answer  http.HandlerFunc // for all but url_verification; nil answers 200
}

func (a *webApp) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	verifier, err := slack.NewSecretsVerifier(r.Header, a.secret)
	if err == nil {
		_, _ = verifier.Write(raw)
		err = verifier.Ensure()
	}
	if err != nil {
		http.Error(rw, "who are you?", http.StatusUnauthorized)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(raw)))
	if a.take(rw, r, raw) {
		return
	}
	a.mu.Lock()
	answer := a.answer
	a.mu.Unlock()
	if answer != nil {
		answer(rw, r)
	}
}

// take keeps what came, and says whether that answered it.
func (a *webApp) take(rw http.ResponseWriter, r *http.Request, raw []byte) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch r.URL.Path {
	case "/events":
		e, err := slackevents.ParseEvent(raw, slackevents.OptionNoVerifyToken())
		if err != nil {
			a.t.Errorf("event: %v", err)
		}
		if check, is := e.Data.(*slackevents.EventsAPIURLVerificationEvent); is {
			_, _ = io.WriteString(rw, check.Challenge)
			return true
		}
		a.events, a.headers = append(a.events, e), append(a.headers, r.Header)
	case "/interactions":
		act, err := slack.InteractionCallbackParse(r)
		if err != nil {
			a.t.Errorf("interaction: %v", err)
		}
		a.acts = append(a.acts, act)
	case "/commands":
		c, _ := slack.SlashCommandParse(r)
		a.slashes = append(a.slashes, c)
	}
	return false
}

func (a *webApp) answers(how http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = how
}

func subscribed(t *testing.T, change func(*slackfake.Options)) (*slackfake.Workspace, *slack.Client, *webApp) {
	t.Helper()
	w, api := workspace(t, change)
	a := &webApp{t: t, secret: w.SigningSecret}
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	check(t, w.Subscribe(slackfake.Endpoints{Events: s.URL + "/events", Interactions: s.URL + "/interactions", Commands: s.URL + "/commands"}))
	return w, api, a
}

func TestAnURLWithoutTheChallengeIsNotSubscribed(t *testing.T) {
	w, _ := workspace(t, nil)
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, "ok") }))
	defer s.Close()
	if err := w.Subscribe(slackfake.Endpoints{Events: s.URL}); err == nil {
		t.Error("subscribed")
	}
	other := httptest.NewServer(&webApp{t: t, secret: "another"})
	defer other.Close()
	if err := w.Subscribe(slackfake.Endpoints{Events: other.URL + "/events"}); err == nil {
		t.Error("subscribed with another secret")
	}
}

func TestSignedHTTPCarriesEverything(t *testing.T) {
	w, api, a := subscribed(t, nil)
	dm := w.DM("U0ANNA")
	_, err := w.Write("U0ANNA", dm, "bonjour", "")
	check(t, err)
	_, ts, err := api.PostMessage(dm, slack.MsgOptionText("carte", false), slack.MsgOptionBlocks(button("b", "take", "1", "Prendre")))
	check(t, err)
	if !w.Quiet(quick) {
		t.Fatal("still trying")
	}
	a.mu.Lock()
	same(t, "event", []string{a.events[0].InnerEvent.Data.(*slackevents.MessageEvent).Text, a.headers[0].Get("X-Slack-Retry-Num")}, []string{"bonjour", ""})
	a.mu.Unlock()

	check(t, w.Click("U0ANNA", dm, ts, "take"))
	trigger := a.acts[0].TriggerID
	v, err := api.OpenView(trigger, closing("Clore"))
	check(t, err)
	a.answers(func(rw http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(rw).Encode(slack.NewErrorsViewSubmissionResponse(map[string]string{"when": "Trop tard"}))
	})
	answer, err := w.SubmitView("U0ANNA", v.View.ID, map[string]map[string]string{"outcome": {"pick": "lost"}})
	check(t, err)
	same(t, "answer", answer, slackfake.Answer{Action: "errors", Errors: map[string]string{"when": "Trop tard"}})
	a.answers(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, "Rien n'attend.") })
	check(t, w.Slash("U0ANNA", "/accueil", "file", dm))
	same(t, "command", []string{a.slashes[0].Command, a.slashes[0].Text}, []string{"/accueil", "file"})
	same(t, "shown", w.Ephemerals("U0ANNA")[0].Text(), "Rien n'attend.")
	same(t, "unacked", w.Unacked(), 0)
}

func TestARefusedEventComesAgainUnlessToldNot(t *testing.T) {
	w, _, a := subscribed(t, func(o *slackfake.Options) { o.Speed = 5000 })
	n := 0
	a.answers(func(rw http.ResponseWriter, _ *http.Request) {
		if n++; n < 3 {
			rw.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	dm := w.DM("U0ANNA")
	_, err := w.Write("U0ANNA", dm, "allô", "")
	check(t, err)
	if !w.Quiet(quick) {
		t.Fatal("still trying")
	}
	same(t, "tally", w.Tally(), slackfake.Deliveries{Events: 1, Tries: 3, Acked: 1, Refused: 2})
	same(t, "headers", []string{a.headers[1].Get("X-Slack-Retry-Num"), a.headers[2].Get("X-Slack-Retry-Num"), a.headers[2].Get("X-Slack-Retry-Reason")}, []string{"1", "2", "http_error"})

	a.answers(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("X-Slack-No-Retry", "1")
		rw.WriteHeader(http.StatusServiceUnavailable)
	})
	_, err = w.Write("U0ANNA", dm, "allô", "")
	check(t, err)
	if !w.Quiet(quick) {
		t.Fatal("still trying")
	}
	same(t, "lost at once", []int{w.Tally().Tries, w.Tally().Lost}, []int{4, 1})
}

func TestASlowAppIsSeenAsSuch(t *testing.T) {
	w, api, a := subscribed(t, func(o *slackfake.Options) { o.AckWithin, o.Speed = 50*time.Millisecond, 1e6 })
	a.answers(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(quick):
		}
	})
	dm := w.DM("U0ANNA")
	_, ts, err := api.PostMessage(dm, slack.MsgOptionText("carte", false), slack.MsgOptionBlocks(button("b", "take", "1", "Prendre")))
	check(t, err)
	if err := w.Click("U0ANNA", dm, ts, "take"); !errors.Is(err, slackfake.ErrNoAnswer) {
		t.Errorf("got %v", err)
	}
	if !w.Quiet(quick) {
		t.Fatal("still trying")
	}
	same(t, "unacked", w.Unacked(), 5)
}

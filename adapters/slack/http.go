package slack

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/slack-go/slack"

	"frontdesk/bot"
)

const (
	// maxBody bounds a signed request: the biggest is a form together with its view and what was put into it.
	maxBody = 1 << 20
	// Most are smaller than smallBody. Of the others so many are read at once: until it is read, anybody may
	// have sent it.
	smallBody, mostLarge = 64 << 10, 16
)

// Handler serves what Slack sends over HTTP: /slack/events, /slack/interactions and /slack/commands. A
// request without a signature that holds, more than five minutes old, or too large to be looked at, is
// answered 401; one that could not be kept, 503.
func (d *Desk) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /slack/events", d.signed(d.serveEvent))
	mux.HandleFunc("POST /slack/interactions", d.signed(d.serveInteraction))
	mux.HandleFunc("POST /slack/commands", d.signed(d.serveCommand))
	return mux
}

// signed hands the raw body of a request on, once its signature was found good.
func (d *Desk) signed(serve func(http.ResponseWriter, *http.Request, []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, why := d.verified(w, r)
		if why != "" {
			d.Log.Warn("a request that is not Slack's was refused", "path", r.URL.Path, "why", why)
			http.Error(w, "", http.StatusUnauthorized)
			return
		}
		serve(w, r, body)
	}
}

// verified returns the body, or why it is not to be believed.
func (d *Desk) verified(w http.ResponseWriter, r *http.Request) (body []byte, why string) {
	verifier, err := slack.NewSecretsVerifier(r.Header, d.SigningSecret)
	switch {
	case errors.Is(err, slack.ErrExpiredTimestamp):
		return nil, "too old or too new"
	case err != nil:
		return nil, "no signature"
	}
	body, err = d.read(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, "too large, one of too many that are large, or broken off"
	}
	if _, err := verifier.Write(body); err != nil || verifier.Ensure() != nil {
		return nil, "another signature"
	}
	return body, ""
}

// read takes a body in, a large one only while few are.
func (d *Desk) read(from io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(from, smallBody))
	if err != nil || len(body) < smallBody {
		return body, err
	}
	select {
	case d.inward.large <- struct{}{}:
		defer func() { <-d.inward.large }()
	default:
		return nil, bot.ErrTooMany
	}
	rest, err := io.ReadAll(from)
	return append(body, rest...), err
}

func (d *Desk) serveEvent(w http.ResponseWriter, r *http.Request, body []byte) {
	o, event, err := decodeEvent(body)
	switch {
	case err != nil:
		d.malformed("event") // 200: another attempt would bring the same
	case o.Type == outerVerification:
		writeJSON(w, map[string]string{"challenge": o.Challenge})
	case event == nil:
		d.aboutSubscription(r.Context(), o)
	default:
		attempt, _ := strconv.Atoi(r.Header.Get("X-Slack-Retry-Num"))
		d.serve(w, r, envelope{event: event, attempt: attempt})
	}
}

func (d *Desk) serveInteraction(w http.ResponseWriter, r *http.Request, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		d.malformed("interaction")
		return
	}
	i, err := decodeInteraction([]byte(form.Get("payload")))
	if err != nil {
		d.malformed("interaction")
		return
	}
	d.serve(w, r, envelope{interaction: i})
}

func (d *Desk) serveCommand(w http.ResponseWriter, r *http.Request, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("command") == "" {
		d.malformed("command")
		return
	}
	d.serve(w, r, envelope{command: commandOf(form)})
}

// serve waits until an envelope is kept, and answers.
func (d *Desk) serve(w http.ResponseWriter, r *http.Request, e envelope) {
	type kept struct {
		body any
		err  error
	}
	done := make(chan kept, 1)
	d.accept(r.Context(), e, func(body any, err error) { done <- kept{body, err} })
	k := <-done
	switch {
	case errors.Is(k.err, bot.ErrUnavailable), errors.Is(k.err, bot.ErrTooMany):
		http.Error(w, "", http.StatusServiceUnavailable)
	case k.err != nil:
		http.Error(w, "", http.StatusInternalServerError)
	case k.body != nil:
		writeJSON(w, k.body)
	}
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v) // who has gone away does not read it
}

func (d *Desk) malformed(what string) {
	d.Log.Error("Slack sent a body that cannot be read; it was let go", "kind", what)
}

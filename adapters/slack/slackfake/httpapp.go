package slackfake

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Endpoints are an app's request URLs when it is reached by signed HTTP in place of Socket Mode.
type Endpoints struct {
	Events       string
	Interactions string
	Commands     string // Interactions when empty
}

// ErrNoAnswer tells that the app was not reached, refused or took too long; the person saw a failure.
var ErrNoAnswer = errors.New("the app did not answer in time")

// Subscribe verifies the events URL as the platform does when it is entered, and sends everything to
// these URLs from then on.
func (w *Workspace) Subscribe(e Endpoints) error {
	challenge := "challenge-3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
	body, _ := json.Marshal(obj{"token": "fake-verification-token", "challenge": challenge, "type": "url_verification"})
	status, answer, _, err := w.send(e.Events, "application/json", body, nil)
	if err != nil {
		return fmt.Errorf("url_verification: %w", err)
	}
	var said struct{ Challenge string }
	if json.Unmarshal(answer, &said) != nil {
		said.Challenge = string(answer)
	}
	if status != http.StatusOK || said.Challenge != challenge {
		return fmt.Errorf("url_verification: status %d without the challenge", status)
	}
	if e.Commands == "" {
		e.Commands = e.Interactions
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.app = e
	return nil
}

// Sign is the v0 signature of a body at a time in Unix seconds.
func (w *Workspace) Sign(body []byte, at string) string {
	mac := hmac.New(sha256.New, []byte(w.SigningSecret))
	_, _ = fmt.Fprintf(mac, "v0:%s:%s", at, body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// send posts a signed body to the app, within the time in which it must answer.
func (w *Workspace) send(to, contentType string, body []byte, more map[string]string) (int, []byte, http.Header, error) {
	ctx, cancel := context.WithTimeout(w.ctx, w.AckWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	at := fmt.Sprint(time.Now().Unix())
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	r.Header.Set("X-Slack-Request-Timestamp", at)
	r.Header.Set("X-Slack-Signature", w.Sign(body, at))
	for name, value := range more {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	return answer.StatusCode, text, answer.Header, err
}

// try sends to the app and judges the answer.
func (w *Workspace) try(to, contentType string, body []byte, more map[string]string) verdict {
	w.mu.Lock()
	w.tally.Tries++
	down := w.down
	w.mu.Unlock()
	if down {
		return w.judge(verdict{reason: "connection_failed"}, &w.tally.Unreachable)
	}
	status, text, header, err := w.send(to, contentType, body, more)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return w.judge(verdict{reason: "http_timeout"}, &w.tally.Late)
	case err != nil:
		return w.judge(verdict{reason: "connection_failed"}, &w.tally.Unreachable)
	case status/100 != 2:
		return w.judge(verdict{reason: "http_error", final: header.Get("X-Slack-No-Retry") == "1"}, &w.tally.Refused)
	}
	return w.judge(verdict{ok: true, body: text}, &w.tally.Acked)
}

func (w *Workspace) postEvent(d *delivery, n int, reason string) verdict {
	body, err := json.Marshal(d.payload)
	if err != nil {
		return verdict{final: true}
	}
	var more map[string]string
	if n > 0 {
		more = map[string]string{"X-Slack-Retry-Num": fmt.Sprint(n), "X-Slack-Retry-Reason": reason}
	}
	w.mu.Lock()
	to := w.app.Events
	w.mu.Unlock()
	return w.try(to, "application/json", body, more)
}

// ask sends an interaction or a command once and answers what the app answered. Of a failure the person
// is told; it is not tried again.
func (w *Workspace) ask(kind, user, what string, payload obj) ([]byte, error) {
	w.mu.Lock()
	app := w.app
	w.tap(kind, payload)
	var v verdict
	if app.Events == "" {
		p := w.push(kind, payload, 0, "")
		w.mu.Unlock()
		v = w.await(p)
	} else {
		w.mu.Unlock()
		v = w.postForm(app, kind, payload)
	}
	if v.ok {
		return v.body, nil
	}
	w.fail(user, what, v.reason)
	return nil, ErrNoAnswer
}

func (w *Workspace) postForm(app Endpoints, kind string, payload obj) verdict {
	form, to := url.Values{}, app.Interactions
	if kind == "slash_commands" {
		to = app.Commands
		for name, value := range payload {
			form.Set(name, fmt.Sprint(value))
		}
	} else {
		body, err := json.Marshal(payload)
		if err != nil {
			return verdict{final: true}
		}
		form.Set("payload", string(body))
	}
	return w.try(to, "application/x-www-form-urlencoded", []byte(form.Encode()), nil)
}

// A Failure is what a person saw when the app did not answer.
type Failure struct {
	User string
	What string // such as "/accueil" or "prendre"
	Why  string // such as timeout or connection_failed
	At   time.Time
}

func (w *Workspace) fail(user, what, why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failures = append(w.failures, Failure{user, what, why, time.Now()})
	w.note()
}

// Failures are those that a person saw, oldest first; everybody's for "".
func (w *Workspace) Failures(user string) []Failure {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Failure
	for _, f := range w.failures {
		if user == "" || f.User == user {
			all = append(all, f)
		}
	}
	return all
}

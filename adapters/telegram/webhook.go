package telegram

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	api "github.com/go-telegram/bot"

	"frontdesk/bot"
)

// longestBody is far more than an update has.
const longestBody = 1 << 20

// Handler takes updates at the webhook. Telegram is answered 200 once what an update says is stored,
// and 503 within a second where it cannot be: then it comes again, and what follows in that chat waits.
func (c *Channel) Handler() http.Handler { return http.HandlerFunc(c.webhook) }

func (c *Channel) webhook(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if !c.fromTelegram(r.Header.Get("X-Telegram-Bot-Api-Secret-Token")) {
		c.Log.WarnContext(r.Context(), "telegram: somebody without the secret came to the webhook")
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longestBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		c.Log.WarnContext(r.Context(), "telegram: a body that is too large came to the webhook")
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil || !json.Valid(body) {
		c.Log.WarnContext(r.Context(), "telegram: a body that is no JSON came to the webhook", "bytes", len(body))
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	u, ok := c.decode(body)
	if !ok {
		return // 200: it would be the same each time, and hold up its chat for a day
	}
	if err := c.take(r.Context(), u); err != nil {
		c.sayNotKept(r.Context(), err)
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

// sayNotKept counts what the store does not take: the door says it once in the log. Anything else is a
// fault of its own.
func (c *Channel) sayNotKept(ctx context.Context, err error) {
	if !errors.Is(err, bot.ErrUnavailable) {
		c.Log.WarnContext(ctx, "telegram: an update was not kept; it will come again", "error", err)
		return
	}
	c.Log.DebugContext(ctx, "telegram: an update was not kept; it will come again", "error", err)
	if c.Away != nil {
		c.Away()
	}
}

// fromTelegram compares the secret in constant time, whatever is sent.
func (c *Channel) fromTelegram(secret string) bool {
	given, right := sha256.Sum256([]byte(secret)), sha256.Sum256([]byte(c.WebhookSecret))
	return c.WebhookSecret != "" && subtle.ConstantTimeCompare(given[:], right[:]) == 1
}

// decode reads an update. One of another shape than Telegram's is left aside, without its words.
func (c *Channel) decode(body []byte) (*update, bool) {
	var u update
	if err := json.Unmarshal(body, &u); err != nil || u.ID == 0 {
		c.Log.Error("telegram: an update cannot be read and is left aside", "bytes", len(body))
		return nil, false
	}
	return &u, true
}

// tellWebhook has Telegram send updates here. It tries until it succeeds or ctx ends.
func (c *Channel) tellWebhook(ctx context.Context) {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		_, err := c.api.SetWebhook(ctx, &api.SetWebhookParams{URL: c.WebhookURL, SecretToken: c.WebhookSecret, AllowedUpdates: wanted()})
		if err == nil {
			c.Log.InfoContext(ctx, "telegram: updates come to the webhook")
			return
		}
		if ctx.Err() != nil {
			return
		}
		c.Log.WarnContext(ctx, "telegram: the webhook was not set; trying again", "wait", wait, "error", c.verdict(0, err))
		if !sleep(ctx, wait) {
			return
		}
	}
}

// sleep is false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

package telegramfake

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A queued update waits until the bot has it.
type queued struct {
	id   int64
	chat int64
	body json.RawMessage
}

type webhook struct{ url, secret string }

// enqueue makes an update of something that happened, if the bot wants its kind. It is under s.mu.
func (s *Server) enqueue(chat int64, kind string, what any) {
	wanted := len(s.allowed) == 0 || slices.Contains(s.allowed, kind)
	if !wanted {
		return
	}
	s.lastUpdate++
	body := mustJSON(map[string]any{"update_id": s.lastUpdate, kind: what})
	s.push(chat, s.lastUpdate, body)
}

// Inject queues an update as it is, under the next update_id, for bodies that this server does not make.
func (s *Server) Inject(chat int64, fields map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastUpdate++
	fields["update_id"] = s.lastUpdate
	s.push(chat, s.lastUpdate, mustJSON(fields))
}

func (s *Server) push(chat, id int64, body []byte) {
	s.queue = append(s.queue, &queued{id, chat, body})
	s.touch()
	s.kick()
}

// Pending is how many updates the bot does not have yet.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)
}

func (s *Server) setWebhook(p map[string]string) answer {
	u, err := url.Parse(p["url"])
	local := err == nil && slices.Contains([]string{"127.0.0.1", "::1", "localhost"}, u.Hostname())
	secret := p["secret_token"]
	switch {
	case p["url"] == "":
		s.webhook = webhook{}
		return ok(true)
	case err != nil || u.Host == "" || u.Scheme != "https" && !local:
		return bad("bad webhook: An HTTPS URL must be provided for webhook")
	case len(secret) > 256 || strings.Trim(secret, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != "":
		return bad("secret token contains unallowed characters")
	}
	s.webhook = webhook{p["url"], secret}
	s.allow(p)
	if p["drop_pending_updates"] == "true" {
		s.queue = nil
	}
	s.touch()
	s.kick()
	return ok(true)
}

func (s *Server) allow(p map[string]string) {
	if p["allowed_updates"] != "" {
		s.allowed = nil
		_ = json.Unmarshal([]byte(p["allowed_updates"]), &s.allowed) // what is no list allows everything
	}
}

// kick has updates on their way to the webhook: chats beside each other, each in order. It is under s.mu.
func (s *Server) kick() {
	if s.webhook.url == "" || s.ctx.Err() != nil {
		return
	}
	for _, q := range s.queue {
		if !s.working[q.chat] {
			s.working[q.chat] = true
			s.work.Go(func() { s.bring(q.chat) })
		}
	}
}

// bring delivers one chat's updates until there are none. One that is not taken is tried again, and
// those behind it wait.
func (s *Server) bring(chat int64) {
	wait := s.options.RetryEvery
	for {
		s.mu.Lock()
		i := slices.IndexFunc(s.queue, func(q *queued) bool { return q.chat == chat })
		hook := s.webhook
		if i < 0 || hook.url == "" || s.ctx.Err() != nil {
			delete(s.working, chat)
			s.mu.Unlock()
			return
		}
		q := s.queue[i]
		s.mu.Unlock()
		if s.post(hook, q) {
			wait = s.options.RetryEvery
			s.mu.Lock()
			s.queue = slices.DeleteFunc(s.queue, func(other *queued) bool { return other == q })
			s.touch()
			s.mu.Unlock()
			continue
		}
		select {
		case <-s.ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, 10*time.Second)
	}
}

func (s *Server) post(hook webhook, q *queued) bool {
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, hook.url, bytes.NewReader(q.body))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	if hook.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", hook.secret)
	}
	res, err := s.options.HTTP.Do(req)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode >= 200 && res.StatusCode < 300
}

const conflict = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"

// getUpdates confirms everything before the offset and waits for the first update from there on.
func (s *Server) getUpdates(ctx context.Context, p map[string]string) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.webhook.url != "" {
		return refuse(http.StatusConflict, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	s.allow(p)
	offset := number(p["offset"])
	s.queue = slices.DeleteFunc(s.queue, func(q *queued) bool { return q.id < offset })
	s.reader++
	me := s.reader
	s.touch()
	limit := int(number(p["limit"]))
	if limit < 1 || limit > 100 {
		limit = 100
	}
	end := time.NewTimer(time.Duration(number(p["timeout"])) * time.Second)
	defer end.Stop()
	for len(s.queue) == 0 {
		changed := s.changed
		s.mu.Unlock()
		over := false
		select {
		case <-changed:
		case <-ctx.Done():
			over = true
		case <-s.ctx.Done():
			over = true
		case <-end.C:
			over = true
		}
		s.mu.Lock()
		if s.reader != me {
			return refuse(http.StatusConflict, conflict)
		}
		if over {
			break
		}
	}
	batch := []json.RawMessage{}
	for _, q := range s.queue[:min(limit, len(s.queue))] {
		batch = append(batch, q.body)
	}
	return ok(batch)
}

package slackfake

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A response URL works five times, for half an hour.
const (
	replyUses = 5
	replyLife = 30 * time.Minute
)

// A replyURL lets the app answer an interaction or a command where it happened.
type replyURL struct {
	channel   *channel
	user      string
	ts        string // of the message that was clicked in
	thread    string
	ephemeral bool // that message
	uses      int
	born      time.Time
}

// replyURL gives a response URL out. The caller holds the lock.
func (w *Workspace) replyURL(r *replyURL) string {
	r.born = time.Now()
	id := w.id("reply-")
	w.replies[id] = r
	return w.base + "/response/" + id
}

// A replyBody is what the app posts to a response URL, or answers to a command.
type replyBody struct {
	Text            string          `json:"text"`
	Blocks          json.RawMessage `json:"blocks"`
	ResponseType    string          `json:"response_type"`
	ReplaceOriginal bool            `json:"replace_original"`
	DeleteOriginal  bool            `json:"delete_original"`
	ThreadTS        string          `json:"thread_ts"`
}

func (w *Workspace) serveReplyURL(rw http.ResponseWriter, r *http.Request, id string) {
	how := w.fault("response_url")
	if how.before(rw, r) {
		return
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	var body replyBody
	if json.Unmarshal(raw, &body) != nil {
		reply(rw, http.StatusBadRequest, obj{"ok": false, "error": "invalid_payload"})
		return
	}
	w.mu.Lock()
	w.calls["response_url"]++
	to := w.replies[id]
	switch {
	case how.kind == errorCode:
		err = says(how.code)
	case to == nil, time.Since(to.born) > replyLife:
		err = says("expired_url")
	case to.uses == replyUses:
		err = says("used_url")
	default:
		to.uses++
		err = w.answer(to, body)
	}
	w.mu.Unlock()
	if how.after(r) {
		return
	}
	if err != nil {
		reply(rw, http.StatusNotFound, failure(err))
		return
	}
	reply(rw, http.StatusOK, obj{"ok": true})
}

// showAnswer shows what the app answered to a command at once: nothing, a text, or a message.
func (w *Workspace) showAnswer(to *replyURL, raw []byte) error {
	if text := strings.TrimSpace(string(raw)); text == "" || text == "null" || text == "{}" {
		return nil
	}
	var body replyBody
	if json.Unmarshal(raw, &body) != nil {
		body.Text = string(raw)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.answer(to, body)
}

// answer does what the app answered. The caller holds the lock.
func (w *Workspace) answer(to *replyURL, body replyBody) error {
	if body.DeleteOriginal {
		return w.eraseOriginal(to)
	}
	what, err := w.content(&call{args: map[string]string{"text": body.Text, "blocks": string(body.Blocks)}})
	if err != nil {
		return err
	}
	thread := body.ThreadTS
	switch m := to.channel.byTS[to.ts]; {
	case body.ReplaceOriginal && to.ephemeral:
		i := slices.IndexFunc(w.seen, func(s Message) bool { return s.TS == to.ts })
		if i < 0 {
			return says("message_not_found")
		}
		w.seen[i].Mrkdwn, w.seen[i].Blocks = what.text, what.blocks
		w.note()
	case body.ReplaceOriginal && m != nil && m.bot:
		w.rewrite(m, what)
	case body.ResponseType == "in_channel":
		w.post(to.channel, what, thread, false)
	default:
		w.whisper(to.channel, to.user, what, thread)
	}
	return nil
}

func (w *Workspace) eraseOriginal(to *replyURL) error {
	m := to.channel.byTS[to.ts]
	switch {
	case to.ephemeral:
		w.seen = slices.DeleteFunc(w.seen, func(s Message) bool { return s.TS == to.ts })
		w.note()
	case m != nil && m.bot:
		w.remove(m)
	default:
		return says("message_not_found")
	}
	return nil
}

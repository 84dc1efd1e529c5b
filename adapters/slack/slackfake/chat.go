package slackfake

import (
	"encoding/json"
	"strings"
)

// longest is how much text a message holds, in characters; the rest is cut. longestUpdate is how much an
// update may bring, in bytes after escaping (gitlab-org/gitlab!258898 found that it is bytes).
const (
	longest       = 40000
	longestUpdate = 4000
)

// A content is what somebody posts.
type content struct {
	text                       string
	blocks, attached, metadata json.RawMessage
}

// content reads and checks what a call wants to post.
func (w *Workspace) content(c *call) (content, error) {
	out := content{text: c.arg("text")}
	if raw := c.arg("blocks"); raw != "" && raw != "[]" && raw != "null" {
		blocks, err := w.checkBlocks(json.RawMessage(raw), 50, false)
		if err != nil {
			return out, err
		}
		out.blocks = blocks
	}
	if raw := c.arg("attachments"); raw != "" && raw != "[]" && raw != "null" {
		if !json.Valid([]byte(raw)) {
			return out, says("invalid_attachments")
		}
		out.attached = json.RawMessage(raw)
	}
	if raw := c.arg("metadata"); raw != "" {
		var m struct {
			EventType    string          `json:"event_type"`
			EventPayload json.RawMessage `json:"event_payload"`
		}
		if json.Unmarshal([]byte(raw), &m) != nil {
			return out, says("invalid_metadata_format")
		}
		if m.EventType != "" {
			out.metadata = json.RawMessage(raw)
		}
	}
	if strings.TrimSpace(out.text) == "" && out.blocks == nil && out.attached == nil {
		return out, says("no_text")
	}
	return out, nil
}

// target finds where a call wants to post: a channel that the app is in, or a person.
func (w *Workspace) target(id string) (*channel, error) {
	if u := w.users[id]; u != nil {
		if u.deleted {
			return nil, says("user_disabled")
		}
		return w.dm(id), nil
	}
	return w.inside(id)
}

func chatPostMessage(w *Workspace, c *call) (obj, error) {
	ch, err := w.target(c.arg("channel"))
	if err != nil {
		return nil, err
	}
	what, err := w.content(c)
	if err != nil {
		return nil, err
	}
	if runes := []rune(what.text); len(runes) > longest {
		what.text = string(runes[:longest])
	}
	thread, err := threadOf(ch, c.arg("thread_ts"))
	if err != nil {
		return nil, err
	}
	m := w.post(ch, what, thread, c.flag("reply_broadcast"))
	if name := c.arg("username"); name != "" && w.granted("chat:write.customize") {
		m.username = name
	}
	return obj{"channel": ch.id, "ts": m.ts, "message": w.messageJSON(m, true)}, nil
}

// threadOf finds the thread of a reply. The platform posts a reply to what is gone into the channel.
func threadOf(ch *channel, ts string) (string, error) {
	root := ch.byTS[ts]
	switch {
	case ts == "" || root == nil:
		return "", nil
	case root.thread != "" && root.thread != root.ts:
		return "", says("cannot_reply_to_message")
	}
	return ts, nil
}

// post adds a message of the app and tells.
func (w *Workspace) post(ch *channel, what content, thread string, cast bool) *message {
	m := w.add(ch, &message{
		user: w.BotUser, bot: true, text: what.text, blocks: what.blocks, attached: what.attached,
		metadata: what.metadata, thread: thread, cast: cast && thread != "",
	})
	if m.cast {
		m.subtype = "thread_broadcast"
	}
	w.checkMarkup(ch.id, m.ts, m.text, m.blocks)
	w.tellMessage(m)
	return m
}

func chatPostEphemeral(w *Workspace, c *call) (obj, error) {
	ch, err := w.inside(c.arg("channel"))
	if err != nil {
		return nil, err
	}
	who := c.arg("user")
	if !ch.members[who] {
		return nil, says("user_not_in_channel")
	}
	what, err := w.content(c)
	if err != nil {
		return nil, err
	}
	return obj{"message_ts": w.whisper(ch, who, what, c.arg("thread_ts"))}, nil
}

// whisper shows a message to one person.
func (w *Workspace) whisper(ch *channel, who string, what content, thread string) string {
	ts := w.stamp()
	w.seen = append(w.seen, Message{
		Channel: ch.id, TS: ts, ThreadTS: thread, User: w.BotUser, Bot: true, Mrkdwn: what.text,
		Blocks: what.blocks, Ephemeral: true, To: who,
	})
	w.checkMarkup(ch.id, ts, what.text, what.blocks)
	w.note()
	return ts
}

// own finds a message of the app that a call wants to change.
func (w *Workspace) own(c *call, cant string) (*message, error) {
	ch, err := w.inside(c.arg("channel"))
	if err != nil {
		return nil, err
	}
	m := ch.byTS[c.arg("ts")]
	switch {
	case m == nil || m.grave:
		return nil, says("message_not_found")
	case !m.bot:
		return nil, says(cant)
	}
	return m, nil
}

func chatUpdate(w *Workspace, c *call) (obj, error) {
	m, err := w.own(c, "cant_update_message")
	if err != nil {
		return nil, err
	}
	what, err := w.content(c)
	if err != nil && !(err.Error() == "no_text" && c.arg("metadata") != "") {
		return nil, err
	}
	if len(what.text) > longestUpdate {
		return nil, says("msg_too_long")
	}
	w.rewrite(m, what)
	return obj{"channel": m.channel.id, "ts": m.ts, "text": m.text, "message": w.messageJSON(m, true)}, nil
}

// rewrite gives a message of the app new content, and tells. Blocks stay only where neither text nor blocks
// come; an update with blocks is not shown as edited (docs.slack.dev/reference/methods/chat.update).
func (w *Workspace) rewrite(m *message, what content) {
	before := w.messageJSON(m, true)
	if what.text != "" || what.blocks != nil {
		m.text, m.blocks = what.text, what.blocks
	}
	if what.attached != nil {
		m.attached = what.attached
	}
	if what.metadata != nil {
		m.metadata = what.metadata
	}
	if what.blocks == nil {
		m.edited, m.editor = w.stamp(), w.BotUser
	}
	w.checkMarkup(m.channel.id, m.ts, m.text, m.blocks)
	w.tellChanged(m, before)
	w.note()
}

func chatDelete(w *Workspace, c *call) (obj, error) {
	m, err := w.own(c, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	w.remove(m)
	return obj{"channel": m.channel.id, "ts": m.ts}, nil
}

func chatGetPermalink(w *Workspace, c *call) (obj, error) {
	ch, err := w.visible(c.arg("channel"), w.BotUser)
	if err != nil {
		return nil, err
	}
	m := ch.byTS[c.arg("message_ts")]
	if m == nil {
		return nil, says("message_not_found")
	}
	link := w.base + "/archives/" + ch.id + "/p" + strings.ReplaceAll(m.ts, ".", "")
	if m.thread != "" && m.thread != m.ts {
		link += "?thread_ts=" + m.thread + "&cid=" + ch.id
	}
	return obj{"channel": ch.id, "permalink": link}, nil
}

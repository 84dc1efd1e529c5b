package slackfake

import (
	"encoding/json"
	"slices"
)

type message struct {
	channel  *channel
	ts       string
	thread   string // ts of the root; also of a root that has replies
	user     string
	subtype  string
	text     string
	inviter  string
	username string
	bot      bool // posted by the app
	blocks   json.RawMessage
	attached json.RawMessage
	metadata json.RawMessage
	files    []*file
	edited   string // ts of the last edit
	editor   string
	cast     bool // a reply shown in the channel as well
	grave    bool // the tombstone of a root with replies
	reacted  []reaction
	state    map[string]map[string]obj // by user: what was chosen in the message, block and action ids joined
}

type reaction struct {
	name  string
	users []string
}

// add puts a message where it belongs, with a ts of its own.
func (w *Workspace) add(ch *channel, m *message) *message {
	m.channel, m.ts = ch, w.stamp()
	ch.messages = append(ch.messages, m)
	ch.byTS[m.ts] = m
	if root := ch.byTS[m.thread]; root != nil {
		root.thread = root.ts
	}
	w.note()
	return m
}

// root says whether a message stands in the channel itself.
func (m *message) root() bool { return m.thread == "" || m.thread == m.ts || m.cast }

func (m *message) replies() []*message {
	var all []*message
	for _, other := range m.channel.messages {
		if other.thread == m.ts && other != m {
			all = append(all, other)
		}
	}
	return all
}

// messageJSON is a message as history, events and interactions carry it.
func (w *Workspace) messageJSON(m *message, withMetadata bool) obj {
	if m.grave {
		return w.graveJSON(m)
	}
	o := obj{"type": "message", "user": m.user, "text": m.text, "ts": m.ts, "team": w.TeamID}
	set := func(name string, value any, is bool) {
		if is {
			o[name] = value
		}
	}
	set("subtype", m.subtype, m.subtype != "")
	set("inviter", m.inviter, m.inviter != "")
	set("username", m.username, m.username != "")
	set("blocks", m.blocks, m.blocks != nil)
	set("attachments", m.attached, m.attached != nil)
	set("metadata", m.metadata, m.metadata != nil && withMetadata)
	set("edited", obj{"user": m.editor, "ts": m.edited}, m.edited != "")
	if m.bot {
		o["bot_id"], o["app_id"] = w.BotID, w.AppID
		o["bot_profile"] = obj{"id": w.BotID, "app_id": w.AppID, "name": w.BotName, "team_id": w.TeamID, "deleted": false, "updated": w.began.Unix(), "icons": obj{}}
	} else if m.subtype == "" {
		o["client_msg_id"] = clientID(m.ts)
	}
	if len(m.files) > 0 {
		var files []obj
		for _, f := range m.files {
			files = append(files, w.fileJSON(f))
		}
		o["files"], o["upload"], o["display_as_bot"] = files, true, false
	}
	if len(m.reacted) > 0 {
		o["reactions"] = reactionsJSON(m)
	}
	w.threadJSON(m, o)
	return o
}

// threadJSON adds what a message tells of its thread.
func (w *Workspace) threadJSON(m *message, o obj) {
	if m.thread == "" {
		return
	}
	o["thread_ts"] = m.thread
	if m.thread != m.ts {
		if root := m.channel.byTS[m.thread]; root != nil {
			o["parent_user_id"] = root.user
		}
		return
	}
	replies := m.replies()
	if len(replies) == 0 {
		delete(o, "thread_ts")
		return
	}
	var users []string
	for _, r := range replies {
		if !slices.Contains(users, r.user) {
			users = append(users, r.user)
		}
	}
	o["reply_count"], o["reply_users"], o["reply_users_count"] = len(replies), users, len(users)
	o["latest_reply"], o["is_locked"], o["subscribed"] = replies[len(replies)-1].ts, false, false
}

func (w *Workspace) graveJSON(m *message) obj {
	o := obj{"type": "message", "subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT", "hidden": true, "ts": m.ts}
	w.threadJSON(m, o)
	return o
}

func reactionsJSON(m *message) []obj {
	var all []obj
	for _, r := range m.reacted {
		all = append(all, obj{"name": r.name, "users": r.users, "count": len(r.users)})
	}
	return all
}

// clientID is the id that the client of a person gives what they write.
func clientID(ts string) string {
	digits := ts[:10] + ts[11:]
	return "c1e00000-" + digits[:4] + "-4" + digits[4:7] + "-8" + digits[7:10] + "-" + "000000" + digits[10:]
}

// remove takes a message away; a root with replies leaves a tombstone. It answers what was there.
func (w *Workspace) remove(m *message) {
	before := w.messageJSON(m, true)
	ch := m.channel
	if len(m.replies()) > 0 && m.thread == m.ts {
		m.grave = true
		w.tellChanged(m, before)
		w.note()
		return
	}
	ch.messages = slices.DeleteFunc(ch.messages, func(other *message) bool { return other == m })
	delete(ch.byTS, m.ts)
	if root := ch.byTS[m.thread]; root != nil && root.grave && len(root.replies()) == 0 {
		ch.messages = slices.DeleteFunc(ch.messages, func(other *message) bool { return other == root })
		delete(ch.byTS, root.ts)
	}
	w.tellDeleted(m, before)
	w.note()
}

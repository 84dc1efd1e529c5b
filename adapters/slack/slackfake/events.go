package slackfake

import (
	"slices"
	"strings"
	"time"
)

// tell sends an event to the app if it subscribed to the kind and was given the scope. Events of one
// lane are sent in order. The caller holds the lock.
func (w *Workspace) tell(kind, scope, lane string, event obj) {
	if w.Events != nil && !slices.Contains(w.Events, kind) {
		return
	}
	if scope != "" && !w.granted(scope) {
		return
	}
	if _, has := event["event_ts"]; !has {
		event["event_ts"] = w.stamp()
	}
	id := w.id("Ev")
	w.deliver(&delivery{id: id, lane: lane, payload: obj{
		"token": "fake-verification-token", "team_id": w.TeamID, "context_team_id": w.TeamID, "context_enterprise_id": nil,
		"api_app_id": w.AppID, "event": event, "type": "event_callback", "event_id": id, "event_time": time.Now().Unix(),
		"authorizations":        []obj{{"enterprise_id": nil, "team_id": w.TeamID, "user_id": w.BotUser, "is_bot": true, "is_enterprise_install": false}},
		"is_ext_shared_channel": false, "event_context": "4-" + id,
	}})
}

// tellIn tells of something in a channel that the app is in.
func (w *Workspace) tellIn(ch *channel, kind string, event obj) {
	if ch.members[w.BotUser] {
		w.tell(kind, ch.family()+":read", ch.id, event)
	}
}

// tellMessage tells of a new message, the app's own included, and of a mention in it.
func (w *Workspace) tellMessage(m *message) {
	event := w.messageJSON(m, true)
	if m.thread == m.ts {
		delete(event, "thread_ts")
	}
	w.tellAbout(m.channel, event, m.ts)
	if !m.bot && strings.Contains(m.text, "<@"+w.BotUser+">") && m.channel.with == "" && m.channel.members[w.BotUser] {
		mention := obj{"type": "app_mention", "user": m.user, "text": m.text, "ts": m.ts, "channel": m.channel.id, "team": w.TeamID, "event_ts": m.ts}
		if m.thread != "" {
			mention["thread_ts"] = m.thread
		}
		w.tell("app_mention", "app_mentions:read", m.channel.id, mention)
	}
}

// tellAbout sends a message event in the way of the channel's kind.
func (w *Workspace) tellAbout(ch *channel, event obj, ts string) {
	if !ch.members[w.BotUser] {
		return
	}
	event["channel"], event["channel_type"], event["event_ts"] = ch.id, ch.kind(), ts
	w.tell("message."+ch.family(), ch.family()+":history", ch.id, event)
}

// tellChanged tells that a message is another than before.
func (w *Workspace) tellChanged(m *message, before obj) {
	ts := w.stamp()
	w.tellAbout(m.channel, obj{
		"type": "message", "subtype": "message_changed", "hidden": true, "ts": ts,
		"message": w.messageJSON(m, true), "previous_message": before,
	}, ts)
}

// tellDeleted tells that a message is gone: the event itself has no thread_ts, its previous_message has.
func (w *Workspace) tellDeleted(m *message, before obj) {
	ts := w.stamp()
	w.tellAbout(m.channel, obj{
		"type": "message", "subtype": "message_deleted", "hidden": true, "ts": ts, "deleted_ts": m.ts, "previous_message": before,
	}, ts)
}

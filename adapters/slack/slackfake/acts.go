package slackfake

import (
	"encoding/json"
	"regexp"
	"time"
)

// member finds a person and a channel that they are in.
func (w *Workspace) member(user, id string) (*channel, error) {
	if _, err := w.person(user); err != nil {
		return nil, err
	}
	ch, err := w.visible(id, user)
	switch {
	case err != nil:
		return nil, err
	case !ch.members[user]:
		return nil, says("not_in_channel")
	case ch.archived:
		return nil, says("is_archived")
	}
	return ch, nil
}

var bareLink = regexp.MustCompile(`https?://[^\s<>]+`)

// typed is what the client makes of what a person typed.
func typed(text string) string {
	return bareLink.ReplaceAllString(escape(text), "<$0>")
}

// Write posts what a person typed, in a thread unless threadTS is "", and answers its ts. What they typed
// is escaped, and links are marked, as Slack's client does.
func (w *Workspace) Write(user, channel, text, threadTS string) (string, error) {
	return w.write(user, channel, typed(text), threadTS, nil)
}

// WriteMarkup posts mrkdwn as it stands, for mentions and links that the client made.
func (w *Workspace) WriteMarkup(user, channel, mrkdwn, threadTS string) (string, error) {
	return w.write(user, channel, mrkdwn, threadTS, nil)
}

// Upload posts a message with a file in it.
func (w *Workspace) Upload(user, channel, text, threadTS, name string, data []byte) (string, error) {
	f := &file{name: name, title: name, owner: user, size: len(data), data: data, created: time.Now()}
	return w.write(user, channel, typed(text), threadTS, f)
}

func (w *Workspace) write(user, channel, text, threadTS string, f *file) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.member(user, channel)
	if err != nil {
		return "", err
	}
	if threadTS != "" && ch.byTS[threadTS] == nil {
		return "", says("thread_not_found")
	}
	m := w.add(ch, &message{user: user, text: text, thread: threadTS})
	m.blocks = richText(w.id("b"), text)
	if f != nil {
		f.id = w.id("F")
		w.files[f.id] = f
		w.share(m, []*file{f})
		return m.ts, nil
	}
	w.tellMessage(m)
	return m.ts, nil
}

// richText is the block that the client adds to what a person wrote.
func richText(id, text string) json.RawMessage {
	if text == "" {
		return nil
	}
	raw, err := json.Marshal([]obj{{"type": "rich_text", "block_id": id, "elements": []obj{
		{"type": "rich_text_section", "elements": []obj{{"type": "text", "text": plain(text)}}},
	}}})
	if err != nil {
		return nil
	}
	return raw
}

// theirs finds a message that a person wrote.
func (w *Workspace) theirs(user, channel, ts string) (*message, error) {
	ch, err := w.member(user, channel)
	if err != nil {
		return nil, err
	}
	m := ch.byTS[ts]
	if m == nil || m.user != user || m.grave {
		return nil, says("message_not_found")
	}
	return m, nil
}

// Edit changes what a person wrote.
func (w *Workspace) Edit(user, channel, ts, text string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	m, err := w.theirs(user, channel, ts)
	if err != nil {
		return err
	}
	before := w.messageJSON(m, true)
	m.text = typed(text)
	m.blocks = richText(w.id("b"), m.text)
	m.edited, m.editor = w.stamp(), user
	w.tellChanged(m, before)
	w.note()
	return nil
}

// Delete takes away what a person wrote.
func (w *Workspace) Delete(user, channel, ts string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	m, err := w.theirs(user, channel, ts)
	if err != nil {
		return err
	}
	w.remove(m)
	return nil
}

// Purge deletes any message, the app's included, as an owner of the workspace or its retention does.
func (w *Workspace) Purge(channel, ts string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := w.channels[channel]
	if ch == nil || ch.byTS[ts] == nil {
		return says("message_not_found")
	}
	w.remove(ch.byTS[ts])
	return nil
}

// Touch tells that a message changed although its text did not, as after an unfurled link.
func (w *Workspace) Touch(channel, ts string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := w.channels[channel]
	if ch == nil || ch.byTS[ts] == nil {
		return says("message_not_found")
	}
	m := ch.byTS[ts]
	before := w.messageJSON(m, true)
	m.attached = json.RawMessage(`[{"id":1,"title":"Example Domain","from_url":"https://example.org/","original_url":"https://example.org/","fallback":"Example Domain"}]`)
	w.tellChanged(m, before)
	w.note()
	return nil
}

// React puts an emoji, named without colons, under a message; Unreact takes it away.
func (w *Workspace) React(user, channel, ts, emoji string) error {
	return w.emoji(user, channel, ts, emoji, (*Workspace).react)
}

// Unreact takes a person's emoji away.
func (w *Workspace) Unreact(user, channel, ts, emoji string) error {
	return w.emoji(user, channel, ts, emoji, (*Workspace).unreact)
}

func (w *Workspace) emoji(user, channel, ts, emoji string, do func(*Workspace, *message, string, string) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.member(user, channel)
	if err != nil {
		return err
	}
	if ch.byTS[ts] == nil {
		return says("message_not_found")
	}
	return do(w, ch.byTS[ts], user, emoji)
}

// JoinChannel puts a person, or the app's bot user, into a channel.
func (w *Workspace) JoinChannel(user, channel string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.person(user); err != nil {
		return err
	}
	ch := w.channels[channel]
	switch {
	case ch == nil:
		return says("channel_not_found")
	case ch.members[user]:
		return says("already_in_channel")
	}
	w.join(ch, user, "")
	return nil
}

// LeaveChannel takes a person, or the app's bot user, out of a channel.
func (w *Workspace) LeaveChannel(user, channel string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := w.channels[channel]
	if ch == nil || !ch.members[user] {
		return says("not_in_channel")
	}
	w.leave(ch, user)
	return nil
}

// Rename gives a channel another name.
func (w *Workspace) Rename(channel, name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := w.channels[channel]
	if ch == nil {
		return says("channel_not_found")
	}
	w.rename(ch, name)
	return nil
}

// Archive closes a channel.
func (w *Workspace) Archive(channel string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := w.channels[channel]
	if ch == nil {
		return says("channel_not_found")
	}
	w.archive(ch, "")
	return nil
}

// Unarchive opens a channel again.
func (w *Workspace) Unarchive(channel string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := w.channels[channel]
	if ch == nil {
		return says("channel_not_found")
	}
	ch.archived = false
	kind := ch.kind() + "_unarchive"
	w.tellIn(ch, kind, obj{"type": kind, "channel": ch.id, "user": ""})
	w.note()
	return nil
}

// Deactivate ends a person's account: they leave all channels, and user_change tells of it.
func (w *Workspace) Deactivate(user string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, err := w.person(user)
	if err != nil {
		return err
	}
	u.deleted, u.updated = true, time.Now()
	for _, ch := range w.order {
		if ch.with == "" {
			delete(ch.members, user)
		}
	}
	w.tell("user_change", "users:read", user, obj{"type": "user_change", "user": w.userJSON(u), "cache_ts": time.Now().Unix()})
	w.note()
	return nil
}

// OpenHome opens the app's Home tab; OpenMessages the direct messages with it.
func (w *Workspace) OpenHome(user string) { w.openApp(user, "home") }

// OpenMessages opens a person's direct messages with the app.
func (w *Workspace) OpenMessages(user string) { w.openApp(user, "messages") }

func (w *Workspace) openApp(user, tab string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	event := obj{"type": "app_home_opened", "user": user, "channel": w.dm(user).id, "tab": tab, "event_ts": w.stamp()}
	if home := w.homes[user]; home != nil && tab == "home" {
		event["view"] = w.viewJSON(home)
	}
	w.tell("app_home_opened", "", user, event)
}

// Revoke ends the app's installation: tokens stop to work, and the app is told.
func (w *Workspace) Revoke() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tell("tokens_revoked", "", "app", obj{"type": "tokens_revoked", "tokens": obj{"oauth": []string{}, "bot": []string{w.BotUser}}})
	w.tell("app_uninstalled", "", "app", obj{"type": "app_uninstalled"})
	w.trouble = "token_revoked"
}

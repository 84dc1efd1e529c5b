package slackfake

import (
	"encoding/json"
	"maps"
	"slices"
)

// A Message is what people see of one.
type Message struct {
	Channel   string
	TS        string
	ThreadTS  string // of the thread it stands in or begins; "" outside threads
	User      string
	Bot       bool            // posted by the app
	Subtype   string          // such as file_share; "" for most
	Mrkdwn    string          // the text as it was sent; the fallback where there are blocks
	Blocks    json.RawMessage // nil where there are none
	Metadata  json.RawMessage
	Edited    bool
	Tombstone bool // its root was deleted, its replies were not
	Ephemeral bool
	To        string // who sees an ephemeral message
	Files     []string
	Replies   int
	Reactions []Reaction
}

// A Reaction is an emoji under a message, and whose it is.
type Reaction struct {
	Name  string
	Users []string
}

// Text is what a person reads: blocks flattened, labels of buttons in [brackets].
func (m Message) Text() string {
	if m.Tombstone {
		return "This message was deleted."
	}
	if m.Blocks == nil {
		return plain(m.Mrkdwn)
	}
	return reading(decode(m.Blocks))
}

// A View is a modal or a Home tab as a person sees it.
type View struct {
	ID, CallbackID, ExternalID string
	Title, Submit, Close       string
	PrivateMetadata            string
	Hash                       string
	Blocks                     json.RawMessage
	Errors                     map[string]string // block id → what the app found wrong
	State                      json.RawMessage   // what is entered, as the platform writes it
}

// Text is what a person reads in a view, the title and the buttons below included.
func (v View) Text() string {
	text := reading(decode(v.Blocks))
	if v.Title != "" {
		text = v.Title + "\n" + text
	}
	for _, block := range slices.Sorted(maps.Keys(v.Errors)) {
		text += "\n! " + v.Errors[block]
	}
	if v.Submit != "" {
		text += "\n[" + v.Submit + "]"
	}
	return text
}

func (w *Workspace) show(m *message) Message {
	s := Message{
		Channel: m.channel.id, TS: m.ts, ThreadTS: m.thread, User: m.user, Bot: m.bot, Subtype: m.subtype, Mrkdwn: m.text,
		Blocks: m.blocks, Metadata: m.metadata, Edited: m.edited != "", Tombstone: m.grave,
	}
	if m.thread == m.ts {
		s.Replies = len(m.replies())
	}
	for _, f := range m.files {
		s.Files = append(s.Files, f.name)
	}
	for _, r := range m.reacted {
		s.Reactions = append(s.Reactions, Reaction{r.name, slices.Clone(r.users)})
	}
	if !m.bot {
		s.Blocks = nil // a person reads what was typed; the client's rich text says the same
	}
	return s
}

// notice says whether a message is the platform's own, such as that somebody joined.
func (m *message) notice() bool {
	return slices.Contains([]string{"channel_join", "channel_leave", "channel_topic"}, m.subtype)
}

// Messages are those of a channel outside threads, oldest first, without the platform's own notices.
func (w *Workspace) Messages(channel string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Message
	if ch := w.channels[channel]; ch != nil {
		for _, m := range ch.messages {
			if m.root() && !m.notice() {
				all = append(all, w.show(m))
			}
		}
	}
	return all
}

// Thread is a thread: its root, then the replies.
func (w *Workspace) Thread(channel, ts string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := w.channels[channel]
	if ch == nil || ch.byTS[ts] == nil {
		return nil
	}
	all := []Message{w.show(ch.byTS[ts])}
	for _, m := range ch.byTS[ts].replies() {
		all = append(all, w.show(m))
	}
	return all
}

// Message finds one message.
func (w *Workspace) Message(channel, ts string) (Message, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ch := w.channels[channel]; ch != nil && ch.byTS[ts] != nil {
		return w.show(ch.byTS[ts]), true
	}
	return Message{}, false
}

// Ephemerals are the messages that only this person sees, oldest first.
func (w *Workspace) Ephemerals(user string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Message
	for _, m := range w.seen {
		if m.To == user {
			all = append(all, m)
		}
	}
	return all
}

// Reactions are those under a message.
func (w *Workspace) Reactions(channel, ts string) []Reaction {
	m, _ := w.Message(channel, ts)
	return m.Reactions
}

// Views are the modals that a person has open, the one on top last.
func (w *Workspace) Views(user string) []View {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []View
	for _, v := range w.views[user] {
		all = append(all, v.show())
	}
	return all
}

// View is the modal that a person has in front of them.
func (w *Workspace) View(user string) (View, bool) {
	all := w.Views(user)
	if len(all) == 0 {
		return View{}, false
	}
	return all[len(all)-1], true
}

// Home is a person's Home tab, once it was published.
func (w *Workspace) Home(user string) (View, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if v := w.homes[user]; v != nil {
		return v.show(), true
	}
	return View{}, false
}

func (v *view) show() View {
	state, _ := json.Marshal(v.state)
	return View{
		ID: v.id, CallbackID: v.string("callback_id"), ExternalID: v.string("external_id"), Title: v.text("title"),
		Submit: v.text("submit"), Close: v.text("close"), PrivateMetadata: v.string("private_metadata"), Hash: v.hash,
		Blocks: blocksOf(v.body), Errors: maps.Clone(v.errors), State: state,
	}
}

// A Channel is what people see of one.
type Channel struct {
	ID, Name, Topic   string
	Private, Archived bool
	With              string // the person of a direct message with the app
	Members           []string
}

// Channels are all there are, in the order of their creation; those that somebody sees unless "".
func (w *Workspace) Channels(user string) []Channel {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Channel
	for _, ch := range w.order {
		if user == "" || ch.members[user] || (!ch.private && ch.with == "") {
			all = append(all, Channel{ch.id, ch.name, ch.topic, ch.private, ch.archived, ch.with, slices.Sorted(maps.Keys(ch.members))})
		}
	}
	return all
}

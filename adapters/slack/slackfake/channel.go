package slackfake

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

type channel struct {
	id, name string
	topic    string
	creator  string
	with     string // of a direct message: the person on the other side
	private  bool
	archived bool
	created  time.Time
	members  map[string]bool
	messages []*message // oldest first, replies among them
	byTS     map[string]*message
}

// kind is the channel_type of events: im, group or channel.
func (ch *channel) kind() string {
	switch {
	case ch.with != "":
		return "im"
	case ch.private:
		return "group"
	}
	return "channel"
}

// family begins the names of the scopes and subscriptions that a channel of this kind asks for.
func (ch *channel) family() string {
	if ch.with != "" {
		return "im"
	}
	return ch.kind() + "s"
}

// label is the name that interactions and commands carry: not that of a private channel.
func (ch *channel) label() string {
	switch ch.kind() {
	case "im":
		return "directmessage"
	case "group":
		return "privategroup"
	}
	return ch.name
}

// manage are the scopes of which one lets the app change a channel.
func (ch *channel) manage(rest ...string) []string {
	if ch.private {
		return append([]string{"groups:write"}, prefixed("groups:", rest)...)
	}
	return append([]string{"channels:manage"}, prefixed("channels:", rest)...)
}

func prefixed(prefix string, names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, prefix+name)
	}
	return all
}

func (w *Workspace) addChannel(name, creator string, private bool) *channel {
	initial := "C"
	ch := &channel{
		id: w.id(initial), name: name, creator: creator, private: private, created: time.Now(),
		members: map[string]bool{}, byTS: map[string]*message{},
	}
	w.channels[ch.id] = ch
	w.order = append(w.order, ch)
	w.note()
	return ch
}

// AddChannel makes a channel with some people in it, as somebody in the workspace would, and answers its
// id. The app is a member only if its bot user is named.
func (w *Workspace) AddChannel(name string, private bool, members ...string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := w.addChannel(name, "", private)
	for _, id := range members {
		ch.members[id] = true
	}
	return ch.id
}

// DM is the direct messages of a person with the app, opened if they were not.
func (w *Workspace) DM(user string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dm(user).id
}

func (w *Workspace) dm(user string) *channel {
	for _, ch := range w.order {
		if ch.with == user {
			return ch
		}
	}
	ch := w.addChannel("", w.BotUser, true)
	delete(w.channels, ch.id)
	ch.id = "D" + ch.id[1:]
	w.channels[ch.id] = ch
	ch.with = user
	ch.members[user], ch.members[w.BotUser] = true, true
	return ch
}

// ChannelID finds a channel by name; "" where there is none that is open.
func (w *Workspace) ChannelID(name string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, ch := range w.order {
		if ch.name == name && !ch.archived {
			return ch.id
		}
	}
	return ""
}

// visible finds a channel that somebody can see: private ones are there for their members only.
func (w *Workspace) visible(id, who string) (*channel, error) {
	ch := w.channels[id]
	if ch == nil || (ch.private && !ch.members[who]) {
		return nil, says("channel_not_found")
	}
	return ch, nil
}

// inside finds a channel that the app may write to or read.
func (w *Workspace) inside(id string) (*channel, error) {
	ch, err := w.visible(id, w.BotUser)
	switch {
	case err != nil:
		return nil, err
	case !ch.members[w.BotUser]:
		return nil, says("not_in_channel")
	case ch.archived:
		return nil, says("is_archived")
	}
	return ch, nil
}

// properName says what is wrong with a channel's name; "" for nothing.
func properName(name string) string {
	switch {
	case name == "":
		return "invalid_name_required"
	case len([]rune(name)) > 80:
		return "invalid_name_maxlength"
	case strings.ContainsFunc(name, func(r rune) bool {
		return r != '-' && r != '_' && !unicode.IsDigit(r) && (!unicode.IsLetter(r) || unicode.IsUpper(r))
	}):
		return "invalid_name_specials"
	}
	return ""
}

func (w *Workspace) nameTaken(name string) bool {
	return slices.ContainsFunc(w.order, func(ch *channel) bool { return ch.name == name })
}

// join puts somebody into a channel and tells.
func (w *Workspace) join(ch *channel, user, inviter string) {
	ch.members[user] = true
	m := w.add(ch, &message{user: user, subtype: "channel_join", text: "<@" + user + "> has joined the channel", inviter: inviter})
	w.tellMessage(m)
	event := obj{"type": "member_joined_channel", "user": user, "channel": ch.id, "channel_type": initialOf(ch), "team": w.TeamID}
	if inviter != "" {
		event["inviter"] = inviter
	}
	w.tellIn(ch, "member_joined_channel", event)
	w.note()
}

// leave takes somebody out of a channel and tells.
func (w *Workspace) leave(ch *channel, user string) {
	if user == w.BotUser {
		delete(ch.members, user)
		w.tell(ch.kind()+"_left", ch.family()+":read", ch.id, obj{"type": ch.kind() + "_left", "channel": ch.id, "actor_id": ""})
		w.note()
		return
	}
	w.tellMessage(w.add(ch, &message{user: user, subtype: "channel_leave", text: "<@" + user + "> has left the channel"}))
	delete(ch.members, user)
	w.tellIn(ch, "member_left_channel", obj{
		"type": "member_left_channel", "user": user, "channel": ch.id, "channel_type": initialOf(ch), "team": w.TeamID,
	})
	w.note()
}

// initialOf is the channel_type of membership events: C or G.
func initialOf(ch *channel) string {
	if ch.private {
		return "G"
	}
	return "C"
}

func (w *Workspace) channelJSON(ch *channel) obj {
	if ch.with != "" {
		return obj{
			"id": ch.id, "created": ch.created.Unix(), "is_im": true, "is_org_shared": false, "is_open": true,
			"is_archived": false, "user": ch.with, "is_user_deleted": w.users[ch.with] != nil && w.users[ch.with].deleted, "context_team_id": w.TeamID,
		}
	}
	return obj{
		"id": ch.id, "name": ch.name, "name_normalized": ch.name, "created": ch.created.Unix(), "creator": ch.creator,
		"is_channel": !ch.private, "is_group": false, "is_im": false, "is_mpim": false, "is_private": ch.private,
		"is_archived": ch.archived, "is_general": false, "is_shared": false, "is_org_shared": false, "is_ext_shared": false,
		"is_member": ch.members[w.BotUser], "num_members": len(ch.members), "context_team_id": w.TeamID,
		"topic":   obj{"value": ch.topic, "creator": "", "last_set": 0},
		"purpose": obj{"value": "", "creator": "", "last_set": 0}, "previous_names": []string{},
	}
}

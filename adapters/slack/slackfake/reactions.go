package slackfake

import (
	"regexp"
	"slices"
)

var emojiName = regexp.MustCompile(`^[a-z0-9_+'-]+(::skin-tone-[2-6])?$`)

// found finds the message that a call about reactions means.
func (w *Workspace) found(c *call) (*message, error) {
	ch, err := w.visible(c.arg("channel"), w.BotUser)
	if err != nil {
		return nil, err
	}
	m := ch.byTS[c.arg("timestamp")]
	switch {
	case !ch.members[w.BotUser]:
		return nil, says("not_in_channel")
	case m == nil || m.grave:
		return nil, says("message_not_found")
	}
	return m, nil
}

func reactionsAdd(w *Workspace, c *call) (obj, error) {
	m, err := w.found(c)
	switch {
	case err != nil:
		return nil, err
	case m.channel.archived:
		return nil, says("is_archived")
	case !emojiName.MatchString(c.arg("name")):
		return nil, says("invalid_name")
	}
	return obj{}, w.react(m, w.BotUser, c.arg("name"))
}

func reactionsRemove(w *Workspace, c *call) (obj, error) {
	m, err := w.found(c)
	if err != nil {
		return nil, err
	}
	return obj{}, w.unreact(m, w.BotUser, c.arg("name"))
}

func reactionsGet(w *Workspace, c *call) (obj, error) {
	m, err := w.found(c)
	if err != nil {
		return nil, err
	}
	return obj{"type": "message", "channel": m.channel.id, "message": w.messageJSON(m, false)}, nil
}

func (w *Workspace) react(m *message, user, name string) error {
	i := slices.IndexFunc(m.reacted, func(r reaction) bool { return r.name == name })
	if i < 0 {
		m.reacted = append(m.reacted, reaction{name: name})
		i = len(m.reacted) - 1
	}
	if slices.Contains(m.reacted[i].users, user) {
		return says("already_reacted")
	}
	m.reacted[i].users = append(m.reacted[i].users, user)
	w.tellReaction("reaction_added", m, user, name)
	w.note()
	return nil
}

func (w *Workspace) unreact(m *message, user, name string) error {
	i := slices.IndexFunc(m.reacted, func(r reaction) bool { return r.name == name })
	if i < 0 || !slices.Contains(m.reacted[i].users, user) {
		return says("no_reaction")
	}
	users := slices.DeleteFunc(slices.Clone(m.reacted[i].users), func(id string) bool { return id == user })
	if m.reacted[i].users = users; len(users) == 0 {
		m.reacted = slices.Delete(m.reacted, i, i+1)
	}
	w.tellReaction("reaction_removed", m, user, name)
	w.note()
	return nil
}

func (w *Workspace) tellReaction(kind string, m *message, user, name string) {
	if !m.channel.members[w.BotUser] {
		return
	}
	w.tell(kind, "reactions:read", m.channel.id, obj{
		"type": kind, "user": user, "reaction": name, "item_user": m.user,
		"item": obj{"type": "message", "channel": m.channel.id, "ts": m.ts}, "event_ts": w.stamp(),
	})
}

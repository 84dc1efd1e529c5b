package slackfake

import (
	"maps"
	"slices"
	"strings"
)

func conversationsCreate(w *Workspace, c *call) (obj, error) {
	name, private := c.arg("name"), c.flag("is_private")
	if err := w.demand((&channel{private: private}).manage()...); err != nil {
		return nil, err
	}
	if wrong := properName(name); wrong != "" {
		return nil, says(wrong)
	}
	if w.nameTaken(name) {
		return nil, says("name_taken")
	}
	ch := w.addChannel(name, w.BotUser, private)
	ch.members[w.BotUser] = true
	if !private {
		w.tell("channel_created", "channels:read", ch.id, obj{"type": "channel_created", "channel": obj{
			"id": ch.id, "is_channel": true, "name": ch.name, "created": ch.created.Unix(), "creator": ch.creator,
		}})
	}
	return obj{"channel": w.channelJSON(ch)}, nil
}

func conversationsList(w *Workspace, c *call) (obj, error) {
	return w.listChannels(c, func(*channel) bool { return true })
}

// listChannels lists the channels of the asked types that the app can see and that pass a test.
func (w *Workspace) listChannels(c *call, pass func(*channel) bool) (obj, error) {
	types := map[string]bool{}
	for kind := range strings.SplitSeq(c.arg("types"), ",") {
		types[strings.TrimSpace(kind)] = true
	}
	if c.arg("types") == "" {
		types["public_channel"] = true
	}
	scopes := map[string]string{"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read"}
	kinds := map[string]string{"channel": "public_channel", "group": "private_channel", "im": "im"}
	for _, kind := range slices.Sorted(maps.Keys(types)) {
		if scopes[kind] == "" {
			return nil, says("invalid_types")
		}
		if err := w.demand(scopes[kind]); err != nil {
			return nil, err
		}
	}
	var all []*channel
	for _, ch := range w.order {
		seen := !ch.private || ch.members[w.BotUser]
		if seen && types[kinds[ch.kind()]] && pass(ch) && !(ch.archived && c.flag("exclude_archived")) {
			all = append(all, ch)
		}
	}
	part, next, err := page(all, c, 100)
	if err != nil {
		return nil, err
	}
	list := []obj{}
	for _, ch := range part {
		list = append(list, w.channelJSON(ch))
	}
	return obj{"channels": list, "response_metadata": obj{"next_cursor": next}}, nil
}

func conversationsInfo(w *Workspace, c *call) (obj, error) {
	ch, err := w.visible(c.arg("channel"), w.BotUser)
	if err != nil {
		return nil, err
	}
	if err := w.demand(ch.family() + ":read"); err != nil {
		return nil, err
	}
	return obj{"channel": w.channelJSON(ch)}, nil
}

// changeable finds a channel that the app may change, with one of the scopes for it.
func (w *Workspace) changeable(c *call, scopes ...string) (*channel, error) {
	ch, err := w.visible(c.arg("channel"), w.BotUser)
	if err != nil {
		return nil, err
	}
	if ch.with != "" {
		return nil, says("method_not_supported_for_channel_type")
	}
	if err := w.demand(ch.manage(scopes...)...); err != nil {
		return nil, err
	}
	return w.inside(ch.id)
}

func conversationsInvite(w *Workspace, c *call) (obj, error) {
	ch, err := w.changeable(c, "write.invites")
	if err != nil {
		return nil, err
	}
	var errs []obj
	var join []string
	for id := range strings.SplitSeq(c.arg("users"), ",") {
		id = strings.TrimSpace(id)
		if code := w.uninvitable(ch, id); code != "" {
			errs = append(errs, obj{"ok": false, "error": code, "user": id})
			continue
		}
		join = append(join, id)
	}
	if len(errs) > 0 && !c.flag("force") {
		return nil, said{errs[0]["error"].(string), obj{"errors": errs}}
	}
	for _, id := range join {
		w.join(ch, id, w.BotUser)
	}
	return obj{"channel": w.channelJSON(ch)}, nil
}

// uninvitable says why somebody cannot be invited; "" if they can.
func (w *Workspace) uninvitable(ch *channel, id string) string {
	u := w.users[id]
	switch {
	case u == nil:
		return "user_not_found"
	case id == w.BotUser:
		return "cant_invite_self"
	case u.deleted:
		return "user_disabled"
	case ch.members[id]:
		return "already_in_channel"
	}
	return ""
}

func conversationsKick(w *Workspace, c *call) (obj, error) {
	ch, err := w.changeable(c)
	if err != nil {
		return nil, err
	}
	switch id := c.arg("user"); {
	case w.users[id] == nil:
		return nil, says("user_not_found")
	case id == w.BotUser:
		return nil, says("cant_kick_self")
	case !ch.members[id]:
		return nil, says("not_in_channel")
	default:
		w.leave(ch, id)
	}
	return obj{"errors": obj{}}, nil
}

func conversationsJoin(w *Workspace, c *call) (obj, error) {
	ch, err := w.visible(c.arg("channel"), w.BotUser)
	switch {
	case err != nil:
		return nil, err
	case ch.private:
		return nil, says("method_not_supported_for_channel_type")
	case ch.archived:
		return nil, says("is_archived")
	case ch.members[w.BotUser]:
		return obj{"channel": w.channelJSON(ch), "warning": "already_in_channel", "response_metadata": obj{"warnings": []string{"already_in_channel"}}}, nil
	}
	w.join(ch, w.BotUser, "")
	return obj{"channel": w.channelJSON(ch)}, nil
}

func conversationsLeave(w *Workspace, c *call) (obj, error) {
	ch, err := w.visible(c.arg("channel"), w.BotUser)
	if err != nil {
		return nil, err
	}
	if err := w.demand(ch.manage()...); err != nil {
		return nil, err
	}
	if !ch.members[w.BotUser] {
		return obj{"not_in_channel": true}, nil
	}
	w.leave(ch, w.BotUser)
	return obj{}, nil
}

func conversationsOpen(w *Workspace, c *call) (obj, error) {
	if id := c.arg("channel"); id != "" {
		ch, err := w.visible(id, w.BotUser)
		if err != nil {
			return nil, err
		}
		return obj{"channel": w.channelJSON(ch), "no_op": true, "already_open": true}, nil
	}
	users := strings.Split(c.arg("users"), ",")
	if len(users) != 1 {
		return nil, w.demand("mpim:write")
	}
	u, err := w.person(users[0])
	switch {
	case err != nil:
		return nil, err
	case u.bot:
		return nil, says("cannot_dm_bot")
	}
	known := slices.ContainsFunc(w.order, func(ch *channel) bool { return ch.with == u.id })
	ch := w.dm(u.id)
	if c.flag("return_im") {
		return obj{"channel": w.channelJSON(ch), "no_op": known, "already_open": known}, nil
	}
	return obj{"channel": obj{"id": ch.id}, "no_op": known, "already_open": known}, nil
}

func conversationsMembers(w *Workspace, c *call) (obj, error) {
	ch, err := w.visible(c.arg("channel"), w.BotUser)
	if err != nil {
		return nil, err
	}
	if err := w.demand(ch.family() + ":read"); err != nil {
		return nil, err
	}
	part, next, err := page(slices.Sorted(maps.Keys(ch.members)), c, 100)
	if err != nil {
		return nil, err
	}
	return obj{"members": append([]string{}, part...), "response_metadata": obj{"next_cursor": next}}, nil
}

func conversationsRename(w *Workspace, c *call) (obj, error) {
	ch, err := w.changeable(c)
	if err != nil {
		return nil, err
	}
	name := c.arg("name")
	if wrong := properName(name); wrong != "" {
		return nil, says(wrong)
	}
	if w.nameTaken(name) {
		return nil, says("name_taken")
	}
	w.rename(ch, name)
	return obj{"channel": w.channelJSON(ch)}, nil
}

func (w *Workspace) rename(ch *channel, name string) {
	ch.name = name
	kind := ch.kind() + "_rename"
	w.tellIn(ch, kind, obj{"type": kind, "channel": obj{"id": ch.id, "name": name, "created": ch.created.Unix()}})
	w.note()
}

func conversationsArchive(w *Workspace, c *call) (obj, error) {
	ch, err := w.changeable(c)
	if err != nil {
		if err.Error() == "is_archived" {
			err = says("already_archived")
		}
		return nil, err
	}
	w.archive(ch, w.BotUser)
	return obj{}, nil
}

func (w *Workspace) archive(ch *channel, by string) {
	ch.archived = true
	kind := ch.kind() + "_archive"
	w.tellIn(ch, kind, obj{"type": kind, "channel": ch.id, "user": by, "is_moved": 0, "event_ts": w.stamp()})
	w.note()
}

func conversationsSetTopic(w *Workspace, c *call) (obj, error) {
	ch, err := w.changeable(c, "write.topic")
	if err != nil {
		return nil, err
	}
	if len([]rune(c.arg("topic"))) > 250 {
		return nil, says("too_long")
	}
	ch.topic = c.arg("topic")
	m := w.add(ch, &message{user: w.BotUser, subtype: "channel_topic", text: "set the channel topic: " + ch.topic})
	w.tellMessage(m)
	w.note()
	return obj{"channel": w.channelJSON(ch)}, nil
}

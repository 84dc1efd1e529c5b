package slackfake

import (
	"strings"
	"time"
)

type user struct {
	id, name, real string
	bot, deleted   bool
	updated        time.Time
}

// AddUser adds a person, such as ("U0ANNA", "Anna Le Goff"), and answers the id.
func (w *Workspace) AddUser(id, name string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.users[id] = &user{id: id, name: strings.ToLower(strings.ReplaceAll(name, " ", ".")), real: name, updated: time.Now()}
	w.note()
	return id
}

// email is the address of a person's profile.
func (u *user) email() string { return strings.ToLower(u.id) + "@example.org" }

func (w *Workspace) userJSON(u *user) obj {
	profile := obj{"real_name": u.real, "display_name": u.real, "team": w.TeamID, "fields": obj{}}
	if w.granted("users:read.email") {
		profile["email"] = u.email()
	}
	return obj{
		"id": u.id, "team_id": w.TeamID, "name": u.name, "deleted": u.deleted, "real_name": u.real,
		"tz": "Europe/Paris", "tz_label": "Central European Time", "tz_offset": 3600, "profile": profile,
		"is_bot": u.bot, "is_app_user": false, "updated": u.updated.Unix(),
	}
}

// person finds somebody who exists and is not deactivated.
func (w *Workspace) person(id string) (*user, error) {
	u := w.users[id]
	switch {
	case u == nil:
		return nil, says("user_not_found")
	case u.deleted:
		return nil, says("user_disabled")
	}
	return u, nil
}

func usersInfo(w *Workspace, c *call) (obj, error) {
	u := w.users[c.arg("user")]
	if u == nil {
		return nil, says("user_not_found")
	}
	return obj{"user": w.userJSON(u)}, nil
}

func usersList(w *Workspace, c *call) (obj, error) {
	all := sorted(w.users)
	part, next, err := page(all, c, 200)
	if err != nil {
		return nil, err
	}
	members := []obj{}
	for _, u := range part {
		members = append(members, w.userJSON(u))
	}
	return obj{"members": members, "cache_ts": time.Now().Unix(), "response_metadata": obj{"next_cursor": next}}, nil
}

func usersLookupByEmail(w *Workspace, c *call) (obj, error) {
	for _, u := range sorted(w.users) {
		if !u.bot && !u.deleted && strings.EqualFold(u.email(), c.arg("email")) {
			return obj{"user": w.userJSON(u)}, nil
		}
	}
	return nil, says("users_not_found")
}

func usersGetPresence(w *Workspace, c *call) (obj, error) {
	if w.users[c.arg("user")] == nil {
		return nil, says("user_not_found")
	}
	return obj{"presence": "active"}, nil
}

func usersConversations(w *Workspace, c *call) (obj, error) {
	id := c.arg("user")
	if id == "" {
		id = w.BotUser
	}
	if w.users[id] == nil {
		return nil, says("user_not_found")
	}
	return w.listChannels(c, func(ch *channel) bool { return ch.members[id] })
}

func authTest(w *Workspace, c *call) (obj, error) {
	return obj{
		"url": w.base + "/", "team": w.Team, "user": w.BotName, "team_id": w.TeamID,
		"user_id": w.BotUser, "bot_id": w.BotID, "is_enterprise_install": false,
	}, nil
}

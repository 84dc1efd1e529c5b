package slackfake

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// deepest is how many views stand on each other at most.
const deepest = 3

// A view is a modal, or somebody's Home tab.
type view struct {
	id, user       string
	hash           string
	root, previous string
	body           obj // as it was sent, with the ids that the platform gives
	state          map[string]map[string]obj
	errors         map[string]string
}

func (v *view) text(field string) string { return textOf(v.body[field]) }

func (v *view) string(field string) string { s, _ := v.body[field].(string); return s }

func (v *view) is(field string) bool { b, _ := v.body[field].(bool); return b }

// A trigger lets the app open one view for somebody, for a short time.
type trigger struct {
	user string
	born time.Time
	used bool
	from *view // the modal in which something was done
}

// trigger makes a new trigger_id. The caller holds the lock.
func (w *Workspace) trigger(user string, from *view) string {
	w.serial++
	id := fmt.Sprintf("%d.%d.%032x", w.serial, time.Now().Unix(), w.serial)
	w.triggers[id] = &trigger{user: user, born: time.Now(), from: from}
	return id
}

// exchange spends a trigger_id.
func (w *Workspace) exchange(id string) (*trigger, error) {
	t := w.triggers[id]
	switch {
	case t == nil:
		return nil, says("invalid_trigger_id")
	case t.used:
		return nil, says("exchanged_trigger_id")
	case time.Since(t.born) > w.TriggerLife:
		return nil, says("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

// newView checks a view that the app sent and gives it an id and a hash.
func (w *Workspace) newView(raw, user, kind string) (*view, error) {
	body, err := w.checkView(json.RawMessage(raw), kind)
	if err != nil {
		return nil, err
	}
	v := &view{id: w.id("V"), user: user, body: body}
	v.root = v.id
	w.rehash(v)
	return v, nil
}

// rehash gives a view a new hash, and the state that its initial values are.
func (w *Workspace) rehash(v *view) {
	w.serial++
	v.hash = fmt.Sprintf("%d.%08x", time.Now().Unix(), w.serial)
	v.state = keepState(v.state, v.body)
	v.errors = nil
	w.checkMarkup("view", v.id, "", blocksOf(v.body))
}

// viewJSON is a view as the platform writes it. Its state is written at once: people go on entering values
// while an answer is under way.
func (w *Workspace) viewJSON(v *view) obj {
	state, _ := json.Marshal(obj{"values": v.state})
	o := obj{
		"id": v.id, "team_id": w.TeamID, "app_id": w.AppID, "app_installed_team_id": w.TeamID, "bot_id": w.BotID,
		"hash": v.hash, "root_view_id": v.root, "previous_view_id": nil, "state": json.RawMessage(state),
		"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": false, "notify_on_close": false,
		"close": nil, "submit": nil,
	}
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	maps.Copy(o, v.body)
	return o
}

func viewsOpen(w *Workspace, c *call) (obj, error) {
	t, err := w.exchange(c.arg("trigger_id"))
	if err != nil {
		return nil, err
	}
	v, err := w.newView(c.arg("view"), t.user, "modal")
	if err != nil {
		return nil, err
	}
	if err := w.uniqueExternal(v, nil); err != nil {
		return nil, err
	}
	if t.from != nil && t.from.string("type") == "modal" && len(w.views[t.user]) > 0 {
		return w.stack(v)
	}
	w.views[t.user] = []*view{v}
	w.note()
	return obj{"view": w.viewJSON(v)}, nil
}

func viewsPush(w *Workspace, c *call) (obj, error) {
	t, err := w.exchange(c.arg("trigger_id"))
	if err != nil {
		return nil, err
	}
	if t.from == nil || len(w.views[t.user]) == 0 {
		return nil, says("invalid_trigger_id")
	}
	v, err := w.newView(c.arg("view"), t.user, "modal")
	if err != nil {
		return nil, err
	}
	if err := w.uniqueExternal(v, nil); err != nil {
		return nil, err
	}
	return w.stack(v)
}

// stack puts a view on those that are open.
func (w *Workspace) stack(v *view) (obj, error) {
	open := w.views[v.user]
	if len(open) >= deepest {
		return nil, says("push_limit_reached")
	}
	if len(open) > 0 {
		v.root, v.previous = open[0].id, open[len(open)-1].id
	}
	w.views[v.user] = append(open, v)
	w.note()
	return obj{"view": w.viewJSON(v)}, nil
}

func (w *Workspace) uniqueExternal(v, except *view) error {
	id := v.string("external_id")
	for _, stack := range w.views {
		for _, other := range stack {
			if id != "" && other != except && other.string("external_id") == id {
				return says("duplicate_external_id")
			}
		}
	}
	return nil
}

func viewsUpdate(w *Workspace, c *call) (obj, error) {
	old := w.openView(func(v *view) bool {
		return v.id == c.arg("view_id") || (c.arg("external_id") != "" && v.string("external_id") == c.arg("external_id"))
	})
	switch hash := c.arg("hash"); {
	case old == nil:
		return nil, says("not_found")
	case hash != "" && hash != old.hash:
		return nil, says("hash_conflict")
	}
	body, err := w.checkView(json.RawMessage(c.arg("view")), old.string("type"))
	if err != nil {
		return nil, err
	}
	if err := w.uniqueExternal(&view{body: body}, old); err != nil {
		return nil, err
	}
	old.body = body
	w.rehash(old)
	w.note()
	return obj{"view": w.viewJSON(old)}, nil
}

// openView finds an open modal, or a Home tab.
func (w *Workspace) openView(is func(*view) bool) *view {
	for _, user := range sorted(w.users) {
		for _, v := range w.views[user.id] {
			if is(v) {
				return v
			}
		}
		if home := w.homes[user.id]; home != nil && is(home) {
			return home
		}
	}
	return nil
}

func viewsPublish(w *Workspace, c *call) (obj, error) {
	u, err := w.person(c.arg("user_id"))
	if err != nil {
		return nil, err
	}
	old := w.homes[u.id]
	if hash := c.arg("hash"); hash != "" && (old == nil || old.hash != hash) {
		return nil, says("hash_conflict")
	}
	v, err := w.newView(c.arg("view"), u.id, "home")
	if err != nil {
		return nil, err
	}
	if old != nil {
		v.id, v.root = old.id, old.root
	}
	w.homes[u.id] = v
	w.note()
	return obj{"view": w.viewJSON(v)}, nil
}

package slackfake

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// everyday is what all interactions carry.
func (w *Workspace) everyday(kind string, u *user) obj {
	return obj{
		"type": kind, "token": "fake-verification-token", "api_app_id": w.AppID,
		"team":       obj{"id": w.TeamID, "domain": "orientation"},
		"user":       obj{"id": u.id, "username": u.name, "name": u.name, "team_id": w.TeamID},
		"enterprise": nil, "is_enterprise_install": false,
	}
}

// actionTS is the action_ts of an interaction.
func actionTS() string {
	now := time.Now()
	return fmt.Sprintf("%d.%06d", now.Unix(), now.Nanosecond()/1000)
}

// Click presses a button, or chooses a value in a select or an overflow menu, in a message that the
// person sees, an ephemeral one included. It answers once the app acknowledged: ErrNoAnswer if it did not.
func (w *Workspace) Click(user, channel, ts, actionID string, value ...string) error {
	payload, err := w.clicked(user, channel, ts, actionID, first(value))
	if err != nil {
		return err
	}
	_, err = w.ask("interactive", user, actionID, payload)
	return err
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// clicked builds what the app is told of a click in a message.
func (w *Workspace) clicked(user, channel, ts, actionID, value string) (obj, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, err := w.person(user)
	if err != nil {
		return nil, err
	}
	ch, err := w.visible(channel, user)
	if err != nil {
		return nil, err
	}
	shown, blocks, thread, ephemeral, err := w.clickable(ch, user, ts)
	if err != nil {
		return nil, err
	}
	action, state, err := w.act(&shown.state, user, blocks, actionID, value)
	if err != nil {
		return nil, err
	}
	payload := w.everyday("block_actions", u)
	container := obj{"type": "message", "message_ts": ts, "channel_id": ch.id, "is_ephemeral": ephemeral}
	if thread != "" {
		container["thread_ts"] = thread
	}
	payload["container"], payload["trigger_id"] = container, w.trigger(user, nil)
	payload["channel"] = obj{"id": ch.id, "name": ch.label()}
	payload["state"], payload["actions"] = obj{"values": state}, []obj{action}
	payload["response_url"] = w.replyURL(&replyURL{channel: ch, user: user, ts: ts, thread: thread, ephemeral: ephemeral})
	if !ephemeral { // the platform does not send an ephemeral message's content
		payload["message"] = w.messageJSON(shown, true)
	}
	return payload, nil
}

// clickable finds a message to click in: one of the channel, or one that only this person sees.
func (w *Workspace) clickable(ch *channel, user, ts string) (m *message, blocks []any, thread string, ephemeral bool, err error) {
	if m = ch.byTS[ts]; m != nil && !m.grave {
		return m, decode(m.blocks), m.thread, false, nil
	}
	for _, s := range w.seen {
		if s.TS == ts && s.To == user && s.Channel == ch.id {
			return &message{channel: ch}, decode(s.Blocks), s.ThreadTS, true, nil
		}
	}
	return nil, nil, "", false, says("message_not_found")
}

// act does something in blocks: it answers the action, and the state of everything that has one.
func (w *Workspace) act(chosen *map[string]map[string]obj, user string, blocks []any, actionID, value string) (obj, map[string]map[string]obj, error) {
	p, found := find(blocks, actionID)
	if !found {
		return nil, nil, fmt.Errorf("there is no %q to click on", actionID)
	}
	action, err := p.entered(value)
	if err != nil {
		return nil, nil, err
	}
	if *chosen == nil {
		*chosen = map[string]map[string]obj{}
	}
	mine := (*chosen)[user]
	if mine == nil {
		mine = map[string]obj{}
		(*chosen)[user] = mine
	}
	if p.initial() != nil {
		mine[p.blockID()+"\x00"+p.actionID()] = action
	}
	state := map[string]map[string]obj{}
	for other := range parts(blocks) {
		is := mine[other.blockID()+"\x00"+other.actionID()]
		if is == nil {
			is = other.initial()
		}
		if is != nil {
			put(state, other, is)
		}
	}
	return p.done(action), state, nil
}

// done makes an action of what was entered: it says where and when.
func (p part) done(entered obj) obj {
	action := obj{"action_id": p.actionID(), "block_id": p.blockID(), "action_ts": actionTS()}
	for name, value := range entered {
		if value != nil {
			action[name] = value
		}
	}
	if placeholder := p.element["placeholder"]; placeholder != nil {
		action["placeholder"] = placeholder
	}
	return action
}

// ClickView presses a button or chooses a value in an open modal or in the Home tab.
func (w *Workspace) ClickView(user, viewID, actionID string, value ...string) error {
	payload, err := w.clickedView(user, viewID, actionID, first(value))
	if err != nil {
		return err
	}
	_, err = w.ask("interactive", user, actionID, payload)
	return err
}

func (w *Workspace) clickedView(user, viewID, actionID, value string) (obj, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, v, err := w.viewOf(user, viewID)
	if err != nil {
		return nil, err
	}
	blocks, _ := v.body["blocks"].([]any)
	p, found := find(blocks, actionID)
	if !found {
		return nil, fmt.Errorf("there is no %q in the view", actionID)
	}
	entered, err := p.entered(value)
	if err != nil {
		return nil, err
	}
	if p.initial() != nil {
		put(v.state, p, entered)
	}
	payload := w.everyday("block_actions", u)
	payload["container"] = obj{"type": "view", "view_id": v.id}
	payload["trigger_id"], payload["view"], payload["actions"] = w.trigger(user, v), w.viewJSON(v), []obj{p.done(entered)}
	return payload, nil
}

// viewOf finds a view that a person has open.
func (w *Workspace) viewOf(who, id string) (*user, *view, error) {
	u, err := w.person(who)
	if err != nil {
		return nil, nil, err
	}
	v := w.openView(func(v *view) bool { return v.id == id && v.user == who })
	if v == nil {
		return nil, nil, says("view_not_found")
	}
	return u, v, nil
}

// Suggest asks the app what can be chosen in an external_select of a view, for what was typed so far.
func (w *Workspace) Suggest(user, viewID, actionID, typed string) ([]Option, error) {
	w.mu.Lock()
	u, v, err := w.viewOf(user, viewID)
	if err != nil {
		w.mu.Unlock()
		return nil, err
	}
	blocks, _ := v.body["blocks"].([]any)
	p, found := find(blocks, actionID)
	payload := w.everyday("block_suggestion", u)
	payload["container"], payload["view"] = obj{"type": "view", "view_id": v.id}, w.viewJSON(v)
	payload["action_id"], payload["block_id"], payload["value"] = actionID, p.blockID(), typed
	w.mu.Unlock()
	if !found {
		return nil, fmt.Errorf("there is no %q in the view", actionID)
	}
	answer, err := w.ask("interactive", user, actionID, payload)
	if err != nil {
		return nil, err
	}
	var list struct {
		Options []struct {
			Text  struct{ Text string }
			Value string
		}
	}
	if err := json.Unmarshal(answer, &list); err != nil {
		return nil, fmt.Errorf("options: %w", err)
	}
	var all []Option
	for _, o := range list.Options {
		all = append(all, Option{o.Text.Text, o.Value})
	}
	return all, nil
}

// An Option is one choice.
type Option struct{ Text, Value string }

// Shortcut uses a message shortcut of the app on a message.
func (w *Workspace) Shortcut(user, callbackID, channel, ts string) error {
	w.mu.Lock()
	u, err := w.shortcutBy(user, callbackID, true)
	if err != nil {
		w.mu.Unlock()
		return err
	}
	ch, err := w.visible(channel, user)
	if err != nil || ch.byTS[ts] == nil {
		w.mu.Unlock()
		return says("message_not_found")
	}
	m := ch.byTS[ts]
	payload := w.everyday("message_action", u)
	payload["callback_id"], payload["trigger_id"], payload["action_ts"] = callbackID, w.trigger(user, nil), actionTS()
	payload["channel"], payload["message_ts"], payload["message"] = obj{"id": ch.id, "name": ch.label()}, ts, w.messageJSON(m, true)
	payload["response_url"] = w.replyURL(&replyURL{channel: ch, user: user, ts: ts, thread: m.thread})
	w.mu.Unlock()
	_, err = w.ask("interactive", user, callbackID, payload)
	return err
}

// shortcutBy finds who uses a shortcut that the app has. Shortcuts and commands ask for the scope commands.
func (w *Workspace) shortcutBy(who, callbackID string, onMessage bool) (*user, error) {
	known := func(s Shortcut) bool { return s.CallbackID == callbackID && s.OnMessage == onMessage }
	if !w.granted("commands") || w.Shortcuts != nil && !slices.ContainsFunc(w.Shortcuts, known) {
		return nil, fmt.Errorf("the app has no shortcut %q", callbackID)
	}
	return w.person(who)
}

// GlobalShortcut uses a global shortcut of the app.
func (w *Workspace) GlobalShortcut(user, callbackID string) error {
	w.mu.Lock()
	u, err := w.shortcutBy(user, callbackID, false)
	if err != nil {
		w.mu.Unlock()
		return err
	}
	payload := w.everyday("shortcut", u)
	payload["callback_id"], payload["trigger_id"], payload["action_ts"] = callbackID, w.trigger(user, nil), actionTS()
	w.mu.Unlock()
	_, err = w.ask("interactive", user, callbackID, payload)
	return err
}

// Slash uses a slash command, such as ("/accueil", "file"), in a channel. What the app answers at once is
// shown as it says, to this person alone as a rule.
func (w *Workspace) Slash(user, command, text, channel string) error {
	w.mu.Lock()
	u, err := w.person(user)
	if err != nil {
		w.mu.Unlock()
		return err
	}
	ch, err := w.visible(channel, user)
	if err == nil && (!w.granted("commands") || w.Commands != nil && !slices.Contains(w.Commands, command)) {
		err = fmt.Errorf("%s is not a valid command", command)
	}
	if err != nil {
		w.mu.Unlock()
		return err
	}
	answer := &replyURL{channel: ch, user: user}
	payload := obj{
		"token": "fake-verification-token", "team_id": w.TeamID, "team_domain": "orientation", "api_app_id": w.AppID,
		"channel_id": ch.id, "channel_name": ch.label(), "user_id": u.id, "user_name": u.name, "command": command, "text": escape(text),
		"is_enterprise_install": "false", "response_url": w.replyURL(answer), "trigger_id": w.trigger(user, nil),
	}
	w.mu.Unlock()
	body, err := w.ask("slash_commands", user, command, payload)
	if err != nil {
		return err
	}
	return w.showAnswer(answer, body)
}

package slackfake

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// An Answer is what the app answered to a submitted view.
type Answer struct {
	Action string            // errors, update, push, clear, or "" to close the view
	Errors map[string]string // block id → what is wrong
}

// SubmitView fills in a modal (block id → action id → what is entered; several values separated by
// commas) and submits it. What the app answers is applied to the views that are open. As in Slack's
// client, an empty required field is refused before the app hears of it.
func (w *Workspace) SubmitView(user, viewID string, values map[string]map[string]string) (Answer, error) {
	payload, v, err := w.submitted(user, viewID, values)
	if err != nil {
		return Answer{}, err
	}
	body, err := w.ask("interactive", user, v.string("callback_id"), payload)
	if err != nil {
		return Answer{}, err
	}
	var answer struct {
		ResponseAction string            `json:"response_action"`
		Errors         map[string]string `json:"errors"`
		View           json.RawMessage   `json:"view"`
	}
	if len(body) > 0 && json.Unmarshal(body, &answer) != nil {
		return Answer{}, fmt.Errorf("the app answered %q, which is no JSON", body)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	a := Answer{answer.ResponseAction, answer.Errors}
	if err := w.apply(v, a, string(answer.View)); err != nil {
		w.failures = append(w.failures, Failure{User: user, What: v.string("callback_id"), Why: err.Error()})
		return a, err
	}
	w.note()
	return a, nil
}

// submitted enters the values and builds what the app is told.
func (w *Workspace) submitted(user, viewID string, values map[string]map[string]string) (obj, *view, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, v, err := w.viewOf(user, viewID)
	if err != nil {
		return nil, nil, err
	}
	blocks, _ := v.body["blocks"].([]any)
	for block, fields := range values {
		for action, value := range fields {
			if err := v.enter(blocks, block, action, value); err != nil {
				return nil, nil, err
			}
		}
	}
	for p := range parts(blocks) {
		optional, _ := p.block["optional"].(bool)
		if p.block["type"] == "input" && !optional && empty(v.state[p.blockID()][p.actionID()]) {
			return nil, nil, fmt.Errorf("%s: a required field is empty", p.blockID())
		}
	}
	v.errors = nil
	payload := w.everyday("view_submission", u)
	payload["trigger_id"], payload["view"], payload["response_urls"] = w.trigger(user, v), w.viewJSON(v), []any{}
	return payload, v, nil
}

// enter puts a value into a field, within the limits that the field has.
func (v *view) enter(blocks []any, block, action, value string) error {
	for p := range parts(blocks) {
		if p.blockID() != block || p.actionID() != action {
			continue
		}
		if most, is := p.element["max_length"].(float64); is && utf8.RuneCountInString(value) > int(most) {
			return fmt.Errorf("%s: longer than %v characters", block, most)
		}
		entered, err := p.entered(value)
		if err != nil {
			return err
		}
		put(v.state, p, entered)
		return nil
	}
	return fmt.Errorf("the view has no field %q in %q", action, block)
}

// apply does what the app answered to the views that are open.
func (w *Workspace) apply(v *view, a Answer, next string) error {
	switch a.Action {
	case "":
		w.drop(v)
	case "clear":
		delete(w.views, v.user)
	case "errors":
		return v.complain(a.Errors)
	case "update", "push":
		body, err := w.checkView(json.RawMessage(next), "modal")
		if err != nil {
			return err
		}
		if a.Action == "update" {
			v.body = body
			w.rehash(v)
			return nil
		}
		pushed := &view{id: w.id("V"), user: v.user, body: body}
		w.rehash(pushed)
		_, err = w.stack(pushed)
		return err
	default:
		return fmt.Errorf("response_action %q is not one of the platform's", a.Action)
	}
	return nil
}

// complain shows errors under their fields; the platform takes only those of input blocks.
func (v *view) complain(errors map[string]string) error {
	blocks, _ := v.body["blocks"].([]any)
	inputs := map[string]bool{}
	for p := range parts(blocks) {
		inputs[p.blockID()] = p.block["type"] == "input"
	}
	if len(errors) == 0 {
		return fmt.Errorf("errors without one")
	}
	for block := range errors {
		if !inputs[block] {
			return fmt.Errorf("errors name %q, which is no input block", block)
		}
	}
	v.errors = errors
	return nil
}

func (w *Workspace) drop(v *view) {
	w.views[v.user] = slices.DeleteFunc(w.views[v.user], func(other *view) bool { return other == v })
	if len(w.views[v.user]) == 0 {
		delete(w.views, v.user)
	}
}

// CloseView closes a modal, or all of them if it clears on close. The app is told where it asked to be.
func (w *Workspace) CloseView(user, viewID string) error {
	w.mu.Lock()
	u, v, err := w.viewOf(user, viewID)
	if err != nil {
		w.mu.Unlock()
		return err
	}
	cleared := v.is("clear_on_close")
	if cleared {
		delete(w.views, user)
	} else {
		w.drop(v)
	}
	payload := w.everyday("view_closed", u)
	payload["view"], payload["is_cleared"] = w.viewJSON(v), cleared
	w.note()
	w.mu.Unlock()
	if !v.is("notify_on_close") {
		return nil
	}
	_, err = w.ask("interactive", user, v.string("callback_id"), payload)
	return err
}

package slackfake

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// A part is an interactive element where it stands.
type part struct {
	block   obj
	element obj
}

func (p part) blockID() string { s, _ := p.block["block_id"].(string); return s }

func (p part) actionID() string { s, _ := p.element["action_id"].(string); return s }

func (p part) kind() string { s, _ := p.element["type"].(string); return s }

func textOf(value any) string {
	o, _ := value.(obj)
	s, _ := o["text"].(string)
	return s
}

// decode reads blocks that were checked when they came in.
func decode(raw json.RawMessage) []any {
	var blocks []any
	if json.Unmarshal(raw, &blocks) != nil {
		return nil
	}
	return blocks
}

func blocksOf(body obj) json.RawMessage {
	raw, err := json.Marshal(body["blocks"])
	if err != nil {
		return nil
	}
	return raw
}

// parts are the interactive elements of blocks, in order.
func parts(blocks []any) iter.Seq[part] {
	return func(yield func(part) bool) {
		for _, b := range blocks {
			block, _ := b.(obj)
			list, _ := block["elements"].([]any)
			for _, e := range append([]any{block["accessory"], block["element"]}, list...) {
				if element, is := e.(obj); is && element["action_id"] != nil && !yield(part{block, element}) {
					return
				}
			}
		}
	}
}

func find(blocks []any, actionID string) (part, bool) {
	for p := range parts(blocks) {
		if p.actionID() == actionID {
			return p, true
		}
	}
	return part{}, false
}

// options are everything that can be chosen in an element.
func (p part) options() []obj {
	var all []obj
	add := func(list any) {
		options, _ := list.([]any)
		for _, o := range options {
			if option, is := o.(obj); is {
				all = append(all, option)
			}
		}
	}
	add(p.element["options"])
	groups, _ := p.element["option_groups"].([]any)
	for _, g := range groups {
		group, _ := g.(obj)
		add(group["options"])
	}
	return all
}

// option finds a choice by its value, or by what a person reads.
func (p part) option(chosen string) (obj, error) {
	for _, o := range p.options() {
		if o["value"] == chosen || textOf(o["text"]) == chosen {
			return o, nil
		}
	}
	if strings.Contains(p.kind(), "external") {
		return obj{"text": obj{"type": "plain_text", "text": chosen, "emoji": true}, "value": chosen}, nil
	}
	return nil, fmt.Errorf("%s has no choice %q", p.actionID(), chosen)
}

// entered is what an element carries once a person entered something: values of several are separated
// by commas.
func (p part) entered(value string) (obj, error) {
	o := obj{"type": p.kind()}
	switch kind := p.kind(); {
	case kind == "button":
		return obj{"type": "button", "value": p.element["value"], "text": p.element["text"]}, nil
	case kind == "checkboxes" || strings.HasPrefix(kind, "multi_") && strings.HasSuffix(kind, "static_select"):
		chosen := []obj{}
		for one := range strings.SplitSeq(value, ",") {
			if one = strings.TrimSpace(one); one == "" {
				continue
			}
			option, err := p.option(one)
			if err != nil {
				return nil, err
			}
			chosen = append(chosen, option)
		}
		o["selected_options"] = chosen
	case p.chooses():
		if value == "" {
			o["selected_option"] = nil
			return o, nil
		}
		option, err := p.option(value)
		if err != nil {
			return nil, err
		}
		o["selected_option"] = option
	case strings.HasPrefix(kind, "multi_"):
		o["selected_"+strings.TrimSuffix(strings.TrimPrefix(kind, "multi_"), "_select")] = strings.Split(value, ",")
	case p.field() != "":
		o[p.field()] = value
		if value == "" {
			o[p.field()] = nil
		}
	default:
		o["value"] = value
		if value == "" {
			o["value"] = nil
		}
	}
	return o, nil
}

// chooses says whether one of several options is chosen in an element.
func (p part) chooses() bool {
	return slices.Contains([]string{"static_select", "external_select", "radio_buttons", "overflow"}, p.kind())
}

// field is where an element that is neither text nor options puts what was entered.
func (p part) field() string {
	switch p.kind() {
	case "datepicker":
		return "selected_date"
	case "timepicker":
		return "selected_time"
	case "users_select":
		return "selected_user"
	case "conversations_select":
		return "selected_conversation"
	case "channels_select":
		return "selected_channel"
	}
	return ""
}

// initial is what stands in an element before anybody enters something; nil for elements without state.
func (p part) initial() obj {
	if p.kind() == "button" || p.kind() == "overflow" || p.kind() == "image" {
		return nil
	}
	o, err := p.entered("")
	if err != nil {
		return nil
	}
	for from, to := range map[string]string{
		"initial_value": "value", "initial_option": "selected_option", "initial_options": "selected_options",
		"initial_date": "selected_date", "initial_time": "selected_time", "initial_user": "selected_user",
		"initial_conversation": "selected_conversation", "initial_channel": "selected_channel",
	} {
		if value := p.element[from]; value != nil {
			o[to] = value
		}
	}
	return o
}

// empty says whether nothing was entered.
func empty(state obj) bool {
	for name, value := range state {
		if name == "type" || value == nil || value == "" {
			continue
		}
		if list, is := value.([]obj); is && len(list) == 0 {
			continue
		}
		return false
	}
	return true
}

// keepState is the state of a view's new blocks: what was entered stays where block and action ids do.
func keepState(old map[string]map[string]obj, body obj) map[string]map[string]obj {
	state := map[string]map[string]obj{}
	blocks, _ := body["blocks"].([]any)
	for p := range parts(blocks) {
		value := p.initial()
		if before, had := old[p.blockID()][p.actionID()]; had {
			value = before
		}
		if value != nil {
			put(state, p, value)
		}
	}
	return state
}

func put(state map[string]map[string]obj, p part, value obj) {
	if state[p.blockID()] == nil {
		state[p.blockID()] = map[string]obj{}
	}
	state[p.blockID()][p.actionID()] = value
}

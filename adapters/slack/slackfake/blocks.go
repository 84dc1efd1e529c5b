package slackfake

import (
	"encoding/json"
	"fmt"
	"slices"
)

// A checker walks blocks, complains as the platform does, and gives ids to what has none.
type checker struct {
	complaints []string
	blockIDs   map[string]bool
	next       func() string
	inputs     int
}

// checkBlocks checks the blocks of a message, at most so many, and answers them with all ids set, or
// invalid_blocks.
func (w *Workspace) checkBlocks(raw json.RawMessage, most int, inView bool) (json.RawMessage, error) {
	var blocks []any
	if json.Unmarshal(raw, &blocks) != nil {
		return nil, says("invalid_blocks_format")
	}
	k := w.checker()
	k.blocks("/blocks", blocks, most, inView)
	if err := k.verdict("invalid_blocks"); err != nil {
		return nil, err
	}
	if !inView && lettersIn(blocks) > mostLetters {
		return nil, says("msg_blocks_too_long")
	}
	out, err := json.Marshal(blocks)
	if err != nil {
		return nil, says("invalid_blocks_format")
	}
	return out, nil
}

// mostLetters is how many characters all blocks of a message may hold together. The platform does not
// document it; slackapi/bolt-js#2509 measured it.
const mostLetters = 13200

// lettersIn counts the characters of all texts, wherever they stand.
func lettersIn(value any) int {
	sum := 0
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			sum += lettersIn(one)
		}
	case obj:
		for name, one := range v {
			if text, is := one.(string); is && name == "text" {
				sum += len([]rune(text))
			} else {
				sum += lettersIn(one)
			}
		}
	}
	return sum
}

// checkView checks a modal or a Home tab. The platform calls what is wrong in one invalid_arguments.
func (w *Workspace) checkView(raw json.RawMessage, kind string) (obj, error) {
	var body obj
	if len(raw) > 250000 {
		return nil, says("view_too_large")
	}
	if json.Unmarshal(raw, &body) != nil || body == nil {
		return nil, says("invalid_arguments")
	}
	k := w.checker()
	if body["type"] != kind {
		k.complain("/view/type", "must be "+kind)
	}
	blocks, _ := body["blocks"].([]any)
	k.blocks("/view/blocks", blocks, 100, true)
	if kind == "modal" {
		k.text("/view/title", body["title"], 24, true, "plain_text")
		k.text("/view/submit", body["submit"], 24, k.inputs > 0, "plain_text")
		k.text("/view/close", body["close"], 24, false, "plain_text")
	} else if body["title"] != nil || body["submit"] != nil {
		k.complain("/view", "additional properties are not allowed")
	}
	k.length("/view/private_metadata", body["private_metadata"], 3000)
	k.length("/view/callback_id", body["callback_id"], 255)
	k.length("/view/external_id", body["external_id"], 255)
	return body, k.verdict("invalid_arguments")
}

func (w *Workspace) checker() *checker {
	return &checker{blockIDs: map[string]bool{}, next: func() string { return w.id("b") }}
}

func (k *checker) verdict(code string) error {
	if len(k.complaints) == 0 {
		return nil
	}
	return said{code, obj{"errors": k.complaints, "response_metadata": obj{"messages": k.complaints}}}
}

func (k *checker) complain(at, what string) {
	k.complaints = append(k.complaints, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", what, at))
}

// length complains about a string that is too long.
func (k *checker) length(at string, value any, most int) {
	if s, is := value.(string); is && len([]rune(s)) > most {
		k.complain(at, fmt.Sprintf("must be less than %d characters", most+1))
	}
}

// text complains about a text object that is missing, empty, too long or of another type.
func (k *checker) text(at string, value any, most int, must bool, types ...string) {
	o, is := value.(obj)
	if !is {
		if value != nil || must {
			k.complain(at, "missing required field: text object")
		}
		return
	}
	kind, _ := o["type"].(string)
	if !slices.Contains(types, kind) {
		k.complain(at+"/type", fmt.Sprintf("must be one of %v", types))
	}
	if text, _ := o["text"].(string); text == "" {
		k.complain(at+"/text", "must be more than 0 characters")
	}
	k.length(at+"/text", o["text"], most)
}

// many complains about a list that is too short or too long.
func (k *checker) many(at string, list []any, most int) {
	switch {
	case len(list) == 0:
		k.complain(at, "must provide at least 1 item")
	case len(list) > most:
		k.complain(at, fmt.Sprintf("no more than %d items allowed", most))
	}
}

func (k *checker) blocks(at string, blocks []any, most int, inView bool) {
	k.many(at, blocks, most)
	for i, b := range blocks {
		block, is := b.(obj)
		here := fmt.Sprintf("%s/%d", at, i)
		if !is {
			k.complain(here, "must be an object")
			continue
		}
		id, _ := block["block_id"].(string)
		if id == "" {
			id = k.next()
			block["block_id"] = id
		}
		if k.blockIDs[id] {
			k.complain(here+"/block_id", "block_id "+id+" already exists")
		}
		k.blockIDs[id] = true
		k.length(here+"/block_id", id, 255)
		k.block(here, block, inView)
	}
}

func (k *checker) block(at string, b obj, inView bool) {
	kind, _ := b["type"].(string)
	elements, _ := b["elements"].([]any)
	switch kind {
	case "section":
		k.section(at, b)
	case "header":
		k.text(at+"/text", b["text"], 150, true, "plain_text")
	case "context":
		k.many(at+"/elements", elements, 10)
		for i, e := range elements {
			if o, is := e.(obj); is && o["type"] != "image" {
				k.text(fmt.Sprintf("%s/elements/%d", at, i), o, 3000, true, "plain_text", "mrkdwn")
			}
		}
	case "actions":
		k.many(at+"/elements", elements, 25)
		k.elements(at+"/elements", elements)
	case "input":
		k.inputs++
		k.text(at+"/label", b["label"], 2000, true, "plain_text")
		k.text(at+"/hint", b["hint"], 2000, false, "plain_text")
		k.elements(at+"/element", []any{b["element"]})
	case "rich_text":
		k.many(at+"/elements", elements, 1000)
		k.rich(at+"/elements", elements)
	case "divider", "image", "video", "table":
	case "markdown", "file":
		if inView {
			k.complain(at+"/type", "unsupported type: "+kind)
		}
	default:
		k.complain(at+"/type", "unsupported type: "+kind)
	}
}

// rich complains about texts in rich text that are empty.
func (k *checker) rich(at string, list []any) {
	for i, value := range list {
		e, _ := value.(obj)
		here := fmt.Sprintf("%s/%d", at, i)
		if text, is := e["text"].(string); e["type"] == "text" && (!is || text == "") {
			k.complain(here+"/text", "must be more than 0 characters")
		}
		inner, _ := e["elements"].([]any)
		k.rich(here+"/elements", inner)
	}
}

func (k *checker) section(at string, b obj) {
	fields, hasFields := b["fields"].([]any)
	k.text(at+"/text", b["text"], 3000, !hasFields, "plain_text", "mrkdwn")
	if hasFields {
		k.many(at+"/fields", fields, 10)
	}
	for i, f := range fields {
		k.text(fmt.Sprintf("%s/fields/%d", at, i), f, 2000, true, "plain_text", "mrkdwn")
	}
	if b["accessory"] != nil {
		k.elements(at+"/accessory", []any{b["accessory"]})
	}
}

// elements checks interactive elements, whose action ids must differ within a block.
func (k *checker) elements(at string, list []any) {
	ids := map[string]bool{}
	for i, e := range list {
		here := fmt.Sprintf("%s/%d", at, i)
		o, is := e.(obj)
		if !is {
			k.complain(here, "must be an object")
			continue
		}
		id, _ := o["action_id"].(string)
		if id == "" && o["type"] != "image" {
			id = k.next()
			o["action_id"] = id
		}
		if ids[id] {
			k.complain(here+"/action_id", "action_id "+id+" already exists")
		}
		ids[id] = true
		k.length(here+"/action_id", id, 255)
		k.element(here, o)
	}
}

func (k *checker) element(at string, e obj) {
	kind, _ := e["type"].(string)
	k.text(at+"/placeholder", e["placeholder"], 150, false, "plain_text")
	if confirm, is := e["confirm"].(obj); is {
		k.text(at+"/confirm/title", confirm["title"], 100, true, "plain_text")
		k.text(at+"/confirm/text", confirm["text"], 300, true, "plain_text", "mrkdwn")
		k.text(at+"/confirm/confirm", confirm["confirm"], 30, false, "plain_text")
		k.text(at+"/confirm/deny", confirm["deny"], 30, false, "plain_text")
	}
	switch kind {
	case "button", "workflow_button":
		k.text(at+"/text", e["text"], 75, true, "plain_text")
		k.length(at+"/value", e["value"], 2000)
		k.length(at+"/url", e["url"], 3000)
		k.length(at+"/accessibility_label", e["accessibility_label"], 75)
		if style, _ := e["style"].(string); style != "" && style != "primary" && style != "danger" {
			k.complain(at+"/style", "must be primary or danger")
		}
	case "overflow":
		k.options(at, e, 5)
	case "radio_buttons", "checkboxes":
		k.options(at, e, 10)
	case "static_select", "multi_static_select":
		k.options(at, e, 100)
	case "plain_text_input":
		k.length(at+"/initial_value", e["initial_value"], 3000)
		if most, is := e["max_length"].(float64); is && (most < 1 || most > 3000) {
			k.complain(at+"/max_length", "must be between 1 and 3000")
		}
	case "external_select", "multi_external_select", "users_select", "multi_users_select", "conversations_select",
		"multi_conversations_select", "channels_select", "multi_channels_select", "datepicker", "timepicker",
		"datetimepicker", "number_input", "email_text_input", "url_text_input", "rich_text_input", "file_input", "image":
	default:
		k.complain(at+"/type", "unsupported type: "+kind)
	}
}

// options checks what can be chosen, in groups or not.
func (k *checker) options(at string, e obj, most int) {
	groups, grouped := e["option_groups"].([]any)
	if !grouped {
		list, _ := e["options"].([]any)
		k.optionList(at+"/options", list, most)
		return
	}
	k.many(at+"/option_groups", groups, 100)
	for i, g := range groups {
		group, _ := g.(obj)
		list, _ := group["options"].([]any)
		here := fmt.Sprintf("%s/option_groups/%d", at, i)
		k.text(here+"/label", group["label"], 75, true, "plain_text")
		k.optionList(here+"/options", list, most)
	}
}

func (k *checker) optionList(at string, list []any, most int) {
	k.many(at, list, most)
	for i, o := range list {
		option, _ := o.(obj)
		here := fmt.Sprintf("%s/%d", at, i)
		k.text(here+"/text", option["text"], 75, true, "plain_text", "mrkdwn")
		k.text(here+"/description", option["description"], 75, false, "plain_text", "mrkdwn")
		k.length(here+"/value", option["value"], 150)
	}
}

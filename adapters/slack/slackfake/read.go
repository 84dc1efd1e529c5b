package slackfake

import (
	"fmt"
	"strings"
)

// reading is what a person reads in blocks, a line for each: labels of buttons stand in [brackets],
// choices in [label: a | b].
func reading(blocks []any) string {
	var lines []string
	for _, b := range blocks {
		block, _ := b.(obj)
		lines = append(lines, readBlock(block)...)
	}
	return strings.Join(lines, "\n")
}

func readBlock(b obj) []string {
	var lines []string
	add := func(line string) {
		if line != "" {
			lines = append(lines, line)
		}
	}
	list, _ := b["elements"].([]any)
	switch b["type"] {
	case "section":
		add(plain(textOf(b["text"])))
		fields, _ := b["fields"].([]any)
		for _, f := range fields {
			add(plain(textOf(f)))
		}
		add(readElement(b["accessory"]))
	case "header":
		add(textOf(b["text"]))
	case "divider":
		add("———")
	case "image":
		add(fmt.Sprint(b["alt_text"]))
	case "markdown":
		add(fmt.Sprint(b["text"]))
	case "input":
		add(textOf(b["label"]) + " " + readElement(b["element"]))
		add(textOf(b["hint"]))
	case "rich_text":
		add(readRich(list))
	default: // context, actions
		var words []string
		for _, e := range list {
			words = append(words, readElement(e))
		}
		add(strings.Join(words, " "))
	}
	return lines
}

func readElement(value any) string {
	e, _ := value.(obj)
	if e == nil {
		return ""
	}
	p := part{element: e}
	switch e["type"] {
	case "button":
		return "[" + textOf(e["text"]) + "]"
	case "plain_text":
		return textOf(e)
	case "mrkdwn":
		return plain(textOf(e))
	case "image":
		return fmt.Sprint(e["alt_text"])
	}
	var choices []string
	for _, o := range p.options() {
		choices = append(choices, plain(textOf(o["text"])))
	}
	label := textOf(e["placeholder"])
	switch initial, _ := e["initial_option"].(obj); {
	case len(choices) == 0:
		return "[" + label + "]"
	case initial != nil:
		label = textOf(initial["text"])
	}
	return "[" + strings.TrimPrefix(label+": ", ": ") + strings.Join(choices, " | ") + "]"
}

// readRich reads the sections, lists and quotes of rich text.
func readRich(list []any) string {
	var out strings.Builder
	for _, value := range list {
		e, _ := value.(obj)
		inner, _ := e["elements"].([]any)
		switch e["type"] {
		case "text", "link":
			text, _ := e["text"].(string)
			if text == "" {
				text, _ = e["url"].(string)
			}
			out.WriteString(text)
		case "user":
			fmt.Fprintf(&out, "@%v", e["user_id"])
		case "emoji":
			fmt.Fprintf(&out, ":%v:", e["name"])
		default:
			if out.Len() > 0 {
				out.WriteString("\n")
			}
			out.WriteString(readRich(inner))
		}
	}
	return out.String()
}

// plain undoes what escaping and links do to a text; markup such as *bold* stays.
func plain(text string) string {
	var out strings.Builder
	for {
		before, rest, opens := strings.Cut(text, "<")
		out.WriteString(before)
		if !opens {
			break
		}
		inner, after, closes := strings.Cut(rest, ">")
		if !closes {
			out.WriteString("<" + rest)
			break
		}
		target, label, labelled := strings.Cut(inner, "|")
		if labelled {
			target = label
		}
		out.WriteString(target)
		text = after
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(out.String())
}

// escape is what Slack's client does to what a person typed.
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

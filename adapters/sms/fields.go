package sms

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// A finder reads one field of a message by the name that the gateway has for it.
type finder func(name string) string

// formed reads a query or form.
func formed(values url.Values) finder {
	return func(name string) string { return values.Get(name) }
}

// listed are the messages of a JSON body: one, or those of the list at a path. query fills in what the
// body does not have.
func listed(body []byte, list string, query url.Values) ([]finder, bool) {
	whole, ok := decoded(body)
	if !ok {
		return nil, false
	}
	at := whole
	if list != "" {
		at = inside(whole, list)
	}
	items, many := at.([]any)
	if !many {
		items = []any{at}
	}
	var all []finder
	for _, item := range items {
		all = append(all, func(name string) string {
			if found := plainly(inside(item, name)); found != "" {
				return found
			}
			return query.Get(name)
		})
	}
	return all, true
}

func decoded(body []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var whole any
	return whole, d.Decode(&whole) == nil
}

// inside follows a path such as "messages.0.id".
func inside(at any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		switch node := at.(type) {
		case map[string]any:
			at = node[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(node) {
				return nil
			}
			at = node[i]
		default:
			return nil
		}
	}
	return at
}

// plainly is a value of JSON as text; "" for what is none.
func plainly(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// answered finds something in a gateway's answer, by a path through JSON or a pattern.
func answered(body []byte, path string) string {
	if path == "" {
		return ""
	}
	if pattern, is := patternOf(path); is {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return ""
		}
		if found := re.FindSubmatch(body); len(found) > 1 {
			return string(found[1])
		}
		return ""
	}
	whole, ok := decoded(body)
	if !ok {
		return ""
	}
	return plainly(inside(whole, path))
}

package slackfake

import (
	"encoding/json"
	"slices"
	"strings"
)

// A Markup is live markup in something that the app posted: a mention, a call to everybody, a link.
type Markup struct {
	Channel, TS string // or "view" and its id
	What        string // such as <!channel> or <https://example.org|ici>
}

// Markups are the live mentions and links in mrkdwn of the app that are not in Options.Allowed. Where a
// citizen's words are escaped as they must be, there are none.
func (w *Workspace) Markups() []Markup {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.markups)
}

// checkMarkup looks at the text of a message and at every mrkdwn object in its blocks.
func (w *Workspace) checkMarkup(channel, ts, text string, blocks json.RawMessage) {
	for _, mrkdwn := range append([]string{text}, mrkdwnIn(decode(blocks))...) {
		for what := range live(mrkdwn) {
			if !slices.ContainsFunc(w.Allowed, func(ok string) bool { return strings.HasPrefix(strings.Trim(what, "<@#!"), ok) }) {
				w.markups = append(w.markups, Markup{channel, ts, what})
			}
		}
	}
}

// live walks the markup in angle brackets that is not escaped.
func live(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for {
			_, rest, opens := strings.Cut(text, "<")
			inner, after, closes := strings.Cut(rest, ">")
			if !opens || !closes {
				return
			}
			if isMarkup(inner) && !yield("<"+inner+">") {
				return
			}
			text = rest
			if isMarkup(inner) {
				text = after
			}
		}
	}
}

func isMarkup(inner string) bool {
	for _, begins := range []string{"@U", "@W", "!channel", "!here", "!everyone", "!subteam", "#C", "#G", "http://", "https://", "mailto:", "tel:", "slack:"} {
		if strings.HasPrefix(inner, begins) {
			return true
		}
	}
	return false
}

// mrkdwnIn collects the texts of type mrkdwn, wherever they stand.
func mrkdwnIn(value any) []string {
	var all []string
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			all = append(all, mrkdwnIn(one)...)
		}
	case obj:
		if text, is := v["text"].(string); is && v["type"] == "mrkdwn" {
			all = append(all, text)
		}
		for _, one := range v {
			all = append(all, mrkdwnIn(one)...)
		}
	}
	return all
}

package slackfake

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// span is what a call asks for of a history: the bounds, and the page.
type span struct {
	oldest, latest int64
	inclusive      bool
	limit          int
	from           int64 // where the page begins; 0 at the start
}

func spanOf(c *call) (span, error) {
	s := span{oldest: micros(c.arg("oldest")), latest: micros(c.arg("latest")), inclusive: c.flag("inclusive"), limit: 100}
	if n, err := strconv.Atoi(c.arg("limit")); err == nil && n > 0 {
		s.limit = min(n, 999)
	}
	if cursor := c.arg("cursor"); cursor != "" {
		text, err := base64.StdEncoding.DecodeString(cursor)
		ts, is := strings.CutPrefix(string(text), "next_ts:")
		if err != nil || !is || micros(ts) == 0 {
			return s, says("invalid_cursor")
		}
		s.from = micros(ts)
	}
	return s, nil
}

func (s span) holds(ts string) bool {
	at := micros(ts)
	after := s.oldest == 0 || at > s.oldest || (s.inclusive && at == s.oldest)
	before := s.latest == 0 || at < s.latest || (s.inclusive && at == s.latest)
	return after && before
}

// cut answers the first messages and the cursor of the rest.
func (s span) cut(all []*message) ([]*message, string) {
	if len(all) <= s.limit {
		return all, ""
	}
	return all[:s.limit], base64.StdEncoding.EncodeToString([]byte("next_ts:" + all[s.limit].ts))
}

// readable finds a channel whose messages the app may read.
func (w *Workspace) readable(id string) (*channel, error) {
	ch, err := w.visible(id, w.BotUser)
	if err != nil {
		return nil, err
	}
	if err := w.demand(ch.family() + ":history"); err != nil {
		return nil, err
	}
	if !ch.members[w.BotUser] {
		return nil, says("not_in_channel")
	}
	return ch, nil
}

func conversationsHistory(w *Workspace, c *call) (obj, error) {
	ch, err := w.readable(c.arg("channel"))
	if err != nil {
		return nil, err
	}
	s, err := spanOf(c)
	if err != nil {
		return nil, err
	}
	var all []*message
	for _, m := range slices.Backward(ch.messages) {
		if m.root() && s.holds(m.ts) && (s.from == 0 || micros(m.ts) <= s.from) {
			all = append(all, m)
		}
	}
	part, next := s.cut(all)
	return w.historyJSON(part, next, c), nil
}

func conversationsReplies(w *Workspace, c *call) (obj, error) {
	ch, err := w.readable(c.arg("channel"))
	if err != nil {
		return nil, err
	}
	root := ch.byTS[c.arg("ts")]
	if root == nil {
		return nil, says("thread_not_found")
	}
	s, err := spanOf(c)
	if err != nil {
		return nil, err
	}
	var all []*message
	for _, m := range root.replies() {
		if s.holds(m.ts) && micros(m.ts) >= s.from {
			all = append(all, m)
		}
	}
	part, next := s.cut(all)
	return w.historyJSON(append([]*message{root}, part...), next, c), nil
}

func (w *Workspace) historyJSON(part []*message, next string, c *call) obj {
	list := []obj{}
	metadata := c.flag("include_all_metadata") && w.granted("metadata.message:read")
	for _, m := range part {
		list = append(list, w.messageJSON(m, metadata))
	}
	return obj{"messages": list, "has_more": next != "", "pin_count": 0, "response_metadata": obj{"next_cursor": next}}
}

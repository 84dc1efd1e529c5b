package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/turn"
)

// A sending is one message of the web chat, as its sender knows it.
type sending struct {
	ID     string `json:"id"`
	Text   string `json:"text,omitempty"`
	Option string `json:"option,omitempty"`
	Acked  bool   `json:"-"` // it was answered 202
}

// A showing is one event of the web chat's stream.
type showing struct {
	Seq    string
	From   string
	ID     string
	Text   string
	Option string
}

// key names what must be shown once. A button's label is left out: a stream that begins after the
// question does not know it.
func (s showing) key() string {
	if s.Option != "" {
		s.Text = s.Option
	}
	return fmt.Sprintf("%s %s%s: %s", s.Seq, s.From, s.ID, s.Text)
}

// An account is what the sender, the store and the stream say of one conversation. Nothing in it was
// erased: an erasure leaves nothing to compare.
type account struct {
	sent    []sending   // in the sender's order, which is the conversation's: one after the other
	session bot.Session // as it is stored
	log     []bot.Entry
	shown   []showing // what the stream shows from the beginning
	live    []showing // what a reader saw who came back after each break; it may end early
}

// A verdict names what is wrong with an account; nothing, when all is well.
type verdict struct{ lost, twice, reordered, other []string }

func (v *verdict) wrong(format string, args ...any) {
	v.other = append(v.other, fmt.Sprintf(format, args...))
}

func (v *verdict) clean() bool {
	return len(v.lost)+len(v.twice)+len(v.reordered)+len(v.other) == 0
}

func (v *verdict) String() string {
	few := func(all []string) []string { return all[:min(3, len(all))] }
	return fmt.Sprintf("lost %q, twice %q, reordered %q, other %q", few(v.lost), few(v.twice), few(v.reordered), few(v.other))
}

// judge compares an account with itself: every acknowledged message once and in order, the session
// and what was said exactly what the engine makes of those inputs, and that shown once.
func judge(a account, decides turn.Stepper) verdict {
	var v verdict
	v.compare(messages(a))
	if err := replay(a, decides); err != nil {
		v.wrong("replay: %v", err)
	}
	want := visible(a.log)
	v.compare(want, keys(a.shown))
	if len(a.live) > 0 { // what had not come yet when the reader left is not missing
		last := slices.Index(want, a.live[len(a.live)-1].key())
		v.compare(want[:last+1], keys(a.live))
	}
	return v
}

// messages are those the log should have, and those it has. What was sent and never answered may be
// there or not.
func messages(a account) (want, got []string) {
	line := func(id, text, option string) string { return id + ": " + text + option }
	for _, e := range a.log {
		if e.Input == nil || e.Input.Leg.For != bot.ToCitizen {
			continue
		}
		id := e.Input.ID[strings.LastIndexByte(e.Input.ID, ':')+1:]
		switch ev := e.Input.Event.(type) {
		case bot.Said:
			got = append(got, line(id, string(ev.Text), ""))
		case bot.Chose:
			got = append(got, line(id, "", string(ev.Ask)+"."+ev.Option))
		}
	}
	for _, s := range a.sent {
		l := line(s.ID, s.Text, s.Option)
		if s.Acked || slices.Contains(got, l) {
			want = append(want, l)
		}
	}
	return want, got
}

// visible is what a person may see of a log, in its order.
func visible(log []bot.Entry) []string {
	var lines []showing
	for _, e := range log {
		s := showing{Seq: fmt.Sprint(e.Seq), From: "bot"}
		switch {
		case e.Input != nil && e.Input.Leg.For == bot.ToCitizen:
			s.From, s.ID = "you", e.Input.ID[strings.LastIndexByte(e.Input.ID, ':')+1:]
			switch ev := e.Input.Event.(type) {
			case bot.Said:
				s.Text = string(ev.Text)
			case bot.Chose:
				s.Option = string(ev.Ask) + "." + ev.Option
			default:
				continue
			}
		case e.To == bot.ToCitizen:
			switch ef := e.Effect.(type) {
			case bot.Say:
				s.Text = ef.Text
			case bot.Speak:
				s.From, s.Text = "counsellor", string(ef.Text)
			case bot.Hangup: // an event without words
			default:
				continue
			}
		default:
			continue
		}
		lines = append(lines, s)
	}
	return keys(lines)
}

func keys(all []showing) []string {
	lines := make([]string, len(all))
	for i, s := range all {
		lines[i] = s.key()
	}
	return lines
}

// compare names what is missing, there twice, in another place, or there without a reason.
func (v *verdict) compare(want, got []string) {
	place := make(map[string]int, len(want))
	for i, w := range want {
		place[w] = i
	}
	seen, last := make(map[string]bool, len(got)), -1
	for _, g := range got {
		at, known := place[g]
		switch {
		case !known:
			v.wrong("nobody sent or said %q", g)
		case seen[g]:
			v.twice = append(v.twice, g)
		case at < last:
			v.reordered = append(v.reordered, g)
		default:
			last = at
		}
		seen[g] = true
	}
	for _, w := range want {
		if !seen[w] {
			v.lost = append(v.lost, w)
		}
	}
}

// replay has the engine decide the log's inputs again, in order, from the empty session, and says
// where what it decides is not what is stored. The number of the statistics alone is random.
func replay(a account, decides turn.Stepper) error {
	s, log := bot.Session{ID: a.session.ID, Trace: a.session.Trace}, a.log
	for len(log) > 0 {
		if log[0].Input == nil {
			return fmt.Errorf("entry %d is an effect that follows from no input", log[0].Seq)
		}
		t, err := decides.Step(s, *log[0].Input)
		if err != nil {
			return fmt.Errorf("entry %d: %w", log[0].Seq, err)
		}
		want := t.Entries()
		for i := range want {
			if i == len(log) {
				return fmt.Errorf("the log ends before entry %d", want[i].Seq)
			}
			if w, g := stored(want[i]), stored(log[i]); w != g {
				return fmt.Errorf("entry %d\n got %s\nwant %s", want[i].Seq, g, w)
			}
		}
		log = log[len(want):]
		if s, err = bot.DecodeSession(bot.EncodeSession(nil, &t.After)); err != nil {
			return fmt.Errorf("session after entry %d: %w", t.After.Entries, err)
		}
		s.ID, s.Version = t.After.ID, t.After.Version
	}
	if s.Version != a.session.Version {
		return fmt.Errorf("the log has %d turns, the session %d", s.Version, a.session.Version)
	}
	if !bytes.Equal(bot.EncodeSession(nil, &s), bot.EncodeSession(nil, &a.session)) {
		return fmt.Errorf("session\n got %+v\nwant %+v", a.session, s)
	}
	return nil
}

// stored is an entry as the log has it.
func stored(e bot.Entry) string {
	text, err := json.Marshal(e)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

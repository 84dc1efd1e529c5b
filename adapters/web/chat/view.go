package chat

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"frontdesk/bot"
)

// An event is one thing that was said, as a browser reads it.
type event struct {
	From      string    `json:"from"` // bot, counsellor or you
	At        time.Time `json:"at"`
	Text      string    `json:"text,omitempty"`
	ID        string    `json:"id,omitempty"`      // of the person's own message
	Message   string    `json:"message,omitempty"` // names a counsellor's
	Amends    bool      `json:"amends,omitempty"`  // in place of what it said before
	Withdrawn bool      `json:"withdrawn,omitempty"`
	Option    string    `json:"option,omitempty"` // the button they pressed
	Name      string    `json:"name,omitempty"`
	Structure string    `json:"structure,omitempty"`
	Ask       bot.AskID `json:"ask,omitempty"`
	Options   []option  `json:"options,omitempty"`
	Safety    bool      `json:"safety,omitempty"`
	Links     []link    `json:"links,omitempty"`
	End       bool      `json:"end,omitempty"`
	Forget    bool      `json:"forget,omitempty"`
}

type option struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

type link struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

// A view turns a log into what the person may see of it. It remembers the last question, to call a
// button by its name.
type view struct {
	leg     string // whose screen it is
	options []option
}

// event says whether an entry is for the person's eyes, and how it looks. Only what is addressed to
// the citizen, and what the citizen said, ever is.
func (v *view) event(e bot.Entry) (event, bool) {
	switch {
	case e.Input != nil:
		return v.own(e)
	case e.To == bot.ToCitizen:
		return v.effect(e)
	case e.To == bot.ToNobody:
		// A deletion is for a place, not for a person.
		if _, is := e.Effect.(bot.Forget); is {
			return v.effect(e)
		}
	}
	return event{}, false
}

func (v *view) own(e bot.Entry) (event, bool) {
	if e.Input.Leg.For != bot.ToCitizen {
		return event{}, false
	}
	own := event{From: "you", At: e.At, ID: ownID(e.Input.ID)}
	switch happened := e.Input.Event.(type) {
	case bot.Said:
		own.Text = string(happened.Text)
		if happened.Amends != "" {
			own.ID, own.Amends = ownID(happened.Amends), true
		}
	case bot.Unplayed:
		own.Text = string(happened.Text)
	case bot.Chose:
		own.Option = optionID(happened.Ask, happened.Option)
		own.Text = v.label(own.Option)
	default: // arrivals, silences, keys: nothing was said
		return event{}, false
	}
	return own, true
}

func (v *view) effect(e bot.Entry) (event, bool) {
	shown := event{From: "bot", At: e.At}
	switch effect := e.Effect.(type) {
	case bot.Say:
		shown.Text, shown.Ask, shown.Safety = effect.Text, effect.Ask, effect.Safety
		for _, c := range effect.Options {
			shown.Options = append(shown.Options, option{optionID(effect.Ask, c.ID), c.Label})
		}
		for _, l := range effect.Links {
			shown.Links = append(shown.Links, link(l))
		}
		if len(shown.Options) > 0 {
			v.options = shown.Options
		}
	case bot.Speak:
		shown.From, shown.Name, shown.Structure, shown.Text = "counsellor", effect.Name, effect.From, string(effect.Text)
		shown.Message, shown.Amends = outside(effect.Message), effect.Amends
	case bot.Withdraw:
		shown.From, shown.Message, shown.Withdrawn = "counsellor", outside(effect.Message), true
	case bot.Hangup:
		shown.End = true
	case bot.Forget:
		if effect.Leg != "" && effect.Leg != v.leg {
			return event{}, false
		}
		shown.Forget = true
	case bot.Listen, bot.Write, bot.Post, bot.Present, bot.Pass, bot.Tell: // nothing to see
		return event{}, false
	default:
		return event{}, false
	}
	return shown, true
}

// ownID is how the page calls the person's own message: as it named it itself, or, for one that came by
// another channel, by an outside name.
func ownID(input string) string {
	if !strings.HasPrefix(input, string(Channel)+":") {
		return outside(input)
	}
	return input[strings.LastIndexByte(input, ':')+1:]
}

// outside names an input for a page: ids of inputs can say who wrote them, and where.
func outside(input string) string {
	sum := sha256.Sum256([]byte("message " + input))
	return hex.EncodeToString(sum[:8])
}

// label is empty when the question was asked before this stream began: the page has it.
func (v *view) label(id string) string {
	for _, o := range v.options {
		if o.ID == id {
			return o.Label
		}
	}
	return ""
}

func optionID(ask bot.AskID, option string) string { return string(ask) + "." + option }

package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// An envelope is one thing that Slack says, whichever way it came: exactly one of its parts is set. Only
// what is read is decoded. So a block that the library does not know breaks nothing, and no name is here
// that could be written down somewhere.
type envelope struct {
	event       *happening
	interaction *interaction
	command     *command
	attempt     int // of Slack's, from 0
}

var errMalformed = errors.New("a body that Slack's documentation does not describe")

// A happening is one event of the Events API.
type happening struct {
	ID          string            `json:"-"` // of the event, the same however often it is brought
	Us          string            `json:"-"` // our own user id
	Type        string            `json:"type"`
	Subtype     string            `json:"subtype"`
	User        named             `json:"user"`
	Channel     named             `json:"channel"`
	ChannelType string            `json:"channel_type"`
	Text        string            `json:"text"`
	TS          string            `json:"ts"`
	Thread      string            `json:"thread_ts"`
	Deleted     string            `json:"deleted_ts"`
	Bot         string            `json:"bot_id"`
	Workflow    string            `json:"workflow_id"`
	Files       []json.RawMessage `json:"files"`
	Message     *message          `json:"message"`
	Previous    *message          `json:"previous_message"`
	Tab         string            `json:"tab"`
}

// A message is a message inside an event or an interaction.
type message struct {
	Subtype string `json:"subtype"`
	User    string `json:"user"`
	Text    string `json:"text"`
	TS      string `json:"ts"`
	Thread  string `json:"thread_ts"`
	Bot     string `json:"bot_id"`
	Edited  *struct {
		TS string `json:"ts"`
	} `json:"edited"`
}

// named is the id of somebody or something, which Slack gives alone or inside an object.
type named struct {
	ID   string
	Gone bool // a user whose account was closed
}

// UnmarshalJSON takes a string, or what matters of an object.
func (n *named) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var object struct {
			ID      string `json:"id"`
			Deleted bool   `json:"deleted"`
		}
		err := json.Unmarshal(data, &object)
		n.ID, n.Gone = object.ID, object.Deleted
		return err
	}
	return json.Unmarshal(data, &n.ID)
}

// An interaction is a button, a form, a shortcut.
type interaction struct {
	Type      string  `json:"type"`
	Callback  string  `json:"callback_id"`
	Trigger   string  `json:"trigger_id"`
	Answer    string  `json:"response_url"`
	User      named   `json:"user"`
	Channel   named   `json:"channel"`
	Message   message `json:"message"`
	Container struct {
		Channel   string `json:"channel_id"`
		TS        string `json:"message_ts"`
		Thread    string `json:"thread_ts"`
		Ephemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Actions []struct {
		ID       string `json:"action_id"`
		Value    string `json:"value"`
		Selected chosen `json:"selected_option"`
	} `json:"actions"`
	View struct {
		ID       string `json:"id"`
		Callback string `json:"callback_id"`
		Metadata string `json:"private_metadata"`
		State    struct {
			Values map[string]map[string]field `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

type chosen struct {
	Value string `json:"value"`
}

// A field is what somebody put into one input of a form.
type field struct {
	Value    string   `json:"value"`
	Selected chosen   `json:"selected_option"`
	Ticked   []chosen `json:"selected_options"`
	Date     string   `json:"selected_date"`
	Hour     string   `json:"selected_time"`
}

// A command is « /accueil … ».
type command struct {
	Name    string `json:"command"`
	Text    string `json:"text"`
	User    string `json:"user_id"`
	Trigger string `json:"trigger_id"`
	Answer  string `json:"response_url"`
}

// The outer types of the Events API.
const (
	outerEvent        = "event_callback"
	outerVerification = "url_verification"
	outerLimited      = "app_rate_limited"
)

// An outer is the envelope of the Events API itself.
type outer struct {
	Type          string          `json:"type"`
	ID            string          `json:"event_id"`
	Challenge     string          `json:"challenge"`
	Event         json.RawMessage `json:"event"`
	Authorization []struct {
		User string `json:"user_id"`
		Bot  bool   `json:"is_bot"`
	} `json:"authorizations"`
}

// decodeEvent reads a body of the Events API. event is nil where the body is about the subscription
// itself.
func decodeEvent(body []byte) (outer, *happening, error) {
	var o outer
	if err := json.Unmarshal(body, &o); err != nil {
		return o, nil, errMalformed // what json says could quote the body
	}
	if o.Type != outerEvent {
		return o, nil, nil
	}
	var h happening
	if err := json.Unmarshal(o.Event, &h); err != nil || h.Type == "" {
		return o, nil, errMalformed
	}
	h.ID = o.ID
	for _, a := range o.Authorization {
		if a.Bot {
			h.Us = a.User
		}
	}
	return o, &h, nil
}

func decodeInteraction(body []byte) (*interaction, error) {
	var i interaction
	if err := json.Unmarshal(body, &i); err != nil || i.Type == "" {
		return nil, errMalformed
	}
	return &i, nil
}

// commandOf reads the form by which a command comes over HTTP.
func commandOf(form url.Values) *command {
	return &command{Name: form.Get("command"), Text: form.Get("text"), User: form.Get("user_id"),
		Trigger: form.Get("trigger_id"), Answer: form.Get("response_url")}
}

// lane is what an envelope is kept in order with: the thread, the form, or the person.
func (e envelope) lane() string {
	switch {
	case e.event != nil:
		return e.event.Channel.ID + " " + e.event.root()
	case e.interaction != nil && e.interaction.View.ID != "":
		return "view " + e.interaction.View.ID
	case e.interaction != nil && e.interaction.Container.TS != "":
		return e.interaction.Container.Channel + " " + e.interaction.Container.TS
	case e.interaction != nil:
		return "user " + e.interaction.User.ID
	case e.command != nil:
		return "user " + e.command.User
	}
	return ""
}

// root is the thread that an event is in, "" for none. At the top level of a deletion it is empty.
func (h *happening) root() string {
	switch {
	case h.Message != nil && h.Message.Thread != "":
		return h.Message.Thread
	case h.Previous != nil && h.Previous.Thread != "":
		return h.Previous.Thread
	}
	return h.Thread
}

// when is the instant that a timestamp of Slack's names; zero where it names none.
func when(ts string) time.Time {
	seconds, fraction, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	micros, err := strconv.ParseInt(fmt.Sprintf("%.6s", fraction+"000000"), 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(s, micros*1000).UTC()
}

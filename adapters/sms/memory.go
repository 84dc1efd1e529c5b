package sms

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"frontdesk/adapters/messaging"
	"frontdesk/bot"
)

// How long things are remembered.
const (
	reportsFor = 72 * time.Hour       // a message is tried for so long by the networks
	stoppedFor = 180 * 24 * time.Hour // nobody writes first: what could go out then belongs to an older talk
	codesFor   = 24 * time.Hour       // a gateway does not come again later
)

// Kinds of references.
const (
	sentRef  = "sms-sent"  // ref → what it was part of
	theirRef = "sms-id"    // the gateway's id → ref
	stopRef  = "sms-stop"  // number → the input that said it
	partsRef = "sms-parts" // number → parts that wait
	codeRef  = "sms-code"  // input → dealt with: a code redeemed, a STOP marked or undone, a part heard
)

// memory is what the channel remembers. Numbers stand in names only, which the store keeps as hashes.
type memory struct{ refs bot.Refs }

// A sending is what became of one part of a delivery.
type sending struct {
	Conversation bot.ConversationID `json:"c"`
	Leg          string             `json:"l,omitempty"`
	Seq          int64              `json:"n,omitempty"`
	Message      string             `json:"m,omitempty"` // a counsellor's
	Recap        bool               `json:"r,omitempty"` // of a call
	ID           string             `json:"i,omitempty"` // the gateway's, or ours where it has none
	Taken        bool               `json:"t,omitempty"` // by the gateway
	Ended        string             `json:"e,omitempty"` // delivered or failed
}

func (m memory) sending(ctx context.Context, ref string) (s sending, raw string, err error) {
	raw, err = messaging.Known(ctx, m.refs, sentRef, ref)
	if err == nil {
		_ = json.Unmarshal([]byte(raw), &s) // of another version: as if it were not there
	}
	return s, raw, err
}

// note keeps what became of a part; another who was faster knows as much.
func (m memory) note(ctx context.Context, ref, before string, s sending) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return messaging.Note(ctx, m.refs, sentRef, ref, before, string(raw), reportsFor)
}

// named notes what the gateway calls a part.
func (m memory) named(ctx context.Context, id, ref string) error {
	return messaging.Note(ctx, m.refs, theirRef, id, "", ref, reportsFor)
}

func (m memory) ref(ctx context.Context, id string) (string, error) {
	return messaging.Known(ctx, m.refs, theirRef, id)
}

// quiet marks a STOP that the gateway has confirmed itself.
const quiet = "quiet "

// stop notes that a person wants nothing more. first is false of a second STOP, and of one that something
// written later has undone; of the same one, come again, it is true. Each input changes the mark once: a
// gateway repeats what was taken long ago.
func (m memory) stop(ctx context.Context, number, input string, confirmed bool) (first bool, err error) {
	value := input
	if confirmed {
		value = quiet + input
	}
	if before, err := m.did(ctx, input+marked); err != nil {
		return false, err
	} else if before {
		now, err := messaging.Known(ctx, m.refs, stopRef, number)
		return now == value, err
	}
	if first, err = messaging.First(ctx, m.refs, stopRef, number, value, stoppedFor); err != nil {
		return false, err
	}
	return first, m.didNow(ctx, input+marked)
}

// marked is behind the name of an input that has changed the mark of a STOP, or has left it.
const marked = ":stop"

// start undoes a STOP, once.
func (m memory) start(ctx context.Context, number, input string) error {
	value, err := messaging.Known(ctx, m.refs, stopRef, number)
	if err != nil {
		return err
	}
	if value != "" {
		if before, err := m.did(ctx, input+marked); before || err != nil {
			return err
		}
		if err := m.refs.DropRef(ctx, stopRef, number); err != nil {
			return err
		}
	}
	return m.didNow(ctx, input+marked)
}

// stopped says whether a person wants nothing more, and which input's answer is still owed to them.
func (m memory) stopped(ctx context.Context, number string) (is bool, owed string, err error) {
	value, err := messaging.Known(ctx, m.refs, stopRef, number)
	switch {
	case err != nil || value == "":
		return false, "", err
	case strings.HasPrefix(value, quiet):
		return true, "", nil
	}
	return true, value, nil
}

func (m memory) did(ctx context.Context, input string) (bool, error) {
	value, err := messaging.Known(ctx, m.refs, codeRef, input)
	return value != "", err
}

func (m memory) didNow(ctx context.Context, input string) error {
	return messaging.Note(ctx, m.refs, codeRef, input, "", "1", codesFor)
}

package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"frontdesk/adapters/messaging"
	"frontdesk/bot"
)

// A memory keeps what Telegram calls things. It holds ids only, no words, and ends by itself.
type memory struct{ refs bot.Refs }

// The kinds of references.
const (
	heardRef  = "telegram-heard"  // bot:chat:message → id of the input that a person's text became
	sentRef   = "telegram-sent"   // delivery → ids of the messages it became so far
	spokenRef = "telegram-spoken" // conversation/leg/message of a counsellor → ids of its messages
	chatRef   = "telegram-chat"   // bot:chat → what is known of it
	dataRef   = "telegram-data"   // hash → data of a button that is too long for Telegram
	doneRef   = "telegram-done"   // bot:update → a code of it was used, or an album or a group was answered
)

const (
	// young is how old a message may be to be edited by a person, or deleted by a bot (Bot API,
	// deleteMessage).
	young = 48 * time.Hour
	// pressable is how long a button with long data can be pressed.
	pressable = 30 * 24 * time.Hour
	// mostNoted bounds the messages of one chat that are remembered for an erasure.
	mostNoted = 400
)

// A record is what is known of a chat.
type record struct {
	Language string  `json:"l,omitempty"` // hint of the person's application
	Keyboard bool    `json:"k,omitempty"` // the button that gives a number is shown
	Messages []noted `json:"m,omitempty"` // that can still be deleted, oldest first
}

// noted is a message: its id, when it was seen (Unix seconds), and 1 if it came from the person.
type noted [3]int64

// note adds messages and lets go of those that are too old or too many.
func (r *record) note(now time.Time, from int64, ids ...int) {
	for _, id := range ids {
		if !slices.ContainsFunc(r.Messages, func(n noted) bool { return n[0] == int64(id) }) {
			r.Messages = append(r.Messages, noted{int64(id), now.Unix(), from})
		}
	}
	oldest := now.Add(-young).Unix()
	r.Messages = slices.DeleteFunc(r.Messages, func(n noted) bool { return n[1] < oldest })
	r.Messages = r.Messages[max(0, len(r.Messages)-mostNoted):]
}

// chat reads what is known of a room.
func (m memory) chat(ctx context.Context, r room) (record, string, error) {
	text, err := messaging.Known(ctx, m.refs, chatRef, r.peer())
	var known record
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &known)
	}
	if err != nil {
		return record{}, "", fmt.Errorf("reference of kind %s: %w", chatRef, err)
	}
	return known, text, nil
}

// change has what is known of a room changed, however many do so at once.
func (m memory) change(ctx context.Context, r room, change func(*record)) error {
	for range 10 {
		known, old, err := m.chat(ctx, r)
		if err != nil {
			return err
		}
		change(&known)
		text, err := json.Marshal(known)
		if err != nil || string(text) == old {
			return err
		}
		life := young
		if known.Keyboard {
			life = pressable // it stays on the screen until it is removed
		}
		err = m.refs.SetRef(ctx, chatRef, r.peer(), old, string(text), life)
		if !errors.Is(err, bot.ErrTaken) {
			return err
		}
	}
	return fmt.Errorf("reference of kind %s: it never stands still: %w", chatRef, bot.ErrTaken)
}

// ids reads which messages something became; none where that is not known.
func (m memory) ids(ctx context.Context, kind, name string) ([]int, error) {
	text, err := messaging.Known(ctx, m.refs, kind, name)
	var ids []int
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &ids)
	}
	if err != nil {
		return nil, fmt.Errorf("reference of kind %s: %w", kind, err)
	}
	return ids, nil
}

// became notes which messages something is now; before is what was noted last.
func (m memory) became(ctx context.Context, kind, name string, before, ids []int) error {
	text := func(ids []int) string {
		if len(ids) == 0 {
			return ""
		}
		b, _ := json.Marshal(ids) // numbers always can be
		return string(b)
	}
	if text(ids) == text(before) {
		return nil
	}
	return m.refs.SetRef(ctx, kind, name, text(before), text(ids), young)
}

// heard notes the input that a person's message became. Of a repetition, or an edit, the first input stays the
// one that is amended.
func (m memory) heard(ctx context.Context, r room, message int, input string) error {
	return messaging.Note(ctx, m.refs, heardRef, messageName(r, message), "", input, young)
}

// first finds the input that a person's message became, "" where it is not known.
func (m memory) first(ctx context.Context, r room, message int) (string, error) {
	return messaging.Known(ctx, m.refs, heardRef, messageName(r, message))
}

func messageName(r room, message int) string { return r.peer() + ":" + strconv.Itoa(message) }

// once says whether name is done for the first time, or again by the same doer.
func (m memory) once(ctx context.Context, name, by string, life time.Duration) (bool, error) {
	return messaging.First(ctx, m.refs, doneRef, name, by, life)
}

// done says whether name was done before.
func (m memory) done(ctx context.Context, name string) (bool, error) {
	by, err := messaging.Known(ctx, m.refs, doneRef, name)
	return by != "", err
}

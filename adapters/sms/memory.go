package sms

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

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
	codeRef  = "sms-code"  // input → dealt with
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
	raw, err = m.refs.Ref(ctx, sentRef, ref)
	if errors.Is(err, bot.ErrNotFound) {
		return sending{}, "", nil
	}
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
	err = m.refs.SetRef(ctx, sentRef, ref, before, string(raw), reportsFor)
	if errors.Is(err, bot.ErrTaken) {
		return nil
	}
	return err
}

// named notes what the gateway calls a part.
func (m memory) named(ctx context.Context, id, ref string) error {
	err := m.refs.SetRef(ctx, theirRef, id, "", ref, reportsFor)
	if errors.Is(err, bot.ErrTaken) {
		return nil
	}
	return err
}

func (m memory) ref(ctx context.Context, id string) (string, error) {
	ref, err := m.refs.Ref(ctx, theirRef, id)
	if errors.Is(err, bot.ErrNotFound) {
		return "", nil
	}
	return ref, err
}

// quiet marks a STOP that the gateway has confirmed itself.
const quiet = "quiet "

// stop notes that a person wants nothing more. first is false of a second STOP; of the same one, come
// again, it is true.
func (m memory) stop(ctx context.Context, number, input string, confirmed bool) (first bool, err error) {
	value := input
	if confirmed {
		value = quiet + input
	}
	err = m.refs.SetRef(ctx, stopRef, number, "", value, stoppedFor)
	if !errors.Is(err, bot.ErrTaken) {
		return err == nil, err
	}
	before, err := m.refs.Ref(ctx, stopRef, number)
	return before == value, err
}

// start undoes a STOP.
func (m memory) start(ctx context.Context, number string) error {
	if _, err := m.refs.Ref(ctx, stopRef, number); errors.Is(err, bot.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	return m.refs.DropRef(ctx, stopRef, number)
}

// stopped says whether a person wants nothing more, and which input's answer is still owed to them.
func (m memory) stopped(ctx context.Context, number string) (is bool, owed string, err error) {
	value, err := m.refs.Ref(ctx, stopRef, number)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return false, "", nil
	case err != nil:
		return false, "", err
	case strings.HasPrefix(value, quiet):
		return true, "", nil
	}
	return true, value, nil
}

func (m memory) did(ctx context.Context, input string) (bool, error) {
	_, err := m.refs.Ref(ctx, codeRef, input)
	if errors.Is(err, bot.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (m memory) didNow(ctx context.Context, input string) error {
	err := m.refs.SetRef(ctx, codeRef, input, "", "1", codesFor)
	if errors.Is(err, bot.ErrTaken) {
		return nil
	}
	return err
}

// rooms lets what arrives from one number be taken one after the other in this process.
type rooms struct {
	mu   sync.Mutex
	held map[string]*held
}

type held struct {
	sync.Mutex
	users int
}

// enter waits for the number's turn; the function it returns ends it.
func (r *rooms) enter(number string) (leave func()) {
	r.mu.Lock()
	if r.held == nil {
		r.held = map[string]*held{}
	}
	h := r.held[number]
	if h == nil {
		h = &held{}
		r.held[number] = h
	}
	h.users++
	r.mu.Unlock()
	h.Lock()
	return func() {
		h.Unlock()
		r.mu.Lock()
		defer r.mu.Unlock()
		if h.users--; h.users == 0 {
			delete(r.held, number)
		}
	}
}

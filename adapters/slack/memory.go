package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
)

// A memory keeps what Slack calls things: where a card stands, which conversation a thread is, which
// message an input became. It holds ids only, no words, and ends by itself.
type memory struct {
	refs bot.Refs
	kept time.Duration
}

// The kinds of references.
const (
	roomRef   = "slack-room"   // queue → channel; for good
	placeRef  = "slack-place"  // channel:ts of a card or of a thread's root → conversation
	cardRef   = "slack-card"   // conversation → its cards
	talkRef   = "slack-talk"   // conversation/leg → root of the owner's thread
	shownRef  = "slack-shown"  // conversation/input id → what it became in the owner's thread
	sourceRef = "slack-source" // channel:ts of a citizen's words in the owner's thread → conversation and input id
)

// usuallyKept is how long they are known where nobody says otherwise: as long as a case and its end are
// (README, "What is kept").
const usuallyKept = 200 * 24 * time.Hour

// A spot is one message in Slack.
type spot struct {
	Channel string `json:"c"`
	TS      string `json:"t"`
}

func (s spot) name() string { return s.Channel + ":" + s.TS }

// A place is what a card's message, or the root of a thread, stands for.
type place struct {
	Conversation bot.ConversationID `json:"c"`
	Kind         string             `json:"k"` // card, guest, talk
}

// cards are the messages that show one case: in its queue's channel, and in a guest's.
type cards struct {
	Card   spot            `json:"c,omitzero"`
	Guest  spot            `json:"g,omitzero"`
	Queue  bot.QueueName   `json:"q,omitempty"` // whose room Card stands in
	Beside bot.StructureID `json:"b,omitempty"` // whose room Guest stands in
	Closed bool            `json:"x,omitempty"` // Card says that the case has ended
}

// A source is the input that some words in the owner's thread came from.
type source struct {
	Conversation bot.ConversationID `json:"c"`
	Input        string             `json:"i"`
}

// get reads a reference into v; bot.ErrNotFound where there is none.
func (m memory) get(ctx context.Context, kind, name string, v any) error {
	text, err := m.refs.Ref(ctx, kind, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("reference of kind %s: %w", kind, err)
	}
	return nil
}

// put writes a reference, whatever was there.
func (m memory) put(ctx context.Context, kind, name string, v any, ttl time.Duration) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("reference of kind %s: %w", kind, err)
	}
	for range 3 {
		old, err := m.refs.Ref(ctx, kind, name)
		if err != nil && !errors.Is(err, bot.ErrNotFound) {
			return err
		}
		if old == string(text) && ttl == 0 {
			return nil
		}
		err = m.refs.SetRef(ctx, kind, name, old, string(text), ttl)
		if !errors.Is(err, bot.ErrTaken) {
			return err
		}
	}
	return fmt.Errorf("reference of kind %s: many change it at once", kind)
}

// conversation finds which conversation a card's thread, or a thread in direct messages, belongs to.
func (m memory) conversation(ctx context.Context, at spot) (place, error) {
	var p place
	err := m.get(ctx, placeRef, at.name(), &p)
	return p, err
}

// standsFor remembers what a card's message or a thread's root is.
func (m memory) standsFor(ctx context.Context, at spot, p place) error {
	return m.put(ctx, placeRef, at.name(), p, m.kept)
}

// written is where a counsellor's message stands, by the id of its input.
func written(input string) (spot, bool) {
	rest, is := strings.CutPrefix(input, "slack:")
	channel, ts, both := strings.Cut(rest, ":")
	return spot{channel, ts}, is && both && !strings.Contains(ts, ":")
}

// amend changes a reference that several may change at once. change says whether there is anything to
// write.
func amend[T any](ctx context.Context, m memory, kind, name string, ttl time.Duration, change func(*T) bool) error {
	for range 5 {
		old, err := m.refs.Ref(ctx, kind, name)
		if err != nil && !errors.Is(err, bot.ErrNotFound) {
			return err
		}
		var v T
		if old != "" {
			if err := json.Unmarshal([]byte(old), &v); err != nil {
				return fmt.Errorf("reference of kind %s: %w", kind, err)
			}
		}
		if !change(&v) {
			return nil
		}
		text, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("reference of kind %s: %w", kind, err)
		}
		if err := m.refs.SetRef(ctx, kind, name, old, string(text), ttl); !errors.Is(err, bot.ErrTaken) {
			return err
		}
	}
	return fmt.Errorf("reference of kind %s: many change it at once", kind)
}

// rootsRef is everything of ours that stands for a conversation: cards, also in rooms that the case has
// left, and threads of owners, also past ones. It is what forgetting goes by.
const rootsRef = "slack-roots"

// A root is one of these, and the owner's leg whose it is; "" for a card.
type root struct {
	spot
	Leg string `json:"l,omitempty"`
}

// stands remembers a message of ours that has to be found again when the conversation is forgotten, and
// what it is.
func (m memory) stands(ctx context.Context, at root, p place) error {
	err := amend(ctx, m, rootsRef, string(p.Conversation), m.kept, func(all *[]root) bool {
		if slices.Contains(*all, at) {
			return false
		}
		*all = append(*all, at)
		return true
	})
	if err != nil {
		return err
	}
	return m.standsFor(ctx, at.spot, p)
}

// roots are what stands for a conversation.
func (m memory) roots(ctx context.Context, id bot.ConversationID) ([]root, error) {
	var all []root
	err := m.get(ctx, rootsRef, string(id), &all)
	if errors.Is(err, bot.ErrNotFound) {
		return nil, nil
	}
	return all, err
}

// A room is the channel of a queue, and who was invited to it.
type room struct {
	Channel string   `json:"c"`
	Invited []string `json:"i,omitempty"`
}

// A talk is the owner's thread of one conversation.
type talk struct {
	spot           // its root
	Dossier string `json:"d,omitempty"`
	Need    string `json:"n,omitempty"` // coded
	From    string `json:"f"`           // mark of the delivery that opened it
	Brief   []spot `json:"b,omitempty"` // the messages of the brief
	Whole   bool   `json:"w,omitempty"` // the brief stands there to its end
	Ended   bool   `json:"e,omitempty"` // the case is not this owner's any more
	Pointed bool   `json:"p,omitempty"` // WordsLink: a new message was announced, and not answered yet
}

func talkName(conversation bot.ConversationID, leg string) string {
	return string(conversation) + "/" + leg
}

// talk finds the owner's thread, or bot.ErrNotFound.
func (m memory) talk(ctx context.Context, conversation bot.ConversationID, leg string) (talk, error) {
	var t talk
	err := m.get(ctx, talkRef, talkName(conversation, leg), &t)
	return t, err
}

// shown is what one input became in the owner's thread: one message, or several parts in order.
type shown struct {
	From  string `json:"f"`          // mark of the delivery
	Parts []spot `json:"p"`          // that stand there
	Of    int    `json:"n"`          // how many there must be
	Root  spot   `json:"r,omitzero"` // of the thread they stand in
}

func shownName(conversation bot.ConversationID, input string) string {
	return string(conversation) + "/" + input
}

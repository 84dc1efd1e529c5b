// Package bottest holds what tests plug in: fakes with behaviour and acceptance suites. It is not
// part of the service.
package bottest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"frontdesk/bot"
)

// A Door is a bot.Door in memory. It keeps one log per conversation, applies each input once, and
// answers with a script in the same step. It can be put to sleep.
type Door struct {
	mu            sync.Mutex
	script        Script
	legs          map[string]bot.ConversationID
	conversations map[bot.ConversationID]*conversation
	asleep        bool
	full          bool
}

// A Script says what follows from an input. turn is the number of the turn, from 1: a question is
// named after it. Without a script a Door runs Reception.
type Script func(turn int, in bot.Input) []bot.Addressed

type conversation struct {
	log   []bot.Entry
	gone  int // entries that have expired
	seen  map[string]bool
	turns int
	grown chan struct{} // closed and replaced when the log grows
}

// NewDoor returns a door that plays Reception.
func NewDoor() *Door {
	return &Door{
		script:        Reception,
		legs:          make(map[string]bot.ConversationID),
		conversations: make(map[bot.ConversationID]*conversation),
	}
}

// Play replaces the script.
func (d *Door) Play(s Script) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.script = s
}

// Sleep makes everything answer bot.ErrUnavailable until it is called with false.
func (d *Door) Sleep(asleep bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asleep = asleep
}

// Fill makes Take answer bot.ErrTooMany until it is called with false.
func (d *Door) Fill(full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = full
}

// Open implements bot.Door. The same channel and peer find the same conversation.
func (d *Door) Open(ctx context.Context, leg bot.Leg) (bot.ConversationID, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asleep || ctx.Err() != nil {
		return "", fmt.Errorf("open conversation: %w", bot.ErrUnavailable)
	}
	key := string(leg.Channel) + " " + string(leg.Peer)
	id, known := d.legs[key]
	if !known {
		id = bot.ConversationID("conversation-" + strconv.Itoa(len(d.legs)+1))
		d.legs[key] = id
		d.conversations[id] = &conversation{seen: make(map[string]bool), grown: make(chan struct{})}
	}
	return id, nil
}

// Take implements bot.Door: a repeated input is taken again and changes nothing.
func (d *Door) Take(ctx context.Context, in bot.Input) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.conversations[in.Conversation]
	switch {
	case d.asleep || ctx.Err() != nil:
		return fmt.Errorf("take %s: %w", in.ID, bot.ErrUnavailable)
	case d.full:
		return fmt.Errorf("take %s: %w", in.ID, bot.ErrTooMany)
	case c == nil:
		return fmt.Errorf("take %s: conversation %s: %w", in.ID, in.Conversation, bot.ErrNotFound)
	case c.seen[in.ID]:
		return nil
	}
	c.seen[in.ID] = true
	c.turns++
	in.At = time.Now().UTC().Truncate(time.Millisecond)
	c.append(bot.Entry{Cause: in.ID, At: in.At, Input: &in})
	for _, e := range d.script(c.turns, in) {
		c.append(bot.Entry{Cause: in.ID, At: in.At, To: e.To, Effect: e.Effect})
	}
	return nil
}

// Append adds effects that no input of this door caused: a counsellor's words, a card.
func (d *Door) Append(id bot.ConversationID, effects ...bot.Addressed) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.conversations[id]
	for _, e := range effects {
		c.append(bot.Entry{Cause: "elsewhere", At: time.Now().UTC().Truncate(time.Millisecond), To: e.To, Effect: e.Effect})
	}
}

// Expire has a conversation's words go, as they do a day after its last turn. Numbers go on.
func (d *Door) Expire(id bot.ConversationID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.conversations[id].gone = len(d.conversations[id].log)
}

// Await implements bot.Door.
func (d *Door) Await(ctx context.Context, id bot.ConversationID, input string) ([]bot.Entry, error) {
	ctx, stop := context.WithTimeout(ctx, 2500*time.Millisecond)
	defer stop()
	var seq int64
	for {
		entries, err := d.Follow(ctx, id, seq)
		if err != nil || entries == nil {
			return nil, err
		}
		seq = entries[len(entries)-1].Seq
		entries = slices.DeleteFunc(slices.Clone(entries), func(e bot.Entry) bool { return e.Cause != input })
		if len(entries) > 0 {
			return entries, nil
		}
	}
}

// Follow implements bot.Door.
func (d *Door) Follow(ctx context.Context, id bot.ConversationID, seq int64) ([]bot.Entry, error) {
	for {
		entries, grown, err := d.after(id, seq)
		if err != nil || len(entries) > 0 {
			return entries, err
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-grown:
		}
	}
}

// Log returns the whole log of a conversation.
func (d *Door) Log(id bot.ConversationID) []bot.Entry {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.conversations[id]; c != nil {
		return slices.Clone(c.log)
	}
	return nil
}

// Inputs returns the events of a conversation, in the order in which they were applied.
func (d *Door) Inputs(id bot.ConversationID) []bot.Event {
	var events []bot.Event
	for _, e := range d.Log(id) {
		if e.Input != nil {
			events = append(events, e.Input.Event)
		}
	}
	return events
}

// Conversations returns how many were opened: they are called conversation-1, conversation-2, ….
func (d *Door) Conversations() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.conversations)
}

func (d *Door) after(id bot.ConversationID, seq int64) ([]bot.Entry, <-chan struct{}, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.conversations[id]
	switch {
	case d.asleep:
		return nil, nil, fmt.Errorf("follow %s: %w", id, bot.ErrUnavailable)
	case c == nil:
		return nil, nil, fmt.Errorf("follow %s: %w", id, bot.ErrNotFound)
	}
	from := min(max(seq, int64(c.gone)), int64(len(c.log)))
	return slices.Clone(c.log[from:]), c.grown, nil
}

func (c *conversation) append(e bot.Entry) {
	e.Seq = int64(len(c.log)) + 1
	c.log = append(c.log, e)
	close(c.grown)
	c.grown = make(chan struct{})
}

// Reception is a small front desk: a greeting with three choices, an echo, and what each word of
// the service does on a screen.
func Reception(turn int, in bot.Input) []bot.Addressed {
	ask := bot.AskID(strconv.Itoa(turn) + ".1")
	question := bot.Say{Ask: ask, Options: []bot.Choice{
		{ID: "emploi", Label: "Un emploi ou une formation"},
		{ID: "etudes", Label: "Les études, le lycée, le collège"},
		{ID: "vae", Label: "La VAE, ou créer mon entreprise"},
	}}
	switch event := in.Event.(type) {
	case bot.Arrived:
		question.Text = "Bonjour, ici l'accueil orientation de la Région. Je suis un robot. Je vous informe, ou je vous passe une personne. Que cherchez-vous ?"
		return citizen(question)
	case bot.Chose:
		return citizen(bot.Say{Text: "Vous avez choisi « " + event.Option + " ». Racontez-moi un peu votre situation."})
	case bot.Said:
		return said(event, question)
	}
	return nil
}

func said(event bot.Said, question bot.Say) []bot.Addressed {
	switch event.Text {
	case "MOURIR":
		return citizen(bot.Say{
			Text:   "Merci de me le dire. Je suis un robot : parlez à quelqu'un tout de suite. Ces numéros répondent tout de suite.",
			Safety: true,
			Links:  []bot.Link{{Text: "15", URL: "tel:15"}, {Text: "SMS au 114", URL: "sms:114"}, {Text: "3114", URL: "tel:3114"}},
		})
	case "HUMAIN":
		return append(citizen(bot.Say{Text: "Je vous passe une personne."}, bot.Speak{Message: "m", Name: "Anna", From: "Accueil régional", Text: "Bonjour, je suis Anna. Que puis-je faire ?"}),
			bot.Addressed{To: bot.ToDesk, Effect: bot.Post{Card: bot.Card{Dossier: "OR-7F3K-2"}}},
			bot.Addressed{To: bot.ToOwner, Effect: bot.Pass{Text: "to the owner only"}},
			bot.Addressed{To: bot.ToActor, Effect: bot.Tell{Code: "won"}})
	case "STOP":
		return citizen(bot.Say{Text: "Merci et bonne suite."}, bot.Hangup{Reason: "stop"})
	case "EFFACER":
		return citizen(bot.Forget{Leg: "web"}, bot.Hangup{Reason: "erased"})
	}
	question.Text = "Vous avez dit : " + string(event.Text)
	return citizen(question)
}

func citizen(effects ...bot.Effect) []bot.Addressed {
	all := make([]bot.Addressed, len(effects))
	for i, e := range effects {
		all[i] = bot.Addressed{To: bot.ToCitizen, Effect: e}
	}
	return all
}

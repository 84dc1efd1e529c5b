package bottest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"frontdesk/bot"
)

// A Board is a counsellors' desk in memory: a Door whose inputs have the outcomes of the service
// (one winner of a claim, a message held before it goes) and the reads that a desk makes of a store.
// It knows no rights: those are for what is tested with it.
type Board struct {
	*Door
	// Hold is how long a message can be taken back.
	Hold  time.Duration
	names map[bot.CounsellorID]string
	mu    sync.Mutex // taken after the Door's
	cases map[bot.ConversationID]*deskCase
	here  map[bot.ConversationID]bool
}

type deskCase struct {
	card  bot.Card
	brief bot.Brief
	taken time.Time
	held  map[string]bool // messages that have not gone
}

// NewBoard returns a desk without cases. names are the first names of its counsellors.
func NewBoard(names map[bot.CounsellorID]string) *Board {
	b := &Board{Door: NewDoor(), Hold: 10 * time.Second, names: names,
		cases: make(map[bot.ConversationID]*deskCase), here: make(map[bot.ConversationID]bool)}
	b.Play(b.outcome)
	return b
}

// Add opens a conversation that waits for a counsellor, with what the bot said in it before.
func (b *Board) Add(card bot.Card, brief bot.Brief, before ...bot.Effect) bot.ConversationID {
	id, err := b.Open(context.Background(), bot.Leg{ID: "web", Channel: card.Channel, Peer: bot.Address("peer of " + card.Dossier), For: bot.ToCitizen})
	if err != nil {
		return ""
	}
	card.Conversation = id
	b.mu.Lock()
	b.cases[id] = &deskCase{card: card, brief: brief, held: make(map[string]bool)}
	b.mu.Unlock()
	for _, e := range before {
		b.Append(id, bot.Addressed{To: bot.ToCitizen, Effect: e})
	}
	return id
}

// Hear is the person writing.
func (b *Board) Hear(id bot.ConversationID, input string, text bot.Words) error {
	leg := bot.Leg{ID: "web", Channel: "web", Peer: "browser", For: bot.ToCitizen}
	return b.Take(context.Background(), bot.Input{ID: input, Conversation: id, Leg: leg, Event: bot.Said{Text: text}})
}

// Cards returns the open cases.
func (b *Board) Cards(context.Context) ([]bot.Card, error) {
	if b.sleeps() {
		return nil, fmt.Errorf("read cards: %w", bot.ErrUnavailable)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var cards []bot.Card
	for _, c := range b.cases {
		if c.card.Life.Open() {
			cards = append(cards, c.card)
		}
	}
	return cards, nil
}

// Head returns what a case's session says of the case.
func (b *Board) Head(_ context.Context, id bot.ConversationID) (bot.Head, error) {
	if b.sleeps() {
		return bot.Head{}, fmt.Errorf("read head: %w", bot.ErrUnavailable)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.cases[id]
	if c == nil {
		return bot.Head{}, bot.ErrNotFound
	}
	return bot.Head{Session: bot.Session{ID: id, Life: c.card.Life, Language: c.card.Language, Dossier: c.card.Dossier,
		Legs: []bot.Leg{{ID: "web", Channel: c.card.Channel, For: bot.ToCitizen}},
		Case: bot.Case{Queue: c.card.Queue, Structure: c.card.Structure, Beside: c.card.Beside, Owner: c.card.Owner, OwnerName: c.card.OwnerName,
			Urgent: c.card.Urgent, Since: c.card.Since, Due: c.card.Due, Mode: c.card.Mode, Hops: c.card.Hops,
			Outcome: c.card.Outcome, Procedure: c.card.Procedure, LeadOnly: c.card.LeadOnly}}}, nil
}

// Log returns the entries after seq, at most max.
func (b *Board) Log(_ context.Context, id bot.ConversationID, seq int64, max int) ([]bot.Entry, error) {
	if b.sleeps() {
		return nil, fmt.Errorf("read log: %w", bot.ErrUnavailable)
	}
	all, _, err := b.after(id, seq)
	if err != nil {
		return nil, nil // nothing is known of it
	}
	return all[:min(max, len(all))], nil
}

// Brief is the brief that a case was added with.
func (b *Board) Brief(s bot.Session) bot.Brief {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c := b.cases[s.ID]; c != nil {
		return c.brief
	}
	return bot.Brief{}
}

// Here, Gone and Present are a bot.Presence that does not expire.
func (b *Board) Here(_ context.Context, id bot.ConversationID, _ string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.here[id] = true
	return nil
}

// Gone says that the page was closed.
func (b *Board) Gone(_ context.Context, id bot.ConversationID, _ string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.here, id)
	return nil
}

// Present says whether Here was last.
func (b *Board) Present(_ context.Context, id bot.ConversationID) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.here[id], nil
}

func (b *Board) sleeps() bool {
	b.Door.mu.Lock()
	defer b.Door.mu.Unlock()
	return b.asleep
}

// outcome is the Script of the desk.
func (b *Board) outcome(_ int, in bot.Input) []bot.Addressed {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.cases[in.Conversation]
	if c == nil {
		return nil
	}
	switch e := in.Event.(type) {
	case bot.Said:
		if c.card.Owner == "" {
			return nil
		}
		return []bot.Addressed{{To: bot.ToOwner, Effect: bot.Pass{Text: e.Text}}}
	case bot.Claimed:
		return b.claim(c, in, e.By)
	case bot.Accepted:
		if c.card.Life != bot.Referred {
			return c.tell(e.By, "unknown", in.At)
		}
		c.card.Life = bot.Promised
		return c.tell(e.By, "accepted", in.At)
	case bot.Refused:
		c.card.Life, c.card.Structure, c.card.Queue = bot.Waiting, "lead", "lead"
		return c.tell(e.By, "refused", in.At)
	case bot.Noted:
		return c.tell(e.By, "noted", in.At)
	case bot.Procedure:
		c.card.Procedure = map[string]string{"open": "open", "called": "open", "close": "closed"}[e.Do]
		return c.tell(e.By, "procedure", in.At)
	}
	return b.owned(c, in)
}

// owned are the verbs of who owns the case, and of nobody else.
func (b *Board) owned(c *deskCase, in bot.Input) []bot.Addressed {
	switch e := in.Event.(type) {
	case bot.Replied:
		return c.ifOwner(e.By, in.At, func() []bot.Addressed { return b.hold(c, in, e) })
	case bot.TookBack:
		return c.ifOwner(e.By, in.At, func() []bot.Addressed {
			if !c.held[e.Message] {
				return c.tell(e.By, "too_late", in.At)
			}
			delete(c.held, e.Message)
			return c.tell(e.By, "taken_back", in.At)
		})
	case bot.Released:
		return c.ifOwner(e.By, in.At, func() []bot.Addressed {
			c.card.Life, c.card.Owner, c.card.OwnerName = bot.Waiting, "", ""
			return c.tell(e.By, "released", in.At)
		})
	case bot.Transferred:
		return c.ifOwner(e.By, in.At, func() []bot.Addressed {
			c.card.Life, c.card.Owner, c.card.OwnerName = bot.Referred, "", ""
			c.card.Structure, c.card.Queue, c.card.Hops = e.To, bot.QueueName(e.To), c.card.Hops+1
			return c.tell(e.By, "transferred", in.At)
		})
	case bot.Promise:
		return c.ifOwner(e.By, in.At, func() []bot.Addressed {
			c.card.Due = e.At
			return c.tell(e.By, "promised", e.At)
		})
	case bot.Finished:
		return c.ifOwner(e.By, in.At, func() []bot.Addressed {
			c.card.Life, c.card.Outcome = bot.Closed, e.Outcome
			return c.tell(e.By, "closed", in.At)
		})
	}
	return nil
}

func (b *Board) claim(c *deskCase, in bot.Input, by bot.CounsellorID) []bot.Addressed {
	switch c.card.Owner {
	case by:
		return c.tell(by, "already", in.At)
	case "":
	default:
		return []bot.Addressed{{To: bot.ToActor, Effect: bot.Tell{To: by, Code: "lost", Who: c.card.OwnerName, At: c.taken}}}
	}
	c.card.Owner, c.card.OwnerName, c.card.Life, c.taken = by, b.names[by], bot.Live, in.At
	return slices.Concat(c.tell(by, "won", in.At), []bot.Addressed{
		{To: bot.ToOwner, Effect: bot.Present{Brief: c.brief}},
		{To: bot.ToDesk, Effect: bot.Post{Card: c.card}},
	})
}

// hold lets a message go later, unless it is taken back. Tell.At is when it goes.
func (b *Board) hold(c *deskCase, in bot.Input, e bot.Replied) []bot.Addressed {
	c.held[in.ID] = true
	speak := bot.Addressed{To: bot.ToCitizen, Effect: bot.Speak{Message: in.ID, Name: c.card.OwnerName, From: string(c.card.Structure), Text: e.Text}}
	time.AfterFunc(b.Hold, func() {
		b.mu.Lock()
		goes := c.held[in.ID]
		delete(c.held, in.ID)
		b.mu.Unlock()
		if goes {
			b.Append(in.Conversation, speak)
		}
	})
	return c.tell(e.By, "sent", in.At.Add(b.Hold))
}

func (c *deskCase) ifOwner(by bot.CounsellorID, at time.Time, do func() []bot.Addressed) []bot.Addressed {
	if c.card.Owner != by {
		return c.tell(by, "not_owner", at)
	}
	return do()
}

func (c *deskCase) tell(to bot.CounsellorID, code string, at time.Time) []bot.Addressed {
	return []bot.Addressed{{To: bot.ToActor, Effect: bot.Tell{To: to, Code: code, At: at}}}
}

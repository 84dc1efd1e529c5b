package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"frontdesk/bot"
)

// Cases is what a Board reads of the store.
type Cases interface {
	Cards(ctx context.Context) ([]bot.Card, error)
	Head(ctx context.Context, id bot.ConversationID) (bot.Head, error)
	Log(ctx context.Context, id bot.ConversationID, seq int64, max int) ([]bot.Entry, error)
}

// Board is the bot.Board of every desk. What a counsellor may not see it answers with
// bot.ErrNotFound, as it does for what does not exist.
type Board struct {
	Cases  Cases
	Briefs func(bot.Session) bot.Brief
	// Coded says which answers are classes that every colleague of the structure may see before
	// somebody has taken the case. The others (a name, a number, free words) are for the owner. Nil:
	// none are.
	Coded func(answer string) bool
	// Lead is the structure that answers for all: its people read a conversation from the beginning, those of
	// a partner from when the case came to them. Nil: everybody reads all of it.
	Lead func() bot.StructureID
	// Recorded finds the message that a caller left, Blobs has its sound, and Audits keeps who heard it.
	// Nil: nobody hears any.
	Recorded func(bot.Session) (bot.Attachment, bool)
	Blobs    bot.Blobs
	Audits   bot.Audits
}

// pageSize bounds one read of a log.
const pageSize = 500

// Waiting returns the open cases that by may see, in the order of the list.
func (b *Board) Waiting(ctx context.Context, by bot.Counsellor) ([]bot.Card, error) {
	cards, err := b.Cases.Cards(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the open cases: %w", err)
	}
	return Order(Seen(by, cards)), nil
}

// Brief returns the brief and the card of a case. Before the claim, and to colleagues who do not own
// it, the brief holds coded answers only.
func (b *Board) Brief(ctx context.Context, by bot.Counsellor, id bot.ConversationID) (bot.Brief, bot.Card, error) {
	head, err := b.head(ctx, id)
	if err != nil {
		return bot.Brief{}, bot.Card{}, err
	}
	card, err := b.card(ctx, head.Session)
	if err != nil {
		return bot.Brief{}, bot.Card{}, err
	}
	if May(by, card, See) != nil {
		return bot.Brief{}, bot.Card{}, bot.ErrNotFound
	}
	brief := b.Briefs(head.Session)
	if May(by, card, Read) != nil {
		brief = b.coded(brief)
	}
	return brief, card, nil
}

// coded is the brief without whatever could name the person or quote them.
func (b *Board) coded(brief bot.Brief) bot.Brief {
	brief.Answers = slices.DeleteFunc(slices.Clone(brief.Answers), func(a bot.BriefLine) bool {
		return b.Coded == nil || !b.Coded(a.Name)
	})
	brief.Identified = false
	brief.Consent = ""
	brief.Message = nil
	return brief
}

// Words returns the conversation after seq, for its owner or for a lead of its structure, as far as the
// structure may read it. Where the person is reached is left out: what they gave on purpose stands in the
// brief.
func (b *Board) Words(ctx context.Context, by bot.Counsellor, id bot.ConversationID, seq int64) ([]bot.Entry, error) {
	head, err := b.head(ctx, id)
	if err != nil {
		return nil, err
	}
	if May(by, cardOf(head.Session), Read) != nil {
		return nil, bot.ErrNotFound
	}
	if b.Lead == nil || head.Session.Case.Structure == b.Lead() || head.Session.Case.Structure == "" {
		return b.log(ctx, id, seq)
	}
	all, err := b.log(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(theirs(all), func(e bot.Entry) bool { return e.Seq <= seq }), nil
}

// log reads a conversation after seq to its end.
func (b *Board) log(ctx context.Context, id bot.ConversationID, seq int64) ([]bot.Entry, error) {
	var all []bot.Entry
	for {
		page, err := b.Cases.Log(ctx, id, seq, pageSize)
		if err != nil {
			return nil, fmt.Errorf("read the conversation: %w", err)
		}
		for _, e := range page {
			all = append(all, unaddressed(e))
		}
		if len(page) < pageSize {
			return all, nil
		}
		seq = page[len(page)-1].Seq
	}
}

func unaddressed(e bot.Entry) bot.Entry {
	if e = bot.WithoutProof(e); e.Input == nil {
		return e
	}
	in := *e.Input
	in.Leg.Peer = ""
	e.Input = &in
	return e
}

func (b *Board) head(ctx context.Context, id bot.ConversationID) (bot.Head, error) {
	head, err := b.Cases.Head(ctx, id)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return bot.Head{}, bot.ErrNotFound
	case err != nil:
		return bot.Head{}, fmt.Errorf("read the case: %w", err)
	}
	return head, nil
}

// card is the projection's card brought up to date by the session, which is the truth about who owns
// what; a case that has left the projection still has the session's part.
func (b *Board) card(ctx context.Context, s bot.Session) (bot.Card, error) {
	cards, err := b.Cases.Cards(ctx)
	if err != nil {
		return bot.Card{}, fmt.Errorf("read the open cases: %w", err)
	}
	truth := cardOf(s)
	i := slices.IndexFunc(cards, func(c bot.Card) bool { return c.Conversation == s.ID })
	if i < 0 {
		return truth, nil
	}
	truth.Territory, truth.Need, truth.Public = cards[i].Territory, cards[i].Need, cards[i].Public
	truth.Adaptation, truth.Channel = cards[i].Adaptation, cards[i].Channel
	return truth, nil
}

func cardOf(s bot.Session) bot.Card {
	return bot.Card{
		Conversation: s.ID, Dossier: s.Dossier, Life: s.Life, Language: s.Language,
		Mode: s.Case.Mode, Queue: s.Case.Queue, Structure: s.Case.Structure, Beside: s.Case.Beside, Urgent: s.Case.Urgent,
		Owner: s.Case.Owner, OwnerName: s.Case.OwnerName, Since: s.Case.Since, Due: s.Case.Due,
		Hops: s.Case.Hops, Outcome: s.Case.Outcome, Procedure: s.Case.Procedure, LeadOnly: s.Case.LeadOnly,
	}
}

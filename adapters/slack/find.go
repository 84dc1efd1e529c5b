package slack

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/bot"
)

// ago is how long before its entry a message may seem to have been posted: clocks differ.
const ago = 2 * time.Minute

var errElsewhere = errors.New("not a leg of this desk")

// Find implements bot.Finder. It looks where the messages of a delivery would stand, and remembers what
// it finds there. What can be repeated is not looked for.
func (d *Desk) Find(ctx context.Context, v bot.Delivery) (bot.Receipt, bool, error) {
	var at spot
	var err error
	switch v.Leg.For {
	case bot.ToDesk:
		if p, is := v.Entry.Effect.(bot.Post); is {
			at, err = d.findCard(ctx, v, p.Card)
		}
	case bot.ToOwner:
		at, err = d.findSaid(ctx, v)
	case bot.ToNobody, bot.ToCitizen, bot.ToActor, bot.ToMail, bot.ToText:
		err = errElsewhere
	}
	if err != nil || at == (spot{}) {
		return bot.Receipt{}, false, err
	}
	return bot.Receipt{PlatformID: at.name()}, true, nil
}

// findCard looks for a card that was posted and not remembered. Where it then has to be brought up to
// date, or a guest has to have one too, it counts as not found: showing it again is an update.
func (d *Desk) findCard(ctx context.Context, v bot.Delivery, card bot.Card) (spot, error) {
	var c cards
	if err := d.memory.get(ctx, cardRef, string(v.Conversation), &c); err != nil && !errors.Is(err, bot.ErrNotFound) {
		return spot{}, fmt.Errorf("where the card of a case stands: %w", err)
	}
	was := c
	if card.Queue == "" || !card.Life.Open() && c.Card == (spot{}) {
		return spot{}, nil
	}
	r, err := d.remembered(ctx, card.Queue)
	if err != nil {
		return spot{}, err
	}
	if r.Channel != "" { // one that is remembered there may have been deleted, and posted again
		found, err := d.inChannel(ctx, v, r.Channel, 0)
		if err != nil {
			return spot{}, err
		}
		if found != (spot{}) {
			c.Card, c.Queue, c.Closed = found, card.Queue, !card.Life.Open()
		}
	}
	if card.Beside != "" && (c.Guest == spot{} || c.Beside != card.Beside) {
		if err := d.findGuest(ctx, v, card, &c); err != nil {
			return spot{}, err
		}
	}
	if c == was {
		return spot{}, nil
	}
	if err := d.found(ctx, v, was, c); err != nil {
		return spot{}, err
	}
	d.invite(ctx, card.Queue, card.Structure) // who posted it did not come to that
	if card.Beside != "" || was.Guest != (spot{}) {
		return spot{}, nil
	}
	return c.Card, nil
}

func (d *Desk) findGuest(ctx context.Context, v bot.Delivery, card bot.Card, c *cards) error {
	r, err := d.remembered(ctx, guestQueue(card))
	if err != nil || r.Channel == "" {
		return err
	}
	at, err := d.inChannel(ctx, v, r.Channel, guestPart)
	if at != (spot{}) {
		c.Guest, c.Beside = at, card.Beside
	}
	return err
}

// found remembers the cards that were looked for.
func (d *Desk) found(ctx context.Context, v bot.Delivery, was, c cards) error {
	if c.Card != was.Card {
		if err := d.memory.stands(ctx, root{spot: c.Card}, place{v.Conversation, "card"}); err != nil {
			return fmt.Errorf("remember a card: %w", err)
		}
	}
	if c.Guest != was.Guest {
		if err := d.memory.stands(ctx, root{spot: c.Guest}, place{v.Conversation, "guest"}); err != nil {
			return fmt.Errorf("remember a card: %w", err)
		}
	}
	return d.keepCards(ctx, v.Conversation, c)
}

// findSaid looks for what was posted into the owner's direct messages.
func (d *Desk) findSaid(ctx context.Context, v bot.Delivery) (spot, error) {
	t, err := d.known(ctx, v)
	if err != nil {
		return spot{}, err
	}
	switch e := v.Entry.Effect.(type) {
	case bot.Present:
		return d.findTalk(ctx, v, t, e.Brief)
	case bot.Pass:
		if d.Words == WordsLink {
			return d.findPointer(ctx, v, t)
		}
		return d.findQuote(ctx, v, t, len(partsOf(e)))
	case bot.Tell:
		if quiet(e) {
			return spot{}, d.findEcho(ctx, v, t, e)
		}
		return d.findLine(ctx, v, t, e)
	case bot.Say, bot.Listen, bot.Speak, bot.Withdraw, bot.Write, bot.Hangup, bot.Post, bot.Forget:
	}
	return spot{}, nil
}

// findTalk looks for a root, then for the brief below it. A brief that is not whole counts as not found:
// the rest of it is posted.
func (d *Desk) findTalk(ctx context.Context, v bot.Delivery, t talk, b bot.Brief) (spot, error) {
	if t.From != markOf(v).Delivery {
		channel, err := d.dm(ctx, string(v.Leg.Peer))
		if err != nil {
			return spot{}, err
		}
		at, err := d.inChannel(ctx, v, channel, 0)
		if err != nil || at == (spot{}) {
			return spot{}, err
		}
		t = talkOf(v, b)
		t.spot = at
		if err := d.began(ctx, v, t); err != nil {
			return spot{}, err
		}
	}
	if t.Whole || d.Words == WordsLink {
		return t.spot, nil
	}
	parts, err := d.inThread(ctx, v, t.spot)
	if err != nil {
		return spot{}, err
	}
	if len(parts) > len(t.Brief) {
		leaves, err := d.leaves(ctx, v, b)
		if err != nil {
			return spot{}, err
		}
		t.Brief, t.Whole = parts, len(parts) >= len(leaves)
		if err := d.keepTalk(ctx, v, t); err != nil {
			return spot{}, err
		}
	}
	if !t.Whole {
		return spot{}, nil
	}
	return t.spot, nil
}

// findQuote looks for the parts of a message. When some are missing it counts as not found: those are
// posted. Words that replaced others are not looked for: that can be repeated.
func (d *Desk) findQuote(ctx context.Context, v bot.Delivery, t talk, of int) (spot, error) {
	if t.spot == (spot{}) {
		return spot{}, nil
	}
	parts, err := d.inThread(ctx, v, t.spot)
	if err != nil || len(parts) == 0 {
		return spot{}, err
	}
	s := shown{From: markOf(v).Delivery, Parts: parts, Of: of, Root: t.spot}
	if err := d.keepShown(ctx, v, s, parts...); err != nil || len(parts) < s.Of {
		return spot{}, err
	}
	return parts[0], nil
}

// findEcho looks for a message that was written elsewhere. Its reaction can be repeated, so that it always
// counts as not found.
func (d *Desk) findEcho(ctx context.Context, v bot.Delivery, t talk, told bot.Tell) error {
	if _, here := written(told.Message); here || told.Code != "sent" || told.Message == "" {
		return nil
	}
	parts, err := d.echoed(ctx, v, t, told)
	if err == nil && len(parts) > 0 {
		_, err = d.findQuote(ctx, v, t, len(parts))
	}
	return err
}

func (d *Desk) findPointer(ctx context.Context, v bot.Delivery, t talk) (spot, error) {
	if t.spot == (spot{}) {
		return spot{}, nil
	}
	at, err := d.replyOf(ctx, v, t.spot)
	if err != nil || at == (spot{}) {
		return spot{}, err
	}
	t.Pointed = true
	return at, d.keepTalk(ctx, v, t)
}

// findLine looks for a sentence. One that also ends the thread counts as not found until it has.
func (d *Desk) findLine(ctx context.Context, v bot.Delivery, t talk, told bot.Tell) (spot, error) {
	var at spot
	var err error
	if t.spot != (spot{}) {
		at, err = d.replyOf(ctx, v, t.spot)
	} else {
		var channel string
		if channel, err = d.dm(ctx, string(v.Leg.Peer)); err == nil {
			at, err = d.inChannel(ctx, v, channel, 0)
		}
	}
	if err != nil || at == (spot{}) {
		return spot{}, err
	}
	return at, d.end(ctx, v, t, told)
}

// inChannel looks for a message of a delivery in a channel itself, the newest first.
func (d *Desk) inChannel(ctx context.Context, v bot.Delivery, channel string, part int) (spot, error) {
	want := markOf(v).part(part)
	p := &slack.GetConversationHistoryParameters{ChannelID: channel, Limit: 200, IncludeAllMetadata: true, Oldest: oldest(v)}
	for range pages {
		page, err := d.api.GetConversationHistoryContext(ctx, p)
		err = d.answered(ctx, "conversations.history", err)
		if gone(err) {
			return spot{}, nil
		} else if err != nil {
			return spot{}, err
		}
		for _, m := range page.Messages {
			if got, ours := markIn(m); ours && got == want {
				return spot{channel, m.Timestamp}, nil
			}
		}
		if !page.HasMore || page.ResponseMetaData.NextCursor == "" {
			return spot{}, nil
		}
		p.Cursor = page.ResponseMetaData.NextCursor
	}
	return spot{}, nil // 2,000 messages later nobody looks any more: a second card does less harm than none
}

// oldest is the earliest timestamp of Slack's that a message of the delivery can have.
func oldest(v bot.Delivery) string {
	if v.Entry.At.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.000000", v.Entry.At.Add(-ago).Unix())
}

// inThread are the parts of a delivery that stand in a thread, as far as they follow each other from the
// first.
func (d *Desk) inThread(ctx context.Context, v bot.Delivery, root spot) ([]spot, error) {
	replies, err := d.replies(ctx, root, oldest(v))
	if err != nil {
		return nil, err
	}
	at := map[int]spot{}
	for _, m := range replies {
		if got, ours := markIn(m); ours && got.Delivery == markOf(v).Delivery && got.Part > 0 {
			at[got.Part] = spot{root.Channel, m.Timestamp}
		}
	}
	var parts []spot
	for n := 1; at[n] != (spot{}); n++ {
		parts = append(parts, at[n])
	}
	return parts, nil
}

// replyOf is a delivery's only message in a thread.
func (d *Desk) replyOf(ctx context.Context, v bot.Delivery, root spot) (spot, error) {
	replies, err := d.replies(ctx, root, oldest(v))
	if err != nil {
		return spot{}, err
	}
	for _, m := range replies {
		if got, ours := markIn(m); ours && got == markOf(v) && m.Timestamp != root.TS {
			return spot{root.Channel, m.Timestamp}, nil
		}
	}
	return spot{}, nil
}

package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk/bot"
)

// guestPart tells the card in a guest's room from the one in the queue's.
const guestPart = 2

// show puts the card of a case where it belongs: a new one where there is none, else the one there is
// brought up to date. It can be repeated.
func (d *Desk) show(ctx context.Context, v bot.Delivery, card bot.Card) (spot, error) {
	card.Conversation = v.Conversation
	var c cards
	err := d.memory.get(ctx, cardRef, string(v.Conversation), &c)
	switch {
	case err != nil && !errors.Is(err, bot.ErrNotFound):
		return spot{}, fmt.Errorf("where the card of a case stands: %w", err)
	case card.Life == bot.Erased:
		return spot{}, d.forgetCase(ctx, v.Conversation)
	case c.Card == spot{} && !card.Life.Open():
		return spot{}, nil // it ended before anybody saw it
	case card.Queue == "":
		return spot{}, fmt.Errorf("a card without a queue: %w", bot.ErrUndeliverable)
	}
	was := c
	if c, err = d.showCard(ctx, v, card, c); err != nil {
		return spot{}, err
	}
	if c, err = d.showGuest(ctx, v, card, c); err != nil {
		return spot{}, err
	}
	if c != was {
		if err := d.keepCards(ctx, v.Conversation, c); err != nil {
			return spot{}, err
		}
	}
	return c.Card, nil
}

// showCard is for the room of the queue. Where the case has moved on, the old card says so and a new one is
// posted. A card of what has ended stays as it is: what comes back is a case of its own, often with a
// number of its own, and somebody must see it.
func (d *Desk) showCard(ctx context.Context, v bot.Delivery, card bot.Card, c cards) (cards, error) {
	old := c.Card
	switch {
	case c.Closed && card.Life.Open():
		old, c.Guest, c.Beside = spot{}, spot{}, ""
	case old != (spot{}) && c.Queue != "" && c.Queue != card.Queue:
		if err := d.farewell(ctx, old, saidOnly(card.Dossier, "Transmis à "+d.structureName(card)+".")); err != nil {
			return c, err
		}
		old = spot{}
	}
	at, err := d.place(ctx, v, placing{queue: card.Queue, structure: card.Structure, old: old, face: d.face(card, v.Entry.Seq, today(v)), mark: markOf(v), kind: "card"})
	if err != nil {
		return c, err
	}
	if at != c.Card {
		if err := d.memory.stands(ctx, root{spot: at}, place{v.Conversation, "card"}); err != nil {
			return c, fmt.Errorf("remember a card: %w", err)
		}
	}
	c.Card, c.Queue, c.Closed = at, card.Queue, !card.Life.Open()
	return c, d.keepCards(ctx, v.Conversation, c) // before the guest's, which may have to wait
}

// showGuest is for the room of a partner who was invited beside the lead.
func (d *Desk) showGuest(ctx context.Context, v bot.Delivery, card bot.Card, c cards) (cards, error) {
	if c.Guest != (spot{}) && c.Beside != card.Beside {
		if err := d.farewell(ctx, c.Guest, saidOnly(card.Dossier, "L'invitation est terminée.")); err != nil {
			return c, err
		}
		c.Guest, c.Beside = spot{}, ""
	}
	if card.Beside == "" || c.Guest == (spot{}) && !card.Life.Open() {
		return c, nil
	}
	at, err := d.place(ctx, v, placing{queue: guestQueue(card), structure: card.Beside, old: c.Guest, face: d.guestFace(card, v.Entry.Seq, today(v)), mark: markOf(v).part(guestPart), kind: "guest"})
	if err != nil {
		return c, err
	}
	if at != c.Guest {
		if err := d.memory.stands(ctx, root{spot: at}, place{v.Conversation, "guest"}); err != nil {
			return c, fmt.Errorf("remember a card: %w", err)
		}
	}
	c.Guest, c.Beside = at, card.Beside
	return c, nil
}

func (d *Desk) keepCards(ctx context.Context, id bot.ConversationID, c cards) error {
	if err := d.memory.put(ctx, cardRef, string(id), c, d.memory.kept); err != nil {
		return fmt.Errorf("remember where a card stands: %w", err)
	}
	return nil
}

// guestQueue is the queue of a guest for the territory of the case.
func guestQueue(card bot.Card) bot.QueueName {
	_, territory, is := strings.Cut(string(card.Queue), "/")
	if !is {
		return bot.QueueName(card.Beside)
	}
	return bot.QueueName(string(card.Beside) + "/" + territory)
}

// placing is one card on its way to one room.
type placing struct {
	queue     bot.QueueName
	structure bot.StructureID
	old       spot // where it stands now, or zero
	face      notice
	mark      mark
	kind      string
}

// place updates the card in the room that is right now, or posts it there. A room that is not ours any
// more is looked for once more; if there is none, the work waits until somebody has mended it.
func (d *Desk) place(ctx context.Context, v bot.Delivery, p placing) (spot, error) {
	for again := false; ; again = true {
		r, err := d.room(ctx, p.queue)
		if err != nil {
			return spot{}, err
		}
		at, err := d.placeIn(ctx, p, r)
		switch {
		case err == nil:
			d.mended(ctx, roomFault(d.roomName(p.queue)))
			d.invite(ctx, p.queue, p.structure)
			return at, nil
		case !gone(err):
			return spot{}, err
		}
		if lost := d.lose(ctx, p.queue, r.Channel); lost != nil {
			return spot{}, lost
		}
		if again {
			return spot{}, d.roomless(ctx, d.roomName(p.queue), codeOf(err))
		}
	}
}

func (d *Desk) placeIn(ctx context.Context, p placing, r room) (spot, error) {
	if p.old.Channel == r.Channel {
		err := d.update(ctx, p.old, p.face)
		if !is(err, "message_not_found", "cant_update_message") {
			return p.old, err
		}
	} else if p.old != (spot{}) { // its room was archived or taken away: nothing can be said there for certain
		if err := d.farewell(ctx, p.old, saidOnly("", "Cette demande est maintenant dans un autre salon.")); err != nil {
			return spot{}, err
		}
	}
	return d.send(ctx, r.Channel, "", p.face, p.mark)
}

// farewell takes the buttons off a card that is not the card any more. Where that cannot be, nobody can
// use it either: the server checks.
func (d *Desk) farewell(ctx context.Context, at spot, face notice) error {
	err := d.update(ctx, at, face)
	if gone(err) || is(err, "message_not_found", "cant_update_message") {
		return nil
	}
	return err
}

// today is the day from which a card tells the time: that of its entry.
func today(v bot.Delivery) time.Time { return v.Entry.At }

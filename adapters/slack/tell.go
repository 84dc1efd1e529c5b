package slack

import (
	"context"
	"errors"
	"fmt"

	"frontdesk/bot"
	"frontdesk/bot/desk"
	"frontdesk/bot/render"
)

// line says one sentence in the owner's thread, or in their direct messages where there is none.
func (d *Desk) line(ctx context.Context, v bot.Delivery, t talk, sentence string) (spot, error) {
	m := notice{Text: sentence, Blocks: cardLine(sentence)}
	if t.spot != (spot{}) {
		return d.reply(ctx, v, t, m, markOf(v))
	}
	channel, err := d.dm(ctx, string(v.Leg.Peer))
	if err != nil {
		return spot{}, err
	}
	at, err := d.send(ctx, channel, "", m, markOf(v))
	if err != nil {
		return spot{}, d.unopened(string(v.Leg.Peer), err)
	}
	return at, d.memory.stands(ctx, root{at, v.Leg.ID}, place{v.Conversation, "line"})
}

// tell says what became of what a counsellor did, and what happened in the conversation.
func (d *Desk) tell(ctx context.Context, v bot.Delivery, told bot.Tell) (spot, error) {
	t, err := d.known(ctx, v)
	if err != nil {
		return spot{}, err
	}
	if told.Message != "" {
		if err := d.acknowledge(ctx, v, &t, told); err != nil {
			return spot{}, err
		}
	}
	if quiet(told) {
		return spot{}, nil
	}
	at, err := d.line(ctx, v, t, desk.Sentence(told, d.Zone))
	if err != nil {
		return spot{}, err
	}
	return at, d.end(ctx, v, t, told)
}

// acknowledge shows by a reaction what became of one of the owner's messages. One that they wrote
// elsewhere, in a form or on the web desk, is shown in the thread first.
func (d *Desk) acknowledge(ctx context.Context, v bot.Delivery, t *talk, told bot.Tell) error {
	if t.Pointed { // the owner has answered: the next message is announced again
		t.Pointed = false
		if err := d.keepTalk(ctx, v, *t); err != nil {
			return err
		}
	}
	at, here := written(told.Message)
	if !here {
		var err error
		if at, err = d.echo(ctx, v, *t, told); err != nil || at == (spot{}) {
			return err
		}
	}
	return d.signal(ctx, at, told.Code)
}

// echo is where a message that was written elsewhere stands in the thread; when it is kept, it is put
// there. It is nowhere when no words may stand in Slack.
func (d *Desk) echo(ctx context.Context, v bot.Delivery, t talk, told bot.Tell) (spot, error) {
	if told.Code == "sent" {
		parts, err := d.echoed(ctx, v, t, told)
		if err != nil || len(parts) == 0 {
			return spot{}, err
		}
		return d.quoted(ctx, v, t, parts)
	}
	var s shown
	switch err := d.memory.get(ctx, shownRef, shownName(v.Conversation, told.Message), &s); {
	case errors.Is(err, bot.ErrNotFound):
		return spot{}, nil
	case err != nil:
		return spot{}, fmt.Errorf("where words stand: %w", err)
	case len(s.Parts) == 0 || s.Root != t.spot:
		return spot{}, nil
	}
	return s.Parts[0], nil
}

// lookBack is how many entries before what it caused an input stands, at most: they are of one turn.
const lookBack = 50

// echoed are the owner's own words of a message that was written elsewhere, as they stand in the thread;
// none when there is no thread for them.
func (d *Desk) echoed(ctx context.Context, v bot.Delivery, t talk, told bot.Tell) ([]string, error) {
	if d.Words != WordsDM || t.spot == (spot{}) || t.Ended {
		return nil, nil
	}
	by, err := d.counsellor(ctx, string(v.Leg.Peer))
	if err == nil {
		var entries []bot.Entry
		entries, err = d.Board.Words(ctx, by, v.Conversation, max(0, v.Entry.Seq-lookBack))
		for _, e := range entries {
			if e.Input == nil || e.Input.ID != told.Message {
				continue
			}
			if reply, is := e.Input.Event.(bot.Replied); is && reply.Text != "" {
				return render.Split("Vous : "+string(reply.Text), blockLimit), nil
			}
		}
	}
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return nil, fmt.Errorf("what the owner wrote: %w", err)
	}
	return nil, nil
}

// quiet says whether a code needs no line: the brief says it, or a reaction, or the answer to what the
// counsellor did.
func quiet(told bot.Tell) bool {
	switch told.Code {
	case "won", "accepted", "sent", "delivered":
		return true
	case "taken_back", "withdrawn", "amended", "too_late":
		return told.Message != ""
	}
	return false
}

// end takes the buttons off the root when the case is not this owner's any more.
func (d *Desk) end(ctx context.Context, v bot.Delivery, t talk, told bot.Tell) error {
	switch told.Code {
	case "released", "given_back", "transferred", "closed":
	default:
		return nil
	}
	if t.spot == (spot{}) || t.Ended {
		return nil
	}
	err := d.update(ctx, t.spot, ended(t, desk.Sentence(told, d.Zone)))
	if err != nil && !gone(err) && !is(err, "message_not_found", "cant_update_message") {
		return err
	}
	t.Ended = true
	return d.keepTalk(ctx, v, t)
}

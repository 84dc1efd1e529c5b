package slack

import (
	"context"

	"frontdesk/bot"
	"frontdesk/bot/desk"
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
	if at, ours := written(told.Message); ours {
		if err := d.signal(ctx, at, told.Code); err != nil {
			return spot{}, err
		}
	}
	t, err := d.known(ctx, v)
	if err != nil {
		return spot{}, err
	}
	if told.Message != "" && t.Pointed { // the owner has answered: the next message is announced again
		t.Pointed = false
		if err := d.keepTalk(ctx, v, t); err != nil {
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

// quiet says whether a code needs no line: the brief, or a reaction, says it.
func quiet(told bot.Tell) bool {
	switch told.Code {
	case "won", "accepted", "sent", "delivered":
		return true
	case "taken_back":
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

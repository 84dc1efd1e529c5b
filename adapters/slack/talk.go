package slack

import (
	"context"
	"errors"
	"fmt"

	"frontdesk/bot"
)

// present opens the owner's thread: a root with what can be done, and the brief below it. What stands
// there already is not posted again.
func (d *Desk) present(ctx context.Context, v bot.Delivery, b bot.Brief) (spot, error) {
	t, err := d.known(ctx, v)
	if err != nil {
		return spot{}, err
	}
	if t.From != markOf(v).Delivery {
		if t, err = d.openTalk(ctx, v, b); err != nil {
			return spot{}, err
		}
	}
	return t.spot, d.brief(ctx, v, &t, b)
}

// known is the owner's thread as it is remembered; a zero one where it is not.
func (d *Desk) known(ctx context.Context, v bot.Delivery) (talk, error) {
	t, err := d.memory.talk(ctx, v.Conversation, v.Leg.ID)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return talk{}, fmt.Errorf("the owner's thread: %w", err)
	}
	return t, nil
}

// openTalk posts the root of a thread and remembers it.
func (d *Desk) openTalk(ctx context.Context, v bot.Delivery, b bot.Brief) (talk, error) {
	channel, err := d.dm(ctx, string(v.Leg.Peer))
	if err != nil {
		return talk{}, err
	}
	t := talkOf(v, b)
	top := d.head(t, b, v.Entry.Seq)
	if d.Words == WordsLink {
		top = d.pointer(t, b)
	}
	if t.spot, err = d.send(ctx, channel, "", top, markOf(v)); err != nil {
		return talk{}, d.unopened(string(v.Leg.Peer), err)
	}
	d.mended(ctx, messagesFault)
	return t, d.began(ctx, v, t)
}

func talkOf(v bot.Delivery, b bot.Brief) talk {
	return talk{Dossier: b.Dossier, Need: clip(valueOf(b, "need"), 80), From: markOf(v).Delivery}
}

// began remembers a thread that stands there: what it is first, so that whoever writes in it is heard.
func (d *Desk) began(ctx context.Context, v bot.Delivery, t talk) error {
	if err := d.memory.stands(ctx, root{t.spot, v.Leg.ID}, place{v.Conversation, "talk"}); err != nil {
		return fmt.Errorf("remember a thread: %w", err)
	}
	return d.keepTalk(ctx, v, t)
}

func (d *Desk) keepTalk(ctx context.Context, v bot.Delivery, t talk) error {
	if err := d.memory.put(ctx, talkRef, talkName(v.Conversation, v.Leg.ID), t, d.memory.kept); err != nil {
		return fmt.Errorf("remember the owner's thread: %w", err)
	}
	return nil
}

// unopened forgets direct messages that are not there any more: they are opened again.
func (d *Desk) unopened(user string, err error) error {
	if gone(err) {
		d.direct.Delete(user)
	}
	return err
}

// brief posts what of the brief is not there yet.
func (d *Desk) brief(ctx context.Context, v bot.Delivery, t *talk, b bot.Brief) error {
	if t.Whole || d.Words == WordsLink {
		return nil
	}
	sheets, err := d.leaves(ctx, v, b)
	if err != nil {
		return err
	}
	for i := len(t.Brief); i < len(sheets); i++ {
		at, err := d.reply(ctx, v, *t, sheets[i], markOf(v).part(i+1))
		if err != nil {
			return err
		}
		t.Brief, t.Whole = append(t.Brief, at), i+1 == len(sheets)
		if err := d.keepTalk(ctx, v, *t); err != nil {
			return err
		}
	}
	return nil
}

// reply posts into a thread. A thread whose root is not there any more is forgotten: the next try opens
// another.
func (d *Desk) reply(ctx context.Context, v bot.Delivery, t talk, m notice, marked mark) (spot, error) {
	at, err := d.send(ctx, t.Channel, t.TS, m, marked)
	if is(err, "thread_not_found", "message_not_found", "cannot_reply_to_message") || gone(err) {
		d.direct.Delete(string(v.Leg.Peer))
		if forgot := d.Refs.DropRef(ctx, talkRef, talkName(v.Conversation, v.Leg.ID)); forgot != nil {
			return spot{}, fmt.Errorf("forget a thread: %w", forgot)
		}
	}
	return at, err
}

// threadOf is the owner's thread, opened again where the memory of it is lost. What somebody does not own
// is bot.ErrNotFound.
func (d *Desk) threadOf(ctx context.Context, v bot.Delivery) (talk, error) {
	t, err := d.known(ctx, v)
	if err != nil || t.spot != (spot{}) {
		return t, err
	}
	by, err := d.counsellor(ctx, string(v.Leg.Peer))
	if err != nil {
		return talk{}, err
	}
	b, card, err := d.Board.Brief(ctx, by, v.Conversation)
	switch {
	case err != nil:
		return talk{}, fmt.Errorf("the brief of a case: %w", err)
	case card.Owner != by.ID:
		return talk{}, bot.ErrNotFound
	}
	if t, err = d.openTalk(ctx, v, b); err != nil {
		return talk{}, err
	}
	t.From = "" // it is not this delivery's own message
	return t, d.brief(ctx, v, &t, b)
}

package slack

import (
	"context"
	"errors"
	"fmt"

	"frontdesk/bot"
	"frontdesk/bot/render"
)

// pass shows the citizen's words to the owner: where they replace others, in the place of those.
func (d *Desk) pass(ctx context.Context, v bot.Delivery, p bot.Pass) (spot, error) {
	if p.Text == "" {
		return spot{}, nil
	}
	t, err := d.threadOf(ctx, v)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return spot{}, nil // not this counsellor's case any more: these words are not for them
	case err != nil:
		return spot{}, err
	case t.Ended:
		return spot{}, nil // nor these
	case d.Words == WordsLink:
		return d.point(ctx, v, t)
	}
	if p.Amends != "" {
		if at, done, err := d.reword(ctx, v, t, p); done || err != nil {
			return at, err
		}
	}
	return d.quoted(ctx, v, t, partsOf(p))
}

// partsOf are the messages that words become, where they do not stand in the place of others.
func partsOf(p bot.Pass) []string {
	text := string(p.Text)
	if p.Amends != "" {
		text = "Correction : " + text
	}
	return render.Split(text, blockLimit)
}

// point says that there is something to read elsewhere, once until the owner has answered.
func (d *Desk) point(ctx context.Context, v bot.Delivery, t talk) (spot, error) {
	if t.Pointed {
		return spot{}, nil
	}
	lines := []string{"Nouveau message : " + d.page(t.Dossier)}
	at, err := d.reply(ctx, v, t, notice{Text: lines[0], Blocks: append(cardText([]string{"Nouveau message"}), d.door(t.Dossier, "Lire et répondre"))}, markOf(v))
	if err != nil {
		return spot{}, err
	}
	t.Pointed = true
	return at, d.keepTalk(ctx, v, t)
}

// quoted posts the parts of a message that are not there yet, in order, and remembers each: what Slack
// has taken is not posted again when it refuses the next.
func (d *Desk) quoted(ctx context.Context, v bot.Delivery, t talk, parts []string) (spot, error) {
	name := shownName(v.Conversation, v.Entry.Cause)
	var s shown
	if err := d.memory.get(ctx, shownRef, name, &s); err != nil && !errors.Is(err, bot.ErrNotFound) {
		return spot{}, fmt.Errorf("where words stand: %w", err)
	}
	if s.From != markOf(v).Delivery || s.Root != t.spot {
		s = shown{From: markOf(v).Delivery, Root: t.spot}
	}
	s.Of = len(parts)
	for i := len(s.Parts); i < len(parts); i++ {
		at, err := d.reply(ctx, v, t, quote(t, parts[i], false), markOf(v).part(i+1))
		if err != nil {
			return spot{}, err
		}
		s.Parts = append(s.Parts, at)
		if err := d.keepShown(ctx, v, s, at); err != nil {
			return spot{}, err
		}
	}
	if len(s.Parts) == 0 {
		return spot{}, nil
	}
	return s.Parts[0], nil
}

// keepShown remembers what an input became, and what input these messages came from.
func (d *Desk) keepShown(ctx context.Context, v bot.Delivery, s shown, at ...spot) error {
	for _, one := range at {
		if err := d.memory.put(ctx, sourceRef, one.name(), source{v.Conversation, v.Entry.Cause}, d.memory.kept); err != nil {
			return fmt.Errorf("remember where words came from: %w", err)
		}
	}
	if err := d.memory.put(ctx, shownRef, shownName(v.Conversation, v.Entry.Cause), s, d.memory.kept); err != nil {
		return fmt.Errorf("remember where words stand: %w", err)
	}
	return nil
}

// reword puts other words in the place of earlier ones, if those stand in this thread and as many parts
// hold the new. Otherwise done is false.
func (d *Desk) reword(ctx context.Context, v bot.Delivery, t talk, p bot.Pass) (at spot, done bool, err error) {
	var s shown
	err = d.memory.get(ctx, shownRef, shownName(v.Conversation, p.Amends), &s)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return spot{}, false, fmt.Errorf("where words stand: %w", err)
	}
	parts := render.Split(string(p.Text), blockLimit)
	if err != nil || s.Root != t.spot || len(s.Parts) != s.Of || len(parts) != s.Of {
		return spot{}, false, nil
	}
	for i, part := range parts {
		err := d.update(ctx, s.Parts[i], quote(t, part, true))
		if is(err, "message_not_found", "cant_update_message") {
			return spot{}, false, nil
		} else if err != nil {
			return spot{}, false, err
		}
	}
	return s.Parts[0], true, d.keepShown(ctx, v, s, s.Parts...)
}

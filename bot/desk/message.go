package desk

import (
	"context"
	"fmt"

	"frontdesk/bot"
)

// Hears says whether c may listen to what a caller recorded: the owner of the case, and a lead of the
// structure that leads it. A partner who was invited reads; they do not hear.
func Hears(c bot.Counsellor, card bot.Card) bool {
	return May(c, card, Read) == nil && (card.Owner != "" && card.Owner == c.ID || Leads(c, card.Structure))
}

// Message returns what the person of a case has recorded, and its sound; bot.ErrNotFound where by may not
// hear it, as where there is none or it was purged. That it was heard is in the audit first, unless this
// is another part of what was just given.
func (b *Board) Message(ctx context.Context, by bot.Counsellor, id bot.ConversationID, part bool) (bot.Attachment, []byte, error) {
	none := bot.Attachment{}
	head, err := b.head(ctx, id)
	if err != nil {
		return none, nil, err
	}
	if b.Recorded == nil || b.Blobs == nil || !Hears(by, cardOf(head.Session)) {
		return none, nil, bot.ErrNotFound
	}
	message, left := b.Recorded(head.Session)
	if !left {
		return none, nil, bot.ErrNotFound
	}
	sound, err := b.Blobs.Blob(ctx, id, message.ID)
	if err != nil {
		return none, nil, fmt.Errorf("read the recorded message: %w", err)
	}
	if b.Audits != nil && !part {
		if err := b.Audits.Audit(ctx, bot.DeedHeard, string(by.ID), id); err != nil {
			return none, nil, fmt.Errorf("audit the recorded message: %w", err)
		}
	}
	return message, sound, nil
}

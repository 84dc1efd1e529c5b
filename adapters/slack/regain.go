package slack

import (
	"context"
	"errors"
	"slices"

	"frontdesk/bot"
)

// cardDeleted is a card of ours that somebody has deleted in Slack. A case that is still open gets another,
// so that it is not out of sight.
func (d *Desk) cardDeleted(ctx context.Context, at spot) (answer, error) {
	p, err := d.memory.conversation(ctx, at)
	if errors.Is(err, bot.ErrNotFound) || err == nil && p.Kind != aCard {
		return answer{}, nil
	} else if err != nil {
		return answer{}, err
	}
	return later(func(ctx context.Context) {
		if err := d.showAgain(ctx, p.Conversation, at); err != nil {
			d.Log.Warn("show a card again that was deleted", "error", bland(err))
		}
	}), nil
}

func (d *Desk) showAgain(ctx context.Context, id bot.ConversationID, deleted spot) error {
	all, err := d.Cases(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(c bot.Card) bool { return c.Conversation == id })
	if i < 0 {
		return nil
	}
	lost := false
	err = amend(ctx, d.memory, cardRef, string(id), d.memory.kept, func(c *cards) bool {
		lost = c.Card == deleted
		if lost {
			c.Card = spot{}
		}
		return lost
	})
	if err != nil || !lost {
		return err
	}
	now := d.Now()
	_, err = d.show(ctx, bot.Delivery{ID: string(id) + "/again/" + deleted.TS, Conversation: id,
		Leg: bot.Leg{ID: string(Channel), Channel: Channel, For: bot.ToDesk}, Entry: bot.Entry{Seq: now.Unix(), At: now, To: bot.ToDesk}}, all[i])
	return err
}

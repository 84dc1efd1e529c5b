package slack

import (
	"context"
	"errors"
	"fmt"

	"frontdesk/bot"
)

// Deliver implements bot.Channel. The leg to the desk has the card of the case; the owner's leg has the
// conversation. Everything else is not for Slack, and goes nowhere.
func (d *Desk) Deliver(ctx context.Context, v bot.Delivery) (bot.Receipt, error) {
	var at spot
	var err error
	switch v.Leg.For {
	case bot.ToDesk:
		at, err = d.toDesk(ctx, v)
	case bot.ToOwner:
		at, err = d.toOwner(ctx, v)
	case bot.ToNobody, bot.ToCitizen, bot.ToActor, bot.ToMail, bot.ToText:
	}
	if err != nil || at == (spot{}) {
		return bot.Receipt{}, err
	}
	return bot.Receipt{PlatformID: at.name()}, nil
}

func (d *Desk) toDesk(ctx context.Context, v bot.Delivery) (spot, error) {
	switch e := v.Entry.Effect.(type) {
	case bot.Post:
		d.changed(e.Card.Structure)
		return d.show(ctx, v, e.Card)
	case bot.Forget:
		if e.Leg == v.Leg.ID {
			return spot{}, d.forgetCase(ctx, v.Conversation)
		}
	case bot.Say, bot.Listen, bot.Speak, bot.Withdraw, bot.Write, bot.Hangup, bot.Present, bot.Pass, bot.Tell:
	}
	return spot{}, nil
}

func (d *Desk) toOwner(ctx context.Context, v bot.Delivery) (spot, error) {
	switch e := v.Entry.Effect.(type) {
	case bot.Present:
		if err := d.works(ctx, v.Leg); err != nil {
			return spot{}, err
		}
		return d.present(ctx, v, e.Brief)
	case bot.Pass:
		if err := d.works(ctx, v.Leg); err != nil {
			return spot{}, err
		}
		return d.pass(ctx, v, e)
	case bot.Tell:
		return d.tell(ctx, v, e)
	case bot.Forget:
		if e.Leg == v.Leg.ID { // each owner of a case is told of every owner's
			return spot{}, d.forgetTalk(ctx, v.Conversation, v.Leg.ID)
		}
	case bot.Say, bot.Listen, bot.Speak, bot.Withdraw, bot.Write, bot.Hangup, bot.Post:
	}
	return spot{}, nil
}

// works refuses a leg whose owner is not of the staff any more, or whose account is somebody else's now: what
// people write is not for them, and the case goes back to its queue.
func (d *Desk) works(ctx context.Context, owner bot.Leg) error {
	by, err := d.counsellor(ctx, string(owner.Peer))
	if errors.Is(err, bot.ErrNotFound) || err == nil && leg(by).ID != owner.ID {
		return fmt.Errorf("the owner's account is not of the staff: %w", bot.ErrUndeliverable)
	}
	return err
}

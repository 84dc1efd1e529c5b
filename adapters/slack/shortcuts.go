package slack

import (
	"context"
	"errors"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// The shortcuts of the manifest.
const (
	shortNext     = "next"      // anywhere
	shortRedact   = "redact"    // on a message
	shortMisroute = "misroute"  // on a card, or in its thread
	shortTakeBack = "take_back" // on one's own message to a person
)

func (d *Desk) shortcut(ctx context.Context, i *interaction) answer {
	to := beside(i)
	switch i.Callback {
	case shortNext:
		return later(func(ctx context.Context) { d.next(ctx, aside{User: i.User.ID}, i.Trigger) })
	case shortMisroute:
		id, err := d.standsAt(ctx, i.Channel.ID, i.Message.TS, i.Message.Thread)
		if err != nil {
			return d.whispers(to, d.whyNot(err, "Choisissez la carte d'un dossier, ou un message de son fil."))
		}
		p := press{interaction: i, conversation: id, version: i.Message.TS}
		return d.acts(ctx, p, desk.Misroute, func(by bot.CounsellorID) bot.Event { return bot.Misrouted{By: by} })
	case shortTakeBack:
		return d.takesBack(ctx, i, to)
	case shortRedact:
		return later(func(ctx context.Context) { d.redact(ctx, i, to) })
	}
	return answer{}
}

// whyNot is why something cannot be done to a message; otherwise where the message is none that it can be
// done to.
func (d *Desk) whyNot(err error, otherwise string) string {
	if errors.Is(err, bot.ErrNotFound) {
		return otherwise
	}
	return d.why(err)
}

// takesBack withdraws one's own message. It is the same input as when one deletes it.
func (d *Desk) takesBack(ctx context.Context, i *interaction, to aside) answer {
	const notOne = "Choisissez un de vos messages, dans le fil d'une conversation."
	p, err := d.memory.conversation(ctx, spot{i.Channel.ID, i.Message.Thread})
	if err != nil {
		return d.whispers(to, d.whyNot(err, notOne))
	}
	if p.Kind != aTalk || i.Message.User != i.User.ID || i.Message.Bot != "" {
		return d.whispers(to, notOne)
	}
	by, card, err := d.find(ctx, i.User.ID, p.Conversation)
	if err != nil {
		return d.whispers(to, d.why(err))
	}
	if why := d.may(by, card, desk.TakeBack); why != "" {
		return d.whispers(to, why)
	}
	input := withdrawalID(i.Channel.ID, i.Message.TS)
	event := bot.TookBack{By: by.ID, Message: messageID(i.Channel.ID, i.Message.TS), Written: when(i.Message.TS)}
	if err := d.take(ctx, by, p.Conversation, input, event); err != nil {
		return d.whispers(to, d.why(err))
	}
	return later(func(ctx context.Context) {
		if tell := d.outcome(ctx, by, p.Conversation, input); tell.Code != "" {
			d.whisper(ctx, to, d.sentence(tell.Tell))
		}
	})
}

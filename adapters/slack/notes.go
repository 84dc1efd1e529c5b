package slack

import (
	"context"
	"errors"

	"github.com/slack-go/slack"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// wroteInRoom is a message in the room of a queue. Under a card it is a note for colleagues, which never
// leaves the desk; elsewhere in the room it is nobody's concern.
func (d *Desk) wroteInRoom(ctx context.Context, h *happening) (answer, error) {
	if h.Thread == "" || h.Thread == h.TS {
		return answer{}, nil
	}
	p, err := d.thread(ctx, h)
	if errors.Is(err, bot.ErrNotFound) || err == nil && p.Kind != aCard && p.Kind != aGuest {
		return answer{}, nil
	} else if err != nil {
		return answer{}, err
	}
	return d.noted(ctx, h, h.User.ID, p, messageID(h.Channel.ID, h.TS), plain(h.Text))
}

// noted keeps a note, or what it was changed to. Whoever sees the case may leave one.
func (d *Desk) noted(ctx context.Context, h *happening, user string, p place, input, text string) (answer, error) {
	to := aside{User: user, Channel: h.Channel.ID, Thread: h.root()}
	by, card, err := d.find(ctx, user, p.Conversation)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return later(func(ctx context.Context) {
			d.whisper(ctx, to, "Votre note n'est pas enregistrée : ce dossier n'est pas pour vous.")
		}), nil
	case err != nil:
		return answer{}, err
	case text == "":
		return answer{}, nil
	}
	if err := d.take(ctx, by, p.Conversation, input, bot.Noted{By: by.ID, Text: bot.Words(text)}); err != nil {
		return answer{}, err
	}
	return later(func(ctx context.Context) {
		if tell := d.outcome(ctx, by, p.Conversation, input); refused(tell.Code) {
			d.whisper(ctx, to, d.sentence(tell.Tell))
			return
		}
		if card.Owner == "" && desk.Free(card) && d.once(ctx, "note/"+string(p.Conversation)+"/"+user) {
			d.whisper(ctx, to, stillInternal, prose(stillInternal), buttonRow("", takeButton(card, h.TS, "Prendre")))
		}
	}), nil
}

const stillInternal = "Votre note reste interne. Pour répondre à la personne, prenez d'abord le dossier."

// takeButton takes a case from outside its card. version is of what it stands in.
func takeButton(card bot.Card, version, label string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(actTake, string(card.Conversation)+" "+version, words(label)).WithStyle(slack.StylePrimary)
}

func buttonRow(id string, elements ...slack.BlockElement) slack.Block {
	return slack.NewActionBlock(id, elements...)
}

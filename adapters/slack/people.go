package slack

import (
	"context"
	"errors"
	"slices"

	"frontdesk/bot"
)

// left is somebody who has left a room, or was taken out of it: what they own of its queue goes back there
// with all that is known. When it is we who were taken out, the room is lost.
func (d *Desk) left(ctx context.Context, h *happening) (answer, error) {
	if h.User.ID == h.Us {
		return later(func(ctx context.Context) { d.roomGone(ctx, h) }), nil
	}
	return d.gives(ctx, h, func(card bot.Card) (bool, error) {
		r, err := d.remembered(ctx, card.Queue)
		return r.Channel != "" && r.Channel == h.Channel.ID, err
	})
}

// userChanged is an account that was closed: all that its owner has goes back.
func (d *Desk) userChanged(ctx context.Context, h *happening) (answer, error) {
	if !h.User.Gone {
		return answer{}, nil
	}
	return d.gives(ctx, h, func(bot.Card) (bool, error) { return true, nil })
}

// gives releases the open cases of a user that belong to what they have left. The event's own id makes
// each release one, however often the event is brought.
func (d *Desk) gives(ctx context.Context, h *happening, belongs func(bot.Card) (bool, error)) (answer, error) {
	by, err := d.counsellor(ctx, h.User.ID)
	if errors.Is(err, bot.ErrNotFound) {
		return answer{}, nil
	} else if err != nil {
		return answer{}, err
	}
	cards, err := d.Cases(ctx)
	if err != nil {
		return answer{}, err
	}
	for _, card := range owned(cards, by.ID) {
		switch does, err := belongs(card); {
		case err != nil:
			return answer{}, err
		case !does:
			continue
		}
		input := "slack:" + h.ID + ":" + string(card.Conversation)
		if err := d.take(ctx, by, card.Conversation, input, bot.Released{By: by.ID}); err != nil {
			return answer{}, err
		}
	}
	return answer{}, nil
}

// roomGone is a room that was archived, deleted, renamed, or that we are no member of any more. One that was
// renamed keeps its id and goes on; any other is forgotten, so that the next card finds or makes a new one.
func (d *Desk) roomGone(ctx context.Context, h *happening) {
	cards, err := d.Cases(ctx)
	if err != nil {
		d.Log.Warn("whose room is gone", "error", bland(err))
		return
	}
	var queues []bot.QueueName
	for _, card := range cards {
		for _, queue := range []bot.QueueName{card.Queue, guestQueue(card)} {
			if queue != "" && !slices.Contains(queues, queue) {
				queues = append(queues, queue)
			}
		}
	}
	for _, queue := range queues {
		r, err := d.remembered(ctx, queue)
		if err != nil || r.Channel != h.Channel.ID {
			continue
		}
		if h.Type == "group_rename" {
			d.alert(ctx, "Le salon Slack de la file "+string(queue)+" a changé de nom. Il sert encore.")
			continue
		}
		if err := d.lose(ctx, queue, h.Channel.ID); err != nil {
			d.Log.Warn("forget a room", "error", bland(err))
		}
		d.alert(ctx, "Le salon Slack de la file "+string(queue)+" est fermé, ou l'application n'y est plus. La prochaine carte ira dans un nouveau salon.")
	}
}

// uninstalled is the app that was taken out of the workspace, or whose tokens were.
func (d *Desk) uninstalled(ctx context.Context, h *happening) {
	d.alarm(ctx, tokenFault, "", h.Type, "L'application Slack a été retirée de l'espace de travail, ou ses jetons ne valent plus. Installez-la de nouveau.")
}

// alert tells those who run the service.
func (d *Desk) alert(ctx context.Context, sentence string) {
	if d.Alert != nil {
		d.Alert(ctx, sentence)
	}
}

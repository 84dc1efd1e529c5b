package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// supervisionRoom is the name under which the channel of supervisors is remembered among the rooms of
// queues. No queue is called so.
const supervisionRoom bot.QueueName = "/supervision"

// report tells supervisors something, once for each name. What is said has codes and dossier numbers only.
func (d *Desk) report(ctx context.Context, name, sentence string) {
	if _, err := d.Refs.Ref(ctx, saidRef, name); !errors.Is(err, bot.ErrNotFound) {
		return
	}
	channel, err := d.supervision(ctx)
	if err != nil {
		d.Log.Warn("find the channel of supervisors", "error", bland(err))
		return
	}
	if !d.once(ctx, name) {
		return
	}
	if _, err := d.send(ctx, channel, "", saidOnly("", sentence), mark{}); err != nil {
		d.Log.Warn("tell supervisors", "error", bland(err))
		if err := d.Refs.DropRef(ctx, saidRef, name); err != nil { // it is said later
			d.Log.Warn("tell supervisors again", "error", bland(err))
		}
	}
}

// regional says whether somebody is of the structure that answers for all: partners' leads do not read of
// each other's cases.
func (d *Desk) regional(c bot.Counsellor) bool {
	return slices.ContainsFunc(d.Structures(), func(s Structure) bool { return s.Lead && slices.Contains(c.Structures, s.ID) })
}

// supervision is the channel of supervisors: adopted, or created with the regional desk's leads and
// supervisors in it.
func (d *Desk) supervision(ctx context.Context) (string, error) {
	if d.Supervision == "" {
		return "", fmt.Errorf("no name for it: %w", bot.ErrNotFound)
	}
	var r room
	err := d.memory.get(ctx, roomRef, string(supervisionRoom), &r)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return "", err
	}
	if r.Channel == "" {
		if r.Channel, err = d.obtain(ctx, channelName(d.Supervision), supervisionRoom); err != nil {
			return "", err
		}
	}
	all, err := d.Staff.All(ctx)
	if err != nil {
		return "", err
	}
	var missing []string
	for _, c := range all {
		if c.Slack != "" && desk.MendsAny(c) && d.regional(c) && !slices.Contains(r.Invited, c.Slack) {
			missing = append(missing, c.Slack)
		}
	}
	if len(missing) > 0 {
		r.Invited = append(r.Invited, d.ask(ctx, r.Channel, missing)...)
	}
	return r.Channel, d.memory.put(ctx, roomRef, string(supervisionRoom), r, 0)
}

// misrouted has supervisors look at the row that sent a case to the wrong place.
func (d *Desk) misrouted(ctx context.Context, card bot.Card) {
	d.report(ctx, "misrouted/"+string(card.Conversation)+"/"+string(card.Structure),
		fmt.Sprintf("Mauvais aiguillage signalé : dossier %s, %s.", card.Dossier, joined(" · ", d.label("need", card.Need), d.label("public", card.Public), d.label("territory", card.Territory), d.structureName(card))))
}

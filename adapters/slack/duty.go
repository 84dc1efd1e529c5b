package slack

import (
	"context"
	"strings"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// next is « Prendre la suivante »: the first case of the list that nobody owns. Where a colleague is faster
// it is the one after it.
func (d *Desk) next(ctx context.Context, to aside, version string) {
	tried := map[bot.ConversationID]bool{}
	for range mostNext {
		by, cards, ok := d.seen(ctx, to)
		if !ok {
			return
		}
		left := cards[:0:0]
		for _, card := range cards {
			if !tried[card.Conversation] {
				left = append(left, card)
			}
		}
		card, is := desk.Next(left, by, d.Now())
		if !is {
			break
		}
		tried[card.Conversation] = true
		input := inputID(card.Conversation, string(desk.Claim), to.User, version)
		if err := d.take(ctx, by, card.Conversation, input, bot.Claimed{By: by.ID}); err != nil {
			d.whisper(ctx, to, d.why(err))
			return
		}
		tell := d.outcome(ctx, by, card.Conversation, input)
		if tell.Code == "lost" {
			continue
		}
		d.whisper(ctx, to, card.Dossier+" : "+d.sentence(tell.Tell))
		d.touched(to.User)
		return
	}
	d.whisper(ctx, to, "Aucun dossier n'attend.")
}

// pauseOf makes somebody unavailable. In a short pause they keep their conversations; before a longer one,
// or one without an end, they give the live ones back.
func (d *Desk) pauseOf(ctx context.Context, to aside, text, version string) {
	by, cards, ok := d.seen(ctx, to)
	if !ok {
		return
	}
	length := minutes(text)
	var until time.Time
	if length > 0 {
		until = d.Now().Add(length)
	}
	if err := (desk.Duty{Refs: d.Refs}).Pause(ctx, by.ID, until); err != nil {
		d.whisper(ctx, to, d.why(err))
		return
	}
	defer d.touched(to.User)
	said := "Vous n'êtes plus disponible. Pour reprendre, tapez /accueil reprise."
	if length > 0 {
		said = "Vous êtes en pause jusqu'à " + desk.Hour(until, d.Zone) + "."
	}
	if length > 0 && length <= shortPause {
		d.whisper(ctx, to, said+" Vous gardez vos conversations.")
		return
	}
	back, kept := d.giveBack(ctx, by, cards, version)
	if len(back) > 0 {
		said += " Reviennent dans la file : " + strings.Join(back, ", ") + "."
	}
	if len(kept) > 0 {
		said += " N'ont pas pu être rendus : " + strings.Join(kept, ", ") + "."
	}
	d.whisper(ctx, to, said)
}

// giveBack returns somebody's live conversations to their queues, with all that is known, and says which
// and which not.
func (d *Desk) giveBack(ctx context.Context, by bot.Counsellor, cards []bot.Card, version string) (back, kept []string) {
	for _, card := range owned(cards, by.ID) {
		if card.Life != bot.Live {
			continue
		}
		input := inputID(card.Conversation, string(desk.Release), by.Slack, version)
		if err := d.take(ctx, by, card.Conversation, input, bot.Released{By: by.ID}); err != nil {
			d.Log.Warn("give a conversation back", "error", bland(err))
			kept = append(kept, card.Dossier)
			continue
		}
		back = append(back, card.Dossier)
	}
	return back, kept
}

func (d *Desk) resume(ctx context.Context, to aside) {
	by, err := d.counsellor(ctx, to.User)
	if err != nil {
		d.whisper(ctx, to, d.whyNobody(err))
		return
	}
	if err := (desk.Duty{Refs: d.Refs}).Begin(ctx, by.ID); err != nil {
		d.whisper(ctx, to, d.why(err))
		return
	}
	d.whisper(ctx, to, "Vous êtes disponible.")
	d.touched(to.User)
}

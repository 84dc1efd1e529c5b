package slack

import (
	"context"

	"github.com/slack-go/slack"
)

const (
	goesNowhere = "Ce message n'est parti à personne. Pour écrire à une personne, répondez dans le fil de sa conversation."
	noneOpen    = "Vous n'avez pas de conversation en cours. Tapez /accueil suivante pour en prendre une."
)

// outside answers a direct message that belongs to no conversation: it goes nowhere, and the answer offers
// those that are open.
func (d *Desk) outside(ctx context.Context, h *happening) {
	at := spot{h.Channel.ID, h.Thread}
	by, err := d.counsellor(ctx, h.User.ID)
	if err != nil {
		d.post(ctx, at, d.whyNobody(err))
		return
	}
	cards, err := d.Board.Waiting(ctx, by)
	if err != nil {
		d.post(ctx, at, goesNowhere)
		return
	}
	own := owned(cards, by.ID)
	if len(own) == 0 {
		d.post(ctx, at, goesNowhere+" "+noneOpen)
		return
	}
	blocks := append([]slack.Block{prose(goesNowhere + " Vos conversations :")}, d.rows(ctx, by, own, h.TS)...)
	d.post(ctx, at, goesNowhere, blocks...)
}

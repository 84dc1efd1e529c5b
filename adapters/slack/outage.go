package slack

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// downRef is kept while Slack does not work: since when, the same for all replicas.
const (
	downRef  = "slack-down"
	downName = "since"
	downLife = 7 * 24 * time.Hour
)

// keepChecking looks whether Slack works, in one replica at a time.
func (d *Desk) keepChecking(ctx context.Context) {
	d.whileLeased(ctx, "slack-check", d.inward.beats.check, d.check)
}

// check asks Slack who we are. When it has not worked for long, those who wait for a person whom no card
// has reached are told so; when it works again, supervisors are.
func (d *Desk) check(ctx context.Context) {
	within, cancel := context.WithTimeout(ctx, 5*time.Second)
	_, err := d.api.AuthTestContext(within)
	cancel()
	if ctx.Err() != nil {
		return
	}
	since, known := d.downSince(ctx)
	switch err = d.answered(ctx, "auth.test", err); {
	case err == nil && known:
		d.back(ctx, since)
	case err == nil:
	case known:
		d.away(ctx, since)
	default:
		now := strconv.FormatInt(d.Now().Unix(), 10)
		if err := d.Refs.SetRef(ctx, downRef, downName, "", now, downLife); err != nil && !errors.Is(err, bot.ErrTaken) {
			d.Log.Warn("remember since when Slack is away", "error", bland(err))
		}
		d.Log.Warn("Slack does not answer", "error", bland(err))
	}
}

// downSince is since when Slack has not worked, if it does not.
func (d *Desk) downSince(ctx context.Context) (time.Time, bool) {
	text, err := d.Refs.Ref(ctx, downRef, downName)
	if err != nil {
		return time.Time{}, false
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	return time.Unix(seconds, 0), err == nil
}

// away tells people the truth: each one who waits in opening hours, whom nobody has taken, and whose case
// stands in no room.
func (d *Desk) away(ctx context.Context, since time.Time) {
	now := d.Now()
	if d.Outage <= 0 || now.Sub(since) < d.Outage {
		return
	}
	if d.once(ctx, fmt.Sprintf("down/%d", since.Unix())) {
		d.Log.Error("Slack has not worked for long", "minutes", int(now.Sub(since).Minutes()))
		d.alert(ctx, "Slack ne répond plus depuis "+desk.When(since, now, d.Zone)+". Les demandes attendent. Le poste de travail sur le web marche.")
	}
	cards, err := d.Cases(ctx)
	if err != nil {
		d.Log.Warn("who waits while Slack is away", "error", bland(err))
		return
	}
	for _, card := range cards {
		if card.Life != bot.Waiting || card.Owner != "" || !d.Open(card.Structure, now) || d.posted(ctx, card) {
			continue
		}
		in := bot.Input{ID: fmt.Sprintf("slack-away:%s:%d", card.Conversation, since.Unix()), Conversation: card.Conversation, Event: bot.DeskAway{Desk: Channel}}
		if err := d.Door.Take(ctx, in); err != nil {
			d.Log.Warn("tell somebody that Slack is away", "error", bland(err))
		}
	}
}

// posted says whether a case stands in the room of its queue.
func (d *Desk) posted(ctx context.Context, card bot.Card) bool {
	var c cards
	return d.memory.get(ctx, cardRef, string(card.Conversation), &c) == nil && c.Card != (spot{})
}

// back says once that Slack works again, and how many still wait.
func (d *Desk) back(ctx context.Context, since time.Time) {
	if err := d.Refs.DropRef(ctx, downRef, downName); err != nil {
		d.Log.Warn("forget that Slack was away", "error", bland(err))
		return
	}
	now := d.Now()
	d.Log.Info("Slack works again", "minutes", int(now.Sub(since).Minutes()))
	if d.Outage <= 0 || now.Sub(since) < d.Outage {
		return // nobody has noticed
	}
	waiting := 0
	if cards, err := d.Cases(ctx); err == nil {
		waiting = len(freeOf(cards))
	}
	d.report(ctx, fmt.Sprintf("back/%d", since.Unix()), fmt.Sprintf("Slack ne répondait plus de %s à %s. Dossiers en attente : %d. Les cartes arrivent dans l'ordre.",
		desk.When(since, now, d.Zone), desk.Hour(now, d.Zone), waiting))
}

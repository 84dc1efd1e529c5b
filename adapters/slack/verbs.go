package slack

import (
	"context"
	"errors"
	"fmt"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// What people are told where there is no outcome to tell.
const (
	storeDown = "Le service ne répond pas en ce moment. Rien n'a été enregistré : réessayez dans une minute."
	tooMany   = "Trop de messages attendent dans ce dossier. Rien n'a été enregistré : réessayez dans une minute."
	noCase    = "Ce dossier n'existe pas, ou il n'est pas pour vous."
	takeFirst = "Prenez d'abord le dossier."
	noStaff   = "Vous n'êtes pas dans la liste de l'équipe. Voyez avec votre responsable."
	onTheWeb  = "Les messages ne passent pas par Slack. Écrivez à la personne sur le poste de travail : "
)

// find is who acts and the case that they act on. What somebody may not see is bot.ErrNotFound, as is what
// does not exist.
func (d *Desk) find(ctx context.Context, user string, id bot.ConversationID) (bot.Counsellor, bot.Card, error) {
	by, err := d.counsellor(ctx, user)
	if err != nil {
		return bot.Counsellor{}, bot.Card{}, err
	}
	_, card, err := d.Board.Brief(ctx, by, id)
	if err != nil {
		return bot.Counsellor{}, bot.Card{}, fmt.Errorf("case: %w", err)
	}
	return by, card, nil
}

// may is the answer to somebody who may not do something, or "".
func (d *Desk) may(by bot.Counsellor, card bot.Card, verb desk.Verb) string {
	switch err := desk.May(by, card, verb); {
	case err == nil && verb == desk.Reply && d.Words == WordsLink:
		return onTheWeb + d.DeskURL + card.Dossier
	case err == nil:
		return ""
	case errors.Is(err, desk.ErrWall):
		return noCase
	case errors.Is(err, desk.ErrState):
		return desk.Sentence(bot.Tell{Code: "unknown"}, d.Zone)
	case desk.Free(card):
		return takeFirst
	}
	return desk.Sentence(bot.Tell{Code: "not_owner"}, d.Zone)
}

// why is what somebody reads when a case was not found or nothing could be kept.
func (d *Desk) why(err error) string {
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return noCase
	case errors.Is(err, bot.ErrTooMany):
		return tooMany
	case !errors.Is(err, bot.ErrUnavailable):
		d.Log.Error("act on a case", "error", bland(err))
	}
	return storeDown
}

// take brings in what a counsellor did. The same thing under the same id is kept once.
func (d *Desk) take(ctx context.Context, by bot.Counsellor, id bot.ConversationID, input string, event bot.Event) error {
	err := d.Door.Take(ctx, bot.Input{ID: input, Conversation: id, Leg: leg(by), Event: event})
	if errors.Is(err, bot.ErrReused) { // it was kept in another form: there is nothing to do again
		return nil
	}
	return err
}

// An outcome is what became of an input. Its code is "" where nothing was heard in time.
type outcome struct {
	bot.Tell
	shown bool // the owner's thread says it, too: whoever carries the conversation sees to that
}

// outcome waits for what became of an input.
func (d *Desk) outcome(ctx context.Context, by bot.Counsellor, id bot.ConversationID, input string) outcome {
	entries, err := d.Door.Await(ctx, id, input)
	if err != nil {
		d.Log.Warn("wait for an outcome", "error", bland(err))
	}
	var o outcome
	for _, e := range entries {
		t, is := e.Effect.(bot.Tell)
		if !is || t.To != by.ID {
			continue
		}
		o.shown = o.shown || e.To == bot.ToOwner
		if o.Code == "" || e.To == bot.ToActor {
			o.Tell = t
		}
	}
	d.Log.Info("slack desk", "counsellor", string(by.ID), "code", o.Code)
	return o
}

// refused says whether a code means that nothing was done.
func refused(code string) bool {
	switch code {
	case "lost", "refused_rights", "refused_load", "not_owner", "too_late", "refused_consent", "too_many_hops", "unknown", "no_contact", "no_mail", "undelivered":
		return true
	}
	return false
}

// inputID is the same for the same button pressed again by the same person: version is what was shown.
func inputID(id bot.ConversationID, action, user, version string) string {
	return "slack:" + string(id) + ":" + action + ":" + user + ":" + version
}

// withdrawalID is the id of the input by which a counsellor takes a message back, by deleting it or by the
// shortcut: the second of the two changes nothing.
func withdrawalID(channel, ts string) string { return "slack:delete:" + channel + ":" + ts }

func (d *Desk) sentence(t bot.Tell) string { return desk.Sentence(t, d.Zone) }

// sayTakenBack tells what became of a message that was taken back: it stands in the thread no more, so that
// no reaction can say it.
func (d *Desk) sayTakenBack(ctx context.Context, by bot.Counsellor, id bot.ConversationID, input string, at spot) {
	tell := d.outcome(ctx, by, id, input)
	if tell.Code == "" {
		return
	}
	d.post(ctx, at, d.sentence(tell.Tell))
}

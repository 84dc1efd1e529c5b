package slack

import (
	"context"
	"errors"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// removed is what stands where words were taken out.
const removed = "[Retiré du dossier]"

// redact takes the words of one message out of the log. What we posted is replaced here too; what somebody
// wrote themselves they can delete, and are told so.
func (d *Desk) redact(ctx context.Context, i *interaction, to aside) {
	from, own, err := d.sourceOf(ctx, i)
	if err != nil {
		d.whisper(ctx, to, d.whyNot(err, "Choisissez un message de la personne, ou un des vôtres, dans le fil d'un dossier."))
		return
	}
	by, card, err := d.find(ctx, i.User.ID, from.Conversation)
	if err != nil {
		d.whisper(ctx, to, d.why(err))
		return
	}
	if why := d.may(by, card, desk.Redact); why != "" {
		d.whisper(ctx, to, why)
		return
	}
	log, err := d.Board.Words(ctx, by, from.Conversation, 0)
	if err != nil {
		d.whisper(ctx, to, d.why(err))
		return
	}
	seqs := worded(log, from.Input)
	if len(seqs) == 0 {
		d.whisper(ctx, to, "Le dossier ne garde déjà plus ces mots.")
		return
	}
	input := inputID(from.Conversation, string(desk.Redact), i.User.ID, spot{i.Channel.ID, i.Message.TS}.name())
	if err := d.take(ctx, by, from.Conversation, input, bot.Redacted{By: by.ID, Message: from.Input, Seqs: seqs}); err != nil {
		d.whisper(ctx, to, d.why(err))
		return
	}
	tell := d.outcome(ctx, by, from.Conversation, input)
	said := d.sentence(tell.Tell)
	if !refused(tell.Code) {
		switch {
		case own && i.Message.User == i.User.ID:
			said += " Dans Slack, supprimez vous-même votre message."
		case own:
			said += " Dans Slack, seule la personne qui a écrit ce message peut le supprimer."
		default:
			d.blacken(ctx, from, spot{i.Channel.ID, i.Message.TS})
		}
	}
	d.whisper(ctx, to, said)
}

// sourceOf finds the input behind a message. own: somebody of the staff wrote it themselves.
func (d *Desk) sourceOf(ctx context.Context, i *interaction) (from source, own bool, err error) {
	err = d.memory.get(ctx, sourceRef, spot{i.Channel.ID, i.Message.TS}.name(), &from)
	if !errors.Is(err, bot.ErrNotFound) {
		return from, false, err
	}
	if i.Message.Bot != "" || i.Message.Thread == "" {
		return from, false, bot.ErrNotFound
	}
	p, err := d.memory.conversation(ctx, spot{i.Channel.ID, i.Message.Thread})
	return source{p.Conversation, messageID(i.Channel.ID, i.Message.TS)}, true, err
}

// blacken replaces all that a person's message became in the owner's thread.
func (d *Desk) blacken(ctx context.Context, from source, at spot) {
	var all shown
	if err := d.memory.get(ctx, shownRef, shownName(from.Conversation, from.Input), &all); err != nil || len(all.Parts) == 0 {
		all.Parts = []spot{at}
	}
	for _, part := range all.Parts {
		if err := d.update(ctx, part, notice{Text: removed}); err != nil {
			d.Log.Warn("take words out of Slack", "error", err)
		}
	}
}

// worded are the entries of a log that hold the words of an input: itself, what it was changed to, and
// what carried either on.
func worded(log []bot.Entry, input string) []int64 {
	of := map[string]bool{input: true}
	for _, e := range log {
		if e.Input == nil {
			continue
		}
		switch ev := e.Input.Event.(type) {
		case bot.Said:
			of[e.Input.ID] = of[e.Input.ID] || ev.Amends == input
		case bot.Replied:
			of[e.Input.ID] = of[e.Input.ID] || ev.Amends == input
		}
	}
	var seqs []int64
	for _, e := range log {
		if of[e.Cause] && holdsWords(e) || speaks(e, of) {
			seqs = append(seqs, e.Seq)
		}
	}
	return seqs
}

func holdsWords(e bot.Entry) bool {
	if e.Input != nil {
		switch e.Input.Event.(type) {
		case bot.Said, bot.Replied, bot.Noted, bot.GaveContact, bot.Transferred, bot.Refused, bot.Procedure:
			return true
		}
		return false
	}
	_, passes := e.Effect.(bot.Pass)
	return passes
}

// speaks says whether an entry carries a counsellor's message to the person: it is caused by the end of
// the time in which the message could be taken back.
func speaks(e bot.Entry, of map[string]bool) bool {
	s, is := e.Effect.(bot.Speak)
	return is && of[s.Message]
}

package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"frontdesk/bot"
)

// Letters are the messages that could not be delivered, as who may mend that sees them: codes and a
// dossier number, never a word. What somebody may not see is answered with bot.ErrNotFound, as is what
// does not exist.
type Letters struct {
	Dead  bot.DeadLetters
	Heads interface {
		Head(ctx context.Context, id bot.ConversationID) (bot.Head, error)
	}
	// Send sends one again. Its errors are those of relay.Resend.
	Send func(ctx context.Context, id string) error
	// Lead is the structure that answers for conversations which are nobody's case.
	Lead func() bot.StructureID
}

// A Letter is one message that was not delivered, or one input that could not be played.
type Letter struct {
	bot.DeadLetter
	Dossier string
	Channel bot.ChannelName // "" when it was no delivery
	For     bot.Audience
	Opens   bool // whoever looks may open the case
	Sends   bool // it can be sent again
}

// mostLetters is how many are shown; beyond that somebody looks at metrics instead.
const mostLetters = 200

// Mends says whether c sees and mends what was not delivered in the case that card shows: leads and
// supervisors of the structure that leads it, or of the lead structure where the bot does. They read
// no words by that.
func Mends(c bot.Counsellor, card bot.Card, lead bot.StructureID) bool {
	if card.Structure == "" {
		card.Structure = lead
	}
	return MendsAny(c) && slices.Contains(c.Structures, card.Structure)
}

// MendsAny says whether c mends what was not delivered anywhere.
func MendsAny(c bot.Counsellor) bool {
	return slices.Contains(c.Roles, bot.RoleLead) || slices.Contains(c.Roles, bot.RoleSupervisor)
}

// List returns what by may mend, the newest first.
func (l *Letters) List(ctx context.Context, by bot.Counsellor) ([]Letter, error) {
	if !MendsAny(by) {
		return nil, nil
	}
	dead, err := l.Dead.DeadLetters(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what was not delivered: %w", err)
	}
	known := map[bot.ConversationID]bot.Session{}
	var all []Letter
	for _, d := range dead {
		s, read := known[d.Conversation]
		if !read {
			if s, err = l.session(ctx, d.Conversation); errors.Is(err, bot.ErrUnavailable) {
				return nil, err
			} else if err != nil { // a version or key that is not here: the others can be shown
				continue
			}
			known[d.Conversation] = s
		}
		if s.Life == bot.Erased { // nobody has anything to do with it any more
			if err := l.Dead.Settle(ctx, d.ID); err != nil {
				return nil, err
			}
		}
		if s.Departed() || !Mends(by, cardOf(s), l.Lead()) {
			continue
		}
		if all = append(all, letterOf(by, d, s)); len(all) == mostLetters {
			break
		}
	}
	return all, nil
}

// Resend sends one again. nil: it was delivered, and is gone from the list.
func (l *Letters) Resend(ctx context.Context, by bot.Counsellor, id string) (Letter, error) {
	letter, err := l.find(ctx, by, id)
	if err != nil {
		return Letter{}, err
	}
	if !letter.Sends {
		return letter, fmt.Errorf("it cannot be sent again: %w", bot.ErrUndeliverable)
	}
	return letter, l.Send(ctx, id)
}

// Settle takes one from the list: somebody has seen to it otherwise.
func (l *Letters) Settle(ctx context.Context, by bot.Counsellor, id string) (Letter, error) {
	letter, err := l.find(ctx, by, id)
	if err != nil {
		return Letter{}, err
	}
	return letter, l.Dead.Settle(ctx, id)
}

// find is the wall.
func (l *Letters) find(ctx context.Context, by bot.Counsellor, id string) (Letter, error) {
	dead, err := l.Dead.DeadLetter(ctx, id)
	if err != nil {
		return Letter{}, err
	}
	s, err := l.session(ctx, dead.Conversation)
	if err != nil {
		return Letter{}, err
	}
	if s.Departed() || !Mends(by, cardOf(s), l.Lead()) {
		return Letter{}, bot.ErrNotFound
	}
	return letterOf(by, dead, s), nil
}

// session is the conversation's; an empty one where it has expired.
func (l *Letters) session(ctx context.Context, id bot.ConversationID) (bot.Session, error) {
	head, err := l.Heads.Head(ctx, id)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return bot.Session{}, fmt.Errorf("read whose message it was: %w", err)
	}
	return head.Session, nil
}

func letterOf(by bot.Counsellor, d bot.DeadLetter, s bot.Session) Letter {
	card := cardOf(s)
	letter := Letter{DeadLetter: d, Dossier: s.Dossier, Opens: card.Life.Open() && May(by, card, See) == nil}
	for _, leg := range s.Legs {
		if leg.ID == d.Leg {
			letter.Channel, letter.For, letter.Sends = leg.Channel, leg.For, d.Seq > 0
		}
	}
	return letter
}

// Reason says why a message was not delivered, in words that a counsellor can act upon.
func (l Letter) Reason() string {
	switch l.Why {
	case "undeliverable":
		return "La messagerie a refusé ce message. L'adresse n'existe plus, ou la personne nous a bloqués."
	case "tried_too_often":
		return "Tous les essais ont échoué. La messagerie marche pour les autres personnes."
	case "tried_too_long":
		return "La messagerie ne répond pas depuis douze heures."
	case "poison":
		return "Un message reçu n'a pas pu être traité. Une personne doit le lire."
	case "damaged":
		return "Un message reçu est illisible."
	}
	if l.Leg == "" {
		return "Un message reçu n'a pas pu être traité, et la personne ne le sait pas."
	}
	return "Ce message n'a pas pu être remis."
}

// Resent tells who pressed « Renvoyer » what became of it.
func Resent(err error) string {
	_, later := errors.AsType[bot.RetryAfter](err)
	switch {
	case err == nil:
		return "Le message est remis."
	case errors.Is(err, bot.ErrNotFound):
		return "Ce message n'est plus à remettre."
	case errors.Is(err, bot.ErrTaken):
		return "Une autre personne renvoie ce message en ce moment."
	case later:
		return "La messagerie ne répond pas en ce moment. Réessayez dans une minute."
	case errors.Is(err, bot.ErrUndeliverable):
		return "La messagerie refuse encore ce message. Joignez la personne autrement."
	case errors.Is(err, bot.ErrAmbiguous):
		return "Nous ne savons pas si le message est arrivé. Demandez à la personne si elle l'a reçu, avant de le renvoyer."
	}
	return "Le message n'est pas parti. Réessayez plus tard."
}

package slack

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

// Buttons that stand elsewhere than on a card or in a thread. Those about a case carry its conversation and
// the version of what they stand in.
const (
	actTake   = "take" // from a list or an ephemeral message
	actHere   = "here" // a conversation that is one's own already
	actNext   = "next"
	actPause  = "pause"
	actResume = "resume"
)

// interacted does what a button, a form or a shortcut asks. Slack brings none of them a second time, so
// that each has an answer, even where nothing could be kept.
func (d *Desk) interacted(ctx context.Context, i *interaction) answer {
	switch slack.InteractionType(i.Type) {
	case slack.InteractionTypeBlockActions:
		return d.pressed(ctx, i)
	case slack.InteractionTypeViewSubmission:
		return d.submitted(ctx, i)
	case slack.InteractionTypeMessageAction, slack.InteractionTypeShortcut:
		return d.shortcut(ctx, i)
	}
	return answer{} // a form that was closed: nothing was written
}

// A press is one button, with what it is about.
type press struct {
	*interaction
	action       string
	version      string
	conversation bot.ConversationID
}

// pressed is a button. Those that open a form only read; the others are kept before they are acknowledged.
func (d *Desk) pressed(ctx context.Context, i *interaction) answer {
	if len(i.Actions) == 0 {
		return answer{}
	}
	to := beside(i)
	switch i.Actions[0].ID {
	case actNext:
		return later(func(ctx context.Context) { d.next(ctx, to, i.Trigger) })
	case actPause:
		return later(func(ctx context.Context) { d.pauseOf(ctx, to, "", i.Trigger) })
	case actResume:
		return later(func(ctx context.Context) { d.resume(ctx, to) })
	}
	p, err := d.about(ctx, i)
	if err != nil {
		return d.whispers(to, d.why(err))
	}
	switch p.action {
	case "": // a link: the browser has opened it
		return answer{}
	case actPeek:
		return later(func(ctx context.Context) { d.peek(ctx, to, p) })
	case actClaim, actTake, actHere:
		return d.acts(ctx, p, desk.Claim, func(by bot.CounsellorID) bot.Event { return bot.Claimed{By: by} })
	case actRelease:
		return d.acts(ctx, p, desk.Release, func(by bot.CounsellorID) bot.Event { return bot.Released{By: by} })
	case actMisroute:
		return d.acts(ctx, p, desk.Misroute, func(by bot.CounsellorID) bot.Event { return bot.Misrouted{By: by} })
	}
	return d.opensForm(p)
}

func (d *Desk) whispers(to aside, text string) answer {
	return later(func(ctx context.Context) { d.whisper(ctx, to, text) })
}

// about finds what a button is about: by what it carries, else by where it stands. action is "" where the
// button is none of ours.
func (d *Desk) about(ctx context.Context, i *interaction) (press, error) {
	a := i.Actions[0]
	p := press{interaction: i, action: a.ID, version: a.Value}
	switch a.ID {
	case actTake, actHere:
		id, version, _ := strings.Cut(a.Value, " ")
		p.conversation, p.version = bot.ConversationID(id), version
		return p, nil
	case actMore:
		p.action = a.Selected.Value
	}
	if _, known := d.form(p.action); !known && p.action != actClaim && p.action != actPeek && p.action != actRelease && p.action != actMisroute {
		p.action = ""
		return p, nil
	}
	var err error
	p.conversation, err = d.standsAt(ctx, i.Container.Channel, i.Container.TS, i.Container.Thread)
	return p, err
}

// A card can be pressed a moment before it is remembered, by whoever sees it come: it is looked for so
// often, so long apart.
const (
	looksAgain = 6
	lookApart  = 100 * time.Millisecond
)

// standsAt is the conversation of the first of our messages among some of one channel.
func (d *Desk) standsAt(ctx context.Context, channel string, stamps ...string) (bot.ConversationID, error) {
	for range looksAgain {
		id, err := d.standsNow(ctx, channel, stamps)
		if !errors.Is(err, bot.ErrNotFound) {
			return id, err
		}
		pause(ctx, lookApart)
	}
	return d.standsNow(ctx, channel, stamps)
}

func (d *Desk) standsNow(ctx context.Context, channel string, stamps []string) (bot.ConversationID, error) {
	for _, ts := range stamps {
		if ts == "" {
			continue
		}
		p, err := d.memory.conversation(ctx, spot{channel, ts})
		if !errors.Is(err, bot.ErrNotFound) {
			return p.Conversation, err
		}
	}
	return "", bot.ErrNotFound
}

// acts keeps what a button does, and tells its outcome afterwards. Rights are looked at here so that a case
// behind a wall is shown like one that does not exist; the turn looks again.
func (d *Desk) acts(ctx context.Context, p press, verb desk.Verb, event func(bot.CounsellorID) bot.Event) answer {
	to := beside(p.interaction)
	by, card, err := d.find(ctx, p.User.ID, p.conversation)
	if err != nil {
		return d.whispers(to, d.why(err))
	}
	if why := d.may(by, card, verb); why != "" {
		return d.whispers(to, why)
	}
	input := inputID(p.conversation, string(verb), p.User.ID, p.version)
	if err := d.take(ctx, by, p.conversation, input, event(by.ID)); err != nil {
		return d.whispers(to, d.why(err))
	}
	return later(func(ctx context.Context) {
		tell := d.outcome(ctx, by, p.conversation, input)
		d.tellActor(ctx, to, verb, tell)
		if verb == desk.Misroute && !refused(tell.Code) {
			d.misrouted(ctx, card)
		}
		d.touched(by.Slack)
	})
}

// tellActor says what became of a button where nothing else does. A claim that was won shows by itself,
// and a second click of who has won is silent.
func (d *Desk) tellActor(ctx context.Context, to aside, verb desk.Verb, o outcome) {
	if o.shown || verb == desk.Claim && (o.Code == "won" || o.Code == "accepted" || o.Code == "already") {
		return
	}
	d.whisper(ctx, to, d.sentence(o.Tell))
}

// peek shows somebody the coded brief of a case, and them alone. It is what a colleague may see, even for
// who may see more: a room is no place for words.
func (d *Desk) peek(ctx context.Context, to aside, p press) {
	_, card, err := d.find(ctx, p.User.ID, p.conversation)
	if err != nil {
		d.whisper(ctx, to, d.why(err))
		return
	}
	colleague := bot.Counsellor{Structures: []bot.StructureID{card.Structure}, Roles: []bot.Role{bot.RoleCounsellor}}
	brief, _, err := d.Board.Brief(ctx, colleague, p.conversation)
	if errors.Is(err, bot.ErrNotFound) { // for the lead alone: the card says all that may stand here
		brief, err = bot.Brief{Dossier: card.Dossier, Channel: card.Channel, Language: card.Language}, nil
	}
	if err != nil {
		d.whisper(ctx, to, d.why(err))
		return
	}
	var lines []string
	for _, l := range desk.Lines(brief, d.Zone) {
		lines = append(lines, labelled(l.Label, l.Value))
	}
	text := strings.Join(lines, "\n")
	d.whisper(ctx, to, text, prose(clip(text, maxSection)))
}

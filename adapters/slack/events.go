package slack

import (
	"context"
	"errors"

	"github.com/slack-go/slack/slackevents"

	"frontdesk/bot"
)

// happened keeps what an event brings. What is nobody's concern is acknowledged and forgotten; an error
// means that Slack is to bring the event again.
func (d *Desk) happened(ctx context.Context, h *happening) (answer, error) {
	switch slackevents.EventsAPIType(h.Type) {
	case slackevents.Message:
		return d.message(ctx, h)
	case slackevents.AppHomeOpened:
		return later(func(ctx context.Context) { d.homeOpened(ctx, h) }), nil
	case slackevents.MemberLeftChannel:
		return d.left(ctx, h)
	case slackevents.UserChange:
		return d.userChanged(ctx, h)
	case slackevents.GroupArchive, slackevents.GroupDeleted, slackevents.GroupLeft, slackevents.GroupRename:
		return later(func(ctx context.Context) { d.roomGone(ctx, h) }), nil
	case slackevents.AppUninstalled, slackevents.TokensRevoked:
		return later(func(ctx context.Context) { d.uninstalled(ctx, h) }), nil
	}
	return answer{}, nil
}

// aboutSubscription is what Slack says of the subscription itself.
func (d *Desk) aboutSubscription(_ context.Context, o outer) {
	if o.Type == outerLimited {
		d.Log.Error("Slack holds events back: there are too many an hour")
	}
}

// message sorts messages: what a counsellor writes in a thread of ours is kept, what they change or delete
// there too. What we, other applications and workflows write is not, nor what Slack adds to a message.
func (d *Desk) message(ctx context.Context, h *happening) (answer, error) {
	if h.ChannelType != "im" && h.ChannelType != "group" {
		return answer{}, nil
	}
	switch h.Subtype {
	case "message_changed":
		return d.edited(ctx, h)
	case "message_deleted":
		return d.deleted(ctx, h)
	case "", "file_share", "thread_broadcast", "me_message":
	default:
		return answer{}, nil
	}
	switch {
	case h.Bot != "" || h.Workflow != "" || h.User.ID == "" || h.User.ID == h.Us:
		return answer{}, nil
	case h.ChannelType == "im":
		return d.wroteToApp(ctx, h)
	}
	return d.wroteInRoom(ctx, h)
}

// thread is what the thread of an event stands for; bot.ErrNotFound where it is none of ours.
func (d *Desk) thread(ctx context.Context, h *happening) (place, error) {
	root := h.root()
	if root == "" {
		return place{}, bot.ErrNotFound
	}
	return d.memory.conversation(ctx, spot{h.Channel.ID, root})
}

// The kinds of places.
const (
	aCard  = "card"
	aGuest = "guest"
	aTalk  = "talk"
)

// wroteToApp is a message in somebody's direct messages with us. In the thread of a conversation it goes to
// the person; elsewhere it goes nowhere, and says so.
func (d *Desk) wroteToApp(ctx context.Context, h *happening) (answer, error) {
	p, err := d.thread(ctx, h)
	if errors.Is(err, bot.ErrNotFound) || err == nil && p.Kind != aTalk {
		return later(func(ctx context.Context) { d.outside(ctx, h) }), nil
	} else if err != nil {
		return answer{}, err
	}
	at := spot{h.Channel.ID, h.Thread}
	by, err := d.counsellor(ctx, h.User.ID)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return d.says(at, noStaff), nil
	case err != nil:
		return answer{}, err
	case d.Words == WordsLink:
		return later(func(ctx context.Context) { d.pointToDesk(ctx, by, p.Conversation, at) }), nil
	}
	if over, err := d.over(ctx, by, p.Conversation, at); err != nil {
		return answer{}, err
	} else if over {
		return d.says(at, endedThread), nil
	}
	text := plain(h.Text)
	if text == "" {
		return d.says(at, noFiles), nil
	}
	input := messageID(h.Channel.ID, h.TS)
	if err := d.take(ctx, by, p.Conversation, input, bot.Replied{By: by.ID, Text: bot.Words(text)}); err != nil {
		return answer{}, err
	}
	return later(func(ctx context.Context) {
		if len(h.Files) > 0 {
			d.post(ctx, at, noFiles)
		}
		d.sayRefusal(ctx, by, p.Conversation, input, at)
	}), nil
}

const (
	noFiles     = "Les fichiers ne sont pas transmis."
	endedThread = "Ce fil est terminé. Ce message n'est parti à personne. Pour retrouver vos dossiers, tapez /accueil moi"
)

// over says whether a thread was told to be over: its case was given away, and may have come back in a thread
// of its own, or elsewhere.
func (d *Desk) over(ctx context.Context, by bot.Counsellor, id bot.ConversationID, at spot) (bool, error) {
	t, err := d.memory.talk(ctx, id, leg(by).ID)
	if errors.Is(err, bot.ErrNotFound) {
		return false, nil
	}
	return t.Ended && t.spot == at || t.Channel == at.Channel && t.TS > at.TS, err
}

func (d *Desk) says(at spot, text string) answer {
	return later(func(ctx context.Context) { d.post(ctx, at, text) })
}

// sayRefusal tells somebody in a thread that what they wrote there did not go. That it goes is a reaction,
// which whoever carries the conversation puts.
func (d *Desk) sayRefusal(ctx context.Context, by bot.Counsellor, id bot.ConversationID, input string, at spot) {
	if o := d.outcome(ctx, by, id, input); refused(o.Code) && !o.shown {
		d.post(ctx, at, d.sentence(o.Tell))
	}
}

// pointToDesk says where to write when no words may pass here.
func (d *Desk) pointToDesk(ctx context.Context, by bot.Counsellor, id bot.ConversationID, at spot) {
	_, card, err := d.Board.Brief(ctx, by, id)
	if err != nil {
		d.post(ctx, at, d.why(err))
		return
	}
	d.post(ctx, at, onTheWeb+d.DeskURL+card.Dossier)
}

// edited is a message that was changed. Unfurled links, counts of replies and our own updates change no
// text of a counsellor's.
func (d *Desk) edited(ctx context.Context, h *happening) (answer, error) {
	m := h.Message
	if m != nil && m.Subtype == "tombstone" {
		return d.cardDeleted(ctx, spot{h.Channel.ID, m.TS})
	}
	if m == nil || m.Bot != "" || m.User == "" || m.User == h.Us || m.Edited == nil || h.Previous != nil && h.Previous.Text == m.Text {
		return answer{}, nil
	}
	p, err := d.thread(ctx, h)
	if errors.Is(err, bot.ErrNotFound) {
		return answer{}, nil
	} else if err != nil {
		return answer{}, err
	}
	text, at := plain(m.Text), spot{h.Channel.ID, h.root()}
	input := "slack:edit:" + h.Channel.ID + ":" + m.TS + ":" + m.Edited.TS
	if p.Kind != aTalk {
		return d.noted(ctx, h, m.User, p, input, text)
	}
	by, err := d.counsellor(ctx, m.User)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return d.says(at, noStaff), nil
	case err != nil:
		return answer{}, err
	case d.Words == WordsLink || text == "":
		return answer{}, nil
	}
	event := bot.Replied{By: by.ID, Text: bot.Words(text), Amends: messageID(h.Channel.ID, m.TS)}
	if err := d.take(ctx, by, p.Conversation, input, event); err != nil {
		return answer{}, err
	}
	return later(func(ctx context.Context) { d.sayRefusal(ctx, by, p.Conversation, input, at) }), nil
}

// deleted is a message that was deleted. A counsellor's in a thread of the direct messages is taken back.
func (d *Desk) deleted(ctx context.Context, h *happening) (answer, error) {
	m := h.Previous
	if m != nil && m.Bot != "" && h.ChannelType == "group" {
		return d.cardDeleted(ctx, spot{h.Channel.ID, h.Deleted})
	}
	if m == nil || m.Bot != "" || m.User == "" || h.ChannelType != "im" || d.Words == WordsLink {
		return answer{}, nil
	}
	p, err := d.thread(ctx, h)
	if errors.Is(err, bot.ErrNotFound) || err == nil && p.Kind != aTalk {
		return answer{}, nil
	} else if err != nil {
		return answer{}, err
	}
	by, err := d.counsellor(ctx, m.User)
	if errors.Is(err, bot.ErrNotFound) {
		return answer{}, nil
	} else if err != nil {
		return answer{}, err
	}
	input, at := withdrawalID(h.Channel.ID, h.Deleted), spot{h.Channel.ID, h.root()}
	event := bot.TookBack{By: by.ID, Message: messageID(h.Channel.ID, h.Deleted), Written: when(h.Deleted)}
	if err := d.take(ctx, by, p.Conversation, input, event); err != nil {
		return answer{}, err
	}
	return later(func(ctx context.Context) { d.sayTakenBack(ctx, by, p.Conversation, input, at) }), nil
}

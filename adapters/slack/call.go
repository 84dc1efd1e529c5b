package slack

import (
	"cmp"
	"context"
	"strings"

	"github.com/slack-go/slack"
)

// The calls that the outward side makes: each once, and what Slack answers as one of the house's values.
// The client tries nothing again by itself: a message has no key by which Slack would know it again.

// A notice is what is posted: blocks, and the text that notifications and screen readers use.
type notice struct {
	Text   string // plain
	Blocks []slack.Block
}

// mostText is how much of the text goes along, in characters as they are sent: Slack refuses an update
// with more than 4,000. The blocks have all of it.
const mostText = 3900

func (m notice) options() []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(within(escaped(m.Text), mostText), false), slack.MsgOptionDisableMarkdown(), slack.MsgOptionBlocks(m.Blocks...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
}

// within cuts an escaped text, not inside an escape.
func within(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	cut := string(runes[:most-1])
	if amp := strings.LastIndexByte(cut, '&'); amp > len(cut)-len("&amp;") && !strings.Contains(cut[amp:], ";") {
		cut = cut[:amp]
	}
	return cut + "…"
}

// send posts a message to a channel, or into a thread of it.
func (d *Desk) send(ctx context.Context, channel, thread string, m notice, marked mark) (spot, error) {
	if ctx.Err() != nil { // nothing has gone yet
		return spot{}, &trouble{call: posting, code: "too late"}
	}
	options := append(m.options(), slack.MsgOptionMetadata(marked.metadata()))
	if thread != "" {
		options = append(options, slack.MsgOptionTS(thread))
	}
	in, ts, posted, err := d.api.PostMessageWithResponseContext(ctx, channel, options...)
	if err := d.judge(ctx, posting, err); err != nil {
		return spot{}, err
	}
	if ts == "" { // an answer that says nothing
		return spot{}, d.judge(ctx, posting, errUnclear)
	}
	d.worked(ctx, posting)
	at := spot{cmp.Or(in, channel), ts}
	if thread != "" && posted.ThreadTimestamp == "" { // its root is gone, and Slack put it into the channel
		return spot{}, cmp.Or[error](d.erase(ctx, at), &trouble{call: posting, code: "thread_not_found"})
	}
	return at, nil
}

// update replaces a message of ours.
func (d *Desk) update(ctx context.Context, at spot, m notice) error {
	_, _, _, err := d.api.UpdateMessageContext(ctx, at.Channel, at.TS, m.options()...)
	return d.answered(ctx, "chat.update", err)
}

// erase deletes a message of ours. One that is not there, or not ours, is fine; one that stands where we
// cannot go any more waits until we can, or until somebody has deleted it.
func (d *Desk) erase(ctx context.Context, at spot) error {
	_, _, err := d.api.DeleteMessageContext(ctx, at.Channel, at.TS)
	err = d.answered(ctx, "chat.delete", err)
	switch {
	case is(err, "message_not_found", "cant_delete_message"):
		return nil
	case gone(err):
		d.alarm(ctx, "erasing in "+at.Channel, "", codeOf(err), "Des messages à effacer sont dans un salon Slack archivé, ou où l'application n'est plus ("+
			at.Channel+"). Ouvrez ce salon et invitez-y l'application, ou effacez ses messages à la main.")
		return park("chat.delete", codeOf(err), false)
	case err == nil:
		d.mended(ctx, "erasing in "+at.Channel)
	}
	return err
}

// react adds a reaction; one that is there, or a message that is not, is fine.
func (d *Desk) react(ctx context.Context, name string, at spot) error {
	err := d.answered(ctx, "reactions.add", d.api.AddReactionContext(ctx, name, slack.NewRefToMessage(at.Channel, at.TS)))
	if is(err, "already_reacted", "message_not_found", "bad_timestamp", "channel_not_found", "too_many_reactions", "thread_locked") {
		return nil
	}
	return err
}

// unreact takes a reaction of ours away; one that is not there is fine.
func (d *Desk) unreact(ctx context.Context, name string, at spot) error {
	err := d.answered(ctx, "reactions.remove", d.api.RemoveReactionContext(ctx, name, slack.NewRefToMessage(at.Channel, at.TS)))
	if is(err, "no_reaction", "message_not_found", "bad_timestamp", "channel_not_found", "thread_locked") {
		return nil
	}
	return err
}

// dm is the channel of somebody's direct messages with the app.
func (d *Desk) dm(ctx context.Context, user string) (string, error) {
	if channel, known := d.direct.Load(user); known {
		return channel.(string), nil
	}
	channel, _, _, err := d.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
	if err := d.answered(ctx, "conversations.open", err); err != nil {
		return "", err
	}
	d.direct.Store(user, channel.ID)
	return channel.ID, nil
}

// answered judges a call that can be repeated.
func (d *Desk) answered(ctx context.Context, call string, err error) error {
	if err := d.judge(ctx, call, err); err != nil {
		return err
	}
	d.worked(ctx, call)
	return nil
}

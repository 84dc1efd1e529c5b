package slack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"frontdesk/bot"
)

// An aside is where somebody is answered so that they alone see it.
type aside struct {
	User    string
	Channel string
	Thread  string
	URL     string // that the interaction came with: works where we are no member, for half an hour
}

// beside is where the answer to an interaction belongs.
func beside(i *interaction) aside {
	a := aside{User: i.User.ID, Channel: i.Container.Channel, Thread: i.Container.Thread}
	switch {
	case i.Type == "message_action":
		a.Channel, a.Thread, a.URL = i.Channel.ID, i.Message.Thread, i.Answer
	case i.Container.Ephemeral:
		a.URL = i.Answer
	case a.Channel == "":
		a.Channel = i.Channel.ID
	}
	return a
}

// whisper answers somebody. Where nobody else reads along it is an ordinary message. That it could not be
// said is logged: what they did has been done all the same.
func (d *Desk) whisper(ctx context.Context, to aside, text string, blocks ...slack.Block) {
	options := []slack.MsgOption{slack.MsgOptionText(escaped(text), false), slack.MsgOptionDisableLinkUnfurl()}
	if len(blocks) > 0 {
		options = append(options, slack.MsgOptionBlocks(blocks...))
	}
	if to.URL == "" && to.Channel != "" && to.Thread != "" {
		options = append(options, slack.MsgOptionTS(to.Thread))
	}
	err := d.insist(ctx, "chat.postEphemeral", func() (err error) {
		switch {
		case to.URL != "":
			_, _, err = d.api.PostMessageContext(ctx, to.Channel, append(options, slack.MsgOptionResponseURL(to.URL, slack.ResponseTypeEphemeral))...)
		case to.Channel == "":
			_, _, err = d.api.PostMessageContext(ctx, to.User, options...)
		default:
			_, err = d.api.PostEphemeralContext(ctx, to.Channel, to.User, options...)
		}
		return err
	})
	if err != nil {
		d.Log.Warn("tell somebody what became of what they did", "error", err)
	}
}

// soonEnough is how long an answer to somebody may wait for Slack's limits.
const soonEnough = 10 * time.Second

// insist makes a call again that Slack put off: only then nothing of it can have been done.
func (d *Desk) insist(ctx context.Context, call string, do func() error) error {
	for {
		err := d.judge(ctx, call, do())
		off, told := errors.AsType[bot.RetryAfter](err)
		if !told || off.Wait > soonEnough || ctx.Err() != nil {
			return err
		}
		pause(ctx, off.Wait)
	}
}

// bland is an error as it may be logged: a library's own text could name an address, or quote what was sent.
func bland(err error) string {
	known := []error{bot.ErrUnavailable, bot.ErrTooMany, bot.ErrNotFound, bot.ErrReused, bot.ErrTaken, context.Canceled, context.DeadlineExceeded}
	for _, k := range known {
		if errors.Is(err, k) {
			return k.Error()
		}
	}
	if f, is := errors.AsType[*trouble](err); is {
		return f.Error()
	}
	if answer, is := errors.AsType[slack.SlackErrorResponse](err); is {
		return coded(answer.Err)
	}
	return fmt.Sprintf("%T", err)
}

// post says something in a thread, or in a channel where the thread is "".
func (d *Desk) post(ctx context.Context, at spot, text string, blocks ...slack.Block) {
	options := []slack.MsgOption{slack.MsgOptionText(escaped(text), false), slack.MsgOptionDisableLinkUnfurl()}
	if len(blocks) > 0 {
		options = append(options, slack.MsgOptionBlocks(blocks...))
	}
	if at.TS != "" {
		options = append(options, slack.MsgOptionTS(at.TS))
	}
	err := d.insist(ctx, posting, func() error {
		_, _, err := d.api.PostMessageContext(ctx, at.Channel, options...)
		return err
	})
	if err != nil {
		d.Log.Warn("answer in Slack", "error", err)
	}
}

// saidRef remembers what was said once: by which name, and for how long.
const saidRef = "slack-said"

// once says whether this is the first time that somebody asks for name.
func (d *Desk) once(ctx context.Context, name string) bool {
	return d.Refs.SetRef(ctx, saidRef, name, "", "1", d.memory.kept) == nil
}

// links are where messages stand, as a browser opens them. They do not change.
type links struct {
	mu    sync.Mutex
	known map[spot]string
}

// mostLinks bounds what is remembered.
const mostLinks = 2000

// open is the address of a message; "" where Slack does not give it.
func (d *Desk) open(ctx context.Context, at spot) string {
	l := &d.inward.links
	l.mu.Lock()
	address, known := l.known[at]
	l.mu.Unlock()
	if known {
		return address
	}
	address, err := d.api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: at.Channel, Ts: at.TS})
	if err != nil {
		d.Log.Debug("address of a message", "error", bland(err))
		return ""
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known == nil || len(l.known) >= mostLinks {
		l.known = make(map[spot]string)
	}
	l.known[at] = address
	return address
}

// toTalk is where the owner goes on with a conversation: its thread, or its page on the web desk; "" where
// there is neither.
func (d *Desk) toTalk(ctx context.Context, by bot.Counsellor, card bot.Card) string {
	if d.Words == WordsLink {
		return d.DeskURL + card.Dossier
	}
	root, err := d.talkRoot(ctx, card.Conversation, by)
	if err != nil {
		return ""
	}
	return d.open(ctx, root)
}

// talkRoot is the root of the owner's thread, or bot.ErrNotFound.
func (d *Desk) talkRoot(ctx context.Context, id bot.ConversationID, by bot.Counsellor) (spot, error) {
	t, err := d.memory.talk(ctx, id, leg(by).ID)
	if err == nil && t.Ended {
		err = bot.ErrNotFound
	}
	return t.spot, err
}

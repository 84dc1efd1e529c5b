package slack

import (
	"context"
	"errors"
	"fmt"

	"github.com/slack-go/slack"

	"frontdesk/bot"
)

// forgetCase deletes everything of ours that stands for a conversation: its cards, also in rooms that it
// has left, the threads of all its owners, and what we know of them. What people wrote themselves cannot
// be deleted by an application. It can be repeated: what is gone is not there the next time.
func (d *Desk) forgetCase(ctx context.Context, id bot.ConversationID) error {
	roots, err := d.memory.roots(ctx, id)
	if err != nil {
		return fmt.Errorf("what stands for a conversation: %w", err)
	}
	for _, r := range roots {
		if err := d.forgetRoot(ctx, id, r); err != nil {
			return err
		}
	}
	return d.drop(ctx, ref{cardRef, string(id)}, ref{rootsRef, string(id)})
}

// forgetTalk deletes what an owner's direct messages have of ours about a conversation. The desk's own leg
// sees to the cards, and to other owners.
func (d *Desk) forgetTalk(ctx context.Context, id bot.ConversationID, leg string) error {
	roots, err := d.memory.roots(ctx, id)
	if err != nil {
		return fmt.Errorf("what stands for a conversation: %w", err)
	}
	for _, r := range roots {
		if r.Leg != leg {
			continue
		}
		if err := d.forgetRoot(ctx, id, r); err != nil {
			return err
		}
	}
	return d.drop(ctx, ref{talkRef, talkName(id, leg)})
}

func (d *Desk) forgetRoot(ctx context.Context, id bot.ConversationID, r root) error {
	if err := d.forgetThread(ctx, r.spot); err != nil {
		return err
	}
	if r.Leg == "" {
		return nil
	}
	return d.drop(ctx, ref{talkRef, talkName(id, r.Leg)})
}

// forgetThread deletes our messages of one thread, the root last: without it the others are not found.
func (d *Desk) forgetThread(ctx context.Context, root spot) error {
	replies, err := d.replies(ctx, root, "")
	if err != nil {
		return err
	}
	for _, m := range replies {
		if m.BotID == "" || m.Timestamp == root.TS {
			continue
		}
		if err := d.forgetMessage(ctx, spot{root.Channel, m.Timestamp}); err != nil {
			return err
		}
	}
	if err := d.erase(ctx, root); err != nil {
		return err
	}
	return d.drop(ctx, ref{placeRef, root.name()})
}

// forgetMessage deletes one message and what it came from.
func (d *Desk) forgetMessage(ctx context.Context, at spot) error {
	if err := d.erase(ctx, at); err != nil {
		return err
	}
	var from source
	switch err := d.memory.get(ctx, sourceRef, at.name(), &from); {
	case errors.Is(err, bot.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("where words came from: %w", err)
	}
	return d.drop(ctx, ref{shownRef, shownName(from.Conversation, from.Input)}, ref{sourceRef, at.name()})
}

// replies are all messages of a thread since oldest; none where it is not there.
func (d *Desk) replies(ctx context.Context, root spot, oldest string) ([]slack.Message, error) {
	p := &slack.GetConversationRepliesParameters{ChannelID: root.Channel, Timestamp: root.TS, Oldest: oldest, Limit: 200, IncludeAllMetadata: true}
	var all []slack.Message
	for {
		some, more, next, err := d.api.GetConversationRepliesContext(ctx, p)
		err = d.answered(ctx, "conversations.replies", err)
		if is(err, "thread_not_found", "message_not_found") || gone(err) {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if !more || next == "" {
			return all, nil
		}
		p.Cursor = next
	}
}

// A ref is the name of something remembered.
type ref struct{ kind, name string }

func (d *Desk) drop(ctx context.Context, refs ...ref) error {
	for _, r := range refs {
		if err := d.Refs.DropRef(ctx, r.kind, r.name); err != nil {
			return fmt.Errorf("forget a reference of kind %s: %w", r.kind, err)
		}
	}
	return nil
}

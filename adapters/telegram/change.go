package telegram

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	api "github.com/go-telegram/bot"

	"frontdesk/bot"
)

// amend changes the messages that a counsellor's message became. done is false where that cannot be: it
// became none that are known, or fewer than the new text needs. Then the text is to be said anew.
func (c *Channel) amend(ctx context.Context, to room, ids []int, text string) (left []int, done bool, err error) {
	parts := split(text)
	if len(parts) > len(ids) {
		return nil, false, c.remove(ctx, to, ids)
	}
	for i, p := range parts {
		_, err := c.api.EditMessageText(ctx, &api.EditMessageTextParams{ChatID: to.chat, MessageID: ids[i], Text: p.text, LinkPreviewOptions: noPreview()})
		err = c.verdict(to.chat, err)
		switch {
		case errors.Is(err, errGone):
			return nil, false, c.remove(ctx, to, ids)
		case err != nil && !errors.Is(err, errSame):
			return nil, false, err
		}
	}
	return ids[:len(parts)], true, c.remove(ctx, to, ids[len(parts):])
}

// withdraw takes a counsellor's message away, where it is known and can be.
func (c *Channel) withdraw(ctx context.Context, d *bot.Delivery, w bot.Withdraw) error {
	to, err := c.roomOf(d.Leg)
	if err != nil {
		return err
	}
	name := spokenName(d, w.Message)
	ids, err := c.memory.ids(ctx, spokenRef, name)
	if err != nil {
		return fmt.Errorf("look for a counsellor's message: %w", err)
	}
	if err := c.remove(ctx, to, ids); err != nil {
		return err
	}
	if err := c.Refs.DropRef(ctx, spokenRef, name); err != nil {
		return fmt.Errorf("forget a counsellor's message: %w", err)
	}
	return nil
}

// forget deletes what the chat shows of the time before: the person's messages as well, which a bot may
// delete in a private chat. What is older than 48 h stays: nobody but the person can delete it.
func (c *Channel) forget(ctx context.Context, d *bot.Delivery, f bot.Forget) error {
	if f.Leg != "" && f.Leg != d.Leg.ID {
		return nil
	}
	to, err := c.roomOf(d.Leg)
	if err != nil {
		return err
	}
	known, _, err := c.memory.chat(ctx, to)
	if err != nil {
		return fmt.Errorf("look what the chat shows: %w", err)
	}
	// What they write after the erasure is another conversation's. The two clocks may differ a little.
	end := d.Entry.At.Add(2 * time.Second).Unix()
	if d.Entry.At.IsZero() {
		end = c.Now().Unix()
	}
	gone := func(n noted) bool { return n[1] <= end }
	var ids []int
	for _, n := range known.Messages {
		if gone(n) && c.Now().Unix()-n[1] < int64(young.Seconds()) {
			ids = append(ids, int(n[0]))
		}
	}
	if err := c.remove(ctx, to, ids); err != nil {
		return err
	}
	for _, n := range known.Messages {
		if gone(n) && n[2] == 1 {
			if err := c.Refs.DropRef(ctx, heardRef, messageName(to, int(n[0]))); err != nil {
				return fmt.Errorf("forget a message: %w", err)
			}
		}
	}
	return c.forgetChat(ctx, to, gone)
}

// forgetChat drops what is known of a chat; what stays is what came after the erasure.
func (c *Channel) forgetChat(ctx context.Context, to room, gone func(noted) bool) error {
	left := 0
	err := c.memory.change(ctx, to, func(r *record) {
		r.Messages = slices.DeleteFunc(r.Messages, gone)
		left = len(r.Messages)
		if left == 0 {
			r.Language = ""
		}
		if r.Keyboard {
			left++ // a button is still to be removed
		}
	})
	if errors.Is(err, bot.ErrTaken) {
		return errors.New("the chat is being written in")
	}
	if err == nil && left == 0 {
		err = c.Refs.DropRef(ctx, chatRef, to.peer())
	}
	if err != nil {
		return fmt.Errorf("forget a chat: %w", err)
	}
	return nil
}

// mostAtOnce is how many messages one call deletes (Bot API, deleteMessages).
const mostAtOnce = 100

// remove deletes messages. What is gone, or cannot be deleted any more, is no fault.
func (c *Channel) remove(ctx context.Context, to room, ids []int) error {
	for some := range slices.Chunk(ids, mostAtOnce) {
		if len(some) > 1 {
			_, err := c.api.DeleteMessages(ctx, &api.DeleteMessagesParams{ChatID: to.chat, MessageIDs: some})
			if err = c.verdict(to.chat, err); err == nil {
				continue
			} else if !errors.Is(err, errGone) {
				return err
			}
		}
		for _, id := range some { // one of them cannot be deleted: the others can
			_, err := c.api.DeleteMessage(ctx, &api.DeleteMessageParams{ChatID: to.chat, MessageID: id})
			if err = c.verdict(to.chat, err); err != nil && !errors.Is(err, errGone) {
				return err
			}
		}
	}
	return nil
}

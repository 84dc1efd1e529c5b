package sms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frontdesk/bot"
)

// How a message ended.
const ended, lost = "delivered", "failed"

// report takes what became of a message. It is repeatable, and the first end is the end. A counsellor's
// message is an input of its conversation: [bot.Delivered] under the id that the relay gives it when the
// gateway takes it, so that it is one however often it is said; or [bot.Undelivered]. Of what the bot said
// only a number that can never be reached is one: the leg is cut until the person writes again. A recap that did
// not arrive is one too: the person has rung off and believes that they have it.
func (c *Channel) report(ctx context.Context, find finder) error {
	field := func(name string) string {
		if c.Report[name] == "" {
			return ""
		}
		return find(c.Report[name])
	}
	store, done := context.WithTimeout(ctx, storeFor)
	defer done()
	ref, err := c.about(store, field)
	if err != nil || ref == "" {
		return err
	}
	s, raw, err := c.memory.sending(store, ref)
	if err != nil {
		return fmt.Errorf("look what a report is about: %w", err)
	}
	end := c.endOf(field("status"))
	if raw == "" || s.Ended != "" || s.Taken && end == "" {
		return nil
	}
	if in, is := s.input(ref, end, slices.Contains(c.Refused, field("code"))); is {
		if err := c.inform(store, in); err != nil {
			return err
		}
	}
	if end != "" && c.Reported != nil {
		c.Reported(end)
	}
	s.Ended, s.Taken = end, true
	if err := c.memory.note(store, ref, raw, s); err != nil {
		return fmt.Errorf("note a report: %w", err)
	}
	return nil
}

// about is the name of the message that a report is about: the one that was sent along, or that which
// belongs to the gateway's; "" of one that nobody remembers.
func (c *Channel) about(ctx context.Context, field func(string) string) (string, error) {
	if ref := field("ref"); c.ours(ref) {
		return ref, nil
	}
	id := field("id")
	if id == "" {
		return "", nil
	}
	ref, err := c.memory.ref(ctx, id)
	if err != nil {
		return "", fmt.Errorf("look for a message by the gateway's id: %w", err)
	}
	return ref, nil
}

// endOf is what a status means; "" while the message is still on its way.
func (c *Channel) endOf(status string) string {
	is := func(s string) bool { return strings.EqualFold(s, strings.TrimSpace(status)) }
	switch {
	case slices.ContainsFunc(c.Delivered, is):
		return ended
	case slices.ContainsFunc(c.Failed, is):
		return lost
	}
	return ""
}

// input is what a conversation is told of an end, if anything.
func (s *sending) input(ref, end string, never bool) (bot.Input, bool) {
	switch {
	case end == ended && s.Message != "":
		return bot.Input{ID: fmt.Sprintf("delivered:%d:%s", s.Seq, s.Leg), Conversation: s.Conversation,
			Event: bot.Delivered{Leg: s.Leg, Message: s.Message}}, true
	case end == lost && (s.Message != "" || s.Recap || never):
		leg := ""
		if never || s.Recap { // otherwise the next message may well arrive
			leg = s.Leg
		}
		return bot.Input{ID: "sms:report:" + ref, Conversation: s.Conversation,
			Event: bot.Undelivered{Leg: leg, Reason: "undelivered", Message: s.Message}}, true
	}
	return bot.Input{}, false
}

// inform has the conversation know. One that is not there any more need not.
func (c *Channel) inform(ctx context.Context, in bot.Input) error {
	err := c.Door.Take(ctx, in)
	c.Log.DebugContext(ctx, "sms: report", "input", in.Mark(), "event", bot.Name(in.Event), "error", err)
	if errors.Is(err, bot.ErrNotFound) || errors.Is(err, bot.ErrReused) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("take a report, input %s: %w", in.Mark(), err)
	}
	return nil
}

package sms

import (
	"context"
	"fmt"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/render"
)

// The most that one message may have, in UTF-16 units: ten segments, which every gateway takes. longest is
// in the GSM alphabet, where a few signs count twice.
const longest, longestWide = 1500, 670

// Deliver implements bot.Channel. It does nothing for anybody but the person, or the mobile that they want a
// recap on, and nothing twice that it remembers, or that the gateway has reported.
func (c *Channel) Deliver(ctx context.Context, d bot.Delivery) (bot.Receipt, error) {
	if d.Entry.To != d.Leg.For || d.Leg.For != bot.ToCitizen && d.Leg.For != bot.ToText {
		return bot.Receipt{}, nil
	}
	switch e := d.Entry.Effect.(type) {
	case bot.Say:
		return c.send(ctx, &d, render.Texted(e), e.Safety)
	case bot.Speak:
		return c.send(ctx, &d, c.spoken(ctx, &d, e), false)
	case bot.Listen, bot.Withdraw, bot.Forget, bot.Hangup, bot.Write, bot.Post, bot.Present, bot.Pass, bot.Tell, nil:
		// What is on a telephone can be neither withdrawn nor forgotten.
	}
	return bot.Receipt{}, nil
}

// spoken is a counsellor's message: « Camille, Mission locale : Bonjour. »
func (c *Channel) spoken(ctx context.Context, d *bot.Delivery, s bot.Speak) string {
	text := render.Typed(string(s.Text))
	if who := strings.Trim(s.Name+", "+s.From, ", "); who != "" {
		text = who + " : " + text
	}
	if !s.Amends {
		return text
	}
	language := ""
	if c.Language != nil {
		language = c.Language(ctx, d.Conversation)
	}
	return sentence(language, "correction", "{text}", text)
}

// send sends the parts of a text that were not sent yet, in order.
func (c *Channel) send(ctx context.Context, d *bot.Delivery, text string, safety bool) (bot.Receipt, error) {
	to, ok := number(string(d.Leg.Peer), c.Country)
	if !ok {
		return bot.Receipt{}, fmt.Errorf("the leg has no number: %w", bot.ErrUndeliverable)
	}
	if text = strings.TrimSpace(text); strings.TrimFunc(text, render.Blank) == "" {
		return bot.Receipt{}, nil
	}
	if unwanted, err := c.unwanted(ctx, d, to); unwanted || err != nil && !safety { // numbers wait for no memory
		return bot.Receipt{}, err
	}
	if err := c.allow(ctx, d, to); err != nil {
		return bot.Receipt{}, err
	}
	receipt := bot.Receipt{}
	for i, piece := range split(text) {
		id, err := c.sendPart(ctx, d, outgoing{to: to, text: piece, ref: c.refOf(d, i)}, safety)
		if err != nil {
			return bot.Receipt{}, err
		}
		receipt.PlatformID = id
	}
	return receipt, nil
}

// unwanted says whether the person wrote STOP and this is not its confirmation. A counsellor is told; so is the
// call in which somebody else, or they themselves, asked for a recap there.
func (c *Channel) unwanted(ctx context.Context, d *bot.Delivery, to string) (bool, error) {
	is, owed, err := c.memory.stopped(ctx, to)
	if err != nil {
		return false, fmt.Errorf("look for a stop: %w", err)
	}
	if !is || owed != "" && d.Entry.Cause == owed {
		return false, nil
	}
	if _, speaks := d.Entry.Effect.(bot.Speak); speaks || d.Entry.To == bot.ToText {
		return true, bot.ErrUnwanted
	}
	return true, nil
}

// split makes messages of a text, each in the GSM alphabet where its words fit it.
func split(text string) []string {
	text = render.Plain(text)
	limit := longest
	if _, gsm7 := render.Segments(text); !gsm7 {
		limit = longestWide
	}
	return render.Split(text, limit)
}

// sendPart sends one message, unless it was sent. That it is about to go is noted before, so that a report
// finds what it is about.
func (c *Channel) sendPart(ctx context.Context, d *bot.Delivery, o outgoing, safety bool) (id string, err error) {
	before, raw, err := c.memory.sending(ctx, o.ref)
	if err != nil && !safety {
		return "", fmt.Errorf("look what was sent: %w", err)
	}
	if before.Taken {
		return before.ID, nil
	}
	if raw == "" {
		before = sending{Conversation: d.Conversation, Leg: d.Leg.ID, Seq: d.Entry.Seq, ID: o.ref}
		if speak, is := d.Entry.Effect.(bot.Speak); is && !speak.Amends {
			before.Message = speak.Message
		}
		before.Recap = d.Entry.To == bot.ToText
		if err := c.memory.note(ctx, o.ref, "", before); err != nil && !safety {
			return "", fmt.Errorf("note what is sent: %w", err)
		}
	}
	given, err := c.post(ctx, o)
	if err != nil {
		return "", err
	}
	c.taken(ctx, o.ref, given)
	if given == "" {
		given = o.ref
	}
	return given, nil
}

// taken notes that the gateway has a message. What fails is sent twice after a crash; it is no error now.
func (c *Channel) taken(ctx context.Context, ref, given string) {
	s, raw, err := c.memory.sending(ctx, ref)
	if err == nil && raw != "" && !s.Taken {
		s.Taken = true
		if given != "" {
			s.ID = given
		}
		err = c.memory.note(ctx, ref, raw, s)
	}
	if err == nil && given != "" {
		err = c.memory.named(ctx, given, ref)
	}
	if err != nil {
		c.Log.WarnContext(ctx, "sms: what was sent is not remembered", "error", err)
	}
}

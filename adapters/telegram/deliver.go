package telegram

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	api "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"frontdesk/bot"
	"frontdesk/bot/render"
)

// longestText is what one message may have (Bot API, sendMessage), in UTF-16 units.
const longestText = 4096

func units(text string) int { return len(utf16.Encode([]rune(text))) }

// A part is one message of Telegram's.
type part struct {
	text   string
	markup models.ReplyMarkup
}

// Deliver implements bot.Channel. It does nothing for anybody but the person, and nothing twice that it
// remembers: what of an effect was shown is not shown again, be it after a 429 in the middle of it or
// after a crash of whoever sent it.
func (c *Channel) Deliver(ctx context.Context, d bot.Delivery) (bot.Receipt, error) {
	if d.Entry.To != bot.ToCitizen || d.Leg.For != bot.ToCitizen {
		return bot.Receipt{}, nil
	}
	switch e := d.Entry.Effect.(type) {
	case bot.Say:
		return c.deliverSay(ctx, &d, e)
	case bot.Speak:
		return c.deliverSpeak(ctx, &d, e)
	case bot.Withdraw:
		return bot.Receipt{}, c.withdraw(ctx, &d, e)
	case bot.Forget:
		return bot.Receipt{}, c.forget(ctx, &d, e)
	case bot.Listen, bot.Hangup, bot.Write, bot.Post, bot.Present, bot.Pass, bot.Tell, nil:
	}
	return bot.Receipt{}, nil
}

func (c *Channel) deliverSay(ctx context.Context, d *bot.Delivery, say bot.Say) (bot.Receipt, error) {
	to, err := c.roomOf(d.Leg)
	if err != nil {
		return bot.Receipt{}, err
	}
	known, _, err := c.memory.chat(ctx, to)
	if err != nil && !say.Safety { // numbers wait for no memory
		return bot.Receipt{}, fmt.Errorf("look what the chat shows: %w", err)
	}
	if err := c.keepData(ctx, say.Ask, say.Options); err != nil {
		return bot.Receipt{}, err
	}
	ids, err := c.send(ctx, d, to, c.parts(say, &known))
	if err != nil || len(ids) == 0 {
		return bot.Receipt{}, err
	}
	c.shown(ctx, to, ids, func(r *record) { r.Keyboard = say.Contact })
	return receipt(to, ids), nil
}

func (c *Channel) deliverSpeak(ctx context.Context, d *bot.Delivery, speak bot.Speak) (bot.Receipt, error) {
	to, err := c.roomOf(d.Leg)
	if err != nil {
		return bot.Receipt{}, err
	}
	known, _, err := c.memory.chat(ctx, to)
	if err != nil {
		return bot.Receipt{}, fmt.Errorf("look what the chat shows: %w", err)
	}
	name := spokenName(d, speak.Message)
	before, err := c.memory.ids(ctx, spokenRef, name)
	if err != nil {
		return bot.Receipt{}, fmt.Errorf("look for a counsellor's message: %w", err)
	}
	text := spokenText(speak)
	if speak.Amends {
		ids, done, err := c.amend(ctx, to, before, text)
		switch {
		case err != nil:
			return bot.Receipt{}, err
		case done:
			c.remember(ctx, name, before, ids)
			return receipt(to, ids), nil
		}
		text = c.text(known.Language, "correction", "{text}", text)
	}
	parts := split(text)
	if known.Keyboard && len(parts) > 0 {
		parts[0].markup = &models.ReplyKeyboardRemove{RemoveKeyboard: true}
	}
	ids, err := c.send(ctx, d, to, parts)
	if err != nil || len(ids) == 0 {
		return bot.Receipt{}, err
	}
	c.remember(ctx, name, before, ids)
	c.shown(ctx, to, ids, func(r *record) { r.Keyboard = false })
	return receipt(to, ids), nil
}

// spokenText is a counsellor's message: « Camille, Mission locale : Bonjour. »
func spokenText(s bot.Speak) string {
	text := render.Typed(string(s.Text))
	who := strings.Trim(s.Name+", "+s.From, ", ")
	if who == "" {
		return text
	}
	return who + " : " + text
}

func spokenName(d *bot.Delivery, message string) string {
	return string(d.Conversation) + "/" + d.Leg.ID + "/" + message
}

// receipt names the last message that something became; it is not the person's number.
func receipt(to room, ids []int) bot.Receipt {
	if len(ids) == 0 {
		return bot.Receipt{}
	}
	return bot.Receipt{PlatformID: fmt.Sprintf("%d:%d", to.bot, ids[len(ids)-1])}
}

// split makes messages of a text; none of one that shows nothing.
func split(text string) []part {
	if strings.TrimFunc(text, render.Blank) == "" {
		return nil
	}
	var parts []part
	for _, piece := range render.Split(text, longestText) {
		parts = append(parts, part{text: piece})
	}
	return parts
}

// parts says something in Telegram's way. A message has one kind of buttons: where the button that
// gives a number is to be shown, or taken away, a question's own stand below a message of their own.
func (c *Channel) parts(say bot.Say, known *record) []part {
	buttons := keyboard(say)
	text, numbers := render.Typed(say.Text), missing(say)
	parts := split(strings.TrimSpace(text + "\n" + numbers))
	if say.Safety && len(parts) > 1 && numbers != "" { // the numbers are not on the second page
		parts = append(split(numbers), split(text)...)
	}
	var below models.ReplyMarkup
	switch {
	case say.Contact:
		below = &models.ReplyKeyboardMarkup{ResizeKeyboard: true, OneTimeKeyboard: true,
			Keyboard: [][]models.KeyboardButton{{{Text: c.text(known.Language, "contact"), RequestContact: true}}}}
	case known.Keyboard:
		below = &models.ReplyKeyboardRemove{RemoveKeyboard: true}
	}
	if below != nil && len(say.Options) == 0 {
		buttons = nil // what links lead to stands in the text
	}
	choose := split(c.text(known.Language, "choose"))
	if len(parts) == 0 && (buttons != nil || say.Contact) {
		parts = append(parts, choose...)
	}
	if len(parts) == 0 {
		return nil
	}
	if buttons != nil && below != nil {
		parts = append(parts, choose...)
	}
	if below != nil {
		parts[0].markup = below
	}
	if buttons != nil {
		parts[len(parts)-1].markup = buttons
	}
	return parts
}

// missing are the numbers to dial that a text does not have, one a line.
func missing(say bot.Say) string {
	var lines []string
	for _, l := range say.Links {
		dial := strings.HasPrefix(l.URL, "tel:") || strings.HasPrefix(l.URL, "sms:") || strings.HasPrefix(l.URL, "mailto:")
		if dial && !strings.Contains(say.Text, l.Text) {
			lines = append(lines, l.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// send shows the parts that were not shown yet, in order, and notes each. The ids are those of all.
func (c *Channel) send(ctx context.Context, d *bot.Delivery, to room, parts []part) ([]int, error) {
	say, _ := d.Entry.Effect.(bot.Say)
	sent, err := c.memory.ids(ctx, sentRef, d.ID)
	if err != nil && !say.Safety {
		return nil, fmt.Errorf("look what was shown: %w", err)
	}
	for i := len(sent); i < len(parts); i++ {
		if i > 0 && !c.pause(ctx) {
			return nil, fmt.Errorf("the rest follows: %w", bot.RetryAfter{Wait: c.apart()})
		}
		p := parts[i]
		if d.Ambiguous && i == len(sent) && !say.Safety {
			p.text = c.doubtful(ctx, to, p.text)
		}
		id, err := c.sendOne(ctx, to, p)
		if err != nil {
			return nil, err
		}
		before := slices.Clone(sent)
		sent = append(sent, id)
		d.Ambiguous = false // this part has certainly arrived
		if err := c.memory.became(ctx, sentRef, d.ID, before, sent); err != nil {
			c.Log.WarnContext(ctx, "telegram: what was shown is not remembered", "error", err)
		}
	}
	return sent, nil
}

// sendOne sends one message; without its buttons where Telegram does not take it with them: people can
// write what they would have pressed.
func (c *Channel) sendOne(ctx context.Context, to room, p part) (int, error) {
	m, err := c.api.SendMessage(ctx, &api.SendMessageParams{ChatID: to.chat, Text: p.text, LinkPreviewOptions: noPreview(), ReplyMarkup: p.markup})
	err = c.verdict(to.chat, err)
	switch {
	case err == nil:
		return m.ID, nil
	case errors.Is(err, errRefused) && p.markup != nil:
		c.Log.ErrorContext(ctx, "telegram: a message was refused with its buttons; it is sent without", "error", err)
		return c.sendOne(ctx, to, part{text: p.text})
	}
	return 0, err
}

// doubtful is a text that may have been shown already, and says so.
func (c *Channel) doubtful(ctx context.Context, to room, text string) string {
	known, _, err := c.memory.chat(ctx, to)
	if err != nil {
		return text
	}
	if marked := c.text(known.Language, "twice", "{text}", text); units(marked) <= longestText {
		return marked
	}
	return text
}

// apart is the time between two messages in one chat.
func (c *Channel) apart() time.Duration {
	return time.Duration(float64(time.Second) / (chatRate * c.Speed))
}

// pause keeps two parts of one message apart; false when there is no time left for another.
func (c *Channel) pause(ctx context.Context) bool {
	const call = 2 * time.Second
	if end, bounded := ctx.Deadline(); bounded && time.Until(end) < c.apart()+call {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(c.apart()):
		return true
	}
}

// shown notes messages for an erasure, and what the chat shows now. What fails is found by nobody, but
// repeats nothing either.
func (c *Channel) shown(ctx context.Context, to room, ids []int, change func(*record)) {
	now := c.Now()
	err := c.memory.change(ctx, to, func(r *record) {
		r.note(now, 0, ids...)
		change(r)
	})
	if err != nil {
		c.Log.WarnContext(ctx, "telegram: a message will not be found by an erasure", "error", err)
	}
}

// remember notes what a counsellor's message became.
func (c *Channel) remember(ctx context.Context, name string, before, ids []int) {
	err := c.memory.became(ctx, spokenRef, name, before, ids)
	if err != nil && !errors.Is(err, bot.ErrTaken) { // taken: this delivery was here before
		c.Log.WarnContext(ctx, "telegram: a counsellor's message cannot be changed later", "error", err)
	}
}

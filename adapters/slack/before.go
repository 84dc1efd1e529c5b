package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"frontdesk/bot"
	"frontdesk/bot/render"
)

// mostBefore is how many of the last things that were written stand in a new owner's thread; the rest is on
// the web desk.
const mostBefore = 40

// leaves are what stands below the head of a thread: the brief, then what was written before.
func (d *Desk) leaves(ctx context.Context, v bot.Delivery, b bot.Brief) ([]notice, error) {
	earlier, err := d.before(ctx, v)
	return append(d.sheets(b), earlier...), err
}

// before are the words of a conversation until it became this owner's, as messages: what the person wrote
// to the robot, and what colleagues wrote, noted and gave as their reasons. Nobody asks again what stands
// there; the board says what this structure may read. It is the same however often it is tried. What somebody wrote in several lines cannot look like
// what others wrote.
func (d *Desk) before(ctx context.Context, v bot.Delivery) ([]notice, error) {
	by, err := d.counsellor(ctx, string(v.Leg.Peer))
	if err != nil {
		return nil, err
	}
	entries, err := d.Board.Words(ctx, by, v.Conversation, 0)
	if errors.Is(err, bot.ErrNotFound) { // not this counsellor's case any more
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("what was written before: %w", err)
	}
	var lines []string
	indented := strings.NewReplacer("\n", "\n    ", "\u2028", "\n    ", "\u2029", "\n    ")
	for _, e := range entries {
		if e.Seq >= v.Entry.Seq {
			break
		}
		if line := d.wrote(ctx, e); line != "" {
			lines = append(lines, indented.Replace(line))
		}
	}
	if len(lines) == 0 {
		return nil, nil
	}
	text := strings.Join(lines[max(0, len(lines)-mostBefore):], "\n")
	var all []notice
	for _, part := range render.Split(text, blockLimit) {
		all = append(all, notice{Text: part, Blocks: []slack.Block{slack.NewRichTextBlock("", slack.NewRichTextSection(
			slack.NewRichTextSectionTextElement("Écrit avant :\n", &slack.RichTextSectionTextStyle{Bold: true}),
			slack.NewRichTextSectionTextElement(part, nil)))}})
	}
	return all, nil
}

// wrote is what somebody wrote in an entry, and who; "" for all else. Choices stand in the brief.
func (d *Desk) wrote(ctx context.Context, e bot.Entry) string {
	switch effect := e.Effect.(type) {
	case bot.Speak:
		if effect.Amends { // what it said before stands above
			return effect.Name + ", en correction : " + string(effect.Text)
		}
		return effect.Name + " : " + string(effect.Text)
	case bot.Withdraw:
		return "Un message a été retiré."
	}
	if e.Input == nil {
		return ""
	}
	switch event := e.Input.Event.(type) {
	case bot.Said:
		if event.Amends != "" {
			return "La personne, en correction : " + string(event.Text)
		}
		return "La personne : " + string(event.Text)
	case bot.Noted:
		return d.note(ctx, "Note", event.By, event.Text)
	case bot.Transferred:
		return d.note(ctx, "Transmis, raison", event.By, event.Reason)
	case bot.Refused:
		return d.note(ctx, "Refusé, note", event.By, event.Note)
	}
	return ""
}

// note is what a colleague left for others; "" where they left no words.
func (d *Desk) note(ctx context.Context, what string, id bot.CounsellorID, words bot.Words) string {
	if words == "" {
		return ""
	}
	if by, err := d.Staff.Counsellor(ctx, id); err == nil {
		what += " de " + by.Name
	}
	return what + " : " + string(words)
}

package turn

import (
	"frontdesk/bot"
	"frontdesk/bot/hear"
)

// masked is an event without the numbers that nobody here may have, whoever wrote them: a person, or
// a counsellor who copies them. It is the same each time an input is sent, so a repetition is known.
func masked(event bot.Event) bot.Event {
	switch e := event.(type) {
	case bot.Said:
		text, found := hear.Mask(string(e.Text))
		e.Text, e.Masked = bot.Words(text), e.Masked || found
		return e
	case bot.Pressed:
		if _, found := hear.Mask(e.Keys); found {
			e.Keys = ""
		}
		return e
	case bot.Replied:
		e.Text = maskedWords(e.Text)
		return e
	case bot.Noted:
		e.Text = maskedWords(e.Text)
		return e
	case bot.Transferred:
		e.Reason = maskedWords(e.Reason)
		return e
	case bot.Refused:
		e.Note = maskedWords(e.Note)
		return e
	case bot.Procedure:
		e.Note = maskedWords(e.Note)
		return e
	case bot.Arrived, bot.GaveContact, bot.Enclosed, bot.Chose, bot.Recorded, bot.NoInput, bot.HungUp, bot.Claimed, bot.TookBack, bot.Released,
		bot.Invited, bot.Misrouted, bot.Redacted, bot.Accepted, bot.Promise, bot.Finished, bot.Rang, bot.Undelivered, bot.Delivered,
		bot.DeskAway, bot.Circulated, bot.EraseAsked, bot.Unplayed:
	}
	return event
}

func maskedWords(w bot.Words) bot.Words {
	text, _ := hear.Mask(string(w))
	return bot.Words(text)
}

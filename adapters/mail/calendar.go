package mail

import (
	"time"

	ics "github.com/arran4/golang-ical"

	"frontdesk/bot"
)

// callLength is how much of a day a call takes in a calendar.
const callLength = 30 * time.Minute

// calendar is the date of a call, for the person's calendar (RFC 5545). Times are in UTC: every
// calendar shows them in the place where its owner is. The event of a conversation's case has the same
// UID each time, and a SEQUENCE that grows with the log: a new date takes the place of the old one.
// Families share calendars: the event says who calls and nothing more, and is marked private.
func (c *Channel) calendar(d bot.Delivery, letter bot.Write, language string) string {
	summary := "Appel " + of(c.Service)
	if wordsOf(language).lang != "fr" {
		summary = "Call from " + c.Service
	}
	written := d.Entry.At
	if written.IsZero() {
		written = c.Now()
	}
	cal := ics.NewCalendar()
	cal.SetProductId("-//" + c.domain + "//appel//FR")
	cal.SetMethod(ics.MethodPublish)
	event := cal.AddEvent(name("call", string(d.Conversation), letter.Dossier) + "@" + c.domain)
	event.SetDtStampTime(written)
	event.SetSequence(int(d.Entry.Seq))
	event.SetStartAt(letter.At)
	event.SetEndAt(letter.At.Add(callLength))
	event.SetSummary(summary)
	event.SetClass(ics.ClassificationPrivate)
	event.SetStatus(ics.ObjectStatusConfirmed)
	return cal.Serialize(ics.WithNewLineWindows)
}

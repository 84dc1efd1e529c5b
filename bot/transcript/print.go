package transcript

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"frontdesk/bot"
)

// Print writes a conversation's log as a transcript, for people to read and for Parse. What the
// facts were beyond who acted (how many on duty, rank, wait, bulletin) is not in it.
func Print(entries []bot.Entry, zone *time.Location) string {
	w, at := worldOf(entries)
	p := printer{now: at.Truncate(time.Second)}
	p.view = view{zone: zone, names: w.names(), voice: w.Channel == "phone"}
	p.header(&w)
	for _, e := range entries {
		if e.Input != nil {
			p.input(e.Input)
		}
		p.view.show(&p.out, e)
	}
	return p.out.String()
}

type printer struct {
	out  strings.Builder
	view view
	now  time.Time // as far as the lines so far say
}

// worldOf gathers what the header says from the log itself.
func worldOf(entries []bot.Entry) (World, time.Time) {
	w := World{Channel: "web"}
	var at time.Time
	found := false
	for _, e := range entries {
		if at.IsZero() {
			at = e.At
		}
		if e.Input == nil {
			continue
		}
		if arrived, is := e.Input.Event.(bot.Arrived); is {
			w.Language = cmp.Or(w.Language, arrived.Language)
		}
		if leg := e.Input.Leg; !found && leg.For == bot.ToCitizen && leg.Channel != "" {
			w.Channel, found = leg.Channel, true
		}
		w.meet(e.Input)
	}
	return w, at
}

// meet adds who acts to the staff.
func (w *World) meet(in *bot.Input) {
	id := bot.By(in.Event)
	if _, known := w.actor(id); known || id == "" {
		return
	}
	a := in.Facts.Actor
	a.ID, a.Name = id, oneWord(cmp.Or(a.Name, string(id)))
	same := func(b bot.Actor) bool { return idOf(b.Name) == idOf(a.Name) }
	if slices.ContainsFunc(w.Staff, same) || slices.Contains(reserved, a.Name) {
		a.Name = oneWord(a.Name + "-" + string(id)) // two of the same first name
	}
	w.Staff = append(w.Staff, a)
}

func oneWord(s string) string {
	return strings.NewReplacer(":", "-", ",", "-", ")", "-", "]", "-", "#", "-").Replace(strings.Join(strings.Fields(s), "-"))
}

func (p *printer) header(w *World) {
	fmt.Fprintf(&p.out, "at %s\n", p.clock())
	fmt.Fprintf(&p.out, "channel %s\n", string(w.Channel))
	if w.Language != "" {
		fmt.Fprintf(&p.out, "language %s\n", w.Language)
	}
	for _, a := range w.Staff {
		structures := make([]string, len(a.Structures))
		for i, s := range a.Structures {
			structures[i] = string(s)
		}
		line := fmt.Sprintf("staff %s %s %d", a.Name, cmp.Or(strings.Join(structures, ","), "-"), a.Capacity)
		if a.Lead {
			line += " lead"
		}
		fmt.Fprintln(&p.out, line)
	}
	p.out.WriteByte('\n')
}

// input writes what happened, after the time that passed since the last line. A timer is nothing but
// time; a silence on the telephone measures its own.
func (p *printer) input(in *bot.Input) {
	_, silence := in.Event.(bot.NoInput)
	message, recorded := in.Event.(bot.Recorded)
	if gap := gap(in, p.now); recorded && gap >= message.Length { // which lasts by itself
		p.pass(gap-message.Length, gap > message.Length)
		p.pass(message.Length, false)
	} else if gap > 0 {
		p.pass(gap, !silence)
	}
	text := p.event(in.Event)
	if _, left := in.Event.(bot.HungUp); left && in.Leg.For == bot.ToOwner {
		text = p.view.name(bot.CounsellorID(strings.TrimPrefix(string(in.Leg.Peer), telephonePeer))) + ": (hangs up)"
	}
	if text != "" {
		fmt.Fprintln(&p.out, text)
	}
}

// pass lets time go by, and says which day it is when that has changed.
func (p *printer) pass(gap time.Duration, said bool) {
	before := p.clock()
	p.now = p.now.Add(gap)
	if said {
		fmt.Fprintf(&p.out, "time: %s\n", span(gap))
	}
	if now := p.clock(); now[:len(day)] != before[:len(day)] {
		fmt.Fprintf(&p.out, "# %s\n", now)
	}
}

func (p *printer) clock() string {
	now := p.now.In(p.view.zone)
	if now.Second() == 0 {
		return now.Format(dayHour)
	}
	return now.Format("2006-01-02 15:04:05")
}

// gap is the time since now, in whole seconds; before a timer they are rounded up, so that what rang
// rings again.
func gap(in *bot.Input, now time.Time) time.Duration {
	d := in.At.Sub(now)
	if _, timer := in.Event.(bot.Rang); timer {
		d += time.Second - 1
	}
	return d.Truncate(time.Second)
}

func (p *printer) event(e bot.Event) string {
	switch e := e.(type) {
	case bot.Arrived:
		return arrival(e)
	case bot.Said:
		if e.Amends != "" {
			return "citizen: " + with("(edits)", e.Text)
		}
		return Says(string(e.Text))
	case bot.Chose:
		return "citizen: " + p.button(e)
	case bot.Pressed:
		return "citizen: [" + cmp.Or(e.Keys, "?") + "]"
	case bot.Recorded:
		return "citizen: (leaves a message of " + cmp.Or(span(e.Length), "0s") + ")"
	case bot.NoInput:
		return "citizen: (silence)"
	case bot.GaveContact:
		if e.Own {
			return "citizen: (shares " + oneWord(string(e.Phone)) + ")"
		}
		return "citizen: (shares " + oneWord(string(e.Phone)) + " other)"
	case bot.Enclosed:
		return "citizen: (encloses " + cmp.Or(oneWord(e.Kind), "file") + ")"
	case bot.HungUp:
		if e.Moved {
			return "citizen: (moves away)"
		}
		return "citizen: (hangs up)"
	case bot.DeskAway:
		return "system: (away " + oneWord(string(e.Desk)) + ")"
	case bot.Circulated:
		return circular(e)
	case bot.Undelivered:
		return strings.TrimRight(fmt.Sprintf("system: (undelivered %s) %s", cmp.Or(oneWord(e.Leg), "-"), escape(e.Reason)), " ")
	case bot.Unplayed:
		return "system: (unplayed " + cmp.Or(oneWord(e.Kind), "-") + ") " + escape(string(e.Text))
	case bot.EraseAsked:
		return "system: (erases)"
	case bot.Rang, bot.Delivered, bot.Redacted:
		return ""
	case bot.Claimed, bot.Replied, bot.TookBack, bot.Noted, bot.Released, bot.Transferred, bot.Invited, bot.Misrouted, bot.Accepted,
		bot.Refused, bot.Promise, bot.Finished, bot.Procedure:
		return p.view.name(bot.By(e)) + ": " + action(e, p.view.zone)
	}
	return ""
}

// circular is the answer in one of its languages: a transcript has no other.
func circular(e bot.Circulated) string {
	for _, language := range slices.Sorted(maps.Keys(e.Text)) {
		return "system: (circulates " + oneWord(language) + ") " + escape(e.Text[language])
	}
	return ""
}

func arrival(e bot.Arrived) string {
	words := "citizen: (arrives"
	if e.Entry != "" {
		words += " entry " + oneWord(e.Entry)
	}
	if e.Shared {
		words += " shared"
	}
	if e.Resumed {
		words += " resumed"
	}
	return words + ")"
}

// button names an option by its number where it was the latest question's, else by its ask.
func (p *printer) button(e bot.Chose) string {
	for i := len(p.view.asks) - 1; i >= 0; i-- {
		q := p.view.asks[i]
		n := slices.IndexFunc(q.options, func(o bot.Choice) bool { return o.ID == e.Option })
		switch {
		case q.ask != e.Ask || n < 0:
		case i == len(p.view.asks)-1:
			return fmt.Sprintf("[%d]", n+1)
		default:
			return fmt.Sprintf("[late %s %d]", string(e.Ask), n+1)
		}
	}
	return fmt.Sprintf("[late %s %s]", string(e.Ask), cmp.Or(oneWord(e.Option), "?"))
}

// action writes what a counsellor wrote or did.
func action(e bot.Event, zone *time.Location) string {
	switch e := e.(type) {
	case bot.Claimed:
		return "(claims)"
	case bot.Replied:
		if e.Amends != "" {
			return with("(edits)", e.Text)
		}
		return cmp.Or(escape(string(e.Text)), `\s`)
	case bot.TookBack:
		if !e.Written.IsZero() {
			return "(withdraws)"
		}
		return "(takes back)"
	case bot.Invited:
		switch {
		case e.To == "":
			return "(invites nobody)"
		case e.Consent:
			return flat("(invites " + string(e.To) + " consent)")
		}
		return flat("(invites " + string(e.To) + ")")
	case bot.Misrouted:
		return "(misroutes)"
	case bot.Noted:
		return with("(notes)", e.Text)
	case bot.Released:
		return "(releases)"
	case bot.Transferred:
		if e.Consent {
			return with(fmt.Sprintf("(transfers %s consent)", string(e.To)), e.Reason)
		}
		return with(fmt.Sprintf("(transfers %s)", string(e.To)), e.Reason)
	case bot.Accepted:
		return "(accepts)"
	case bot.Refused:
		return with(fmt.Sprintf("(refuses %s)", e.Reason), e.Note)
	case bot.Promise:
		return fmt.Sprintf("(promises %s %s)", e.At.In(zone).Format(dayHour), e.Contact)
	case bot.Finished:
		words := "(finishes " + e.Outcome + " " + string(e.To)
		if !e.Follow.IsZero() {
			words += " follow " + e.Follow.In(zone).Format(day)
		}
		return flat(words) + ")"
	case bot.Procedure:
		return with(fmt.Sprintf("(procedure %s)", e.Do), e.Note)
	}
	return ""
}

func with(verb string, words bot.Words) string {
	return strings.TrimRight(verb+" "+escape(string(words)), " ")
}

package studio

import (
	"slices"
	"strings"
	"time"

	"frontdesk/bot/flow"
	"frontdesk/bot/hours"
)

// A weekView is the hours of a week: what the record has, then the days that it leaves out.
type weekView struct {
	Days []dayForm
	Runs []choice // that may be added
}

func (f fields) queue(id string) []group {
	return []group{
		{Parts: f.lines("title"), Locked: true},
		{Title: "La semaine", Hint: "Une plage par ligne. La ligne vide sert à en ajouter une. Un jour seul passe avant une suite de jours.", Parts: []part{{Week: f.week()}}},
		{Title: "Ouvertures exceptionnelles", Hint: "Elles passent avant les fermetures et les jours fériés.",
			Parts: []part{{Spans: f.rows("open", "", "", "Ajouter cette ouverture", "from", "to", "say")}}},
		{Title: "Fermetures", Hint: "La phrase est dite aux personnes pendant la fermeture.",
			Parts: []part{{Spans: f.rows("close", "", "", "Ajouter cette fermeture", "from", "to", "say")}}},
		{Parts: f.lines("on_holidays")},
		{Title: "Autres réglages", Locked: true, Parts: f.lines("like", "always")},
	}
}

// weekdays are as files write them.
func weekdays() []string { return []string{"lun", "mar", "mer", "jeu", "ven", "sam", "dim"} }

func (f fields) week() *weekView {
	v := &weekView{}
	covered := map[string]bool{}
	draw := func(key string) {
		field, known := f.v.Field(key)
		if !known {
			return
		}
		here, is := f.v.At(key)
		v.Days = append(v.Days, dayFormOf(lineOf(here, field, f.pick, []string{key}), is, f.v.TextAt("like")))
	}
	for _, key := range f.v.Keys() {
		first, last, run := strings.Cut(key, "-")
		from, to := slices.Index(weekdays(), first), slices.Index(weekdays(), last)
		if !run {
			to = from
		}
		if from < 0 || to < 0 {
			continue
		}
		draw(key)
		for i := from; i <= to; i++ {
			covered[weekdays()[i]] = true
		}
	}
	if len(covered) == 0 {
		draw("lun-ven")
		covered = map[string]bool{"lun": true, "mar": true, "mer": true, "jeu": true, "ven": true}
	}
	for _, day := range weekdays() {
		if !covered[day] {
			draw(day)
		}
	}
	v.Runs = []choice{{Label: "—"}}
	for _, key := range append(weekdays(), "lun-jeu", "lun-ven", "lun-sam", "lun-dim", "sam-dim") {
		if _, has := f.v.At(key); !has {
			v.Runs = append(v.Runs, choice{Value: key, Label: days(key)})
		}
	}
	return v
}

// A calendarView is the next six weeks of a queue, as the engine will find them.
type calendarView struct {
	Queue  string
	Path   string // where the hours are changed, "" for here
	Now    string // open or closed, and until when
	Open   bool
	Weeks  [][]dayView
	Notes  []noteView // of the days that are not the usual ones
	Broken bool       // the draft does not load

	between bool // a usual day came after the last note
}

// A noteView says why some days that follow each other are not the usual ones.
type noteView struct{ From, To, Word, Why string }

// A dayView is one day: its hours, and why they are not the usual ones.
type dayView struct {
	Day, Month  string
	Hours       []string
	Why         string
	Class       string // open, closed, exception, closure
	Word        string // the class, for who does not see it
	Today, Past bool
}

const calendarWeeks = 6

// calendar asks the calendar of a bundle about every day of six weeks.
func (s *Studio) calendar(b *flow.Bundle, queue string) calendarView {
	if b == nil {
		return calendarView{Queue: queue, Broken: true}
	}
	now := s.Now().In(b.Zone)
	v := calendarView{Queue: queue, Now: s.openNow(b, queue), Open: b.Calendar.Open(queue, now)}
	first := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, b.Zone)
	first = first.AddDate(0, 0, -(int(first.Weekday())+6)%7)
	for w := range calendarWeeks {
		var week []dayView
		for i := range 7 {
			day := dayAt(b.Calendar, queue, first.AddDate(0, 0, 7*w+i))
			day.Today = day.Day == now.Format("2") && day.Month == shortMonth(now)
			day.Past = w == 0 && i < (int(now.Weekday())+6)%7
			v.note(day)
			week = append(week, day)
		}
		v.Weeks = append(v.Weeks, week)
	}
	return v
}

// note says why a day is not a usual one, once for days that follow each other.
func (v *calendarView) note(day dayView) {
	name := day.Day + " " + day.Month
	if day.Day == "1" {
		name = "1er " + day.Month
	}
	last := len(v.Notes) - 1
	switch {
	case day.Why == "" && day.Class != "exception" && day.Class != "closure":
		v.between = true
	case !v.between && last >= 0 && v.Notes[last].Why == day.Why && v.Notes[last].Word == day.Word:
		v.Notes[last].To = name
	default:
		v.between = false
		v.Notes = append(v.Notes, noteView{From: name, Word: day.Word, Why: day.Why})
	}
}

// dayAt is one day, from its midnight to the next.
func dayAt(c *hours.Calendar, queue string, from time.Time) dayView {
	to := from.AddDate(0, 0, 1)
	v := dayView{Day: from.Format("2"), Month: shortMonth(from), Class: "closed", Word: "fermé"}
	for at := from; at.Before(to); {
		next, is := c.Next(queue, at)
		if !is || !next.Before(to) {
			break
		}
		end, is := c.Until(queue, next)
		if !is || end.After(to) {
			end = to
		}
		until := hours.SayHour("fr", end, from.Location())
		if end.Equal(to) {
			until = "24 h"
		}
		v.Hours = append(v.Hours, strings.ReplaceAll(hours.SayHour("fr", next, from.Location())+"–"+until, " ", ""))
		v.Class, v.Word = "open", "ouvert"
		at = end
	}
	week := c.Queues[queue]
	if span, is := during(week.Closed, from, to); is {
		v.Class, v.Word, v.Why = "closure", "fermeture", span.Say
	} else if usual := week.Days[(int(from.Weekday())+6)%7]; len(usual) > 0 {
		v.Why = c.Why(queue, from.Add(time.Duration(usual[0].From)*time.Minute))
	}
	if span, is := during(week.Opened, from, to); is {
		v.Class, v.Word, v.Why = "exception", "ouverture exceptionnelle", span.Say
	}
	return v
}

// during is the first of some spans that touches a day.
func during(spans []hours.Span, from, to time.Time) (hours.Span, bool) {
	i := slices.IndexFunc(spans, func(s hours.Span) bool { return s.From.Before(to) && s.To.After(from) })
	if i < 0 {
		return hours.Span{}, false
	}
	return spans[i], true
}

func shortMonth(t time.Time) string {
	return []string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."}[t.Month()-1]
}

// Package hours says when a queue is open: a calendar and an instant in, an
// answer out. It has no clock, keeps nothing between two questions, and may be
// asked from several goroutines at once.
package hours

import (
	"fmt"
	"slices"
	"time"
)

// Calendar is the opening hours of every queue of a deployment. It is read,
// never changed, once Check has accepted it.
type Calendar struct {
	Zone     *time.Location // of the clock on the wall; nil means UTC
	Holidays []string       // sets of public holidays, see HolidaySets
	Queues   map[string]Week
}

// Week is the hours of one queue. Opened beats Closed, Closed beats the public
// holidays, the public holidays beat Days.
type Week struct {
	Days       [7][]Range // Monday first; sorted, without overlap, as ParseRanges gives them
	Always     bool       // day and night, public holidays included; an exceptional closure still closes
	OnHolidays bool       // works on public holidays as on any other day
	Closed     []Span
	Opened     []Span
}

// Range is an opening of one day, in minutes after local midnight as the clock
// on the wall shows them. To is exclusive and at most 1440: an opening that
// crosses midnight is two ranges.
type Range struct{ From, To int }

// Span is an exceptional closure or opening. To is exclusive. Say is the
// sentence people are told during a closure.
type Span struct {
	From, To time.Time
	Say      string
}

// Check refuses a calendar that Open would misread: a set of holidays nobody
// knows, ranges out of order or out of the day, spans that end before they
// begin. The error is a French sentence naming the queue.
func (c *Calendar) Check() error {
	if err := checkSets(c.Holidays); err != nil {
		return err
	}
	names := make([]string, 0, len(c.Queues))
	for name := range c.Queues {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		week := c.Queues[name]
		if err := week.check(); err != nil {
			return fmt.Errorf("file « %s » : %w", name, err)
		}
	}
	return nil
}

// Open reports whether the queue is open at that instant. An unknown queue is
// closed.
func (c *Calendar) Open(queue string, at time.Time) bool {
	week, known := c.Queues[queue]
	return known && week.open(at.In(orUTC(c.Zone)), c.Holidays)
}

// Why says why the queue is closed at that instant: the sentence of the
// exceptional closure, else the public holiday ("le 1er mai, fête du Travail").
// It is empty when the queue is open, unknown, or merely outside its hours.
func (c *Calendar) Why(queue string, at time.Time) string {
	week, known := c.Queues[queue]
	local := at.In(orUTC(c.Zone))
	if !known || week.open(local, c.Holidays) {
		return ""
	}
	if closure, ok := spanAt(week.Closed, at); ok {
		return closure.Say
	}
	if week.OnHolidays || len(week.Days[weekday(local)]) == 0 {
		return ""
	}
	return holidayName(c.Holidays, local)
}

func (w *Week) open(local time.Time, sets []string) bool {
	if _, ok := spanAt(w.Opened, local); ok {
		return true
	}
	if _, ok := spanAt(w.Closed, local); ok {
		return false
	}
	if w.Always {
		return true
	}
	if !rangesHold(w.Days[weekday(local)], minuteOf(local)) {
		return false
	}
	return w.OnHolidays || holidayName(sets, local) == ""
}

func (w *Week) check() error {
	for i, ranges := range w.Days {
		if err := checkRanges(ranges); err != nil {
			return fmt.Errorf("%s : %w", french.weekdays[(i+1)%7], err)
		}
	}
	for _, span := range slices.Concat(w.Closed, w.Opened) {
		if !span.From.Before(span.To) {
			return fmt.Errorf("du %s au %s : la fin n'est pas après le début",
				span.From.Format("02/01/2006 15:04"), span.To.Format("02/01/2006 15:04"))
		}
	}
	return nil
}

func spanAt(spans []Span, at time.Time) (Span, bool) {
	for _, span := range spans {
		if !at.Before(span.From) && at.Before(span.To) {
			return span, true
		}
	}
	return Span{}, false
}

func rangesHold(ranges []Range, minute int) bool {
	for _, r := range ranges {
		if r.From <= minute && minute < r.To {
			return true
		}
	}
	return false
}

func weekday(local time.Time) int { return (int(local.Weekday()) + 6) % 7 }

func minuteOf(local time.Time) int {
	hour, minute, _ := local.Clock()
	return hour*60 + minute
}

func orUTC(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

package hours

import (
	"iter"
	"slices"
	"time"
)

// How far the walks look. A queue that stays shut for two months has no next
// opening worth announcing; no deadline is promised more than a year ahead.
const (
	announced = 60 * 24 * time.Hour
	farthest  = 400 * 24 * time.Hour
)

// stretch is a time during which the answer does not change. It never crosses
// local midnight, and two stretches that touch may have the same answer.
type stretch struct {
	from, to time.Time
	open     bool
}

// Next gives the first instant, at included, at which the queue is open. ok is
// false when there is none within 60 days, or when the queue is unknown.
func (c *Calendar) Next(queue string, at time.Time) (next time.Time, ok bool) {
	for s := range c.stretches(queue, at, announced) {
		if s.open {
			return s.from, true
		}
	}
	return time.Time{}, false
}

// Until gives the instant at which the present opening ends. ok is false when
// the queue is closed or unknown, or when no end comes within 400 days.
func (c *Calendar) Until(queue string, at time.Time) (end time.Time, ok bool) {
	for s := range c.stretches(queue, at, farthest) {
		if s.open {
			continue
		}
		if s.from.Equal(at) {
			break
		}
		return s.from, true
	}
	return time.Time{}, false
}

// AddWorking gives the deadline that leaves d of opening time after at: four
// hours asked for on Friday at 17:00 fall on Monday. A deadline may be the very
// instant of a closing. When d is not positive it is at. It is the zero time
// when 400 days do not hold d, which is always so for an unknown queue.
func (c *Calendar) AddWorking(queue string, at time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return at
	}
	for s := range c.stretches(queue, at, farthest) {
		if !s.open {
			continue
		}
		length := s.to.Sub(s.from)
		if d <= length {
			return s.from.Add(d)
		}
		d -= length
	}
	return time.Time{}
}

// AddDays gives the last closing of the nth working day after the day of at. A
// working day is one with any opening, exceptional ones included; the day of at
// does not count. When days is not positive the present working day is meant,
// or the next one when it is over. It is the zero time when 400 days do not
// hold that many, which is always so for an unknown queue.
//
// Exceptional openings do not count: a promise is neither shorter nor longer because the desk stays
// open on one evening.
func (c *Calendar) AddDays(queue string, at time.Time, days int) time.Time {
	c = c.regular(queue)
	var end time.Time
	counted, current := 0, 0
	if days > 0 {
		current = dayOf(at.In(orUTC(c.Zone)))
	}
	first := current
	for s := range c.stretches(queue, at, farthest) {
		day := dayOf(s.from)
		if !s.open || day == first {
			continue
		}
		if day != current {
			if counted == max(days, 1) {
				return end
			}
			counted, current = counted+1, day
		}
		end = s.to
	}
	if counted == max(days, 1) {
		return end
	}
	return time.Time{}
}

// stretches cuts the time from at on, for reach, at every instant where the
// answer may change; the last stretch may end later. None for an unknown queue.
func (c *Calendar) stretches(queue string, at time.Time, reach time.Duration) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		week, known := c.Queues[queue]
		if !known {
			return
		}
		end := at.Add(reach)
		for t := at.In(orUTC(c.Zone)); t.Before(end); {
			next := week.edge(t)
			if !yield(stretch{t, next, week.open(t, c.Holidays)}) {
				return
			}
			t = next
		}
	}
}

// edge gives the first instant after local at which the answer may change: a
// range that begins or ends, midnight, a span that begins or ends, or the
// clock on the wall being put forward or back. Ranges are reached by adding to
// local, which holds until the clock is moved, so no wall time has to be turned
// into an instant that may not exist or exist twice.
func (w *Week) edge(local time.Time) time.Time {
	minute := minuteOf(local)
	later := 24 * 60
	for _, r := range w.Days[weekday(local)] {
		if r.From > minute {
			later = min(later, r.From)
		}
		if r.To > minute {
			later = min(later, r.To)
		}
	}
	past := time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
	next := local.Add(time.Duration(later-minute)*time.Minute - past)
	if _, moved := local.ZoneBounds(); !moved.IsZero() {
		next = sooner(next, moved, local)
	}
	for _, spans := range [...][]Span{w.Opened, w.Closed} {
		for _, span := range spans {
			next = sooner(next, span.From, local)
			next = sooner(next, span.To, local)
		}
	}
	return next
}

// sooner gives edge instead of next when it falls between local and next.
func sooner(next, edge, local time.Time) time.Time {
	if edge.After(local) && edge.Before(next) {
		return edge.In(local.Location())
	}
	return next
}

// dayOf numbers a local day: never 0, different for different days.
func dayOf(local time.Time) int { return local.Year()*367 + local.YearDay() }

// regular is the calendar of one queue without its exceptional openings; a queue that has nothing else
// keeps them.
func (c *Calendar) regular(queue string) *Calendar {
	week, ok := c.Queues[queue]
	if !ok || len(week.Opened) == 0 || !week.Always && !slices.ContainsFunc(week.Days[:], func(day []Range) bool { return len(day) > 0 }) {
		return c
	}
	week.Opened = nil
	return &Calendar{Zone: c.Zone, Holidays: c.Holidays, Queues: map[string]Week{queue: week}}
}

package flow

import (
	"path"
	"slices"
	"strings"

	"frontdesk/bot/hours"
)

// readHours makes the calendar. A queue that is like another takes its hours and changes some.
func (l *loader) readHours() {
	l.readHolidays()
	queues := l.overlaid("hours.yaml", "queues")
	byID := map[string]*entry{}
	for _, e := range queues {
		byID[e.key.text] = e
	}
	for _, e := range queues {
		week, ok := l.week(e, byID, nil)
		if ok {
			l.b.Calendar.Queues[e.key.text] = week
		}
	}
}

func (l *loader) readHolidays() {
	for _, name := range []string{path.Join("regions", l.region, "hours.yaml"), "hours.yaml"} {
		n := l.trees[name]
		if n.get("holidays") == nil {
			continue
		}
		sets := []string{"fr"}
		given := n.str("holidays")
		if more, ok := strings.CutPrefix(given, "fr-"); ok {
			sets = append(sets, more)
		}
		known := []string{"fr"}
		for _, s := range hours.HolidaySets() {
			known = append(known, "fr-"+s)
		}
		if !slices.Contains(known, given) {
			l.fault(n.place("holidays"), "jours fériés %q inconnus%s", given, instead(given, known))
			return
		}
		l.b.Calendar.Holidays = sets
		return
	}
	l.b.Calendar.Holidays = []string{"fr"}
}

// week reads one queue; chain holds the queues it was reached through.
func (l *loader) week(e *entry, byID map[string]*entry, chain []string) (hours.Week, bool) {
	n, id := e.value, e.key.text
	var w hours.Week
	if like := n.str("like"); like != "" {
		other := byID[like]
		switch {
		case other == nil:
			known := make([]string, 0, len(byID))
			for name := range byID {
				known = append(known, name)
			}
			l.once(n.place("like"), toQueue.absent()+"%s", like, instead(like, known))
			return w, false
		case slices.Contains(append(chain, id), like):
			l.once(n.place("like"), "les horaires %q se renvoient à eux-mêmes", like)
			return w, false
		}
		base, ok := l.week(other, byID, append(chain, id))
		if !ok {
			return w, false
		}
		w = base
		w.Closed, w.Opened = slices.Clone(base.Closed), slices.Clone(base.Opened)
	}
	if n.get("always") != nil {
		w.Always = n.truth("always")
	}
	if n.get("on_holidays") != nil {
		w.OnHolidays = n.truth("on_holidays")
	}
	l.days(n, &w)
	w.Closed = append(w.Closed, l.spans(n.at("close"))...)
	w.Opened = append(w.Opened, l.spans(n.at("open"))...)
	return w, true
}

// once is fault for what may be met through several queues.
func (l *loader) once(at Pos, format string, args ...any) {
	l.fault(at, format, args...)
	if last := len(l.faults) - 1; slices.Contains(l.faults[:last], l.faults[last]) {
		l.faults = l.faults[:last]
	}
}

// days reads the hours of days and of runs of days; a single day wins over a run.
func (l *loader) days(n *node, w *hours.Week) {
	names := weekdays()
	set := [7]string{}
	for _, runs := range []bool{true, false} {
		for _, e := range n.list() {
			first, last, isRun := strings.Cut(e.key.text, "-")
			from, to := slices.Index(names, first), slices.Index(names, last)
			if !isRun {
				to = from
			}
			if from < 0 || to < 0 || isRun != runs {
				continue
			}
			ranges, err := hours.ParseRanges(e.value.text)
			if err != nil {
				l.once(e.value.pos, "%v", err)
				continue
			}
			for day := from; day <= to; day++ {
				if runs && set[day] != "" {
					l.once(e.pos, "%q et %q donnent tous deux les heures du %s", set[day], e.key.text, names[day])
				}
				set[day] = e.key.text
				w.Days[day] = ranges
			}
		}
	}
}

func (l *loader) spans(n *node) []hours.Span {
	var spans []hours.Span
	for _, e := range n.list() {
		s := hours.Span{From: e.value.day("from", l.b.Zone), To: e.value.day("to", l.b.Zone), Say: e.value.str("say")}
		if !s.From.Before(s.To) {
			l.once(e.value.pos, "la période finit avant de commencer ou dure zéro minute")
			continue
		}
		spans = append(spans, s)
	}
	return spans
}

package studio

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/bot/flow"
)

// A twofold is a value that is asked for in two boxes: a duration as a number and its unit, ages as from and to.
type twofold struct {
	First  string
	Second string   // of ages
	Units  []choice // of a duration
}

// twoSign begins the names of such boxes: ":handoff/wait" is the first, ":handoff/wait=" the second. A list has one
// of each for every item, and room for one more.
const twoSign = ":"

// Two is the name of the first box of a field.
func (l line) Two() string { return twoSign + strings.TrimPrefix(l.Name, sign) }

// unitsOf are the units of a duration, one of them picked.
func unitsOf(now flow.Unit) []choice {
	all := []choice{{Value: string(flow.Seconds), Label: "secondes"}, {Value: string(flow.Minutes), Label: "minutes"},
		{Value: string(flow.Hours), Label: "heures"}, {Value: string(flow.Days), Label: "jours"}}
	for i := range all {
		all[i].Picked = all[i].Value == string(now)
	}
	return all
}

// usual is the unit in which a duration is counted that is not there yet.
func usual(path []string) flow.Unit {
	switch path[len(path)-1] {
	case "voice", "hold":
		return flow.Seconds
	case "sms":
		return flow.Hours
	case "expire", "follow", "reopen":
		return flow.Days
	}
	return flow.Minutes
}

// spanOf draws a duration; one that boxes cannot say stands as it is written, to be mended.
func spanOf(text string, path []string) twofold {
	if s, is := flow.ReadSpan(text); is {
		return twofold{First: strconv.Itoa(s.Count), Units: unitsOf(s.Unit)}
	}
	for _, u := range []flow.Unit{flow.Seconds, flow.Minutes, flow.Hours} {
		if n, is := strings.CutSuffix(text, string(u)); is && isNumber(n) { // 0m
			return twofold{First: n, Units: unitsOf(u)}
		}
	}
	return twofold{First: text, Units: unitsOf(usual(path))}
}

// mostDigits is how long a number of a duration may be.
const mostDigits = 7

// spanSent is what the two boxes of a duration say, as a file writes it. What is no number is kept, for the check to
// say so; what lasts as long as before stays as it was written.
func spanSent(count, unit, was string) string {
	if count = strings.TrimSpace(count); !isNumber(count) || len(count) > mostDigits {
		return count
	}
	text := flow.Span{Count: ordinal(count), Unit: flow.Unit(unit)}.File()
	before, err := time.ParseDuration(was)
	if now, wrong := time.ParseDuration(text); err == nil && wrong == nil && now == before {
		return was
	}
	return text
}

// agesOf draws the ages of a choice: 16-17, 15, 30+.
func agesOf(text string) twofold {
	from, to, is := strings.Cut(text, "-")
	switch {
	case is && isNumber(from) && isNumber(to):
		return twofold{First: from, Second: to}
	case isNumber(text):
		return twofold{First: text, Second: text}
	case isNumber(strings.TrimSuffix(text, "+")):
		return twofold{First: strings.TrimSuffix(text, "+")}
	}
	return twofold{First: text}
}

// agesSent is what the two boxes of ages say.
func agesSent(from, to, was string) string {
	from, to = strings.TrimSpace(from), strings.TrimSpace(to)
	switch had := agesOf(was); {
	case from == had.First && to == had.Second:
		return was
	case from == "" && to != "":
		from = "0"
	case to == "" && isNumber(from):
		return from + "+"
	}
	if to == "" || from == to {
		return from
	}
	return from + "-" + to
}

// isAges tells the ages of a choice from other words.
func isAges(path []string) bool {
	return len(path) > 2 && path[len(path)-1] == "range" && path[len(path)-3] == "options"
}

// twofoldsSent are the durations and ages of a form that differ from a draft.
func twofoldsSent(d *flow.Draft, at flow.Place, sent url.Values) []flow.Change {
	var changes []flow.Change
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		key, is := strings.CutPrefix(name, twoSign)
		if !is || strings.HasSuffix(key, "=") {
			continue
		}
		place := flow.In(at.File, slices.Concat(at.Path, strings.Split(key, "/"))...)
		field, known := d.FieldAt(place)
		firsts, seconds := sent[name], sent[name+"="]
		if !known || len(firsts) != len(seconds) {
			continue
		}
		was, stands := d.At(place.File, place.Path...)
		text := was.Text()
		switch {
		case field.Kind() == flow.ListField && field.Each().Kind() == flow.SpanField:
			if items := spansOfList(firsts, seconds, was.Texts()); !slices.Equal(items, was.Texts()) {
				changes = append(changes, listOrNone(place, items))
			}
			continue
		case field.Kind() == flow.SpanField:
			text = spanSent(last(firsts), last(seconds), was.Text())
		case isAges(place.Path):
			text = agesSent(last(firsts), last(seconds), was.Text())
		}
		switch {
		case text == was.Text():
		case text == "" && stands:
			changes = append(changes, flow.Remove(place))
		case text != "":
			changes = append(changes, flow.SetText(place, text))
		}
	}
	return changes
}

// spansOfList are the durations of a list; a box that is emptied takes its own away.
func spansOfList(counts, units, was []string) []string {
	var items []string
	for i, count := range counts {
		before := ""
		if i < len(was) {
			before = was[i]
		}
		if text := spanSent(count, units[i], before); text != "" {
			items = append(items, text)
		}
	}
	return items
}

func listOrNone(at flow.Place, items []string) flow.Change {
	if len(items) == 0 {
		return flow.Remove(at)
	}
	return flow.SetList(at, items...)
}

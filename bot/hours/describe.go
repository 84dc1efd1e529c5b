package hours

import (
	"slices"
	"strings"
)

// Describe says a queue's week as it stands on a door: "du lundi au vendredi de 9 h à 12 h 30 et de
// 13 h 30 à 18 h"; "" for a queue without hours. Days alike that follow each other are one.
func (c *Calendar) Describe(language, queue string) string {
	week, ok := c.Queues[queue]
	if !ok {
		return ""
	}
	words := doorWords(language)
	if week.Always {
		return words.always
	}
	var parts []string
	for day := 0; day < 7; {
		last := day
		for last < 6 && slices.Equal(week.Days[last+1], week.Days[day]) {
			last++
		}
		if ranges := week.Days[day]; len(ranges) > 0 {
			parts = append(parts, words.days(day, last)+" "+words.ranges(ranges))
		}
		day = last + 1
	}
	return strings.Join(parts, ", ")
}

type door struct {
	names                         [7]string
	from, to, one, at, until, and string
	always                        string
	hour                          func(hour, minute int) string
}

func doorWords(language string) door {
	if strings.HasPrefix(language, "en") {
		return door{
			names: [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
			from:  "", to: " to ", one: "", at: "from ", until: " to ", and: " and ", always: "day and night", hour: englishHour,
		}
	}
	return door{
		names: [7]string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
		from:  "du ", to: " au ", one: "le ", at: "de ", until: " à ", and: " et ", always: "jour et nuit", hour: frenchHour,
	}
}

func (d door) days(first, last int) string {
	if first == last {
		return d.one + d.names[first]
	}
	return d.from + d.names[first] + d.to + d.names[last]
}

func (d door) ranges(ranges []Range) string {
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		parts[i] = d.at + d.hour(r.From/60, r.From%60) + d.until + d.hour(r.To/60, r.To%60)
	}
	return strings.Join(parts, d.and)
}

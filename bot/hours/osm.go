package hours

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ParseOSM reads hours as public directories give them: the part of OpenStreetMap's opening_hours that
// says a week ("Mo-Fr 08:30-12:30,13:30-17:00; Sa off; PH off", "24/7"). A later rule replaces what an
// earlier one says of the same day. On public holidays a place is closed unless a rule names PH and opens
// it, though OpenStreetMap would have it open: nobody is sent to a closed door.
//
// Months, weeks, comments, « sunrise » and openings over midnight are refused: a week cannot hold them.
// The error is a French sentence that quotes the fault.
func ParseOSM(text string) (Week, error) {
	var w Week
	text = strings.TrimSpace(text)
	if text == "" {
		return w, errors.New("horaires absents")
	}
	if text == "24/7" {
		w.Always = true
		return w, nil
	}
	for rule := range strings.SplitSeq(strings.TrimSuffix(text, ";"), ";") {
		if err := w.rule(strings.TrimSpace(rule)); err != nil {
			return Week{}, fmt.Errorf("« %s » : %w", rule, err)
		}
	}
	return w, nil
}

// rule reads days and what they have: hours, or off.
func (w *Week) rule(text string) error {
	days, opening, found := strings.Cut(text, " ")
	if !found {
		return errors.New("il faut des jours puis des heures, comme « Mo-Fr 08:30-12:30 »")
	}
	of, holidays, err := osmDays(days)
	if err != nil {
		return err
	}
	var ranges []Range
	switch opening = strings.TrimSpace(opening); opening {
	case "off", "closed":
	default:
		if ranges, err = osmRanges(opening); err != nil {
			return err
		}
	}
	if holidays {
		if len(ranges) > 0 && !slices.Contains(of[:], true) {
			return errors.New("les heures propres aux jours fériés ne sont pas lues ; écrire « PH off »")
		}
		w.OnHolidays = len(ranges) > 0
	}
	for day, named := range of {
		if named {
			w.Days[day] = ranges
		}
	}
	return nil
}

// osmDays reads "Mo-Fr,Su" or "PH". A run of days may go over the week's end.
func osmDays(text string) (days [7]bool, holidays bool, err error) {
	for part := range strings.SplitSeq(text, ",") {
		if part == "PH" {
			holidays = true
			continue
		}
		from, to, run := strings.Cut(part, "-")
		if !run {
			to = from
		}
		first, last := osmDay(from), osmDay(to)
		if first < 0 || last < 0 {
			return days, false, fmt.Errorf("« %s » n'est pas un jour ; écrire Mo, Tu, We, Th, Fr, Sa, Su ou PH", part)
		}
		for d := first; ; d = (d + 1) % 7 {
			days[d] = true
			if d == last {
				break
			}
		}
	}
	return days, holidays, nil
}

func osmDay(text string) int {
	return slices.Index([]string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}, text)
}

// osmRanges reads "08:30-12:30,13:30-17:00": a stricter writing than ParseRanges takes from supervisors.
func osmRanges(text string) ([]Range, error) {
	var ranges []Range
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		opening, closing, found := strings.Cut(part, "-")
		if !found || !osmHour(opening) || !osmHour(closing) {
			return nil, fmt.Errorf("« %s » ne se lit pas ; écrire « 08:30-12:30 »", part)
		}
		r, err := parseRange(part)
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, r)
	}
	slices.SortFunc(ranges, func(a, b Range) int { return a.From - b.From })
	return ranges, checkOrder(ranges)
}

func osmHour(text string) bool {
	hour, minute, found := strings.Cut(text, ":")
	return found && len(hour) <= 2 && len(minute) == 2 && hour != "" && strings.Trim(hour+minute, "0123456789") == ""
}

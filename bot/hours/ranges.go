package hours

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ParseRanges reads the hours of one day: "09:00-12:30, 13:30-18:00",
// "9h-12h30", or "fermé" for none. Ranges are in order and do not overlap; they
// may touch. The error is a French sentence that quotes the fault.
func ParseRanges(text string) ([]Range, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "fermé", "ferme":
		return nil, nil
	case "":
		return nil, errors.New("heures absentes : écrire « fermé », ou des heures comme « 9h-12h30, 13h30-18h »")
	}
	var ranges []Range
	for part := range strings.SplitSeq(text, ",") {
		r, err := parseRange(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, r)
	}
	if err := checkOrder(ranges); err != nil {
		return nil, fmt.Errorf("« %s » : %w", strings.TrimSpace(text), err)
	}
	return ranges, nil
}

func parseRange(text string) (Range, error) {
	if text == "" {
		return Range{}, errors.New("il manque des heures avant ou après une virgule")
	}
	opening, closing, found := strings.Cut(strings.ReplaceAll(text, "–", "-"), "-")
	if !found {
		return Range{}, fmt.Errorf("« %s » : il faut un début et une fin, comme « 9h-12h30 »", text)
	}
	from, err := parseMinute(opening)
	if err != nil {
		return Range{}, fmt.Errorf("« %s » : %w", text, err)
	}
	to, err := parseMinute(closing)
	if err != nil {
		return Range{}, fmt.Errorf("« %s » : %w", text, err)
	}
	r := Range{from, to}
	if err := r.check(); err != nil {
		return Range{}, fmt.Errorf("« %s » : %w", text, err)
	}
	return r, nil
}

// parseMinute reads "9:00", "09:00", "9h", "9 h 30" or "24:00".
func parseMinute(text string) (int, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, errors.New("il manque une heure")
	}
	compact := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "H", "h").Replace(text)
	hours, minutes, found := strings.Cut(compact, ":")
	if !found {
		hours, minutes, found = strings.Cut(compact, "h")
		if found && minutes == "" {
			minutes = "00"
		}
	}
	h, okHours := parseDigits(hours)
	m, okMinutes := parseDigits(minutes)
	if !found || !okHours || !okMinutes || len(minutes) != 2 {
		return 0, fmt.Errorf("« %s » n'est pas une heure ; écrire « 9:30 » ou « 9h30 »", text)
	}
	if m > 59 || h*60+m > 24*60 {
		return 0, fmt.Errorf("« %s » n'est pas une heure du jour (de 0:00 à 24:00)", text)
	}
	return h*60 + m, nil
}

// parseDigits reads one or two digits: no sign, no letter.
func parseDigits(text string) (int, bool) {
	if text == "" || len(text) > 2 || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	number, err := strconv.Atoi(text)
	return number, err == nil
}

// String writes a range as a supervisor would: "09:00-12:30".
func (r Range) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", r.From/60, r.From%60, r.To/60, r.To%60)
}

func (r Range) check() error {
	switch {
	case r.From < 0 || r.To > 24*60:
		return errors.New("la plage sort de la journée (de 0:00 à 24:00)")
	case r.To == r.From:
		return errors.New("la fin est égale au début")
	case r.To < r.From:
		return errors.New("la fin est avant le début ; " +
			"pour passer minuit, écrire jusqu'à 24:00, puis à partir de 0:00 le lendemain")
	}
	return nil
}

func checkRanges(ranges []Range) error {
	for _, r := range ranges {
		if err := r.check(); err != nil {
			return fmt.Errorf("« %s » : %w", r, err)
		}
	}
	return checkOrder(ranges)
}

func checkOrder(ranges []Range) error {
	for i := 1; i < len(ranges); i++ {
		before, after := ranges[i-1], ranges[i]
		switch {
		case after.To <= before.From:
			return fmt.Errorf("%s vient avant %s : mettre les heures dans l'ordre", after, before)
		case after.From < before.To:
			return fmt.Errorf("%s et %s se chevauchent", before, after)
		}
	}
	return nil
}

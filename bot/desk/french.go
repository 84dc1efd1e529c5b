package desk

import (
	"fmt"
	"time"

	"frontdesk/bot"
)

var (
	weekdays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	months   = [...]string{"janvier", "février", "mars", "avril", "mai", "juin",
		"juillet", "août", "septembre", "octobre", "novembre", "décembre"}
)

// Hour is the time of day as a desk shows it: "9 h", "15 h 30". Its spaces do not break.
func Hour(t time.Time, zone *time.Location) string {
	t = in(t, zone)
	if t.Minute() == 0 {
		return fmt.Sprintf("%d\u00a0h", t.Hour())
	}
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", t.Hour(), t.Minute())
}

// Date is a day in full: "lundi 7 décembre 2026".
func Date(t time.Time, zone *time.Location) string {
	t = in(t, zone)
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %s %d", weekdays[t.Weekday()], day, months[t.Month()-1], t.Year())
}

// When is an instant seen from now: "15 h 30" the same day, "demain 9 h", "hier 17 h", "lundi 7
// décembre, 9 h" otherwise.
func When(t, now time.Time, zone *time.Location) string {
	t, now = in(t, zone), in(now, zone)
	hour := Hour(t, zone)
	switch days(now, t) {
	case 0:
		return hour
	case 1:
		return "demain " + hour
	case -1:
		return "hier " + hour
	}
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %s, %s", weekdays[t.Weekday()], day, months[t.Month()-1], hour)
}

// Ago is how long something has lasted, to the precision in which people wait: "moins d'1 min",
// "12 min", "3 heures", "2 jours". It is never written like a time of day.
func Ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "moins d'1\u00a0min"
	case d < time.Hour:
		return fmt.Sprintf("%d\u00a0min", int(d.Minutes()))
	case d < 2*time.Hour:
		return "1\u00a0heure"
	case d < 24*time.Hour:
		return fmt.Sprintf("%d\u00a0heures", int(d.Hours()))
	case d < 48*time.Hour:
		return "1\u00a0jour"
	}
	return fmt.Sprintf("%d\u00a0jours", int(d.Hours())/24)
}

// RecordingLabel is what a caller left: "0 min 42 s, gardé jusqu'au mardi 8 décembre 2026".
func RecordingLabel(r bot.Recording, zone *time.Location) string {
	return bot.Lasting(time.Duration(r.Seconds)*time.Second) + ", gardé jusqu'au " + Date(r.Until, zone)
}

// days counts midnights between two instants of one zone.
func days(from, to time.Time) int {
	midnight := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(to).Sub(midnight(from)) / (24 * time.Hour))
}

func in(t time.Time, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone)
}

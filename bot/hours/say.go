package hours

import (
	"fmt"
	"strings"
	"time"
)

// wording is what one language needs to name an instant.
type wording struct {
	yesterday, today, tomorrow, at string
	weekdays                       [7]string // Sunday first, as time.Weekday
	months                         [12]string
	day                            func(int) string
	hour                           func(hour, minute int) string
}

// french and english are read only. Spaces are plain ones: a no-break space
// would turn an SMS into one of 70 characters a part.
var french = wording{
	"hier", "aujourd'hui", "demain", "à",
	[7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	[12]string{"janvier", "février", "mars", "avril", "mai", "juin",
		"juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	frenchDay, frenchHour,
}

var english = wording{
	"yesterday", "today", "tomorrow", "at",
	[7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	[12]string{"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December"},
	englishDay, englishHour,
}

// Say names an instant as people do at now: "demain à 9 h", "lundi à 9 h 30"
// within six days, else "lundi 7 décembre à 9 h"; "Monday at 9:30 am". The year
// is said when the day is six months away or more. Any language but English is
// answered in French.
func Say(language string, t, now time.Time, zone *time.Location) string {
	return SayDay(language, t, now, zone) + " " + in(language).at + " " + SayHour(language, t, zone)
}

// SayDay is Say without the hour: "demain", "lundi", "mardi 1er décembre".
func SayDay(language string, t, now time.Time, zone *time.Location) string {
	words := in(language)
	t, now = t.In(orUTC(zone)), now.In(orUTC(zone))
	away := daysBetween(now, t)
	weekday := words.weekdays[t.Weekday()]
	switch {
	case away == -1:
		return words.yesterday
	case away == 0:
		return words.today
	case away == 1:
		return words.tomorrow
	case 2 <= away && away <= 6:
		return weekday
	}
	date := weekday + " " + words.day(t.Day()) + " " + words.months[t.Month()-1]
	if max(away, -away) < 183 {
		return date
	}
	return fmt.Sprintf("%s %d", date, t.Year())
}

// SayHour is the hour alone: "14 h", "9 h 05"; "2 pm", "9:05 am". Midnight is
// "0 h" and "12 am", because « demain à minuit » is heard a day late.
func SayHour(language string, t time.Time, zone *time.Location) string {
	t = t.In(orUTC(zone))
	return in(language).hour(t.Hour(), t.Minute())
}

func in(language string) *wording {
	if base, _, _ := strings.Cut(language, "-"); base == "en" {
		return &english
	}
	return &french
}

// daysBetween counts local days, so a day of 23 or 25 hours is one.
func daysBetween(now, t time.Time) int {
	return int(civil(t).Sub(civil(now)) / (24 * time.Hour))
}

func civil(local time.Time) time.Time {
	year, month, day := local.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func frenchDay(day int) string {
	if day == 1 {
		return "1er"
	}
	return fmt.Sprint(day)
}

func frenchHour(hour, minute int) string {
	if minute == 0 {
		return fmt.Sprintf("%d h", hour)
	}
	return fmt.Sprintf("%d h %02d", hour, minute)
}

func englishDay(day int) string { return fmt.Sprint(day) }

func englishHour(hour, minute int) string {
	half := "am"
	if hour >= 12 {
		half = "pm"
	}
	twelve := (hour+11)%12 + 1
	switch {
	case hour == 12 && minute == 0:
		return "midday"
	case minute == 0:
		return fmt.Sprintf("%d %s", twelve, half)
	}
	return fmt.Sprintf("%d:%02d %s", twelve, minute, half)
}

package hours

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"
)

// The dates of Easter as month*100+day, from 2024 to 2100, computed by another
// algorithm (Oudin, 1940) than the one under test.
var easters = []int{
	331, 420, 405, 328, 416, 401, 421, 413, 328, 417, 409, 325, 413, 405, 425, 410, 401, 421, 406, 329,
	417, 409, 325, 414, 405, 418, 410, 402, 421, 406, 329, 418, 402, 422, 414, 330, 418, 410, 326, 415,
	406, 329, 411, 403, 422, 414, 330, 419, 410, 326, 415, 407, 419, 411, 403, 423, 407, 330, 419, 404,
	326, 415, 331, 420, 411, 403, 416, 408, 330, 412, 404, 424, 415, 331, 420, 412, 328,
}

func TestEaster(t *testing.T) {
	for i, want := range easters {
		easter := easterSunday(2024 + i)
		if got := int(easter.Month())*100 + easter.Day(); got != want || easter.Weekday() != time.Sunday {
			t.Errorf("%d: got %d, want %d", 2024+i, got, want)
		}
	}
}

func TestFrenchHolidays(t *testing.T) {
	tests := []struct {
		year  int
		extra []string
		want  []string
	}{
		{2024, nil, []string{"01-01", "04-01", "05-01", "05-08", "05-09", "05-20", "07-14", "08-15", "11-01", "11-11", "12-25"}},
		{2026, nil, []string{"01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"}},
		{2027, []string{"alsace-moselle"}, []string{"01-01", "03-26", "03-29", "05-01", "05-06", "05-08", "05-17",
			"07-14", "08-15", "11-01", "11-11", "12-25", "12-26"}},
		{2038, []string{"la-reunion", "atlantide"}, []string{"01-01", "04-26", "05-01", "05-08", "06-03", "06-14",
			"07-14", "08-15", "11-01", "11-11", "12-20", "12-25"}},
		{2059, nil, []string{"01-01", "03-31", "05-01", "05-08", "05-08", "05-19", "07-14", "08-15", "11-01", "11-11", "12-25"}},
	}
	paris := zone(t, "Europe/Paris")
	for _, tt := range tests {
		var got []string
		for _, holiday := range FrenchHolidays(tt.year, paris, tt.extra...) {
			if hour, minute, second := holiday.Date.Clock(); hour+minute+second != 0 || holiday.Date.Location() != paris {
				t.Errorf("%d: %s is not at local midnight: %v", tt.year, holiday.Name, holiday.Date)
			}
			got = append(got, holiday.Date.Format("01-02"))
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%d %v:\n got %v\nwant %v", tt.year, tt.extra, got, tt.want)
		}
	}
}

// TestFeastsNameTheirDate catches a rule whose name and date disagree.
func TestFeastsNameTheirDate(t *testing.T) {
	for _, f := range feasts {
		if f.month == 0 {
			continue
		}
		date := fmt.Sprintf("le %s %s, ", frenchDay(f.day), french.months[f.month-1])
		if len(f.name) <= len(date) || f.name[:len(date)] != date {
			t.Errorf("%q does not begin with %q", f.name, date)
		}
	}
}

func TestHolidayName(t *testing.T) {
	tests := []struct {
		sets       []string
		date, want string
	}{
		{[]string{"fr"}, "2026-04-03", ""},
		{[]string{"fr", "alsace-moselle"}, "2026-04-03", "le Vendredi saint"},
		{[]string{"fr", "alsace-moselle"}, "2026-12-26", "le 26 décembre, Saint-Étienne"},
		{[]string{"alsace-moselle"}, "2026-12-25", ""},
		{[]string{"fr", "mayotte"}, "2026-04-27", "le 27 avril, abolition de l'esclavage"},
		{[]string{"fr"}, "2026-04-06", "le lundi de Pâques"},
		{[]string{"fr"}, "2026-05-25", "le lundi de Pentecôte"},
		{[]string{"fr"}, "2059-05-08", "le 8 mai, victoire de 1945"},
		{nil, "2026-12-25", ""},
	}
	for _, tt := range tests {
		if got := holidayName(tt.sets, at(t, tt.date+"T10:00")); got != tt.want {
			t.Errorf("%v %s: got %q, want %q", tt.sets, tt.date, got, tt.want)
		}
	}
}

// TestHolidayNameAgreesWithFrenchHolidays compares the two ways to ask, over
// every day of every year the service may see.
func TestHolidayNameAgreesWithFrenchHolidays(t *testing.T) {
	sets := HolidaySets()
	for year := 2024; year <= 2100; year++ {
		listed := FrenchHolidays(year, time.UTC, sets...)
		for day := time.Date(year, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
			name := holidayName(sets, day)
			i := slices.IndexFunc(listed, func(h Holiday) bool { return h.Date.YearDay() == day.YearDay() })
			if (name != "") != (i >= 0) {
				t.Fatalf("%v: named %q, listed at %d", day, name, i)
			}
		}
	}
}

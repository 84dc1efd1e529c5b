package hours

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseOSM(t *testing.T) {
	morning, noon := Range{8*60 + 30, 12*60 + 30}, Range{13*60 + 30, 17 * 60}
	for text, want := range map[string]Week{
		"Mo-Fr 08:30-12:30":                            {Days: [7][]Range{{morning}, {morning}, {morning}, {morning}, {morning}}},
		"Mo-We 13:30-17:00,08:30-12:30":                {Days: [7][]Range{{morning, noon}, {morning, noon}, {morning, noon}}},
		"Mo-Fr 08:30-12:30; We off; PH off":            {Days: [7][]Range{{morning}, {morning}, nil, {morning}, {morning}}},
		"Tu 13:30-17:00; Mo 08:30-12:30":               {Days: [7][]Range{{morning}, {noon}}},
		"Sa-Mo 8:30-12:30":                             {Days: [7][]Range{{morning}, nil, nil, nil, nil, {morning}, {morning}}},
		"Mo,We 08:30-12:30; PH,Su off":                 {Days: [7][]Range{{morning}, nil, {morning}}},
		"Mo,PH 08:30-12:30":                            {Days: [7][]Range{{morning}}, OnHolidays: true},
		"24/7":                                         {Always: true},
		"Mo 20:00-24:00;":                              {Days: [7][]Range{{{20 * 60, 24 * 60}}}},
		"Mo-Fr 08:30-12:30; Mo-Fr 13:30-17:00; Fr off": {Days: [7][]Range{{noon}, {noon}, {noon}, {noon}}},
	} {
		got, err := ParseOSM(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if !sameWeek(got, want) {
			t.Errorf("%q is read as %+v, want %+v", text, got, want)
		}
	}
}

func sameWeek(a, b Week) bool {
	for day := range a.Days {
		if !slices.Equal(a.Days[day], b.Days[day]) {
			return false
		}
	}
	return a.Always == b.Always && a.OnHolidays == b.OnHolidays
}

func TestParseOSMRefusesWhatAWeekCannotHold(t *testing.T) {
	for text, quoted := range map[string]string{
		"":                               "absents",
		"Mo-Fr":                          "des jours puis des heures",
		"lundi 09:00-12:00":              "« lundi » n'est pas un jour",
		"Mo-Fr 9h-12h":                   "« 9h-12h » ne se lit pas",
		"Tu-Fr '08:3-12:00,13:30-17:30":  "« '08:3-12:00 » ne se lit pas",
		"Mo-Th 7:00:-12:00":              "ne se lit pas",
		"Mo 18:00-02:00":                 "la fin est avant le début",
		"Mo 08:00-08:00":                 "la fin est égale au début",
		"Mo 09:00-12:00,11:00-14:00":     "se chevauchent",
		"Mo 25:00-26:00":                 "n'est pas une heure du jour",
		"Jul-Aug Mo 09:00-12:00":         "n'est pas un jour",
		"Mo-Fr 09:00-12:00 \"sur rdv\"":  "ne se lit pas",
		"Mo 09:00+":                      "ne se lit pas",
		"Mo 09:00-12:00; PH 10:00-12:00": "jours fériés",
		"Mo-Fr 09:00-12:00; ;Sa off":     "des jours puis des heures",
		"Mo 08:30-12:00, Tu 08:30-12:00": "ne se lit pas",
	} {
		_, err := ParseOSM(text)
		if err == nil || !strings.Contains(err.Error(), quoted) {
			t.Errorf("%q: %v, want %q", text, err, quoted)
		}
	}
}

// A place that says nothing of public holidays is closed then.
func TestOSMIsClosedOnHolidays(t *testing.T) {
	w, err := ParseOSM("Mo-Su 09:00-12:00")
	if err != nil {
		t.Fatal(err)
	}
	c := Calendar{Holidays: []string{"fr"}, Queues: map[string]Week{"": w}}
	for day, open := range map[string]bool{"2026-11-11": false, "2026-11-12": true} {
		at, _ := time.Parse(time.DateOnly, day)
		if got := c.Open("", at.Add(10*time.Hour)); got != open {
			t.Errorf("%s at 10: open is %v", day, got)
		}
	}
}

// The hours of the State's directory of 2017 are read, all but some two dozen that are damaged there.
func TestOSMOfTheDirectoryOf2017(t *testing.T) {
	f, err := os.Open("../../../shared/data/annuaire/annuaire-dila-2017-orientation.csv")
	if err != nil {
		t.Skip("shared data is not here: ", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], "horaires_osm")
	read, refused := 0, 0
	for _, row := range rows[1:] {
		if row[at] == "" {
			continue
		}
		if _, err := ParseOSM(row[at]); err != nil {
			refused++
			continue
		}
		read++
	}
	if read < 5200 || refused == 0 || refused > 40 {
		t.Errorf("%d read, %d refused", read, refused)
	}
	t.Logf("%d read, %d refused", read, refused)
}

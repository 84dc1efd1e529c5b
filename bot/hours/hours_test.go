package hours

import (
	"reflect"
	"testing"
	"time"
	_ "time/tzdata"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	instant, err := time.ParseInLocation("2006-01-02T15:04", text, zone(t, "Europe/Paris"))
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

func ranges(t testing.TB, text string) []Range {
	t.Helper()
	r, err := ParseRanges(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// region is a front desk as a supervisor would describe it: closed for the
// end-of-year holidays, open on the evening of results day (a Thursday) and on
// a Sunday; one queue always answers, one works on public holidays.
func region(t testing.TB) *Calendar {
	t.Helper()
	weekdays := ranges(t, "09:00-12:30, 13:30-18:00")
	reception := Week{
		Days: [7][]Range{weekdays, weekdays, weekdays, weekdays, weekdays, ranges(t, "9h-12h"), nil},
		Closed: []Span{
			{at(t, "2026-12-24T12:00"), at(t, "2026-12-28T00:00"), "Fermé pour les fêtes."},
			{at(t, "2026-06-11T14:00"), at(t, "2026-06-13T00:00"), "Fermé pour travaux."},
		},
		Opened: []Span{
			{From: at(t, "2026-06-11T19:00"), To: at(t, "2026-06-11T22:00")},
			{From: at(t, "2026-07-12T10:00"), To: at(t, "2026-07-12T12:00")},
		},
	}
	helpline := reception
	helpline.OnHolidays, helpline.Closed, helpline.Opened = true, nil, nil
	return &Calendar{
		Zone:     zone(t, "Europe/Paris"),
		Holidays: []string{"fr"},
		Queues: map[string]Week{
			"accueil": reception,
			"ferie":   helpline,
			"urgence": {Always: true, Closed: []Span{
				{at(t, "2026-03-03T01:00"), at(t, "2026-03-03T03:00"), "Panne du standard."}}},
			"vide": {},
		},
	}
}

func TestOpenAndWhy(t *testing.T) {
	type answer struct {
		Open bool
		Why  string
	}
	tests := []struct {
		name, queue, at string
		want            answer
	}{
		{"before the first minute", "accueil", "2026-11-24T08:59", answer{false, ""}},
		{"the first minute", "accueil", "2026-11-24T09:00", answer{true, ""}},
		{"lunch begins", "accueil", "2026-11-24T12:30", answer{false, ""}},
		{"lunch ends", "accueil", "2026-11-24T13:30", answer{true, ""}},
		{"the last minute", "accueil", "2026-11-24T17:59", answer{true, ""}},
		{"closing", "accueil", "2026-11-24T18:00", answer{false, ""}},
		{"Saturday afternoon", "accueil", "2026-11-28T14:00", answer{false, ""}},
		{"Sunday", "accueil", "2026-11-29T10:00", answer{false, ""}},
		{"public holiday", "accueil", "2026-05-01T10:00", answer{false, "le 1er mai, fête du Travail"}},
		{"public holiday at night", "accueil", "2026-05-01T23:00", answer{false, "le 1er mai, fête du Travail"}},
		{"movable holiday", "accueil", "2026-05-14T10:00", answer{false, "le jeudi de l'Ascension"}},
		{"holiday on a Sunday explains nothing", "accueil", "2026-11-01T10:00", answer{false, ""}},
		{"Good Friday is worked", "accueil", "2026-04-03T10:00", answer{true, ""}},
		{"works on holidays", "ferie", "2026-05-01T10:00", answer{true, ""}},
		{"works on holidays, at night", "ferie", "2026-05-01T23:00", answer{false, ""}},
		{"just before the closure", "accueil", "2026-12-24T11:59", answer{true, ""}},
		{"closure", "accueil", "2026-12-24T12:00", answer{false, "Fermé pour les fêtes."}},
		{"closure beats holiday", "accueil", "2026-12-25T10:00", answer{false, "Fermé pour les fêtes."}},
		{"closure is over", "accueil", "2026-12-28T09:00", answer{true, ""}},
		{"opening beats closure", "accueil", "2026-06-11T19:00", answer{true, ""}},
		{"opening is over, closure is not", "accueil", "2026-06-11T22:00", answer{false, "Fermé pour travaux."}},
		{"exceptional Sunday", "accueil", "2026-07-12T11:00", answer{true, ""}},
		{"always, at night on a holiday", "urgence", "2026-05-01T03:00", answer{true, ""}},
		{"always, but closed", "urgence", "2026-03-03T02:00", answer{false, "Panne du standard."}},
		{"no hours", "vide", "2026-11-24T10:00", answer{false, ""}},
		{"unknown queue", "inconnue", "2026-05-01T10:00", answer{false, ""}},
	}
	calendar := region(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := at(t, tt.at)
			got := answer{calendar.Open(tt.queue, now), calendar.Why(tt.queue, now)}
			if got != tt.want {
				t.Errorf("%s at %s: got %+v, want %+v", tt.queue, tt.at, got, tt.want)
			}
		})
	}
}

func TestOpeningBeatsHoliday(t *testing.T) {
	calendar := region(t)
	week := calendar.Queues["accueil"]
	week.Opened = append(week.Opened, Span{From: at(t, "2026-07-14T19:00"), To: at(t, "2026-07-14T21:00")})
	calendar.Queues["accueil"] = week
	if !calendar.Open("accueil", at(t, "2026-07-14T20:00")) {
		t.Error("closed on the evening of 14 July in spite of the exceptional opening")
	}
	if calendar.Open("accueil", at(t, "2026-07-14T10:00")) {
		t.Error("open on the morning of 14 July")
	}
}

func TestOpenReadsTheInstantInTheZoneOfTheCalendar(t *testing.T) {
	calendar := region(t)
	instant := time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC) // 9:30 in Paris
	if !calendar.Open("accueil", instant) {
		t.Error("closed at 9:30 in Paris, said in UTC")
	}
	calendar.Zone = zone(t, "America/Martinique") // 4:30
	if calendar.Open("accueil", instant) {
		t.Error("open at 4:30 in Martinique")
	}
	calendar.Zone = nil // 8:30
	if calendar.Open("accueil", instant) {
		t.Error("open at 8:30 UTC")
	}
}

func TestCheck(t *testing.T) {
	day := func(r ...Range) Week { return Week{Days: [7][]Range{2: r}} }
	span := Span{From: at(t, "2026-12-24T12:00"), To: at(t, "2026-12-24T12:00")}
	tests := []struct {
		name     string
		calendar Calendar
		want     string
	}{
		{"good", *region(t), ""},
		{"empty", Calendar{}, ""},
		{"holidays", Calendar{Holidays: []string{"fr", "corse"}},
			"« corse » : ces jours fériés sont inconnus ; choisir parmi fr, alsace-moselle, mayotte, " +
				"martinique, guadeloupe, guyane, la-reunion"},
		{"over the day", Calendar{Queues: map[string]Week{"b": day(Range{600, 1441}), "c": day(Range{-1, 0})}},
			"file « b » : mercredi : « 10:00-24:01 » : la plage sort de la journée (de 0:00 à 24:00)"},
		{"overlap", Calendar{Queues: map[string]Week{"b": day(Range{540, 720}, Range{660, 840})}},
			"file « b » : mercredi : 09:00-12:00 et 11:00-14:00 se chevauchent"},
		{"empty closure", Calendar{Queues: map[string]Week{"b": {Closed: []Span{span}}}},
			"file « b » : du 24/12/2026 12:00 au 24/12/2026 12:00 : la fin n'est pas après le début"},
		{"empty opening", Calendar{Queues: map[string]Week{"b": {Opened: []Span{span}}}},
			"file « b » : du 24/12/2026 12:00 au 24/12/2026 12:00 : la fin n'est pas après le début"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := tt.calendar.Check(); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestParseRanges(t *testing.T) {
	for text, want := range map[string][]Range{
		"09:00-12:30, 13:30-18:00":    {{540, 750}, {810, 1080}},
		"9h-12h30":                    {{540, 750}},
		"9 h – 12 h 30,13H30-18H":     {{540, 750}, {810, 1080}},
		"9\u00a0h-12\u202fh\u00a030":  {{540, 750}},
		"0:00-24:00":                  {{0, 1440}},
		"9h-12h, 12h-14h":             {{540, 720}, {720, 840}},
		" Fermé ":                     nil,
		"ferme":                       nil,
		"  8:05-8:06  ":               {{485, 486}},
		"09h00-12h00 , 14h00 - 16h15": {{540, 720}, {840, 975}},
	} {
		got, err := ParseRanges(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestParseRangesSaysTheFault(t *testing.T) {
	const crossing = "la fin est avant le début ; " +
		"pour passer minuit, écrire jusqu'à 24:00, puis à partir de 0:00 le lendemain"
	for text, want := range map[string]string{
		"":                 "heures absentes : écrire « fermé », ou des heures comme « 9h-12h30, 13h30-18h »",
		"9:00-8:00":        "« 9:00-8:00 » : " + crossing,
		"22h-2h":           "« 22h-2h » : " + crossing,
		"9h-9h":            "« 9h-9h » : la fin est égale au début",
		"9h":               "« 9h » : il faut un début et une fin, comme « 9h-12h30 »",
		"9h-":              "« 9h- » : il manque une heure",
		"9h-12h,":          "il manque des heures avant ou après une virgule",
		"9-12":             "« 9-12 » : « 9 » n'est pas une heure ; écrire « 9:30 » ou « 9h30 »",
		"9h-12h3":          "« 9h-12h3 » : « 12h3 » n'est pas une heure ; écrire « 9:30 » ou « 9h30 »",
		"9h-+1:00":         "« 9h-+1:00 » : « +1:00 » n'est pas une heure ; écrire « 9:30 » ou « 9h30 »",
		"9h-12h-14h":       "« 9h-12h-14h » : « 12h-14h » n'est pas une heure ; écrire « 9:30 » ou « 9h30 »",
		"9h-12h60":         "« 9h-12h60 » : « 12h60 » n'est pas une heure du jour (de 0:00 à 24:00)",
		"9h-24h01":         "« 9h-24h01 » : « 24h01 » n'est pas une heure du jour (de 0:00 à 24:00)",
		"fermé, 9h-12h":    "« fermé » : il faut un début et une fin, comme « 9h-12h30 »",
		"9h-12h, 11h-14h":  "« 9h-12h, 11h-14h » : 09:00-12:00 et 11:00-14:00 se chevauchent",
		"14h-18h, 9h-12h":  "« 14h-18h, 9h-12h » : 09:00-12:00 vient avant 14:00-18:00 : mettre les heures dans l'ordre",
		"9h-12h, 9h-12h":   "« 9h-12h, 9h-12h » : 09:00-12:00 et 09:00-12:00 se chevauchent",
		"9h-18h, 10h-11h ": "« 9h-18h, 10h-11h » : 09:00-18:00 et 10:00-11:00 se chevauchent",
	} {
		got, err := ParseRanges(text)
		if err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v, %v\nwant %s", text, got, err, want)
		}
	}
}

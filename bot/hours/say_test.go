package hours

import (
	"testing"
	"time"
)

func TestSay(t *testing.T) {
	const now = "2026-11-27T17:30" // a Friday
	tests := []struct{ at, fr, en string }{
		{"2026-11-27T14:00", "aujourd'hui à 14 h", "today at 2 pm"},
		{"2026-11-27T00:00", "aujourd'hui à 0 h", "today at 12 am"},
		{"2026-11-26T23:59", "hier à 23 h 59", "yesterday at 11:59 pm"},
		{"2026-11-28T09:00", "demain à 9 h", "tomorrow at 9 am"},
		{"2026-11-29T12:00", "dimanche à 12 h", "Sunday at midday"},
		{"2026-11-30T09:05", "lundi à 9 h 05", "Monday at 9:05 am"},
		{"2026-12-03T12:30", "jeudi à 12 h 30", "Thursday at 12:30 pm"},
		{"2026-12-04T09:00", "vendredi 4 décembre à 9 h", "Friday 4 December at 9 am"},
		{"2026-12-01T00:30", "mardi à 0 h 30", "Tuesday at 12:30 am"},
		{"2026-12-07T09:30", "lundi 7 décembre à 9 h 30", "Monday 7 December at 9:30 am"},
		{"2026-11-25T09:30", "mercredi 25 novembre à 9 h 30", "Wednesday 25 November at 9:30 am"},
		{"2027-02-01T18:00", "lundi 1er février à 18 h", "Monday 1 February at 6 pm"},
		{"2027-09-01T18:00", "mercredi 1er septembre 2027 à 18 h", "Wednesday 1 September 2027 at 6 pm"},
		{"2026-01-05T18:00", "lundi 5 janvier 2026 à 18 h", "Monday 5 January 2026 at 6 pm"},
	}
	paris := zone(t, "Europe/Paris")
	for _, tt := range tests {
		if got := Say("fr", at(t, tt.at), at(t, now), paris); got != tt.fr {
			t.Errorf("%s: got %q, want %q", tt.at, got, tt.fr)
		}
		if got := Say("en", at(t, tt.at), at(t, now), paris); got != tt.en {
			t.Errorf("%s: got %q, want %q", tt.at, got, tt.en)
		}
	}
}

func TestSayCountsLocalDays(t *testing.T) {
	paris := zone(t, "Europe/Paris")
	tests := []struct{ name, now, at, want string }{
		{"a minute over midnight", "2026-11-27T23:59", "2026-11-28T00:00", "demain"},
		{"a day of 23 hours", "2026-03-29T00:00", "2026-03-30T00:00", "demain"},
		{"a day of 25 hours", "2026-10-25T00:00", "2026-10-25T23:59", "aujourd'hui"},
		{"over a day of 25 hours", "2026-10-24T23:59", "2026-10-26T00:00", "lundi"},
		{"over the new year", "2026-12-31T23:00", "2027-01-01T01:00", "demain"},
	}
	for _, tt := range tests {
		if got := SayDay("fr", at(t, tt.at), at(t, tt.now), paris); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestSayInTheZoneAndLanguageGiven(t *testing.T) {
	now := time.Date(2026, 11, 27, 22, 0, 0, 0, time.UTC)
	later := now.Add(90 * time.Minute)
	tests := []struct{ language, zone, want string }{
		{"fr", "Europe/Paris", "demain à 0 h 30"},
		{"fr", "America/Martinique", "aujourd'hui à 19 h 30"},
		{"en-GB", "America/Martinique", "today at 7:30 pm"},
		{"ar", "Indian/Reunion", "aujourd'hui à 3 h 30"},
		{"", "UTC", "aujourd'hui à 23 h 30"},
	}
	for _, tt := range tests {
		if got := Say(tt.language, later, now, zone(t, tt.zone)); got != tt.want {
			t.Errorf("%s in %s: got %q, want %q", tt.language, tt.zone, got, tt.want)
		}
	}
	if got := SayHour("fr", later, nil); got != "23 h 30" {
		t.Errorf("no zone: got %q, want UTC", got)
	}
}

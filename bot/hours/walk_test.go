package hours

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// shown prints an answer for a table: local, with the offset, or "none".
func shown(t time.Time, ok bool) string {
	if !ok {
		return "none"
	}
	return t.Format("Mon 2006-01-02T15:04 MST")
}

func TestNextAndUntil(t *testing.T) {
	tests := []struct{ name, queue, at, next, until string }{
		{"open", "accueil", "2026-11-24T10:00", "Tue 2026-11-24T10:00 CET", "Tue 2026-11-24T12:30 CET"},
		{"lunch", "accueil", "2026-11-24T12:30", "Tue 2026-11-24T13:30 CET", "none"},
		{"evening", "accueil", "2026-11-24T18:00", "Wed 2026-11-25T09:00 CET", "none"},
		{"week-end", "accueil", "2026-11-28T12:00", "Mon 2026-11-30T09:00 CET", "none"},
		{"long week-end of May", "accueil", "2026-04-30T18:00", "Sat 2026-05-02T09:00 CEST", "none"},
		{"closure shortens the day", "accueil", "2026-12-24T11:00", "Thu 2026-12-24T11:00 CET", "Thu 2026-12-24T12:00 CET"},
		{"closure", "accueil", "2026-12-24T12:00", "Mon 2026-12-28T09:00 CET", "none"},
		{"opening inside a closure", "accueil", "2026-06-11T15:00", "Thu 2026-06-11T19:00 CEST", "none"},
		{"that opening", "accueil", "2026-06-11T21:59", "Thu 2026-06-11T21:59 CEST", "Thu 2026-06-11T22:00 CEST"},
		{"exceptional Sunday", "accueil", "2026-07-11T12:00", "Sun 2026-07-12T10:00 CEST", "none"},
		{"always, an outage ahead", "urgence", "2026-02-01T10:00", "Sun 2026-02-01T10:00 CET", "Tue 2026-03-03T01:00 CET"},
		{"always, no end", "urgence", "2026-03-03T03:00", "Tue 2026-03-03T03:00 CET", "none"},
		{"always, in the outage", "urgence", "2026-03-03T02:00", "Tue 2026-03-03T03:00 CET", "none"},
		{"no hours", "vide", "2026-11-24T10:00", "none", "none"},
		{"unknown queue", "inconnue", "2026-11-24T10:00", "none", "none"},
		{"clocks go forward", "accueil", "2026-03-28T12:00", "Mon 2026-03-30T09:00 CEST", "none"},
		{"clocks go back", "accueil", "2026-10-24T12:00", "Mon 2026-10-26T09:00 CET", "none"},
	}
	calendar := region(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := at(t, tt.at)
			next, until := shown(calendar.Next(tt.queue, now)), shown(calendar.Until(tt.queue, now))
			if next != tt.next || until != tt.until {
				t.Errorf("%s at %s:\n got %s until %s\nwant %s until %s", tt.queue, tt.at, next, until, tt.next, tt.until)
			}
		})
	}
}

func TestNextKeepsSeconds(t *testing.T) {
	calendar := region(t)
	now := at(t, "2026-11-24T10:00").Add(42*time.Second + 7)
	if next, ok := calendar.Next("accueil", now); !ok || !next.Equal(now) {
		t.Errorf("open: got %v, want at itself", next)
	}
	now = at(t, "2026-11-24T12:59").Add(42*time.Second + 7)
	if next, ok := calendar.Next("accueil", now); !ok || !next.Equal(at(t, "2026-11-24T13:30")) {
		t.Errorf("lunch: got %v, want 13:30 sharp", next)
	}
}

func TestNextLooksSixtyDaysAhead(t *testing.T) {
	opening := at(t, "2026-09-01T09:00")
	calendar := &Calendar{Zone: zone(t, "Europe/Paris"), Queues: map[string]Week{
		"rentree": {Opened: []Span{{From: opening, To: opening.Add(time.Hour)}}},
	}}
	if next, ok := calendar.Next("rentree", opening.Add(-announced+time.Minute)); !ok || !next.Equal(opening) {
		t.Errorf("just within 60 days: got %v, %v", next, ok)
	}
	if next, ok := calendar.Next("rentree", opening.Add(-announced-time.Minute)); ok {
		t.Errorf("beyond 60 days: got %v", next)
	}
}

func TestAddWorking(t *testing.T) {
	tests := []struct {
		name, queue, at, d, want string
	}{
		{"same morning", "accueil", "2026-11-24T10:00", "1h", "Tue 2026-11-24T11:00 CET"},
		{"over lunch", "accueil", "2026-11-24T12:00", "1h", "Tue 2026-11-24T14:00 CET"},
		{"to the closing", "accueil", "2026-11-24T14:00", "4h", "Tue 2026-11-24T18:00 CET"},
		{"past the closing", "accueil", "2026-11-24T14:00", "4h1m", "Wed 2026-11-25T09:01 CET"},
		{"Friday evening", "accueil", "2026-11-27T17:00", "4h", "Sat 2026-11-28T12:00 CET"},
		{"over the week-end", "accueil", "2026-11-27T17:00", "5h", "Mon 2026-11-30T10:00 CET"},
		{"asked while closed", "accueil", "2026-11-29T03:00", "30m", "Mon 2026-11-30T09:30 CET"},
		{"over the closure", "accueil", "2026-12-24T11:30", "1h", "Mon 2026-12-28T09:30 CET"},
		{"nothing", "accueil", "2026-11-29T03:00", "0s", "Sun 2026-11-29T03:00 CET"},
		{"negative", "accueil", "2026-11-29T03:00", "-1h", "Sun 2026-11-29T03:00 CET"},
		{"always, clocks go forward", "urgence", "2026-03-29T00:00", "6h", "Sun 2026-03-29T07:00 CEST"},
		{"always, clocks go back", "urgence", "2026-10-25T00:00", "6h", "Sun 2026-10-25T05:00 CET"},
		{"always, over the outage", "urgence", "2026-03-03T00:00", "2h", "Tue 2026-03-03T04:00 CET"},
		{"no hours", "vide", "2026-11-24T10:00", "1h", "none"},
		{"unknown queue", "inconnue", "2026-11-24T10:00", "1h", "none"},
		{"more than a year holds", "accueil", "2026-11-24T10:00", "9000h", "none"},
	}
	calendar := region(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := time.ParseDuration(tt.d)
			if err != nil {
				t.Fatal(err)
			}
			deadline := calendar.AddWorking(tt.queue, at(t, tt.at), d)
			if got := shown(deadline, !deadline.IsZero()); got != tt.want {
				t.Errorf("%s after %s: got %s, want %s", tt.d, tt.at, got, tt.want)
			}
		})
	}
}

func TestAddDays(t *testing.T) {
	tests := []struct {
		name, queue, at string
		days            int
		want            string
	}{
		{"tomorrow", "accueil", "2026-11-24T10:00", 1, "Wed 2026-11-25T18:00 CET"},
		{"asked before the opening", "accueil", "2026-11-24T07:00", 1, "Wed 2026-11-25T18:00 CET"},
		{"asked after the closing", "accueil", "2026-11-24T20:00", 1, "Wed 2026-11-25T18:00 CET"},
		{"Saturday counts", "accueil", "2026-11-27T10:00", 1, "Sat 2026-11-28T12:00 CET"},
		{"Sunday does not", "accueil", "2026-11-27T10:00", 2, "Mon 2026-11-30T18:00 CET"},
		{"asked on Sunday", "accueil", "2026-11-29T10:00", 1, "Mon 2026-11-30T18:00 CET"},
		{"1 May does not", "accueil", "2026-04-30T10:00", 1, "Sat 2026-05-02T12:00 CEST"},
		{"an exceptional Sunday does not count", "accueil", "2026-07-11T10:00", 1, "Mon 2026-07-13T18:00 CEST"},
		{"a results evening does not stretch the day", "accueil", "2026-06-10T10:00", 1, "Thu 2026-06-11T14:00 CEST"},
		{"over the closure", "accueil", "2026-12-23T10:00", 2, "Mon 2026-12-28T18:00 CET"},
		{"today, still open", "accueil", "2026-11-24T12:45", 0, "Tue 2026-11-24T18:00 CET"},
		{"today, over", "accueil", "2026-11-24T18:00", 0, "Wed 2026-11-25T18:00 CET"},
		{"always ends at midnight", "urgence", "2026-11-24T10:00", 1, "Thu 2026-11-26T00:00 CET"},
		{"clocks go forward", "urgence", "2026-03-28T10:00", 1, "Mon 2026-03-30T00:00 CEST"},
		{"clocks go back", "urgence", "2026-10-24T10:00", 1, "Mon 2026-10-26T00:00 CET"},
		{"over New Year", "accueil", "2026-12-31T10:00", 1, "Sat 2027-01-02T12:00 CET"},
		{"no hours", "vide", "2026-11-24T10:00", 1, "none"},
		{"unknown queue", "inconnue", "2026-11-24T10:00", 1, "none"},
		{"more than a year holds", "accueil", "2026-11-24T10:00", 390, "none"},
	}
	calendar := region(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			deadline := calendar.AddDays(tt.queue, at(t, tt.at), tt.days)
			if got := shown(deadline, !deadline.IsZero()); got != tt.want {
				t.Errorf("%d days after %s: got %s, want %s", tt.days, tt.at, got, tt.want)
			}
		})
	}
}

// TestWalksAgreeWithOpen walks random calendars minute by minute and compares
// Open with Next, Until and AddWorking. The weeks are chosen for their
// surprises: the clock moved forward, back, at midnight (Havana), by half an
// hour (Lord Howe), holidays, the new year, and one where nothing happens.
func TestWalksAgreeWithOpen(t *testing.T) {
	weeks := []struct {
		zone        string
		year, month int
		day         int
	}{
		{"Europe/Paris", 2026, 3, 26}, {"Europe/Paris", 2026, 10, 22}, {"Europe/Paris", 2026, 4, 30},
		{"Europe/Paris", 2026, 12, 28}, {"Europe/Paris", 2026, 9, 7}, {"America/Havana", 2026, 3, 5},
		{"America/Havana", 2026, 10, 29}, {"Australia/Lord_Howe", 2026, 4, 2}, {"Indian/Reunion", 2026, 12, 17},
	}
	random := rand.New(rand.NewPCG(2026, 11))
	for _, w := range weeks {
		for i := range 8 {
			t.Run(fmt.Sprintf("%s %d-%02d-%02d #%d", w.zone, w.year, w.month, w.day, i), func(t *testing.T) {
				start := time.Date(w.year, time.Month(w.month), w.day, 0, 0, 0, 0, zone(t, w.zone))
				calendar := &Calendar{
					Zone: start.Location(), Holidays: []string{"fr", "la-reunion"},
					Queues: map[string]Week{"q": randomWeek(random, start)},
				}
				if err := calendar.Check(); err != nil {
					t.Fatal(err)
				}
				compareByMinute(t, calendar, start)
			})
		}
	}
}

// compareByMinute reads a week backwards, so that what comes next is known. It
// asks Open of every minute, the walks of every seventh and of those around a
// change.
func compareByMinute(t *testing.T, calendar *Calendar, start time.Time) {
	t.Helper()
	const week = 7 * 24 * 60
	var opening, closing time.Time // the next ones, zero while unknown
	var minutes int                // open ones from this minute to the end of the week
	var before bool                // the answer of the minute read before, which is later
	sinceChange := 0
	deadline, _ := calendar.Next("q", start.Add(week*time.Minute))
	for minute := week - 1; minute >= 0; minute-- {
		now := start.Add(time.Duration(minute) * time.Minute)
		open := calendar.Open("q", now)
		if open {
			opening = now
			minutes++
		} else {
			closing = now
		}
		if sinceChange++; open != before {
			before, sinceChange = open, 0
		}
		if minute%7 != 0 && sinceChange > 1 {
			continue
		}
		if next, ok := calendar.Next("q", now); !opening.IsZero() && (!ok || !next.Equal(opening)) {
			t.Fatalf("Next(%v): got %v, %v; want %v\n%+v", now, next, ok, opening, calendar.Queues["q"])
		}
		until, ok := calendar.Until("q", now)
		if !open && ok || open && !closing.IsZero() && (!ok || !until.Equal(closing)) {
			t.Fatalf("Until(%v): got %v, %v; want %v\n%+v", now, until, ok, closing, calendar.Queues["q"])
		}
		if minute%91 != 0 || deadline.IsZero() {
			continue
		}
		got := calendar.AddWorking("q", now, time.Duration(minutes+1)*time.Minute)
		if want := deadline.Add(time.Minute); !got.Equal(want) {
			t.Fatalf("AddWorking(%v, %d min): got %v, want %v\n%+v", now, minutes+1, got, want, calendar.Queues["q"])
		}
	}
}

func randomWeek(random *rand.Rand, start time.Time) Week {
	week := Week{Always: random.IntN(8) == 0, OnHolidays: random.IntN(2) == 0}
	for day := range week.Days {
		for from := random.IntN(400); from < 1440 && random.IntN(4) > 0; {
			to := min(1440, from+1+random.IntN(500))
			week.Days[day] = append(week.Days[day], Range{from, to})
			from = to + random.IntN(3)*random.IntN(200)
		}
	}
	for range random.IntN(4) {
		from := start.Add(time.Duration(random.IntN(7*24*60)) * time.Minute)
		span := Span{From: from.UTC(), To: from.Add(time.Duration(1+random.IntN(2000)) * time.Minute)}
		if random.IntN(2) == 0 {
			week.Closed = append(week.Closed, span)
		} else {
			week.Opened = append(week.Opened, span)
		}
	}
	return week
}

func BenchmarkOpen(b *testing.B) {
	calendar := region(b)
	for _, text := range []string{"2026-11-24T10:00", "2026-05-14T10:00", "2026-11-29T10:00"} {
		now := at(b, text)
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				calendar.Open("accueil", now)
			}
		})
	}
}

func BenchmarkNext(b *testing.B) {
	calendar := region(b)
	for name, now := range map[string]time.Time{
		"lunch":   at(b, "2026-11-24T12:30"),
		"closure": at(b, "2026-12-24T12:00"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				calendar.Next("accueil", now)
			}
		})
	}
	b.Run("never", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			calendar.Next("vide", at(b, "2026-11-24T12:30"))
		}
	})
}

func BenchmarkUntilAlways(b *testing.B) {
	calendar, now := region(b), at(b, "2026-11-24T12:30")
	b.ReportAllocs()
	for b.Loop() {
		calendar.Until("urgence", now)
	}
}

func BenchmarkAddDays(b *testing.B) {
	calendar, now := region(b), at(b, "2026-11-24T12:30")
	b.ReportAllocs()
	for b.Loop() {
		calendar.AddDays("accueil", now, 2)
	}
}

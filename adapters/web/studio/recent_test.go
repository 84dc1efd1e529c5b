package studio

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/tally"
)

// A stream is traces that grow, and forgets the numbers of who was erased.
type stream struct {
	all    []bot.Trace
	erased map[string]bool
	given  int
}

func (s *stream) TracesAfter(_ context.Context, place string, most int, each func(bot.Trace) error) (string, error) {
	from, _ := strconv.Atoi(place)
	to := min(len(s.all), from+most)
	for _, t := range s.all[from:to] {
		if s.given++; s.erased[t.Number] {
			t.Number = ""
		}
		if err := each(t); err != nil {
			return place, err
		}
	}
	if to == from {
		return place, nil
	}
	return strconv.Itoa(to), nil
}

// talkIn is one conversation that chose something, was led by a row, and was reported.
func talkIn(number string, at time.Time) []bot.Trace {
	return []bot.Trace{
		{Number: number, At: at, Channel: "web", Step: "situation", Class: "option:emploi", Option: "emploi", Release: "r1"},
		{Number: number, At: at, Channel: "web", Step: "aiguillage", Class: "auto", Row: "aiguillage:2", Territory: "35", Release: "r1"},
		{Number: number, At: at, Channel: "web", Step: "aiguillage", Class: "command:pourquoi", Again: true, Row: "aiguillage:2", Territory: "35", Release: "r1"},
		{Number: number, At: at, Channel: "desk", Class: "misrouted", Again: true, Row: "aiguillage:2", Territory: "35", Release: "r1"},
	}
}

func TestTracesAreReadOnceForAllPages(t *testing.T) {
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	s := &stream{erased: map[string]bool{}}
	s.all = append(talkIn("long ago", now.Add(-31*24*time.Hour)), append(talkIn("a", now), talkIn("b", now)...)...)
	r := newReading(&Config{Figures: s, Now: func() time.Time { return now }, Zone: time.UTC, Log: slog.New(slog.DiscardHandler)})
	b := &flow.Bundle{Steps: map[string]*flow.Step{"situation": {Answer: "situation"}}}
	look := func() (reports, answers, rows int) {
		t.Helper()
		if err := r.whole(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.lately(func(l *recent) {
			for _, m := range l.misrouted(b) {
				if m.Row != "aiguillage:2" || m.Channel != "web" || m.Territory != "35" || m.Answers.Get("situation") != "emploi" {
					t.Errorf("reported: %+v", m)
				}
				reports += m.Times
			}
			for _, v := range l.answers.All() {
				answers += v.N
			}
			rows = l.rows[taken{"r1", "aiguillage:2"}]
		})
		return reports, answers, rows
	}
	want := func(when string, people, rows, read int) {
		t.Helper()
		if reports, answers, counted := look(); reports != people || answers != people || counted != rows || s.given != read {
			t.Errorf("%s: %d reports, %d people, %d rows, %d read; want %d, %d, %d, %d", when, reports, answers, counted, s.given, people, people, rows, read)
		}
	}
	want("first", 2, 2, 12)
	want("again", 2, 2, 12)
	s.all = append(s.all, talkIn("c", now)...)
	now = now.Add(3 * time.Minute)
	want("what came meanwhile", 3, 3, 16)
	s.erased["a"] = true
	now = now.Add(togetherFor)
	s.all = append(s.all, talkIn("d", now)...)
	want("who was erased is nobody's any more, within the hour", 3, 4, 16+4+20)
	s.all = append(s.all, talkIn("e", now)...)
	now = now.Add(3 * time.Minute)
	want("and it goes on", 4, 5, 16+4+20+4)
}

// What a step was asked that has the old name of another is its own, and not the other's.
func TestAStepThatHasAnOldNameIsItself(t *testing.T) {
	b := &flow.Bundle{Steps: map[string]*flow.Step{"accueil.besoin": {}, "accueil.demande": {}},
		Moved: map[string]string{"accueil.besoin": "accueil.demande", "accueil.ancien": "accueil.besoin"}}
	book := tally.NewBook(time.UTC)
	for _, step := range []string{"accueil.besoin", "accueil.ancien", "accueil.demande", "accueil.demande"} {
		book.Add(bot.Trace{At: time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC), Channel: "web", Step: step, Class: "option:vae"})
	}
	f := book.Sum(tally.Always(), movedAway(b))
	for _, step := range []string{"accueil.besoin", "accueil.demande"} {
		if n := f.Turns[tally.StepClass{Step: step, Class: "option:vae"}]; n != 2 {
			t.Errorf("%s was asked %d times, not 2", step, n)
		}
	}
}

// BenchmarkRecent is the reading of 10,000 events for all pages, and the page of what was reported.
func BenchmarkRecent(b *testing.B) {
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	s := &stream{}
	for i := range 2_500 {
		s.all = append(s.all, talkIn(fmt.Sprint(i), now)...)
	}
	bundle := &flow.Bundle{Steps: map[string]*flow.Step{"situation": {Answer: "situation"}}}
	var r *reading
	b.Run("reading", func(b *testing.B) {
		for b.Loop() {
			r = newReading(&Config{Figures: s, Now: func() time.Time { return now }, Zone: time.UTC, Log: slog.New(slog.DiscardHandler)})
			if err := r.whole(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			r.lately(func(l *recent) {
				if all := l.misrouted(bundle); len(all) != 1 {
					b.Fatal(len(all))
				}
			})
		}
	})
}

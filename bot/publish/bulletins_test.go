package publish_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/bot"
	"frontdesk/bot/publish"
)

func TestABulletinHasASentenceAndAnEnd(t *testing.T) {
	s := newSite(t)
	in := func(d time.Duration) time.Time { return time.Now().Add(d) }
	fr := func(text string) map[string]string { return map[string]string{"fr": text} }
	for name, b := range map[string]bot.Bulletin{
		"no sentence":        {Text: fr(" "), Until: in(time.Hour)},
		"only a translation": {Text: map[string]string{"en": "Closed."}, Until: in(time.Hour)},
		"a long sentence":    {Text: fr(strings.Repeat("é", 301)), Until: in(time.Hour)},
		"an end that passed": {Text: fr("Fermé."), Until: in(-time.Minute)},
		"no end":             {Text: fr("Fermé.")},
		"an end before it":   {Text: fr("Fermé."), From: in(2 * time.Hour), Until: in(time.Hour)},
		"a year":             {Text: fr("Fermé."), Until: in(365 * 24 * time.Hour)},
	} {
		if _, err := s.PutUp(t.Context(), b, "fr", publish.Order{Who: "claire"}); err == nil {
			t.Errorf("%s is put up", name)
		}
	}
	for i := range 20 {
		if _, err := s.PutUp(t.Context(), bot.Bulletin{Text: fr(fmt.Sprintf("Fermé, salle %d.", i)), Until: in(time.Hour)}, "fr", publish.Order{Who: "claire"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.PutUp(t.Context(), bot.Bulletin{Text: fr("Fermé."), Until: in(time.Hour)}, "fr", publish.Order{Who: "claire"}); err == nil {
		t.Error("bulletins have no number")
	}
	s.ahead = 2 * time.Hour // they have ended, and make room
	if _, err := s.PutUp(t.Context(), bot.Bulletin{Text: fr("Rouvert."), Until: in(4 * time.Hour)}, "fr", publish.Order{Who: "claire"}); err != nil {
		t.Error(err)
	}
	all, err := s.Bulletins(t.Context())
	if err != nil || len(all) != 1 || all[0].Text["fr"] != "Rouvert." {
		t.Errorf("%+v, %v", all, err)
	}
}

// A form that is sent twice puts one bulletin up; the same words at other hours are not said beside it.
func TestABulletinIsPutUpOnce(t *testing.T) {
	s := newSite(t)
	in := func(d time.Duration) time.Time { return time.Now().Add(d) }
	up := func(change func(*bot.Bulletin)) (bot.Bulletin, error) {
		b := bot.Bulletin{Text: map[string]string{"fr": "Fermé.", "en": "Closed."}, Queues: []bot.StructureID{"a", "b"}, Until: in(2 * time.Hour)}
		change(&b)
		return s.PutUp(t.Context(), b, "fr", publish.Order{Who: "claire"})
	}
	first, err := up(func(*bot.Bulletin) {})
	if err != nil {
		t.Fatal(err)
	}
	s.ahead = time.Minute
	for name, change := range map[string]func(*bot.Bulletin){
		"sent again":               func(b *bot.Bulletin) { b.Until = in(2*time.Hour + time.Minute) },
		"its queues the other way": func(b *bot.Bulletin) { b.Queues = []bot.StructureID{"b", "a"} },
	} {
		if again, err := up(change); err != nil || again.ID != first.ID {
			t.Errorf("%s: %+v, %v", name, again, err)
		}
	}
	for name, change := range map[string]func(*bot.Bulletin){
		"a later end":      func(b *bot.Bulletin) { b.Until = in(5 * time.Hour) },
		"an earlier end":   func(b *bot.Bulletin) { b.Until = in(time.Hour) },
		"an earlier begin": func(b *bot.Bulletin) { b.From = in(-time.Hour) },
		"over its own end": func(b *bot.Bulletin) { b.From, b.Until = in(time.Hour), in(3*time.Hour) },
	} {
		if _, err := up(change); err == nil || !strings.Contains(err.Error(), "retirez-la d'abord") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*bot.Bulletin){
		"other words":     func(b *bot.Bulletin) { b.Text["en"] = "Shut." },
		"another queue":   func(b *bot.Bulletin) { b.Queues = b.Queues[:1] },
		"when it is over": func(b *bot.Bulletin) { b.From, b.Until = in(3*time.Hour), in(4*time.Hour) },
		"in a crowd":      func(b *bot.Bulletin) { b.Above = 5 },
	} {
		if _, err := up(change); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, err := s.Bulletins(t.Context()); err != nil || len(all) != 5 || len(s.deeds(t)) != 5 {
		t.Errorf("%d are up, journal %q, %v", len(all), s.deeds(t), err)
	}
}

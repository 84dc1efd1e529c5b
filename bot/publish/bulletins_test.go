package publish_test

import (
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
	for range 20 {
		if _, err := s.PutUp(t.Context(), bot.Bulletin{Text: fr("Fermé."), Until: in(time.Hour)}, "fr", publish.Order{Who: "claire"}); err != nil {
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

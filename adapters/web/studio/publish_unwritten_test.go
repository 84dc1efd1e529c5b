package studio_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/bot"
)

// A mute journal is read, and takes no line.
type (
	books = interface{ bot.Journal }
	mute  struct{ books }
)

func (mute) Append(context.Context, bot.Record) error {
	return errors.Join(bot.ErrUnavailable, errors.New("mute"))
}

// What was done while the journal took no line is said to be done: whoever reads that nothing was recorded does
// it again.
func TestWhatTheJournalDoesNotTakeIsDone(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	r := n.open()
	r.edit(asking("Que cherchez-vous aujourd'hui ?"))
	r.settled("sacha", "/studio/publier")
	seen := func(path string, fields ...string) url.Values {
		t.Helper()
		_, text := r.post("sacha", path, path, fields...)
		form := url.Values{}
		for name, value := range hiddenOf(text) {
			form.Set(name, value)
		}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		return form
	}
	all := map[string]url.Values{
		"/studio/bulletin": seen("/studio/bulletin", "do", "dire", "texte", "Fermé.", "fin", "2h", "raison", "panne"),
		"/studio/attente":  seen("/studio/attente", "do", "repondre", "texte", "À 19 h.", "raison", "panne"),
	}
	review := url.Values{"do": {"relecture"}, "commentaire": {"c"}}
	for name, value := range hiddenOf(r.get("sacha", "/studio/publier")) {
		review.Set(name, value)
	}
	review.Set("quand", "maintenant")
	all["/studio/publier"] = review
	r.press.Journal = mute{n.store}
	var together sync.WaitGroup
	for path, form := range all {
		together.Go(func() {
			status, text := r.body(r.as("sacha").PostForm(r.server.URL+path, form))
			if status != 200 || !strings.Contains(text, "C'est fait") || !strings.Contains(text, "Ne recommencez pas.") || strings.Contains(text, "Rien n'a été enregistré") {
				t.Errorf("%s: %d %s", path, status, text)
			}
		})
	}
	together.Wait()
	if up, err := r.press.Bulletins(t.Context()); err != nil || len(up) != 1 {
		t.Errorf("bulletins %+v, %v", up, err)
	}
	if asked(t, r) == "" {
		t.Error("nobody is asked")
	}
	r.press.Journal = n.store
	r.press.Now = func(ctx context.Context) (time.Time, error) {
		now, err := n.store.Now(ctx)
		return now.Add(time.Minute), err
	}
	if err := r.press.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	lines, err := r.press.Lines(t.Context())
	if err != nil || len(lines) < 3 {
		t.Fatalf("%+v, %v", lines, err)
	}
	for _, l := range lines[len(lines)-3:] {
		if l.Who != "sacha" || !strings.Contains(l.What, "ligne ajoutée après coup") {
			t.Errorf("%+v", l)
		}
	}
}

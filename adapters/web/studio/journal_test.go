package studio_test

import (
	"fmt"
	"strings"
	"testing"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// Everything that somebody does to the draft is in one list with what was published, and in the spreadsheet.
func TestTheJournalHasTheDraft(t *testing.T) {
	r := newNewsroom(t).open()
	r.edit(flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), "Bonjour et merci."))
	r.post("plume", "/studio/publier", "/studio/annuler")
	r.post("sacha", "/studio/publier", "/studio/retablir")
	r.post("plume", "/studio/publier", "/studio/publier/abandonner")
	text := r.get("lise", "/studio/journal")
	has(t, text, "Journal intact, 5 lignes", "brouillon : changement", "brouillon : annulation", "annulé : essai", "rétabli : essai", "le brouillon est abandonné", "sur la version du ")
	if strings.Contains(text, "Bonjour et merci") {
		t.Error("the journal has what was written, not what it was about")
	}
	if strings.Index(text, "le brouillon est abandonné") > strings.Index(text, "Première version en service.") {
		t.Error("the newest line is not first")
	}
	text = r.get("lise", "/studio/journal?sujet=publications")
	has(t, text, "<td>publication</td>", `value="publications" selected`)
	hasNot(t, text, "<td>brouillon")
	text = r.get("lise", "/studio/journal?sujet=brouillon&qui=plume")
	has(t, text, "<td>brouillon : annulation</td>")
	hasNot(t, text, "<td>publication</td>", "<td>brouillon : rétablissement</td>")
	_, csv := r.body(r.as("lise").Get(r.server.URL + "/studio/journal.csv"))
	for _, deed := range []string{workshop.JournalSaved, workshop.JournalUndone, workshop.JournalRedone, workshop.JournalDropped, bot.JournalPublished} {
		if strings.Count(csv, ";"+deed+";") != 1 {
			t.Errorf("the spreadsheet has not one line %s:\n%s", deed, csv)
		}
	}
}

func TestTheJournalIsPaged(t *testing.T) {
	r := newNewsroom(t).open()
	for i := range 250 {
		if err := r.store.Append(t.Context(), bot.Record{Who: "plume", Deed: workshop.JournalSaved, What: fmt.Sprintf("ligne-%03d.", i)}); err != nil {
			t.Fatal(err)
		}
	}
	has(t, r.get("lise", "/studio/journal"), "251 lignes", "ligne-249.", "ligne-150.", "Page 1 sur 3")
	has(t, r.get("lise", "/studio/journal?page=3&sujet=brouillon"), "ligne-000.", "ligne-049.", "Page 3 sur 3", "250 lignes", "sujet=brouillon&qui=")
	has(t, r.get("lise", "/studio/journal?page=99"), "<td>publication</td>", "Page 3 sur 3")
}

func TestVersionsSayWhichAreKept(t *testing.T) {
	r := newNewsroom(t).open()
	gone := strings.Repeat("a1", 16)
	if err := r.store.Append(t.Context(), bot.Record{Who: "plume", Deed: bot.JournalPublished, After: gone, What: "Il y a longtemps."}); err != nil {
		t.Fatal(err)
	}
	text := r.get("sacha", "/studio/versions")
	has(t, text, "Il y a longtemps.", "Cette version n'est plus gardée ici.", "en ligne")
	hasNot(t, text, `value="`+gone+`"`, gone+".zip")
	if status, _ := r.post("sacha", "/studio/versions", "/studio/versions/revenir", "release", gone, "pointeur", r.live.Load().Hash, "raison", "Pour voir"); status != 404 {
		t.Errorf("going back to what has ended: %d", status)
	}
}

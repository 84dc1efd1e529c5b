package studio_test

import (
	"net/http"
	"strings"
	"testing"

	"frontdesk/bot/flow"
)

// Every page reads well to accessibility tools, by day and by night, on a screen and on a tablet, and none scrolls
// sideways: with changes that wait to be published, with faults, and where something cannot be shown.
func TestEveryPageByDayAndByNight(t *testing.T) {
	r := newNewsroom(t).open()
	b := r.racer("sacha")
	r.edit(asking("Que cherchez-vous aujourd'hui, demain, ou bien plus tard, ici ou ailleurs, pour vous ou pour une autre personne ?"))
	b.looks(t, "parcours=", "etape=parcours/accueil?etape=besoin", "cartes=fiches/cards", "horaires=fiches/queues", "tables=tables", "essai=essai",
		"telephone=essai?voie=phone", "les-trois=essai?voie=trois", "tests=tests", "signales=aiguillages", "publier=publier", "versions=versions", "bulletin=bulletin",
		"attente=attente", "journal=journal", "comptes=comptes", "traductions=traductions", "aide=aide", "introuvable=nulle-part")

	if status, _ := r.post("sacha", "/studio/publier", "/studio/publier", "do", "urgent", "quand", "maintenant", "commentaire", "c", "raison", "r"); status != http.StatusOK {
		t.Fatalf("published: %d", status)
	}
	moves, err := r.press.Moves(t.Context())
	if err != nil || len(moves) != 2 {
		t.Fatalf("%+v, %v", moves, err)
	}
	b.looks(t, "rien-a-publier=publier", "deux-versions=versions", "comparer=versions/comparer?de="+moves[0].After+"&a="+moves[1].After)

	r.edit(flow.SetText(flow.In("accueil.yaml", "steps", "besoin", "then"), "nulle_part"))
	b.looks(t, "controles-faute=controles", "etape-faute=parcours/accueil?etape=besoin", "publier-faute=publier", "essai-faute=essai", "langue-faute=traductions/en")
}

// looks opens pages, each written as its name and its address.
func (b racer) looks(t *testing.T, pages ...string) {
	t.Helper()
	for _, page := range pages {
		name, path, _ := strings.Cut(page, "=")
		b.Open("/studio/"+path, "#main")
		b.Until("what is being found out", `!document.querySelector("[data-pending]")`)
		for _, scheme := range []string{"dark", "light"} {
			b.Scheme(scheme)
			b.Axe(name+", "+scheme, "", "label-content-name-mismatch") // a step of the picture is named by more than it shows
			b.Shot("page-" + name + "-" + scheme)
		}
		for _, width := range []int64{1280, 1024, 820} {
			b.Size(width, 720)
			if b.Text(`document.documentElement.scrollWidth > innerWidth`) != "false" {
				t.Errorf("%s scrolls sideways at %d pixels", name, width)
			}
		}
		b.Size(1280, 720)
	}
}

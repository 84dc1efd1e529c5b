package studio

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"frontdesk/bot/flow"
)

// What is in use is not deleted: the page leads to each place that uses it, and offers what can stand in.
func TestWhatIsInUse(t *testing.T) {
	p := openVillage(t)
	claire := p.as("claire")
	sent := p.shownOf("accueil.yaml", "steps", "info")
	sent.Set("retour", "/studio/parcours/accueil?etape=info")
	w := claire.sends("/studio/etape/supprimer", sent)
	page := unescaped(w.Body.String())
	if w.Code != http.StatusConflict {
		t.Fatalf("%d", w.Code)
	}
	for _, want := range []string{"« info – Voici une information. » ne peut pas être supprimé : 1 endroit y mène", `href="/studio/parcours/accueil?etape=orienter#=then"`,
		`action="/studio/etape/supprimer"`, `<option value="fin">fin – Merci.`, `name="place" value="steps/info"`, `name="etag" value="` + sent.Get("etag") + `"`, `href="/studio/parcours/accueil?etape=info">Revenir`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page[strings.Index(page, "<main"):])
		}
	}
	sent.Set("suite", "fin")
	claire.saves("/studio/etape/supprimer", sent)
	if got := p.text("accueil.yaml", "steps", "orienter", "then"); got != "fin" {
		t.Errorf("it leads to %q", got)
	}
	hours := p.shownOf("regions/demo/hours.yaml", "queues", "accueil")
	w = claire.sends("/studio/fiches/queues/accueil/supprimer", hours)
	page = unescaped(w.Body.String())
	if w.Code != http.StatusConflict || !strings.Contains(page, `href="/studio/fiches/structures/accueil-regional#=hours"`) || strings.Contains(page, "Remplacer, puis supprimer") {
		t.Errorf("%d\n%s", w.Code, page[strings.Index(page, "<main"):])
	}
	p.edits("carte", flow.Insert(flow.In("hours.yaml", "queues", "soir"), "{lun-ven: \"17:00-19:00\"}", flow.Last()))
	w = claire.sends("/studio/fiches/queues/accueil/supprimer", hours)
	if page := w.Body.String(); !strings.Contains(page, `name="remplacant"`) || !strings.Contains(page, `<option value="soir">`) {
		t.Errorf("nothing stands in:\n%s", page[strings.Index(page, "<main"):])
	}
	hours.Set("remplacant", "soir")
	claire.saves("/studio/fiches/queues/accueil/supprimer", hours)
}

// takingAway is the form of a question whose button takes a choice away, one that has a translation.
func takingAway(t *testing.T) (*premises, *person, url.Values) {
	t.Helper()
	p := openVillage(t)
	p.edits("essai", flow.Insert(flow.In("accueil.yaml", "steps", "besoin", "options", "essai"), "{text: Un essai}", flow.Last()),
		flow.SetYAML(flow.In("locales/accueil.en.yaml", "accueil.besoin.essai"), "{other: A trial}"))
	p.proved()
	claire := p.as("claire")
	form := claire.form("accueil", "besoin")
	form.Set("do", "retirer:options/essai")
	return p, claire, form
}

// A choice that is taken away goes with what else is in the form, and with its translation; one that is named
// elsewhere only where the person says what stands in for it.
func TestAChoiceIsTakenAway(t *testing.T) {
	p, claire, form := takingAway(t)
	form.Set("=why", "Pour vous orienter.")
	claire.saves("/studio/enregistrer", form)
	d := p.draft().Draft
	if _, is := d.At("accueil.yaml", "steps", "besoin", "options", "essai"); is || d.Record("locales/accueil.en.yaml", "accueil.besoin.essai") != "" {
		t.Error("the choice or its translation is still there")
	}
	if got := p.text("accueil.yaml", "steps", "besoin", "why"); got != "Pour vous orienter." {
		t.Errorf("what else was written is %q", got)
	}

	p.edits("condition", flow.SetYAML(flow.In("accueil.yaml", "steps", "age", "options", "mineur", "only"), "{besoin: emploi}"))
	p.proved()
	form = claire.form("accueil", "besoin")
	form.Set("=retry", "Dites-le autrement.")
	form.Set("do", "retirer:options/emploi")
	w := claire.sends("/studio/enregistrer", form)
	page := unescaped(w.Body.String())
	if w.Code != http.StatusConflict {
		t.Fatalf("%d", w.Code)
	}
	for _, want := range []string{"« Un emploi » est utilisé à 2 endroits, et ne peut pas être supprimé", `?etape=age#=options/mineur/only/besoin`, `/studio/tables/orientation#ligne-1`, `<option value="accueil.besoin.metier">`, `name="do" value="retirer:options/emploi"`, `name="=retry" value="Dites-le autrement."`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page[strings.Index(page, "<main"):])
		}
	}
	form.Set("suite", "accueil.besoin.metier")
	claire.saves("/studio/enregistrer", form)
	if got := p.text("accueil.yaml", "steps", "age", "options", "mineur", "only", "besoin"); got != "metier" {
		t.Errorf("the condition asks for %q", got)
	}
	if got := p.text("accueil.yaml", "steps", "besoin", "retry"); got != "Dites-le autrement." {
		t.Errorf("what else was written is %q", got)
	}
}

// Somebody else changes the question meanwhile: the choice goes if that is decided, and nothing of it before.
func TestAChoiceTakenAwayFromAChangedQuestion(t *testing.T) {
	p, claire, form := takingAway(t)
	p.edits("de Sacha", flow.SetText(flow.In("accueil.yaml", "steps", "besoin", "options", "essai", "text"), "Un autre essai"))
	w := claire.sends("/studio/enregistrer", form)
	if page := unescaped(w.Body.String()); w.Code != http.StatusConflict || !strings.Contains(page, "Un autre essai") {
		t.Fatalf("%d\n%s", w.Code, page)
	}
	d := p.draft().Draft
	if _, is := d.At("accueil.yaml", "steps", "besoin", "options", "essai"); !is || d.Record("locales/accueil.en.yaml", "accueil.besoin.essai") == "" {
		t.Error("part of the choice is gone before anybody decided")
	}
	decided := untouched(formOf(t, w.Body.String(), `id="conflict-form"`))
	if strings.Contains(decided.Get("yaml"), "essai") {
		t.Errorf("their own version still has the choice:\n%s", decided.Get("yaml"))
	}
}

package studio

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// shown is what the buttons of any page carry of the draft as it is now.
func (p *premises) shown() url.Values {
	s := p.draft()
	return url.Values{"version": {s.ID}, "suite": {s.Next}}
}

// shownOf is what the forms of a record's page carry of it now.
func (p *premises) shownOf(file string, path ...string) url.Values {
	s := p.draft()
	return url.Values{"fichier": {file}, "place": {strings.Join(path, "/")}, "version": {s.ID}, "etag": {s.Draft.ETag(file, path...)}}
}

// changes is something that somebody saves, which the history calls what.
func (p *premises) changes(by, what string, change flow.Change) {
	p.t.Helper()
	_, err := p.Workshop.Save(p.t.Context(), workshop.Author{ID: strings.ToLower(by), Name: by}, what, func(now *workshop.State) (*flow.Draft, error) { return now.Draft.Edit(change) })
	if err != nil {
		p.t.Fatal(err)
	}
}

// The buttons undo and take up what they say, or nothing: then the page says who saved what.
func TestAButtonUndoesWhatItSays(t *testing.T) {
	p := openVillage(t)
	p.proved()
	claire := p.as("claire")
	pressed := func(page, button string) url.Values {
		return untouched(formOf(t, page, `action="/studio/`+button+`"`))
	}
	told := func(form url.Values, button string, want ...string) {
		t.Helper()
		was := p.draft().ID
		w := claire.asks("POST", "/studio/"+button, form, func(r *http.Request) { r.Header.Set("Referer", "http://127.0.0.1:8080/studio/tests?fait=x") })
		page := unescaped(w.Body.String())
		if w.Code != http.StatusConflict || p.draft().ID != was {
			t.Fatalf("%d, the draft has moved: %v", w.Code, p.draft().ID != was)
		}
		for _, want := range append(want, `href="/studio/tests"`) {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %q:\n%s", want, page[strings.Index(page, "<main"):])
			}
		}
	}
	p.changes("Claire", "étape « bonjour »", flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), "Salut."))
	hers := claire.reads("/studio/")
	if !strings.Contains(hers, "Annuler : étape « bonjour » (Ctrl+Z)") {
		t.Error("her own change is not on the button as such")
	}
	p.changes("Sacha", "table « aiguillage »", flow.SetText(flow.In("accueil.yaml", "steps", "info", "say"), "Voici."))
	told(pressed(hers, "annuler"), "annuler", "Rien n'est annulé.", "<b>Sacha</b> : table « aiguillage »", "défait maintenant : <b>table « aiguillage » (Sacha)</b>")
	told(nil, "annuler", "Rien n'est annulé.")
	both := claire.reads("/studio/")
	if !strings.Contains(both, "Annuler : table « aiguillage » (Sacha) (Ctrl+Z)") {
		t.Error("the button does not say whose change it undoes")
	}
	claire.saves("/studio/annuler", pressed(both, "annuler"))
	told(pressed(both, "annuler"), "annuler", "Annulé entre-temps", "table « aiguillage » <span class=\"soft\">de Sacha</span>", "refait maintenant : <b>table « aiguillage »</b>")
	undone := claire.reads("/studio/")
	p.changes("Sacha", "étape « fin »", flow.SetText(flow.In("accueil.yaml", "steps", "fin", "text"), "Merci."))
	told(pressed(undone, "retablir"), "retablir", "Rien n'est rétabli.", "<b>Sacha</b> : étape « fin »")
}

// What is deleted is what the page showed, or nothing.
func TestWhatHasChangedIsNotDeleted(t *testing.T) {
	p := openVillage(t)
	p.proved()
	claire := p.as("claire")
	p.changes("Claire", "copies", flow.SetYAML(flow.In("accueil.yaml", "steps", "seule"), "{say: Rien., then: fin}"))
	p.changes("Claire", "copies", flow.SetYAML(flow.In("cards.yaml", "cards", "seule"), p.draft().Draft.Record("cards.yaml", "cards", "info")))
	p.changes("Claire", "copies", flow.SetYAML(flow.In("routing.yaml", "tables", "seule"), p.draft().Draft.Record("routing.yaml", "tables", "orientation")))
	for _, c := range []struct {
		path, page, file, key, value string
		place                        []string
	}{
		{"/studio/etape/supprimer", "/studio/parcours/accueil?etape=seule", "accueil.yaml", "say", "Beaucoup.", []string{"steps", "seule"}},
		{"/studio/fiches/cards/seule/supprimer", "/studio/fiches/cards/seule", "cards.yaml", "title", "Autre", []string{"cards", "seule"}},
		{"/studio/tables/seule/supprimer", "/studio/tables/seule", "routing.yaml", "title", "Autre", []string{"tables", "seule"}},
	} {
		form := untouched(formOf(t, claire.reads(c.page), `action="`+c.path+`"`))
		p.changes("Sacha", "un autre texte", flow.SetText(flow.In(c.file, append(c.place, c.key)...), c.value))
		p.changes("Yann", "autre chose", flow.SetText(flow.In("accueil.yaml", "steps", "bonjour", "say"), c.path))
		w := claire.sends(c.path, form)
		if page := unescaped(w.Body.String()); w.Code != http.StatusConflict || p.text(c.file, append(c.place, c.key)...) != c.value {
			t.Errorf("%s: %d", c.path, w.Code)
		} else if !strings.Contains(page, "<b>Sacha</b> : un autre texte") || !strings.Contains(page, "Rien n'est supprimé.") || !strings.Contains(page, `href="`+c.page+`"`) {
			t.Errorf("%s: nobody says who changed it:\n%s", c.path, page[strings.Index(page, "<main"):])
		}
		claire.saves(c.path, untouched(formOf(t, claire.reads(c.page), `action="`+c.path+`"`)))
		if p.draft().Draft.Record(c.file, c.place...) != "" {
			t.Errorf("%s: read again, it is not deleted", c.path)
		}
	}
	if w := claire.sends("/studio/etape/supprimer", url.Values{"fichier": {"accueil.yaml"}, "place": {"steps/info"}}); w.Code != http.StatusConflict || strings.Contains(w.Body.String(), "Sacha") {
		t.Errorf("a form that does not say what it showed: %d", w.Code)
	}
}

// A region's own record goes only where it was the one that was shown.
func TestTheCommonRecordIsNotTheRegions(t *testing.T) {
	p := openVillage(t)
	p.proved()
	p.changes("Claire", "copie", flow.SetYAML(flow.In("regions/demo/cards.yaml", "cards", "info"), p.draft().Draft.Record("cards.yaml", "cards", "info")))
	claire := p.as("claire")
	if page := claire.reads("/studio/fiches/cards/info?commun=1"); strings.Contains(page, "/studio/fiches/cards/info/supprimer") {
		t.Error("the page of the common record offers to delete it")
	}
	own := p.draft().Draft.Record("regions/demo/cards.yaml", "cards", "info")
	was := p.text("cards.yaml", "cards", "info", "checked")
	page := claire.reads("/studio/fiches/cards/info?commun=1")
	if strings.Contains(page, "/studio/fiches/cards/info/renommer") || strings.Contains(page, "/studio/fiches/cards/info/dupliquer") {
		t.Error("the page of the common record offers what would be done to the region's")
	}
	common := untouched(formOf(t, page, `id="record-form"`))
	common.Set("=title", "La carte de tous")
	claire.saves("/studio/fiches/cards/info/verifiee", common)
	if now := p.draft().Draft.Record("regions/demo/cards.yaml", "cards", "info"); now != own {
		t.Errorf("the region's own record was written over:\n%s", now)
	}
	if title, checked := p.text("cards.yaml", "cards", "info", "title"), p.text("cards.yaml", "cards", "info", "checked"); title != "La carte de tous" || checked == was {
		t.Errorf("the common card is called %q, checked %s", title, checked)
	}
	form := p.shownOf("cards.yaml", "cards", "info")
	if w := claire.sends("/studio/fiches/cards/info/supprimer", form); w.Code != http.StatusConflict || p.draft().Draft.Record("regions/demo/cards.yaml", "cards", "info") == "" {
		t.Errorf("%d", w.Code)
	}
	late := untouched(formOf(t, claire.reads("/studio/fiches/cards/info"), `id="record-form"`))
	late.Set("=title", "La carte de la région")
	claire.saves("/studio/fiches/cards/info/commun", untouched(formOf(t, claire.reads("/studio/fiches/cards/info"), `id="drop-own"`)))
	if p.draft().Draft.Record("regions/demo/cards.yaml", "cards", "info") != "" {
		t.Error("the region still has its own")
	}
	if w := claire.sends("/studio/fiches/cards/info/verifiee", late); w.Code != http.StatusConflict || p.text("cards.yaml", "cards", "info", "title") != "La carte de tous" {
		t.Errorf("a form of the region's card that is gone: %d, the common card is called %q", w.Code, p.text("cards.yaml", "cards", "info", "title"))
	}
}

// What is thrown away, or put in the draft's place, is what the page showed, and nothing that came since.
func TestADraftThatNobodyHasSeenStays(t *testing.T) {
	p := openVillage(t)
	p.proved()
	claire := p.as("claire")
	p.edits("la question", flow.SetText(flow.In("accueil.yaml", "steps", "besoin", "ask"), "Que voulez-vous ?"))
	before := p.draft().ID
	page := claire.reads("/studio/publier")
	if _, drop, is := strings.Cut(page, `<details class="sheet" id="drop-draft"`); !is || strings.HasPrefix(drop, " data-live") {
		t.Error("which draft is thrown away changes on the page, while what it shows of it does not")
	}
	p.edits("une autre", flow.SetText(flow.In("accueil.yaml", "steps", "besoin", "why"), "Pour vous orienter."))
	for path, form := range map[string]url.Values{"/studio/publier/abandonner": {"version": {before}}, "/studio/versions/reprendre": {"version": {before}, "release": {p.live.Hash}}} {
		w := claire.sends(path, form)
		if page := unescaped(w.Body.String()); w.Code != http.StatusConflict || !strings.Contains(page, "Le brouillon a changé depuis que votre page est affichée.") || !strings.Contains(page, "une autre") {
			t.Errorf("%s: %d\n%s", path, w.Code, page)
		}
		if got := p.text("accueil.yaml", "steps", "besoin", "why"); got != "Pour vous orienter." {
			t.Fatalf("%s: what came since is gone", path)
		}
	}
	claire.saves("/studio/publier/abandonner", url.Values{"version": {p.draft().ID}})
	if got := p.text("accueil.yaml", "steps", "besoin", "why"); got != "Pour vous répondre." {
		t.Errorf("the draft is not thrown away: %q", got)
	}
}

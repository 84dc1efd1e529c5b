package studio

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestAnswersAndCommandsHaveForms(t *testing.T) {
	p := openVillage(t)
	claire := p.as("claire")
	list := claire.reads("/studio/fiches/answers")
	for _, want := range []string{`href="/studio/fiches/answers/besoin"`, "un choix", "gardée : avec le dossier", "rôle : le besoin"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list has no %q", want)
		}
	}
	was := p.draft().ID
	for _, path := range []string{"answers/besoin", "answers/age", "answers/reseau", "interrupts/humain"} {
		claire.saves("/studio/enregistrer", untouched(formOf(t, claire.reads("/studio/fiches/"+path), `id="record-form"`)))
	}
	if p.draft().ID != was {
		t.Fatal("a save of nothing makes a version")
	}
	form := untouched(formOf(t, claire.reads("/studio/fiches/answers/age"), `id="record-form"`))
	form.Set("=keep", "session")
	form["=sensitive"] = []string{"", "true"}
	claire.saves("/studio/enregistrer", form)
	got := string(p.draft().Draft.Files()["accueil.yaml"])
	if !strings.Contains(got, "\n  age: {type: choice, keep: session, sensitive: true, label: Âge}\n") {
		t.Errorf("the file is\n%s", got)
	}

	page := html.UnescapeString(claire.reads("/studio/fiches/interrupts/humain"))
	for _, want := range []string{"HUMAIN", "passer une personne", `<option value="0" selected>0 (HUMAIN)</option>`, "Le service le fait lui-même."} {
		if !strings.Contains(page, want) {
			t.Errorf("the command has no %q", want)
		}
	}
	if strings.Contains(page, `name="=do"`) || strings.Contains(page, "record-menu") {
		t.Error("what is fixed can be changed")
	}
	form = untouched(formOf(t, page, `id="record-form"`))
	form.Set("=words", "humain\r\nconseiller\r\nune personne")
	form.Set("=key", "9")
	form.Set("=priority", "90")
	claire.saves("/studio/enregistrer", form)
	if got := p.draft().Draft.Record("accueil.yaml", "interrupts", "humain"); !strings.Contains(got, `key: "9"`) || !strings.Contains(got, "priority: 90") || !strings.Contains(got, "[humain, conseiller, une personne]") {
		t.Errorf("the command is %s", got)
	}
	if w := claire.sends("/studio/fiches/interrupts/humain/supprimer", nil); w.Code != http.StatusNotFound {
		t.Errorf("deleting a command answers %d", w.Code)
	}
	if w := claire.sends("/studio/fiches/answers", url.Values{"nom": {"diplome"}, "titre": {"Diplôme"}, "parcours": {"accueil"}}); w.Code != http.StatusSeeOther {
		t.Errorf("adding an answer answers %d", w.Code)
	}
	if got := p.text("accueil.yaml", "answers", "diplome", "label"); got != "Diplôme" {
		t.Errorf("the new answer is called %q", got)
	}
	if w := claire.sends("/studio/fiches/answers/age/supprimer", p.shownOf("accueil.yaml", "answers", "age")); w.Code != http.StatusConflict {
		t.Errorf("deleting an answer that is used answers %d", w.Code)
	}
}

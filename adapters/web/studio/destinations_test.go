package studio

import (
	"html"
	"strings"
	"testing"
)

// A step may lead wherever the format lets it, and the words say where.
func TestDestinationsOfEveryFlow(t *testing.T) {
	files := village()
	files["accueil.yaml"] = strings.Replace(files["accueil.yaml"], "then: orienter", "then: accueil.orienter", 1)
	files["accueil.yaml"] = strings.Replace(files["accueil.yaml"], "  info: {say", "  plus: {call: suite, then: info}\n  info: {say", 1)
	files["accueil.yaml"] = strings.Replace(files["accueil.yaml"], "      autre: {text: Autre chose}", "      autre: {text: Autre chose, then: plus}", 1)
	files["suite.yaml"] = "flow: suite\ntitle: La suite\nstart: deux\n\nsteps:\n  un: {say: Un., then: return}\n  deux: {say: Deux., then: un}\n"
	p := premisesOf(t, built(t, files))
	claire := p.as("claire")
	page := html.UnescapeString(claire.reads(stepPath("accueil", "besoin")))
	for _, want := range []string{
		`<optgroup label="Étapes de ce parcours">`, `<optgroup label="Passer à une personne"><option value="passer">passer – Une personne`,
		`<optgroup label="Finir"><option value="fin">`, `<option value="return">revenir au parcours qui a appelé celui-ci</option>`,
		`<optgroup label="Jouer un autre parcours, puis revenir"><option value="plus">plus – joue « La suite »</option>`,
		`<optgroup label="Parcours « La suite »"><option value="suite.deux">le début du parcours : deux – Deux.</option>`, `<option value="suite.un">un – Un.</option>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("it is not offered: %s", want)
		}
	}
	was := p.draft().ID
	claire.saves("/studio/enregistrer", claire.form("accueil", "age"))
	if p.draft().ID != was || p.text("accueil.yaml", "steps", "age", "then") != "accueil.orienter" {
		t.Error("a way that is written with its flow does not stay so")
	}
	form := claire.form("accueil", "besoin")
	form.Set("=options/metier/then", "suite.deux")
	claire.saves("/studio/enregistrer", form)
	if got := p.text("accueil.yaml", "steps", "besoin", "options", "metier", "then"); got != "suite.deux" {
		t.Errorf("the option leads to %q", got)
	}
	form = claire.form("accueil", "besoin")
	form["=no_match"] = []string{"rephrase", "goto:passer", ""}
	claire.saves("/studio/enregistrer", form)
	if got := p.text("accueil.yaml", "steps", "besoin", "no_match"); got != "rephrase, goto:passer" {
		t.Errorf("after a word that is not understood comes %q", got)
	}
	form = claire.form("accueil", "passer")
	if form.Get("=handoff/to") != "lead" {
		t.Errorf("the handoff is to %q", form.Get("=handoff/to"))
	}
	form["=handoff/brief"] = []string{"", "besoin", "age"}
	form.Set("=handoff/to", "network:{reseau}")
	claire.saves("/studio/enregistrer", form)
	if got := p.draft().Draft.Record("accueil.yaml", "steps", "passer", "handoff"); !strings.Contains(got, `"network:{reseau}"`) || !strings.Contains(got, "brief: [besoin, age]") {
		t.Errorf("the handoff is %s", got)
	}
}

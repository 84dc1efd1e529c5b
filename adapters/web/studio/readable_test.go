package studio

import (
	"strings"
	"testing"

	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

func (p *premises) edits(what string, changes ...flow.Change) {
	p.t.Helper()
	if _, err := p.Workshop.Save(p.t.Context(), workshop.Author{ID: "claire"}, what, func(now *workshop.State) (*flow.Draft, error) { return now.Draft.Edit(changes...) }); err != nil {
		p.t.Fatal(err)
	}
}

// While a draft cannot be read, pages show the last state that could, and say so; forms show the present one.
func TestTheLastReadableStateIsShown(t *testing.T) {
	p := openVillage(t)
	claire := p.as("claire")
	p.edits("étape « info »", flow.SetText(stepAt("info", "say"), "Voici du neuf."))
	p.edits("étape « age »", flow.SetText(stepAt("age", "ask"), ""))
	p.edits("étape « besoin »", flow.SetText(stepAt("besoin", "ask"), "Que voulez-vous ?"))

	page := claire.reads("/studio/parcours/accueil?etape=besoin")
	for _, want := range []string{"<svg", "Image d'avant l'erreur : celle du 26/11 à 09:00, étape « info ».", "« La question » est vide",
		`href="/studio/parcours/accueil?etape=age#=ask"`, "Essai d'avant l'erreur", "Que cherchez-vous ?", ">Que voulez-vous ?</textarea>"} {
		if !strings.Contains(unescaped(page), want) {
			t.Errorf("the editor lacks %q", want)
		}
	}
	if trial := unescaped(claire.reads("/studio/essai?depart=accueil.info")); !strings.Contains(trial, "Voici du neuf.") || strings.Contains(trial, "Enregistrer comme test") {
		t.Error("the preview is not that of the last readable state, or can be kept as a test")
	}
	p.edits("étape « age »", flow.SetText(stepAt("age", "ask"), "Quel âge ?"))
	if page := claire.reads("/studio/parcours/accueil"); strings.Contains(page, "avant l'erreur") || strings.Contains(page, "avant l&#39;erreur") {
		t.Error("a draft that is mended still shows its past")
	}
}

// With nothing readable before, what is live stands in.
func TestTheLiveReleaseStandsIn(t *testing.T) {
	p := openVillage(t)
	p.edits("étape « age »", flow.SetText(stepAt("age", "ask"), ""))
	if page := unescaped(p.as("claire").reads("/studio/parcours/accueil")); !strings.Contains(page, "Image d'avant l'erreur : la version en ligne.") {
		t.Error("no banner")
	}
}

func unescaped(page string) string {
	return strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&", "&#43;", "+").Replace(page)
}

package studio

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"frontdesk/bot/flow"
)

// desks of the village: one that nobody's account names, beside the one that three do.
func accountsVillage(t *testing.T) *premises {
	t.Helper()
	p := openVillage(t)
	p.edits("structure", flow.Insert(flow.In("regions/demo/structures.yaml", "structures", "vannes"),
		"{name: Vannes, network: region, territories: [\"35\"], offers: [{id: api, from: 2026-01-01}], hours: accueil, contacts: [desk]}", flow.Last()))
	return p
}

// A structure that accounts name says so beside what else depends on it, and is neither renamed nor deleted before
// they name what takes its place.
func TestAStructureIsNotTakenFromUnderItsAccounts(t *testing.T) {
	p := accountsVillage(t)
	claire := p.as("claire")
	p.SignIn.Trial = false
	const told = "3 comptes appartiennent à cette structure (Anna, Jo, Noé)"
	if page := claire.reads("/studio/fiches/structures/accueil-regional"); !strings.Contains(page, told+".") || strings.Contains(page, "Rien n'en dépend") {
		t.Error("the page of the structure does not say whose it is")
	}
	if page := claire.reads("/studio/fiches/structures/vannes"); strings.Contains(page, "compte") || !strings.Contains(page, "Rien n'en dépend") {
		t.Error("the page of a structure without accounts names some")
	}
	for verb, c := range map[string]struct {
		sent url.Values
		says string
	}{
		"renommer":  {url.Values{"nom": {"accueil-breton"}}, ". Changez d'abord ces comptes : ajoutez-leur « accueil-breton »."},
		"supprimer": {url.Values{}, ". Changez d'abord ces comptes."},
	} {
		sent := p.shownOf("regions/demo/structures.yaml", "structures", "accueil-regional")
		maps.Copy(sent, c.sent)
		w := claire.sends("/studio/fiches/structures/accueil-regional/"+verb, sent)
		if page := unescaped(w.Body.String()); w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, told+c.says) {
			t.Errorf("%s: %d\n%s", verb, w.Code, page[strings.Index(page, "<main"):])
		}
	}
	sent := p.shownOf("regions/demo/structures.yaml", "structures", "accueil-regional")
	sent.Set("remplacant", "vannes")
	if w := claire.sends("/studio/fiches/structures/accueil-regional/supprimer", sent); !strings.Contains(unescaped(w.Body.String()), "ajoutez-leur « vannes »") {
		t.Errorf("deleted for another: %d", w.Code)
	}
	if !p.draft().Draft.Has(flow.StructureRecord, "accueil-regional") {
		t.Fatal("it is gone")
	}
	claire.saves("/studio/fiches/structures/vannes/renommer", url.Values{"nom": {"vannes-centre"}})
	claire.saves("/studio/fiches/structures/vannes-centre/supprimer", p.shownOf("regions/demo/structures.yaml", "structures", "vannes-centre"))
	p.SignIn.Trial = true // whose accounts are made from the dialog
	claire.saves("/studio/fiches/structures/accueil-regional/renommer", url.Values{"nom": {"accueil-breton"}})
}

// Who already names the new structure may lose the old one.
func TestAnAccountThatNamesBothFollows(t *testing.T) {
	all, err := openVillage(t).SignIn.Staff.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		if len(all[i].Structures) > 0 && all[i].Name != "Jo" {
			all[i].Structures = append(all[i].Structures, "accueil-breton")
		}
	}
	if got := members(all, "accueil-regional", "accueil-breton"); strings.Join(got, ",") != "Jo" {
		t.Errorf("%v would be lost", got)
	}
}

// A draft without a structure that accounts name is told of wherever it is read again before it is published.
func TestAStructureThatOnlyAccountsNameIsTold(t *testing.T) {
	p := openVillage(t)
	sacha := p.as("sacha")
	p.SignIn.Trial = false
	for _, path := range []string{"/studio/controles", "/studio/comptes"} {
		if page := sacha.reads(path); strings.Contains(page, "n'existe pas") {
			t.Errorf("%s misses a structure that is there", path)
		}
	}
	d, err := p.draft().Draft.Rename(flow.StructureRecord, "accueil-regional", "accueil-breton")
	if err != nil {
		t.Fatal(err)
	}
	text := string(d.Files()["regions/demo/structures.yaml"])
	p.edits("fichier", flow.WriteFile("regions/demo/structures.yaml", text))
	p.proved()
	const told = "La structure « accueil-regional » n'existe pas, et 3 comptes y appartiennent (Anna, Jo, Noé)."
	for _, path := range []string{"/studio/controles", "/studio/publier"} {
		if page := unescaped(sacha.reads(path)); !strings.Contains(page, told) {
			t.Errorf("%s says nothing of it", path)
		}
	}
	if page := unescaped(sacha.reads("/studio/comptes")); strings.Contains(page, told) {
		t.Error("the accounts fit what is served, and are told to be wrong")
	}
	files := map[string]string{}
	for name, text := range p.draft().Draft.Files() {
		files[name] = string(text)
	}
	published := premisesOf(t, built(t, files))
	sacha = published.as("sacha")
	published.SignIn.Trial = false
	if page := unescaped(sacha.reads("/studio/comptes")); !strings.Contains(page, told) {
		t.Error("the page of accounts does not say which are wrong")
	}
}

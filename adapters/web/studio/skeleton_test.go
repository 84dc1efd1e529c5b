package studio

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frontdesk/bot/flow"
)

// steps are all steps of all flows of a draft, in order.
func steps(d *flow.Draft) [][3]string {
	var all [][3]string
	for _, file := range d.Names() {
		id, is := d.At(file, "flow")
		if !is || strings.Contains(file, "/") {
			continue
		}
		v, _ := d.At(file, "steps")
		for _, step := range v.Keys() {
			all = append(all, [3]string{file, id.Text(), step})
		}
	}
	return all
}

// Every step of the reference bundle has a form, and a form that is sent as it was drawn changes nothing.
func TestAFormThatNobodyTouchedChangesNothing(t *testing.T) {
	p := openPremises(t)
	state := p.draft()
	d, c := state.Draft, p.checks.of(state.Draft)
	me, err := p.SignIn.Staff.Counsellor(t.Context(), "claire")
	if err != nil {
		t.Fatal(err)
	}
	all := steps(d)
	if len(all) < 100 {
		t.Fatalf("%d steps only", len(all))
	}
	for _, at := range all {
		var b strings.Builder
		view := p.stepView(state, c, pickerOf(d, at[1]), at[0], at[2])
		if err := p.Studio.pages.ExecuteTemplate(&b, "step", [2]any{view, page{Me: me, State: state}}); err != nil {
			t.Fatalf("%s.%s: %v", at[1], at[2], err)
		}
		form := untouched(formOf(t, b.String(), `id="step-form"`))
		if form.Get("place") != "steps/"+at[2] || len(form) < 6 {
			t.Errorf("%s.%s: the form has %d fields only: %v", at[1], at[2], len(form), form)
		}
		if changes := (edition{at: flow.In(at[0], "steps", at[2]), sent: form}).changes(d); len(changes) > 0 {
			now, err := d.Edit(changes...)
			if err != nil {
				t.Errorf("%s.%s: %v", at[1], at[2], err)
				continue
			}
			t.Errorf("%s.%s: saving would change\n%s", at[1], at[2], now.Record(at[0], "steps", at[2]))
		}
	}
}

func TestASaveOfNothingMakesNoVersion(t *testing.T) {
	p := openVillage(t)
	claire := p.as("claire")
	was := p.draft().ID
	for _, at := range steps(p.draft().Draft) {
		claire.saves("/studio/enregistrer", claire.form(at[1], at[2]))
	}
	if p.draft().ID != was {
		t.Error("a save of nothing makes a version")
	}
}

// The same for any record of any file, drawn as a form draws it.
func TestRecordsThatNobodyTouchedStayAsTheyAre(t *testing.T) {
	p := openVillage(t)
	d := p.draft().Draft
	seen := 0
	for _, file := range d.Names() {
		root, is := d.At(file)
		if !is {
			continue
		}
		for i, section := range root.Keys() {
			for j, id := range root.Items()[i].Keys() {
				record := root.Items()[i].Items()[j]
				if record.Kind() != flow.RecordValue {
					continue
				}
				var b strings.Builder
				for _, l := range lines(record, record.Fields(), pickerOf(d, "accueil"), nil) {
					if err := p.Studio.pages.ExecuteTemplate(&b, "line", l); err != nil {
						t.Fatalf("%s: %s %s: %v", file, section, id, err)
					}
				}
				seen++
				for _, c := range changesOf(d, flow.In(file, section, id), untouched(b.String())) {
					fresh, err := d.Edit(c)
					if err != nil {
						t.Errorf("%s: %s %s: %v", file, section, id, err)
						continue
					}
					t.Errorf("%s: %s %s would become\n%s\nfrom\n%s", file, section, id, fresh.Record(file, section, id), d.Record(file, section, id))
				}
			}
		}
	}
	if seen < 12 {
		t.Errorf("%d records only", seen)
	}
}

// form is the form of a step as claire has it before her.
func (p *person) form(flowID, step string) url.Values {
	p.t.Helper()
	return untouched(formOf(p.t, p.reads(stepPath(flowID, step)), `id="step-form"`))
}

func TestTheListOfFlows(t *testing.T) {
	p := openVillage(t)
	p.proved()
	page := p.as("reader").reads("/studio/")
	for id, f := range p.live.Flows {
		if !strings.Contains(page, `href="/studio/parcours/`+id+`"`) || !strings.Contains(page, fmt.Sprint(len(f.Order), " étape")) {
			t.Errorf("the flow %q is not in the list with its %d steps", id, len(f.Order))
		}
	}
	for _, no := range []string{"Annuler", "Ajouter une étape", "/studio/comptes"} {
		if strings.Contains(page, no) {
			t.Errorf("a reader is offered %q", no)
		}
	}
}

func TestSaveUndoRedo(t *testing.T) {
	p := openVillage(t)
	p.proved()
	claire := p.as("claire")
	was := p.text("accueil.yaml", "steps", "besoin", "ask")
	form := claire.form("accueil", "besoin")
	form.Set("=ask", "De quoi avez-vous besoin ?")
	w := claire.sends("/studio/enregistrer", form)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/studio/parcours/accueil?etape=besoin&fait=enregistre" {
		t.Fatalf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	page := claire.reads(w.Header().Get("Location"))
	if !strings.Contains(page, "C&#39;est enregistré dans le brouillon.") || !strings.Contains(page, "De quoi avez-vous besoin ?") {
		t.Error("the page does not show what was saved")
	}
	ask := func(want string) {
		t.Helper()
		if got := p.text("accueil.yaml", "steps", "besoin", "ask"); got != want {
			t.Errorf("the question is %q, want %q", got, want)
		}
	}
	back := func(r *http.Request) {
		r.Header.Set("Referer", "http://127.0.0.1:8080/studio/parcours/accueil?etape=besoin&fait=x")
	}
	if w := claire.asks("POST", "/studio/annuler", p.shown(), back); w.Header().Get("Location") != "/studio/parcours/accueil?etape=besoin&fait=annule" {
		t.Errorf("undone, to %q", w.Header().Get("Location"))
	}
	ask(was)
	claire.saves("/studio/retablir", p.shown())
	ask("De quoi avez-vous besoin ?")
	claire.saves("/studio/annuler", p.shown())
	claire.saves("/studio/annuler", p.shown()) // nothing more to undo
	ask(was)
	if live := string(p.live.Sources["accueil.yaml"]); live != string(p.draft().Draft.Files()["accueil.yaml"]) {
		t.Error("undone, the file is not what it was")
	}
}

// A form that changes one text changes one line of one file: what stands around it stays to the byte.
func TestASaveChangesNothingElse(t *testing.T) {
	p := openVillage(t)
	p.proved()
	claire := p.as("claire")
	before := p.draft().Draft.Files()
	form := claire.form("accueil", "besoin")
	form.Set("=options/emploi/text", "Un travail")
	claire.saves("/studio/enregistrer", form)
	for name, now := range p.draft().Draft.Files() {
		was, is := strings.Split(string(before[name]), "\n"), strings.Split(string(now), "\n")
		changed := 0
		for i := range max(len(was), len(is)) {
			if i >= len(was) || i >= len(is) || was[i] != is[i] {
				changed++
			}
		}
		if want := map[bool]int{true: 1}[name == "accueil.yaml"]; changed != want {
			t.Errorf("%s: %d lines differ", name, changed)
		}
	}
}

// Two people open the same step. Different fields are both kept; the same field is put before the second.
func TestTwoPeopleOnTheSameStep(t *testing.T) {
	p := openVillage(t)
	p.proved()
	claire, yann := p.as("claire"), p.as("yann")
	hers, his, third := claire.form("accueil", "besoin"), yann.form("accueil", "besoin"), yann.form("accueil", "besoin")
	hers.Set("=ask", "Que cherchez-vous ?")
	claire.saves("/studio/enregistrer", hers)
	his.Set("=why", "Pour vous orienter.")
	yann.saves("/studio/enregistrer", his)
	if ask, why := p.text("accueil.yaml", "steps", "besoin", "ask"), p.text("accueil.yaml", "steps", "besoin", "why"); ask != "Que cherchez-vous ?" || why != "Pour vous orienter." {
		t.Errorf("kept: %q and %q", ask, why)
	}
	third.Set("=ask", "Quel est votre souhait ?")
	w := yann.sends("/studio/enregistrer", third)
	page := w.Body.String()
	if w.Code != http.StatusConflict || p.text("accueil.yaml", "steps", "besoin", "ask") != "Que cherchez-vous ?" {
		t.Fatalf("the same field: %d", w.Code)
	}
	for _, said := range []string{"Quel est votre souhait ?", "Que cherchez-vous ?", "Rien n'est perdu", "Avant"} {
		if !strings.Contains(page, said) {
			t.Errorf("the conflict does not show %q", said)
		}
	}
	mine := untouched(formOf(t, page, `action="/studio/enregistrer"`))
	yann.saves("/studio/enregistrer", mine)
	if got := p.text("accueil.yaml", "steps", "besoin", "ask"); got != "Quel est votre souhait ?" {
		t.Errorf("deciding for mine gives %q", got)
	}
	if why := p.text("accueil.yaml", "steps", "besoin", "why"); why != "Pour vous orienter." {
		t.Errorf("and loses what nobody disputed: %q", why)
	}
}

func TestTwoPeopleOnDifferentSteps(t *testing.T) {
	p := openVillage(t)
	p.proved()
	claire, yann := p.as("claire"), p.as("yann")
	all := steps(p.draft().Draft)
	var hers, his url.Values
	for _, at := range all {
		if v, _ := p.draft().Draft.At(at[0], "steps", at[2], "say"); v.Text() == "" {
			continue
		}
		if hers == nil {
			hers = claire.form(at[1], at[2])
		} else {
			his = yann.form(at[1], at[2])
			break
		}
	}
	hers.Set("=say", "Un.")
	his.Set("=say", "Deux.")
	claire.saves("/studio/enregistrer", hers)
	yann.saves("/studio/enregistrer", his)
	for text, form := range map[string]url.Values{"Un.": hers, "Deux.": his} {
		if got := p.text(form.Get("fichier"), append(strings.Split(form.Get("place"), "/"), "say")...); got != text {
			t.Errorf("%s says %q", form.Get("place"), got)
		}
	}
}

func TestAddRenameCopyDelete(t *testing.T) {
	p := openVillage(t)
	p.proved()
	claire := p.as("claire")
	has := func(step string) bool { _, is := p.draft().Draft.At("accueil.yaml", "steps", step); return is }
	for _, kind := range []string{"say", "ask", "if", "route", "handoff", "end"} { // a village has no other flow to call
		claire.saves("/studio/parcours/accueil/etapes", url.Values{"nom": {"neuf_" + kind}, "sorte": {kind}, "apres": {"besoin"}})
		if !has("neuf_" + kind) {
			t.Errorf("%s was not added", kind)
		}
		claire.reads(stepPath("accueil", "neuf_"+kind))
	}
	if c := p.proved(); c.Bundle == nil {
		t.Errorf("with new steps the draft does not load: %v", c.Found())
	}
	of := func(step string) url.Values {
		return p.shownOf("accueil.yaml", "steps", step)
	}
	with := func(v url.Values, name, value string) url.Values { v.Set(name, value); return v }
	claire.saves("/studio/etape/renommer", with(of("neuf_say"), "nom", "phrase_neuve"))
	if has("neuf_say") || !has("phrase_neuve") {
		t.Error("not renamed")
	}
	claire.saves("/studio/etape/dupliquer", with(of("phrase_neuve"), "nom", "phrase_copie"))
	if !has("phrase_copie") {
		t.Error("not copied")
	}
	w := claire.sends("/studio/etape/supprimer", of("besoin"))
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "encore utilisé") || !has("besoin") {
		t.Errorf("deleting what is used: %d", w.Code)
	}
	claire.saves("/studio/etape/supprimer", of("phrase_copie"))
	if has("phrase_copie") {
		t.Error("not deleted")
	}
	for name, form := range map[string]url.Values{
		"an id with spaces": with(of("phrase_neuve"), "nom", "phrase toute neuve"), "an id that is taken": with(of("phrase_neuve"), "nom", "besoin"),
		"no id": with(of("phrase_neuve"), "nom", ""),
	} {
		if w := claire.sends("/studio/etape/renommer", form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "pas possible") {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	for _, gone := range []string{"/studio/parcours/accueil?etape=nulle", "/studio/parcours/nul", "/studio/nulle", "/studio/etape/renommer"} {
		if w := claire.sees(gone); gone != "/studio/parcours/accueil?etape=nulle" && w.Code != http.StatusNotFound && w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", gone, w.Code)
		}
	}
}

// A destination that was mistyped is found, told with what was probably meant, and mended by a button.
func TestAFindingIsMendedByAButton(t *testing.T) {
	p := openVillage(t)
	claire := p.as("claire")
	form := claire.form("accueil", "besoin")
	was := form.Get("=then")
	form.Set("=then", was[:len(was)-1]+"x")
	claire.saves("/studio/enregistrer", form)
	page := claire.reads("/studio/controles")
	if !strings.Contains(page, "Vouliez-vous dire") || !strings.Contains(page, "Mettre « "+was+" – ") {
		t.Fatalf("it is not found:\n%s", page)
	}
	if editor := claire.reads(stepPath("accueil", "besoin")); !strings.Contains(editor, "Image d'avant l'erreur") || !strings.Contains(editor, `id="step-form"`) {
		t.Error("the editor of a broken draft does not say so, or has no form")
	}
	claire.saves("/studio/controles/reparer", untouched(formOf(t, page, `action="/studio/controles/reparer"`)))
	if got := p.text("accueil.yaml", "steps", "besoin", "then"); got != was {
		t.Errorf("mended, it leads to %q, want %q", got, was)
	}
	if files := p.draft().Draft.Files(); string(files["accueil.yaml"]) != string(p.live.Sources["accueil.yaml"]) {
		t.Error("mended, the file is not what it was")
	}
}

// The file's own writing may be given: what is not YAML is refused, and nothing is lost.
func TestTheWritingOfAStep(t *testing.T) {
	p := openVillage(t)
	claire := p.as("claire")
	was := p.draft()
	form := func(yaml string) url.Values {
		page := claire.reads(stepPath("accueil", "besoin"))
		v := untouched(formOf(t, page[strings.Index(page, `class="expert"`):], `action="/studio/enregistrer"`))
		if yaml != "" {
			v.Set("yaml", yaml)
		}
		return v
	}
	claire.saves("/studio/enregistrer", form(""))
	if now := p.draft(); now.Draft.Hash() != was.Draft.Hash() {
		t.Errorf("the writing as it is changes\n%s", now.Draft.Record("accueil.yaml", "steps", "besoin"))
	}
	if w := claire.sends("/studio/enregistrer", form("ask: [")); w.Code != http.StatusUnprocessableEntity || p.draft().Draft.Hash() != was.Draft.Hash() {
		t.Errorf("what is not YAML: %d", w.Code)
	}
	claire.saves("/studio/enregistrer", form("say: Bonjour.\nthen: nulle_part\n"))
	page := claire.reads(stepPath("accueil", "besoin"))
	if !strings.Contains(page, "Image d'avant l'erreur") || !strings.Contains(page, "nulle_part") {
		t.Error("a broken draft is not shown as one")
	}
	next := claire.form("accueil", "besoin")
	next.Set("=say", "Bonsoir.")
	claire.saves("/studio/enregistrer", next)
	if got := p.text("accueil.yaml", "steps", "besoin", "say"); got != "Bonsoir." {
		t.Errorf("a broken draft is not edited: %q", got)
	}
	for _, path := range []string{"/studio/", "/studio/controles", "/studio/parcours/accueil", "/studio/parcours/accueil?vue=liste"} {
		claire.reads(path)
	}
}

func TestAStoreThatSleeps(t *testing.T) {
	p := openVillage(t)
	claire := p.as("claire")
	form := claire.form("accueil", "besoin")
	p.store.Sleep()
	for _, w := range []int{claire.sees("/studio/").Code, claire.sends("/studio/enregistrer", form).Code} {
		if w != http.StatusServiceUnavailable {
			t.Errorf("%d", w)
		}
	}
}

// Two parts of the pages that have one name would stand for each other.
func TestEachPartOfThePagesIsDefinedOnce(t *testing.T) {
	where := map[string]string{}
	files, err := filepath.Glob("pages/*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`{{-? *define "([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
			if first := where[found[1]]; first != "" {
				t.Errorf("%q is defined in %s and in %s", found[1], first, file)
			}
			where[found[1]] = file
		}
	}
}

package studio

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// torn is a village of which a file came by hand and cannot be read.
func torn(t *testing.T, name, text string) *premises {
	t.Helper()
	p := openVillage(t)
	p.edits("étape « info »", flow.SetText(stepAt("info", "say"), "Voici du neuf."))
	if _, err := p.Workshop.Save(t.Context(), workshop.Author{ID: "fichier"}, "reprise d'un fichier", func(now *workshop.State) (*flow.Draft, error) {
		return now.Draft.Edit(flow.WriteFile(name, text))
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

// A file that cannot be read says where and why, and is mended on its page; what was written meanwhile is kept.
func TestAFileThatCannotBeReadIsMended(t *testing.T) {
	good := village()["accueil.yaml"]
	bad := strings.Replace(good, "ask: Que cherchez-vous ?", "ask: Que cherchez : vous ?", 1)
	p := torn(t, "accueil.yaml", bad)
	claire := p.as("claire")
	for _, path := range []string{"/studio/", "/studio/controles", "/studio/fichier?nom=accueil.yaml"} {
		page := unescaped(claire.reads(path))
		if !strings.Contains(page, "mettez-le entre guillemets") || !strings.Contains(page, "/studio/fichier?nom=accueil.yaml") && !strings.Contains(page, `action="/studio/fichier"`) {
			t.Errorf("%s does not lead to the file:\n%s", path, page[strings.Index(page, "<main"):])
		}
		if strings.Contains(page, "mapping value") || strings.Contains(page, "goccy") {
			t.Errorf("%s speaks English", path)
		}
	}
	if w := claire.sees("/studio/parcours/accueil"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/studio/fichier?nom=accueil.yaml" {
		t.Errorf("the flow leads to %d %q", w.Code, w.Header().Get("Location"))
	}
	page := unescaped(claire.reads("/studio/fichier?nom=accueil.yaml"))
	for _, want := range []string{"Ligne 13", "<mark>13      ask: Que cherchez : vous ?</mark>", "celui du 26/11 à 09:00", "Revenir à cet état"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	sent := func(text string) url.Values {
		form := untouched(formOf(t, claire.reads("/studio/fichier?nom=accueil.yaml"), `id="file-form"`))
		form.Set("texte", text)
		return form
	}
	// still wrong: kept, as nothing better was there
	claire.saves("/studio/fichier", sent(strings.Replace(bad, "title: Accueil", "title: Bonne entrée", 1)))
	if !strings.Contains(string(p.draft().Draft.Files()["accueil.yaml"]), "Bonne entrée") || p.draft().Draft.Unreadable("accueil.yaml") == nil {
		t.Error("half of the mending is lost")
	}
	early := sent(good)
	claire.saves("/studio/fichier", sent(strings.ReplaceAll(good, "\n", "\r\n")))
	if got := p.text("accueil.yaml", "steps", "besoin", "ask"); got != "Que cherchez-vous ?" {
		t.Errorf("mended, it says %q", got)
	}
	// somebody else was faster: both are shown, none is lost
	w := claire.sends("/studio/fichier", early)
	if w.Code != http.StatusConflict || !strings.Contains(unescaped(w.Body.String()), "Une autre personne a changé ce fichier") {
		t.Errorf("overtaken: %d", w.Code)
	}
	// readable, it is not replaced by what is not
	w = claire.sends("/studio/fichier", sent(bad))
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(unescaped(w.Body.String()), "Que cherchez : vous ?") || p.draft().Draft.Unreadable("accueil.yaml") != nil {
		t.Errorf("what cannot be read stands in for what can: %d", w.Code)
	}
	claire.saves("/studio/annuler", p.shown())
	if p.draft().Draft.Unreadable("accueil.yaml") == nil {
		t.Error("the mending is not undone")
	}
}

// One click brings back the last state of the file that could be read.
func TestAFileGoesBackToItsLastReadableState(t *testing.T) {
	p := torn(t, "accueil.yaml", "flow: accueil\nsteps:\n\tinfo: {say: Bonjour}\n")
	p.edits("carte", flow.SetText(flow.In("cards.yaml", "cards", "info", "owner"), "Région")) // what came later stays
	sacha := p.as("sacha")
	page := unescaped(sacha.reads("/studio/fichier?nom=accueil.yaml"))
	if !strings.Contains(page, "tabulation") {
		t.Error("the page does not say why")
	}
	back := untouched(formOf(t, page, `action="/studio/fichier"`)) // the first of two
	back.Set("do", "revenir")
	stale := url.Values{"nom": back["nom"], "do": back["do"], "etag": {"another"}}
	if w := sacha.sends("/studio/fichier", stale); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "{say: Bonjour}") || p.draft().Draft.Unreadable("accueil.yaml") == nil {
		t.Errorf("what somebody else has written meanwhile is taken away unasked: %d", w.Code)
	}
	sacha.saves("/studio/fichier", back)
	if got := p.text("accueil.yaml", "steps", "info", "say"); got != "Voici du neuf." {
		t.Errorf("it says %q", got)
	}
	if got := p.text("cards.yaml", "cards", "info", "owner"); got != "Région" {
		t.Errorf("and the card is of %q", got)
	}
}

// Files are for who edits, and only those of the draft.
func TestFilesOfOthers(t *testing.T) {
	p := torn(t, "accueil.yaml", "flow: [\n")
	reader := p.as("reader")
	if page := reader.reads("/studio/fichier?nom=accueil.yaml"); strings.Contains(page, "<textarea") || strings.Contains(page, "Revenir à cet état") {
		t.Error("a reader may mend")
	}
	if w := reader.sends("/studio/fichier", url.Values{"nom": {"accueil.yaml"}, "texte": {"x"}}); w.Code != http.StatusForbidden {
		t.Errorf("a reader saves: %d", w.Code)
	}
	sacha := p.as("sacha")
	for _, name := range []string{"", "nul.yaml", "../etc/passwd", "tests/x.txt"} {
		if w := sacha.sees("/studio/fichier?nom=" + url.QueryEscape(name)); w.Code != http.StatusNotFound {
			t.Errorf("%q: %d", name, w.Code)
		}
		if w := sacha.sends("/studio/fichier", url.Values{"nom": {name}, "texte": {"x: y"}}); w.Code != http.StatusNotFound {
			t.Errorf("%q is written: %d", name, w.Code)
		}
	}
}

// The buttons of findings do what they say, once.
func TestButtonsOfFindings(t *testing.T) {
	for _, c := range []struct {
		name, button string
		change       flow.Change
		file         string
		path         []string
		want         string
	}{
		{"a step that nobody comes to", "Supprimer cette étape", flow.SetYAML(stepAt("oubli"), "say: Rien.\nthen: fin\n"), "accueil.yaml", []string{"steps", "oubli", "say"}, ""},
		{"a key that no step has", "Retirer « thenn »", flow.SetYAML(stepAt("info"), "say: Bonjour.\ncard: info\nthenn: fin\nthen: passer\n"), "accueil.yaml", []string{"steps", "info", "thenn"}, ""},
		{"a field of another kind", "Retirer « Si la réponse n'est pas comprise »", flow.SetText(stepAt("info", "retry"), "Encore ?"), "accueil.yaml", []string{"steps", "info", "retry"}, ""},
		{"a placeholder", "Mettre « {service} »", flow.SetText(stepAt("bonjour", "say"), "Ici {servise}."), "accueil.yaml", []string{"steps", "bonjour", "say"}, "Ici {service}."},
		{"a hidden row", "Mettre la ligne 2 avant la ligne 1", flow.SetYAML(flow.In("routing.yaml", "tables", "orientation", "rows"), `[["*", "*", region], [emploi, "*", region], ["*", "*", region]]`),
			"routing.yaml", []string{"tables", "orientation", "rows", "0", "0"}, "emploi"},
		{"a card", "Mettre « L'orientation »", flow.SetText(stepAt("info", "card"), "inof"), "accueil.yaml", []string{"steps", "info", "card"}, "info"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := openVillage(t)
			p.edits("faute", c.change)
			p.proved()
			claire := p.as("claire")
			page := unescaped(claire.reads("/studio/controles"))
			at := strings.Index(page, `name="bouton" value="`+c.button+`"`)
			if at < 0 {
				t.Fatalf("no button %q:\n%s", c.button, page[strings.Index(page, `id="findings"`):])
			}
			raw := claire.reads("/studio/controles")
			for part := range strings.SplitSeq(raw, "<form") {
				if strings.Contains(unescaped(part), `value="`+c.button+`"`) {
					form := untouched(part)
					claire.saves("/studio/controles/reparer", form)
					if w := claire.sends("/studio/controles/reparer", form); w.Code != http.StatusConflict {
						t.Errorf("again: %d", w.Code)
					}
					break
				}
			}
			if got := p.text(c.file, c.path...); got != c.want {
				t.Errorf("%v is %q, want %q", c.path, got, c.want)
			}
		})
	}
}

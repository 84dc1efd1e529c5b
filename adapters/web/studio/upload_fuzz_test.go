package studio

import (
	"net/url"
	"testing"

	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// reopened wants that what came of an upload can be read again as it is, and that other files are as they were.
func reopened(t *testing.T, was, made *flow.Draft, changed string) {
	t.Helper()
	again, err := flow.OpenDraft(made.Files())
	if err != nil {
		t.Fatalf("what was kept cannot be opened: %v", err)
	}
	if again.Hash() != made.Hash() {
		t.Error("what was kept is opened as something else")
	}
	for name, content := range was.Files() {
		if name != changed && string(made.Files()[name]) != string(content) {
			t.Errorf("%s changed", name)
		}
	}
}

// Whatever a spreadsheet sends for a table is answered; what is taken stays a table that a spreadsheet can have.
func FuzzTableUpload(f *testing.F) {
	p := openVillage(f)
	claire := p.as("claire")
	d := p.draft().Draft
	sheet, err := d.TableCSV("orientation")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(sheet))
	f.Add("besoin;age;reseau\nemploi;*;region\n*;*;region\n")
	f.Add("besoin,age,reseau\r\n\"em\"\"ploi\",<18,06\r\n*,*,region")
	f.Add("\ufeffbesoin\tage\treseau\n# note\n*\t*\tregion\n")
	f.Add("PK\x03\x04")
	f.Fuzz(func(t *testing.T, text string) {
		here := *claire.premises
		here.t = t
		if w := (&person{&here, claire.cookie}).sends("/studio/tables/orientation/csv", url.Values{"texte": {text}}); w.Code >= 500 {
			t.Errorf("%d: %s", w.Code, w.Body)
		}
		made, _, err := d.SetTableCSV("orientation", []byte(text))
		if err != nil {
			return
		}
		reopened(t, d, made, "routing.yaml")
		if _, err := made.TableCSV("orientation"); err != nil {
			t.Errorf("it cannot be had as a table: %v", err)
		}
	})
}

// Whatever a file of translations says, what is taken can be read again.
func FuzzWordsUpload(f *testing.F) {
	files := village()
	files["bundle.yaml"] += "languages: [fr, en]\n"
	p := premisesOf(f, built(f, files))
	state := p.draft()
	set := p.set(state.Draft, "en")
	if set == nil {
		f.Fatal("nothing to translate")
	}
	table, err := set.CSV(set.Texts)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("en.csv", string(table))
	f.Add("en.csv", "id;traduction\naccueil.bonjour;\"Hello: # {x}\"\n")
	f.Add("active.en.yaml", "accueil.bonjour: {hash: sha1-0, other: \"Hello\"}\naccueil.besoin:\n  one: a\n  other: b\n")
	f.Add("en.yaml", "accueil.bonjour: Hello.\nreserved: [\n")
	by := workshop.Author{ID: "claire"}
	f.Fuzz(func(t *testing.T, name, text string) {
		in, err := p.readWords(set, name, []byte(text))
		if err != nil {
			_ = faultLines(err)
			return
		}
		new(incomingView).rows(set, in)
		if err := p.saveAll(t.Context(), by, "en", state.ID, "un fichier", in.Changes); err != nil {
			return
		}
		now, err := p.Workshop.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		reopened(t, state.Draft, now.Draft, "locales/en.yaml")
		if now.ID != state.ID {
			if _, err := p.Workshop.Undo(t.Context(), workshop.Author{ID: "sacha", Name: "Sacha"}, now.ID); err != nil {
				t.Fatal(err)
			}
		}
	})
}

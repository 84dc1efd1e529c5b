package flow

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

// withTexts is the good bundle with what else names its records.
func withTexts(t testing.TB) *Draft {
	files := sections(t, "good.txt")
	files["locales/accueil.en.yaml"] = `accueil.besoin: {hash: sha1-1, other: "What?"}
accueil.besoin@voice: {other: "What? {options}"}
accueil.besoin.vae: {other: "VAE"}
accueil.besoin.vae.also: {other: "vae"}
accueil.relation: {other: "To {structure}, for {raison}"}
answer.besoin: {other: "Need"}
card.vae_principe.title: {other: "VAE"}
reason.vae: {other: "knows VAE"}
`
	files["tests/la_vae.txt"] = `at 2026-11-24 10:00
staff Camille accueil-regional,vae-bretagne 3
citizen: (arrives)
    card: OR-1 waiting vae-bretagne due 10:05
    brief: besoin = La VAE; row = aiguillage:1; cards = La VAE
Camille: (transfers vae-bretagne consent) voici
Camille: (finishes referred vae-bretagne)
`
	files["tests/en_chemin.txt"] = `at 2026-11-24 10:00
bulletin vae-bretagne La ligne est en panne.
from accueil.besoin
answer besoin vae
answer carte vae_principe
staff Camille accueil-regional 3
citizen: [vae]
    card: OR-1 waiting accueil-regional due 10:05 beside vae-bretagne
    brief: besoin = La VAE; danger = suicide
`
	return openDraft(t, files)
}

func mustLoad(t testing.TB, d *Draft) *Bundle {
	t.Helper()
	b, err := d.Bundle("")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestUses(t *testing.T) {
	d := withTexts(t)
	for _, c := range []struct {
		kind RecordKind
		id   string
		want string
	}{
		{StepRecord, "accueil.vae_info", `le choix "vae" de l'étape "besoin"`},
		{StepRecord, "accueil.direct", `la ligne 1 de l'étape "choix"; la commande "humain"`},
		{StepRecord, "accueil.lieu", `la suite "no_match" de l'étape "age"; la suite de l'étape "info"`},
		{OptionRecord, "accueil.besoin.vae", `la variante "vae" de l'étape "age"; le choix "a26" de l'étape "age"; la ligne 1 de la table "aiguillage"; le test "en_chemin"`},
		{AnswerRecord, "besoin", `l'étape "besoin"; la variante "vae" de l'étape "age"; le choix "a26" de l'étape "age"; l'étape "direct"; ` +
			`la colonne "besoin" de la table "aiguillage"; le test "la_vae"; le test "en_chemin"`},
		{CardRecord, "vae_principe", `l'étape "vae_info"; la ligne 1 de la table "aiguillage"; le test "en_chemin"`},
		{TableRecord, "aiguillage", `l'étape "tri"; le test "la_vae"`},
		{ReasonRecord, "general", `la ligne 2 de la table "aiguillage"`},
		{NetworkRecord, "vae", `la structure "vae-bretagne"; la ligne 1 de la table "aiguillage"`},
		{QueueRecord, "accueil", `la ligne 1 de l'étape "choix"; l'horaire "mineurs"; la structure "accueil-regional"; la structure "vae-bretagne"`},
		{StructureRecord, "vae-bretagne", `le test "la_vae"; le test "en_chemin"`},
		{DangerRecord, "suicide", `le test "en_chemin"`},
		{FlowRecord, "contact", `l'étape "rappel"`},
	} {
		var got []string
		for _, u := range d.Uses(c.kind, c.id) {
			got = append(got, u.What)
			if u.Pos.Line == 0 || u.File != u.Pos.File {
				t.Errorf("%s %s: no place: %+v", c.kind, c.id, u)
			}
		}
		want := strings.Split(c.want, "; ")
		if strings.Join(sortedCopy(got), "; ") != strings.Join(sortedCopy(want), "; ") {
			t.Errorf("%s %s:\n%s\nwant\n%s", c.kind, c.id, strings.Join(got, "; "), c.want)
		}
	}
}

func sortedCopy(words []string) []string {
	m := map[string]bool{}
	for _, w := range words {
		m[w] = true
	}
	return sortedKeys(m)
}

// A bundle in which a record has another name is the same bundle: it loads, and nothing names the old one.
func TestRenames(t *testing.T) {
	d := withTexts(t)
	mustLoad(t, d)
	for _, c := range []struct {
		kind     RecordKind
		from, to string
		want     []string // somewhere in the files
	}{
		{StepRecord, "accueil.besoin", "accueil.demande", []string{"then: demande", "accueil.ancien: accueil.demande", "accueil.besoin: accueil.demande",
			"accueil.demande@voice:", "accueil.demande.vae.also:", "answer: besoin", "from accueil.demande\n"}},
		{StepRecord, "accueil.lieu", "ou", []string{`"goto:ou"`, "accueil.lieu: accueil.ou"}},
		{OptionRecord, "accueil.besoin.vae", "acquis", []string{`when: {besoin: acquis}`, `besoin: "!acquis"`, `- [acquis, ">=18", vae,`, "accueil.besoin.acquis.also:", "answer besoin acquis\n", "citizen: [acquis]"}},
		{AnswerRecord, "besoin", "objet", []string{"answer: objet", "columns: [objet, age]", "brief: [objet, age]", "answer.objet:", "brief: objet = La VAE", "answer objet vae"}},
		{AnswerRecord, "lieu", "endroit", []string{`endroit.departement: "22|29"`}},
		{AnswerRecord, "reseau", "qui", []string{`"network:{qui}"`, "sets: [qui, carte, raison]"}},
		{AnswerRecord, "raison", "motif", []string{"car {motif}.", "for {motif}"}},
		{CardRecord, "vae_principe", "vae_regle", []string{"card: vae_regle", "card.vae_regle.title:", "answer carte vae_regle"}},
		{TableRecord, "aiguillage", "tri_general", []string{"route: tri_general", "row = tri_general:1"}},
		{ReasonRecord, "vae", "connait_vae", []string{"reason.connait_vae:"}},
		{NetworkRecord, "vae", "point-vae", []string{"network: point-vae"}},
		{StructureRecord, "vae-bretagne", "vae-35", []string{"staff Camille accueil-regional,vae-35 3", "waiting vae-35 due", "(transfers vae-35 consent)", "referred vae-35)", "bulletin vae-35 La", "beside vae-35\n"}},
		{DangerRecord, "suicide", "suicidaire", []string{"  suicidaire:", "danger = suicidaire"}},
		{QueueRecord, "accueil", "bureau", []string{"open: bureau", "like: bureau", "hours: bureau"}},
		{FlowRecord, "accueil", "debut", []string{"flow: debut", "start: debut", "accueil.besoin: debut.besoin", "accueil.ancien: debut.besoin", "debut.besoin.vae:", "from debut.besoin"}},
		{FlowRecord, "contact", "coordonnees", []string{"call: coordonnees", "contact.note: coordonnees.note"}},
	} {
		made, err := d.Rename(c.kind, c.from, c.to)
		if err != nil {
			t.Errorf("%s %s: %v", c.kind, c.from, err)
			continue
		}
		if _, err := made.Bundle(""); err != nil {
			t.Errorf("%s %s: %v", c.kind, c.from, err)
		}
		var all strings.Builder
		for _, name := range made.Names() {
			all.Write(made.Files()[name])
		}
		for _, want := range c.want {
			if !strings.Contains(all.String(), want) {
				t.Errorf("%s %s: no %q", c.kind, c.from, want)
			}
		}
		if made.Has(c.kind, c.from) || len(made.Uses(c.kind, c.from)) > 0 {
			t.Errorf("%s %s: still named: %v", c.kind, c.from, made.Uses(c.kind, c.from))
		}
		if before, after := len(d.Uses(c.kind, c.from)), len(made.Uses(c.kind, fullID(c.kind, c.from, c.to))); before != after {
			t.Errorf("%s %s: %d uses became %d", c.kind, c.from, before, after)
		}
	}
}

// A condition on a danger, and the mobile that a text goes to, follow too.
func TestWhatAConditionAndATextNameIsRenamed(t *testing.T) {
	d := withTexts(t)
	made, err := d.Edit(SetText(In("accueil.yaml", "steps", "direct", "handoff", "urgent", "danger"), "suicide"),
		SetYAML(In("accueil.yaml", "answers", "portable"), "{type: mobile, keep: case}"), SetText(In("accueil.yaml", "steps", "vae_info", "send"), "portable"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind     RecordKind
		from, to string
		at       []string
	}{
		{DangerRecord, "suicide", "suicidaire", []string{"steps", "direct", "handoff", "urgent", "danger"}},
		{AnswerRecord, "portable", "mobile", []string{"steps", "vae_info", "send"}},
	} {
		now, err := made.Rename(c.kind, c.from, c.to)
		if err != nil {
			t.Fatal(err)
		}
		if v, _ := now.At("accueil.yaml", c.at...); v.Text() != c.to {
			t.Errorf("%s: %q", c.at, v.Text())
		}
	}
	var used *InUse
	if _, err := made.Delete(AnswerRecord, "portable", ""); !errors.As(err, &used) {
		t.Errorf("the mobile that a text goes to can be deleted: %v", err)
	}
}

// Every record of the reference bundle can be renamed, in every region, and back again.
func TestReferenceRenames(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the reference bundle many times")
	}
	d := referenceDraft(t)
	for _, kind := range []RecordKind{StepRecord, OptionRecord, AnswerRecord, FlowRecord, CardRecord, TableRecord, ReasonRecord, NetworkRecord, StructureRecord, QueueRecord} {
		ids := d.IDs(kind)
		for i := 0; i < len(ids); i += max(1, len(ids)/2) {
			from := ids[i]
			to := fullID(kind, from, "zz_nouveau")
			if kind == NetworkRecord || kind == StructureRecord || kind == QueueRecord {
				to = "zz-nouveau"
			}
			made, err := d.Rename(kind, from, to)
			if err != nil {
				t.Errorf("%s %s: %v", kind, from, err)
				continue
			}
			if _, err := made.Bundle(""); err != nil {
				t.Errorf("%s %s: %v", kind, from, err)
			}
			back, err := made.Rename(kind, to, localName(kind, from))
			if err != nil {
				t.Errorf("%s %s back: %v", kind, from, err)
				continue
			}
			for name, want := range d.Files() {
				if got := string(back.Files()[name]); got != string(want) && name != "bundle.yaml" {
					t.Errorf("%s %s and back: %s: %s", kind, from, name, firstDifference(string(want), got))
				}
			}
		}
	}
}

func localName(kind RecordKind, id string) string {
	if kind == OptionRecord {
		return localID(id)
	}
	return id
}

func TestRenamesThatCannotBe(t *testing.T) {
	d := withTexts(t)
	for _, c := range []struct {
		kind           RecordKind
		from, to, want string
	}{
		{StepRecord, "accueil.rien", "x", "n'existe pas"},
		{StepRecord, "accueil.besoin", "accueil.age", "existe déjà"},
		{StepRecord, "accueil.besoin", "contact.besoin", "reste dans"},
		{StepRecord, "accueil.besoin", "Été", "n'est pas admis"},
		{OptionRecord, "accueil.besoin.vae", "autre", "existe déjà"},
		{AnswerRecord, "besoin", "channel", "réservé"},
		{FlowRecord, "contact", "card", "réservé"},
	} {
		if _, err := d.Rename(c.kind, c.from, c.to); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %q", c.kind, c.from, err, c.want)
		}
	}
}

func TestDeletes(t *testing.T) {
	d := withTexts(t)
	for _, c := range []struct {
		kind        RecordKind
		id, instead string
		loads       bool
		want        string
	}{
		{StepRecord, "accueil.vae_info", "accueil.age", true, "vae: {text: \"La VAE\", then: age}"},
		{StepRecord, "accueil.besoin", "accueil.age", false, "accueil.ancien: accueil.age"},
		{OptionRecord, "accueil.besoin.autre", "", true, ""},
		{OptionRecord, "accueil.besoin.vae", "accueil.besoin.metier", true, `- [metier, ">=18", vae,`},
		{CardRecord, "general", "vae_principe", true, `- ["*", "*",    region, vae_principe, general]`},
		{ReasonRecord, "general", "vae", true, ""},
		{QueueRecord, "mineurs", "", true, ""},
		{FlowRecord, "contact", "", false, ""},
	} {
		made, err := d.Delete(c.kind, c.id, c.instead)
		var used *InUse
		if c.kind == FlowRecord {
			if !errors.As(err, &used) || !strings.Contains(err.Error(), `l'étape "rappel"`) {
				t.Errorf("%s %s: %v", c.kind, c.id, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s %s: %v", c.kind, c.id, err)
			continue
		}
		if _, err := made.Bundle(""); (err == nil) != c.loads {
			t.Errorf("%s %s: %v", c.kind, c.id, err)
		}
		if made.Has(c.kind, c.id) || len(made.Uses(c.kind, c.id)) > 0 {
			t.Errorf("%s %s is still there: %v", c.kind, c.id, made.Uses(c.kind, c.id))
		}
		if all := fmt.Sprintf("%s", made.Files()); !strings.Contains(all, c.want) {
			t.Errorf("%s %s: no %q in %s", c.kind, c.id, c.want, all)
		}
	}
	var used *InUse
	if _, err := d.Delete(StepRecord, "accueil.vae_info", ""); !errors.As(err, &used) || len(used.Uses) != 1 {
		t.Errorf("%v", err)
	}
	for _, want := range []string{"ne peut pas se remplacer", "n'existe pas"} {
		instead := map[string]string{"ne peut pas se remplacer": "accueil.vae_info", "n'existe pas": "accueil.rien"}[want]
		if _, err := d.Delete(StepRecord, "accueil.vae_info", instead); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestDuplicate(t *testing.T) {
	d := withTexts(t)
	made, err := d.Duplicate("accueil.besoin", "besoin_bis")
	if err != nil {
		t.Fatal(err)
	}
	mustLoad(t, made)
	if got := made.Record("locales/accueil.en.yaml", "accueil.besoin_bis.vae"); got != "other: \"VAE\"\n" {
		t.Errorf("%q", got)
	}
	if v, _ := made.At("accueil.yaml", "steps", "besoin_bis", "answer"); v.Text() != "besoin" {
		t.Errorf("it fills %q", v.Text())
	}
}

// Whatever is added, wherever, loads.
func TestAddedStepsLoad(t *testing.T) {
	drafts := []*Draft{withTexts(t)}
	if _, err := os.Stat(reference + "/bundle.yaml"); err == nil && !testing.Short() {
		drafts = append(drafts, referenceDraft(t))
	}
	for i, d := range drafts {
		steps := append(d.IDs(StepRecord), "accueil.")
		for n := 0; n < len(steps); n += 1 + i*len(steps)/4 {
			for _, kind := range kinds() {
				flow, after, _ := strings.Cut(steps[n], ".")
				made, err := d.AddStep(flow, "zz", kind, after)
				if err == nil {
					_, err = made.Bundle("")
				}
				if err != nil && !strings.Contains(err.Error(), "aucun autre parcours") {
					t.Errorf("%s after %s: %v", kind, steps[n], err)
				}
			}
		}
	}
	if _, err := drafts[0].AddStep("accueil", "besoin", Say, ""); err == nil {
		t.Error("an id twice")
	}
}

// A name that a step has again leads nowhere else.
func TestANewStepIsNotLedAway(t *testing.T) {
	d := withTexts(t)
	if mustLoad(t, d).Moved["accueil.ancien"] == "" {
		t.Fatal("the old name leads nowhere")
	}
	for how, do := range map[string]func() (*Draft, error){
		"added":  func() (*Draft, error) { return d.AddStep("accueil", "ancien", Say, "") },
		"copied": func() (*Draft, error) { return d.Duplicate("accueil.besoin", "ancien") },
	} {
		made, err := do()
		if err != nil {
			t.Fatal(how, err)
		}
		if b := mustLoad(t, made); b.Steps["accueil.ancien"] == nil || b.Moved["accueil.ancien"] != "" {
			t.Errorf("%s: its conversations are led to %s", how, b.Moved["accueil.ancien"])
		}
	}
}

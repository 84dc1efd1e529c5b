package studio

import (
	"strings"
	"testing"

	"frontdesk/bot/flow"
)

// told is what the studio says when something in the village is written otherwise.
func told(t *testing.T, changes ...flow.Change) []fault {
	t.Helper()
	files := map[string][]byte{}
	for name, text := range village() {
		files[name] = []byte(text)
	}
	d, err := flow.OpenDraft(files)
	if err == nil {
		d, err = d.Edit(changes...)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Bundle("")
	if err == nil {
		return nil
	}
	return faultsOf(d, faults(err), everything)
}

// step is a place in the village's flow.
func stepAt(path ...string) flow.Place {
	return flow.In("accueil.yaml", append([]string{"steps"}, path...)...)
}

// What a form can make wrong is said by the names of its fields, and leads to the field.
func TestFaultsAreSaidInTheWordsOfTheForms(t *testing.T) {
	for _, c := range []struct {
		name                         string
		change                       []flow.Change
		message, record, field, path string
	}{
		{"an empty question", []flow.Change{flow.SetText(stepAt("age", "ask"), "")},
			"« La question » est vide : écrivez un texte.", "étape « age »", "La question", "/studio/parcours/accueil?etape=age#=ask"},
		{"a way to nowhere", []flow.Change{flow.SetText(stepAt("age", "then"), "inffo")},
			"L'étape « inffo » n'existe pas. Vouliez-vous dire « info – Voici une information. » ?", "étape « age – Quel âge avez-vous ? »", "Ensuite", "?etape=age#=then"},
		{"a way of a choice to nowhere", []flow.Change{flow.SetText(stepAt("besoin", "options", "emploi", "then"), "nulle_part")},
			"L'étape « nulle_part » n'existe pas.", "étape « besoin", "choix « Un emploi », Ensuite", "?etape=besoin#=options/emploi/then"},
		{"no way at all", []flow.Change{flow.Remove(stepAt("info", "then"))},
			"Cette étape ne mène nulle part : choisissez « Ensuite ».", "étape « info", "Ensuite", "?etape=info#=then"},
		{"twins", []flow.Change{flow.SetText(stepAt("besoin", "options", "metier", "text"), "Un emploi")},
			"Deux choix ont le même texte, « Un emploi » : changez l'un des deux.", "étape « besoin", "choix « Un emploi », Le texte", "#=options/metier/text"},
		{"an unknown age", []flow.Change{flow.SetText(stepAt("age", "options", "mineur", "range"), "petit")},
			"« petit » ne se lit pas comme des âges : écrivez deux nombres, le plus petit d'abord.", "étape « age", "choix « Moins de 18 ans », Âges", "#=options/mineur/range"},
		{"no text at the end", []flow.Change{flow.Remove(stepAt("fin", "text"))},
			"« Le texte » est vide : rien ne serait dit.", "étape « fin", "Le texte", "?etape=fin#=text"},
		{"nobody and nowhere to go", []flow.Change{flow.Remove(stepAt("passer", "on", "closed"))},
			"Dites où aller quand l'accueil est fermé : « Fermé » est vide.", "étape « passer", "Si personne ne répond, Fermé", "?etape=passer#=on/closed"},
		{"a wait that is none", []flow.Change{flow.SetText(stepAt("passer", "handoff", "wait"), "longtemps")},
			"« Attente au plus » ne peut pas être lu : écrivez un nombre entier, puis choisissez l'unité.", "étape « passer", "Passage à une personne, Attente au plus", "#=handoff/wait"},
		{"a field that does not fit", []flow.Change{flow.SetText(stepAt("info", "retry"), "Encore ?")},
			"« Si la réponse n'est pas comprise » ne va pas avec une étape de la sorte « phrase » : retirez ce champ.", "étape « info", "Si la réponse n'est pas comprise", "#=retry"},
		{"a card that is not there", []flow.Change{flow.SetText(stepAt("info", "card"), "rien")},
			"La carte « rien » n'existe pas.", "étape « info", "Carte donnée", "#=card"},
		{"a table that is not there", []flow.Change{flow.SetText(stepAt("orienter", "route"), "orienttation")},
			"La table « orienttation » n'existe pas. Vouliez-vous dire « orientation » ?", "étape « orienter", "Table lue", "#=route"},
		{"a value that nobody can choose", []flow.Change{flow.SetText(stepAt("age", "options", "majeur", "only", "besoin"), "emplloi")},
			"« emplloi » n'est pas une réponse possible à « Besoin ». Vouliez-vous dire « Un emploi » ?", "étape « age", "choix « 18 ans ou plus », Montré seulement si « Besoin »", "#=options/majeur/only/besoin"},
		{"an answer that nobody knows", []flow.Change{flow.SetText(stepAt("age", "options", "majeur", "only", "besoins"), "emploi")},
			"« besoins » n'est ni une réponse ni une donnée connue. Vouliez-vous dire « Besoin » ?", "étape « age", "choix « 18 ans ou plus », Montré seulement si « besoins »", "#=options/majeur/only/besoins"},
		{"a key that is none", []flow.Change{flow.SetYAML(stepAt("info"), "say: Bonjour.\nthenn: fin\nthen: fin\n")},
			"« thenn » n'est le nom d'aucun champ : rien ne le lirait.", "étape « info", "", "?etape=info"},
		{"what does nothing", []flow.Change{flow.SetYAML(stepAt("info"), "then: fin\n")},
			"Cette étape ne fait rien.", "étape « info", "", "?etape=info"},
		{"a placeholder that is none", []flow.Change{flow.SetText(stepAt("fin", "text"), "Au revoir {prenom}.")},
			"Aucune réponse ni donnée ne s'appelle « prenom »", "étape « fin", "Le texte", "#=text"},
		{"a cell", []flow.Change{flow.SetText(flow.In("routing.yaml", "tables", "orientation", "rows", "0", "0"), "boulot")},
			"« boulot » n'est pas une réponse possible à « Besoin ». Choisissez parmi : Un emploi, Un métier, Autre chose.", "table « orientation »", "ligne 1", "/studio/tables/orientation#ligne-1"},
		{"a card without its source", []flow.Change{flow.Remove(flow.In("cards.yaml", "cards", "info", "source"))},
			"Il manque « Source » : ", "carte « L'orientation »", "Source", "/studio/fiches/cards/info#=source"},
		{"a day that is none", []flow.Change{flow.SetText(flow.In("cards.yaml", "cards", "info", "expires"), "bientôt")},
			"« À revoir avant le » ne peut pas être lu : donnez une date.", "carte « L'orientation »", "À revoir avant le", "/studio/fiches/cards/info#=expires"},
		{"hours that are none", []flow.Change{flow.SetText(flow.In("regions/demo/hours.yaml", "queues", "accueil", "lun-ven"), "le matin")},
			"le matin", "horaires « accueil »", "Du lundi au vendredi", "/studio/fiches/queues/accueil#=lun-ven"},
		{"a number that nobody knows", []flow.Change{flow.SetList(flow.In("safety.yaml", "dangers", "urgence", "numbers"), "18")},
			"« 18 » n'est pas parmi les numéros d'urgence.", "danger « urgence »", "Numéros dits", "/studio/fiches/dangers/urgence#=numbers"},
		{"no regional desk", []flow.Change{flow.Remove(flow.In("regions/demo/structures.yaml", "structures", "accueil-regional", "lead"))},
			"Aucune structure n'est l'accueil régional : cochez « Accueil régional » dans l'une d'elles.", "", "", ""},
		{"an answer of another kind", []flow.Change{flow.SetText(flow.In("accueil.yaml", "answers", "age", "type"), "number")},
			"La réponse « Âge » n'est pas à choisir (c'est un nombre) : retirez les choix.", "étape « age", "", "?etape=age"},
		{"a kind that is none", []flow.Change{flow.SetText(flow.In("accueil.yaml", "answers", "age", "type"), "chiffre")},
			"« chiffre » ne convient pas à « Sorte de réponse ».", "réponse « Âge »", "Sorte de réponse", "/studio/fiches/answers/age#=type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var all []string
			for _, f := range told(t, c.change...) {
				all = append(all, f.Record+" | "+f.Field+" | "+f.Message+" | "+f.Path)
				for _, key := range []string{`"`, " clé ", ".yaml", "(connus"} {
					if strings.Contains(f.Message, key) {
						t.Errorf("%q is no word of a form: %s", key, f.Message)
					}
				}
				if strings.HasPrefix(f.Message, c.message) || strings.Contains(f.Message, c.message) {
					if !strings.HasPrefix(f.Record, c.record) || f.Field != c.field || !strings.HasSuffix(f.Path, c.path) || f.Detail == "" {
						t.Errorf("%+v", f)
					}
					return
				}
			}
			t.Errorf("nobody says %q:\n%s", c.message, strings.Join(all, "\n"))
		})
	}
}

// Whatever a form of the village asks for has a French name.
func TestEveryFieldHasAName(t *testing.T) {
	d := openVillage(t).draft().Draft
	var walk func(v flow.Value, fields []flow.Field, path []string)
	walk = func(v flow.Value, fields []flow.Field, path []string) {
		for _, f := range fields {
			here := append(path[:len(path):len(path)], f.Name)
			if f.Kind() != flow.TableField && labelOf(here).Label == f.Name {
				t.Errorf("%s is called as in the file", strings.Join(here, "/"))
			}
			if f.Kind() == flow.RecordField || f.Kind() == flow.Records {
				walk(v, f.Fields(), here)
			}
		}
	}
	for _, table := range [][2]string{{"accueil.yaml", "steps"}, {"cards.yaml", "cards"}, {"regions/demo/structures.yaml", "structures"},
		{"networks.yaml", "networks"}, {"regions/demo/hours.yaml", "queues"}, {"safety.yaml", "dangers"}, {"regions/demo/region.yaml", "territories"}} {
		v, is := d.At(table[0], table[1])
		if !is {
			t.Fatal(table)
		}
		walk(v, v.Fields(), nil)
	}
}

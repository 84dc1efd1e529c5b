package hear

import "testing"

var situation = NewMenu("fr", []Option{
	{ID: "eleve", Label: "Collégien, lycéen", Also: []string{"collège", "au lycée", "en terminale", "au collège"}},
	{ID: "etudiant", Label: "Étudiant ou étudiante", Also: []string{"fac", "BTS", "université"}},
	{ID: "emploi", Label: "Salarié ou salariée", Also: []string{"je travaille", "CDI", "à mon compte"}},
	{ID: "recherche", Label: "En recherche d'emploi", Also: []string{"chômage", "france travail", "sans emploi"}},
	{ID: "decroche", Label: "Ni en cours, ni au travail", Also: []string{"arrêter le lycée", "j'ai arrêté l'école", "déscolarisé"}},
	{ID: "parent", Label: "Parent d'un jeune", Also: []string{"mon fils", "ma fille"}},
})

var need = NewMenu("fr", []Option{
	{ID: "metiers", Label: "Découvrir des métiers"},
	{ID: "formation", Label: "Trouver une formation", Also: []string{"une formation", "alternance", "stage"}},
	{ID: "inscription", Label: "Inscription, Parcoursup, affectation"},
	{ID: "reconversion", Label: "Changer de métier", Also: []string{"me reconvertir", "reconversion"}},
	{ID: "vae", Label: "Faire reconnaître mon expérience", Also: []string{"VAE"}},
	{ID: "autre", Label: "Autre chose"},
	{ID: "conseiller", Label: "Parler à un·e conseiller·ère", Also: []string{"rendez-vous"}},
	{ID: "urgence", Label: "Pas d'urgence"},
})

var ages = NewMenu("fr", []Option{{ID: "a", Label: "15"}, {ID: "b", Label: "16-17 ans"}, {ID: "c", Label: "18 ans et plus"}})

var englishMenu = NewMenu("en", []Option{
	{ID: "student", Label: "Student", Also: []string{"at university", "college"}},
	{ID: "worker", Label: "Employee or self-employed", Also: []string{"I work", "I have a job"}},
	{ID: "seeker", Label: "Looking for a job", Also: []string{"unemployed", "without a job"}},
	{ID: "else", Label: "Something else"},
})

func all(m *Menu) []int {
	offered := make([]int, len(m.labels))
	for i := range offered {
		offered[i] = i
	}
	return offered
}

const none = -1

type chosen struct {
	option int
	how    How
}

func choose(m *Menu, language, text string, offered []int) chosen {
	option, how, ok := m.Choose(Listen(language, text), offered)
	if !ok {
		return chosen{none, 0}
	}
	return chosen{option, how}
}

func TestChooseSituation(t *testing.T) {
	for text, want := range map[string]chosen{
		// numbers
		"2": {1, ByNumber}, "2.": {1, ByNumber}, "n°2": {1, ByNumber}, "numéro 2": {1, ByNumber}, "le 2": {1, ByNumber}, " 2) ": {1, ByNumber},
		"option 2": {1, ByNumber}, "choix 2": {1, ByNumber}, "réponse 2": {1, ByNumber}, "deux": {1, ByNumber}, "Deux svp": {1, ByNumber},
		"2️⃣": {1, ByNumber}, "２": {1, ByNumber}, "le numéro deux s'il vous plaît": {1, ByNumber}, "je choisis le 3": {2, ByNumber},
		"un": {0, ByNumber}, "la 1": {0, ByNumber}, "02": {1, ByNumber}, "c'est le 4": {3, ByNumber}, "bonjour, 2": {1, ByNumber},
		"7": {none, 0}, "0": {none, 0}, "j'ai 2 enfants": {none, 0}, "2 ou 3": {none, 0}, "les deux": {none, 0}, "2 ans": {none, 0}, "22": {none, 0},
		// ordinals
		"la deuxième": {1, ByOrdinal}, "2e": {1, ByOrdinal}, "le premier": {0, ByOrdinal}, "la dernière": {5, ByOrdinal}, "1er": {0, ByOrdinal},
		"l'avant-dernière": {4, ByOrdinal}, "la troisième option": {2, ByOrdinal}, "3ème": {2, ByOrdinal}, "la dernière année": {none, 0},
		// labels
		"Étudiant": {1, ByLabel}, "etudiant": {1, ByLabel}, "ETUDIANTE": {1, ByLabel}, "étudiantes": {1, ByLabel}, "je suis étudiant": {1, ByLabel},
		"salariée": {2, ByLabel}, "salarié(e)": {2, ByLabel}, "lycéenne": {0, ByLabel}, "collégien": {0, ByLabel}, "Collégien, lycéen": {0, ByLabel},
		"en recherche d’emploi": {3, ByLabel}, "recherche": {3, ByLabel}, "recherche emploi": {3, ByLabel}, "emploi": {3, ByLabel},
		"parent": {5, ByLabel}, "parents": {5, ByLabel}, "ni en cours ni au travail": {4, ByLabel}, "Ni en cours, ni au travail": {4, ByLabel},
		// synonyms
		"je suis au chômage": {3, BySynonym}, "inscrit à France Travail": {3, BySynonym}, "à la fac": {1, BySynonym}, "bts": {1, BySynonym},
		"je travaille à Rennes": {2, BySynonym}, "je suis à mon compte": {2, BySynonym}, "c'est pour ma fille": {5, BySynonym},
		"mes filles": {5, BySynonym}, "jtravaille": {2, BySynonym}, "jai arreter le lycee": {4, BySynonym}, "j'ai arrêté l'école": {4, BySynonym},
		"g arreté lecole": {4, BySynonym}, "sans emploi": {3, BySynonym}, "je suis en CDI depuis 2 ans": {2, BySynonym}, "arreter lycee": {4, BySynonym},
		// typos
		"étudaint": {1, ByTypo}, "salrié": {2, ByTypo}, "slariée": {2, ByTypo}, "chomâje": {3, ByTypo}, "unversité": {1, ByTypo},
		"lycéeen": {0, ByLabel}, "étudianttte": {1, ByLabel}, "pas étudiant je travaille": {2, BySynonym}, "colégien": {0, ByTypo}, "je suis etudient": {1, ByTypo}, "tudiant": {1, ByTypo},
		"salaire": {none, 0}, "mes collègues": {none, 0}, "dab": {none, 0},
		// denials
		"je ne suis pas salarié": {none, 0}, "pas salarié": {none, 0}, "tout sauf étudiant": {none, 0}, "ni étudiant ni salarié": {none, 0},
		"je ne suis pas salarié mais étudiant": {1, ByLabel}, "pas salarié, étudiant": {1, ByLabel}, "étudiant, pas salarié": {1, ByLabel},
		"je ne suis plus étudiant": {none, 0}, "je suis plus au lycée": {none, 0}, "je travaille pas": {none, 0}, "je ne travaille plus": {none, 0},
		"non je suis salarié": {2, ByLabel}, "étudiant non": {none, 0}, "j'étais salarié, maintenant je suis au chômage": {3, BySynonym},
		"je suis étudiant pas salarié": {1, ByLabel}, "ancien salarié": {none, 0}, "pas expérience": {none, 0}, "je suis pas salariée je suis étudiante": {1, ByLabel},
		// two at once
		"étudiant et salarié": {none, 0}, "salarié ou étudiant": {none, 0},
		// nothing
		"": {none, 0}, "👍": {none, 0}, "bonjour": {none, 0}, "je": {none, 0}, "en": {none, 0}, "pomme de terre": {none, 0},
	} {
		if got := choose(situation, "fr", text, all(situation)); got != want {
			t.Errorf("Choose(%q) = %d by %v, want %d by %v", text, got.option, got.how, want.option, want.how)
		}
	}
}

func TestChooseNeed(t *testing.T) {
	for text, want := range map[string]chosen{
		"une formation": {1, BySynonym}, "trouver": {1, ByLabel}, "Trouver une formation": {1, ByLabel}, "parcoursup": {2, ByLabel},
		"je ne trouve pas de stage": {1, BySynonym}, "j'ai pas trouvé de stage": {1, BySynonym}, "j'arrive pas à trouver une formation": {1, ByLabel},
		"je ne sais pas quelle formation": {1, BySynonym}, "pourquoi pas une formation": {1, BySynonym}, "information": {none, 0},
		"expérience": {4, ByLabel}, "mon expérience": {4, ByLabel}, "autre": {5, ByLabel}, "autre chose": {5, ByLabel},
		"pas d'urgence": {7, ByLabel}, "changer de metier": {3, ByLabel}, "changer mon métier": {3, ByLabel}, "métier": {none, 0},
		"métiers": {none, 0}, "découvrir": {0, ByLabel}, "conseillère": {6, ByLabel}, "parler a un conseiller": {6, ByLabel},
		"fromatoin": {1, ByTypo}, "je veux pas de formation": {none, 0}, "reconversoin": {3, ByTypo}, "pas intéressé par une VAE": {none, 0},
		"je ne veux pas de VAE, plutôt une formation": {1, BySynonym},
	} {
		if got := choose(need, "fr", text, all(need)); got != want {
			t.Errorf("Choose(%q) = %d by %v, want %d by %v", text, got.option, got.how, want.option, want.how)
		}
	}
}

func TestChooseOffered(t *testing.T) {
	offered := []int{5, 2, 3}
	for text, want := range map[string]chosen{
		"2": {2, ByNumber}, "la dernière": {3, ByOrdinal}, "le 1": {5, ByNumber}, "étudiant": {none, 0}, "4": {none, 0}, "emploi": {3, ByLabel},
		"étudiant et salarié": {2, ByLabel},
	} {
		if got := choose(situation, "fr", text, offered); got != want {
			t.Errorf("Choose(%q) among three = %v, want %v", text, got, want)
		}
	}
	if got := choose(situation, "fr", "2", nil); got != (chosen{none, 0}) {
		t.Errorf("Choose among none = %v", got)
	}
}

func TestChooseSchoolYear(t *testing.T) {
	years := NewMenu("fr", []Option{{Label: "Seconde"}, {Label: "Première", Also: []string{"1re"}}, {Label: "Terminale"}, {Label: "Je ne fais rien"}})
	for text, want := range map[string]chosen{
		"la seconde": {0, ByLabel}, "en première": {1, ByLabel}, "1ère": {0, ByOrdinal}, "la deuxième": {1, ByOrdinal}, "je dirais 3": {2, ByNumber},
		"je fais rien": {3, ByLabel}, "2": {1, ByNumber}, "je ne fais rien": {3, ByLabel}, "pas en terminale": {none, 0},
	} {
		if got := choose(years, "fr", text, all(years)); got != want {
			t.Errorf("Choose(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestChooseSharedSynonym(t *testing.T) {
	m := NewMenu("fr", []Option{{Label: "Études", Also: []string{"formation"}}, {Label: "Reprise", Also: []string{"formation"}}})
	if got := choose(m, "fr", "une formation", all(m)); got != (chosen{none, 0}) {
		t.Errorf("Choose(a synonym of two options) = %v, want none", got)
	}
	if got := choose(m, "fr", "une formation", []int{1}); got != (chosen{1, BySynonym}) {
		t.Errorf("Choose(a synonym of one offered option) = %v, want it", got)
	}
}

func TestChooseNumericLabels(t *testing.T) {
	for text, want := range map[string]chosen{
		"15": {0, ByLabel}, "2": {1, ByNumber}, "16-17 ans": {1, ByLabel}, "16 17 ans": {1, ByLabel}, "18 ans et plus": {2, ByLabel},
	} {
		if got := choose(ages, "fr", text, all(ages)); got != want {
			t.Errorf("Choose(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestChooseEnglish(t *testing.T) {
	for text, want := range map[string]chosen{
		"2": {1, ByNumber}, "two": {1, ByNumber}, "option 2": {1, ByNumber}, "number two please": {1, ByNumber}, "the second one": {1, ByOrdinal},
		"last": {3, ByOrdinal}, "the first": {0, ByOrdinal}, "2nd": {1, ByOrdinal}, "student": {0, ByLabel}, "I'm a student": {0, ByLabel},
		"i'm not a student": {none, 0}, "not a student": {none, 0}, "i'm not a student i work": {1, BySynonym}, "I'm not a student but an employee": {1, ByLabel}, "studnet": {0, ByTypo},
		"employees": {1, ByLabel}, "I don't work": {none, 0}, "i work": {1, BySynonym}, "unemployed": {2, BySynonym}, "i'm looking for a job": {2, ByLabel},
		"I have 2 children": {none, 0}, "something else": {3, ByLabel}, "anything except student": {none, 0}, "without a job": {2, BySynonym},
	} {
		if got := choose(englishMenu, "en", text, all(englishMenu)); got != want {
			t.Errorf("Choose(%q) = %d by %v, want %d by %v", text, got.option, got.how, want.option, want.how)
		}
	}
}

func TestMention(t *testing.T) {
	for _, c := range []struct {
		menu *Menu
		text string
		want int
	}{
		{situation, "je suis lycéen, Parcoursup, 83", 0}, {need, "je suis lycéen, Parcoursup, 83", 2},
		{situation, "g 17 an jai arreter le lycee", 4}, {situation, "Bonjour, j’ai arrêté le lycée en mars et je cherche un patron", 4},
		{situation, "2", none}, {situation, "la deuxième", none}, {situation, "recherche", none}, {situation, "étudiante en droit à Rennes", 1},
		{situation, "mon fils ne va plus au lycée", 5}, {situation, "je ne suis pas salarié", none}, {need, "je voudrais me reconvertir", 3},
		{need, "je cherche une fromation d'aide soignante", 1}, {situation, "quel est le salaire d'un infirmier", none},
		{situation, "mes collègues me harcèlent", none}, {need, "je voudrais des informations", none}, {need, "formation ou vae", none},
		{need, "j'aimerais faire reconnaitre mon experience", 4}, {ages, "j'ai 15", none}, {situation, "", none},
		{situation, "je suis salarié depuis 10 ans et je veux changer de métier", 2}, {need, "je suis salarié depuis 10 ans et je veux changer de métier", 3},
		{need, "c'est pas pour une inscription mais pour une VAE", 4},
	} {
		got, ok := c.menu.Mention(Listen("fr", c.text))
		if !ok {
			got = none
		}
		if got != c.want {
			t.Errorf("Mention(%q) = %d, want %d", c.text, got, c.want)
		}
	}
}

func TestHowString(t *testing.T) {
	for how, want := range map[How]string{0: "none", ByNumber: "number", ByOrdinal: "ordinal", ByLabel: "label", BySynonym: "synonym", ByTypo: "typo", 99: "none"} {
		if got := how.String(); got != want {
			t.Errorf("How(%d).String() = %q, want %q", how, got, want)
		}
	}
}

func FuzzChoose(f *testing.F) {
	for _, text := range hostile {
		f.Add("fr", text, uint8(3))
	}
	f.Add("en", "the second one", uint8(6))
	f.Add("", "je ne suis pas salarié mais étudiant", uint8(6))
	f.Fuzz(func(t *testing.T, language, text string, n uint8) {
		offered := all(situation)[:min(int(n), len(situation.labels))]
		option, how, ok := situation.Choose(Listen(language, text), offered)
		if ok != (how != 0) || ok && !isOffered(offered, option) || !ok && option != 0 {
			t.Errorf("Choose(%q) among %v = %d, %v, %v", text, offered, option, how, ok)
		}
		NewMenu(language, []Option{{Label: text, Also: []string{text}}, {Label: "Autre"}}).Choose(Listen(language, text), []int{0, 1})
	})
}

func BenchmarkListen(b *testing.B) {
	for name, text := range map[string]string{"short": "Étudiante", "sentence": sentence} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Listen("fr", text)
			}
		})
	}
}

const sentence = "Bonjour, j’ai 17 ans, j'ai arrêté le lycée et je cherche une formtion à Rennes."

func BenchmarkChoose(b *testing.B) {
	offered := all(situation)
	for name, text := range map[string]string{"number": "2", "label": "Étudiante", "short": "je suis étudiante", "typo": "je suis etudaint", "unknown": "euh ben patate", "sentence": sentence} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				situation.Choose(Listen("fr", text), offered)
			}
		})
	}
}

func BenchmarkMention(b *testing.B) {
	menus := []*Menu{situation, need, situation, need, situation, need, situation, need, situation, need}
	b.ReportAllocs()
	for b.Loop() {
		u := Listen("fr", sentence)
		for _, m := range menus {
			m.Mention(u)
		}
	}
}

func BenchmarkHostile(b *testing.B) {
	u := Listen("fr", hostile[5])
	for b.Loop() {
		situation.Mention(u)
	}
}

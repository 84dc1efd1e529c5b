package hear

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "",
		"  Élève,  ÉTUDIANT ! ":      "eleve etudiant",
		"J’ai arrêté l'école":        "j ai arrete l ecole",
		"Cœur, ex æquo":              "coeur ex aequo",
		"quatre‑vingt-dix":           "quatre vingt dix",
		"2️⃣":                        "2",
		"🔟":                          "10",
		"②":                          "2",
		"３５０００":                      "35000",
		"٣٥٠٠٠":                      "35000",
		"n°2":                        "n 2",
		"nº2":                        "n 2",
		"№2":                         "n 2",
		"sa\u200blar\u00adié":        "salarie",
		"a\x00b\x07c":                "abc",
		"a\tb\nc":                    "a b c",
		"Українська":                 "українська",
		"ЙЇ":                         "йї",
		"العَرَبِيَّة":               "العربية",
		"e\u0301tude":                "etude",
		"İstanbul Łódź Straße":       "istanbul lodz strasse",
		"\xff\xfea":                  "a",
		"👍":                          "",
		"100 €":                      "100 euro",
		"ﬁn":                         "fin",
		"<script>alert(1)</script>":  "script alert 1 script",
		"'; DROP TABLE sessions; --": "drop table sessions",
		"\u202eabc\u202c":            "abc",
		"bac+3":                      "bac 3",
		"jean.dupont@exemple.fr":     "jean dupont exemple fr",
		"Étudiant·e":                 "etudiant e",
		"…":                          "",
	} {
		if got := Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, want %q", text, got, want)
		}
		if got := Fold(Fold(text)); got != want {
			t.Errorf("Fold twice (%q) = %q, want %q", text, got, want)
		}
	}
}

func TestEmpty(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "   ": true, "...": true, "?!": true, "\u200b\u200d": true, "\x00\x01": true, "\u202e": true, "\xff": true,
		"👍": false, "a": false, "2": false, "ї": false, "٣": false, "🙂🙂": false,
	} {
		if got := Listen("fr", text).Empty(); got != want {
			t.Errorf("Listen(%q).Empty() = %v, want %v", text, got, want)
		}
	}
	if zero := (Utterance{}); !zero.Empty() || zero.Words() != 0 || zero.Folded() != "" {
		t.Error("the zero Utterance is not nothing said")
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "oui": 1, "je suis salarié": 3, "jai arrêté": 3, "jveux parler": 3, "g 17 an": 4, "j'ai, 17 ans.": 4,
	} {
		if got := Listen("fr", text).Words(); got != want {
			t.Errorf("Listen(%q).Words() = %d, want %d", text, got, want)
		}
	}
}

// sameWord pairs words that mean the same, or must not.
func TestSameWord(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"salarié", "salariées", true}, {"étudiant", "étudiantes", true}, {"conseiller", "conseillères", true},
		{"animateur", "animatrices", true}, {"vendeur", "vendeuse", true}, {"heureux", "heureuses", true},
		{"sportif", "sportives", true}, {"arrêté", "arrêter", true}, {"arrêtez", "arrêtées", true},
		{"technicien", "techniciennes", true}, {"professionnel", "professionnelles", true}, {"régional", "régionaux", true},
		{"régionale", "régionaux", true}, {"infirmier", "infirmières", true}, {"lycéen", "lycéenne", true},
		{"niveau", "niveaux", true}, {"métier", "métiers", true}, {"cherche", "chercher", true}, {"directeur", "directrice", true},
		{"motivé", "motivées", true}, {"arrive", "arriver", true}, {"indépendant", "indépendante", true},
		{"mois", "moi", false}, {"salaire", "salarié", false}, {"collège", "collègue", false}, {"fils", "fil", false},
		{"moteur", "mot", false}, {"directeur", "direct", false}, {"travaux", "travail", false}, {"plus", "plu", false},
		{"aide", "aider", false}, {"ans", "an", false},
	} {
		a, b := Listen("fr", c.a).tokens[0], Listen("fr", c.b).tokens[0]
		if got := a.key == b.key; got != c.same {
			t.Errorf("%q and %q the same word: %v, want %v", c.a, c.b, got, c.same)
		}
	}
}

func TestTypos(t *testing.T) {
	for _, c := range []struct {
		a, b        string
		limit, want int
	}{
		{"salarie", "salarie", 2, 0}, {"salarie", "slaarie", 2, 1}, {"salarie", "salari", 2, 1}, {"salarie", "sallarie", 2, 1},
		{"salarie", "salaire", 2, 1}, {"formation", "information", 2, 2}, {"formation", "fromatoin", 2, 2},
		{"formation", "mission", 2, 3}, {"abc", "xyz", 1, 2}, {strings.Repeat("a", 31), strings.Repeat("a", 31), 1, 2},
	} {
		if got := typos(c.a, c.b, c.limit); got != c.want {
			t.Errorf("typos(%q, %q, %d) = %d, want %d", c.a, c.b, c.limit, got, c.want)
		}
	}
}

// hostile is what a front desk is sent sooner or later.
var hostile = []string{
	strings.Repeat("a", 10_000), strings.Repeat("a ", 5_000), strings.Repeat("é", 10_000), strings.Repeat("🔥", 10_000),
	strings.Repeat("ne pas ", 2_000), strings.Repeat("salarié ", 2_000), strings.Repeat("pas salarié ou ", 1_000),
	strings.Repeat("e\u0301\u0301\u0301", 3_000), strings.Repeat("\u0301", 10_000), strings.Repeat("\u200b", 10_000),
	strings.Repeat("\xff", 10_000), strings.Repeat("1", 10_000), strings.Repeat("1 ", 5_000), strings.Repeat("@", 10_000),
	strings.Repeat("a@", 5_000), strings.Repeat("un ", 3_000), strings.Repeat("cent ", 3_000), strings.Repeat("\u202e", 5_000),
	strings.Repeat("ﷺ", 5_000), strings.Repeat("oui non ", 2_000), "\x00\x01\x02\xf0\x28\x8c\x28", "'; DROP TABLE x; --",
	"<img src=x onerror=alert(1)>", "%s%n%x", "../../etc/passwd", "مرحبا كيف حالك", strings.Repeat("s il vous plait ", 1000),
}

func TestHostile(t *testing.T) {
	for _, text := range hostile {
		for _, language := range []string{"fr", "en", "uk", ""} {
			u := Listen(language, text)
			if u.Words() > maxTokens || utf8.RuneCountInString(u.raw) > maxRunes || !utf8.ValidString(u.Folded()) {
				t.Errorf("Listen(%.20q…): %d words, %d characters", text, u.Words(), utf8.RuneCountInString(u.raw))
			}
			everything(u)
		}
	}
}

// everything asks an utterance every question there is.
func everything(u Utterance) {
	situation.Choose(u, all(situation))
	situation.Mention(u)
	YesNo(u)
	Number(u)
	Age(u)
	Postcode(u)
	Phone(u)
	Email(u)
	commands.Whole(u)
	danger.Within(u)
}

func FuzzListen(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Add("J’ai arrêté l'école à 16 ans, 35 000 Rennes 2️⃣")
	f.Fuzz(func(t *testing.T, text string) {
		once := Fold(text)
		if !utf8.ValidString(once) {
			t.Errorf("Fold(%q) is not valid UTF-8: %q", text, once)
		}
		if twice := Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, folded again %q", text, once, twice)
		}
		if strings.Contains(once, "  ") || strings.TrimSpace(once) != once {
			t.Errorf("Fold(%q) = %q: spaces", text, once)
		}
		u := Listen("fr", text)
		if strings.ContainsRune(u.Folded(), pause) {
			t.Errorf("Listen(%q) keeps a pause: %q", text, u.Folded())
		}
		everything(u)
	})
}

// What is taken for folded is what folding leaves as it is.
func TestWhatIsFoldedAlreadyIsLeftAlone(t *testing.T) {
	for _, text := range []string{"", " ", "a", "a b 2", " a", "a ", "a  b", "a\tb", "A", "é", "a-b", "l'eau", "ni 1 ni 2"} {
		folded := string(fold(nil, composed(text), false))
		if isFolded(text) != (folded == text) || Fold(text) != folded {
			t.Errorf("%q: folded %v, Fold %q, want %q", text, isFolded(text), Fold(text), folded)
		}
	}
}

// A menu may be shared by languages that are heard alike.
func TestLanguagesHeardAlike(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		alike bool
	}{{"fr", "fr-FR", true}, {"es", "uk", true}, {"fr", "en", false}, {"fr", "es", false}, {"en", "ar", false}} {
		if got := Alike(c.a, c.b); got != c.alike {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}

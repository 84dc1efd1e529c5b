package main

import (
	"strings"
	"testing"
)

func TestExplainTakesTheTableThatFits(t *testing.T) {
	for cases, want := range map[string]string{
		"besoin=vae":                       "territory : « oui » ne convient pas, le cas ne le dit pas",
		"besoin=vae lieu=29":               "autres tables possibles, avec --table : aiguillage",
		"besoin=emploi channel=sms":        "table suite, ligne 1 (routing.yaml:14)",
		"besoin=vae channel=sms lieu=35":   "channel : « * », peu importe, le cas est sms",
		"age=adulte":                       "table aiguillage, ligne 3 (routing.yaml:8)",
		"age=25 besoin=emploi":             "table aiguillage, ligne 2 (routing.yaml:7)",
		"age=0 besoin=emploi":              "table aiguillage, ligne 2 (routing.yaml:7)",
		"age=26 besoin=emploi lieu=29":     "structure : accueil-regional",
		"age=26 besoin=vae lieu=75001":     "Paris 1er (75) n'est pas dans un territoire de la région bretagne",
		"age=17 besoin=emploi lieu=29000":  "aucune du réseau jeunes dans le territoire 29 (Finistère)",
		"besoin=vae age=17 danger=suicide": "table aiguillage, ligne 1",
		"age=26 besoin=vae lieu=Quimper":   "pour le territoire 29 (Finistère)",
		"besoin=vae lieu=Saint-Aubin":      "plusieurs lieux correspondent : Saint-Aubin-",
		"besoin=vae --table aiguillage":    "structure : elle dépend du territoire",
		"reseau=jeunes":                    "aucune table n'utilise toutes ces réponses (reseau)",
		"lieu=35000":                       "aucune table n'utilise toutes ces réponses (lieu)",
		"lieu=3500":                        "ni une commune, ni un code postal, ni un département",
		"besoin=vae --table aiguilage":     `la table "aiguilage" n'existe pas ; vouliez-vous dire "aiguillage" ?`,
		"age=x":                            "(possibles : adulte, jeune, mineur)",
		"besoin":                           "écrivez réponse=valeur, par exemple besoin=vae",
		"besoin=vae --region normandie":    `la région "normandie" n'existe pas`,
	} {
		args := append([]string{"explain", "--flows", guichet, "--at", "2026-11-24T10:00"}, strings.Fields(cases)...)
		if _, stdout, stderr := command(t, "", args...); !strings.Contains(stdout+stderr, want) {
			t.Errorf("%s: no %q in\n%s%s", cases, want, stdout, stderr)
		}
	}
}

func TestExplainWantsAnHour(t *testing.T) {
	code, _, stderr := command(t, "", "explain", "--flows", guichet, "--at", "24/11/2026", "besoin=vae")
	if want := `"24/11/2026" is not a day and an hour`; code != 1 || !strings.Contains(stderr, want) {
		t.Errorf("exit %d, %q", code, stderr)
	}
}

// Opening hours are those of the bundle's calendar at the hour that is asked about.
func TestExplainKnowsTheHours(t *testing.T) {
	for at, want := range map[string]string{
		"2026-11-24T10:00": "open : « accueil » convient, le cas est oui",
		"2026-11-24T20:00": "open : « accueil » ne convient pas, le cas est non",
		"2026-12-25T10:00": "open : « accueil » ne convient pas, le cas est non",
	} {
		_, stdout, stderr := command(t, "", "explain", "--flows", guichet, "--at", at, "--table", "suite", "besoin=vae", "lieu=35000")
		if !strings.Contains(stdout, want) {
			t.Errorf("%s: no %q in\n%s%s", at, want, stdout, stderr)
		}
	}
}

// What explain says of the reference bundle is what the engine does with it.
func TestExplainAgreesWithTheEngine(t *testing.T) {
	const at = "2026-11-24T10:00"
	code, stdout, stderr := command(t, "VAE\n", "rehearse", "--at", at)
	_, row, found := strings.Cut(stdout, "aiguillage:")
	row, _, _ = strings.Cut(row, "\n")
	if code != 0 || !found {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	_, stdout, stderr = command(t, "", "explain", "--at", at, "--table", "aiguillage", "besoin=vae")
	if want := "table aiguillage, ligne " + row + " "; !strings.HasPrefix(stdout, want) {
		t.Errorf("want %q\n%s%s", want, stdout, stderr)
	}
}

func TestEdits(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "ab", 2}, {"ab", "", 2}, {"vae", "vae", 0}, {"vea", "vae", 2}, {"besion", "besoin", 2}, {"kitten", "sitting", 3}} {
		if got := edits(test.a, test.b); got != test.want {
			t.Errorf("%q to %q: %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

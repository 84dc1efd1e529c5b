package main

import (
	"strings"
	"testing"
)

func TestExplainTakesTheTableThatFits(t *testing.T) {
	for cases, want := range map[string]string{
		"besoin=vae":                            "table aiguillage, ligne 1 (routing.yaml:6)",
		"age=adulte":                            "table aiguillage, ligne 3 (routing.yaml:8)",
		"age=25 besoin=emploi":                  "table aiguillage, ligne 2 (routing.yaml:7)",
		"age=0 besoin=emploi":                   "table aiguillage, ligne 2 (routing.yaml:7)",
		"age=26 besoin=emploi lieu=29":          "structure : accueil-regional",
		"besoin=vae lieu=75001":                 "le département 75 n'est pas servi par la région bretagne",
		"besoin=emploi age=17 lieu=29000":       "aucune du réseau jeunes dans le département 29",
		"besoin=vae --table aiguillage":         "structure : elle dépend du territoire",
		"reseau=jeunes":                         "aucune table n'utilise toutes ces réponses (reseau)",
		"lieu=35000":                            "aucune table n'utilise toutes ces réponses (lieu)",
		"lieu=3500":                             "ni un code postal ni un département",
		"besoin=vae --table aiguilage":          `la table "aiguilage" n'existe pas ; vouliez-vous dire "aiguillage" ?`,
		"age=x":                                 "(possibles : adulte, jeune, mineur)",
		"besoin":                                "écrivez réponse=valeur, par exemple besoin=vae",
		"channel=sms besoin=vae danger=suicide": "table aiguillage, ligne 1",
		"besoin=vae --at 24/11/2026":            `"24/11/2026" is not a day and an hour`,
		"besoin=vae --at 2026-11-24 --region normandie": `la région "normandie" n'existe pas`,
	} {
		args := append([]string{"explain", "--flows", guichet}, strings.Fields(cases)...)
		if _, stdout, stderr := command(t, "", args...); !strings.Contains(stdout+stderr, want) {
			t.Errorf("%s: no %q in\n%s%s", cases, want, stdout, stderr)
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

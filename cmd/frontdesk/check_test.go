package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk/bot/translation"
)

// edited is a copy of the small bundle with one text replaced by another in one file.
func edited(t *testing.T, file, old, new string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(guichet)); err != nil {
		t.Fatal(err)
	}
	return dirWith(t, dir, file, old, new)
}

func TestCheckNamesEveryFault(t *testing.T) {
	dir := edited(t, "accueil.yaml", "then: tri\n", "then: trie\n")
	code, stdout, stderr := command(t, "", "check", dir)
	if code != 1 || stderr != "" || !strings.Contains(stdout, `étape "age"`) ||
		!strings.Contains(stdout, `vouliez-vous dire "tri" ?`) || !strings.HasPrefix(stdout, "accueil.yaml:") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	if n := strings.Count(stdout, "\n"); !strings.HasSuffix(stdout, counted(n-1, "défaut", "défauts")+"\n") {
		t.Errorf("the count is not that of the lines:\n%s", stdout)
	}
}

func TestCheckReviewsTranslations(t *testing.T) {
	dir := edited(t, "bundle.yaml", "languages: [fr]", "languages: [fr, en]")
	file := "accueil.fin: {hash: " + translation.Hash("Au revoir.") + ", other: Goodbye.}\n" +
		"accueil.age: {hash: sha1-000000000000, other: How old?}\n"
	if err := os.WriteFile(filepath.Join(dir, "locales", "active.en.yaml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command(t, "", "check", dir, "--at", "2026-11-24")
	if code != 1 {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	for text, want := range map[string]int{
		"accueil.age : traduction anglaise à revoir, le texte français a changé\n": 1,
		"accueil.fin : traduction anglaise":                                        0,
		`étape "lieu": ce texte manque en langue "en" : accueil.lieu ; `:           1,
		"accueil.lieu : traduction anglaise manquante\n":                           0,
		`danger "suicide" : rien ne l'annonce en langue "en"`:                      1,
	} {
		if got := strings.Count(stdout, text); got != want {
			t.Errorf("%q stands there %d times, want %d, in\n%s", text, got, want, stdout)
		}
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if !strings.HasPrefix(lines[0], "accueil.yaml:") || !strings.HasSuffix(lines[len(lines)-1], " défauts") {
		t.Errorf("first and last:\n%s\n%s", lines[0], lines[len(lines)-1])
	}
}

func TestCheckShowsTheConversation(t *testing.T) {
	dir := edited(t, "accueil.yaml", `text: "Une réponse vient sous {delai}."`, `text: "Une réponse vient."`)
	dir = dirWith(t, dir, "accueil.yaml", "    voice: \"En danger, appelez le {15}. Une réponse vient sous {delai}.\"\n", "")
	code, stdout, stderr := command(t, "", "check", dir, "--at", "2026-11-24")
	if code != 1 || strings.Contains(stdout, "robot : ") || !strings.Contains(stdout, "1 conversation mène à un défaut : « frontdesk check --paths » les montre") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	code, stdout, stderr = command(t, "", "check", dir, "--at", "2026-11-24", "--paths")
	if want := "    robot : Que cherchez-vous ?\n    personne : 0\n    (c'est fermé)\n    robot : Une réponse vient.\n"; code != 1 || !strings.Contains(stdout, want) {
		t.Errorf("exit %d, no %q in\n%s%s", code, want, stdout, stderr)
	}
}

// dirWith changes one more text in a copy of the small bundle.
func dirWith(t *testing.T, dir, file, old, new string) string {
	t.Helper()
	name := filepath.Join(dir, file)
	src, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(src), old) {
		t.Fatalf("%s has no %q: %v", file, old, err)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(src), old, new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCheckKnowsTheDay(t *testing.T) {
	for day, want := range map[string]string{
		"2026-11-24": "aucun défaut",
		"2027-04-20": "attention : cards.yaml:2: carte \"emploi\" : périmée le 2027-05-02",
		"2027-05-03": "cards.yaml:2: carte \"emploi\" : périmée depuis le 2027-05-02",
		"demain":     "",
	} {
		code, stdout, _ := command(t, "", "check", guichet, "--at", day)
		if !strings.Contains(stdout, want) || (code != 0) != (day == "2027-05-03" || day == "demain") {
			t.Errorf("%s: exit %d\n%s", day, code, stdout)
		}
	}
}

func TestCheckTheReferenceBundle(t *testing.T) {
	code, stdout, stderr := command(t, "", "check", "--at", "2026-11-24")
	if code != 0 || !strings.Contains(stdout, "aucun défaut") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

func TestCheckWithoutABundle(t *testing.T) {
	code, stdout, stderr := command(t, "", "check", filepath.Join(t.TempDir(), "none"))
	if code != 1 || stdout+stderr == "" {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

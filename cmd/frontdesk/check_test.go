package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk/locales"
)

// edited is a copy of the small bundle with one text replaced by another in one file.
func edited(t *testing.T, file, old, new string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(guichet)); err != nil {
		t.Fatal(err)
	}
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
	file := "accueil.fin: {hash: " + locales.Hash("Au revoir.") + ", other: Goodbye.}\n" +
		"accueil.age: {hash: sha1-000000000000, other: How old?}\n"
	if err := os.WriteFile(filepath.Join(dir, "locales", "active.en.yaml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command(t, "", "check", dir)
	if code != 0 {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	for text, want := range map[string]int{
		"accueil.age : traduction anglaise à revoir, le texte français a changé\n": 1,
		"accueil.fin : traduction anglaise":                                        0,
		"accueil.lieu : traduction anglaise manquante\n":                           1,
		"aucun défaut, ": 1,
	} {
		if got := strings.Count(stdout, text); got != want {
			t.Errorf("%q stands there %d times, want %d, in\n%s", text, got, want, stdout)
		}
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if !strings.HasPrefix(lines[0], "attention : accueil.yaml:") || !strings.Contains(lines[len(lines)-1], ", publication ") {
		t.Errorf("first and last:\n%s\n%s", lines[0], lines[len(lines)-1])
	}
}

func TestCheckTheReferenceBundle(t *testing.T) {
	code, stdout, stderr := command(t, "", "check")
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

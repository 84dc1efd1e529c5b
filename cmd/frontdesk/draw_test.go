package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDraw(t *testing.T) {
	code, svg, stderr := command(t, "", "draw", "accueil")
	if code != 0 || stderr != "" || !strings.HasPrefix(svg, "<svg ") || !strings.HasSuffix(svg, "</svg>\n") {
		t.Fatalf("exit %d, %.80q, %q", code, svg, stderr)
	}
	file := filepath.Join(t.TempDir(), "accueil.svg")
	if code, stdout, stderr := command(t, "", "draw", "accueil", "--out", file); code != 0 || stdout != "" || stderr != "" {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	if written, err := os.ReadFile(file); err != nil || string(written) != svg {
		t.Errorf("the file is not what is printed: %v", err)
	}
	code, text, _ := command(t, "", "draw", "suite", "--text")
	if code != 0 || !strings.HasPrefix(text, "Parcours « Lieu et accord » (suite) : 5 étapes\n\n1. lieu (début, question)") {
		t.Errorf("exit %d\n%s", code, text)
	}
}

// Where there is one flow it need not be named; where there are more, they are.
func TestDrawNamesTheFlowsThereAre(t *testing.T) {
	if code, stdout, stderr := command(t, "", "draw", "--text", "--flows", guichet); code != 0 || stderr != "" || !strings.Contains(stdout, "1. ") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	for _, args := range [][]string{{"draw"}, {"draw", "acueil"}} {
		code, stdout, stderr := command(t, "", args...)
		first := strings.Index(stderr, "    accueil : ")
		if code != 1 || stdout != "" || first < 0 || !strings.Contains(stderr[first:], "    voix : Arbre du téléphone, 8 étapes") {
			t.Errorf("%v: exit %d, %q, %q", args, code, stdout, stderr)
		}
	}
}

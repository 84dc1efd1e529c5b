package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Emergency numbers that stand in the texts of channels, where no bundle can be asked, are numbers of
// safety.yaml that are answered day and night.
func TestNumbersOfChannelsAreThoseOfTheSafetyFile(t *testing.T) {
	numbers := referenceProgram(t).Bundle.Safety.Numbers
	texts, number, found := regexp.MustCompile(`"[^"\n]*[Dd]anger[^"\n]*"`), regexp.MustCompile(`\b[0-9]{2,6}\b`), 0
	err := filepath.WalkDir("../../adapters", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || !strings.HasSuffix(path, ".go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, text := range texts.FindAllString(string(source), -1) {
			for _, n := range number.FindAllString(text, -1) {
				found++
				if !numbers[n].Always {
					t.Errorf("%s: %s is no number of safety.yaml that is answered day and night: %s", path, n, text)
				}
			}
		}
		return err
	})
	if err != nil || found == 0 {
		t.Fatalf("%d numbers (%v)", found, err)
	}
}

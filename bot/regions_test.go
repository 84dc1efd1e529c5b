package bot_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// lawful are files that must name a place whatever region is served, and why.
var lawful = map[string]string{
	"bot/hours/holidays.go": "public holidays differ by law in Alsace and Moselle",
}

// Regions differ by data, never by code: no file of the program names one of them, nor a territory or a
// town of theirs. Tests do, and so do tables that a command has generated.
func TestNoCodeNamesARegion(t *testing.T) {
	names := regionNames(t)
	if len(names) < 20 || !slices.Contains(names, "Rennes") || !slices.Contains(names, "Grand Est") {
		t.Fatalf("these are not the names of two regions: %q", names)
	}
	word := regexp.MustCompile(`(?i)(^|[^\p{L}])(` + strings.Join(quoted(names), "|") + `)($|[^\p{L}])`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		name := filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator)))
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || lawful[name] != "" {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil || strings.Contains(string(source[:min(len(source), 400)]), "Code generated") {
			return err
		}
		for i, line := range strings.Split(string(source), "\n") {
			if found := word.FindStringSubmatch(line); found != nil {
				t.Errorf("%s:%d names %s", name, i+1, found[2])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// regionNames are the names that the regions' own files give: of the region, of its territories and of
// the towns of its structures.
func regionNames(t *testing.T) []string {
	t.Helper()
	folders, err := filepath.Glob("../flows/regions/*")
	if err != nil || len(folders) < 2 {
		t.Fatalf("regions: %v, %v", folders, err)
	}
	territory, town := regexp.MustCompile(`"[0-9AB]{2,3}": *\{name: ([^,}]+)`), regexp.MustCompile(`address: "[^"]*[0-9]{5} ([^"]+)"`)
	var names []string
	for _, folder := range folders {
		id := filepath.Base(folder)
		names = append(names, id, strings.ReplaceAll(id, "-", " "))
		for file, pattern := range map[string]*regexp.Regexp{"region.yaml": territory, "structures.yaml": town} {
			text, err := os.ReadFile(filepath.Join(folder, file))
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range pattern.FindAllStringSubmatch(string(text), -1) {
				names = append(names, found[1])
			}
		}
	}
	for i, name := range names {
		if name == "grand est" {
			names[i] = "Grand Est"
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func quoted(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = regexp.QuoteMeta(name)
	}
	return all
}

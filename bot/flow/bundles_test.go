package flow

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

const bundles = "../../testdata/bundles"

// A section is what follows a line "-- name --", up to the next such line.
type section struct{ name, text string }

func changes(t testing.TB, file string) []section {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(bundles, file))
	if err != nil {
		t.Fatal(err)
	}
	var found []section
	for line := range strings.Lines(string(src)) {
		name, opens := strings.CutPrefix(line, "-- ")
		name, closes := strings.CutSuffix(name, " --\n")
		switch {
		case opens && closes:
			found = append(found, section{name: name})
		case len(found) > 0:
			found[len(found)-1].text += line
		}
	}
	return found
}

func sections(t testing.TB, file string) map[string]string {
	files := map[string]string{}
	for _, s := range changes(t, file) {
		files[s.name] = s.text
	}
	return files
}

func filesOf(found map[string]string) fs.FS {
	files := fstest.MapFS{}
	for name, src := range found {
		files[name] = &fstest.MapFile{Data: []byte(src)}
	}
	return files
}

func good(t testing.TB) *Bundle {
	t.Helper()
	b, err := Load(filesOf(sections(t, "good.txt")), "")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLoadsTheGoodBundle(t *testing.T) {
	b := good(t)
	for _, w := range b.Warnings {
		t.Error(w)
	}
}

var update = flag.Bool("update", false, "rewrite the wanted messages of the faulty bundles; read the difference before you keep it")

// Every faulty bundle is the good one with something changed: whole files, or, in a section
// "change name", one passage before a line "=>" and the passage in its place.
func TestFaultyBundles(t *testing.T) {
	all, err := filepath.Glob(bundles + "/*.txt")
	if err != nil || len(all) < 30 {
		t.Fatalf("%d bundles, %v", len(all), err)
	}
	for _, file := range all {
		name := filepath.Base(file)
		if name == "good.txt" {
			continue
		}
		t.Run(strings.TrimSuffix(name, ".txt"), func(t *testing.T) {
			files, want := faulty(t, name)
			_, err := Load(filesOf(files), "")
			got := "" // loads
			if err != nil {
				got = err.Error() + "\n"
			}
			if *update {
				rewriteWant(t, file, got)
				return
			}
			if got != want || got == "" {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func faulty(t *testing.T, name string) (files map[string]string, want string) {
	t.Helper()
	files = sections(t, "good.txt")
	for _, s := range changes(t, name) {
		if s.name == "want" {
			want = s.text
			continue
		}
		target, change := strings.CutPrefix(s.name, "change ")
		if !change {
			files[target] = s.text
			continue
		}
		before, after, ok := strings.Cut(strings.TrimSuffix(s.text, "\n\n")+"\n", "\n=>\n")
		after = strings.TrimSuffix(after, "\n")
		if !ok || !strings.Contains(files[target], before) {
			t.Fatalf("nothing to change in %s: %q", target, before)
		}
		files[target] = strings.Replace(files[target], before, after, 1)
	}
	return files, want
}

func rewriteWant(t *testing.T, file, got string) {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(src), "-- want --\n")
	if err := os.WriteFile(file, []byte(head+"-- want --\n"+got), 0o644); err != nil {
		t.Fatal(err)
	}
}

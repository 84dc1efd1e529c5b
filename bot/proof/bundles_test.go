package proof_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/locales"
)

const bundles = "../../testdata/bundles/proof"

var update = flag.Bool("update", false, "rewrite the wanted findings of the faulty bundles, and the kept verdict; read the difference before you keep it")

// A section is what follows a line "-- name --", up to the next such line.
type section struct{ name, text string }

func sections(t testing.TB, file string) []section {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []section
	for line := range strings.Lines(string(src)) {
		name, opens := strings.CutPrefix(line, "-- ")
		name, closes := strings.CutSuffix(name, " --\n")
		switch {
		case opens && closes:
			all = append(all, section{name: name})
		case len(all) > 0:
			all[len(all)-1].text += line
		}
	}
	return all
}

// changed is the good bundle with the changes of a file, and what is wanted of it.
func changed(t testing.TB, file string) (files map[string]string, want string) {
	t.Helper()
	files = map[string]string{}
	for _, s := range sections(t, bundles+"/good.txt") {
		files[s.name] = s.text
	}
	if file == "" {
		return files, ""
	}
	for _, s := range sections(t, file) {
		target, change := strings.CutPrefix(s.name, "change ")
		switch {
		case s.name == "want":
			want = s.text
		case !change:
			files[target] = s.text
		default:
			before, after, ok := strings.Cut(strings.TrimSuffix(s.text, "\n\n")+"\n", "\n=>\n")
			if !ok || strings.Count(files[target], before) != 1 {
				t.Fatalf("%q stands %d times in %s", before, strings.Count(files[target], before), target)
			}
			files[target] = strings.Replace(files[target], before, strings.TrimSuffix(after, "\n"), 1)
		}
	}
	return files, want
}

func compiled(t testing.TB, files map[string]string) *engine.Program {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	b, err := flow.Load(fsys, "")
	if err != nil {
		t.Fatal(err)
	}
	words, err := locales.New(b)
	if err != nil {
		t.Fatal(err)
	}
	p, err := engine.Compile(b, words)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheGoodBundleProves(t *testing.T) {
	files, _ := changed(t, "")
	for _, f := range proof.Prove(compiled(t, files)) {
		t.Error(printed(f))
	}
}

// printed is a finding with the conversation that shows it.
func printed(f proof.Finding) string {
	mark := ""
	if f.Severity == proof.Warning {
		mark = "attention : "
	}
	out := mark + f.String() + "\n"
	for _, l := range f.Talk {
		out += fmt.Sprintf("    %s\n", l)
	}
	return out
}

// Every faulty bundle is the good one with something changed; all that is found is wanted, the words
// and the conversation too.
func TestFaultyBundles(t *testing.T) {
	all, err := filepath.Glob(bundles + "/*.txt")
	if err != nil || len(all) < 49 {
		t.Errorf("%d bundles, %v", len(all), err)
	}
	for _, file := range all {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if name == "good" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			files, want := changed(t, file)
			got := ""
			for _, f := range proof.Prove(compiled(t, files)) {
				got += printed(f)
			}
			if *update {
				src, _ := os.ReadFile(file)
				head, _, _ := strings.Cut(string(src), "-- want --\n")
				if err := os.WriteFile(file, []byte(head+"-- want --\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want || got == "" {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// The example that supervisors begin with loads and proves.
func TestTheReadmesExampleProves(t *testing.T) {
	src, err := os.ReadFile("../../flows/README.md")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, block := range strings.Split(string(src), "```yaml\n# ")[1:] {
		name, rest, _ := strings.Cut(block, "\n")
		files[name], _, _ = strings.Cut(rest, "```")
	}
	if len(files) != 7 {
		t.Errorf("%d files", len(files))
	}
	for _, f := range proof.Prove(compiled(t, files)) {
		t.Error(printed(f))
	}
}

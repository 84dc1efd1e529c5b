package studio

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/locales"
)

var updateTold = flag.Bool("update", false, "rewrite what the studio says of the faulty bundles; read the difference before you keep it")

// toldOf is what the studio says of a bundle: where, what, what to do, where it leads and what a button does.
func toldOf(t *testing.T, files map[string]string) string {
	t.Helper()
	raw := map[string][]byte{}
	for name, text := range files {
		raw[name] = []byte(text)
	}
	d, err := flow.OpenDraft(raw)
	if err != nil {
		return err.Error() + "\n"
	}
	s := checks{region: func() string { return "" }, compile: func(b *flow.Bundle) (*engine.Program, error) {
		words, err := locales.New(b)
		if err != nil {
			return nil, err
		}
		return engine.Compile(b, words)
	}}
	c := s.of(d)
	<-c.proved
	var b strings.Builder
	tell := teller{d: d}
	for _, f := range c.Found() {
		said := tell.tell(f)
		where := said.Record
		if said.Field != "" {
			where += ", " + said.Field
		}
		fmt.Fprintf(&b, "  %s: %s\n", where, said.Message)
		for _, more := range [][2]string{{"À faire", said.Fix}, {"lien", said.Path}, {"bouton", said.Mends}} {
			if more[1] != "" {
				fmt.Fprintf(&b, "    %s : %s\n", more[0], more[1])
			}
		}
	}
	return b.String()
}

// bundleOf is the good bundle of a folder with the changes of a file.
func bundleOf(t *testing.T, file string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{filepath.Join(filepath.Dir(file), "good.txt"), file} {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for part := range strings.SplitSeq("\n"+string(src), "\n-- ") {
			head, text, is := strings.Cut(part, " --\n")
			target, change := strings.CutPrefix(head, "change ")
			switch {
			case !is || head == "want" || strings.Contains(head, "\n"):
			case change:
				before, after, _ := strings.Cut(strings.TrimSuffix(text, "\n")+"\n", "\n=>\n")
				if !strings.Contains(files[target], before) {
					t.Fatalf("%s: %s has no %q", file, target, before)
				}
				files[target] = strings.Replace(files[target], before, strings.TrimSuffix(after, "\n"), 1)
			default:
				files[target] = text + "\n"
			}
		}
	}
	return files
}

// Whatever the loader and the proof find in the faulty bundles is said in the words of the forms.
func TestEveryFaultIsSaidToASupervisor(t *testing.T) {
	var b strings.Builder
	for _, folder := range []string{"../../../testdata/bundles", "../../../testdata/bundles/proof"} {
		all, err := filepath.Glob(folder + "/*.txt")
		if err != nil || len(all) < 40 {
			t.Fatalf("%d bundles, %v", len(all), err)
		}
		for _, file := range all {
			if name := filepath.Base(file); name != "good.txt" {
				fmt.Fprintf(&b, "%s\n%s", strings.TrimSuffix(name, ".txt"), toldOf(t, bundleOf(t, file)))
			}
		}
	}
	got := b.String()
	if *updateTold {
		if err := os.WriteFile("testdata/told.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if left := regexp.MustCompile(`\{\pL+ [0-9]\}`).FindString(got); left != "" {
		t.Errorf("%s is told as it stands in the code", left)
	}
	want, err := os.ReadFile("testdata/told.txt")
	if err != nil {
		t.Fatal(err)
	}
	now, kept := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(now), len(kept)) {
		if i >= len(now) || i >= len(kept) || now[i] != kept[i] {
			t.Fatalf("from line %d on:\ngot  %s\nwant %s", i+1, strings.Join(now[min(i, len(now)):min(i+3, len(now))], "\n     "), strings.Join(kept[min(i, len(kept)):min(i+3, len(kept))], "\n     "))
		}
	}
}

package proof_test

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"frontdesk/bot/engine"
	"frontdesk/bot/proof"
)

// A walk that shares what turns have in common comes to the same states, by the same kinds of channel,
// passes the same steps, takes the same rows and finds the same as one that plays each turn by itself.
func TestSharedTurnsAreThoseOfThePlainWalk(t *testing.T) {
	all, err := filepath.Glob(bundles + "/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	programs := map[string]*engine.Program{"reference": reference(t, ""), "grand-est": reference(t, "grand-est")}
	for _, file := range all {
		if filepath.Base(file) == "good.txt" {
			file = ""
		}
		files, _ := changed(t, file)
		programs["bundle "+file] = compiled(t, files)
	}
	for name, p := range programs {
		seen, found := proof.Plainly(p, false)
		want, wanted := proof.Plainly(p, true)
		for _, at := range slices.Sorted(maps.Keys(want)) {
			if !seen[at] {
				t.Errorf("%s: only the plain walk comes to %q", name, at)
			}
		}
		for _, at := range slices.Sorted(maps.Keys(seen)) {
			if !want[at] {
				t.Errorf("%s: only the walk that shares comes to %q", name, at)
			}
		}
		if got, want := allPrinted(found), allPrinted(wanted); got != want {
			t.Errorf("%s: found\n%s\nand plainly\n%s", name, got, want)
		}
	}
}

func allPrinted(found proof.Findings) string {
	all := ""
	for _, f := range found {
		all += printed(f)
	}
	return all
}

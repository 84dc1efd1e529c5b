package proof_test

import (
	"reflect"
	"testing"

	"frontdesk/bot/proof"
)

// What is found in a table says which part of it is meant, so that nobody has to read the message.
func TestFindingsNameThePartOfATable(t *testing.T) {
	for name, want := range map[string]proof.Rule{
		"shadowed-row.txt":             {Table: "aiguillage", Row: 2, Hider: 1, Equal: true},
		"shadowed-narrow-row.txt":      {Table: "aiguillage", Row: 2, Hider: 1},
		"empty-menu.txt":               {Table: "aiguillage", Row: 1},
		"no-catch-all.txt":             {Table: "aiguillage", Case: []string{"vae", "moins_18"}},
		"falls-through-unanswered.txt": {Table: "aiguillage", Case: []string{"metier", ""}},
		"column-not-asked.txt":         {Table: "aiguillage", Column: "lieu.departement"},
	} {
		files, _ := changed(t, bundles+"/"+name)
		found := false
		for _, f := range proof.Prove(compiled(t, files)) {
			if f.Rule == nil {
				continue
			}
			found = found || reflect.DeepEqual(*f.Rule, want)
			if !reflect.DeepEqual(*f.Rule, want) {
				t.Logf("%s: also %+v", name, *f.Rule)
			}
		}
		if !found {
			t.Errorf("%s: no finding says %+v", name, want)
		}
	}
}

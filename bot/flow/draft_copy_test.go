package flow

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// Territories and dangers are named by others, renamed and deleted with what names them, copied with what
// is their own.
func TestTerritoriesAndDangersAreRecords(t *testing.T) {
	d, err := OpenDraft(map[string][]byte{
		"bundle.yaml":                  []byte("format: 1\nregion: demo\nservice: Essai\nstart: accueil\n"),
		"regions/demo/region.yaml":     []byte("territories:\n  ouest: {name: Ouest, in: à l'ouest, departements: [\"22\"]}\n  est: {name: Est, in: à l'est, departements: [\"35\"]}\n"),
		"regions/demo/structures.yaml": []byte("structures:\n  un:\n    name: Un\n    network: region\n    territories: [est, ouest]\n    offers: [{id: api, from: 2026-01-01}]\n    hours: accueil\n    contacts: [desk]\n"),
		"safety.yaml":                  []byte("owner: Essai\nreviewed: 2026-11-02\nnumbers: {\"15\": {label: Samu}}\n\ndangers:\n  a: {grade: immediate, numbers: [\"15\"], denied: b, text: Appelez le 15.}\n  # celui-ci\n  b: {grade: distress, numbers: [\"15\"], text: Appelez le 15.}\n\nhearing:\n  fr:\n    dangers:\n      b: {now: [au secours]}\n"),
		"locales/essai.en.yaml":        []byte("safety.b: {other: Call 15.}\nterritory.ouest: {other: in the west}\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	what := func(uses []Use) (all []string) {
		for _, u := range uses {
			all = append(all, u.What)
		}
		return all
	}
	if got := what(d.Uses(TerritoryRecord, "ouest")); !slices.Equal(got, []string{`la structure "un"`}) {
		t.Errorf("uses of a territory: %q", got)
	}
	if got := what(d.Uses(DangerRecord, "b")); !slices.Equal(got, []string{`le danger "a"`}) {
		t.Errorf("uses of a danger: %q", got)
	}
	has := func(d *Draft, file string, wanted ...string) {
		t.Helper()
		for _, w := range wanted {
			if !strings.Contains(string(d.Files()[file]), w) {
				t.Errorf("%s lacks %q:\n%s", file, w, d.Files()[file])
			}
		}
	}
	renamed, err := d.Rename(TerritoryRecord, "ouest", "grand-ouest")
	if err != nil {
		t.Fatal(err)
	}
	has(renamed, "regions/demo/structures.yaml", "territories: [est, grand-ouest]")
	has(renamed, "locales/essai.en.yaml", "territory.grand-ouest:")
	if renamed, err = d.Rename(DangerRecord, "b", "c"); err != nil {
		t.Fatal(err)
	}
	has(renamed, "safety.yaml", "denied: c", "# celui-ci\n  c:", "      c: {now: [au secours]}")
	has(renamed, "locales/essai.en.yaml", "safety.c:")
	copied, err := d.Copy(DangerRecord, "safety.yaml", "b", "c")
	if err != nil {
		t.Fatal(err)
	}
	has(copied, "safety.yaml", "denied: b", "  b:", "  c:", "      b: {now: [au secours]}", "      c: {now: [au secours]}")
	has(copied, "locales/essai.en.yaml", "safety.b:", "safety.c:")
	if _, err := d.Delete(TerritoryRecord, "ouest", ""); !errors.As(err, new(*InUse)) {
		t.Errorf("a territory in use is deleted: %v", err)
	}
	gone, err := d.Delete(DangerRecord, "b", "a")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(gone.Files()["safety.yaml"]), "au secours") {
		t.Error("the words of a deleted danger stay")
	}
}

package place

import "testing"

// A région is found by the name of its folder in a bundle.
func TestRegionsByTheNamesOfTheirFolders(t *testing.T) {
	for folder, want := range map[string]string{"bretagne": "53", "grand-est": "44", "pays-de-la-loire": "52", "centre-val-de-loire": "24", "ile-de-france": "11",
		"normandie": "28", "occitanie": "76", "nouvelle-aquitaine": "75", "corse": "94", "hauts-de-france": "32", "auvergne-rhone-alpes": "84",
		"bourgogne-franche-comte": "27", "provence-alpes-cote-d-azur": "93"} {
		m, ok := Find(folder, Preference{})
		if !ok || m.Places[0].Kind != Region || m.Places[0].Code != want {
			t.Errorf("%s: %+v", folder, m)
		}
	}
}

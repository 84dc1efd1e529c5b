package place

import (
	"os"
	"strings"
	"testing"
)

// fiveRegions are those that the labels of the messages take as served.
func fiveRegions() Preference { return Preference{Regions: []string{"11", "24", "44", "52", "53"}} }

// What people write who are not in anybody's list: the place of each message, and no other.
func TestFindsThePlaceOfAMessage(t *testing.T) {
	file, err := os.ReadFile("testdata/messages.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(file)), "\n")[1:]
	if len(lines) < 150 {
		t.Errorf("%d messages; want at least 150", len(lines))
	}
	for _, line := range lines {
		message, want, _ := strings.Cut(line, "\t")
		if m, _ := Mentioned(message, fiveRegions()); m.Name != want {
			t.Errorf("%q: %q, want %q", message, m.Name, want)
		}
	}
}

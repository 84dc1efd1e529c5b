package render

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		name  string
		text  string
		limit int
		want  []string
	}{
		{"fits", "Bonjour.", 20, []string{"Bonjour."}},
		{"nothing", "", 20, []string{""}},
		{"fits without its spaces", "Bonjour." + strings.Repeat(" ", 30), 20, []string{"Bonjour."}},
		{"after sentences", "Bonjour à vous. Que cherchez-vous ? Dites-le.", 36,
			[]string{"(1/2) Bonjour à vous.", "(2/2) Que cherchez-vous ? Dites-le."}},
		{"after lines", "Bonjour à vous\nQue cherchez-vous donc", 32,
			[]string{"(1/2) Bonjour à vous", "(2/2) Que cherchez-vous donc"}},
		{"between words", "un deux trois quatre cinq six", 22,
			[]string{"(1/2) un deux trois", "(2/2) quatre cinq six"}},
		{"not before a high point", "aaaaaaaaa bbbbbbbb\u00a0? ccc ddd", 24,
			[]string{"(1/2) aaaaaaaaa", "(2/2) bbbbbbbb\u00a0? ccc ddd"}},
		{"inside a word", "anticonstitutionnellement", 20, []string{"(1/2) anticonstituti", "(2/2) onnellement"}},
		{"pairs stay whole", strings.Repeat("🙂", 11), 21, []string{"(1/2) " + strings.Repeat("🙂", 7), "(2/2) " + strings.Repeat("🙂", 4)}},
		{"a very short sentence is not left alone", "Oui. un mot et un autre et puis", 24,
			[]string{"(1/2) Oui. un mot et un", "(2/2) autre et puis"}},
	}
	for _, test := range tests {
		if got := Split(test.text, test.limit); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %q\nwant %q", test.name, got, test.want)
		}
	}
}

func TestSplitNumbersManyParts(t *testing.T) {
	parts := Split(strings.Repeat("abc ", 60), 20)
	if len(parts) < 10 || !strings.HasPrefix(parts[9], fmt.Sprintf("(10/%d) ", len(parts))) {
		t.Errorf("%d parts: %q", len(parts), parts)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("Bonjour à vous. Que cherchez-vous ? Dites-le.", 20)
	f.Add(strings.Repeat("🙂", 40), 0)
	f.Add("a\r\n\r\nb\xff\u00a0c "+strings.Repeat("x", 50), 23)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		parts := Split(text, limit)
		joined := ""
		for i, part := range parts {
			if n := units(part); n > max(limit, MinUnits) {
				t.Fatalf("part %d takes %d of %d units: %q", i, n, limit, part)
			}
			if len(parts) > 1 {
				part = strings.TrimPrefix(part, fmt.Sprintf("(%d/%d) ", i+1, len(parts)))
			}
			joined += part
		}
		if withoutSpaces(joined) != withoutSpaces(text) {
			t.Fatalf("%q became %q", text, parts)
		}
	})
}

func withoutSpaces(s string) string {
	return strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(s)
}

func BenchmarkSplit(b *testing.B) {
	text := strings.Repeat("Une phrase de la Région, assez longue. ", 250)
	for b.Loop() {
		Split(text, 4096)
	}
}

package render

import (
	"strings"
	"testing"
)

func TestSegments(t *testing.T) {
	tests := []struct {
		name     string
		text     string
		segments int
		gsm7     bool
	}{
		{"nothing", "", 0, true},
		{"short", "Bonjour à vous, élève !", 1, true},
		{"160", strings.Repeat("a", 160), 1, true},
		{"161", strings.Repeat("a", 161), 2, true},
		{"306", strings.Repeat("a", 306), 2, true},
		{"307", strings.Repeat("a", 307), 3, true},
		{"80 euros", strings.Repeat("€", 80), 1, true},
		{"extension at the edge", strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), 3, true},
		{"ê", "être", 1, false},
		{"70", strings.Repeat("ê", 70), 1, false},
		{"71", strings.Repeat("ê", 71), 2, false},
		{"134", strings.Repeat("ê", 134), 2, false},
		{"135", strings.Repeat("ê", 135), 3, false},
		{"35 surrogate pairs", strings.Repeat("🙂", 35), 1, false},
		{"67 is odd: pairs stay whole", strings.Repeat("🙂", 67), 3, false},
		{"backtick", "`", 1, false},
		{"ç is not Ç", "ç", 1, false},
		{"the whole default table", gsmBasic + " !\"#%&'()*+,-./09:;<=>?@AZ_az", 1, true},
	}
	for _, test := range tests {
		if n, gsm7 := Segments(test.text); n != test.segments || gsm7 != test.gsm7 {
			t.Errorf("%s: %d segments, GSM %v; want %d, %v", test.name, n, gsm7, test.segments, test.gsm7)
		}
	}
}

func TestTheAlphabetHasItsSize(t *testing.T) {
	basic, extended := 0, 0
	for r := range rune(0x10000) {
		switch septetsOf(r) {
		case 1:
			basic++
		case 2:
			extended++
		}
	}
	// 128 positions, of which one is the escape.
	if basic != 127 || extended != 10 {
		t.Errorf("%d and %d characters, want 127 and 10", basic, extended)
	}
}

func TestPlain(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Vous êtes élève à Besançon, où ça ?", "Vous etes élève à Besancon, où ca ?"},
		{"« Bonjour », dit l’hôte… cœur – Œuvre", "\"Bonjour\", dit l'hote... coeur - OEuvre"},
		{"«\u00a0Oui\u00a0» À savoir\u202f: Ça coûte 5\u00a0€", "\"Oui\" A savoir : Ça coute 5 €"},
		{"e\u0301le\u0300ve e\u0302tre", "élève etre"},
		{"Łódź, Dvořák, naïve, ÿ", "Lodz, Dvorak, naive, y"},
		{"déjà bien", "déjà bien"},
		{"п'ять êtres", "п'ять êtres"},
		{"être 🙂", "être 🙂"},
		{"", ""},
	}
	for _, test := range tests {
		if got := Plain(test.text); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}

// Every letter of the languages around fits, alone and together.
func TestPlainFitsLatin(t *testing.T) {
	for r := rune(0xA1); r < 0x180; r++ {
		if strings.ContainsRune("¢¦¨¬¯±¶·¸¹ĸŊŋſ", r) {
			continue
		}
		if _, gsm7 := Segments(Plain(string(r))); !gsm7 {
			t.Errorf("%c does not fit", r)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"être", "« à »", "🙂", "e\u0301", "\xff", "привіт"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plain := Plain(text)
		if _, gsm7 := Segments(plain); !gsm7 && plain != text {
			t.Errorf("%q neither fits nor was left alone: %q", text, plain)
		}
		if again := Plain(plain); again != plain {
			t.Errorf("%q became %q, then %q", text, plain, again)
		}
	})
}

func BenchmarkPlain(b *testing.B) {
	text := strings.Repeat("Vous êtes élève à Besançon ? « Oui », dit l’hôte. ", 6)
	for b.Loop() {
		Segments(Plain(text))
	}
}

func TestCostly(t *testing.T) {
	for text, want := range map[string]string{"Bonjour à tous": "", "10 € [a] ~": "€[]~", "fête à 10 € – ê": "ê–", "": ""} {
		if got := Costly(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

package hear

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestMaskTakesOutWhatHarms(t *testing.T) {
	for text, want := range map[string]string{
		// Social security, as people write it. The numbers are made up; their keys are right.
		"185057800608491":       maskedNIR,
		"1 85 05 78 006 084 91": maskedNIR,
		"mon numéro de sécu : 1 85 05 78 006 084 91, je cherche une formation": "mon numéro de sécu : " + maskedNIR + ", je cherche une formation",
		"1.85.05.78.006.084.91":                 maskedNIR,
		"1-85-05-78-006-084-91":                 maskedNIR,
		"1\u00a085\u202f05\u00a078 006 084 91":  maskedNIR,
		"1850578006084 91":                      maskedNIR,
		"1 850578006084 91":                     maskedNIR,
		"NIR185057800608491":                    "NIR" + maskedNIR,
		"nss:185057800608491.":                  "nss:" + maskedNIR + ".",
		"1 85 05 78 006 084":                    maskedNIR,                      // without the key
		"1850578006084":                         maskedNIR,                      //
		"1 85 05 78 006 084 11":                 maskedNIR,                      // with a wrong one
		"2 99 12 2A 004 123 14":                 maskedNIR,                      // Corsica
		"2 99 12 2b 004 123 41":                 maskedNIR,                      //
		"29912 2A00412314":                      "29912 2A00412314",             // no way of writing it
		"１８５０５７８００６０８４９１":                       maskedNIR,                      // full width
		"١٨٥٠٥٧٨٠٠٦٠٨٤٩١":                       maskedNIR,                      // Arabic
		"06 12 34 56 78, 1 85 05 78 006 084 91": "06 12 34 56 78, " + maskedNIR, // behind a telephone number
		"1 85 05 78 006 084 91 06 12 34 56 78":  maskedNIR + " 06 12 34 56 78",  // before one
		"185057800608491\n2850578006084 41":     maskedNIR + "\n" + maskedNIR,
		// Payment cards: numbers that networks publish for tests.
		"4970 1012 3456 7893 06/28":             maskedCard + " 06/28",
		"4111111111111111":                      maskedCard,
		"4111-1111-1111-1111":                   maskedCard,
		"5555 5555 5555 4444":                   maskedCard,
		"2223003122003222":                      maskedCard,
		"3782 822463 10005":                     maskedCard,
		"371449635398431":                       maskedCard,
		"6011111111111117":                      maskedCard,
		"3530111333300000":                      maskedCard,
		"4222222222222":                         maskedCard,
		"ma carte c'est 4111111111111111 merci": "ma carte c'est " + maskedCard + " merci",
		// Accounts: examples of the standard's registry.
		"FR76 3000 6000 0112 3456 7890 189":         maskedIBAN,
		"fr7630006000011234567890189":               maskedIBAN,
		"IBAN : FR14 2004 1010 0505 0001 3M02 606.": "IBAN : " + maskedIBAN + ".",
		"DE89 3704 0044 0532 0130 00":               maskedIBAN,
		"NL91 ABNA 0417 1643 00":                    maskedIBAN,
		"GB82 WEST 1234 5698 7654 32":               maskedIBAN,
		"BE68539007547034":                          maskedIBAN,
		// Taxes.
		"30 23 217 600 053": maskedTax,
		"3023217600053":     maskedTax,
		// Several.
		"185057800608491 et 4111111111111111": maskedNIR + " et " + maskedCard,
	} {
		got, found := Mask(text)
		if got != want || found != (want != text) {
			t.Errorf("%q\n is %q\nwant %q", text, got, want)
		}
	}
}

func TestMaskLeavesWhatIsNeeded(t *testing.T) {
	for _, text := range []string{
		"", "bonjour", "12", "35000", "06 12 34 56 78", "0612345678", "06.12.34.56.78", "06-12-34-56-78", "+33 6 12 34 56 78", "+33612345678", "0033612345678",
		"0033 6 12 34 56 78", "(+33) 06 12 34 56 78", "02 61 91 00 00 ou 06 12 34 56 78", "0612 345 678", "06 12 34 56 78 / 07 98 76 54 32",
		"13012 06 12 34 56 78", "13012 0612345678", "29200 0612345678 1985", "+44 20 7946 0958", "+212 6 12 34 56 78", "33 6 12 34 56 78 35000",
		"732 829 320 00074", "73282932000074", "SIRET 732 829 320 00074, SIREN 732829320", "FR 83 404833048", "FR83404833048",
		"OR-7F3K-9Q2M-4", "mon code est 1234567890", "12345 67890", "1234 5678 90",
		"né le 12/05/1985", "12/05/1985 au 30/06/2026", "2026-11-24 10:00:00", "2019 2020 2021 2022", "du 01.09.2026 au 30.06.2027 à Rennes 35000",
		"je gagne 1 850 euros", "1 850,00 1 900,00 2 100,00 2 300,00", "entre 1800 et 2100", "1500 1600 1700 1800", "12 000 000 000 000",
		"1234567A", "0123456789B", "identifiant 1234567X", "INE 0123456789A", "INE 123456789AB",
		"123456789012345", "185057800608490", "1 86 13 78 006 084 91", "4111111111111112", "4111 1111 1111 1112", "1111 1111 1111 1111", "0000000000000000",
		"FR76 3000 6000 0112 3456 7890 188", "de 35 ans à 40 ans en CDI depuis 2 ans", "fr 20 ans 30 ans 40 ans 50 ans 60 ans",
		"978-2-07-036822-8", "9782070368228", "chapitre 1 85 pages", "1 85 05", "192.168.100.100 10.0.0.1", "550e8400-e29b-41d4-a716-446655440000",
		"https://exemple.fr/1/85/05/78?x=1850", "nom@exemple.fr 12 rue des 35 otages 44000 Nantes 0240000000",
	} {
		if got, found := Mask(text); got != text || found {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestMaskingTwiceIsMaskingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("0123456789 .-2AB/FRé,\n"))).Draw(t, "text")
		once, _ := Mask(text)
		if twice, found := Mask(once); twice != once || found {
			t.Fatalf("%q, then %q, then %q", text, once, twice)
		}
	})
}

// No number that somebody may be called on is masked, however it is written, alone or between others.
func TestNoTelephoneNumberIsMasked(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 4))
	digits := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = '0' + byte(draw.IntN(10))
		}
		return string(b)
	}
	gap := func() string { return []string{" ", ".", "-", "", "/", "\u00a0"}[draw.IntN(6)] }
	phone := func() string {
		body := strconv.Itoa(1+draw.IntN(9)) + digits(8)
		start := []string{"0", "+33", "+33 ", "0033", "0033 ", "+33 (0)", "33 "}[draw.IntN(7)]
		switch g := gap(); draw.IntN(3) {
		case 0:
			return start + body
		case 1:
			return start + body[:1] + g + body[1:3] + g + body[3:5] + g + body[5:7] + g + body[7:]
		default:
			return start + body[:3] + g + body[3:6] + g + body[6:]
		}
	}
	masked := 0
	for range 300_000 {
		text := phone()
		switch draw.IntN(5) {
		case 0:
			text = digits(5) + " " + text // a postcode
		case 1:
			text += " " + phone()
		case 2:
			text += " " + fmt.Sprintf("%02d/%02d/%d", 1+draw.IntN(28), 1+draw.IntN(12), 1950+draw.IntN(70))
		case 3:
			text += " " + digits(5)
		}
		if got, found := Mask(text); found {
			masked++
			t.Logf("%q became %q", text, got)
		}
	}
	if masked > 0 {
		t.Errorf("%d of 300,000 were masked", masked)
	}
}

// Every number with the right key is found, and hardly any without.
func TestEverySocialSecurityNumberIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		department := rapid.SampledFrom([]string{"01", "35", "75", "95", "97", "99", "2A", "2B"}).Draw(t, "département")
		body := fmt.Sprintf("%d%02d%02d%s%03d%03d", rapid.IntRange(1, 2).Draw(t, "sex"), rapid.IntRange(0, 99).Draw(t, "year"),
			rapid.IntRange(1, 12).Draw(t, "month"), department, rapid.IntRange(1, 990).Draw(t, "commune"), rapid.IntRange(1, 999).Draw(t, "order"))
		n, _ := strconv.ParseInt(strings.NewReplacer("2A", "19", "2B", "18").Replace(body[5:7])+body[7:], 10, 64)
		head, _ := strconv.ParseInt(body[:5], 10, 64)
		key := fmt.Sprintf("%02d", 97-(head*100_000_000+n)%97)
		g := rapid.SampledFrom([]string{" ", ".", "-", "\u00a0"}).Draw(t, "gap")
		grouped := strings.Join([]string{body[:1], body[1:3], body[3:5], body[5:7], body[7:10], body[10:], key}, g)
		for _, text := range []string{body + key, body + g + key, grouped, strings.ToLower(grouped)} {
			if got, _ := Mask("a " + text + " b"); got != "a "+maskedNIR+" b" {
				t.Fatalf("%q became %q", text, got)
			}
		}
	})
}

func FuzzMask(f *testing.F) {
	for _, seed := range []string{"", "1 85 05 78 006 084 91", "4111 1111 1111 1111", "FR76 3000 6000 0112 3456 7890 189", "30 23 217 600 053", "\xff1\xfe8505", "2A2B"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, found := Mask(text)
		if !found && got != text {
			t.Errorf("%q became %q, and nothing was found", text, got)
		}
		if found && !strings.Contains(got, "masqué]") {
			t.Errorf("%q became %q", text, got)
		}
		if utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("%q is no text any more: %q", text, got)
		}
		if again, more := Mask(got); utf8.ValidString(text) && (more || again != got) {
			t.Errorf("%q, then %q, then %q", text, got, again)
		}
	})
}

func BenchmarkMask(b *testing.B) {
	for name, text := range map[string]string{
		"words":  "Bonjour, je cherche une formation pour changer de métier, je suis au chômage depuis deux ans et j'habite près de Rennes.",
		"phone":  "Mon numéro est le 06 12 34 56 78, appelez-moi après 17 h, j'habite 35000 Rennes.",
		"number": "Mon numéro de sécurité sociale est 1 85 05 78 006 084 91, je cherche une formation.",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Mask(text)
			}
		})
	}
}

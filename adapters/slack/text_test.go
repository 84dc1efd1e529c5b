package slack

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestPlain(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"Bonjour", "Bonjour"},
		{"R&amp;D &lt;b&gt; 3 &gt; 2", "R&D <b> 3 > 2"},
		{"&amp;lt; reste écrit ainsi", "&lt; reste écrit ainsi"},
		{"Bonjour <@U0ANNA>, voyez avec <@W1|anna>", "Bonjour @…, voyez avec @…"},
		{"dans <#C0ABC|accueil-35> ou <#C0DEF>", "dans #accueil-35 ou #…"},
		{"<!channel> <!here> <!subteam^S1|@conseil> <!subteam^S1>", "@channel @here @conseil @…"},
		{"<!date^1392734382^{date}|le 18 février>", "le 18 février"},
		{"<https://www.onisep.fr>", "https://www.onisep.fr"},
		{"<https://www.onisep.fr/a_b_c|la fiche>", "la fiche (https://www.onisep.fr/a_b_c)"},
		{"<http://onisep.fr|onisep.fr>", "http://onisep.fr"},
		{"<https://onisep.fr/?a=1&amp;b=2>", "https://onisep.fr/?a=1&b=2"},
		{"<mailto:cio@example.fr|cio@example.fr>", "cio@example.fr"},
		{"<tel:0299000000|02 99 00 00 00>", "02 99 00 00 00 (0299000000)"},
		{"*gras* _italique_ ~barré~ `code`", "gras italique barré code"},
		{"*deux mots* et *_les deux_*", "deux mots et les deux"},
		{"(*gras*), «_it_»", "(gras), «it»"},
		{"2 * 3 * 4 et un_nom_de_fichier", "2 * 3 * 4 et un_nom_de_fichier"},
		{"* une puce\n* une autre", "* une puce\n* une autre"},
		{"*pas fermé", "*pas fermé"},
		{"*sur deux\nlignes*", "*sur deux\nlignes*"},
		{"```*tel quel* :smile:```", "*tel quel* :smile:"},
		{"`a_b` et `*x*`", "a_b et *x*"},
		{"un ` seul", "un ` seul"},
		{"`<https://a.fr/x_y>` et ```<@U1> *b*```", "https://a.fr/x_y et @… *b*"},
		{"*voir <https://a.fr/x_y|ici>*", "voir ici (https://a.fr/x_y)"},
		{"Bravo :tada: :+1::skin-tone-3:", "Bravo 🎉 👍"},
		{"à 10:30:45 et :inconnu:", "à 10:30:45 et :inconnu:"},
		{"::smile:", ":😄"},
		{"a < b > c <", "a < b > c <"},
		{"<>", "<>"},
		{"<<@U1>>", "<@…>"},
		{"ligne 1\nligne 2", "ligne 1\nligne 2"},
	} {
		if got := plain(c.in); got != c.want {
			t.Errorf("plain(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// What is escaped comes back as it was, where it holds none of the signs that mean something.
func TestPlainUndoesEscaping(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Map(func(r rune) rune {
			if strings.ContainsRune("*_~`:", r) {
				return -1
			}
			return r
		}, rapid.String().Draw(t, "text"))
		if got := plain(escaped(text)); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

func TestPlainTakesAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{
			"<", ">", "|", "@U1", "#C1", "!", "*", "_", "~", "`", "```", ":", "smile", "&amp;", "&", " ", "\n", "é", "a", "https://x.fr", "\xff"})).Draw(t, "parts"), "")
		if got := plain(text); utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

// In what Slack sends, a < that was typed is escaped: every mention is one, wherever it stands.
func TestPlainKeepsNobodysID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{
			"<@U1>", "<@U1|anna>", "*", "_", "~", "`", "```", ":", "smile", "&lt;", " ", "\n", "é", "<https://x.fr>"})).Draw(t, "parts"), "")
		if got := plain(text); strings.Contains(got, "U1") || strings.Contains(got, "anna") {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

func FuzzPlain(f *testing.F) {
	f.Add("*a* <https://x.fr|b> :smile: `c` <@U1>")
	f.Add("<<|>>*_~```")
	f.Fuzz(func(t *testing.T, text string) {
		if got := plain(text); utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func TestTextIsCutOutsideEscapes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := escaped(rapid.StringOf(rapid.SampledFrom([]rune("&<>a é"))).Draw(t, "text"))
		got := within(text, 20)
		if utf8.RuneCountInString(got) > 20 {
			t.Fatalf("%q is too long", got)
		}
		if left := strings.NewReplacer("&amp;", "", "&lt;", "", "&gt;", "").Replace(got); strings.ContainsAny(left, "&<>") {
			t.Fatalf("%q ends inside an escape", got)
		}
	})
}

package studio

import (
	"net/url"
	"strings"
	"testing"
)

// twofoldVillage has durations and ages in every spelling that files allow.
func twofoldVillage(t *testing.T) *premises {
	t.Helper()
	files := village()
	files["accueil.yaml"] = strings.NewReplacer("wait: 4m}", "wait: 1h30m} # le temps d'un café",
		"{text: Moins de 18 ans}", `{text: Moins de 18 ans, range: "0-17"} # mineurs`, "{text: 18 ans ou plus}", `{text: 18 ans ou plus, range: "18+"}`).Replace(files["accueil.yaml"])
	return premisesOf(t, built(t, files))
}

// A wait is a number and a unit. It is written as files write it; what lasts as long as before is not rewritten.
func TestADurationIsPicked(t *testing.T) {
	p := twofoldVillage(t)
	claire := p.as("claire")
	form := func() url.Values { return claire.form("accueil", "passer") }
	if f := form(); f.Get(":handoff/wait") != "90" || f.Get(":handoff/wait=") != "m" {
		t.Fatalf("the boxes have %q %q", f.Get(":handoff/wait"), f.Get(":handoff/wait="))
	}
	was := p.draft().ID
	claire.saves("/studio/enregistrer", form())
	same := form()
	same.Set(":handoff/wait", "5400")
	same.Set(":handoff/wait=", "s")
	claire.saves("/studio/enregistrer", same)
	if p.draft().ID != was {
		t.Error("the same wait in seconds makes a version")
	}
	for _, c := range []struct{ count, unit, want string }{
		{"6", "s", "6s"}, {"5", "m", "5m"}, {"24", "h", "24h"}, {"30", "d", "720h"}, {" 07 ", "m", "7m"}, {"0", "m", "0m"},
		{"-4", "m", "-4"}, {"quatre", "m", "quatre"}, {"99999999999999999999", "h", "99999999999999999999"}, {"", "m", ""}, {"", "m", ""}, {"4", "m", "4m"},
	} {
		f := form()
		f.Set(":handoff/wait", c.count)
		f.Set(":handoff/wait=", c.unit)
		claire.saves("/studio/enregistrer", f)
		if got := p.text("accueil.yaml", "steps", "passer", "handoff", "wait"); got != c.want {
			t.Fatalf("%s %s is written %q, not %q", c.count, c.unit, got, c.want)
		}
		page := claire.reads("/studio/parcours/accueil?etape=passer")
		wrong := c.want != "" && strings.Trim(c.want, "0123456789smh") != "" || c.want == "0m" || len(c.want) > 9
		if marked := strings.Contains(page, `aria-invalid="true"`); marked != wrong || wrong && !strings.Contains(page, "puis choisissez l&#39;unité") {
			t.Errorf("%s %s: the field is marked: %t", c.count, c.unit, marked)
		}
	}
	if got := p.draft().Draft.Record("accueil.yaml", "steps", "age"); !strings.Contains(got, "# mineurs") {
		t.Errorf("comments are gone:\n%s", got)
	}
}

// Ages are two numbers, the second of which may be missing.
func TestAgesArePicked(t *testing.T) {
	p := twofoldVillage(t)
	claire := p.as("claire")
	form := func() url.Values { return claire.form("accueil", "age") }
	was := p.draft().ID
	claire.saves("/studio/enregistrer", form())
	if p.draft().ID != was {
		t.Fatal("a save of nothing makes a version")
	}
	if f := form(); f.Get(":options/mineur/range") != "0" || f.Get(":options/mineur/range=") != "17" || f.Get(":options/majeur/range") != "18" || f.Get(":options/majeur/range=") != "" {
		t.Errorf("the boxes have %v", f)
	}
	for _, c := range []struct{ from, to, want string }{
		{"15", "15", "15"}, {"16", "17", "16-17"}, {"", "14", "0-14"}, {"17", "", "17+"}, {"dix", "", "dix"}, {"dix", "17", "dix-17"}, {"9", "3", "9-3"}, {"", "", ""},
	} {
		f := form()
		f.Set(":options/mineur/range", c.from)
		f.Set(":options/mineur/range=", c.to)
		claire.saves("/studio/enregistrer", f)
		if got := p.text("accueil.yaml", "steps", "age", "options", "mineur", "range"); got != c.want {
			t.Fatalf("%s to %s is written %q, not %q", c.from, c.to, got, c.want)
		}
		page, wrong := claire.reads("/studio/parcours/accueil?etape=age"), strings.HasPrefix(c.want, "dix") || c.want == "9-3"
		if strings.Contains(page, `id="=options/mineur/range-faute"`) != wrong {
			t.Errorf("%q is marked: %t", c.want, !wrong)
		}
	}
	if got := p.draft().Draft.Record("accueil.yaml", "steps", "passer"); !strings.Contains(got, "1h30m}  # le temps d'un café") {
		t.Errorf("what was not changed is written anew:\n%s", got)
	}
}

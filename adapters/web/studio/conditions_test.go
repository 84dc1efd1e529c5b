package studio

import (
	"html"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// What the boxes say of a cell, written again, is the cell.
func TestPickedCells(t *testing.T) {
	for _, c := range []struct {
		raw, how string
		values   []string
	}{
		{"a", oneOfThese, []string{"a"}}, {"b|a", oneOfThese, []string{"b", "a"}}, {"a|-", oneOfThese, []string{"a", "-"}}, {"-|a", oneOfThese, []string{"-", "a"}},
		{"!a|b", noneOfThese, []string{"a", "b"}}, {"!a|-", noneOfThese, []string{"a", "-"}}, {"-", isUnknown, nil}, {"!-", isKnown, nil},
		{"*", asWritten, nil}, {"<18", asWritten, nil}, {"18..25", asWritten, nil}, {"a||b", asWritten, nil},
	} {
		how, values := picking("x", c.raw)
		if how != c.how || !slices.Equal(values, c.values) {
			t.Errorf("%q is %q of %q, not %q of %q", c.raw, how, values, c.how, c.values)
		}
		if how == asWritten {
			continue
		}
		slices.Reverse(values) // boxes stand in an order of their own
		if got := cellOf(how, values, c.values); got != c.raw {
			t.Errorf("%q becomes %q", c.raw, got)
		}
	}
	if got := cellOf(oneOfThese, []string{"z", "b"}, []string{"a", "b"}); got != "b|z" {
		t.Errorf("one more and one less gives %q", got)
	}
}

// conditionsOf are the files that a condition is tried on.
func conditionsOf(t *testing.T) (*premises, *person) {
	t.Helper()
	files := village()
	files["accueil.yaml"] = strings.Replace(files["accueil.yaml"], "      autre: {text: Autre chose}\n",
		"      autre: {text: Autre chose, only: {channel: chat|voice}} # le reste\n", 1)
	p := premisesOf(t, built(t, files))
	return p, p.as("claire")
}

func TestAConditionIsPicked(t *testing.T) {
	p, claire := conditionsOf(t)
	cell := func() string { return p.text("accueil.yaml", "steps", "besoin", "options", "autre", "only", "channel") }
	page := claire.reads(stepPath("accueil", "besoin"))
	for _, want := range []string{"<b>Canal</b> : chat ou téléphone", `value="chat" checked`, "Écrire autrement", "est l&#39;un de"} {
		if !strings.Contains(page, want) {
			t.Errorf("the form has no %q", want)
		}
	}
	was := p.draft().ID
	form := claire.form("accueil", "besoin")
	claire.saves("/studio/enregistrer", form)
	if p.draft().ID != was {
		t.Error("a save of nothing makes a version")
	}
	for _, step := range []struct {
		change func(url.Values)
		want   string
	}{
		{func(f url.Values) { f["~options/autre/only/channel="] = []string{"chat", "sms", "voice"} }, "chat|voice|sms"},
		{func(f url.Values) { f.Set("~options/autre/only/channel", noneOfThese) }, "!chat|voice|sms"},
		{func(f url.Values) { f.Del("~options/autre/only/channel=") }, "!chat|voice|sms"}, // not complete: it stays
		{func(f url.Values) { f["~options/autre/only/channel="] = []string{"voice"} }, "!voice"},
		{func(f url.Values) { f.Set("=options/autre/only/channel", "*") }, "*"},
		{func(f url.Values) {
			f.Set("~options/autre/only/channel", oneOfThese)
			f["~options/autre/only/channel="] = []string{"sms"}
		}, "sms"},
		{func(f url.Values) { f.Set("do", "retirer:options/autre/only/channel") }, ""},
	} {
		form := claire.form("accueil", "besoin")
		step.change(form)
		claire.saves("/studio/enregistrer", form)
		if got := cell(); got != step.want {
			t.Fatalf("the cell is %q, not %q", got, step.want)
		}
	}
	if got := string(p.draft().Draft.Files()["accueil.yaml"]); !strings.Contains(got, "      autre: {text: Autre chose}  # le reste\n") && !strings.Contains(got, "# le reste") {
		t.Errorf("the comment is gone:\n%s", got)
	}
	if found := p.proved().Found().Errors(); len(found) > 0 {
		t.Errorf("a condition that was taken away leaves %v", found)
	}
}

// Without script the answer is chosen first; then the page has its values.
func TestAConditionIsAdded(t *testing.T) {
	p, claire := conditionsOf(t)
	name := "+options/metier/only"
	form := claire.form("accueil", "besoin")
	form.Set(name, "age")
	form.Set("do", "choisir:"+name)
	w := claire.sends("/studio/enregistrer", form)
	there := w.Header().Get("Location")
	if u, _ := url.Parse(there); u.Query().Get("choisir") != name || u.Query().Get("reponse") != "age" {
		t.Fatalf("it leads to %q", there)
	}
	page := html.UnescapeString(claire.reads(there))
	if !strings.Contains(page, `name="+options/metier/only=" value="mineur"`) || !strings.Contains(page, "Choisissez maintenant les valeurs") {
		t.Fatalf("the values are not offered:\n%s", formOf(t, page, `id="step-form"`))
	}
	form = untouched(formOf(t, page, `id="step-form"`))
	if w := claire.sends("/studio/enregistrer", form); !strings.Contains(w.Header().Get("Location"), "fait=incomplet") {
		t.Errorf("without a value it leads to %q", w.Header().Get("Location"))
	}
	form["+options/metier/only="] = []string{"mineur", "-"}
	claire.saves("/studio/enregistrer", form)
	if got := p.text("accueil.yaml", "steps", "besoin", "options", "metier", "only", "age"); got != "mineur|-" {
		t.Errorf("the draft has %q", got)
	}
	form = claire.form("accueil", "besoin")
	form.Set("nouveau-quand", "channel")
	form.Set("nouveau-quand~", oneOfThese)
	form["nouveau-quand="] = []string{"sms"}
	form.Set("nouveau-variante", "Votre besoin ?")
	form.Set("do", "ajouter:variants")
	claire.saves("/studio/enregistrer", form)
	if got := p.text("accueil.yaml", "steps", "besoin", "variants", "sms", "ask"); got != "Votre besoin ?" {
		t.Errorf("the variant says %q", got)
	}
}

// Every condition of the reference bundle reads in French, and its values are all known.
func TestEveryConditionIsReadable(t *testing.T) {
	p := openPremises(t)
	state := p.draft()
	d := state.Draft
	n := 0
	for _, at := range steps(d) {
		view := p.stepView(state, p.checks.of(d), pickerOf(d, at[1]), at[0], at[2])
		var all []*conditionView
		for _, o := range view.Options {
			all = append(all, o.Pairs...)
		}
		for _, c := range view.Cases {
			all = append(all, c.When)
		}
		for _, v := range view.Variants {
			all = append(all, v.When)
		}
		for _, c := range all {
			for _, cell := range c.Cells {
				n++
				for _, v := range append(cell.Values, cell.Sets...) {
					if strings.Contains(v.Label, "n'existe pas") {
						t.Errorf("%s.%s: %s: %s", at[1], at[2], cell.Key, v.Label)
					}
				}
				if cell.Reads == cell.Text && len(cell.Text) > 3 && cell.Text != "chat" {
					t.Logf("%s.%s: %s reads %q", at[1], at[2], cell.Key, cell.Reads)
				}
			}
		}
	}
	if n < 80 {
		t.Errorf("%d cells only", n)
	}
}

package flow

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestMerge(t *testing.T) {
	base := openDraft(t, sections(t, "good.txt"))
	steps := func(path ...string) Place { return In("accueil.yaml", append([]string{"steps"}, path...)...) }
	mine := edit(t, base,
		SetText(steps("bonjour", "say"), "Salut."),
		SetText(steps("age", "retry"), "Donnez un âge."),
		Insert(steps("merci"), "# à relire\nsay: Merci.\nthen: fin\n", After("relation")),
		SetText(In("cards.yaml", "cards", "general", "title"), "Orientation"),
		SetText(In("bundle.yaml", "delays", "dated"), "4"),
		Remove(In("hours.yaml", "queues", "mineurs")))
	theirs := edit(t, base,
		SetText(steps("lieu", "retry"), "Donnez un code."),
		SetText(steps("age", "retry"), "Quel âge ?"),
		Insert(steps("adieu"), "{say: Adieu., then: fin}", After("fin")),
		InsertRow(In("routing.yaml", "tables", "aiguillage", "rows", "x"), []string{"autre", "*", "region", "general", "general"}, Before("1")),
		SetText(In("hours.yaml", "queues", "mineurs", "sam"), "09:00-10:00"),
		WriteFile("tests/neuf.txt", "at 2026-11-24 10:00\n"))
	merged, conflicts := Merge(base, mine, theirs)
	var got []string
	for _, c := range conflicts {
		got = append(got, c.File+" "+strings.Join(c.Path, "."))
	}
	if want := []string{"accueil.yaml steps.age", "hours.yaml queues.mineurs"}; !slices.Equal(got, want) {
		t.Errorf("conflicts %q, want %q", got, want)
	}
	if c := conflicts[0]; !strings.Contains(c.Mine, "Donnez un âge") || !strings.Contains(c.Theirs, "Quel âge ?\"\nvariants") || strings.Contains(c.Base, "retry") || conflicts[1].Mine != "" {
		t.Errorf("%+v", conflicts)
	}
	want := edit(t, mine,
		SetText(steps("lieu", "retry"), "Donnez un code."),
		Insert(steps("adieu"), "{say: Adieu., then: fin}", After("fin")),
		InsertRow(In("routing.yaml", "tables", "aiguillage", "rows", "x"), []string{"autre", "*", "region", "general", "general"}, Before("1")),
		WriteFile("tests/neuf.txt", "at 2026-11-24 10:00\n"))
	for name, text := range want.Files() {
		if string(merged.Files()[name]) != string(text) {
			t.Errorf("%s: %s", name, firstDifference(string(text), string(merged.Files()[name])))
		}
	}
}

// Merging knows its own: with the base on one side it gives the other; order of sides changes nothing where
// nothing conflicts; and who merges a merge again gets the same.
func TestMergeLaws(t *testing.T) {
	base := openDraft(t, sections(t, "good.txt"))
	random := rand.New(rand.NewPCG(3, 3))
	change := func() *Draft {
		d := base
		for range 1 + random.IntN(4) {
			names := d.Names()
			name := names[random.IntN(len(names))]
			top, _ := d.At(name)
			all := places(top, In(name))
			if p := all[random.IntN(len(all))]; len(p.Path) > 1 {
				var c Change
				switch v, _ := d.At(p.File, p.Path...); {
				case random.IntN(4) == 0:
					c = Remove(p)
				case v.Kind() == TextValue:
					c = SetText(p, "autre")
				default:
					c = SetYAML(p, "{a: b}")
				}
				d = edit(t, d, c)
			}
		}
		return d
	}
	for range 200 {
		mine, theirs := change(), change()
		if m, c := Merge(base, mine, base); m.Hash() != mine.Hash() || len(c) > 0 {
			t.Fatal("the base changed mine")
		}
		if m, c := Merge(base, base, theirs); m.Hash() != theirs.Hash() || len(c) > 0 {
			t.Fatal("the base hid theirs")
		}
		one, c1 := Merge(base, mine, theirs)
		two, c2 := Merge(base, theirs, mine)
		if len(c1) != len(c2) || len(c1) == 0 && one.Hash() != two.Hash() {
			t.Fatalf("the sides matter: %v %v", c1, c2)
		}
		checkCanonical(t, one, one.Names()...)
		if again, _ := Merge(theirs, one, theirs); again.Hash() != one.Hash() {
			t.Fatal("merged again, another draft")
		}
	}
}

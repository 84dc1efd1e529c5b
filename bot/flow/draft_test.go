package flow

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func bytesOf(files map[string]string) map[string][]byte {
	all := map[string][]byte{}
	for name, text := range files {
		all[name] = []byte(text)
	}
	return all
}

func openDraft(t testing.TB, files map[string]string) *Draft {
	t.Helper()
	d, err := OpenDraft(bytesOf(files))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func referenceDraft(t testing.TB) *Draft {
	t.Helper()
	if _, err := os.Stat(reference + "/bundle.yaml"); err != nil {
		t.Skip("no reference bundle here")
	}
	d, err := ReadDraft(os.DirFS(reference), os.DirFS("../../locales"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func edit(t testing.TB, d *Draft, changes ...Change) *Draft {
	t.Helper()
	made, err := d.Edit(changes...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// A draft is the bundle that its files load as, in every region.
func TestDraftLoadsAsItsFiles(t *testing.T) {
	drafts := map[string]*Draft{"good": openDraft(t, sections(t, "good.txt"))}
	if _, err := os.Stat(reference + "/bundle.yaml"); err == nil {
		drafts["reference"] = referenceDraft(t)
	}
	for name, d := range drafts {
		for _, region := range append(d.Regions(), "") {
			want, err := load(d.Files(), region)
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.Bundle(region)
			if err != nil {
				t.Fatal(err)
			}
			if got.Hash != want.Hash || len(got.Texts) != len(want.Texts) {
				t.Errorf("%s, %q: hash %s, want %s", name, region, got.Hash, want.Hash)
			}
		}
	}
}

// What cannot be read is kept to the byte, and Bundle says what Load says.
func TestBrokenDraftsAreKept(t *testing.T) {
	all, _ := filepath.Glob(bundles + "/*.txt")
	for _, file := range all {
		if filepath.Base(file) == "good.txt" {
			continue
		}
		files, want := faulty(t, filepath.Base(file))
		d, err := OpenDraft(bytesOf(files))
		if err != nil {
			continue // a name that no bundle has
		}
		for name, src := range files {
			if _, faults := parseTree(name, []byte(src)); len(faults) > 0 && string(d.Files()[name]) != src {
				t.Errorf("%s: %s was changed", file, name)
			}
		}
		_, err = d.Bundle("")
		switch {
		case err == nil && want != "":
			t.Errorf("%s: loads", file)
		case err != nil && withoutLines(err.Error()) != withoutLines(strings.TrimSpace(want)):
			t.Errorf("%s:\n%v\nwant\n%s", file, err, want)
		}
	}
}

// withoutLines drops the lines of faults: those of a draft are those of canonical files.
func withoutLines(faults string) string {
	lines := regexp.MustCompile(`(\.yaml:|ligne )[0-9]+`).ReplaceAllString(faults, "$1")
	sorted := strings.Split(lines, "\n")
	slices.Sort(sorted)
	return strings.Join(sorted, "\n")
}

func TestEditsOfEveryKind(t *testing.T) {
	d := openDraft(t, sections(t, "good.txt"))
	for _, c := range []struct {
		name    string
		changes []Change
		path    []string
		want    string
	}{
		{"a text", []Change{SetText(In("accueil.yaml", "steps", "bonjour", "say"), "Bonjour : oui # non")}, []string{"steps", "bonjour", "say"}, "\"Bonjour : oui # non\"\n"},
		{"a record on the way", []Change{SetText(In("accueil.yaml", "steps", "neuf", "variants", "a", "when", "besoin"), "06")}, []string{"steps", "neuf"},
			"variants:\n  a: {when: {besoin: \"06\"}}\n"},
		{"a list", []Change{SetList(In("accueil.yaml", "steps", "neuf", "no_match"), "rephrase", "yes", "06")}, []string{"steps", "neuf"}, "no_match: [rephrase, \"yes\", \"06\"]\n"},
		{"a fragment", []Change{SetYAML(In("accueil.yaml", "steps", "neuf"), "# début\nthen: fin\r\nsay:   'À demain : 8 h' # ici\n# fin\n")}, []string{"steps", "neuf"},
			"say: \"À demain : 8 h\"  # ici\n# début\nthen: fin\n# fin\n"},
		{"a text fragment", []Change{SetYAML(In("accueil.yaml", "title"), "\"Un : deux\"")}, []string{"title"}, "\"Un : deux\"\n"},
		{"a number", []Change{SetText(In("accueil.yaml", "steps", "neuf", "check", "min"), "15")}, []string{"steps", "neuf"}, "check: {min: 15}\n"},
	} {
		got := edit(t, d, c.changes...).Record("accueil.yaml", c.path...)
		if got != c.want {
			t.Errorf("%s:\n%s\nwant:\n%s", c.name, got, c.want)
		}
	}
}

func TestEditsThatCannotBe(t *testing.T) {
	d := openDraft(t, sections(t, "good.txt"))
	for want, c := range map[string]Change{
		"est un texte":               SetText(In("accueil.yaml", "title", "x"), "y"),
		"n'existe pas":               Remove(In("accueil.yaml", "nulle", "part")),
		"n'est pas là":               Remove(In("accueil.yaml", "steps", "nulle_part")),
		"existe déjà":                Insert(In("accueil.yaml", "steps", "bonjour"), "{end: x}", Last()),
		"rien ne peut être mis":      Insert(In("accueil.yaml", "steps", "x"), "{end: x}", After("nulle_part")),
		"ne sont pas du texte":       SetText(In("accueil.yaml", "title"), "a\x00b"),
		"n'a pas de ligne numéro 10": SetText(In("accueil.yaml", "steps", "besoin", "no_match", "9"), "list"),
		":2: ":                       SetYAML(In("accueil.yaml", "steps", "x"), "say: a\nthen: [b\n"),
		"n'est pas admis":            WriteFile("a//x.yaml", "a: b\n"),
		"il manque la clé":           Remove(In("accueil.yaml")),
		"ce dossier n'est pas lu":    SetText(In("autre/x.yaml", "a"), "b"),
	} {
		if _, err := d.Edit(SetText(In("accueil.yaml", "title"), "Autre"), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if d.Hash() != openDraft(t, sections(t, "good.txt")).Hash() {
		t.Error("a refused edit changed the draft")
	}
}

// places lists every place of a file below its top, with its value.
func places(v Value, at Place) []Place {
	var all []Place
	keys := v.Keys()
	for i, item := range v.Items() {
		key := fmt.Sprint(i)
		if keys != nil {
			key = keys[i]
		}
		all = append(all, at.below(key))
		all = append(all, places(item, at.below(key))...)
	}
	return all
}

// outside gives the lines of a file without those of the record at the first two keys of a path, which
// are what an edit may touch: a step, a card, a table.
func outside(d *Draft, p Place) string {
	lines := strings.SplitAfter(string(d.Files()[p.File]), "\n")
	s := d.files[p.File]
	depth := 1
	if section := shapeOf(p.File, s.tree).field(p.Path[0]); section != nil && section.is == table {
		depth = 2
	}
	n := s.tree
	from, to := 0, len(lines)
	for _, key := range p.Path[:min(depth, len(p.Path))] {
		i := n.index(key)
		if i < 0 {
			break
		}
		from = n.entries[i].pos.Line - 1 - len(n.entries[i].lead)
		if i+1 < len(n.entries) {
			to = n.entries[i+1].pos.Line - 1 - len(n.entries[i+1].lead)
		}
		n = n.entries[i].value
	}
	return strings.TrimRight(strings.Join(lines[:from], ""), "\n") + "\n…\n" + strings.Join(lines[to:], "")
}

// For random edits: all lines outside the edited record stay, setting back gives the first bytes, and
// what is written is canonical.
func TestEditsChangeNothingElse(t *testing.T) {
	drafts := []*Draft{openDraft(t, sections(t, "good.txt"))}
	if !testing.Short() {
		drafts = append(drafts, referenceDraft(t))
	}
	random := rand.New(rand.NewPCG(7, 7))
	for _, d := range drafts {
		for _, name := range d.Names() {
			if len(d.Files()[name]) > 100_000 {
				continue
			}
			top, _ := d.At(name)
			all := places(top, In(name))
			for range min(25, len(all)) {
				checkEdit(t, d, all[random.IntN(len(all))], random)
			}
		}
	}
}

func checkEdit(t *testing.T, d *Draft, p Place, random *rand.Rand) {
	t.Helper()
	v, _ := d.At(p.File, p.Path...)
	before := d.Record(p.File, p.Path...)
	var change, back Change
	switch {
	case v.Kind() == TextValue:
		texts := []string{"06", "deux : points", "# dièse", "oui", "a|b", "*", "une\ndeux\n", "-", "«é»", "35", "{carte}", strings.Repeat("long ", 40)}
		change, back = SetText(p, texts[random.IntN(len(texts))]), SetText(p, v.Text())
	default:
		change, back = SetYAML(p, "{a: 1, b: [c, \"06\"]}"), SetYAML(p, before)
	}
	if len(p.Path) < 2 && p.Path[0] == "flow" {
		return // a file without it holds nothing known
	}
	there, err := d.Edit(change)
	if err != nil {
		t.Errorf("%s: %v", p, err)
		return
	}
	if a, b := outside(d, p), outside(there, p); a != b && !reordered(d, there, p) {
		t.Errorf("%s: other lines changed\n%s\n---\n%s", p, a, b)
	}
	checkCanonical(t, there, p.File)
	again, err := there.Edit(back)
	if err != nil {
		t.Errorf("%s: set back: %v", p, err)
		return
	}
	if got, want := again.Files()[p.File], d.Files()[p.File]; !bytes.Equal(got, want) {
		t.Errorf("%s: set and set back\n%s", p, firstDifference(string(want), string(got)))
	}
}

// reordered says that an edit of a whole section made the file's blank lines others.
func reordered(a, b *Draft, p Place) bool {
	bare := func(s string) string { return strings.ReplaceAll(s, "\n\n", "\n") }
	return bare(outside(a, p)) == bare(outside(b, p))
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d: %q became %q", i+1, x[i], y[i])
		}
	}
	return fmt.Sprintf("%d lines became %d", len(x), len(y))
}

func checkCanonical(t testing.TB, d *Draft, names ...string) {
	t.Helper()
	for _, name := range names {
		src := d.Files()[name]
		if isTranscript(name) || d.files[name].broken() || len(src) > 100_000 {
			continue
		}
		if out, err := Format(name, src); err != nil || !bytes.Equal(out, src) {
			t.Errorf("%s is not canonical: %v\n%s", name, err, firstDifference(string(src), string(out)))
		}
	}
}

// Rows keep their alignment, a 06 its zero, and a comment above a row heads those below it.
func TestRows(t *testing.T) {
	d := openDraft(t, map[string]string{"routing.yaml": "tables:\n  t:\n    columns: [lieu.departement, age]\n    sets: [reseau]\n    rows:\n" +
		"      # le sud\n      - [\"06\", \"*\", a]\n      - [\"83\", \"<16\", b]  # deux\n      # les autres\n      - [\"*\", \"*\", c]\n"})
	rows := In("routing.yaml", "tables", "t", "rows")
	d = edit(t, d, InsertRow(rows.below("new"), []string{"2A", "06", "yes"}, After("0")), Move(rows.below("3"), Before("0")),
		SetText(rows.below("1", "0"), "06|83"), Remove(rows.below("1")))
	const want = "columns: [lieu.departement, age]\nsets: [reseau]\nrows:\n  # les autres\n  - [\"*\",  \"*\",   c]\n  # le sud\n" +
		"  - [2A,   \"06\",  \"yes\"]\n  - [\"83\", \"<16\", b]  # deux\n"
	if got := d.Record("routing.yaml", "tables", "t"); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestETagsFollowTheRecord(t *testing.T) {
	d := openDraft(t, sections(t, "good.txt"))
	tag := d.ETag("accueil.yaml", "steps", "besoin")
	other := edit(t, d, SetText(In("accueil.yaml", "steps", "bonjour", "say"), "Salut."))
	if tag == "" || other.ETag("accueil.yaml", "steps", "besoin") != tag {
		t.Error("another step's edit changed the tag")
	}
	if mine := edit(t, d, SetText(In("accueil.yaml", "steps", "besoin", "ask"), "Quoi ?")); mine.ETag("accueil.yaml", "steps", "besoin") == tag {
		t.Error("the tag did not change")
	}
	if d.ETag("accueil.yaml", "steps", "nulle_part") != "" {
		t.Error("a tag of nothing")
	}
}

// Transcripts under tests/ go with the release, and come back.
func TestTranscriptsGoWithTheRelease(t *testing.T) {
	files := sections(t, "good.txt")
	files["tests/une_mere_appelle.txt"] = "at 2026-11-24 10:00\n\ncitizen: (arrives)\n"
	b, err := Load(filesOf(files), "")
	if err != nil {
		t.Fatal(err)
	}
	again, err := Unpack(Pack(b))
	if err != nil {
		t.Fatal(err)
	}
	if string(again.Sources["tests/une_mere_appelle.txt"]) != files["tests/une_mere_appelle.txt"] || again.Hash != b.Hash {
		t.Error("the transcript is lost")
	}
	files["tests/long.txt"] = strings.Repeat("citizen: oui\n", 6000)
	if _, err := Load(filesOf(files), ""); err == nil || !strings.Contains(err.Error(), "trop long") {
		t.Errorf("%v", err)
	}
}

// FuzzDraftEdit makes edits from bytes: none panics, and what comes of them is canonical.
func FuzzDraftEdit(f *testing.F) {
	files := sections(f, "good.txt")
	names := slices.Sorted(maps.Keys(files))
	f.Add(uint8(0), "steps/besoin/ask", "Quoi : oui", uint8(0), "")
	f.Add(uint8(1), "a/b/0", "- [x, {y: z}]\n# c\n", uint8(2), "a")
	f.Add(uint8(2), "steps/besoin/options/0", "say: |\n  a\n\n  b\n", uint8(3), "emploi")
	f.Fuzz(func(t *testing.T, file uint8, path, text string, do uint8, beside string) {
		if len(text) > 2000 || len(path) > 200 || strings.Count(path, "/") > 20 {
			return
		}
		d := openDraft(t, files)
		p := In(names[int(file)%len(names)], strings.Split(path, "/")...)
		var c Change
		switch do % 8 {
		case 0:
			c = SetText(p, text)
		case 1:
			c = SetList(p, strings.Split(text, "\n")...)
		case 2:
			c = SetYAML(p, text)
		case 3:
			c = Insert(p, text, After(beside))
		case 4:
			c = Move(p, Before(beside))
		case 5:
			c = Remove(p)
		case 6:
			c = InsertRow(p, strings.Split(text, "|"), Last())
		case 7:
			c = rekey(p, text)
		}
		made, err := d.Edit(c)
		if err != nil {
			return
		}
		checkCanonical(t, made, p.File)
		_, _ = made.Bundle("")
	})
}

// An edit of the largest flow and the load that follows it. The ceiling is 100 ms where a whole load
// takes 215.
func BenchmarkDraftEdit(b *testing.B) {
	d := referenceDraft(b)
	if _, err := d.Bundle(""); err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		i++
		made, err := d.Edit(SetText(In("accueil.yaml", "steps", "bonjour", "sms"), fmt.Sprintf("Bonjour, ici {service} (%d).", i)))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := made.Bundle(""); err != nil {
			b.Fatal(err)
		}
	}
}

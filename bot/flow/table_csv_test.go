package flow

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
)

const table06 = `tables:
  t:
    columns: [lieu.departement, age, besoin]
    sets: [reseau, carte]
    rows:
      # le sud
      - ["06|83", "<16", "-", a, "x=y"]
      - ["06", "*", "!-", a, "=1+1"]  # un
      # les autres
      - ["2A", "16-17", "!vae|metier", b, "@c"]
      - ["*", "18..25", "*", b, "'d"]
      - ["*", "*", "*", c, "dit \"oui\"; puis non"]
`

func tableDraft(t testing.TB) *Draft {
	return openDraft(t, map[string]string{"routing.yaml": table06})
}

// Out and in changes nothing, to the byte.
func TestTableCSVRoundTrip(t *testing.T) {
	drafts := map[string]*Draft{"t": tableDraft(t), "good": openDraft(t, sections(t, "good.txt"))}
	if _, err := os.Stat(reference + "/bundle.yaml"); err == nil {
		drafts["reference"] = referenceDraft(t)
	}
	for name, d := range drafts {
		for _, table := range d.IDs(TableRecord) {
			data, err := d.TableCSV(table)
			if err != nil {
				t.Fatal(err)
			}
			made, notes, err := d.SetTableCSV(table, data)
			if err != nil || len(notes) > 0 || made.Hash() != d.Hash() {
				t.Errorf("%s, %s: %v %q\n%s", name, table, err, notes, data)
			}
		}
	}
}

func TestTableCSVOut(t *testing.T) {
	data, err := tableDraft(t).TableCSV("t")
	if err != nil {
		t.Fatal(err)
	}
	const want = "\ufefflieu.departement;age;besoin;reseau;carte\r\n'06|83;<16;'-;a;x=y\r\n'06;*;!-;a;'=1+1\r\n2A;'16-17;!vae|metier;b;'@c\r\n" +
		"*;18..25;*;b;''d\r\n*;*;*;c;\"dit \"\"oui\"\"; puis non\"\r\n"
	if string(data) != want {
		t.Errorf("got\n%q\nwant\n%q", data, want)
	}
	if _, err := tableDraft(t).TableCSV("u"); err == nil || !strings.Contains(err.Error(), `la table "u" n'existe pas`) {
		t.Errorf("%v", err)
	}
}

// What spreadsheets in French do to a table.
func TestTableCSVIn(t *testing.T) {
	for _, c := range []struct{ name, in, want, note, fault string }{
		{name: "plain", in: "lieu.departement;age;besoin;reseau;carte\n06;<16;-;a;x\n*;*;*;b;y\n", want: "06 <16 - a x/* * * b y"},
		{name: "no byte order mark, hard spaces, curled marks", in: "lieu.departement;age;besoin;reseau;carte\n’06;“<16”;–;\u00a0a ;« x »\n*;18…25;!—;b;\"y\"\n", want: "06 <16 - a x/* 18..25 !- b y"},
		{name: "a zero lost", in: "lieu.departement;age;besoin;reseau;carte\n6|83;*;*;a;x\n", want: "06|83 * * a x", note: `"6" a été lu comme "06"`},
		{name: "empty columns and lines", in: "\n;;;;;;\nlieu.departement;age;besoin;reseau;carte;;\n*;*;*;a;x;;\n;;;;;;\n", want: "* * * a x"},
		{name: "Windows-1252", in: "lieu.departement;age;besoin;reseau;carte\n*;*;*;a;\xe9t\xe9 \x96 c\x9cur\n", want: "* * * a été – cœur", note: "Windows-1252"},
		{name: "commas", in: "lieu.departement,age,besoin,reseau,carte\n*,*,*,a,x\n", want: "* * * a x", note: "séparées"},
		{name: "a separator line", in: "sep=;\r\nlieu.departement;age;besoin;reseau;carte\r\n*;*;*;a;x\r\n", want: "* * * a x"},
		{name: "a column less", in: "lieu.departement;besoin;reseau;carte\n*;*;a;x\n", want: "* * a x"},
		{name: "a formula for a text", in: "lieu.departement;age;besoin;reseau;carte\n\"=\"\"06\"\"\";*;*;a;x\n", want: "06 * * a x"},

		{name: "an empty cell", in: "lieu.departement;age;besoin;reseau;carte\n*;;*;a;x\n", fault: `CSV:2: la case de la colonne "age" est vide`},
		{name: "a cell less", in: "lieu.departement;age;besoin;reseau;carte\n*;*;a;x\n", fault: "CSV:2: 4 cases, mais il en faut 5"},
		{name: "a result less", in: "lieu.departement;age;besoin;reseaux\n*;*;*;a\n", fault: `il manque le résultat "reseau" dans la première ligne ; vouliez-vous dire "reseaux" ?`},
		{name: "out of order", in: "lieu.departement;reseau;age;carte\n*;a;*;x\n", fault: `la colonne "age" est après un résultat`},
		{name: "a quotation mark", in: "lieu.departement;age;besoin;reseau;carte\n*;*;*;a;\"x\n", fault: "CSV:2: un guillemet"},
		{name: "nothing", in: "\ufeff", fault: "le fichier est vide"},
		{name: "no rows", in: "lieu.departement;age;besoin;reseau;carte\n", fault: "aucune ligne"},
		{name: "a workbook", in: "PK\x03\x04", fault: "classeur"},
		{name: "UTF-16", in: "\xff\xfea\x00", fault: "UTF-16"},
		{name: "no text", in: "a\x01;b\n", fault: "ne sont pas du texte"},
	} {
		made, notes, err := tableDraft(t).SetTableCSV("t", []byte(c.in))
		if c.fault != "" {
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%s: %v, want %q", c.name, err, c.fault)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var rows []string
		v, _ := made.At("routing.yaml", "tables", "t", "rows")
		for _, r := range v.Items() {
			rows = append(rows, strings.Join(r.Texts(), " "))
		}
		if got := strings.Join(rows, "/"); got != c.want || (c.note == "") != (len(notes) == 0) || !strings.Contains(strings.Join(notes, "\n"), c.note) {
			t.Errorf("%s: %q %q, want %q %q", c.name, got, notes, c.want, c.note)
		}
	}
}

// Rows that stay keep their comments, whatever happens around them.
func TestTableCSVKeepsComments(t *testing.T) {
	d := tableDraft(t)
	data, _ := d.TableCSV("t")
	lines := strings.SplitAfter(strings.TrimPrefix(string(data), "\ufeff"), "\r\n")
	lines[1] = strings.Replace(lines[1], "<16", "*", 1)  // changed, under "le sud"
	lines = slices.Delete(lines, 3, 4)                   // gone, the first of "les autres"
	lines = slices.Insert(lines, 3, "35;*;*;z;neuf\r\n") // new before it
	lines[4], lines[5] = lines[5], lines[4]              // changed places
	made, _, err := d.SetTableCSV("t", []byte(strings.Join(lines, "")))
	if err != nil {
		t.Fatal(err)
	}
	got := made.Record("routing.yaml", "tables", "t", "rows")
	for _, want := range []string{"# le sud\n- [\"06|83\", \"*\",", "# un\n", "# les autres\n- [\"35\","} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func FuzzTableCSV(f *testing.F) {
	data, _ := tableDraft(f).TableCSV("t")
	f.Add(string(data))
	f.Add("lieu.departement;age;besoin;reseau;carte\n\"06\";’=1;–;\xe9;«»\n")
	f.Add("sep=,\nreseau,carte\n\"\"\"")
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) > 4000 {
			return
		}
		d := tableDraft(t)
		made, _, err := d.SetTableCSV("t", []byte(in))
		if err != nil {
			return
		}
		out, err := made.TableCSV("t")
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := made.SetTableCSV("t", out)
		if err != nil || again.Hash() != made.Hash() {
			t.Fatalf("out and in: %v\n%q\n%s", err, out, again.Record("routing.yaml", "tables", "t"))
		}
		c := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(out), "\ufeff")))
		c.Comma = ';'
		lines, err := c.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			for _, cell := range line {
				if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@") {
					t.Fatalf("a formula goes out: %q", cell)
				}
			}
		}
	})
}

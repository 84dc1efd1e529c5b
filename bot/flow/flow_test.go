package flow

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"frontdesk/bot"

	"frontdesk/bot/place"
)

func TestCompileCell(t *testing.T) {
	for _, c := range []struct {
		raw   string
		want  string // values it holds for among "", a, b, c
		fault string
	}{
		{raw: "*", want: ",a,b,c"},
		{raw: "a", want: "a"},
		{raw: " a | b ", want: "a,b"},
		{raw: "!a", want: ",b,c"},
		{raw: "!a|b", want: ",c"},
		{raw: "-", want: ""},
		{raw: "!-", want: "a,b,c"},
		{raw: "a|-", want: ",a"},
		{raw: "!a|-", want: "b,c"},
		{raw: "", fault: "une case vide est ambiguë"},
		{raw: "a||b", fault: "il manque une valeur"},
		{raw: "a|*", fault: "ne se combine pas"},
		{raw: "a|!b", fault: "ne se combine pas"},
		{raw: "a|a", fault: "deux fois"},
		{raw: "<0", fault: "jamais vrai"},
		{raw: "<dix", fault: "n'est pas une comparaison"},
		{raw: "=<18", fault: "signe inconnu"},
		{raw: "25..18", fault: "n'est pas un intervalle"},
	} {
		cell, b, err := compileCell("x", c.raw)
		if c.fault != "" {
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%q: %v, want %q", c.raw, err, c.fault)
			}
			continue
		}
		var holds []string
		for _, value := range []string{"", "a", "b", "c"} {
			if cell.Match(value) {
				holds = append(holds, value)
			}
		}
		if got := strings.Join(holds, ","); err != nil || b != nil || got != c.want {
			t.Errorf("%q: %q %v %v, want %q", c.raw, got, b, err, c.want)
		}
	}
}

func TestCompileBounds(t *testing.T) {
	for raw, want := range map[string]bounds{
		"<18": {0, 17}, "<=18": {0, 18}, ">25": {26, 0}, ">=26": {26, 0}, ">= 26": {26, 0}, "18..25": {18, 25},
	} {
		_, b, err := compileCell("age", raw)
		if err != nil || b == nil || *b != want {
			t.Errorf("%q: %v %v, want %v", raw, b, err, want)
		}
	}
}

func TestConditions(t *testing.T) {
	b := good(t)
	answers := func(pairs ...string) func(string) string {
		return func(name string) string {
			if i := slices.Index(pairs, name); i >= 0 {
				return pairs[i+1]
			}
			return ""
		}
	}
	row := b.Tables["aiguillage"].Rows[0].When
	if got := row[1].Values; !slices.Equal(got, []string{"a18_25", "a26"}) {
		t.Errorf(">=18 means %v", got)
	}
	for _, c := range []struct {
		when Condition
		get  func(string) string
		want bool
	}{
		{row, answers("besoin", "vae", "age", "a26"), true},
		{row, answers("besoin", "vae", "age", "moins_18"), false},
		{row, answers("besoin", "vae"), false},
		{nil, answers(), true},
		{b.Steps["accueil.choix"].Cases[0].When, answers("open:accueil", "oui", "staffed", "oui"), true},
		{b.Steps["accueil.choix"].Cases[0].When, answers("open:accueil", "non", "staffed", "oui"), false},
		{b.Steps["accueil.choix"].Cases[1].When, answers("lieu.departement", "29"), true},
		{b.Steps["accueil.direct"].Handoff.Urgent, answers("danger", "suicide"), true},
		{b.Steps["accueil.direct"].Handoff.Urgent, answers(), false},
	} {
		if got := c.when.Match(c.get); got != c.want {
			t.Errorf("%+v: %v", c.when, got)
		}
	}
	get := answers("besoin", "vae", "age", "a26")
	if n := testing.AllocsPerRun(100, func() { row.Match(get) }); n > 0 {
		t.Errorf("Match allocates %v times", n)
	}
}

func TestDepartement(t *testing.T) {
	for postcode, want := range map[string]string{
		"35000": "35", "01000": "01", "20000": "2A", "20137": "2A", "20200": "2B", "20600": "2B", "97410": "974", "98800": "988",
		"3500": "", "350000": "", "3500a": "", "00000": "", "99123": "", "": "",
	} {
		if got := DepartementOf(postcode); got != want {
			t.Errorf("%s: %q, want %q", postcode, got, want)
		}
	}
}

func TestStructure(t *testing.T) {
	b := good(t)
	for _, c := range []struct{ network, territory, day, want string }{
		{"vae", "22", "2026-11-22", "vae-bretagne"},
		{"vae", "35", "2026-11-22", ""},
		{"vae", "22", "2025-12-31", ""},
		{"vae", "22", "2026-12-31", "vae-bretagne"},
		{"vae", "22", "2027-01-01", ""},
		{"region", "22", "2026-11-22", "accueil-regional"},
		{"none", "22", "2026-11-22", ""},
	} {
		at, _ := time.ParseInLocation(time.DateOnly, c.day, b.Zone)
		got := ""
		if s, _ := b.Competent(Wish{Network: c.network, Territory: c.territory, At: at}); s != nil {
			got = s.ID
		}
		if got != c.want {
			t.Errorf("%v: %q", c, got)
		}
	}
	if b.Lead().ID != "accueil-regional" {
		t.Error("lead", b.Lead())
	}
	if got, ok := b.Territory("22"); !ok || got.In != "dans les Côtes-d'Armor" {
		t.Error(got, ok)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"vae_info", "besoin", "age", "accueil-regional"}
	for wrong, want := range map[string]string{
		"vea": "vae_info", "besion": "besoin", "besoins": "besoin", "aeg": "age", "xyz": "", "": "", "accueil": "accueil-regional",
		strings.Repeat("é", 5000): "",
	} {
		if got := nearest(wrong, known); got != want {
			t.Errorf("%.20s: %q, want %q", wrong, got, want)
		}
	}
}

// What an editor on another system leaves behind changes nothing.
func TestForeignLineEndsAndMark(t *testing.T) {
	want := good(t).Hash
	files := sections(t, "good.txt")
	for name, src := range files {
		files[name] = "\ufeff" + strings.ReplaceAll(src, "\n", "\r\n")
	}
	b, err := Load(filesOf(files), "")
	if err != nil || b.Hash != want {
		t.Errorf("%v %v", b, err)
	}
}

func TestReleases(t *testing.T) {
	b := good(t)
	if len(b.Hash) != 32 || b.Hash != good(t).Hash {
		t.Errorf("hash %q, then %q", b.Hash, good(t).Hash)
	}
	again, err := Unpack(Pack(b))
	if err != nil || again.Hash != b.Hash || !reflect.DeepEqual(again.Sources, b.Sources) {
		t.Errorf("unpacked %v", err)
	}
	stored := Pack(b)
	for _, torn := range [][]byte{nil, stored[:len(stored)/2], append(slices.Clone(stored), 'x'), []byte("other\n")} {
		if _, err := Unpack(torn); err == nil {
			t.Errorf("%d bytes of %d are taken", len(torn), len(stored))
		}
	}
	files := sections(t, "good.txt")
	files["locales/accueil.en.yaml"] = "accueil.age: {other: \"How old are you?\"}\n"
	translated, err := Load(filesOf(files), "")
	if err != nil || translated.Hash == b.Hash || translated.Sources["locales/accueil.en.yaml"] == nil {
		t.Errorf("translations: %v", err)
	}
	apart, err := LoadWithLocales(filesOf(sections(t, "good.txt")), fstest.MapFS{
		"accueil.en.yaml": {Data: []byte(files["locales/accueil.en.yaml"])}}, "")
	if err != nil || apart.Hash != translated.Hash {
		t.Errorf("translations apart: %v", err)
	}
}

// Another region is another release, and brings its own records only.
func TestRegions(t *testing.T) {
	files := sections(t, "good.txt")
	files["regions/ailleurs/region.yaml"] = "service: Orientation Ailleurs\nterritories:\n  \"974\": {name: La Réunion, in: à La Réunion}\n"
	files["regions/ailleurs/structures.yaml"] = strings.ReplaceAll(files["regions/bretagne/structures.yaml"], `["22", "29"]`, `["974"]`)
	files["regions/ailleurs/cards.yaml"] = "cards:\n  general: {title: Ailleurs, text: Bonjour., source: Région, checked: 2026-11-02, expires: 2027-05-02}\n"
	home, err := Load(filesOf(files), "")
	if err != nil || home.Hash != good(t).Hash {
		t.Fatalf("an unused region changes the release: %v", err)
	}
	away, err := Load(filesOf(files), "ailleurs")
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(away.Region, away.Service, away.Territories, away.Texts["card.general.title"].Text, len(away.Cards))
	if want := "ailleursOrientation Ailleurs[{974 La Réunion à La Réunion [974] []   { }}]Ailleurs2"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	again, err := Unpack(Pack(away))
	if err != nil || again.Hash != away.Hash || again.Region != "ailleurs" {
		t.Errorf("unpacked: %v", err)
	}
}

// A network with nobody somewhere is allowed: the lead takes over, and the supervisor is told.
func TestWarnsOfTerritoriesWithoutStructure(t *testing.T) {
	files := sections(t, "good.txt")
	files["regions/bretagne/structures.yaml"] = strings.Replace(files["regions/bretagne/structures.yaml"], `["22", "29"]`, `["22"]`, 1)
	b, err := Load(filesOf(files), "")
	if err != nil {
		t.Fatal(err)
	}
	want := `networks.yaml:3: le réseau "vae" n'a aucune structure pour 29 : l'accueil régional prendra la suite`
	if len(b.Warnings) != 1 || b.Warnings[0].String() != want {
		t.Errorf("%v", b.Warnings)
	}
}

// Files made to cost much are refused quickly.
func TestHostileFiles(t *testing.T) {
	big := strings.Repeat("a", maxSize-100)
	for name, src := range map[string]string{
		"oversize":      strings.Repeat("# x\n", maxSize/4+1),
		"brackets":      "a: " + strings.Repeat("[", maxSize-100),
		"braces":        "a: " + strings.Repeat("{a: ", maxSize/4-100),
		"dashes":        strings.Repeat("- ", maxSize/2-100),
		"questions":     strings.Repeat("? ", maxSize/2-100),
		"one word":      big,
		"one text":      "flow: \"" + big + "\"",
		"binary":        "flow: \x00\x01",
		"latin1":        "flow: \xe9t\xe9",
		"many keys":     manyKeys(),
		"long comments": "flow: a\n" + strings.Repeat("# é\n", maxSize/6),
		"deep indent":   deepIndent(),
	} {
		t.Run(name, func(t *testing.T) {
			files := sections(t, "good.txt")
			files["contact.yaml"] = src
			start := time.Now()
			_, err := Load(filesOf(files), "")
			var faults Faults
			if !errors.As(err, &faults) {
				t.Errorf("not refused: %v", err)
			}
			if took := time.Since(start); took > time.Minute { // what costs much costs far more than the race detector on a busy machine
				t.Errorf("took %v", took)
			} else {
				t.Log(took, len(faults[0].Message))
			}
		})
	}
}

func manyKeys() string {
	var b strings.Builder
	for i := 0; b.Len() < maxSize-100; i++ {
		fmt.Fprintf(&b, "k%d: x\n", i)
	}
	return b.String()
}

func deepIndent() string {
	var b strings.Builder
	for i := 0; b.Len() < maxSize-3000; i++ {
		fmt.Fprintf(&b, "%sa:\n", strings.Repeat(" ", i))
	}
	return b.String()
}

// Reading stops where the file system does.
func TestUnreadable(t *testing.T) {
	_, err := Load(os.DirFS(t.TempDir()+"/none"), "")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestAReleaseOfANewerFormatIsLeftToIt(t *testing.T) {
	if _, err := Unpack([]byte("frontdesk release 2\nbundle.yaml 0\n")); !errors.Is(err, bot.ErrNewer) {
		t.Errorf("got %v, want ErrNewer", err)
	}
	for _, torn := range []string{"", "frontdesk release", "frontdesk release x\n", "frontdesk release 0\n"} {
		if _, err := Unpack([]byte(torn)); err == nil || errors.Is(err, bot.ErrNewer) {
			t.Errorf("%q: %v", torn, err)
		}
	}
}

// A commune that is listed belongs to the territory that lists it, any other to its département's.
func TestTerritoriesOfPlaces(t *testing.T) {
	files := sections(t, "good.txt")
	files["regions/bretagne/region.yaml"] = `line: {text: "02 61 91 00 00", tel: "+33261910000"}
territories:
  "22": {name: Côtes-d'Armor, in: dans les Côtes-d'Armor}
  "29": {name: Finistère, in: dans le Finistère}
  pays-de-redon:
    name: Pays de Redon
    in: dans le pays de Redon
    communes: [Redon, Allaire, "44067"]
    coordinator: accueil-regional
  dinan: {name: Pays de Dinan, in: dans le pays de Dinan, communes: [Dinan]}
`
	b, err := Load(filesOf(files), "")
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{
		"commune:22278": "22", "commune:22050": "dinan", "commune:35236": "pays-de-redon", "commune:35238": "35", "commune:44067": "pays-de-redon",
		"22": "22", "35": "35", "29200": "29", "35600": "pays-de-redon", "97410": "974", "region:76": "region-76", "abroad:Bruxelles": "abroad", "?Vitry": "", "": "",
	} {
		if got := b.TerritoryOf(value); got != want {
			t.Errorf("%s: territory %q, want %q", value, got, want)
		}
	}
	for code, want := range map[string]string{"22": "[22 dinan]", "29": "[29]", "35": "[ pays-de-redon]", "75": "[]"} {
		if got := fmt.Sprint(b.Possible(place.Place{Kind: place.Departement, Code: code})); got != want {
			t.Errorf("%s may be in %q, want %q", code, got, want)
		}
	}
	if got := fmt.Sprint(b.Near().Departements); got != "[22 29 35 44 56]" {
		t.Errorf("near %s", got)
	}
	if got, _ := b.Territory("pays-de-redon"); got.Coordinator != "accueil-regional" || fmt.Sprint(got.Communes) != "[35236 56001 44067]" {
		t.Errorf("%+v", got)
	}
}

// Communes of one département that are a territory of their own keep its structures.
func TestATerritoryWithinAnotherKeepsItsStructures(t *testing.T) {
	files := sections(t, "good.txt")
	files["regions/bretagne/region.yaml"] += `  dinan: {name: Pays de Dinan, in: dans le pays de Dinan, communes: [Dinan, Lanvallay]}
  loin: {name: Au loin, in: au loin, communes: [Dinard, Taden]}
`
	b, err := Load(filesOf(files), "")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, b.Zone)
	for territory, want := range map[string]bool{"dinan": true, "22": true, "loin": false} {
		if s, _ := b.Competent(Wish{Network: "vae", Territory: territory, At: at}); (s != nil) != want {
			t.Errorf("%s: %v", territory, s)
		}
	}
}

func TestPlaceNames(t *testing.T) {
	for value, want := range map[string]string{"commune:35238": "Rennes (35)", "35": "Ille-et-Vilaine (35)", "35500": "35500",
		"abroad:Bruxelles": "Bruxelles", "?Vitry": "Vitry", "region:76": "Occitanie", "commune:99999": "99999", "": ""} {
		if got := PlaceName(value); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}

// The nearest structure with the offer under a convention is competent, another of the network when its
// quota is reached, then its fallbacks in their order, as far as they serve the territory.
func TestCompetent(t *testing.T) {
	at := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	valid := func(ids ...string) []Offer {
		var all []Offer
		for _, id := range ids {
			all = append(all, Offer{ID: id, From: at.AddDate(0, -1, 0), To: at.AddDate(0, 1, 0)})
		}
		return all
	}
	b := &Bundle{Structures: map[string]*Structure{
		"here":    {ID: "here", Network: "ml", Territories: []string{"35"}, Offers: valid("api", "cep_2"), Fallback: []string{"away", "helper", "last"}},
		"all":     {ID: "all", Network: "ml", Territories: []string{"*"}, Offers: valid("api")},
		"expired": {ID: "expired", Network: "ml", Territories: []string{"29"}, Offers: []Offer{{ID: "api", From: at.AddDate(-1, 0, 0), To: at}}},
		"away":    {ID: "away", Network: "ft", Territories: []string{"29"}, Offers: valid("api")},
		"helper":  {ID: "helper", Network: "ft", Territories: []string{"*"}, Offers: valid("other")},
		"last":    {ID: "last", Network: "ft", Territories: []string{"*"}, Offers: valid("api")},
	}}
	for _, c := range []struct{ offer, territory, reached, want, passed string }{
		{"", "35", "", "here", ""},
		{"api", "35", "", "here", ""},
		{"api", "29", "", "all", ""},
		{"cep_2", "29", "", "", ""},
		{"api", "35", "here", "all", "here"},
		{"cep_2", "35", "here", "helper", "here"},
		{"api", "35", "here all helper", "last", "here"},
		{"api", "35", "here all helper last", "", "here"},
		{"unknown", "35", "", "", ""},
	} {
		reached := strings.Fields(c.reached)
		s, full := b.Competent(Wish{Network: "ml", Offer: c.offer, Territory: c.territory, At: at, Full: func(id string) bool { return slices.Contains(reached, id) }})
		got, passed := "", ""
		if s != nil {
			got = s.ID
		}
		if full != nil {
			passed = full.ID
		}
		if got != c.want || passed != c.passed {
			t.Errorf("%+v: %q, passed over %q", c, got, passed)
		}
	}
}

// A call that returns at once, in a flow that was called itself, and a hand-off that does.
func TestReturnsThroughSeveralCalls(t *testing.T) {
	files := sections(t, "good.txt")
	files["contact.yaml"] = strings.Replace(files["contact.yaml"], "then: note}", "then: dedans}\n  dedans: {call: note_seule, then: return}", 1)
	files["contact.yaml"] = strings.Replace(files["contact.yaml"], "  note: {handoff: {to: lead, mode: dated}, text: \"C'est noté.\", then: return}\n", "", 1)
	files["note.yaml"] = "flow: note_seule\ntitle: Note\nstart: note\nsteps:\n  note: {handoff: {to: lead, mode: direct}, text: Noté., on: {closed: return, unstaffed: return, timeout: return}}\n"
	if _, err := Load(filesOf(files), ""); err != nil {
		t.Fatal(err)
	}
}

func TestReadCell(t *testing.T) {
	for raw, want := range map[string]Written{
		"*":      {Cell: Cell{Any: true}},
		"!a|b":   {Cell: Cell{Not: true, Values: []string{"a", "b"}}},
		"a|-":    {Cell: Cell{Empty: true, Values: []string{"a"}}},
		"<18":    {Range: true, To: 17},
		"18..25": {Range: true, From: 18, To: 25},
	} {
		want.Answer, want.Raw, want.Key = "x", raw, "x"
		got, err := ReadCell("x", raw)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, %v, want %+v", raw, got, err, want)
		}
	}
	if _, err := ReadCell("x", "25..18"); err == nil {
		t.Error("a range that ends before it begins was read")
	}
}

func TestATableDecides(t *testing.T) {
	row := func(a, b string) Row {
		x, _ := ReadCell("a", a)
		y, _ := ReadCell("b", b)
		return Row{When: Condition{x.Cell, y.Cell}}
	}
	table := Table{Rows: []Row{row("1", "2"), row("1", "!-"), row("*", "2")}}
	get := func(a, b string) func(string) string {
		return func(name string) string { return map[string]string{"a": a, "b": b}[name] }
	}
	for _, c := range []struct {
		a, b  string
		row   int
		fails int // the cell of the first row
	}{{"1", "2", 1, -1}, {"1", "3", 2, 1}, {"4", "2", 3, 0}, {"4", "", 0, 0}} {
		if got := table.Decide(get(c.a, c.b)); got != c.row {
			t.Errorf("%v: row %d", c, got)
		}
		if got := table.Rows[0].When.Fails(get(c.a, c.b)); got != c.fails {
			t.Errorf("%v: cell %d", c, got)
		}
	}
}

func TestTheCommentAboveARow(t *testing.T) {
	d, err := OpenDraft(map[string][]byte{"routing.yaml": []byte("tables:\n  t:\n    columns: [a]\n    sets: [b]\n    rows:\n      - [x, y]\n      # le reste\n      # du monde\n      - [\"*\", z]\n")})
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := d.At("routing.yaml", "tables", "t", "rows")
	if got := rows.Above("0") + "/" + rows.Above("1") + "/" + rows.Above("7"); got != "/le reste du monde/" {
		t.Error(got)
	}
}

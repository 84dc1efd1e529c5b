package translation_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/bot/flow"
	"frontdesk/bot/translation"
	"frontdesk/flows"
	"frontdesk/locales"
)

var today = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)

// reference is read once: it takes half a second.
var reference = sync.OnceValues(func() (*flow.Draft, error) { return flow.ReadDraft(flows.Files, locales.Files) })

func opened(t testing.TB, edits ...flow.Change) (*flow.Draft, *flow.Bundle) {
	t.Helper()
	d, err := reference()
	if err != nil {
		t.Fatal(err)
	}
	if d, err = d.Edit(edits...); err != nil {
		t.Fatal(err)
	}
	b, err := d.Bundle("")
	if err != nil {
		t.Fatal(err)
	}
	return d, b
}

func set(t testing.TB, language string, edits ...flow.Change) *translation.Set {
	d, b := opened(t, edits...)
	return translation.Of(d, b, language)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// frenchText is where the reference bundle has a French text that the tests change.
var frenchText = flow.In("accueil.yaml", "steps", "bonjour", "say")

func TestTheReferenceBundleIsTranslated(t *testing.T) {
	for _, language := range []string{"en", "ar", "br", "es", "pt", "tr", "uk"} {
		s := set(t, language)
		n := s.Counted()
		if n[translation.Missing]+n[translation.Stale]+n[translation.Orphan] > 0 || n[translation.Done] < 100 || s.Received != (language != "en") {
			t.Errorf("%s: %v, received %v", language, n, s.Received)
			for _, x := range s.Texts {
				if x.State == translation.Missing || x.State == translation.Stale || x.State == translation.Orphan {
					t.Log(x.ID, x.State)
				}
			}
		}
	}
}

// What pages show is what the check of the bundle says.
func TestStatesAreThoseOfTheCheck(t *testing.T) {
	d, b := opened(t, flow.SetText(frenchText, "Bonjour, ici {service}."), flow.Remove(flow.In("locales/accueil.en.yaml", "accueil.besoin")),
		flow.SetText(flow.In("locales/engine.en.yaml", "engine.noted", "hash"), "sha1-000000000000"),
		flow.SetText(flow.In("accueil.yaml", "steps", "besoin", "options", "vae", "sms"), "La VAE"))
	words, err := locales.New(b)
	must(t, err)
	var want []string
	for _, s := range words.Review(b) {
		state := translation.Stale
		if s.Missing {
			state = translation.Missing
		}
		want = append(want, s.Language+" "+s.ID+" "+string(state))
	}
	var got []string
	for _, language := range b.Spoken() {
		if language == b.Source {
			continue
		}
		for _, x := range translation.Of(d, b, language).Texts {
			if x.State == translation.Missing || x.State == translation.Stale {
				got = append(got, language+" "+x.ID+" "+string(x.State))
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) || len(got) != 4 {
		t.Errorf("pages show %q\nthe check says %q", got, want)
	}
}

func TestCheck(t *testing.T) {
	s := set(t, "en")
	hello, words, rank := s.Text("accueil.bonjour"), s.Text("accueil.besoin.vae.also"), s.Text("engine.waiting.rank")
	for _, x := range []struct {
		text       *translation.Text
		form, says string
		want       string
		wrong      bool
	}{
		{hello, "other", "Hello, this is {service}.", "", false},
		{hello, "other", "Hello.", "Il manque {service}.", false},
		{hello, "other", "{service}, {service}", "{service} est écrit 2 fois.", false},
		{hello, "other", "This is {servise}", "Vouliez-vous dire {service} ?", true},
		{hello, "other", "This is {service", "Une accolade est seule.", true},
		{hello, "other", "This is {{service}}", "Une accolade est seule.", true},
		{hello, "other", "{service} {département}", "{département} n'est pas dans le texte français. Il y a : {service}.", true},
		{words, "other", "a|b", "", false},
		{rank, "one", "One person before you.", "", false},
		{rank, "other", "Some people before you.", "Il manque {n}.", false},
	} {
		issues := x.text.Check(x.form, x.says)
		said := ""
		for _, i := range issues {
			said += i.Message + " "
		}
		if !strings.Contains(said, x.want) || (x.want == "") != (len(issues) == 0) || len(issues) > 0 && issues[0].Wrong != x.wrong {
			t.Errorf("%q: %+v, want %q", x.says, issues, x.want)
		}
	}
}

func applied(t *testing.T, d *flow.Draft, s *translation.Set, changes ...translation.Change) *flow.Draft {
	t.Helper()
	for _, c := range changes {
		x := s.Text(c.ID)
		made, err := d.Edit(x.Edits(c)...)
		must(t, err)
		d, err = x.Placed(made)
		must(t, err)
	}
	return d
}

func TestANewTranslationStandsWhereItBelongs(t *testing.T) {
	place := flow.In("locales/accueil.en.yaml", "accueil.besoin")
	d, b := opened(t)
	before := string(d.Files()[place.File])
	d, err := d.Edit(flow.Remove(place))
	must(t, err)
	s := translation.Of(d, b, "en")
	if x := s.Text("accueil.besoin"); x.State != translation.Missing {
		t.Fatalf("it is %q", x.State)
	}
	c := translation.Change{ID: "accueil.besoin", Forms: []translation.Form{{Name: "other", Text: "What are you looking for?"}}, Hash: s.Text("accueil.besoin").SourceHash()}
	d = applied(t, d, s, c)
	if after := string(d.Files()[place.File]); after != before {
		t.Errorf("taken away and put back, the file is another:\n%s", after[:1500])
	}
	c.By, c.On = "Ana Ruiz", "2026-11-26"
	s = translation.Of(d, b, "en")
	d = applied(t, d, s, c)
	x := translation.Of(d, b, "en").Text("accueil.besoin")
	if x.State != translation.Reread || x.Reviewed() != "Ana Ruiz, 2026-11-26" || x.Other() != "What are you looking for?" {
		t.Errorf("%+v", x)
	}
	loaded, err := d.Bundle("")
	must(t, err)
	words, err := locales.New(loaded) // go-i18n knows nothing of who reread
	must(t, err)
	if text, _ := words.Text("en", "accueil.besoin"); text != "What are you looking for?" {
		t.Errorf("the service says %q", text)
	}
}

func TestANewLanguageOfAFileIsWritten(t *testing.T) {
	d, b := opened(t, flow.RemoveFile("locales/voix.en.yaml"))
	s := translation.Of(d, b, "en")
	var id string
	for _, x := range s.Texts {
		if strings.HasPrefix(x.ID, "voix.") && x.State == translation.Missing {
			id = x.ID
			break
		}
	}
	d = applied(t, d, s, translation.Change{ID: id, Forms: []translation.Form{{Name: "other", Text: "One"}}, Hash: s.Text(id).SourceHash()})
	if _, is := d.Files()["locales/voix.en.yaml"]; !is {
		t.Errorf("%s is written nowhere", id)
	}
}

// A table that comes back from a spreadsheet as it went out changes nothing.
func TestTableRoundTrip(t *testing.T) {
	for _, language := range []string{"en", "ar"} {
		s := set(t, language)
		table, err := s.CSV(s.Texts)
		must(t, err)
		if !strings.HasPrefix(string(table), "\ufeffid;français;traduction;état;relu_par\r\n") {
			t.Errorf("it begins %q", table[:60])
		}
		for name, saved := range map[string]string{
			"as it is":      string(table),
			"without mark":  strings.TrimPrefix(string(table), "\ufeff"),
			"in unix lines": strings.ReplaceAll(string(table), "\r\n", "\n"),
			"wider":         strings.ReplaceAll(string(table), ";relu_par\r\n", ";relu_par;;\r\n"),
		} {
			in, err := s.ReadCSV([]byte(saved), today)
			if err != nil || len(in.Changes) > 0 {
				t.Errorf("%s, %s: %v, %+v", language, name, err, in)
			}
		}
	}
}

func TestTableIsReadAsSpreadsheetsWriteIt(t *testing.T) {
	s := set(t, "en", flow.SetText(frenchText, "Bonjour, ici {service}."))
	needs := s.Text("accueil.besoin").French()
	in, err := s.ReadCSV([]byte("Identifiant\tFrançais\tAnglais\tÉtat\tRelu par\tNote\n"+
		"accueil.besoin\t"+needs+"\tWhat do you need?\ttraduit\tAna Ruiz, 02/11/2026\t\n"+
		"accueil.bonjour\tBonjour, ici {service}.\t"+s.Text("accueil.bonjour").Other()+"\ttraduit\t\t\n"+
		"accueil.besoin.vae\tavant\tVAE\t\t\t\n"+
		"engine.unit.days#one\t\t{n} day of work\t\t\t\n"+
		"accueil.besoin.emploi\t\t\t\t\t\n"), today)
	must(t, err)
	if len(in.Changes) != 4 {
		t.Fatalf("%+v", in)
	}
	by := map[string]translation.Change{}
	for _, c := range in.Changes {
		by[c.ID] = c
	}
	if c := by["accueil.besoin"]; c.By != "Ana Ruiz" || c.On != "2026-11-02" || c.Hash != translation.Hash(needs) {
		t.Errorf("%+v", c)
	}
	if c := by["accueil.bonjour"]; c.Hash != translation.Hash("Bonjour, ici {service}.") {
		t.Errorf("still good, but %+v", c)
	}
	if c := by["accueil.besoin.vae"]; c.Hash != translation.Hash("avant") {
		t.Errorf("translated from an older text, but %+v", c)
	}
	if notes := strings.Join(in.Notes, "\n"); !strings.Contains(notes, "« accueil.besoin.vae » a changé depuis") || !strings.Contains(notes, "« Note » n'est pas lue") || !strings.Contains(notes, `'\t'`) {
		t.Errorf("notes: %s", notes)
	}
}

// An empty cell takes no rereading away; other words do.
func TestAnEmptyCellKeepsWhoReread(t *testing.T) {
	at := flow.In("locales/accueil.en.yaml", "accueil.besoin")
	s := set(t, "en", flow.SetYAML(at, `{hash: `+set(t, "en").Text("accueil.besoin").SourceHash()+`, reread: {by: Ana Ruiz, on: 2026-11-02}, other: "And you?"}`))
	if x := s.Text("accueil.besoin"); x.State != translation.Reread {
		t.Fatalf("%+v", x)
	}
	head := "id;traduction;état;relu_par\n"
	in, err := s.ReadCSV([]byte(head+"accueil.besoin;And you?;;\n"), today)
	if err != nil || len(in.Changes) != 0 {
		t.Errorf("the same words: %v, %+v", err, in.Changes)
	}
	in, err = s.ReadCSV([]byte(head+"accueil.besoin;What now?;;\n"), today)
	if err != nil || len(in.Changes) != 1 || in.Changes[0].By != "" || in.Changes[0].On != "" {
		t.Errorf("other words: %v, %+v", err, in.Changes)
	}
}

func TestFaultyTablesAreNamedByLine(t *testing.T) {
	s := set(t, "en")
	head := "id;français;traduction;état;relu_par\n"
	for table, want := range map[string]string{
		"":           "le fichier est vide",
		"a;b\n1;2\n": "il manque la colonne « id »",
		"id;traduction;traduction\naccueil.besoin;a;b\n":           "est écrite deux fois",
		head + "accueil.bezoin;;What?;;\n":                         "CSV:2: le texte « accueil.bezoin » n'existe pas",
		head + "accueil.besoin;;What?;;\naccueil.besoin;;How?;;\n": "CSV:3: le texte « accueil.besoin » est écrit deux fois",
		head + "accueil.bonjour;;Hi {servise};;\n":                 "CSV:2: « accueil.bonjour » : {servise}",
		head + "accueil.besoin;;What??? ???;;\n":                   "CSV UTF-8",
		head + "accueil.besoin;;What?;;Ana, hier\n":                "écrivez qui a relu et quand",
		head + ";;What?;;\n":                                       "il manque l'identifiant",
		head + "engine.unit.days#dual;;x;;\n":                      "la forme « dual » n'existe pas",
		head + "accueil.besoin;\"open;;;\n":                        "guillemet",
		"PK\x03\x04":                                               "classeur",
	} {
		_, err := s.ReadCSV([]byte(table), today)
		faults, is := errors.AsType[flow.Faults](err)
		if !is || !strings.Contains(faults[0].String(), want) {
			t.Errorf("%q: %v, want %q", table, err, want)
		}
	}
}

func TestMessageFilesRoundTrip(t *testing.T) {
	for _, language := range []string{"en", "ar"} {
		d, b := opened(t)
		s := translation.Of(d, b, language)
		active, err := s.Active()
		must(t, err)
		in, err := s.ReadMessages(active)
		must(t, err)
		for _, c := range in.Changes { // hashes that nobody had noted
			x := s.Text(c.ID)
			if x.Hash != "" || c.Hash != x.SourceHash() || c.Forms == nil || len(x.Edits(c)) != 1 {
				t.Errorf("%s: %+v", language, c)
			}
		}
		if language == "en" {
			for _, name := range []string{"locales/accueil.en.yaml", "locales/engine.en.yaml", "locales/safety.en.yaml"} {
				in, err := s.ReadMessages(d.Files()[name])
				if err != nil || len(in.Changes) > 0 {
					t.Errorf("%s: %v, %+v", name, err, in)
				}
			}
		}
	}
}

// What goi18n merge asks for is filled in and comes back; what is left in French is not taken.
func TestFilesToTranslateComeBack(t *testing.T) {
	s := set(t, "en", flow.SetText(frenchText, "Bonjour, ici {service}."), flow.Remove(flow.In("locales/accueil.en.yaml", "accueil.besoin")))
	todo, err := s.Untranslated()
	must(t, err)
	if n := strings.Count(string(todo), "hash:"); n != 2 {
		t.Fatalf("%d texts to translate:\n%s", n, todo)
	}
	in, err := s.ReadMessages(todo)
	if err != nil || len(in.Changes) > 0 {
		t.Errorf("as it is: %v, %+v", err, in)
	}
	in, err = s.ReadMessages([]byte(strings.Replace(string(todo), "Bonjour, ici {service}.", "Hello, {service} here.", 1)))
	must(t, err)
	if len(in.Changes) != 1 || in.Changes[0].Hash != translation.Hash("Bonjour, ici {service}.") {
		t.Errorf("%+v", in)
	}
	in, err = s.ReadMessages([]byte("accueil:\n  besoin: What now?\n  bonjour:\n    other: Hello {service}\n"))
	if err != nil || len(in.Changes) != 2 {
		t.Errorf("nested: %v, %+v", err, in)
	}
	for file, want := range map[string]string{
		"accueil.bezoin: x\n":                   "n'existe pas",
		"accueil.bonjour: {other: \"{nom}\"}\n": "{nom}",
		"[a, b]\n":                              "",
		"a: [\n":                                "",
		"":                                      "",
	} {
		if _, err := s.ReadMessages([]byte(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", file, err)
		}
	}
}

func TestForms(t *testing.T) {
	for language, want := range map[string]string{"en": "one other", "ar": "zero one two few many other", "uk": "one few many other", "br": "one two few many other", "xx": "one other"} {
		s := set(t, "en")
		if got := strings.Join(s.Text("engine.unit.days").Wanted(language), " "); got != want {
			t.Errorf("%s: %s, want %s", language, got, want)
		}
		if got := s.Text("accueil.besoin").Wanted(language); len(got) != 1 {
			t.Errorf("%s: a text that counts nothing has the forms %v", language, got)
		}
	}
	if translation.Dir("ar") != "rtl" || translation.Dir("en") != "ltr" {
		t.Error("the way of writing")
	}
}

func TestHash(t *testing.T) {
	if got := translation.Hash("Bonjour"); got != "sha1-f30ecbf5b1cb" { // printf Bonjour | sha1sum
		t.Errorf("hash %s", got)
	}
}

func FuzzTables(f *testing.F) {
	s := set(f, "en")
	table, err := s.CSV(s.Texts[:20])
	must(f, err)
	f.Add(table)
	f.Add([]byte("id,traduction\naccueil.besoin,\"a\nb\"\n"))
	f.Add([]byte("accueil: {besoin: a}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, read := range []func() (*translation.Incoming, error){
			func() (*translation.Incoming, error) { return s.ReadCSV(data, today) },
			func() (*translation.Incoming, error) { return s.ReadMessages(data) },
		} {
			in, err := read()
			if err != nil {
				continue
			}
			for _, c := range in.Changes {
				if x := s.Text(c.ID); x == nil || x.Same(c) {
					t.Errorf("%q: the change %+v is none", data, c)
				}
			}
		}
	})
}

// An answer gets another name: texts that name it, and their translations, do. What was up to date stays so.
func TestARenamedAnswerMakesNoTranslationOld(t *testing.T) {
	was, b := opened(t)
	stale := func(d *flow.Draft, b *flow.Bundle) int {
		return translation.Of(d, b, "en").Counted()[translation.Stale]
	}
	before := stale(was, b)
	d, err := was.Rename(flow.AnswerRecord, "numero", "numero_de_rappel")
	must(t, err)
	b, err = d.Bundle("")
	must(t, err)
	if stale(d, b) == before {
		t.Fatal("no text names the answer: the test needs another")
	}
	d, err = translation.Renamed(was, d)
	must(t, err)
	b, err = d.Bundle("")
	must(t, err)
	if now := stale(d, b); now != before {
		t.Errorf("%d translations are old, %d were", now, before)
	}
}

package locales

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"frontdesk/bot/flow"
	"frontdesk/bot/translation"
	"frontdesk/flows"
)

func reference(t testing.TB) (*flow.Bundle, *Catalogue) {
	t.Helper()
	b, err := flow.LoadWithLocales(flows.Files, Files, "")
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(b)
	if err != nil {
		t.Fatal(err)
	}
	return b, c
}

// written is a catalogue of message files as somebody wrote them, for a bundle with these texts.
func written(t testing.TB, texts map[string]string, files map[string]string) (*flow.Bundle, *Catalogue) {
	t.Helper()
	b := &flow.Bundle{Source: "fr", Languages: []string{"fr", "en"}, Texts: map[string]flow.Text{}, Sources: map[string][]byte{}}
	for id, text := range texts {
		b.Texts[id] = flow.Text{Text: text, Pos: flow.Pos{File: "accueil.yaml", Line: 7, Column: 3}}
	}
	for name, text := range files {
		b.Sources["locales/"+name] = []byte(text)
	}
	c, err := New(b)
	if err != nil {
		t.Fatal(err)
	}
	return b, c
}

// strings in the engine: those it lists, those it says, those it says with an ending of the moment,
// and those it reads from the catalogue by itself.
type mentioned struct {
	listed, said, direct map[string]bool
	prefixes             []string
}

func engine(t *testing.T) mentioned {
	t.Helper()
	m := mentioned{listed: map[string]bool{}, said: map[string]bool{}, direct: map[string]bool{}}
	files, err := filepath.Glob("../bot/engine/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("the engine's sources: %v", err)
	}
	others, err := filepath.Glob("../cmd/frontdesk/*.go")
	if err != nil || len(others) == 0 {
		t.Fatalf("the command's sources: %v", err)
	}
	telephone, err := filepath.Glob("../adapters/phone/*.go")
	if err != nil || len(telephone) == 0 {
		t.Fatalf("the telephone's sources: %v", err)
	}
	for _, name := range slices.Concat(files, others, telephone) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, is := n.(*ast.CallExpr); is && slices.Contains([]string{"plural", "Plural", "Text", "phrases"}, called(call)) {
				for _, arg := range call.Args {
					if id, ok := literal(arg); ok {
						m.direct[id] = true
						return false
					}
				}
			}
			id, ok := literal(n)
			switch {
			case !ok:
			case strings.HasSuffix(id, "."):
				m.prefixes = append(m.prefixes, id)
			case filepath.Base(name) == "strings.go":
				m.listed[id] = true
			default:
				m.said[id] = true
			}
			return true
		})
	}
	return m
}

func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

// literal is the id of one of the engine's strings.
func literal(n ast.Node) (string, bool) {
	lit, is := n.(*ast.BasicLit)
	if !is || lit.Kind != token.STRING {
		return "", false
	}
	id, err := strconv.Unquote(lit.Value)
	return id, err == nil && id != "engine." && engineID.MatchString(id)
}

var engineID = regexp.MustCompile(`^engine\.[a-z_.]*$`)

func (m mentioned) says(id string) bool {
	return m.said[id] || m.direct[id] || slices.ContainsFunc(m.prefixes, func(p string) bool { return strings.HasPrefix(id, p) })
}

func TestEveryStringOfTheEngineIsInEveryLanguage(t *testing.T) {
	b, c := reference(t)
	m := engine(t)
	if len(m.listed) < 40 || len(m.direct) < 3 {
		t.Fatalf("the engine lists %d strings and reads %d by itself: this test no longer understands it", len(m.listed), len(m.direct))
	}
	for id := range m.said {
		if !m.listed[id] && !m.direct[id] {
			t.Errorf("%s is said but not in engineIDs: it would be said as nothing", id)
		}
	}
	wanted := slices.Sorted(maps.Keys(m.listed))
	wanted = append(wanted, slices.Sorted(maps.Keys(m.direct))...)
	for _, l := range b.Languages {
		for _, id := range wanted {
			if _, ok := c.Text(l, id); !ok {
				t.Errorf("%s has no text in %q", id, l)
			}
		}
	}
}

func TestEveryStringOfTheEngineIsUsed(t *testing.T) {
	b, c := reference(t)
	m := engine(t)
	var dead []string
	for id := range m.listed {
		if !m.says(id) {
			dead = append(dead, id)
		}
	}
	for _, l := range b.Languages {
		for id := range c.texts[l] {
			base, _, _ := strings.Cut(id, "@")
			if strings.HasPrefix(id, "engine.") && (!m.listed[base] && !m.direct[base] || !m.says(base)) {
				dead = append(dead, base)
			}
		}
	}
	slices.Sort(dead)
	if dead = slices.Compact(dead); len(dead) > 0 {
		t.Errorf("nobody says %q: take them out of engineIDs and of the message files", dead)
	}
}

var field = regexp.MustCompile(`\{[^{}]*\}`)

func fields(text string) []string {
	all := field.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

func TestTranslationsHaveTheSameFields(t *testing.T) {
	b, c := reference(t)
	for _, l := range b.Languages {
		for id, text := range c.texts[l] {
			from, ok := c.texts[b.Source][id]
			if !ok {
				base, _, _ := strings.Cut(id, "@") // a wording that only this language has
				from, ok = c.texts[b.Source][base]
			}
			if ok && !strings.HasSuffix(id, "@voice") && !strings.HasSuffix(id, "@sms") && !slices.Equal(fields(text), fields(from)) {
				t.Errorf("%s in %q has the fields %q, and %q in %q", id, l, fields(text), fields(from), b.Source)
			}
		}
	}
}

// A translation of a text that is gone would be kept for ever and reviewed by nobody.
func TestEveryTranslationTranslatesSomething(t *testing.T) {
	b, c := reference(t)
	for _, l := range b.Languages {
		if l == b.Source {
			continue
		}
		for _, id := range slices.Sorted(maps.Keys(c.texts[l])) {
			base, _, _ := strings.Cut(id, "@")
			own := strings.TrimSuffix(base, ".also")
			if c.texts[b.Source][id] == "" && c.texts[b.Source][base] == "" && c.texts[b.Source][own] == "" {
				t.Errorf("%s in %q translates a text that there is not", id, l)
			}
		}
	}
}

func TestTheReferenceBundleHasNoTranslationToReview(t *testing.T) {
	b, c := reference(t)
	for _, s := range c.Review(b) {
		what := "is older than the text it translates"
		if s.Missing {
			what = "is missing"
		}
		t.Errorf("%s:%d: %s in %q %s", s.Pos.File, s.Pos.Line, s.ID, s.Language, what)
	}
}

func TestReviewFindsWhatIsMissingAndWhatIsOld(t *testing.T) {
	b, c := written(t,
		map[string]string{"accueil.a": "Bonjour", "accueil.b": "Bonsoir", "accueil.c": "Merci", "accueil.c@voice": "Merci !", "accueil.c.also": "ok"},
		map[string]string{
			"accueil.en.yaml": fmt.Sprintf("accueil.a: {hash: %s, other: Hello}\naccueil.b: {hash: %s, other: Good evening}\n", translation.Hash("Bonjour"), translation.Hash("Bonne nuit")),
			"engine.fr.yaml":  "engine.x: {other: Un}\nengine.y: {other: Deux}\n", // beside those of the service
			"engine.en.yaml":  "engine.x: {other: One}\n",
		})
	pos := flow.Pos{File: "accueil.yaml", Line: 7, Column: 3}
	want := []Stale{
		{"en", "accueil.b", false, pos},
		{"en", "accueil.c", true, pos},
		{"en", "engine.y", true, flow.Pos{File: "locales/engine.fr.yaml"}},
	}
	if got := c.Review(b); !slices.Equal(got, want) {
		t.Errorf("review:\n got %+v\nwant %+v", got, want)
	}
}

func TestReviewOfTheReferenceBundleFindsAnEdit(t *testing.T) {
	b, _ := reference(t)
	edited := *b
	edited.Texts = maps.Clone(b.Texts)
	old := edited.Texts["accueil.bonjour"]
	edited.Texts["accueil.bonjour"] = flow.Text{Text: old.Text + " Bienvenue.", Pos: old.Pos}
	c, err := New(&edited)
	if err != nil {
		t.Fatal(err)
	}
	want := Stale{"en", "accueil.bonjour", false, old.Pos}
	if got := c.Review(&edited); !slices.Contains(got, want) {
		t.Errorf("an edited text is not among what must be reviewed: %+v", got)
	}
}

func TestPlurals(t *testing.T) {
	_, c := reference(t)
	for _, x := range []struct {
		language, id string
		n            int
		want         string
	}{
		{"fr", "engine.unit.days", 0, "0 jour ouvré"}, // in French, nothing is singular
		{"fr", "engine.unit.days", 1, "1 jour ouvré"},
		{"fr", "engine.unit.days", 2, "2 jours ouvrés"},
		{"fr", "engine.unit.days", 1_000_000, "1000000 jours ouvrés"},
		{"en", "engine.unit.days", 0, "0 working days"},
		{"en", "engine.unit.days", 1, "1 working day"},
		{"en", "engine.unit.days", 2, "2 working days"},
		{"en", "engine.unit.days", 1_000_000, "1000000 working days"},
		{"de", "engine.unit.days", 1, "1 jour ouvré"}, // nobody speaks German here
		{"", "engine.unit.days", 2, "2 jours ouvrés"},
		{"fr", "engine.unit.centuries", 3, "3"},
		{"en", "engine.unit.centuries", 3, "3"},
	} {
		if got := c.Plural(x.language, x.id, x.n); got != x.want {
			t.Errorf("%d %s in %q: %q, want %q", x.n, x.id, x.language, got, x.want)
		}
	}
}

func TestEveryPluralHasEveryFormOfItsLanguage(t *testing.T) {
	_, c := reference(t)
	for id := range engine(t).direct {
		if !strings.HasPrefix(c.texts["fr"][id], "{n} ") {
			continue
		}
		for _, l := range []string{"fr", "en"} {
			for _, n := range []int{0, 1, 2, 1_000_000} {
				if got := c.Plural(l, id, n); !strings.Contains(got, strconv.Itoa(n)+" ") || strings.Contains(got, "{") {
					t.Errorf("%d of %s in %q: %q", n, id, l, got)
				}
			}
		}
	}
}

func TestPluralFallsBackToTheBundlesLanguage(t *testing.T) {
	_, c := written(t, nil, map[string]string{"engine.fr.yaml": `engine.rank: {one: "{n} personne", other: "{n} personnes"}` + "\n"})
	if got := c.Plural("en", "engine.rank", 4); got != "4 personnes" {
		t.Errorf("what English lacks is %q, want French", got)
	}
}

func TestTextIsExact(t *testing.T) {
	_, c := written(t, map[string]string{"accueil.a": "Bonjour"}, map[string]string{"accueil.en.yaml": "accueil.a: {other: Hello}\naccueil.b: {other: \"\"}\n"})
	for _, x := range []struct {
		language, id, want string
		ok                 bool
	}{
		{"fr", "accueil.a", "Bonjour", true}, {"en", "accueil.a", "Hello", true}, {"de", "accueil.a", "", false},
		{"en", "accueil.b", "", false}, {"fr", "accueil.z", "", false}, {"", "accueil.a", "", false},
	} {
		if got, ok := c.Text(x.language, x.id); got != x.want || ok != x.ok {
			t.Errorf("%s in %q: %q, %v; want %q, %v", x.id, x.language, got, ok, x.want, x.ok)
		}
	}
}

func TestTheBundlesOwnTextIsNeverOverruledByAFile(t *testing.T) {
	_, c := written(t, map[string]string{"accueil.a": "Bonjour"}, map[string]string{"accueil.fr.yaml": "accueil.a: {other: Salut}\n"})
	if got, _ := c.Text("fr", "accueil.a"); got != "Bonjour" {
		t.Errorf("the text is %q, want the bundle's", got)
	}
}

func TestFaultyFilesAreNamed(t *testing.T) {
	for name, b := range map[string]*flow.Bundle{
		"locales/accueil.en.yaml": {Source: "fr", Languages: []string{"fr"}, Sources: map[string][]byte{"locales/accueil.en.yaml": []byte("a: [")}},
		`"?!"`:                    {Source: "?!"},
	} {
		if _, err := New(b); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("the error %v does not name %s", err, name)
		}
	}
}

// A folder with some message files of its own still needs the engine's words.
func TestABundleWithItsOwnTranslationsKeepsTheEnginesWords(t *testing.T) {
	files := fstest.MapFS{}
	err := fs.WalkDir(flows.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(flows.Files, path)
		files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	files["locales/accueil.en.yaml"] = &fstest.MapFile{Data: []byte("accueil.bonjour: {other: Hello}\n")}
	b, err := flow.Load(files, "")
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []string{"fr", "en"} {
		if text, _ := c.Text(l, "engine.fallback"); text == "" {
			t.Errorf("in %q the engine has no words for a fault", l)
		}
	}
}

func TestABundleOverrulesTheEnginesWords(t *testing.T) {
	_, c := written(t, nil, map[string]string{"engine.fr.yaml": "engine.erased: {other: Plus rien.}\nengine.silence: {other: Allô}\n"})
	if got, _ := c.Text("fr", "engine.silence@sms"); got != "" {
		t.Errorf("by SMS the service's %q would overrule the bundle", got)
	}
	if got, _ := c.Text("fr", "engine.resume@sms"); got == "" {
		t.Error("a wording for SMS of a text that the bundle lacks is lost")
	}
	if got, _ := c.Text("fr", "engine.erased"); got != "Plus rien." {
		t.Errorf("the text is %q, want the bundle's", got)
	}
	if got, _ := c.Text("en", "engine.erased"); got == "" || got == "Plus rien." {
		t.Errorf("in English the text is %q, want the service's", got)
	}
}

// Every number in what is said to somebody in danger, in any language, is one of safety.yaml.
func TestEmergencyNumbersAreThoseOfTheTable(t *testing.T) {
	b, err := flow.LoadWithLocales(flows.Files, Files, "")
	if err != nil {
		t.Fatal(err)
	}
	words, err := New(b)
	if err != nil {
		t.Fatal(err)
	}
	digits := regexp.MustCompile(`\{?[0-9]+\}?`)
	for language, texts := range words.texts {
		for id, text := range texts {
			if !strings.HasPrefix(id, "safety.") && !strings.HasPrefix(id, "engine.safety.") && !strings.HasPrefix(id, "engine.danger.") && !strings.HasPrefix(id, "engine.distress") {
				continue
			}
			for _, found := range digits.FindAllString(text, -1) {
				if _, known := b.Safety.Numbers[strings.Trim(found, "{}")]; !known {
					t.Errorf("%s, %s: %s is no number of safety.yaml", language, id, found)
				}
			}
			if strings.HasSuffix(id, "@sms") && (strings.Contains(text, "119") || strings.Contains(text, "3919")) {
				t.Errorf("%s, %s: 119 and 3919 are never named in an SMS", language, id)
			}
		}
	}
	for _, l := range []string{"es", "ar", "pt", "uk", "tr", "br"} {
		if text, _ := words.Text(l, "engine.safety.unread"); !strings.Contains(text, "114") || !strings.Contains(text, "{danger_numbers}") {
			t.Errorf("%s: the numbers are not named: %q", l, text)
		}
	}
}

package draw

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"frontdesk/bot/flow"
)

// small is a question whose answers part and meet again, with a way back, a person and another flow.
func small() *flow.Bundle {
	b := made([][]int{{1}, {2, 3, 1, -1}, {4}, {4}, {}})
	b.Interrupts = nil
	b.Steps["f.s1"].Optional = true
	b.Texts["f.s1"] = flow.Text{Text: `Est-ce <vrai> & "sûr" ?`}
	b.Flows["g"] = &flow.Flow{ID: "g", Title: "Autre", Start: "g.a", Order: []string{"g.a"}}
	b.Steps["g.a"] = &flow.Step{ID: "g.a", Flow: "g", Kind: flow.End}
	b.Steps["f.s2"].Kind, b.Steps["f.s2"].Call = flow.Call, "g"
	b.Steps["f.s3"].Kind = flow.Handoff
	b.Steps["f.s3"].Handoff = &flow.HandoffTo{Mode: "direct", On: map[string]string{"closed": "f.s4", "unstaffed": "g.a", "timeout": "f.s4"}}
	b.Steps["f.s3"].Then = ""
	return b
}

// elements are the start tags of a well-formed document.
func elements(t *testing.T, doc []byte) []xml.StartElement {
	t.Helper()
	var all []xml.StartElement
	for d := xml.NewDecoder(bytes.NewReader(doc)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, is := token.(xml.StartElement); is {
			all = append(all, e.Copy())
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func TestSVGWithinAPage(t *testing.T) {
	b := small()
	p := Lay(b, "f")
	var out bytes.Buffer
	err := SVG(&out, p, Options{
		Selected: "f.s1",
		Link: func(id string) string {
			if !strings.HasPrefix(id, "f.") {
				return ""
			}
			return "/etape?a=1&id=" + id
		},
		Marks: map[string][]Mark{"f.s1": {{Text: "2", Class: "error", Title: "deux erreurs"}, {Text: "!", Class: "expired", Title: "périmé"}}},
		Weight: func(from, to string) (Weight, bool) {
			return Weight{Share: 0.5, Figure: "50 %"}, from == "f.s1" && to == "f.s2"
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	links, weighed, unused := map[string]string{}, 0, 0
	for _, e := range elements(t, out.Bytes()) {
		classes := strings.Fields(attr(e, "class"))
		switch e.Name.Local {
		case "style", "script":
			t.Errorf("a <%s> within a page", e.Name.Local)
		case "a":
			links[attr(e, "data-step")] = attr(e, "href")
			if name := attr(e, "aria-label"); !strings.HasPrefix(name, "Étape ") {
				t.Errorf("a link is called %q", name)
			}
		}
		for _, a := range e.Attr {
			if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
				t.Errorf("<%s %s>", e.Name.Local, a.Name.Local)
			}
		}
		if slices.Contains(classes, "weighed") {
			weighed++
		}
		if slices.Contains(classes, "unused") {
			unused++
		}
		if attr(e, "data-step") == "f.s1" && (!slices.Contains(classes, "selected") || !strings.Contains(attr(e, "aria-label"), `Est-ce <vrai> & "sûr" ? (deux erreurs) (périmé)`)) {
			t.Errorf("the open step is %v, %q", classes, attr(e, "aria-label"))
		}
	}
	if len(links) != 5 || links["f.s4"] != "/etape?a=1&id=f.s4" || weighed != 1 || unused != len(p.Edges)-1 {
		t.Errorf("links %v, %d weighed, %d unused of %d", links, weighed, unused, len(p.Edges))
	}
	for _, want := range []string{`class="mark error"`, `class="mark expired"`, `stroke-width="4.5"`, ">50 %</text>", `aria-current="true"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("there is no %s", want)
		}
	}
}

func TestSVGAloneBringsItsColours(t *testing.T) {
	var out bytes.Buffer
	if err := SVG(&out, Lay(small(), "f"), Options{Alone: true}); err != nil {
		t.Fatal(err)
	}
	all := elements(t, out.Bytes())
	if attr(all[0], "width") == "" || attr(all[0], "viewBox") == "" || !strings.Contains(out.String(), "prefers-color-scheme:dark") {
		t.Errorf("%v", all[0])
	}
	if strings.Contains(out.String(), "http://") && strings.Count(out.String(), "http") > 1 {
		t.Error("it asks for something else")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestAFailingWriterIsReported(t *testing.T) {
	p := Lay(small(), "f")
	if SVG(full{}, p, Options{}) == nil || Text(full{}, p) == nil {
		t.Error("no error")
	}
}

func TestText(t *testing.T) {
	b := small()
	b.Interrupts = []*flow.Interrupt{{ID: "humain", Key: "0", Then: "f.s3"}}
	var out bytes.Buffer
	if err := Text(&out, Lay(b, "f")); err != nil {
		t.Fatal(err)
	}
	const want = `Parcours « Essai » (f) : 5 étapes

1. s0 (début, phrase) : Une phrase qui est la 0e
   → s1 (2)

2. s1 (question · 4 choix) : Est-ce <vrai> & "sûr" ?
   → Le choix 0 : s2 (3)
   → Le choix 1 : s3 (4)
   → Le choix 2 : retour à s1 (2)
   → Le choix 3 : retour au parcours appelant

3. s2 (appel) : Parcours « Autre »
   → s4 (5)

4. s3 (mise en relation) : Une phrase qui est la 3e
   → fermé · délai dépassé : s4 (5)
   → personne de libre : a, dans le parcours « Autre »

5. s4 (fin) : Une phrase qui est la 4e

À chaque étape :
- HUMAIN (mot entendu) : À chaque étape, touche 0
   → s3 (4)
`
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

func TestWordsOfConditions(t *testing.T) {
	b := &flow.Bundle{Answers: map[string]*flow.Answer{"besoin": {Label: "Besoin"}, "age": {Label: "Une étiquette bien trop longue"}}}
	for want, c := range map[string]flow.Condition{
		"toujours":                    {{Answer: "besoin", Any: true}},
		"Besoin : vae":                {{Answer: "besoin", Values: []string{"vae"}}},
		"Besoin : sauf vae ou emploi": {{Answer: "besoin", Not: true, Values: []string{"vae", "emploi"}}},
		"Besoin : pas répondu":        {{Answer: "besoin", Empty: true}},
		"Besoin : répondu":            {{Answer: "besoin", Empty: true, Not: true}},
		"age : <18 ; par téléphone":   {{Answer: "age", Raw: "<18", Values: []string{"a"}}, {Answer: "channel", Values: []string{"voice"}}},
		"fermé":                       {{Answer: "open", Not: true, Values: []string{"accueil"}}},
	} {
		if got := said(b, c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestTextsAreCutAtWords(t *testing.T) {
	r := newRuler(10)
	for _, c := range []struct {
		text  string
		lines int
		want  []string
	}{
		{"Que cherchez-vous ?", 2, []string{"Que", "cherchez-vous\u00a0?"}},
		{"Une phrase assez longue pour trois lignes au moins", 2, []string{"Une phrase assez", "longue pour trois…"}},
		{"Anticonstitutionnellementanticonstitutionnellement", 1, []string{"Anticonstitutionnel…"}},
		{"", 2, nil},
	} {
		if got := r.wrap(c.text, 105, c.lines); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

package desk_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"frontdesk/bot"
	"frontdesk/bot/desk"
)

func briefSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(desk.BriefSchema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("urn:frontdesk:brief:1", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:frontdesk:brief:1")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fullBrief is a brief in which nothing is left out.
func fullBrief() bot.Brief {
	at := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	return bot.Brief{Dossier: "OR-7F3K-9Q2M-V", Channel: "web", Language: "fr", Territory: "Ille-et-Vilaine", Structure: "Mission locale", Reason: "pour les 16-25 ans",
		Answers: []bot.BriefLine{{Name: "besoin", As: "need", Label: "Besoin", Value: "Trouver une formation"}}, Row: "aiguillage:12", Cards: []string{"Se former"},
		Promised: at.Add(48 * time.Hour), Contact: "phone", Consent: "ses réponses", Danger: "detresse", Refused: "capacity", Release: "0f3a", Handed: at,
		Advice: []string{"répondre par écrit, phrases courtes"}, Identified: true, Message: &bot.Recording{Seconds: 42, Until: at.Add(336 * time.Hour)}}
}

func asJSON(t *testing.T, brief bot.Brief) any {
	t.Helper()
	text, err := json.Marshal(brief)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTheSchemaOfBriefsTakesBriefs(t *testing.T) {
	schema := briefSchema(t)
	full := reflect.ValueOf(fullBrief())
	for i := range full.NumField() {
		if full.Field(i).IsZero() {
			t.Errorf("the full brief has no %s", full.Type().Field(i).Name)
		}
	}
	for name, brief := range map[string]bot.Brief{"full": fullBrief(), "bare": {Dossier: "OR-1", Channel: "sms", Language: "pt-BR"}} {
		if err := schema.Validate(asJSON(t, brief)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Each field has its place in the schema, with words, and the schema has no other.
func TestTheSchemaOfBriefsKnowsEachField(t *testing.T) {
	type described struct {
		Description string
		Properties  map[string]described
		Required    []string
	}
	var schema struct {
		described
		Defs map[string]described `json:"$defs"`
	}
	if err := json.Unmarshal([]byte(desk.BriefSchema), &schema); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		of   reflect.Type
		said described
	}{{reflect.TypeFor[bot.Brief](), schema.described}, {reflect.TypeFor[bot.BriefLine](), schema.Defs["answer"]}} {
		always := 0
		for i := range c.of.NumField() {
			name, how, _ := strings.Cut(c.of.Field(i).Tag.Get("json"), ",")
			if c.said.Properties[name].Description == "" {
				t.Errorf("%s: the schema says nothing of %q", c.of, name)
			}
			required := false
			for _, r := range c.said.Required {
				required = required || r == name
			}
			if required != (how == "") {
				t.Errorf("%s: %q is always there: %v; the schema says %v", c.of, name, how == "", required)
			}
			if how == "" {
				always++
			}
		}
		if len(c.said.Properties) != c.of.NumField() || len(c.said.Required) != always || c.said.Description == "" {
			t.Errorf("%s: the schema has %d fields, %d of them required; want %d and %d", c.of, len(c.said.Properties), len(c.said.Required), c.of.NumField(), always)
		}
	}
}

func TestTheSchemaOfBriefsRefusesWhatIsNone(t *testing.T) {
	schema := briefSchema(t)
	for name, spoil := range map[string]func(map[string]any){
		"no dossier":             func(b map[string]any) { delete(b, "dossier") },
		"an empty dossier":       func(b map[string]any) { b["dossier"] = "" },
		"a date that is none":    func(b map[string]any) { b["handed"] = "hier" },
		"an answer without name": func(b map[string]any) { b["answers"] = []any{map[string]any{"label": "x", "value": "y"}} },
		"a language in words":    func(b map[string]any) { b["language"] = "français" },
		"words for yes":          func(b map[string]any) { b["identified"] = "oui" },
	} {
		brief := asJSON(t, fullBrief()).(map[string]any)
		spoil(brief)
		if schema.Validate(brief) == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
	later := asJSON(t, fullBrief()).(map[string]any)
	later["later"] = "a field of a later version"
	if err := schema.Validate(later); err != nil {
		t.Errorf("a later version: %v", err)
	}
}

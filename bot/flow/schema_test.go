package flow

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemaFile = reference + "/flow.schema.json"

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plainValue gives a YAML file as JSON gives it, which is what an editor checks.
func plainValue(t *testing.T, src string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(src), &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSchemaTakesGoodFiles(t *testing.T) {
	schema := compileSchema(t)
	files := sections(t, "good.txt")
	maps.Copy(files, yamlFiles(t, reference))
	for name, src := range files {
		if err := schema.Validate(plainValue(t, src)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaRefusesFaultyFiles(t *testing.T) {
	schema := compileSchema(t)
	for _, name := range []string{"bare-number", "bare-yes", "unknown-key", "two-kinds", "no-kind", "reserved-id", "double-brace",
		"card-incomplete", "danger-grade", "newer-format", "bad-range", "territory-unquoted", "bad-duration", "bare-placeholder", "empty-condition"} {
		files, want := faulty(t, name+".txt")
		refused := false
		for file, src := range files {
			if strings.Contains(want, file) && schema.Validate(plainValue(t, src)) != nil {
				refused = true
			}
		}
		if !refused {
			t.Errorf("%s: the schema takes it", name)
		}
	}
}

// Every key that the loader knows is described in the schema, in French, and no other.
func TestSchemaDescribesEveryKey(t *testing.T) {
	src, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var root struct {
		Defs map[string]map[string]any `json:"$defs"`
	}
	if err := json.Unmarshal(src, &root); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*shape{
		"parcours": flowShape, "service": bundleShape, "region": regionShape, "cartes": cardsShape, "reseaux": networksShape,
		"structures": structuresShape, "aiguillage": routingShape, "lexique": lexiconShape, "exemples": examplesShape, "horaires": hoursShape, "securite": safetyShape,
	} {
		compare(t, name, root.Defs, root.Defs[name], s)
	}
}

func compare(t *testing.T, at string, defs map[string]map[string]any, d map[string]any, s *shape) {
	t.Helper()
	if ref, ok := d["$ref"].(string); ok {
		d = defs[strings.TrimPrefix(ref, "#/$defs/")]
	}
	if s.is == list || s.is == rows {
		if items, ok := d["items"].(map[string]any); ok {
			compare(t, at+"[]", defs, items, s.each)
		}
		return
	}
	if s.is == table {
		compare(t, at+".*", defs, d["additionalProperties"].(map[string]any), s.each)
	}
	if s.is == word && d["enum"] != nil && len(d["enum"].([]any)) != len(s.only) {
		t.Errorf("%s: the schema has values %v, the loader %v", at, d["enum"], s.only)
	}
	if s.is != record {
		return
	}
	properties, _ := d["properties"].(map[string]any)
	if got, want := slices.Sorted(maps.Keys(properties)), slices.Sorted(slices.Values(s.names())); !slices.Equal(got, want) {
		t.Errorf("%s: the schema has %v, the loader %v", at, got, want)
	}
	var required []string
	for _, r := range asList(d["required"]) {
		required = append(required, r.(string))
	}
	for _, k := range s.keys {
		property, _ := properties[k.name].(map[string]any)
		if property["$ref"] == nil && (property["title"] == nil || property["description"] == nil) {
			t.Errorf("%s.%s: no title or description", at, k.name)
		}
		if k.must != slices.Contains(required, k.name) {
			t.Errorf("%s.%s: required in one of schema and loader only", at, k.name)
		}
		if property != nil {
			compare(t, at+"."+k.name, defs, property, k.shape)
		}
	}
}

func asList(v any) []any {
	l, _ := v.([]any)
	return l
}

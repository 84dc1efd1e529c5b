package intake

import (
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The demonstration's places are what the public schema says a structure is.
func TestPlacesAreOfThePublicSchema(t *testing.T) {
	const at = "../../../shared/data/data-inclusion/structure.json"
	if _, err := os.Stat(at); err != nil {
		t.Skip("shared data is not here: ", err)
	}
	schema, err := jsonschema.NewCompiler().Compile(at)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("../../flows/regions/bretagne/data/places.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	places, _ := list.([]any)
	if len(places) < 10 {
		t.Fatalf("%d places", len(places))
	}
	for _, p := range places {
		if err := schema.Validate(p); err != nil {
			t.Errorf("%v: %v", p, err)
		}
	}
}

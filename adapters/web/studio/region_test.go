package studio

import (
	"testing"

	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// A draft whose bundle.yaml names another region is checked and shown for the one that is served.
func TestTheServedRegionIsChecked(t *testing.T) {
	p := openVillage(t)
	_, err := p.Workshop.Save(t.Context(), workshop.Author{ID: "claire"}, "une autre région", func(now *workshop.State) (*flow.Draft, error) {
		return now.Draft.Edit(flow.SetText(flow.In("bundle.yaml", "region"), "ailleurs"),
			flow.WriteFile("regions/ailleurs/region.yaml", "line: {text: \"02 61 91 00 00\", tel: \"+33261910000\"}\nterritories:\n  \"44\": {name: Loire-Atlantique, in: en Loire-Atlantique}\n"))
	})
	if err != nil {
		t.Fatal(err)
	}
	c := p.checks.of(p.draft().Draft)
	if c.Bundle == nil || c.Bundle.Region != "demo" {
		t.Fatalf("%v", c.Found())
	}
	if p.Region = "ailleurs"; p.region() != "ailleurs" {
		t.Error("what the house says is served counts")
	}
}

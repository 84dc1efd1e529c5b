package proof_test

import (
	"testing"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/flows"
	"frontdesk/locales"
)

func TestX(t *testing.T) {
	b, err := flow.LoadWithLocales(flows.Files, locales.Files, "")
	if err != nil {
		t.Fatal(err)
	}
	words, err := locales.New(b)
	if err != nil {
		t.Fatal(err)
	}
	p, err := engine.Compile(b, words)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range proof.Prove(p, words) {
		t.Log(f.Severity, f)
		for _, l := range f.Talk {
			t.Log("      ", l)
		}
	}
}
func BenchmarkProof(b *testing.B) {
	bu, _ := flow.LoadWithLocales(flows.Files, locales.Files, "")
	words, _ := locales.New(bu)
	p, _ := engine.Compile(bu, words)
	for b.Loop() {
		proof.Prove(p, words)
	}
}

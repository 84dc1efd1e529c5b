package studio

import (
	"strings"
	"testing"

	"frontdesk/bot/flow"
)

// formOfStep is the form of a step with the names of its inputs.
func (p *premises) formOfStep(step string) (page string, form map[string][]string) {
	p.t.Helper()
	page = p.as("claire").reads(stepPath("accueil", step))
	return page, untouched(formOf(p.t, page, `id="step-form"`))
}

// Another wording is written for any channel that its step has, whatever the kind, even where it is empty; the first
// that fits is said, so they are put in order.
func TestAVariantIsWrittenForEveryChannelAndPutInOrder(t *testing.T) {
	p := openVillage(t)
	for step, said := range map[string]string{"bonjour": "say", "age": "ask", "passer": "text", "fin": "text"} {
		for _, id := range []string{"un", "deux"} {
			p.edits("étape", flow.SetYAML(stepAt(step, "variants", id), "{when: {besoin: emploi}, "+said+": Autre texte.}"))
		}
		page, form := p.formOfStep(step)
		for _, key := range []string{said, "voice", "sms", "retry"} {
			if _, is := form["=variants/un/"+key]; is != (key != "retry" || step == "age") {
				t.Errorf("%s: is %q asked for? %v", step, key, is)
			}
		}
		for _, want := range []string{`value="monter:variants/un" class="quiet" aria-label="Monter un" disabled`, `value="descendre:variants/un" class="quiet" aria-label="Descendre un">`,
			`value="descendre:variants/deux" class="quiet" aria-label="Descendre deux" disabled`, "Le premier texte dont la condition est vraie est dit."} {
			if !strings.Contains(page, want) {
				t.Errorf("%s lacks %s", step, want)
			}
		}
		form["=variants/un/sms"], form["=variants/un/"+said] = []string{"Court."}, []string{""}
		form["do"] = []string{"descendre:variants/un"}
		p.as("claire").saves("/studio/enregistrer", form)
		v, _ := p.draft().Draft.At("accueil.yaml", "steps", step, "variants")
		if got := strings.Join(v.Keys(), " "); got != "deux un" || v.Items()[1].TextAt("sms") != "Court." {
			t.Errorf("%s: %s\n%s", step, got, v.YAML())
		}
		if _, form := p.formOfStep(step); form["=variants/un/"+said] == nil {
			t.Errorf("%s: emptied, the text can no longer be written", step)
		}
		p.edits("étape", flow.Remove(stepAt(step, "variants")))
	}
}

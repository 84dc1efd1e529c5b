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

// What a step gives beside its text is in its form: the card and the address of a phrase and of an end, and to whose
// number a phrase goes as a text message.
func TestAStepsCardAddressAndTextMessageAreInItsForm(t *testing.T) {
	p := openVillage(t)
	p.edits("réponse", flow.SetYAML(flow.In("accueil.yaml", "answers", "portable"), "{type: mobile, keep: case, label: Portable}"))
	for step, wants := range map[string]string{"bonjour": "card link send", "fin": "card link", "age": "", "passer": ""} {
		_, form := p.formOfStep(step)
		for _, key := range []string{"card", "link", "send"} {
			if _, is := form["="+key]; is != strings.Contains(wants, key) {
				t.Errorf("%s: is %q asked for? %v", step, key, is)
			}
		}
	}
	page, form := p.formOfStep("bonjour")
	choices := page[strings.Index(page, `<select id="=send"`):]
	choices = choices[:strings.Index(choices, "</select>")]
	if !strings.Contains(choices, `<option value="portable">Portable</option>`) || strings.Count(choices, "<option") != 2 {
		t.Errorf("a text message may go to %s", choices)
	}
	if folded := strings.Index(page, `<details class="more"`); folded < 0 || folded > strings.Index(page, `id="=send"`) {
		t.Error("what is not used stands in the way")
	}
	form["=send"] = []string{"portable"}
	p.as("claire").saves("/studio/enregistrer", form)
	if got := p.text("accueil.yaml", "steps", "bonjour", "send"); got != "portable" {
		t.Errorf("it goes to %q", got)
	}
	if page, _ := p.formOfStep("bonjour"); strings.Index(page, `<details class="more"`) < strings.Index(page, `id="=send"`) {
		t.Error("that the text leaves as a message is folded away")
	}
}

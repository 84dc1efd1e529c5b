package studio

import (
	"net/url"
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

// What uses a record is said as forms say it, and leads there.
func TestWhatUsesARecordIsALink(t *testing.T) {
	p := openVillage(t)
	p.edits("étape", flow.SetList(stepAt("age", "no_match"), "rephrase", "goto:ferme"))
	page := unescaped(p.as("claire").reads(stepPath("accueil", "ferme")))
	for _, want := range []string{`<a href="/studio/parcours/accueil?etape=passer#=on/closed">La suite « Fermé » de l'étape « passer »</a>`,
		`<a href="/studio/parcours/accueil?etape=age#=no_match">La suite « Après un mot non compris » de l'étape « age »</a>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the step lacks %s:\n%s", want, page[strings.Index(page, `<details class="uses"`):])
		}
	}
	page = unescaped(p.as("claire").reads("/studio/fiches/queues/accueil"))
	if !strings.Contains(page, `<a href="/studio/fiches/structures/accueil-regional#=hours">La structure « accueil-regional »</a>`) {
		t.Errorf("the hours lack their structure:\n%s", page[strings.Index(page, "Utilisée par"):])
	}
	page = unescaped(p.as("claire").sends("/studio/fiches/queues/accueil/supprimer", p.shownOf("regions/demo/hours.yaml", "queues", "accueil")).Body.String())
	if !strings.Contains(page, "« Accueil » est utilisé à 1 endroit, et ne peut pas être supprimé.") && !strings.Contains(page, "« accueil » est utilisé à 1 endroit, et ne peut pas être supprimé.") {
		t.Errorf("the hours are said to be led to:\n%s", page[strings.Index(page, "<main"):])
	}
}

// The journal says what was done to a record as French has it.
func TestTheJournalAgrees(t *testing.T) {
	p := openVillage(t)
	claire := p.as("claire")
	for _, c := range []struct{ path, name, says string }{
		{"cards", "cep", "carte « cep » ajoutée"}, {"cards/cep/renommer", "conseil", "carte « cep » renommée « conseil »"},
		{"cards/conseil/dupliquer", "conseil_bis", "carte « conseil » copiée sous « conseil_bis »"}, {"cards/conseil_bis/supprimer", "", "carte « conseil_bis » supprimée"},
		{"networks", "apec", "réseau « apec » ajouté"}, {"cards/conseil/remplacer", "", "carte « conseil » remplacée pour la région"},
		{"cards/conseil/commun", "", "carte « conseil » ramenée à la fiche commune"}, {"queues", "soir", "horaires de « soir » ajoutés"},
	} {
		sent := url.Values{}
		switch keys := strings.Split(c.path, "/"); {
		case strings.HasSuffix(c.path, "/supprimer"):
			sent = p.shownOf("cards.yaml", keys[:2]...)
		case strings.HasSuffix(c.path, "/commun"):
			sent = p.shownOf("regions/demo/cards.yaml", keys[:2]...)
		}
		sent.Set("nom", c.name)
		sent.Set("titre", "Titre")
		claire.saves("/studio/fiches/"+c.path, sent)
		if got := p.draft().Version.What; got != c.says {
			t.Errorf("%s: %q, want %q", c.path, got, c.says)
		}
	}
}

// The numbers of a danger are given in their order, and are put in another by choosing.
func TestTheNumbersOfADangerAreOrdered(t *testing.T) {
	p := openVillage(t)
	p.edits("danger", flow.SetList(flow.In("safety.yaml", "dangers", "urgence", "numbers"), "15", "112"))
	page := p.as("claire").reads("/studio/fiches/dangers/urgence")
	form := untouched(formOf(t, page, `id="record-form"`))
	if got := strings.Join(form["=numbers"], " "); got != "15 112 " {
		t.Fatalf("drawn as %q", got)
	}
	form["=numbers"] = []string{"112", "15", "17"}
	p.as("claire").saves("/studio/enregistrer", form)
	v, _ := p.draft().Draft.At("safety.yaml", "dangers", "urgence", "numbers")
	if got := strings.Join(v.Texts(), " "); got != "112 15 17" {
		t.Errorf("saved as %q", got)
	}
}

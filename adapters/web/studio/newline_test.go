package studio

import (
	"net/url"
	"strings"
	"testing"

	"frontdesk/bot/flow"
)

// What stands in the inputs of a new line is added whatever button saves the form, or is said to be left out.
func TestALineThatIsWrittenIsAddedByAnyButton(t *testing.T) {
	const step, queue, structure = "/studio/parcours/accueil?etape=", "/studio/fiches/queues/accueil", "/studio/fiches/structures/accueil-regional"
	for _, one := range []struct {
		name, page, mark string
		do               string // the button, "" for « Enregistrer »
		set              url.Values
		file, place      string // of the record
		want, left       string // in its writing, or the line that is left out
	}{
		{"a choice", step + "besoin", "step", "", url.Values{"nouveau-texte": {"Un stage"}, "nouveau-suite": {"fin"}}, "accueil.yaml", "steps/besoin", "un_stage: {text: Un stage, then: fin}", ""},
		{"a choice, and one moves", step + "besoin", "step", "monter:options/autre", url.Values{"nouveau-texte": {"Un stage"}}, "accueil.yaml", "steps/besoin", "un_stage: {text: Un stage}", ""},
		{"a destination without its choice", step + "besoin", "step", "", url.Values{"nouveau-suite": {"fin"}}, "accueil.yaml", "steps/besoin", "ask: Que cherchez-vous ?", "options"},
		{"another text", step + "besoin", "step", "", url.Values{"nouveau-quand": {"channel"}, "nouveau-quand~": {oneOfThese}, "nouveau-quand=": {"sms"}, "nouveau-variante": {"Oui ?"}}, "accueil.yaml", "steps/besoin", "ask: Oui ?", ""},
		{"another text without its case", step + "besoin", "step", "", url.Values{"nouveau-variante": {"Oui ?"}}, "accueil.yaml", "steps/besoin", "ask: Que cherchez-vous ?", "variants"},
		{"a case", step + "tri", "step", "retirer:if/0", url.Values{"nouveau-si": {"age"}, "nouveau-si~": {oneOfThese}, "nouveau-si=": {"majeur"}, "nouveau-suite": {"fin"}}, "accueil.yaml", "steps/tri", "when: {age: majeur}, then: fin", ""},
		{"a case without values", step + "tri", "step", "", url.Values{"nouveau-si": {"age"}, "nouveau-si~": {oneOfThese}, "nouveau-suite": {"fin"}}, "accueil.yaml", "steps/tri", "else: fin", "if"},
		{"an offer", structure, "record", "", url.Values{"nouveau-offre": {"neuve"}, "nouveau-offre-du": {"2026-12-01"}}, "regions/demo/structures.yaml", "structures/accueil-regional", "{id: neuve, from: 2026-12-01}", ""},
		{"a closure", queue, "record", "", url.Values{"nouveau-close-from": {"2026-12-24T12:00"}, "nouveau-close-to": {"2026-12-27T00:00"}}, "regions/demo/hours.yaml", "queues/accueil", "close: [{from: 2026-12-24T12:00, to: 2026-12-27T00:00}]", ""},
		{"an opening beside a closure", queue, "record", "ajouter:close", url.Values{"nouveau-close-from": {"2026-12-24T12:00"}, "nouveau-close-to": {"2026-12-27T00:00"}, "nouveau-open-from": {"2026-12-06T10:00"}}, "regions/demo/hours.yaml", "queues/accueil", "close: [", "open"},
		{"a day", queue, "record", "", url.Values{"nouveau-jour": {"sam"}, "nouveau-heures=": {"14:00", "16:00", "", ""}}, "regions/demo/hours.yaml", "queues/accueil", "14:00-16:00", ""},
		{"hours without their day", queue, "record", "", url.Values{"nouveau-heures=": {"14:00", "16:00", "", ""}}, "regions/demo/hours.yaml", "queues/accueil", "lun-ven", "jours"},
		{"a measure", "/studio/securite", "save", "", url.Values{"nouveau-mesure": {"Écouter"}}, "safety.yaml", "procedure/ecouter", "text: Écouter", ""},
		{"a reading", "/studio/fiches/dangers/urgence", "record", "", url.Values{"nouveau-langue": {"en"}, "nouveau-relu-par": {"Ana"}, "nouveau-relu-le": {"2026-11-02"}}, "safety.yaml", "dangers/urgence", "by: Ana", ""},
	} {
		t.Run(one.name, func(t *testing.T) {
			files := village()
			files["accueil.yaml"] = strings.Replace(files["accueil.yaml"], "  fin: {end", "  tri:\n    if:\n      - {when: {age: mineur}, then: info}\n    else: fin\n  fin: {end", 1)
			p := premisesOf(t, built(t, files))
			claire := p.as("claire")
			form := untouched(formOf(t, claire.reads(one.page), map[string]string{"step": `id="step-form"`, "record": `id="record-form"`, "save": "data-save"}[one.mark]))
			for name, values := range one.set {
				form[name] = values
			}
			if one.do != "" {
				form.Set("do", one.do)
			}
			w := claire.sends("/studio/enregistrer", form)
			to, err := url.Parse(w.Header().Get("Location"))
			if left := to.Query()["reste"]; err != nil || strings.Join(left, " ") != one.left || (to.Query().Get("fait") == "incomplet") != (one.left != "") {
				t.Errorf("%d: it leads to %q", w.Code, w.Header().Get("Location"))
			}
			if got := p.draft().Draft.Record(one.file, strings.Split(one.place, "/")...); !strings.Contains(strings.ReplaceAll(got, `"`, ""), one.want) {
				t.Errorf("the draft has\n%s", got)
			}
		})
	}
}

// A coordinator's form has no line for an offer: one that is sent all the same is refused.
func TestALineThatIsNotTheirsIsNotAdded(t *testing.T) {
	at := flow.In("regions/demo/structures.yaml", "structures", "accueil-regional")
	if (edition{at, url.Values{"nouveau-offre": {"neuve"}, "nouveau-offre-du": {"2026-12-01"}}}).onlyOwn() {
		t.Error("an offer may be added")
	}
}

package studio

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"frontdesk/bot/flow"
)

// asked is the form of a page that asks about one record.
func (p *person) asked(w *httptest.ResponseRecorder, place string) url.Values {
	p.t.Helper()
	if w.Code != http.StatusConflict {
		p.t.Fatalf("nobody is asked: %d %s", w.Code, w.Header().Get("Location"))
	}
	form := untouched(formOf(p.t, w.Body.String(), `id="conflict-form"`))
	if form.Get("place") != place {
		p.t.Fatalf("asked about %q, not %q", form.Get("place"), place)
	}
	return form
}

// What nobody disputes is saved at once; then each record on which two people differ is asked about, and what the
// second of them typed is there until they have decided.
func TestAConflictOfSettingsLosesNothing(t *testing.T) {
	open := func(t *testing.T) (p *premises, claire *person, w *httptest.ResponseRecorder) {
		p = settingsVillage(t)
		claire = p.as("claire")
		mine, theirs := claire.settings(), p.as("sacha").settings()
		theirs.Set("=busy", "20")
		theirs.Set(":delays/pickup", "6")
		theirs.Set("=campaigns/metier/besoin", "autre")
		theirs.Set("=service", "Cap")
		p.as("sacha").saves(settingsPath, theirs)
		for name, value := range map[string]string{"=busy": "30", ":delays/pickup": "9", "=campaigns/metier/besoin": "emploi", // disputed
			":delays/call": "4", ":delays/owner": "8", ":delays/citizen": "11", "=delays/dated": "5", "=banner": "Bonjour."} {
			mine.Set(name, value)
		}
		return p, claire, claire.sends(settingsPath, mine)
	}
	holds := func(t *testing.T, p *premises, want map[string]string) {
		t.Helper()
		for place, value := range want {
			file, keys, _ := strings.Cut(place, ":")
			if got := p.text(file, strings.Split(keys, "/")...); got != value {
				t.Errorf("%s is %q, want %q", place, got, value)
			}
		}
	}
	clean := map[string]string{"regions/demo/region.yaml:delays/call": "4m", "bundle.yaml:delays/owner": "8m", "bundle.yaml:delays/citizen": "11m",
		"bundle.yaml:delays/dated": "5", "bundle.yaml:banner": "Bonjour.", "regions/demo/region.yaml:service": "Cap"}
	theirs := map[string]string{"bundle.yaml:busy": "20", "bundle.yaml:delays/pickup": "6m", "bundle.yaml:campaigns/metier/besoin": "autre"}
	t.Run("mine", func(t *testing.T) {
		p, claire, w := open(t)
		holds(t, p, clean)
		holds(t, p, theirs)
		if what := p.draft().Version.What; !strings.Contains(what, "bandeau") || strings.Contains(what, "affluence") {
			t.Errorf("the history says %q", what)
		}
		for n, place := range []string{"delays/pickup", "busy", "campaigns/metier"} {
			page := unescaped(w.Body.String())
			for said, is := range map[string]bool{"Vos autres changements sont enregistrés.": n == 0, "Ensuite : 2 autres choix.": n == 0, "Ensuite : 1 autre choix.": n == 1,
				"Sacha a changé la même chose": true, `href="/studio/reglages">Garder`: n == 2} {
				if strings.Contains(page, said) != is {
					t.Errorf("%s: the page says %q: %v", place, said, !is)
				}
			}
			w = claire.sends("/studio/enregistrer", claire.asked(w, place))
		}
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), settingsPath) {
			t.Errorf("decided, it answers %d and leads to %q", w.Code, w.Header().Get("Location"))
		}
		holds(t, p, clean)
		holds(t, p, map[string]string{"bundle.yaml:busy": "30", "bundle.yaml:delays/pickup": "9m", "bundle.yaml:campaigns/metier/besoin": "emploi"})
		if got := string(p.draft().Draft.Files()["bundle.yaml"]); !strings.Contains(got, "# affluence") || !strings.Contains(got, "# affiche de mars") {
			t.Errorf("a comment is gone:\n%s", got)
		}
	})
	t.Run("theirs, then mine", func(t *testing.T) {
		p, claire, w := open(t)
		was := p.draft().ID
		form := claire.asked(w, "delays/pickup")
		form.Set("do", keepTheirs)
		w = claire.sends("/studio/enregistrer", form)
		form = claire.asked(w, "busy")
		form.Set("do", keepTheirs)
		w = claire.sends("/studio/enregistrer", form)
		if p.draft().ID != was {
			t.Error("what is left as it is makes a version")
		}
		claire.saves("/studio/enregistrer", claire.asked(w, "campaigns/metier"))
		holds(t, p, clean)
		holds(t, p, map[string]string{"bundle.yaml:busy": "20", "bundle.yaml:delays/pickup": "6m", "bundle.yaml:campaigns/metier/besoin": "emploi"})
	})
	t.Run("somebody changes one of them once more", func(t *testing.T) {
		p, claire, w := open(t)
		form := claire.asked(w, "delays/pickup")
		p.changes("Yann", "réglages", flow.SetText(flow.In("bundle.yaml", "delays", "pickup"), "7m"))
		w = claire.sends("/studio/enregistrer", form)
		if page := w.Body.String(); !strings.Contains(page, "Yann a changé la même chose") || !strings.Contains(page, "7m") || !strings.Contains(page, "9m") {
			t.Errorf("the page does not tell it:\n%s", page[strings.Index(page, "<main"):])
		}
		w = claire.sends("/studio/enregistrer", claire.asked(w, "delays/pickup"))
		w = claire.sends("/studio/enregistrer", claire.asked(w, "busy"))
		claire.saves("/studio/enregistrer", claire.asked(w, "campaigns/metier"))
		holds(t, p, map[string]string{"bundle.yaml:busy": "30", "bundle.yaml:delays/pickup": "9m", "bundle.yaml:campaigns/metier/besoin": "emploi"})
	})
	t.Run("a text that cannot be read", func(t *testing.T) {
		p, claire, w := open(t)
		form := claire.asked(w, "delays/pickup")
		form.Set("yaml", "[")
		w = claire.sends("/studio/enregistrer", form)
		form = untouched(formOf(t, w.Body.String(), `action="/studio/enregistrer"`))
		form.Set("yaml", "12m")
		w = claire.sends("/studio/enregistrer", form)
		claire.asked(w, "busy")
		holds(t, p, map[string]string{"bundle.yaml:delays/pickup": "12m"})
	})
}

// What one person took away and another changed is asked about, too, and can be taken away.
func TestAConflictOfWhatWasTakenAway(t *testing.T) {
	p := settingsVillage(t)
	claire := p.as("claire")
	mine := claire.settings()
	p.changes("Sacha", "réglages", flow.SetText(flow.In("bundle.yaml", "campaigns", "metier", "besoin"), "autre"))
	mine.Set("do", "retirer:campaigns/metier")
	form := claire.asked(claire.sends(settingsPath, mine), "campaigns")
	claire.saves("/studio/enregistrer", form)
	if got := p.draft().Draft.Record("bundle.yaml", "campaigns"); got != "" {
		t.Errorf("it is still there: %s", got)
	}
	gone := claire.settings()
	gone.Set("=banner", "Bonjour.")
	claire.saves(settingsPath, gone)
	gone = claire.settings()
	p.changes("Sacha", "réglages", flow.Remove(flow.In("bundle.yaml", "banner")))
	gone.Set("=banner", "Bonsoir.")
	w := claire.sends(settingsPath, gone)
	if !strings.Contains(w.Body.String(), "c'est supprimé") {
		t.Error("the page does not say that it was taken away")
	}
	claire.saves("/studio/enregistrer", claire.asked(w, "banner"))
	if got := p.text("bundle.yaml", "banner"); got != "Bonsoir." {
		t.Errorf("the banner is %q", got)
	}
}

// A coordinator decides a conflict about their structure or its hours, and changes nothing by it that is not theirs.
func TestACoordinatorDecidesAConflict(t *testing.T) {
	p := openVillage(t)
	p.proved()
	noe := p.as("coordinator")
	const file, hours = "regions/demo/structures.yaml", "regions/demo/hours.yaml"
	conflict := func(path string, set url.Values, theirs flow.Change) url.Values {
		t.Helper()
		form := untouched(formOf(t, noe.reads(path), `id="record-form"`))
		for name := range form {
			if !strings.HasPrefix(name, "=address") && !strings.HasPrefix(name, "@") && (strings.HasPrefix(name, "=") || strings.HasPrefix(name, ":")) {
				form.Del(name) // browsers send nothing that is locked
			}
		}
		for name, values := range set {
			form[name] = values
		}
		p.changes("Claire", "offres", theirs)
		w := noe.sends("/studio/enregistrer", form)
		return noe.asked(w, form.Get("place"))
	}
	form := conflict("/studio/fiches/structures/accueil-regional", url.Values{"=address": {"1 rue du Port"}},
		flow.SetYAML(flow.In(file, "structures", "accueil-regional", "offers"), "[{id: api, from: 2026-01-01}, {id: vae, from: 2026-02-01}]"))
	foreign := url.Values{}
	for name, values := range form {
		foreign[name] = values
	}
	for name, yaml := range map[string]string{
		"another network": strings.Replace(form.Get("yaml"), "network: region", "network: autre", 1), "no offer": form.Get("yaml")[:strings.Index(form.Get("yaml"), "offers:")],
		"a key of no kind": form.Get("yaml") + "secret: oui\r\n", "a text": "Accueil", "a list": "[a, b]", "a quota": form.Get("yaml") + "quota: 3\r\n",
	} {
		foreign.Set("yaml", yaml)
		was := p.draft().ID
		if w := noe.sends("/studio/enregistrer", foreign); w.Code != http.StatusForbidden && w.Code != http.StatusUnprocessableEntity || p.draft().ID != was {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	foreign.Set("yaml", "")
	foreign.Set("vide", "1")
	if w := noe.sends("/studio/enregistrer", foreign); w.Code != http.StatusForbidden {
		t.Errorf("they take their structure away: %d", w.Code)
	}
	noe.saves("/studio/enregistrer", form)
	if got := p.draft().Draft.Record(file, "structures", "accueil-regional"); !strings.Contains(got, "address: 1 rue du Port") || !strings.Contains(got, "id: vae") {
		t.Errorf("of two changes one is lost:\n%s", got)
	}
	form = conflict("/studio/fiches/queues/accueil", url.Values{"@lun-ven=": {"10:00", "16:00"}}, flow.SetText(flow.In(hours, "queues", "accueil", "sam"), "09:00-12:00"))
	noe.saves("/studio/enregistrer", form)
	if got := p.draft().Draft.Record(hours, "queues", "accueil"); !strings.Contains(got, "10:00-16:00") || !strings.Contains(got, "09:00-12:00") {
		t.Errorf("of two changes one is lost:\n%s", got)
	}
	form.Set("version", p.draft().ID)
	form.Set("etag", p.draft().Draft.ETag(hours, "queues", "accueil"))
	form.Set("yaml", "{like: autre}")
	if w := noe.sends("/studio/enregistrer", form); w.Code != http.StatusForbidden {
		t.Errorf("their hours become those of another: %d", w.Code)
	}
}

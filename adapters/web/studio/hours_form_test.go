package studio

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Hours are picked; what nobody touched stays as it is written, to the byte.
func TestHoursArePicked(t *testing.T) {
	files := village()
	files["regions/demo/hours.yaml"] = "queues:\n  # l'accueil\n  accueil: {lun-ven: \"9h-12h30, 13h30-17h\", sam: \"20:00-24:00\"} # exemple\n"
	p := premisesOf(t, built(t, files))
	claire := p.as("claire")
	const path = "/studio/fiches/queues/accueil"
	form := func() url.Values { return untouched(formOf(t, claire.reads(path), `id="record-form"`)) }
	was := p.draft().ID
	claire.saves("/studio/enregistrer", form())
	if p.draft().ID != was {
		t.Fatal("a save of nothing makes a version")
	}
	if got := form()["@lun-ven="]; strings.Join(got, " ") != "09:00 12:30 13:30 17:00  " {
		t.Errorf("the boxes have %q", got)
	}
	for _, step := range []struct {
		change    func(url.Values)
		day, want string
	}{
		{func(f url.Values) { f["@lun-ven="][3] = "18:00" }, "lun-ven", "09:00-12:30, 13:30-18:00"},
		{func(f url.Values) { f["@lun-ven="][4], f["@lun-ven="][5] = "19:00", "20:00" }, "lun-ven", "09:00-12:30, 13:30-18:00, 19:00-20:00"},
		{func(f url.Values) { f.Set("do", "retirer-plage:lun-ven/1") }, "lun-ven", "09:00-12:30, 19:00-20:00"},
		{func(f url.Values) { f.Set("@lun-ven", dayClosed) }, "lun-ven", "fermé"},
		{func(f url.Values) { f.Set("@dim", dayOpen); f["@dim="] = []string{"10:00", "12:00"} }, "dim", "10:00-12:00"},
		{func(f url.Values) { f.Set("@dim", "") }, "dim", ""},
		{func(f url.Values) { f.Set("=sam", "20:00-23:00") }, "sam", "20:00-23:00"},
		{func(f url.Values) {
			f.Set("do", "ajouter:jours")
			f.Set("nouveau-jour", "mer")
			f["nouveau-heures="] = []string{"14:00", "16:00", "", ""}
		}, "mer", "14:00-16:00"},
	} {
		f := form()
		step.change(f)
		claire.saves("/studio/enregistrer", f)
		if got := p.text("regions/demo/hours.yaml", "queues", "accueil", step.day); got != step.want {
			t.Fatalf("%s is %q, not %q", step.day, got, step.want)
		}
	}
	if got := string(p.draft().Draft.Files()["regions/demo/hours.yaml"]); !strings.Contains(got, "# l'accueil") || !strings.Contains(got, "# exemple") {
		t.Errorf("comments are gone:\n%s", got)
	}
}

// A period that ends before it begins is refused where it stands; what else was written stays in the form.
func TestAPeriodThatEndsFirstIsRefused(t *testing.T) {
	p := openVillage(t)
	claire := p.as("claire")
	const path = "/studio/fiches/queues/accueil"
	form := untouched(formOf(t, claire.reads(path), `id="record-form"`))
	for key, value := range map[string]string{"do": "ajouter:open", "nouveau-open-from": "2026-12-06T12:00", "nouveau-open-to": "2026-12-06T10:00", "nouveau-open-say": "Salon."} {
		form.Set(key, value)
	}
	form["@lun-ven="] = []string{"08:00", "17:00"}
	was := p.draft().ID
	w := claire.sends("/studio/enregistrer", form)
	if page := w.Body.String(); w.Code != http.StatusUnprocessableEntity || p.draft().ID != was ||
		!strings.Contains(page, `value="2026-12-06T10:00" aria-invalid="true"`) || !strings.Contains(page, endsFirst) || !strings.Contains(page, `value="08:00"`) {
		t.Fatalf("%d: the period is not refused where it stands", w.Code)
	}
	form = untouched(formOf(t, w.Body.String(), `id="record-form"`))
	form.Set("do", "ajouter:open")
	form.Set("nouveau-open-to", "2026-12-06T14:00")
	claire.saves("/studio/enregistrer", form)
	if got := p.draft().Draft.Record("regions/demo/hours.yaml", "queues", "accueil"); !strings.Contains(got, "08:00-17:00") || !strings.Contains(got, "2026-12-06T14:00") || !strings.Contains(got, "Salon.") {
		t.Errorf("the hours are %s", got)
	}
	form = untouched(formOf(t, claire.reads(path), `id="record-form"`))
	form.Set("=open/0/to", "2026-12-06T12:00")
	if w := claire.sends("/studio/enregistrer", form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `id="=open/0/to-faute"`) {
		t.Errorf("a period that was there: %d", w.Code)
	}
}

// A period that is written in days is drawn from midnight on, which is what it means, and stays written in days.
func TestAPeriodOfWholeDaysIsKept(t *testing.T) {
	files := village()
	files["regions/demo/hours.yaml"] = "queues:\n  accueil: {lun-ven: \"09:00-17:00\", close: [{from: 2026-12-24, to: 2026-12-28}]}\n"
	p := premisesOf(t, built(t, files))
	claire := p.as("claire")
	form := func() url.Values {
		return untouched(formOf(t, claire.reads("/studio/fiches/queues/accueil"), `id="record-form"`))
	}
	if f := form(); f.Get("=close/0/from") != "2026-12-24T00:00" || f.Get("=close/0/to") != "2026-12-28T00:00" {
		t.Errorf("the form has %q to %q", f.Get("=close/0/from"), f.Get("=close/0/to"))
	}
	was := p.draft().ID
	claire.saves("/studio/enregistrer", form())
	if p.draft().ID != was {
		t.Errorf("a save of nothing writes\n%s", p.draft().Draft.Record("regions/demo/hours.yaml", "queues", "accueil"))
	}
	f := form()
	f.Set("=close/0/to", "2026-12-28T12:00")
	claire.saves("/studio/enregistrer", f)
	if from, to := p.text("regions/demo/hours.yaml", "queues", "accueil", "close", "0", "from"), p.text("regions/demo/hours.yaml", "queues", "accueil", "close", "0", "to"); from != "2026-12-24" || to != "2026-12-28T12:00" {
		t.Errorf("the draft has %q to %q", from, to)
	}
}

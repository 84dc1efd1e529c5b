package studio_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"frontdesk/bot/flow"
)

// What a table says of its choice is changed, added, renamed and deleted like any other record, and is a click
// from the row that gives it.
func TestReasonsHaveAPage(t *testing.T) {
	r := openRecords(t).as("sacha")
	const said = "c&#39;est le service qui conseille sur la VAE"
	if list := r.get("/studio/fiches/reasons"); !strings.Contains(list, `<a href="/studio/fiches/reasons/vae">`+said+"</a>") {
		t.Error("the list lacks it")
	}
	if page := r.get("/studio/tables/aiguillage"); !strings.Contains(page, `<a href="/studio/fiches/reasons/vae">`+said+"</a>") {
		t.Error("the row of the table does not lead to its reason")
	}
	page := r.get("/studio/fiches/reasons/vae")
	for _, want := range []string{`href="/studio/tables/aiguillage#ligne-1"`, `aria-current="page"`, "Renommer partout"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	sent := filled(page)
	sent.Set("=", "")
	r.post("/studio/enregistrer", sent)
	if v, is := r.draft().At("routing.yaml", "reasons", "vae"); !is || v.Text() != "" {
		t.Errorf("emptied, it is %q, %v", v.Text(), is)
	}
	sent = filled(r.get("/studio/fiches/reasons/vae"))
	sent.Set("=", "ce service connaît la VAE")
	r.post("/studio/enregistrer", sent)
	if status, body := r.post("/studio/fiches/reasons/vae/renommer", url.Values{"nom": {"valider"}}); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	d := r.draft()
	if v, _ := d.At("routing.yaml", "reasons", "valider"); v.Text() != "ce service connaît la VAE" {
		t.Errorf("it says %q", v.Text())
	}
	if v, _ := d.At("routing.yaml", "tables", "aiguillage", "rows", "0", "8"); v.Text() != "valider" {
		t.Errorf("the row gives %q", v.Text())
	}
	if status, _ := r.post("/studio/fiches/reasons", url.Values{"nom": {"nouvelle"}, "titre": {"ce service : le plus proche"}}); status != http.StatusOK {
		t.Errorf("added: %d", status)
	}
	if v, _ := r.draft().At("routing.yaml", "reasons", "nouvelle"); v.Text() != "ce service : le plus proche" {
		t.Errorf("added, it says %q", v.Text())
	}
	if status, body := r.post("/studio/fiches/reasons/valider/supprimer", filled(r.get("/studio/fiches/reasons/valider"))); status != http.StatusConflict || !strings.Contains(body, "ce service : le plus proche") {
		t.Errorf("deleted though rows give it, or nothing can stand in: %d", status)
	}
	r.post("/studio/fiches/reasons/nouvelle/supprimer", filled(r.get("/studio/fiches/reasons/nouvelle")))
	if r.draft().Has(flow.ReasonRecord, "nouvelle") {
		t.Error("not deleted")
	}
	if _, err := r.draft().Bundle(""); err != nil {
		t.Error(err)
	}
}

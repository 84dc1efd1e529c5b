package studio

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// From a form that is sent to the page with the picture and all findings, at a bundle of a hundred steps.
// At most 300 ms.
func BenchmarkSaveToCheckedGraph(b *testing.B) {
	files := village()
	var more strings.Builder
	const count = 92
	for i := range count {
		fmt.Fprintf(&more, "  pas_%d: {say: Voici le pas numéro %d., then: %s}\n", i, i, map[bool]string{true: "besoin", false: fmt.Sprint("pas_", i+1)}[i == count-1])
	}
	files["accueil.yaml"] = strings.Replace(strings.Replace(files["accueil.yaml"], "then: besoin}\n", "then: pas_0}\n", 1), "  fin: {end", more.String()+"  fin: {end", 1)
	p := premisesOf(b, built(b, files))
	p.proved()
	claire := p.as("claire")
	form := claire.form("accueil", "pas_40")
	n := 0
	for b.Loop() {
		n++
		form.Set("=say", fmt.Sprint("Voici le pas numéro ", n, "."))
		w := claire.sends("/studio/enregistrer", form)
		if w.Code != http.StatusSeeOther {
			b.Fatalf("%d %s", w.Code, w.Body)
		}
		<-p.checks.of(p.draft().Draft).proved
		page := claire.reads(w.Header().Get("Location"))
		if !strings.Contains(page, "<svg") || strings.Contains(page, "data-pending") {
			b.Fatal("the page has no picture, or is not checked")
		}
		s := p.draft()
		form.Set("version", s.ID)
		form.Set("etag", s.Draft.ETag("accueil.yaml", "steps", "pas_40"))
	}
}

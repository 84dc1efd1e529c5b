package studio

import (
	"net/url"
	"testing"

	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// Whatever a form sends, nothing panics, the draft stays one that can be opened, and what was saved before
// can be had back.
func FuzzSave(f *testing.F) {
	for _, s := range [][5]string{
		{"accueil.yaml", "steps/bonjour", "=say", "Bonsoir.", ""},
		{"accueil.yaml", "steps/besoin", "=options/emploi/text", "x: [", "monter:options/metier"},
		{"accueil.yaml", "steps/besoin", "nouveau-texte", "Été # {x}", "ajouter:options"},
		{"accueil.yaml", "steps/besoin", "yaml", "ask: [", "retirer:options/emploi"},
		{"accueil.yaml", "", "=", "\x00", "retirer:"},
		{"routing.yaml", "tables/orientation/rows/0", "=0", "06", "descendre:1"},
		{"../x", "steps//", "+options/emploi/only", "age", "ajouter:variants"},
		{"safety.yaml", "dangers/urgence", "=numbers", "15\n\n17", "ajouter:offers"},
	} {
		f.Add(s[0], s[1], s[2], s[3], s[4])
	}
	p := openVillage(f)
	state := p.draft()
	f.Fuzz(func(t *testing.T, file, place, field, value, button string) {
		sent := url.Values{field: {value}, field + "=": {value}, "do": {button}, "nouveau-texte": {value}, "nouveau-suite": {value}}
		at := flow.In(file, keysOf(place)...)
		sent.Set("etag", state.Draft.ETag(at.File, at.Path...))
		sent.Set("version", state.ID)
		d, err := p.apply(t.Context(), &workshop.State{ID: state.ID, Draft: state.Draft}, edition{at, sent})
		if err != nil {
			return
		}
		files := d.Files()
		again, err := flow.OpenDraft(files)
		if err != nil {
			t.Fatalf("what was kept cannot be opened: %v", err)
		}
		if again.Hash() != d.Hash() {
			t.Error("what was kept is opened as something else")
		}
		for name := range state.Draft.Files() {
			if _, is := files[name]; !is {
				t.Errorf("%s is gone", name)
			}
		}
	})
}

package studio

import (
	"net/url"
	"testing"

	"frontdesk/bot/flow"
)

// FuzzWhatARecordsFormAccepts sends anything to the form of a queue and of a danger: a draft that comes of it
// can be read again, and other files are as they were.
func FuzzWhatARecordsFormAccepts(f *testing.F) {
	d, err := flow.OpenDraft(map[string][]byte{
		"hours.yaml":  []byte("queues:\n  # la file\n  accueil: {lun-ven: \"09:00-12:00\", close: [{from: 2026-12-24T12:00, to: 2026-12-27T00:00}]}\n"),
		"safety.yaml": []byte("owner: Essai\nreviewed: 2026-11-02\nnumbers: {\"15\": {label: Samu}}\n\ndangers:\n  a: {grade: immediate, numbers: [\"15\"], text: Appelez le 15.}\n"),
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("hours.yaml", "queues/accueil", "=lun-ven", "fermé", "ajouter:open", "2026-12-24T12:00")
	f.Add("hours.yaml", "queues/accueil", "=close/0/say", "# l'an: \"neuf\"", "retirer:close/0", "")
	f.Add("hours.yaml", "queues/accueil", "=close/7/say", "", "monter:close/0", "")
	f.Add("safety.yaml", "dangers/a", "=numbers", "15\n112", "ajouter:reread", "fr")
	f.Add("safety.yaml", "", "=procedure/x/text", "{{", "ajouter:procedure", "Écouter")
	f.Add("safety.yaml", "dangers/a", "+reread", "fr", "ajouter:jours", "lun")
	f.Fuzz(func(t *testing.T, file, place, name, value, do, typed string) {
		sent := url.Values{name: {value}, "do": {do}}
		for _, input := range []string{"open-from", "open-to", "close-from", "close-to", "jour", "heures", "langue", "relu-par", "relu-le", "mesure", "offre", "offre-du"} {
			sent.Set("nouveau-"+input, typed)
		}
		e := edition{at: flow.In(file, keysOf(place)...), sent: sent}
		_ = e.onlyOwn()
		made, err := d.Edit(e.changes(d)...)
		if err != nil {
			return
		}
		again, err := flow.OpenDraft(made.Files())
		if err != nil {
			t.Fatal(err)
		}
		for name, content := range d.Files() {
			now := made.Files()[name]
			if string(again.Files()[name]) != string(now) {
				t.Errorf("%s is written otherwise when it is read again:\n%s\n%s", name, now, again.Files()[name])
			}
			if name != file && string(content) != string(now) {
				t.Errorf("%s changed", name)
			}
		}
	})
}

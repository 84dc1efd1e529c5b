package intake

import (
	"cmp"
	"slices"
	"strings"

	"frontdesk/bot/directory"
	"frontdesk/bot/hear"
)

// eventKinds are what an event may be.
var eventKinds = []string{"forum", "salon", "atelier", "journee_secteur", "presentation_metier", "portes_ouvertes"}

// events reads what is on: titre, type, debut, fin (debut where it is empty), heure, commune, ville, adresse,
// organisateur, site, metiers (ROME codes, a|b), source. An event that two networks entered is one.
func (r *run) events(files []File) ([]byte, error) {
	var all []directory.Event
	err := r.each(files, func(rec *record) {
		e := directory.Event{
			Title: rec.bounded("titre", rec.must("titre"), 3, 150), Kind: rec.must("type"), From: rec.day("debut"), To: cmp.Or(rec.day("fin"), rec.day("debut")),
			Opens: rec.clock("heure"), Commune: rec.code("commune", rec.must("commune")), Town: town(rec.must("ville")), Address: rec.text("adresse"),
			By: rec.list("organisateur"), Web: rec.web("site", rec.text("site")), Jobs: rec.list("metiers"), Source: rec.must("source"), Example: rec.yes("exemple"),
		}
		switch {
		case e.From == "":
			rec.refuse("il manque debut ; y mettre le premier jour, comme 2026-11-24")
		case e.To < e.From:
			rec.refuse("fin : l'événement finit le %s, avant de commencer le %s", e.To, e.From)
		case !slices.Contains(eventKinds, e.Kind):
			rec.refuse("type : « %s » n'est pas connu ; choisir parmi %s", clip(e.Kind), strings.Join(eventKinds, ", "))
		case len(e.By) == 0:
			rec.refuse("il manque organisateur ; y mettre le réseau qui invite")
		}
		for i, code := range e.Jobs {
			one := &record{values: map[string]any{"metiers": code}}
			e.Jobs[i] = one.romeCode("metiers")
			rec.refuseFor(one)
		}
		e.Commune = r.commune(rec, e.Commune)
		e.ID = e.From + " " + hear.Fold(e.Title) + " " + e.Commune
		switch {
		case rec.refused != "":
		case !r.served(directory.Area(e.Commune, "")):
			rec.aside = true
		default:
			all = append(all, e)
		}
	})
	if err != nil {
		return nil, err
	}
	return directory.Encode(directory.Events, directory.Merge(all))
}

// clock is an hour of the day, as 14:00 or 14h30; as it is kept: 14:00.
func (r *record) clock(name string) string {
	text := strings.Replace(strings.ToLower(r.text(name)), "h", ":", 1)
	if text == "" {
		return ""
	}
	hour, minute, _ := strings.Cut(text, ":")
	minute = cmp.Or(minute, "00")
	if len(hour) == 1 {
		hour = "0" + hour
	}
	if len(hour) != 2 || len(minute) != 2 || strings.Trim(hour+minute, "0123456789") != "" || hour > "23" || minute > "59" {
		r.refuse("%s : « %s » n'est pas une heure ; écrire 14:00", name, clip(r.text(name)))
	}
	return hour + ":" + minute
}

package intake

import (
	"strings"

	"frontdesk/bot/directory"
	"frontdesk/bot/hours"
)

// places reads reception places: structures and services of data·inclusion v1, the State's directory of
// today and of 2017. Which it is shows in each record's own names.
func (r *run) places(files []File) ([]byte, error) {
	c := &places{run: r, seen: map[string]int{}, at: map[string]int{}}
	if err := r.each(files, c.take); err != nil {
		return nil, err
	}
	for _, s := range c.services { // they may stand before their structure
		c.join(s)
	}
	return sorted(directory.Places, c.all, func(a, b *directory.Place) int { return strings.Compare(a.ID, b.ID) })
}

type places struct {
	*run
	all      []directory.Place
	at       map[string]int // by id
	seen     map[string]int // lines by id
	services []service
}

// take reads one record in the way that its names tell.
func (c *places) take(rec *record) {
	if rec.refused != "" {
		return
	}
	var p directory.Place
	switch {
	case rec.has("structure_id"):
		c.service(rec)
		return
	case rec.has("properties"):
		p = c.dila2017(rec)
	case rec.has("pivot"):
		p = c.dila(rec)
	case rec.has("horaires_osm"), rec.has("type") && rec.has("departement"):
		p = c.derived(rec)
	default:
		p = c.structure(rec)
	}
	c.keep(rec, p)
}

// keep takes a place that is whole and of use here. What is elsewhere is left aside, whole or not.
func (c *places) keep(rec *record, p directory.Place) {
	if area := directory.Area(p.Commune, p.Postcode); area != "" && !c.served(area) || rec.aside {
		rec.refused, rec.remarks, rec.aside = "", nil, true
		return
	}
	c.renamed(rec, &p)
	switch {
	case rec.refused != "":
		return
	case directory.Area(p.Commune, p.Postcode) == "": // nowhere: it receives nobody
		rec.aside = true
		return
	case !unique(c.seen, rec, p.ID):
		return
	}
	if p.Point != nil && !inFrance(p.Commune, *p.Point) {
		rec.remark("le point %v, %v n'est pas en France : laissé de côté", p.Point.Lat, p.Point.Lon)
		p.Point = nil
	}
	if p.Hours != "" {
		if _, err := hours.ParseOSM(p.Hours); err != nil {
			rec.remark("horaires laissés de côté : %v", err)
			p.Hours = ""
		}
	}
	c.at[p.ID] = len(c.all)
	c.all = append(c.all, p)
}

// renamed gives a place the present code of its commune. Directories keep codes that have long gone: where
// there is a postcode it says the département well enough.
func (c *places) renamed(rec *record, p *directory.Place) {
	if p.Commune == "" || c.options.Commune == nil {
		return
	}
	present, ok := c.options.Commune(p.Commune)
	switch {
	case ok:
		p.Commune = present
		return
	case p.Postcode == "":
		rec.refuse("la commune %q n'existe pas ; mettre son code INSEE, celui d'avant une fusion compris", p.Commune)
	default:
		rec.remark("la commune %q n'existe pas : rangé par son code postal, %s", p.Commune, p.Postcode)
	}
	p.Commune = ""
}

// town leaves the cedex out of a town's name: it is the post's business.
func town(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		if strings.EqualFold(w, "cedex") && i > 0 {
			return strings.Join(words[:i], " ")
		}
	}
	return strings.Join(words, " ")
}

// networks are the ids of networks.yaml for the names that producers use; any other name stays as it is.
func networks(names []string) []string {
	var all []string
	for _, name := range names {
		id, ok := networkNames[name]
		if !ok {
			id = strings.ReplaceAll(name, "_", "-")
		}
		all = append(all, id)
	}
	return all
}

// networkNames are the slugs of data·inclusion v1 (reseaux_porteurs) and the types of the State's directory
// that are called otherwise here.
var networkNames = map[string]string{
	"cap-emploi-reseau-cheops": "cap-emploi", "reseau-information-jeunesse": "info-jeunes", "maisons-de-l-emploi": "pae",
	"pole_emploi": "france-travail", "pole-emploi": "france-travail", "cij": "info-jeunes", "cidf": "cidff", "chambre_metier": "cma",
	"maison_handicapees": "mdph", "suio": "suio-ip", "regions": "region",
}

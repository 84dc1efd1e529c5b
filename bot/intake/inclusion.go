package intake

import (
	"maps"
	"slices"
	"strings"

	"frontdesk/bot/directory"
)

// structure reads a structure of data·inclusion v1, and under "spro" what that schema has no names for. In
// a table these columns are called spro.reseau, spro.structure and so on.
func (c *places) structure(rec *record) directory.Place {
	p := directory.Place{
		Source: rec.must("source"), ID: rec.must("id"), Name: rec.bounded("nom", rec.must("nom"), 3, 150), Updated: rec.day("date_maj"),
		Networks: rec.slugs("reseaux_porteurs"), Commune: rec.code("code_insee", rec.text("code_insee")),
		Postcode: rec.postcode("code_postal", rec.text("code_postal")), Town: town(rec.text("commune")),
		Address: joined(rec.text("complement_adresse"), rec.text("adresse")), Point: rec.point("latitude", "longitude"),
		Phone: phone(rec.text("telephone")), Mail: rec.mail("courriel", rec.text("courriel")), Web: rec.web("site_web", rec.text("site_web")),
		Hours: rec.text("horaires_accueil"), Accessible: rec.web("accessibilite_lieu", rec.text("accessibilite_lieu")), Siret: rec.siret(),
	}
	if p.Updated == "" {
		rec.refuse("il manque date_maj ; y mettre le jour de la dernière mise à jour")
	}
	p.Networks = networks(p.Networks)
	c.spro(rec, &p)
	return p
}

func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// siret is fourteen digits; a tab before them keeps spreadsheets from making a number of them.
func (r *record) siret() string {
	text := strings.ReplaceAll(r.text("siret"), " ", "")
	if text != "" && (len(text) != 14 || strings.Trim(text, "0123456789") != "") {
		r.refuse("siret : « %s » n'a pas quatorze chiffres", clip(text))
	}
	return text
}

// slugs is a list of code words.
func (r *record) slugs(name string) []string {
	all := r.list(name)
	for _, slug := range all {
		if slug == "" || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			r.refuse("%s : « %s » n'est pas un code ; il n'a que des minuscules, des chiffres et des tirets", name, clip(slug))
		}
	}
	return all
}

// oneOf is a list of the code words of a closed list.
func (r *record) oneOf(name string, known ...string) []string {
	all := r.slugs(name)
	for _, slug := range all {
		if !slices.Contains(known, slug) {
			r.refuse("%s : « %s » n'est pas connu ; choisir parmi %s", name, clip(slug), strings.Join(known, ", "))
		}
	}
	return all
}

// spro reads what the service public régional de l'orientation adds.
func (c *places) spro(rec *record, p *directory.Place) {
	more := rec.inner("spro")
	more.only("reseaux", "structure", "documentation", "poles", "offres", "referents", "exemple")
	p.Networks = append(p.Networks, more.slugs("reseaux")...)
	p.Structure = more.text("structure")
	p.Library = more.yes("documentation")
	p.Poles = more.list("poles")
	p.Example = more.yes("exemple")
	p.Offers = more.offers()
	for _, line := range more.list("referents") {
		part := strings.SplitN(line, " : ", 3)
		part = append(part, "", "")
		p.Referents = append(p.Referents, directory.Referent{Role: part[0], Topic: part[1], Hours: part[2]})
	}
	if more.refused != "" {
		rec.refuse("spro.%s", more.refused)
	}
}

// inner is an object within a record, or the columns whose names begin with its name and a point.
func (r *record) inner(name string) *record {
	inside := &record{line: r.line, values: map[string]any{}, cells: r.cells}
	switch v := r.values[name].(type) {
	case nil:
		for key, value := range r.values {
			if rest, ok := strings.CutPrefix(key, name+"."); ok {
				inside.values[rest] = value
			}
		}
	case map[string]any:
		inside.values = v
	default:
		r.refuse("%s doit être un objet, entre accolades", name)
	}
	return inside
}

// only refuses names that nobody reads: they are ours, and one that is misspelt would be lost.
func (r *record) only(names ...string) {
	for _, key := range slices.Sorted(maps.Keys(r.values)) {
		if !slices.Contains(names, key) {
			r.refuse("%s n'est pas connu ; choisir parmi %s", key, strings.Join(names, ", "))
		}
	}
}

// offers are written "conseil_vae 2026-01-01/2027-12-31": what, from when, and the last day where there is one.
func (r *record) offers() []directory.Offer {
	var all []directory.Offer
	for _, line := range r.list("offres") {
		id, days, _ := strings.Cut(line, " ")
		from, to, _ := strings.Cut(strings.TrimSpace(days), "/")
		o := directory.Offer{ID: id, From: r.dayOf("offres", from), To: r.dayOf("offres", to)}
		switch {
		case o.From == "":
			r.refuse("offres : « %s » ne dit pas depuis quand ; écrire « %s 2026-01-01/2027-12-31 »", clip(line), id)
		case o.To != "" && o.To < o.From:
			r.refuse("offres : « %s » finit avant de commencer", clip(line))
		}
		all = append(all, o)
	}
	return all
}

// A service is one of a structure's, that says how people reach it and what about.
type service struct {
	file         string
	line         int
	id, of       string
	ways, topics []string
	hours        string
}

// service reads a service of data·inclusion v1. It is no place: what it says goes to its structure.
func (c *places) service(rec *record) {
	s := service{file: c.file, line: rec.line, id: rec.must("id"), of: rec.must("structure_id"), hours: rec.text("horaires_accueil"),
		ways: rec.oneOf("modes_mobilisation", "envoyer-un-courriel", "se-presenter", "telephoner", "utiliser-lien-mobilisation"), topics: rec.slugs("thematiques")}
	rec.bounded("nom", rec.must("nom"), 3, 150)
	rec.bounded("description", rec.must("description"), 5, longestText)
	rec.dayOf("date_maj", rec.must("date_maj"))
	if area := directory.Area(rec.text("code_insee"), rec.text("code_postal")); area != "" && !c.served(area) {
		rec.refused, rec.aside = "", true
		return
	}
	if rec.refused == "" && unique(c.seen, rec, "service "+s.id) {
		c.services = append(c.services, s)
	}
}

// join gives what a service says to its structure. One whose structure was left aside is, too.
func (c *places) join(s service) {
	i, there := c.at[s.of]
	if !there {
		c.report.Kept--
		c.report.Aside++
		return
	}
	p := &c.all[i]
	p.Ways, p.Topics = union(p.Ways, s.ways), union(p.Topics, s.topics)
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	slices.Sort(a)
	return a
}

package intake

import (
	"cmp"
	"slices"
	"strings"

	"frontdesk/bot/directory"
)

// dilaSource is what must be named beside a fact of the State's directory (Licence Ouverte 2.0).
const dilaSource = "Service-Public.fr (DILA)"

// guidance are the types of the State's directory that receive people about guidance, work or training; all
// others (town halls, courts…) are left aside.
var guidance = []string{
	"afpa", "agefiph", "apec", "apecita", "cci", "chambre_agriculture", "chambre_metier", "cidf", "cij", "cio", "cr", "crous", "france_travail",
	"greta", "maison_handicapees", "mission_locale", "msap", "pif", "pole_emploi", "rectorat", "spip", "suio",
}

// derived reads a line of the table that was made of the State's directory of 2017.
func (c *places) derived(rec *record) directory.Place {
	p := directory.Place{
		ID: rec.must("id"), Source: dilaSource, Updated: rec.day("date_maj"), Name: rec.bounded("nom", rec.must("nom"), 3, 300),
		Networks: dilaNetworks(rec, rec.must("type")), Commune: rec.code("code_insee", rec.must("code_insee")),
		Address: strings.ReplaceAll(rec.text("adresse"), " | ", ", "), Postcode: rec.postcode("code_postal", rec.text("code_postal")),
		Town: town(rec.text("commune")), Phone: phone(rec.text("telephone")), Web: rec.web("url", withScheme(rec.text("url"))),
		Point: rec.point("latitude", "longitude"), Hours: rec.text("horaires_osm"), Accessible: accessible(rec.text("accessibilite")),
	}
	return p
}

func dilaNetworks(rec *record, kind string) []string {
	if !slices.Contains(guidance, kind) {
		rec.aside = true
	}
	return networks([]string{kind})
}

// withScheme completes an address that was written without: "www.exemple.fr".
func withScheme(address string) string {
	if strings.HasPrefix(address, "www.") {
		return "https://" + address
	}
	return address
}

func accessible(code string) string {
	switch code {
	case "ACC":
		return directory.Yes
	case "NAC":
		return directory.No
	case "DEM":
		return directory.OnRequest
	}
	return ""
}

// dila2017 reads a record of the directory's files of 2017, in which what stands once is no list.
func (c *places) dila2017(rec *record) directory.Place {
	in := rec.inner("properties")
	in.values = lowerKeys(in.values)
	address := firstObject(in, "adresse") // of several the first
	where, reach := address.inner("localisation"), in.inner("coordonnéesnum")
	p := directory.Place{
		ID: in.must("id"), Source: dilaSource, Updated: in.day("datemiseajour"), Name: in.bounded("nom", in.must("nom"), 3, 300),
		Networks: dilaNetworks(rec, in.must("pivotlocal")), Commune: in.code("codeinsee", in.must("codeinsee")),
		Address: joined(texts(address.values["ligne"])...), Postcode: address.postcode("codepostal", address.text("codepostal")),
		Town: town(address.text("nomcommune")), Point: where.point("latitude", "longitude"),
		Phone: phone(firstText(reach.values["téléphone"])), Web: reach.web("url", withScheme(firstText(reach.values["url"]))),
		Mail: reach.mail("email", firstText(reach.values["email"])), Hours: osm2017(in.inner("ouverture").values["plagej"]),
		Accessible: accessible(address.inner("accessibilité").text("type")),
	}
	for _, inside := range []*record{in, address, where, reach} {
		rec.refuseFor(inside)
	}
	return p
}

func (r *record) refuseFor(inside *record) {
	if inside.refused != "" {
		r.refuse("%s", inside.refused)
	}
	r.remarks = append(r.remarks, inside.remarks...)
}

// dila reads a record of the directory as it is published today: lists of objects, some of which come as
// JSON written in a text.
func (c *places) dila(rec *record) directory.Place {
	pivot, address := firstObject(rec, "pivot"), firstObject(rec, "adresse")
	p := directory.Place{
		ID: rec.must("id"), Source: dilaSource, Updated: rec.dayOf("date_modification", cmp.Or(rec.text("date_modification"), rec.text("date_maj"))),
		Name: rec.bounded("nom", rec.must("nom"), 3, 300), Networks: dilaNetworks(rec, pivot.text("type_service_local")),
		Commune:  rec.code("code_insee_commune", cmp.Or(rec.text("code_insee_commune"), firstText(pivot.values["code_insee_commune"]))),
		Address:  joined(address.text("complement1"), address.text("complement2"), address.text("numero_voie")),
		Postcode: address.postcode("code_postal", address.text("code_postal")), Town: town(address.text("nom_commune")),
		Point: address.point("latitude", "longitude"), Phone: phone(firstObject(rec, "telephone").text("valeur")),
		Mail: rec.mail("adresse_courriel", firstMail(rec.values["adresse_courriel"])),
		Web:  rec.web("site_internet", withScheme(firstObject(rec, "site_internet").text("valeur"))), Siret: rec.siret(),
		Hours: osmOf(spelled(rec.values["plage_ouverture"])), Accessible: accessible(address.text("accessibilite")),
	}
	rec.refuseFor(pivot)
	rec.refuseFor(address)
	return p
}

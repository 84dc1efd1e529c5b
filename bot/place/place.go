// Package place knows the communes, the départements and the regions of France and finds them in
// what people write. It knows no territory of a supervisor's and asks nobody anything.
package place

import (
	"iter"
	"slices"
	"strconv"
	"strings"
)

// Kind says what sort of place it is.
type Kind string

// The kinds of place.
const (
	Commune     Kind = "commune" // or a municipal arrondissement
	Departement Kind = "departement"
	Region      Kind = "region"
	Abroad      Kind = "abroad" // a town or country that is not in France
)

// A Place is one of them. The zero value is none.
type Place struct {
	Kind        Kind
	Code        string // of the Code officiel géographique: "35238", "35", "53"; "" abroad
	Name        string // "Rennes", "Ille-et-Vilaine", "Bretagne", "Bruxelles"
	Postcode    string // the first of a commune's
	Departement string // code, of a commune or département
	Region      string // code, of all that is in France; "" overseas without one
	Population  int    // of a commune
}

// Preference says what is likely before anything was said: the codes of the régions and of the
// départements that are served. The zero value prefers nothing.
type Preference struct{ Regions, Departements []string }

// most is how many places a meaning holds at most, as many as a question offers.
const most = 6

// A Meaning is what words stand for.
type Meaning struct {
	Places     []Place // likeliest first, six at most
	Sure       bool    // the first is meant; otherwise ask which
	Name       string  // in its right spelling; of several places the name that they share
	Misspelt   bool    // no name was said that exists: these are near it
	Postcode   string  // that was said and nothing else, or ""
	Start, End int     // where it stands in what was said, in bytes
}

// Lookup gives a commune or a municipal arrondissement by its code.
func Lookup(code string) (Place, bool) {
	record, ok := table.byCode(code)
	if !ok {
		return Place{}, false
	}
	return table.place(record), true
}

// Whole gives the town that an arrondissement is a part of; other places are themselves.
func Whole(p Place) Place {
	if record, ok := table.byCode(p.Code); ok && p.Kind == Commune {
		return table.place(table.whole(record))
	}
	return p
}

// ByPostcode gives the communes of a postcode in the order of their names; of a town in
// arrondissements, those.
func ByPostcode(postcode string) []Place {
	n, err := strconv.Atoi(postcode)
	if err != nil || len(postcode) != 5 {
		return nil
	}
	var all []Place
	for record := range table.byPostcode(n) {
		all = append(all, table.place(record))
	}
	return all
}

// Communes yields every commune of today, in the order of their codes; arrondissements are not communes.
func Communes() iter.Seq[Place] {
	return func(yield func(Place) bool) {
		codes := table.section[inCodes]
		for i := range len(codes) / 2 {
			if record := uint16At(codes, 2*i); !table.arrondissement(record) && !yield(table.place(record)) {
				return
			}
		}
	}
}

// Named gives the communes that have exactly this name or code, "Redon", "35236", "Redon (35)"; a name
// that a commune had before it became part of another leads to that one.
func Named(words string) []Place {
	if record, ok := table.byCode(strings.TrimSpace(words)); ok && table.whole(record) == record {
		return []Place{table.place(record)}
	}
	name, departement, bracket := strings.Cut(words, "(")
	departement = strings.ToUpper(strings.Trim(departement, " )"))
	key := keyOf(name)
	var all []Place
	add := func(old bool) {
		for n := table.within(table.all(), key).from; n < table.names() && table.key(n) == key; n++ {
			from, to := table.records(n)
			for record := from; record < to; record++ {
				p := table.place(record)
				if (table.whole(record) != record) == old && !table.arrondissement(record) &&
					(!bracket || p.Departement == departement) && !slices.Contains(all, p) {
					all = append(all, p)
				}
			}
		}
	}
	if add(false); len(all) == 0 {
		add(true)
	}
	return all
}

// Quarters gives the codes of the arrondissements of a town, in order; few towns have any.
func Quarters(code string) []string {
	town, ok := table.byCode(code)
	if !ok {
		return nil
	}
	first := keyOf(table.name(town)) + "1er"
	if s := table.within(table.all(), first); s.from == s.to {
		return nil
	}
	var all []string
	for record := range table.count() {
		if table.arrondissement(record) && table.whole(record) == town {
			all = append(all, table.code(record))
		}
	}
	slices.Sort(all)
	return all
}

// RegionOf gives the code of the région of a département, or "".
func RegionOf(departement string) string {
	if i := areaAt(table.departements, departement); i >= 0 {
		return table.departements[i].region
	}
	return ""
}

// AreaName gives the name of a département or a région by its code, or "".
func AreaName(k Kind, code string) string {
	areas := table.departements
	if k == Region {
		areas = table.regions
	}
	if i := areaAt(areas, code); i >= 0 {
		return areas[i].name
	}
	return ""
}

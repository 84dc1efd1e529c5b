package flow

import (
	"maps"
	"slices"
	"strings"

	"frontdesk/bot/place"
)

// The answer to where somebody lives is kept as one of these:
//
//	commune:35238     a commune
//	35, 2A, 974       a département
//	35500             a postcode whose communes are all in one territory
//	region:76         a région that is not served
//	abroad:Bruxelles  a place that is not in France
//	?Vitry            words that mean several places: nothing is decided, and it is still to be asked
const (
	whereCommune = "commune:"
	whereRegion  = "region:"
	whereAbroad  = "abroad:"
	whereUnclear = "?"
)

// Where is a place as an answer keeps it.
func Where(p place.Place) string {
	switch p.Kind {
	case place.Commune:
		return whereCommune + p.Code
	case place.Region:
		return whereRegion + p.Code
	case place.Abroad:
		return whereAbroad + p.Name
	}
	return p.Code
}

// WhereUnclear keeps words that mean several places, to ask which when the question comes.
func WhereUnclear(words string) string { return whereUnclear + words }

// Unclear gives the words of a place that is still to be asked.
func Unclear(value string) (words string, ok bool) { return strings.CutPrefix(value, whereUnclear) }

// DepartementOf gives the code of the département of a place that was answered, or "".
func DepartementOf(value string) string {
	if code, ok := strings.CutPrefix(value, whereCommune); ok {
		return departementOfCommune(code)
	}
	if len(value) == 2 || len(value) == 3 {
		return strings.ToUpper(value)
	}
	return departementOfPostcode(value)
}

func departementOfCommune(code string) string {
	switch {
	case len(code) != 5:
		return ""
	case code[:2] == "97" || code[:2] == "98":
		return code[:3]
	}
	return code[:2]
}

// departementOfPostcode is right for nearly all postcodes. Corsica shares 20 and overseas needs three
// digits (La Poste: 200 and 201 are Corse-du-Sud, 202 and 206 Haute-Corse).
func departementOfPostcode(postcode string) string {
	if len(postcode) != 5 || strings.Trim(postcode, "0123456789") != "" {
		return ""
	}
	switch postcode[:2] {
	case "00", "99", "96":
		return ""
	case "97", "98":
		return postcode[:3]
	case "20":
		if postcode[2] == '0' || postcode[2] == '1' {
			return "2A"
		}
		return "2B"
	}
	return postcode[:2]
}

// TerritoryOf gives the territory of a place that was answered. Out of the area it is what tells where
// the place is: its département's code, "region-76", "abroad"; "" while nothing is decided.
func (b *Bundle) TerritoryOf(value string) string {
	switch {
	case value == "" || strings.HasPrefix(value, whereUnclear):
		return ""
	case strings.HasPrefix(value, whereAbroad):
		return strings.TrimSuffix(whereAbroad, ":")
	case strings.HasPrefix(value, whereRegion):
		return strings.Replace(value, ":", "-", 1)
	}
	if code, ok := strings.CutPrefix(value, whereCommune); ok {
		return firstOf(b.ofCommune(code), departementOfCommune(code))
	}
	departement := DepartementOf(value)
	if len(value) == 5 && len(b.communes) > 0 { // the territory of most of its communes' people
		most, in := -1, ""
		for _, p := range place.ByPostcode(value) {
			if p.Population > most {
				most, in = p.Population, firstOf(b.ofCommune(p.Code), p.Departement)
			}
		}
		return firstOf(in, departement)
	}
	return firstOf(b.departements[departement], departement)
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// ofCommune is the territory of a commune, or "" out of the area.
func (b *Bundle) ofCommune(code string) string {
	return firstOf(b.communes[code], b.departements[departementOfCommune(code)])
}

// Possible lists the territories that a place may lie in, "" among them where it may be out of the area.
// One is decided; of several the person has to be asked.
func (b *Bundle) Possible(p place.Place) []string {
	found := map[string]bool{}
	switch p.Kind {
	case place.Commune:
		found[b.ofCommune(p.Code)] = true
	case place.Departement:
		found[b.departements[p.Code]] = true
		for code, territory := range b.communes {
			if departementOfCommune(code) == p.Code {
				found[territory] = true
			}
		}
	case place.Region:
		for code, territory := range b.departements {
			found[territory] = found[territory] || place.RegionOf(code) == p.Code
		}
		for code, territory := range b.communes {
			found[territory] = found[territory] || place.RegionOf(departementOfCommune(code)) == p.Code
		}
		maps.DeleteFunc(found, func(_ string, in bool) bool { return !in })
	}
	if len(found) == 0 {
		found[""] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// Near says which départements are served, wholly or in part.
func (b *Bundle) Near() place.Preference {
	found := map[string]bool{}
	for code := range b.departements {
		found[code] = true
	}
	for code := range b.communes {
		found[departementOfCommune(code)] = true
	}
	return place.Preference{Departements: slices.Sorted(maps.Keys(found))}
}

// PlaceName says a place that was answered as people read it: "Rennes (35)", "35500".
func PlaceName(value string) string {
	if code, ok := strings.CutPrefix(value, whereCommune); ok {
		if p, known := place.Lookup(code); known {
			return p.Name + " (" + p.Departement + ")"
		}
		return code
	}
	if name, ok := strings.CutPrefix(value, whereAbroad); ok {
		return name
	}
	if words, ok := strings.CutPrefix(value, whereUnclear); ok {
		return words
	}
	if code, ok := strings.CutPrefix(value, whereRegion); ok {
		return place.AreaName(place.Region, code)
	}
	if name := place.AreaName(place.Departement, value); name != "" {
		return name + " (" + value + ")"
	}
	return value
}

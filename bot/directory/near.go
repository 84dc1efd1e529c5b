package directory

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/hear"
	"frontdesk/bot/hours"
)

// A Where is where a person is, as far as they said. Its zero value is nowhere.
type Where struct {
	Commune  string // code, "" when it is not known
	Postcode string // "" when it was not said
	Area     string // code of the département
	// Territory are the codes of the communes of the person's territory, where it is a set of communes: it
	// may lie in several départements. None where it is a département.
	Territory []string
}

// A Wish is what a place must have.
type Wish struct {
	Network   string    // competent for the need: an id of networks.yaml; "" for any
	Structure string    // of the bundle, that serves the person's territory; "" when none is known
	Library   bool      // a documentation space
	Theme     string    // words that a pole or a thématique of the place has, too
	Day       time.Time // on which conventions must hold
}

// Found is one place and why it was chosen.
type Found struct {
	*Place
	InCharge bool        // it is of the very structure that serves the person's territory
	Here     bool        // in their commune
	Around   bool        // where their postcode is, which several communes may share
	Inside   bool        // in their territory, where that is a set of communes; otherwise in their département
	Km       float64     // from the middle of the person's commune; negative when it is not known
	Week     *hours.Week // nil where the hours could not be read
}

// Near gives at most max places that fulfil a wish, the nearest first: those in charge of the person's
// territory, then by distance where coordinates are known, else by commune, territory and name. None outside
// their territory and département: people are received where they live.
func (s *Set) Near(where Where, wish Wish, max int) []Found {
	if s == nil || where.Area == "" || max <= 0 {
		return nil
	}
	best := make([]Found, 0, max+1)
	for i := range s.around(where) {
		p := &s.places[i]
		if !wish.fits(p) {
			continue
		}
		inside := slices.Contains(where.Territory, p.Commune)
		if !inside && Area(p.Commune, p.Postcode) != where.Area {
			continue
		}
		f := Found{
			Place: p, Inside: inside, InCharge: wish.Structure != "" && p.Structure == wish.Structure, Here: p.Commune != "" && p.Commune == where.Commune,
			Around: p.Postcode != "" && p.Postcode == where.Postcode, Km: s.distance(where, p),
		}
		at, _ := slices.BinarySearchFunc(best, f, func(a, b Found) int { return a.before(&b) })
		if best = slices.Insert(best, at, f); len(best) > max {
			best = best[:max]
		}
	}
	for i := range best {
		best[i].Week = s.weeks[best[i].ID]
	}
	return best
}

// around yields the places of the person's département, and of others that their territory reaches into.
func (s *Set) around(where Where) iter.Seq[int] {
	areas := []string{where.Area}
	for _, code := range where.Territory {
		if area := Area(code, ""); !slices.Contains(areas, area) {
			areas = append(areas, area)
		}
	}
	return func(yield func(int) bool) {
		for _, area := range areas {
			for _, i := range s.byArea[area] {
				if !yield(i) {
					return
				}
			}
		}
	}
}

func (f *Found) before(other *Found) int {
	return cmp.Or(first(f.InCharge, other.InCharge), cmp.Compare(f.far(), other.far()), cmp.Compare(f.Name, other.Name), cmp.Compare(f.ID, other.ID))
}

// first puts what is true before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// far is the distance, or what stands for it: nothing in the person's commune, and last of all elsewhere.
func (f *Found) far() float64 {
	switch {
	case f.Km >= 0:
		return f.Km
	case f.Here:
		return 0
	case f.Around:
		return 1
	case f.Inside:
		return 2
	}
	return math.MaxFloat64
}

func (w *Wish) fits(p *Place) bool {
	switch {
	case w.Network != "" && !slices.Contains(p.Networks, w.Network),
		w.Library && !p.Library,
		w.Theme != "" && !about(w.Theme, p.Poles) && !about(w.Theme, p.Topics):
		return false
	}
	return len(p.Offers) == 0 || p.offering(w.Day)
}

// about says whether words share one that means something with one of the themes: four letters or more,
// the ending apart.
func about(words string, themes []string) bool {
	for said := range strings.FieldsSeq(hear.Fold(words)) {
		if len(said) < 4 || slices.Contains([]string{"dans", "pour", "avec", "chez", "mon", "notre", "votre", "faire", "trouver"}, said) {
			continue
		}
		stem := said[:max(4, len(said)-2)]
		for _, theme := range themes {
			if strings.Contains(" "+hear.Fold(theme), " "+stem) {
				return true
			}
		}
	}
	return false
}

// offering says whether one of its offers is under a convention on that day. A place whose conventions
// have all ended receives nobody for the service.
func (p *Place) offering(day time.Time) bool {
	today := day.Format(time.DateOnly)
	return slices.ContainsFunc(p.Offers, func(o Offer) bool { return o.From <= today && (o.To == "" || today <= o.To) })
}

// distance is in kilometres, from the middle of the person's commune to the place, or to the middle of its
// commune; negative when one of them is not known.
func (s *Set) distance(where Where, p *Place) float64 {
	from, ok := s.centres[where.Commune]
	if !ok {
		return -1
	}
	if p.Point != nil {
		return apart(from, *p.Point)
	}
	if to, ok := s.centres[p.Commune]; ok {
		return apart(from, to)
	}
	return -1
}

// apart is the distance of two points on a globe of 6,371 km, in kilometres (haversine).
func apart(a, b Point) float64 {
	rad := func(d float64) float64 { return d * math.Pi / 180 }
	dLat, dLon := rad(b.Lat-a.Lat), rad(b.Lon-a.Lon)
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(rad(a.Lat))*math.Cos(rad(b.Lat))*math.Pow(math.Sin(dLon/2), 2)
	return 2 * 6371 * math.Asin(min(1, math.Sqrt(h)))
}

// Referents are who to ask inside the places of a structure, by place and role: for counsellors.
func (s *Set) Referents(structure string) []Referral {
	var all []Referral
	if s == nil || structure == "" {
		return nil
	}
	for i := range s.places {
		for _, r := range s.places[i].Referents {
			if s.places[i].Structure == structure {
				all = append(all, Referral{Place: &s.places[i], Referent: r})
			}
		}
	}
	return all
}

// A Referral is a referent and the place where they are.
type Referral struct {
	*Place
	Referent
}

package directory

import (
	"cmp"
	"math"
	"slices"
	"time"

	"frontdesk/bot/hours"
)

// A Where is where a person is, as far as they said. Its zero value is nowhere.
type Where struct {
	Commune  string // code, "" when it is not known
	Postcode string // "" when it was not said
	Area     string // code of the département
}

// A Wish is what a place must have.
type Wish struct {
	Network   string    // competent for the need: an id of networks.yaml; "" for any
	Structure string    // of the bundle, that serves the person's territory; "" when none is known
	Library   bool      // a documentation space
	Pole      string    // a theme of advice
	Topic     string    // a thématique of data·inclusion
	Day       time.Time // on which conventions must hold
}

// Found is one place and why it was chosen.
type Found struct {
	*Place
	InCharge bool    // it is of the very structure that serves the person's territory
	Here     bool    // in their commune
	Around   bool    // where their postcode is, which several communes may share; otherwise in their département
	Km       float64 // from the middle of the person's commune; negative when it is not known
	Week     hours.Week
	HasWeek  bool // the hours could be read
}

// Near gives at most max places that fulfil a wish, the nearest first: those in charge of the person's
// territory, then by distance where coordinates are known, else by commune and name. None outside their
// département: people are received where they live.
func (s *Set) Near(where Where, wish Wish, max int) []Found {
	if s == nil || where.Area == "" {
		return nil
	}
	var all []Found
	for _, i := range s.byArea[where.Area] {
		if p := &s.places[i]; wish.fits(p) {
			week, has := s.weeks[p.ID]
			all = append(all, Found{p, wish.Structure != "" && p.Structure == wish.Structure, p.Commune != "" && p.Commune == where.Commune, p.Postcode != "" && p.Postcode == where.Postcode, s.distance(where, p), week, has})
		}
	}
	slices.SortFunc(all, func(a, b Found) int {
		return cmp.Or(first(a.InCharge, b.InCharge), cmp.Compare(a.far(), b.far()), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return all[:min(len(all), max)]
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
	}
	return math.MaxFloat64
}

func (w *Wish) fits(p *Place) bool {
	switch {
	case w.Network != "" && !slices.Contains(p.Networks, w.Network),
		w.Library && !p.Library,
		w.Pole != "" && !slices.Contains(p.Poles, w.Pole),
		w.Topic != "" && !slices.Contains(p.Topics, w.Topic):
		return false
	}
	return len(p.Offers) == 0 || p.offering(w.Day)
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

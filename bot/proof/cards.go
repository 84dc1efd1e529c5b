package proof

import (
	"maps"
	"slices"
	"time"

	"frontdesk/bot/flow"
)

// soon is how long before its date a fact is announced to go out of date.
const soon = 30 * 24 * time.Hour

// Perishable says which facts are past their date on a day, or will be within thirty days. It is no
// part of a verdict: time passes for a bundle that stays the same, and a fact past its date is not
// given as one (engine). It keeps a bundle from being published, not from being served.
func Perishable(b *flow.Bundle, at time.Time) Findings {
	r := &report{w: &walk{}}
	for _, id := range slices.Sorted(maps.Keys(b.Cards)) {
		c := b.Cards[id]
		day := c.Expires.Format(time.DateOnly)
		switch {
		case c.Expires.IsZero():
		case !at.Before(c.Expires):
			r.fault(Expired, c.Pos, nil, nil, `vérifiez-la à sa source, puis changez "checked" et "expires"`, "carte %q : périmée depuis le %s, elle n'est plus donnée", id, day)
		case c.Expires.Sub(at) <= soon:
			r.warn(Expires, c.Pos, nil, "vérifiez-la à sa source avant cette date", "carte %q : périmée le %s", id, day)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.Structures)) {
		s := b.Structures[id]
		for _, o := range s.Offers {
			if !o.To.IsZero() && at.Before(o.To) && o.To.Sub(at) <= soon {
				r.warn(OfferEnds, s.Pos, nil, "après, elle n'est plus proposée : renouvelez-la, ou prévoyez qui prend la suite",
					"structure %q : la convention de l'offre %q finit le %s", id, o.ID, o.To.Format(time.DateOnly))
			}
		}
	}
	return r.found.Sorted()
}

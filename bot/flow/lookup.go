package flow

import (
	"maps"
	"slices"
	"time"
)

// Structure gives the structure of a network that covers a territory and has an offer under a
// convention at that date; where several do, the one that names the territory, then the first by id. Communes
// that are a territory of their own keep the structures of the territory they lie in, after their own.
func (b *Bundle) Structure(network, territory string, at time.Time) (*Structure, bool) {
	var best *Structure
	for _, s := range b.Structures {
		if s.Network != network || !b.covers(s, territory) || !s.Offering(at) {
			continue
		}
		if best == nil || s.nearer(best, territory) {
			best = s
		}
	}
	return best, best != nil
}

func (s *Structure) nearer(other *Structure, territory string) bool {
	mine, theirs := slices.Contains(s.Territories, territory), slices.Contains(other.Territories, territory)
	if mine != theirs {
		return mine
	}
	return s.ID < other.ID
}

// covers says whether a structure serves a territory, or the one that it lies in.
func (b *Bundle) covers(s *Structure, territory string) bool {
	t, _ := b.Territory(territory)
	return s.Covers(territory) || t.Within != "" && s.Covers(t.Within)
}

// Covers says whether the structure serves a territory.
func (s *Structure) Covers(territory string) bool {
	return slices.Contains(s.Territories, "*") || slices.Contains(s.Territories, territory)
}

// Offering says whether one of the structure's offers is under a convention at that date.
func (s *Structure) Offering(at time.Time) bool {
	return slices.ContainsFunc(s.Offers, func(o Offer) bool {
		return !at.Before(o.From) && (o.To.IsZero() || at.Before(o.To))
	})
}

// Lead gives the Region's generalist desk. A loaded bundle has exactly one.
func (b *Bundle) Lead() *Structure {
	for _, s := range b.Structures {
		if s.Lead {
			return s
		}
	}
	return nil
}

// Territory gives what is known of a served territory.
func (b *Bundle) Territory(code string) (Territory, bool) {
	i := slices.IndexFunc(b.Territories, func(t Territory) bool { return t.Code == code })
	if i < 0 {
		return Territory{}, false
	}
	return b.Territories[i], true
}

// Spoken are the languages in which something is said: those of the whole flow, then those in which
// somebody is only greeted and handed to a person.
func (b *Bundle) Spoken() []string {
	return slices.Concat(b.Languages, slices.Sorted(maps.Keys(b.Received)))
}

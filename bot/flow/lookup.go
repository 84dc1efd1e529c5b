package flow

import (
	"maps"
	"slices"
	"time"
)

// A Wish is what a structure must be competent for.
type Wish struct {
	Network   string
	Offer     string // that must be under a convention; "" for any
	Territory string
	At        time.Time
	Full      func(structure string) bool // whether its quota is reached; nil for nobody's
}

// Competent gives the structure that a wish leads to: of those that cover the territory with the offer
// under a convention, the nearest whose quota is not reached, else a fallback of the nearest. full is
// the nearest when it was passed over for its quota. Nobody is competent when s is nil: then the
// Region's desk answers, and the person gets information only from the network. Communes that are a
// territory of their own keep the structures of the territory they lie in, after their own.
func (b *Bundle) Competent(w Wish) (s, full *Structure) {
	all := b.competent(w)
	if len(all) == 0 {
		return nil, nil
	}
	nearest := all[0]
	for _, id := range nearest.Fallback {
		if other := b.Structures[id]; other != nil && b.Serves(other, w.Territory) && other.Offering("", w.At) {
			all = append(all, other)
		}
	}
	for _, s := range all {
		switch {
		case w.Full != nil && w.Full(s.ID):
		case s == nearest:
			return s, nil
		default:
			return s, nearest
		}
	}
	return nil, nearest
}

// competent are the structures of the network itself, the nearest first.
func (b *Bundle) competent(w Wish) []*Structure {
	var all []*Structure
	for _, s := range b.Structures {
		if s.Network == w.Network && b.Serves(s, w.Territory) && s.Offering(w.Offer, w.At) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(x, y *Structure) int {
		if x.nearer(y, w.Territory) {
			return -1
		}
		return 1
	})
	return all
}

func (s *Structure) nearer(other *Structure, territory string) bool {
	mine, theirs := slices.Contains(s.Territories, territory), slices.Contains(other.Territories, territory)
	if mine != theirs {
		return mine
	}
	return s.ID < other.ID
}

// Serves says whether a structure serves a territory, or the one that it lies in.
func (b *Bundle) Serves(s *Structure, territory string) bool {
	t, _ := b.Territory(territory)
	return s.Covers(territory) || t.Within != "" && s.Covers(t.Within)
}

// Covers says whether the structure serves a territory.
func (s *Structure) Covers(territory string) bool {
	return slices.Contains(s.Territories, "*") || slices.Contains(s.Territories, territory)
}

// Offering says whether an offer of the structure, or any when offer is "", is under a convention at
// that date.
func (s *Structure) Offering(offer string, at time.Time) bool {
	return slices.ContainsFunc(s.Offers, func(o Offer) bool {
		return (offer == "" || o.ID == offer) && !at.Before(o.From) && (o.To.IsZero() || at.Before(o.To))
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

// Crip is whom a territory's worrying information goes to; zero where nobody is named.
func (b *Bundle) Crip(code string) Phone {
	t, _ := b.Territory(code)
	if t.Crip == (Phone{}) && t.Within != "" {
		t, _ = b.Territory(t.Within)
	}
	return t.Crip
}

// Spoken are the languages in which something is said: those of the whole flow, then those in which
// somebody is only greeted and handed to a person.
func (b *Bundle) Spoken() []string {
	return slices.Concat(b.Languages, slices.Sorted(maps.Keys(b.Received)))
}

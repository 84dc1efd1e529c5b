package engine

import (
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/flow"
)

// nameStructure keeps the structure that a person is asked to agree to. What they agreed to holds,
// whatever becomes of quotas between two of their messages.
func (t *turn) nameStructure() {
	if t.p.as.structure != "" {
		t.s.Answers = t.s.Answers.Without(t.p.as.consent).With(t.p.as.structure, t.structure(t.s.Answers).ID)
	}
}

// competent is the structure that a network leads to in the person's territory: one with the offer that
// the routing asks for under a convention, and whose quota is not reached. Nobody: the Region's desk.
func (t *turn) competent(network string, answers bot.Answers) *flow.Structure {
	b := t.live.Bundle
	place := t.territory(answers)
	if named, ok := b.Structures[answers.Get(t.p.as.structure)]; ok && answers.Has(t.p.as.consent) && b.Serves(named, place) && named.Offering("", t.now) {
		return named
	}
	s, full := b.Competent(flow.Wish{Network: t.network(network), Offer: answers.Get(t.p.as.offer), Territory: place, At: t.now, Full: t.full})
	if full != nil {
		t.trace.Full = bot.StructureID(full.ID)
	}
	if s == nil {
		return b.Lead()
	}
	return s
}

// full says whether a structure has as many open cases as it agreed to.
func (t *turn) full(structure string) bool {
	return slices.Contains(t.in.Facts.Full, bot.StructureID(structure))
}

// replaced says whether the person is led to a structure of another network than the routing named.
func (t *turn) replaced() bool {
	network := t.network(t.s.Answers.Get(t.p.as.network))
	return network != "" && t.structure(t.s.Answers).Network != network
}

// unplaced says whether only a network was chosen so far: which of its structures depends on where the
// person lives.
func (t *turn) unplaced() bool {
	return t.s.Case.Structure == "" && t.s.Answers.Get(t.p.as.place) == ""
}

// convened says whether a network may be offered at all: without a convention it is information only.
func (t *turn) convened(network, offer, place string) bool {
	network = t.network(network)
	for _, s := range t.live.Bundle.Structures {
		if s.Network == network && s.Offering(offer, t.now) && (place == "" || s.Covers(place)) {
			return true
		}
	}
	return false
}

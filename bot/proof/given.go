package proof

import (
	"slices"
	"strings"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// given is what a person has been given so far on a path.
type given uint8

const (
	informed given = 1 << iota // a first information
	pointed                    // a next step
	named                      // a structure, or how to reach the service
	refused                    // they wanted nothing (more)
	handed                     // a case is somebody's
)

// gives is what a passed step gives a person: an information is a card, or words once they have said
// what they want; a structure is named by its fields, its network or a number to call.
func (w *walk) gives(p *engine.Passed, kinds string, asked bool) given {
	st := p.Step
	if st.Kind != flow.Say && st.Kind != flow.End || st.Send != "" {
		return 0
	}
	var g given
	card := st.Card
	if name := braced(card); name != "" {
		card = p.Answers.Get(name)
	}
	if card != "" {
		g |= informed | w.worth("card."+card, kinds)
		if w.p.Bundle.Cards[card] != nil && w.p.Bundle.Cards[card].URL != "" {
			g |= pointed
		}
	}
	if st.Kind == flow.Say && asked {
		g |= informed
	}
	if st.Link != "" {
		g |= pointed
	}
	return g | w.worth(st.ID, kinds)
}

// worth is what the words of a text point to, on each of some kinds of channel.
func (w *walk) worth(id, kinds string) given {
	key := seenOn{id, kinds}
	if g, known := w.worths[key]; known {
		return g
	}
	g := ^given(0)
	for kind := range strings.SplitSeq(kinds, "+") {
		g &= w.pointsTo(w.text(id, kind))
	}
	w.worths[key] = g
	return g
}

func (w *walk) pointsTo(text string) given {
	var g given
	for _, field := range []string{"{structure}", "{telephone}", "{adresse}", "{numero_service}", "{conseiller}", "{mail}"} {
		if strings.Contains(text, field) {
			g |= named | pointed
		}
	}
	if name := w.p.Bundle.As(flow.AsNetwork); name != "" && strings.Contains(text, "{"+name+"}") {
		g |= named
	}
	low := strings.ToLower(text)
	for _, words := range []string{"à faire", "a faire", "demander", "prendre rendez-vous", "appel", "site", "voir "} {
		if strings.Contains(low, words) {
			g |= pointed
		}
	}
	for _, name := range w.structures {
		if strings.Contains(low, name) {
			g |= named
		}
	}
	return g
}

// structureNames are the words by which structures are known, in small letters.
func structureNames(b *flow.Bundle) []string {
	var all []string
	for _, n := range b.Networks {
		for _, name := range append([]string{n.Name}, n.Was...) {
			if len(name) > 2 {
				all = append(all, strings.ToLower(name))
			}
		}
	}
	slices.Sort(all)
	return all
}

// refuses says whether an answer is a refusal: the person wants nothing of what is offered.
func (w *walk) refuses(st *flow.Step, c engine.Class) bool {
	if c.Kind != engine.Option {
		return c.Kind == engine.Skip
	}
	return w.refusals[st.ID+"."+c.Value]
}

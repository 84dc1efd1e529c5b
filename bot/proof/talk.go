package proof

import (
	"slices"
	"strings"

	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

// way is the shortest way to an edge, that edge included.
func (w *walk) way(k int32) []int32 {
	var all []int32
	for k >= 0 {
		all = append(all, k)
		from := w.edges[k].from
		if from < 0 {
			break
		}
		k = w.nodes[from].via
	}
	slices.Reverse(all)
	return all
}

// wayTo is the shortest way to a node.
func (w *walk) wayTo(n int32) []int32 { return w.way(w.nodes[n].via) }

// talk plays a way once more, with everything that was answered, and writes it down.
func (w *walk) talk(way []int32) []Line {
	if len(way) == 0 {
		return nil
	}
	edges := make([]edge, len(way))
	for i, k := range way {
		edges[i] = w.edges[k]
	}
	return w.talkOf(edges)
}

func (w *walk) talkOf(edges []edge) []Line {
	kind := w.kindOf(edges)
	var lines []Line
	at, language := engine.State{}, w.p.Bundle.Source
	for _, e := range edges {
		lines = append(lines, w.said(&e, at, kind)...)
		s := &stage{w: w, from: at, move: e.move, channel: kind, kinds: kind, language: language, decided: e.picks}
		done := s.play(nil)
		seen := map[string]bool{}
		for i := range done.passed {
			lines = append(lines, w.told(done.passed, i, e.picks, kind)...)
			if id := done.passed[i].Step.ID; done.err != nil && seen[id] {
				break // it goes round
			} else {
				seen[id] = true
			}
		}
		at = done.state
	}
	return lines
}

// kindOf is a channel on which all of a way can be had.
func (w *walk) kindOf(edges []edge) string {
	kind := both
	for _, e := range edges {
		if e.channel != both {
			kind = e.channel
		}
	}
	kind, _, _ = strings.Cut(kind, "+")
	return kind
}

// said is the person's line.
func (w *walk) said(e *edge, at engine.State, kind string) []Line {
	b := w.p.Bundle
	words := ""
	switch st := b.Steps[at.Step]; {
	case e.move.kind == arrives:
		return nil
	case e.move.kind == waitsLong:
		return []Line{{"", "personne ne prend la conversation à temps"}}
	case e.move.kind == ringsOff:
		return []Line{{"", "la personne de l'accueil raccroche la première"}}
	case e.move.kind == asksHuman && kind == "voice":
		words = "0"
	case e.move.kind == asksHuman:
		words = "HUMAIN"
	case e.move.class.Kind == engine.Skip:
		words = "je ne sais pas"
	case e.move.class.Kind == engine.GoTo:
		return []Line{{"", "la réponse n'est pas comprise"}}
	default:
		words = w.label(st, b.Answers[st.Answer], e.move.class.Value)
	}
	lines := []Line{{"personne", words}}
	for _, p := range e.picks {
		if p.fill && e.move.kind == asksHuman {
			lines = append(lines, Line{"", "déjà dit : " + w.label(b.Steps[b.Answers[p.name].Step], b.Answers[p.name], p.value)})
		} else if p.fill {
			lines[0].Text += ", " + w.label(b.Steps[b.Answers[p.name].Step], b.Answers[p.name], p.value)
		}
	}
	return lines
}

// label is an answer as the person reads or writes it.
func (w *walk) label(st *flow.Step, a *flow.Answer, value string) string {
	switch {
	case st != nil && len(st.Options) > 0:
		if label := w.text(st.ID+"."+value, "chat"); label != "" {
			return label
		}
	case a != nil && a.Type == flow.Postcode && len(value) == 2:
		return value + "000"
	case a != nil && a.Type == flow.PhoneNo:
		return "02 61 91 00 00"
	case a != nil && a.Type == flow.Mobile:
		return "06 39 98 00 00"
	}
	return value
}

// told are the robot's lines for one of the passed steps, and what happens at a hand-off.
func (w *walk) told(passed []engine.Passed, i int, picks []pick, kind string) []Line {
	st := passed[i].Step
	switch st.Kind {
	case flow.Say, flow.Ask, flow.End:
	case flow.Handoff:
		if st.Handoff.Mode == "direct" && i+1 < len(passed) {
			if slices.ContainsFunc(picks, func(p pick) bool { return strings.HasPrefix(p.name, pickOpen) && p.value == "oui" }) {
				return []Line{{"", "personne n'est de service"}}
			}
			return []Line{{"", "c'est fermé"}}
		}
	default:
		return nil
	}
	text := w.text(st.ID, kind)
	if st.Kind == flow.Ask && i+1 < len(passed) {
		return nil // known already
	}
	if card := braced(st.Card); card != "" {
		text = strings.ReplaceAll(text, "{carte.texte}", "« "+w.text("card."+passed[i].Answers.Get(card)+".title", kind)+" »")
	}
	text = strings.NewReplacer("{service}", w.p.Bundle.Service, " {options}", "", "«  »", "…").Replace(text)
	return []Line{{"robot", clip(text)}}
}

// clip keeps a line short.
func clip(text string) string {
	const most = 120
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

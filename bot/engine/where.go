package engine

import (
	"maps"
	"slices"

	"frontdesk/bot"
	"frontdesk/bot/flow"
	"frontdesk/bot/hear"
	"frontdesk/bot/place"
)

// This file hears where somebody lives. What decides is the territory: a place is asked about until it
// lies in one, or out of the area; which commune it is goes on the brief, never into the trace.

// another is the option for a place that is not among those offered.
const another = "other"

// mostPlaces is how many choices are offered, the other one included.
const mostPlaces = 6

// territory is where a case goes and is counted: as the newest release has its territories.
func (t *turn) territory(answers bot.Answers) string {
	return t.live.Bundle.TerritoryOf(answers.Get(t.p.as.place))
}

// where says what a meaning comes to: a value to keep, or the places to choose from, or, where a place
// is too large to tell, neither.
func (t *turn) where(m place.Meaning, ok bool) (value string, among []place.Place, large bool) {
	if !ok {
		return "", nil, false
	}
	first := m.Places[0]
	switch {
	case m.Postcode != "":
		return t.wherePostcode(m)
	case !m.Sure:
		return "", m.Places, false
	case m.Misspelt && t.p.Bundle.Possible(first)[0] == "": // nobody is sent away for a slip of the finger
		return "", m.Places, false
	case len(t.p.Bundle.Possible(first)) > 1, first.Kind == place.Region && t.p.Bundle.Possible(first)[0] != "":
		return "", nil, true
	}
	return flow.Where(first), nil, false
}

// wherePostcode keeps a postcode that lies in one territory; it never decides between several.
func (t *turn) wherePostcode(m place.Meaning) (value string, among []place.Place, large bool) {
	all := place.ByPostcode(m.Postcode)
	if len(all) == 1 {
		return flow.Where(all[0]), nil, false
	}
	largest := map[string]place.Place{} // of each territory
	for _, p := range all {
		in := t.p.Bundle.Possible(p)[0]
		if l, known := largest[in]; !known || p.Population > l.Population {
			largest[in] = p
		}
	}
	if len(largest) == 1 {
		return m.Postcode, nil, false
	}
	return "", t.represented(m.Places, largest), false
}

// represented are the places to choose from, with one of each territory at least, as far as there is room.
func (t *turn) represented(likeliest []place.Place, largest map[string]place.Place) []place.Place {
	among := slices.Clone(likeliest[:min(len(likeliest), mostPlaces-1)])
	for _, in := range slices.Sorted(maps.Keys(largest)) {
		if slices.ContainsFunc(among, func(p place.Place) bool { return t.p.Bundle.Possible(p)[0] == in }) {
			continue
		}
		last := len(among) - 1
		if len(among) < mostPlaces-1 {
			among = append(among, place.Place{})
			last++
		}
		among[last] = largest[in]
	}
	return among
}

// answered says whether an answer is known and clear.
func (t *turn) answered(st *step) bool {
	value, ok := t.s.Answers.Lookup(st.answer.Name)
	_, unclear := flow.Unclear(value)
	return ok && !(unclear && st.answer.Type == flow.Postcode)
}

// noteWhere keeps the place that a sentence about something else speaks of. One that means several
// places is kept as it was said: which of them is asked when the question comes.
func (t *turn) noteWhere(st *step, words string) bool {
	if len(words) < 3 { // the number of a choice
		return false
	}
	m, ok := t.placeIn(t.unmasked(words), t.p)
	value, among, _ := t.where(m, ok)
	if value == "" && len(among) > 0 {
		value = flow.WhereUnclear(m.Name)
	}
	if value == "" {
		return false
	}
	t.s.Answers = t.s.Answers.With(st.answer.Name, value)
	return true
}

// unmasked is what somebody wrote without what stands for a number that was masked.
func (t *turn) unmasked(words string) string {
	if t.masked {
		return hear.Unmasked(words)
	}
	return words
}

// askWhere asks which place is meant, where words mean several or one that is too large to tell.
func (t *turn) askWhere(st *step, words string) bool {
	_, among, large := t.where(place.Find(words, t.p.near))
	switch {
	case len(among) > 0:
		t.askWhich(st, among)
	case large:
		t.askOtherwise(st, t.text("engine.place.commune"))
	default:
		return false
	}
	return true
}

// askUnclear asks which place is meant when its question comes, and the words were said before.
func (t *turn) askUnclear(st *step) bool {
	words, open := flow.Unclear(t.s.Answers.Get(st.answer.Name))
	if !open || st.answer.Type != flow.Postcode {
		return false
	}
	_, among, _ := t.where(place.Find(words, t.p.near))
	if len(among) == 0 {
		t.s.Answers = t.s.Answers.Without(st.answer.Name)
		return false
	}
	t.openQuietly(st)
	t.askWhich(st, among)
	return true
}

// askWhich offers places to choose from, likeliest first, and a way out.
func (t *turn) askWhich(st *step, among []place.Place) {
	t.interrupt(askPlace + ":" + st.answer.Name)
	var ids []string
	for _, p := range among[:min(len(among), mostPlaces-1)] {
		ids = append(ids, flow.Where(p))
	}
	t.s.Offered = append(ids, another)
	t.trace.Class = "which"
	t.engineAgain()
}

// placeAsk is the question which of the places that were offered it is. A place is also chosen by its
// département.
func (t *turn) placeAsk() *engineAsk {
	ask := &engineAsk{text: "engine.place.which", options: t.s.Offered, menus: map[string]*hear.Menu{}}
	if _, before := flow.Unclear(t.s.Answers.Get(t.p.as.place)); before {
		ask.text = "engine.place.said"
	}
	var options []hear.Option
	for _, id := range t.s.Offered {
		label := flow.PlaceName(id)
		var also []string
		if id == another {
			label = t.text("engine.place.other")
		} else if code := flow.DepartementOf(id); t.only(code) {
			also = []string{code, place.AreaName(place.Departement, code)}
		}
		ask.shown = append(ask.shown, label)
		options = append(options, hear.Option{ID: id, Label: label, Also: also})
	}
	ask.menus[t.s.Language] = hear.NewMenu(t.s.Language, options)
	return ask
}

// only says whether one of the places on offer lies in a département.
func (t *turn) only(departement string) bool {
	n := 0
	for _, id := range t.s.Offered {
		if id != another && flow.DepartementOf(id) == departement {
			n++
		}
	}
	return n == 1
}

// typedPlace takes another place instead of those that were offered.
func (t *turn) typedPlace(words string) bool {
	value, among, large := t.where(place.Find(words, t.p.near))
	switch {
	case value != "":
		t.settle(value)
	case len(among) > 0 || large:
		return false
	}
	return value != ""
}

// choosePlace takes a place that was offered, or asks for another.
func (t *turn) choosePlace(option string) {
	if option != another {
		t.settle(option)
		return
	}
	_, name := t.engineAsk()
	t.resume()
	if _, unclear := flow.Unclear(t.s.Answers.Get(name)); unclear {
		t.s.Answers = t.s.Answers.Without(name)
	}
	if st, ok := t.p.steps[t.s.Step]; ok && t.s.Asking {
		t.ask(st, t.text("engine.place.commune"))
	}
}

// settle ends the question which place it is with an answer to the one that it interrupted.
func (t *turn) settle(value string) {
	_, name := t.engineAsk()
	t.resume()
	t.trace.Class = string(Value)
	if st, ok := t.p.steps[t.s.Step]; ok && t.s.Asking && st.answer.Name == name {
		t.advance(Class{Value, value})
		return
	}
	t.s.Answers = t.s.Answers.With(name, value)
	t.askAgainIfAsking()
}

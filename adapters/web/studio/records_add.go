package studio

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/flow"
)

// An inside names a place below the one that a button is about.
type inside func(keys ...string) flow.Place

// typed is what stands in an input beside a button.
func typed(sent url.Values, name string) string {
	return strings.TrimSpace(sent.Get("nouveau-" + name))
}

// addedOffer is a new line of a structure's offers.
func addedOffer(in inside, sent url.Values) []flow.Change {
	id, from, to := typed(sent, "offre"), typed(sent, "offre-du"), typed(sent, "offre-au")
	if _, err := time.Parse(time.DateOnly, from); err != nil || id == "" {
		return nil
	}
	item := "{id: x, from: " + from + "}"
	if _, err := time.Parse(time.DateOnly, to); err == nil {
		item = "{id: x, from: " + from + ", to: " + to + "}"
	}
	return []flow.Change{flow.Insert(in("0"), strings.Replace(item, "x", slug(id), 1), flow.Last())}
}

// addedSpan is a new closure or exceptional opening.
func addedSpan(in inside, key string, have int, sent url.Values) []flow.Change {
	const moment = "2006-01-02T15:04"
	from, to, say := typed(sent, key+"-from"), typed(sent, key+"-to"), typed(sent, key+"-say")
	for _, t := range []string{from, to} {
		if _, err := time.Parse(moment, t); err != nil {
			return nil
		}
	}
	changes := []flow.Change{flow.Insert(in("0"), "{from: "+from+", to: "+to+"}", flow.Last())}
	if say != "" {
		changes = append(changes, flow.SetText(in(itoa(have), "say"), say))
	}
	return changes
}

// addedDays are the hours of one more day, or run of days. "jours" is no key: it stands for the record's own.
func addedDays(place flow.Place, sent url.Values) []flow.Change {
	day, text := typed(sent, "jour"), newHours(sent)
	if day == "" || text == "" || days(day) == day {
		return nil
	}
	above := place.Path[:len(place.Path)-1]
	return []flow.Change{flow.SetText(flow.In(place.File, slices.Concat(above, []string{day})...), text)}
}

// addedMeasure is a new step of the Procédure danger, at its end.
func addedMeasure(in inside, table flow.Value, sent url.Values) []flow.Change {
	text, call := typed(sent, "mesure"), typed(sent, "mesure-numero")
	if text == "" {
		return nil
	}
	id := free(slug(text), table.Keys())
	changes := []flow.Change{flow.SetText(in(id, "text"), text)}
	if call != "" {
		changes = append(changes, flow.SetText(in(id, "call"), call))
	}
	return changes
}

// addedReading notes who has read a danger's texts in a language, and when.
func addedReading(in inside, sent url.Values) []flow.Change {
	language, by, on := typed(sent, "langue"), typed(sent, "relu-par"), typed(sent, "relu-le")
	if language == "" || by == "" || on == "" {
		return nil
	}
	return []flow.Change{flow.SetText(in(language, "by"), by), flow.SetText(in(language, "on"), on)}
}

// A newLine is a line that a form may add: its key, the table of the record that gets it, and its inputs.
type newLine struct {
	key, of string
	inputs  []string
}

func newLines() []newLine {
	return []newLine{
		{"options", "steps", []string{"texte", "suite"}},
		{"if", "steps", []string{"si", "suite"}},
		{"variants", "steps", []string{"quand", "variante"}},
		{"offers", "structures", []string{"offre", "offre-du", "offre-au"}},
		{"open", "queues", []string{"open-from", "open-to", "open-say"}},
		{"close", "queues", []string{"close-from", "close-to", "close-say"}},
		{"jours", "queues", []string{"jour", "heures", "heures="}},
		{"procedure", "", []string{"mesure", "mesure-numero"}},
		{"reread", "dangers", []string{"langue", "relu-par", "relu-le"}},
	}
}

// adds are the keys of the lines that a form is to add: that of its button, and each in whose inputs something
// stands, whatever the button. The first input is in the form wherever the line is.
func (e edition) adds() []string {
	of := ""
	if len(e.at.Path) == 2 {
		of = e.at.Path[0]
	}
	var keys []string
	for _, l := range newLines() {
		if l.of == of && (e.sent.Get("do") == "ajouter:"+l.key || e.sent.Has("nouveau-"+l.inputs[0]) && filledIn(e.sent, l.inputs...)) {
			keys = append(keys, l.key)
		}
	}
	return keys
}

// filledIn says that something stands in one of the inputs of a new line.
func filledIn(sent url.Values, inputs ...string) bool {
	return slices.ContainsFunc(inputs, func(name string) bool {
		return strings.TrimSpace(strings.Join(sent["nouveau-"+name], "")) != ""
	})
}

// added are the lines that a form adds, without those that are not complete.
func (e edition) added(d *flow.Draft) []flow.Change {
	var changes []flow.Change
	for _, key := range e.adds() {
		changes = append(changes, added(d, e.below(key), e.sent)...)
	}
	return changes
}

// incomplete are the keys of the lines of which something necessary is missing: they are not added.
func (e edition) incomplete(d *flow.Draft) []string {
	return slices.DeleteFunc(e.adds(), func(key string) bool { return len(added(d, e.below(key), e.sent)) > 0 })
}

func (e edition) below(key string) flow.Place {
	return flow.In(e.at.File, slices.Concat(e.at.Path, []string{key})...)
}

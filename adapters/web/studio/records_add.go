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

// incomplete says that a button was to add a line of which something necessary is missing: nothing is added.
func incomplete(sent url.Values) bool {
	needs := map[string][]string{"options": {"texte"}, "offers": {"offre", "offre-du"}, "open": {"open-from", "open-to"}, "close": {"close-from", "close-to"},
		"jours": {"jour"}, "procedure": {"mesure"}, "if": {"si", "suite"}, "variants": {"quand", "variante"}, "reread": {"langue", "relu-par", "relu-le"}}
	where, adds := strings.CutPrefix(sent.Get("do"), "ajouter:")
	if adds && where == "jours" && newHours(sent) == "" {
		return true
	}
	return unpicked(sent) || adds && slices.ContainsFunc(needs[where], func(name string) bool { return typed(sent, name) == "" })
}

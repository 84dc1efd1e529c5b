package intake

import (
	"encoding/json"
	"slices"
	"strings"
)

// What the State's directory has in several shapes: one object or a list of them, a text or a list of texts,
// or either as JSON written in a text.

// spelled reads a value that is JSON written in a text.
func spelled(v any) any {
	text, is := v.(string)
	if !is || text == "" || text[0] != '[' && text[0] != '{' {
		return v
	}
	var inside any
	if json.Unmarshal([]byte(text), &inside) != nil {
		return v
	}
	return inside
}

// objects gives a list of objects for one or for a list.
func objects(v any) []map[string]any {
	switch v := spelled(v).(type) {
	case map[string]any:
		return []map[string]any{v}
	case []any:
		var all []map[string]any
		for _, item := range v {
			if o, is := item.(map[string]any); is {
				all = append(all, o)
			}
		}
		return all
	}
	return nil
}

// texts gives a list of texts for one or for a list; an object among them counts by its "valeur" or "$".
func texts(v any) []string {
	switch v := spelled(v).(type) {
	case string:
		return []string{strings.TrimSpace(v)}
	case json.Number:
		return []string{v.String()}
	case map[string]any:
		for _, key := range []string{"valeur", "$"} {
			if text, is := v[key].(string); is {
				return []string{strings.TrimSpace(text)}
			}
		}
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, texts(item)...)
		}
		return all
	}
	return nil
}

func firstText(v any) string {
	for _, text := range texts(v) {
		if text != "" {
			return text
		}
	}
	return ""
}

// firstMail is the first that is an address: some records have a form's page there.
func firstMail(v any) string {
	for _, text := range texts(v) {
		if strings.Contains(text, "@") {
			return text
		}
	}
	return ""
}

func firstObject(rec *record, name string) *record {
	inside := &record{line: rec.line, values: map[string]any{}}
	if all := objects(rec.values[name]); len(all) > 0 {
		inside.values = all[0]
	}
	return inside
}

// lowerKeys writes the names of an object and of all within it small: files of 2017 have Nom and nom.
func lowerKeys(v map[string]any) map[string]any {
	out := make(map[string]any, len(v))
	for key, value := range v {
		out[strings.ToLower(key)] = lowered(value)
	}
	return out
}

func lowered(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return lowerKeys(v)
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = lowered(v[i])
		}
		return all
	}
	return v
}

// osm2017 writes the openings of 2017 as opening_hours: PlageJ from day to day, PlageH from hour to hour.
func osm2017(v any) string {
	var rules []string
	for _, days := range objects(v) {
		var ranges []string
		for _, hours := range objects(days["plageh"]) {
			ranges = append(ranges, hourRange(hours["début"], hours["fin"]))
		}
		rules = append(rules, rule(days["début"], days["fin"], ranges))
	}
	return joinRules(rules)
}

// osmOf writes today's openings as opening_hours.
func osmOf(v any) string {
	var rules []string
	for _, days := range objects(v) {
		var ranges []string
		for _, n := range []string{"1", "2"} {
			from, to := firstText(days["valeur_heure_debut_"+n]), firstText(days["valeur_heure_fin_"+n])
			if from != "" || to != "" {
				ranges = append(ranges, hourRange(from, to))
			}
		}
		rules = append(rules, rule(days["nom_jour_debut"], days["nom_jour_fin"], ranges))
	}
	return joinRules(rules)
}

func joinRules(rules []string) string {
	return strings.Join(slices.DeleteFunc(rules, func(r string) bool { return r == "" }), "; ")
}

func rule(from, to any, ranges []string) string {
	first, last := osmDay(firstText(from)), osmDay(firstText(to))
	switch {
	case first == "" || len(ranges) == 0:
		return ""
	case last == "" || last == first:
		return first + " " + strings.Join(ranges, ",")
	}
	return first + "-" + last + " " + strings.Join(ranges, ",")
}

func osmDay(name string) string {
	days := []string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}
	if i := slices.Index(days, strings.ToLower(name)); i >= 0 {
		return []string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}[i]
	}
	return name // that ParseOSM says what is wrong
}

// hourRange leaves the seconds out.
func hourRange(from, to any) string { return minutes(firstText(from)) + "-" + minutes(firstText(to)) }

func minutes(clock string) string {
	if len(clock) == len("08:30:00") && strings.HasSuffix(clock, ":00") {
		return clock[:5]
	}
	return clock
}

package studio

import (
	"net/url"
	"slices"
	"strings"

	"frontdesk/bot/change"
	"frontdesk/bot/flow"
)

// added makes a new option, case or other item below a place, from the inputs beside the button.
func added(d *flow.Draft, place flow.Place, sent url.Values) []flow.Change {
	get := func(name string) string { return strings.TrimSpace(sent.Get("nouveau-" + name)) }
	in := func(keys ...string) flow.Place { return flow.In(place.File, slices.Concat(place.Path, keys)...) }
	table, _ := d.At(place.File, place.Path...)
	switch place.Path[len(place.Path)-1] {
	case "options":
		if get("texte") == "" {
			return nil
		}
		id := free(slug(get("texte")), table.Keys())
		changes := []flow.Change{flow.SetText(in(id, "text"), get("texte"))}
		if get("suite") != "" {
			changes = append(changes, flow.SetText(in(id, "then"), get("suite")))
		}
		return changes
	case "if":
		answer, cell := pickedFor(sent, "nouveau-si")
		if answer == "" || cell == "" || get("suite") == "" {
			return nil
		}
		n := itoa(len(table.Items()))
		return []flow.Change{
			flow.Insert(in(n), "{then: fin}", flow.Last()),
			flow.SetText(in(n, "then"), get("suite")),
			flow.SetText(in(n, "when", answer), cell),
		}
	case "variants":
		answer, cell := pickedFor(sent, "nouveau-quand")
		step, _ := d.At(place.File, place.Path[:len(place.Path)-1]...)
		says := saidBy(kindOfStep(step))
		if answer == "" || cell == "" || get("variante") == "" || says == "" {
			return nil
		}
		id := free(slug(cell), table.Keys())
		return []flow.Change{flow.SetText(in(id, "when", answer), cell), flow.SetText(in(id, says), get("variante"))}
	case "offers":
		return addedOffer(in, sent)
	case "open", "close":
		return addedSpan(in, place.Path[len(place.Path)-1], len(table.Items()), sent)
	case "jours":
		return addedDays(place, sent)
	case "procedure":
		return addedMeasure(in, table, sent)
	case "reread":
		return addedReading(in, sent)
	}
	return nil
}

// saidBy is the key of what a kind of step says, "" where it says nothing.
func saidBy(kind string) string {
	return map[string]string{"say": "say", "ask": "ask", "handoff": "text", "end": "text"}[kind]
}

// unaccented has the letters of French as ids are written.
var unaccented = strings.NewReplacer("à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i",
	"ô", "o", "ö", "o", "ù", "u", "û", "u", "ü", "u", "ÿ", "y", "œ", "oe", "æ", "ae")

// slug is the id of something that has a name: the first words without accents, "_" between them.
func slug(name string) string {
	var b strings.Builder
	for _, r := range unaccented.Replace(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	id := b.String()
	if len(id) > 24 {
		id = id[:24]
	}
	if id = strings.Trim(id, "_"); id == "" || id[0] >= '0' && id[0] <= '9' {
		id = "choix_" + id
	}
	return strings.TrimSuffix(id, "_")
}

// free is an id that nobody has yet.
func free(id string, taken []string) string {
	for n, one := 2, id; ; n++ {
		if !slices.Contains(taken, one) {
			return one
		}
		one = id + "_" + itoa(n)
	}
}

// describe says in the history what was changed.
func describe(at flow.Place) string {
	if len(at.Path) > 1 && at.Path[0] == "steps" {
		return "étape « " + at.Path[1] + " »"
	}
	if len(at.Path) > 1 {
		return change.Called(at.Path[0]) + " « " + strings.Join(at.Path[1:], " ") + " »"
	}
	return at.File
}

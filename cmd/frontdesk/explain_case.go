package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/flow"
)

// A knownCase is what conditions may ask about one imagined person.
type knownCase struct {
	b      *flow.Bundle
	at     time.Time
	values map[string]string
	names  []string // as given
}

// The names that conditions may use beside answers, as far as a case can give them.
var sceneNames = []string{"language", "channel", "danger", "staffed", "busy", "pushed", "textable", "convention"}

// readCase reads answer=value and refuses what the bundle does not know.
func readCase(b *flow.Bundle, at time.Time, pairs []string) (*knownCase, error) {
	k := &knownCase{b: b, at: at, values: map[string]string{"language": b.Source, "channel": "chat"}}
	for _, pair := range pairs {
		name, value, is := strings.Cut(pair, "=")
		if !is || name == "" || value == "" {
			return nil, fmt.Errorf("%q : écrivez réponse=valeur, par exemple besoin=vae", pair)
		}
		a, known := b.Answers[name]
		if !known && !slices.Contains(sceneNames, name) {
			return nil, fmt.Errorf("la réponse %q n'existe pas%s", name, meant(name, append(slices.Clone(sceneNames), b.AnswerOrder...)))
		}
		if known {
			var err error
			if value, err = k.value(a, value); err != nil {
				return nil, err
			}
		}
		k.values[name] = value
		k.names = append(k.names, name)
	}
	return k, nil
}

// value checks one value: an option's id, a number that an option holds, or what the type allows.
func (k *knownCase) value(a *flow.Answer, value string) (string, error) {
	if a.Type == flow.Postcode {
		where, err := placeValue(k.b, value)
		if err != nil {
			return "", fmt.Errorf("%s=%s : %w", a.Name, value, err)
		}
		return where, nil
	}
	known := k.knownValues(a)
	if len(known) == 0 || slices.Contains(known, value) {
		return value, nil
	}
	if option := k.holding(a.Name, value); option != "" {
		return option, nil
	}
	return "", fmt.Errorf("la réponse %q n'a pas la valeur %q%s", a.Name, value, meant(value, known))
}

// knownValues are all values that something in the bundle can give an answer; none for free ones.
func (k *knownCase) knownValues(a *flow.Answer) []string {
	var known []string
	if a.Type == flow.YesNo {
		known = append(known, "oui", "non")
	}
	for _, id := range slices.Sorted(maps.Keys(k.b.Steps)) {
		st := k.b.Steps[id]
		for _, o := range st.Options {
			if st.Answer == a.Name {
				known = append(known, o.ID)
			}
			for _, s := range o.Sets {
				if s.Answer == a.Name {
					known = append(known, s.Value)
				}
			}
		}
	}
	for _, t := range k.b.Tables {
		if i := slices.Index(t.Sets, a.Name); i >= 0 {
			for _, row := range t.Rows {
				known = append(known, row.Values[i])
			}
		}
	}
	slices.Sort(known)
	return slices.Compact(known)
}

// holding is the option whose range holds a number, or "".
func (k *knownCase) holding(answer, number string) string {
	var n int
	if _, err := fmt.Sscanf(number, "%d", &n); err != nil || fmt.Sprint(n) != number {
		return ""
	}
	for _, st := range k.b.Steps {
		for _, o := range st.Options {
			if st.Answer == answer && (o.From != 0 || o.To != 0) && n >= o.From && (o.To == 0 || n <= o.To) {
				return o.ID
			}
		}
	}
	return ""
}

// territory is where the person lives, or "".
func (k *knownCase) territory() string {
	for name, a := range k.b.Answers {
		if a.Type == flow.Postcode && k.values[name] != "" {
			return k.b.TerritoryOf(k.values[name])
		}
	}
	return ""
}

// where names the place that was given.
func (k *knownCase) where() string {
	for name, a := range k.b.Answers {
		if a.Type == flow.Postcode && k.values[name] != "" {
			return flow.PlaceName(k.values[name])
		}
	}
	return ""
}

// get answers conditions as a conversation would.
func (k *knownCase) get(name string) string {
	if value, known := k.values[name]; known {
		return value
	}
	if place, is := strings.CutSuffix(name, ".departement"); is {
		return flow.DepartementOf(k.values[place])
	}
	if queue, is := strings.CutPrefix(name, "open:"); is {
		if inner, is := strings.CutPrefix(queue, "{"); is {
			queue = k.values[strings.TrimSuffix(inner, "}")]
		}
		return ouiNon(k.b.Calendar.Open(queue, k.at))
	}
	if code := k.territory(); name == "territory" && code != "" {
		_, served := k.b.Territory(code)
		return ouiNon(served)
	}
	return ""
}

func ouiNon(v bool) string {
	if v {
		return "oui"
	}
	return "non"
}

// table is the one that was named, or the one that asks for all that was given and for the least
// beside it. The others that ask for all of it come second.
func (k *knownCase) table(name string) (*flow.Table, []string, error) {
	ids := slices.Sorted(maps.Keys(k.b.Tables))
	if name != "" {
		t, known := k.b.Tables[name]
		if !known {
			return nil, nil, fmt.Errorf("la table %q n'existe pas%s", name, meant(name, ids))
		}
		return t, nil, nil
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return !k.fits(k.b.Tables[id]) })
	slices.SortStableFunc(ids, func(a, b string) int {
		return cmp.Or(k.elsewhere(a)-k.elsewhere(b), k.lacking(a)-k.lacking(b))
	})
	if len(ids) == 0 {
		return nil, nil, fmt.Errorf("aucune table n'utilise toutes ces réponses (%s) ; nommez-en une avec --table : %s",
			strings.Join(k.names, ", "), strings.Join(slices.Sorted(maps.Keys(k.b.Tables)), ", "))
	}
	return k.b.Tables[ids[0]], ids[1:], nil
}

// fits says whether a table asks for everything that was given; where somebody lives is for later.
func (k *knownCase) fits(t *flow.Table) bool {
	some := false
	for _, name := range k.names {
		switch a := k.b.Answers[name]; {
		case slices.Contains(t.Columns, name):
			some = true
		case a == nil || a.Type == flow.Postcode:
		default:
			return false
		}
	}
	return some
}

// elsewhere puts the tables of the start flow before those that only another flow reads.
func (k *knownCase) elsewhere(id string) int {
	for _, st := range k.b.Steps {
		if st.Table == id && st.Flow == k.b.Start {
			return 0
		}
	}
	return 1
}

// lacking ranks tables: first those that use the most of what was given, then those that ask for the
// fewest answers beside it.
func (k *knownCase) lacking(id string) int {
	used, missing := 0, 0
	for _, column := range k.b.Tables[id].Columns {
		_, answer := k.b.Answers[column]
		switch {
		case slices.Contains(k.names, column):
			used++
		case answer:
			missing++
		}
	}
	return missing - 100*used
}

// meant ends a message with the name that was probably meant, or with all there are.
func meant(wrong string, known []string) string {
	limit := 1 // two in longer names: an exchange of neighbours is two edits
	if len(wrong) > 2 {
		limit = max(2, len(wrong)/3)
	}
	best, least := "", limit+1
	for _, name := range known {
		if d := edits(wrong, name); d < least || strings.HasPrefix(name, wrong) && best == "" {
			best, least = name, min(d, least)
		}
	}
	if best != "" {
		return fmt.Sprintf(" ; vouliez-vous dire %q ?", best)
	}
	return " (possibles : " + strings.Join(known, ", ") + ")"
}

// edits counts the letters to add, drop or change between two names.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

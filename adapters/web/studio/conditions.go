package studio

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// A conditionView is a condition as it is picked, or what an option fills: a cell for each answer, and room for
// one more.
type conditionView struct {
	Key, Label string // the place below the record
	Cells      []pickedCell
	More       newCell
}

// A pickedCell is one answer of a condition, and what it must be.
type pickedCell struct {
	Key    string // below the record
	Answer string
	Reads  string
	asking
	Sets   []choice // the values that an option may fill in, nil for a condition
	Text   string   // as the file has it
	Faults []fault
	Free   bool // an option may fill in any text
}

// asking is what may be asked of an answer: how, and about which values.
type asking struct {
	How    []choice // nil where a value is given, not asked about
	Values []choice
	One    bool // one value only
	Name   string
}

// A newCell is room for one more answer: first the answer is chosen, then its values.
type newCell struct {
	Name    string // of the input
	Label   string
	Answers []choice
	Chosen  *asking // what the chosen answer may be
	Gives   bool    // values are given, not asked about
}

// The ways in which a condition asks about an answer, as forms send them.
const (
	oneOfThese  = "un"
	noneOfThese = "sauf"
	isKnown     = "connu"
	isUnknown   = "inconnu"
	asWritten   = "autre" // as a text: what the boxes cannot say
)

// unanswered is how a cell writes that there is no answer.
const unanswered = "-"

// picking is what a cell asks, as the boxes say it.
func picking(answer, raw string) (how string, values []string) {
	c, err := flow.ReadCell(answer, raw)
	switch {
	case err != nil || c.Any || c.Range:
		return asWritten, nil
	case c.Empty && len(c.Values) == 0 && c.Not:
		return isKnown, nil
	case c.Empty && len(c.Values) == 0:
		return isUnknown, nil
	}
	for value := range strings.SplitSeq(strings.TrimPrefix(strings.TrimSpace(raw), "!"), "|") {
		values = append(values, strings.TrimSpace(value))
	}
	if c.Not {
		return noneOfThese, values
	}
	return oneOfThese, values
}

// cellOf writes a cell, "" where nothing was picked. What it had keeps its order.
func cellOf(how string, values, had []string) string {
	kept := slices.DeleteFunc(slices.Clone(had), func(v string) bool { return !slices.Contains(values, v) })
	for _, v := range values {
		if v != "" && !slices.Contains(kept, v) {
			kept = append(kept, v)
		}
	}
	switch {
	case how == isKnown:
		return "!" + unanswered
	case how == isUnknown:
		return unanswered
	case len(kept) == 0:
		return ""
	case how == noneOfThese:
		return "!" + strings.Join(kept, "|")
	case how == oneOfThese:
		return strings.Join(kept, "|")
	}
	return ""
}

// pickSign begins the names of what is picked of a condition: "~only/age" is how it asks, "~only/age=" the values.
const pickSign = "~"

// pickedOtherwise walks what was picked of fields of one kind, whose names begin with a sign: the change that each
// makes, if it makes one. What was typed counts before that.
func pickedOtherwise(d *flow.Draft, at flow.Place, sent url.Values, begins string, kind flow.FieldKind, read func(key string, place flow.Place, was string, stood bool) (flow.Change, bool)) []flow.Change {
	var changes []flow.Change
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		key, is := strings.CutPrefix(name, begins)
		if !is || strings.HasSuffix(key, "=") {
			continue
		}
		place := flow.In(at.File, slices.Concat(at.Path, strings.Split(key, "/"))...)
		if f, known := d.FieldAt(place); !known || f.Kind() != kind {
			continue
		}
		was, stood := d.At(place.File, place.Path...)
		if text, typed := sent[sign+key]; typed && strings.TrimSpace(last(text)) != was.Text() {
			continue
		}
		if c, changed := read(key, place, was.Text(), stood); changed {
			changes = append(changes, c)
		}
	}
	return changes
}

// cellsPicked are the conditions that were picked otherwise than they stand.
func cellsPicked(d *flow.Draft, at flow.Place, sent url.Values) []flow.Change {
	return pickedOtherwise(d, at, sent, pickSign, flow.CellField, func(key string, place flow.Place, was string, _ bool) (flow.Change, bool) {
		how, values := sent.Get(pickSign+key), sent[pickSign+key+"="]
		had, stood := picking(place.Path[len(place.Path)-1], was)
		if how == had && (how == isKnown || how == isUnknown || sameSet(values, stood)) {
			return flow.Change{}, false
		}
		text := cellOf(how, values, stood)
		return flow.SetText(place, text), text != ""
	})
}

func sameSet(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(v string) bool { return !slices.Contains(b, v) })
}

// pickedFor is what was picked for an answer that is to be added: its name and the cell, or what it is filled with.
func pickedFor(sent url.Values, name string) (answer, text string) {
	answer = strings.TrimSpace(sent.Get(name))
	if how := sent.Get(name + pickSign); how != "" {
		return answer, cellOf(how, sent[name+"="], nil)
	}
	return answer, strings.TrimSpace(sent.Get(name + "="))
}

// unpicked says that a condition was left without the values that it asks about.
func unpicked(sent url.Values) bool {
	for name := range sent {
		how := sent.Get(name)
		switch {
		case strings.HasPrefix(name, pickSign) && !strings.HasSuffix(name, "=") && (how == oneOfThese || how == noneOfThese) && len(sent[name+"="]) == 0:
			return true
		case strings.HasPrefix(name, "+") && !strings.HasSuffix(name, "=") && !strings.HasSuffix(name, pickSign) && how != "":
			if _, text := pickedFor(sent, name); text == "" {
				return true
			}
		}
	}
	return false
}

// condition draws a condition, or with gives what an option fills in.
func (p picker) condition(v flow.Value, label string, path []string, gives bool) *conditionView {
	c := &conditionView{Key: strings.Join(path, "/"), Label: label}
	for i, answer := range v.Keys() {
		text := v.Items()[i].Text()
		cell := pickedCell{Key: c.Key + "/" + answer, Answer: p.words.name(answer), Text: text, Reads: p.words.reads(answer, text)}
		cell.Faults = p.marks[sign+cell.Key]
		if gives {
			cell.Sets, cell.Reads = p.words.of(answer), p.words.label(answer, text)
			if cell.Free = len(cell.Sets) == 0; !cell.Free {
				cell.Sets = picked(slices.Clone(cell.Sets), text)
			}
		} else {
			cell.asking = p.words.asked(answer, text)
		}
		cell.Name = pickSign + cell.Key
		c.Cells = append(c.Cells, cell)
	}
	c.More = p.oneMore("+"+c.Key, label, v.Keys(), gives)
	return c
}

// oneMore is room for one more answer.
func (p picker) oneMore(name, label string, taken []string, gives bool) newCell {
	n := newCell{Name: name, Label: label, Gives: gives}
	chosen := ""
	if p.choosing == name {
		chosen = p.chosen
	}
	for _, c := range p.words.questions() {
		if c.Picked = c.Value == chosen; !slices.Contains(taken, c.Value) && (!gives || c.Group != others) {
			n.Answers = append(n.Answers, c)
		}
	}
	if chosen != "" {
		asking := p.words.asked(chosen, "")
		if asking.Name = name; gives {
			asking.How, asking.One = nil, true
			asking.Values = slices.DeleteFunc(asking.Values, func(c choice) bool { return c.Value == unanswered })
		}
		n.Chosen = &asking
	}
	return n
}

// askings are what may be asked of each answer, for the script that shows it at once.
func (v *vocabulary) askings() []asking {
	var all []asking
	for _, c := range v.questions() {
		if c.Value != "" {
			a := v.asked(c.Value, "")
			a.Name = c.Value
			all = append(all, a)
		}
	}
	return all
}

// asked is what may be asked of an answer; what the cell asks by now is ticked.
func (v *vocabulary) asked(answer, raw string) asking {
	how, values := oneOfThese, []string(nil)
	if raw != "" {
		how, values = picking(answer, raw)
	}
	all, a := slices.Clone(v.of(answer)), asking{One: answer == "open"}
	ways := []choice{{Value: oneOfThese, Label: "est l'un de"}, {Value: noneOfThese, Label: "n'est pas"}}
	switch {
	case answer == "open":
		ways = []choice{{Value: oneOfThese, Label: "ouverts"}, {Value: noneOfThese, Label: "fermés"}}
	case len(all) == 0:
		ways = nil
	}
	if answer == "danger" || !v.alwaysKnown(answer) {
		ways = append(ways, choice{Value: isKnown, Label: "est connu"}, choice{Value: isUnknown, Label: "n'est pas connu"})
		if len(all) > 0 {
			all = append(all, choice{Value: unanswered, Label: "sans réponse"})
		}
	}
	if how == asWritten {
		ways = append(ways, choice{Value: asWritten, Label: "écrit autrement"})
	}
	for i := range ways {
		ways[i].Picked = ways[i].Value == how
	}
	for _, value := range values {
		if !slices.ContainsFunc(all, func(c choice) bool { return c.Value == value }) {
			all = append(all, choice{Value: value, Label: v.unlisted(answer, value)})
		}
	}
	for i := range all {
		all[i].Picked = slices.Contains(values, all[i].Value)
	}
	a.How, a.Values = ways, all
	return a
}

// unlisted names a value that is not among those of an answer.
func (v *vocabulary) unlisted(answer, value string) string {
	if inner, is := strings.CutPrefix(value, "{"); is && answer == "open" {
		return "ceux de « " + v.name(strings.TrimSuffix(inner, "}")) + " »"
	}
	return value + " (n'existe pas)"
}

// alwaysKnown tells what the service knows of every conversation from what a person answers.
func (v *vocabulary) alwaysKnown(answer string) bool {
	return v.names[answer] == "" && !strings.HasSuffix(answer, ".departement")
}

// reads is a cell in words.
func (v *vocabulary) reads(answer, raw string) string {
	if how, values := picking(answer, raw); answer == "open" && len(values) == 1 {
		name := v.label(answer, values[0])
		if how == noneOfThese {
			return "fermés (" + name + ")"
		}
		return "ouverts (" + name + ")"
	}
	return v.cell(answer, raw)
}

// others heads what a condition may ask about beside answers.
const others = "Autres"

// questions are what a condition may ask about: every answer by its name, then what the service knows.
func (v *vocabulary) questions() []choice {
	if v.asks == nil {
		v.asks = v.asksAbout()
	}
	return slices.Clone(v.asks)
}

func (v *vocabulary) asksAbout() []choice {
	seen := map[string]int{}
	for _, label := range v.names {
		seen[label]++
	}
	all := make([]choice, 0, len(v.names)+12)
	known := []choice{}
	for _, name := range slices.Sorted(maps.Keys(v.names)) {
		label := v.names[name]
		if seen[label] > 1 {
			label += " (" + name + ")"
		}
		all = append(all, choice{Value: name, Label: label, Group: "Réponses"})
		if v.placed[name] {
			known = append(known, choice{Value: name + ".departement", Label: "Département (" + lowered(v.names[name]) + ")", Group: others})
		}
	}
	slices.SortStableFunc(all, func(a, b choice) int {
		return strings.Compare(unaccented.Replace(strings.ToLower(a.Label)), unaccented.Replace(strings.ToLower(b.Label)))
	})
	for _, name := range []string{"busy", "channel", "convention", "danger", "language", "open", "pushed", "staffed", "territory", "textable"} {
		known = append(known, choice{Value: name, Label: v.name(name), Group: others})
	}
	slices.SortStableFunc(known, func(a, b choice) int { return strings.Compare(a.Label, b.Label) })
	return slices.Concat([]choice{{Label: "—"}}, all, known)
}

package studio

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// A vocabulary knows how the answers of a draft are called, and their values. It reads the draft's files, so that
// it works while the draft does not load.
type vocabulary struct {
	pick    picker
	names   map[string]string   // answer → its label
	as      map[string]string   // answer → its role
	values  map[string][]choice // answer → what it may be
	asks    []choice            // what a condition may ask about, made once
	ranged  map[string]bool     // answers whose choices have ages
	placed  map[string]bool     // answers that are a place
	records map[string][]choice // of networks, cards, reasons, offers: by role
}

func vocabularyOf(d *flow.Draft) *vocabulary {
	v := &vocabulary{pick: picker{d: d}, names: map[string]string{}, as: map[string]string{}, values: map[string][]choice{}, ranged: map[string]bool{}, placed: map[string]bool{}}
	flows := flowsOf(d)
	for _, id := range slices.Sorted(maps.Keys(flows)) {
		root, _ := d.At(flows[id])
		answers, _ := root.At("answers")
		for i, name := range answers.Keys() {
			a := answers.Items()[i]
			v.names[name], v.as[name] = cmp.Or(a.TextAt("label"), name), a.TextAt("as")
			switch a.TextAt("type") {
			case "yesno":
				v.values[name] = []choice{{Value: "oui", Label: "oui"}, {Value: "non", Label: "non"}}
			case "postcode":
				v.placed[name] = true
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(flows)) {
		steps, _ := d.At(flows[id], "steps")
		for i, step := range steps.Keys() {
			v.step(step, steps.Items()[i])
		}
	}
	v.records = map[string][]choice{
		"network": v.pick.records("networks.yaml", "networks", "name"), "card": v.pick.records("cards.yaml", "cards", "title"),
		"reason": reasonsOf(d), "offer": offersOf(d),
	}
	return v
}

// step takes in what a question may be answered.
func (v *vocabulary) step(id string, step flow.Value) {
	if _, asks := step.At("ask"); !asks {
		return
	}
	answer := cmp.Or(step.TextAt("answer"), id)
	options, _ := step.At("options")
	for i, value := range options.Keys() {
		o := options.Items()[i]
		v.add(answer, value, cmp.Or(o.TextAt("text"), value))
		if o.TextAt("range") != "" {
			v.ranged[answer] = true
		}
		sets, _ := o.At("sets")
		for j, name := range sets.Keys() {
			v.add(name, sets.Items()[j].Text(), "")
		}
	}
}

// add notes a value; a label given later takes the place of none.
func (v *vocabulary) add(answer, value, label string) {
	i := slices.IndexFunc(v.values[answer], func(c choice) bool { return c.Value == value })
	switch {
	case i < 0:
		v.values[answer] = append(v.values[answer], choice{Value: value, Label: cmp.Or(label, value)})
	case label != "" && v.values[answer][i].Label == value:
		v.values[answer][i].Label = label
	}
}

// reasonsOf are the reasons that a row may give.
func reasonsOf(d *flow.Draft) []choice {
	var all []choice
	reasons, _ := d.At("routing.yaml", "reasons")
	for i, id := range reasons.Keys() {
		all = append(all, choice{Value: id, Label: reasons.Items()[i].Text()})
	}
	return all
}

// offersOf are the offers that some structure has.
func offersOf(d *flow.Draft) []choice {
	var all []choice
	for _, name := range d.Names() {
		structures, is := d.At(name, "structures")
		if !is || !strings.HasSuffix(name, "structures.yaml") {
			continue
		}
		for _, s := range structures.Items() {
			offers, _ := s.At("offers")
			for _, o := range offers.Items() {
				if id := o.TextAt("id"); id != "" && !slices.ContainsFunc(all, func(c choice) bool { return c.Value == id }) {
					all = append(all, choice{Value: id, Label: strings.ReplaceAll(id, "_", " ")})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b choice) int { return strings.Compare(a.Label, b.Label) })
	return all
}

// name is how an answer, or what else a column may ask, is called.
func (v *vocabulary) name(answer string) string {
	if name := v.names[answer]; name != "" {
		return name
	}
	if strings.HasSuffix(answer, ".departement") {
		return "Département"
	}
	known := map[string]string{"channel": "Canal", "language": "Langue", "open": "Horaires", "staffed": "Quelqu'un est là", "busy": "Affluence", "territory": "Lieu dans la région",
		"danger": "Danger", "pushed": "Joignable par écrit ensuite", "textable": "Peut recevoir un SMS", "convention": "Convention en cours"}
	return cmp.Or(known[answer], answer)
}

// of are the values that a column or a result may have.
func (v *vocabulary) of(answer string) []choice {
	if all := v.records[v.as[answer]]; all != nil {
		return all
	}
	if all := v.values[answer]; all != nil {
		return all
	}
	two := []choice{{Value: "oui", Label: "oui"}, {Value: "non", Label: "non"}}
	switch answer {
	case "channel":
		return []choice{{Value: "chat", Label: "chat"}, {Value: "sms", Label: "SMS"}, {Value: "voice", Label: "téléphone"}}
	case "language":
		var all []choice
		languages, _ := v.pick.d.At("bundle.yaml", "languages")
		for _, l := range languages.Texts() {
			all = append(all, choice{Value: l, Label: l})
		}
		return all
	case "danger":
		return v.pick.records("safety.yaml", "dangers", "title")
	case "open":
		return v.pick.records("hours.yaml", "queues", "title")
	case "staffed", "busy", "territory", "pushed", "textable", "convention":
		return two
	}
	if strings.HasSuffix(answer, ".departement") {
		return v.departements()
	}
	return nil
}

// departements are those that the region names.
func (v *vocabulary) departements() []choice {
	var all []choice
	for _, name := range v.pick.d.Names() {
		territories, is := v.pick.d.At(name, "territories")
		if !is || !strings.HasSuffix(name, "/region.yaml") {
			continue
		}
		for i, id := range territories.Keys() {
			if len(id) == 2 || len(id) == 3 {
				all = append(all, choice{Value: id, Label: territories.Items()[i].TextAt("name") + " (" + id + ")"})
			}
		}
	}
	slices.SortFunc(all, func(a, b choice) int { return strings.Compare(a.Value, b.Value) })
	return slices.CompactFunc(all, func(a, b choice) bool { return a.Value == b.Value })
}

// label is how a value is read.
func (v *vocabulary) label(answer, value string) string {
	if value == "" || value == "-" {
		return "sans réponse"
	}
	all := v.of(answer)
	if i := slices.IndexFunc(all, func(c choice) bool { return c.Value == value }); i >= 0 {
		return all[i].Label
	}
	return value
}

// path is the page of the reason that a result names, "" for any other.
func (v *vocabulary) path(answer, value string) string {
	if v.as[answer] != "reason" || !slices.ContainsFunc(v.records["reason"], func(c choice) bool { return c.Value == value }) {
		return ""
	}
	return "/studio/fiches/" + reasonsKind + "/" + value
}

// cell is how a cell of a column is read; a cell that cannot be read is shown as it is written.
func (v *vocabulary) cell(column, raw string) string {
	c, err := flow.ReadCell(column, raw)
	switch {
	case err != nil:
		return raw
	case c.Any:
		return "peu importe"
	case c.Range:
		return spellRange(c.From, c.To)
	case c.Empty && c.Not && len(c.Values) == 0:
		return "une réponse"
	}
	labels := make([]string, 0, len(c.Values)+1)
	for _, value := range c.Values {
		label := v.label(column, value)
		if len(labels) > 0 || c.Not {
			label = lowered(label)
		}
		labels = append(labels, label)
	}
	if c.Empty {
		labels = append(labels, "sans réponse")
	}
	if c.Not {
		return "sauf " + listed(labels, "et")
	}
	return listed(labels, "ou")
}

func spellRange(from, to int) string {
	switch {
	case from == 0:
		return fmt.Sprint("moins de ", to+1)
	case to == 0:
		return fmt.Sprint(from, " et plus")
	}
	return fmt.Sprint("de ", from, " à ", to)
}

// listed joins words as a sentence does.
func listed(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, ",") }) {
		return strings.Join(words, " "+last+" ") // a comma would not tell them apart
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}

// reading is a row as a sentence: si besoin = VAE, alors réseau = Espace conseil VAE.
func (v *vocabulary) reading(t tableRows, row []string) string {
	var when, then []string
	for i, cell := range row {
		switch {
		case i >= t.width():
		case i >= len(t.columns) && len(t.sets) > 2 && (v.as[t.sets[i-len(t.columns)]] == "offer" || v.as[t.sets[i-len(t.columns)]] == "reason"):
			continue // the cell says it: the sentence stays short
		case i >= len(t.columns):
			then = append(then, lowered(v.name(t.sets[i-len(t.columns)]))+" = "+v.label(t.sets[i-len(t.columns)], cell))
		case cell != "*":
			when = append(when, lowered(v.name(t.columns[i]))+" = "+v.cell(t.columns[i], cell))
		}
	}
	if len(when) == 0 {
		return "dans tous les autres cas, " + strings.Join(then, ", ")
	}
	return "si " + strings.Join(when, " et ") + ", alors " + strings.Join(then, ", ")
}

// lowered begins with a small letter, unless it is an acronym.
func lowered(text string) string {
	r := []rune(text)
	if len(r) > 1 && strings.ToUpper(string(r[1])) == string(r[1]) && strings.ToLower(string(r[1])) != string(r[1]) {
		return text
	}
	if len(r) == 0 {
		return ""
	}
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

// columnChoices are what a column may be asked about, without those that are there.
func (v *vocabulary) columnChoices(taken []string) []choice {
	return slices.DeleteFunc(v.questions(), func(c choice) bool { return slices.Contains(taken, c.Value) })
}

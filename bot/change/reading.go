package change

import (
	"slices"
	"strings"

	"frontdesk/bot/flow"
)

// labels are the words that a draft has for its codes.
type labels struct {
	titles  map[string]string            // of records: "cards/cpf", "besoin.options/vae"
	answers map[string]string            // label of an answer
	options map[string]map[string]string // of an answer: code → what people read
	sets    map[string]string            // role of an answer: network, card, reason
}

func labelsOf(d *flow.Draft) labels {
	l := labels{titles: map[string]string{}, answers: map[string]string{}, options: map[string]map[string]string{}, sets: map[string]string{}}
	for _, name := range d.Names() {
		root, is := d.At(name)
		if !is || strings.HasPrefix(name, "locales/") {
			continue
		}
		for _, key := range []string{"cards", "networks", "structures", "territories", "tables", "dangers", "queues"} {
			table, _ := root.At(key)
			for i, id := range table.Keys() {
				record := table.Items()[i]
				for _, field := range []string{"title", "name"} {
					if t := record.TextAt(field); t != "" {
						l.titles[key+"/"+id] = t
					}
				}
			}
		}
		l.readAnswers(root)
		l.readOptions(root)
	}
	return l
}

func (l *labels) readAnswers(root flow.Value) {
	table, _ := root.At("answers")
	for i, id := range table.Keys() {
		a := table.Items()[i]
		l.answers[id] = a.TextAt("label")
		l.sets[id] = a.TextAt("as")
	}
}

func (l *labels) readOptions(root flow.Value) {
	steps, _ := root.At("steps")
	for i, id := range steps.Keys() {
		step := steps.Items()[i]
		options, _ := step.At("options")
		answer := step.TextAt("answer")
		if answer == "" {
			answer = id
		}
		for j, code := range options.Keys() {
			text := options.Items()[j].TextAt("text")
			if text == "" {
				continue
			}
			l.titles[id+".options/"+code] = text
			if l.options[answer] == nil {
				l.options[answer] = map[string]string{}
			}
			l.options[answer][code] = text
		}
	}
}

// code says one value of an answer.
func (l labels) code(answer, value string) string {
	switch l.sets[answer] {
	case "network":
		if t := l.titles["networks/"+value]; t != "" {
			return t
		}
	case "card":
		if t := l.titles["cards/"+value]; t != "" {
			return t
		}
	}
	if t := l.options[answer][value]; t != "" {
		return t
	}
	return value
}

func (l labels) answer(name string) string {
	base, part, _ := strings.Cut(name, ".")
	label := l.answers[base]
	switch {
	case name == "channel":
		return "canal"
	case name == "language":
		return "langue"
	case name == "staffed":
		return "conseiller présent"
	case name == "busy":
		return "affluence"
	case name == "territory":
		return "territoire servi"
	case label == "":
		label = base
	}
	if part != "" {
		return strings.ToLower(label) + " (" + part + ")"
	}
	return strings.ToLower(label)
}

// cell says one condition: « besoin : VAE ou création », "" where anything will do.
func (l labels) cell(answer, cell string) string {
	name := l.answer(answer)
	each := func(values, join string) string {
		var all []string
		for v := range strings.SplitSeq(values, "|") {
			all = append(all, "« "+l.code(answer, v)+" »")
		}
		return strings.Join(all, join)
	}
	low, high, between := strings.Cut(cell, "..")
	switch {
	case cell == "*", cell == "":
		return ""
	case cell == "-":
		return name + " sans réponse"
	case cell == "!-":
		return name + " avec une réponse"
	case strings.HasPrefix(cell, "!"):
		return name + " autre que " + each(cell[1:], " et ")
	case strings.HasPrefix(cell, "<="):
		return name + " " + cell[2:] + " ou moins"
	case strings.HasPrefix(cell, ">="):
		return name + " " + cell[2:] + " ou plus"
	case strings.HasPrefix(cell, "<"):
		return name + " moins de " + cell[1:]
	case strings.HasPrefix(cell, ">"):
		return name + " plus de " + cell[1:]
	case between:
		return name + " de " + low + " à " + high
	}
	return name + " " + each(cell, " ou ")
}

// row says a row of a table: si besoin « VAE » : réseau « Espace conseil VAE ».
func (l labels) row(columns, sets, cells []string) string {
	var when, then []string
	for i, cell := range cells {
		switch {
		case i < len(columns):
			if c := l.cell(columns[i], cell); c != "" {
				when = append(when, c)
			}
		case i < len(columns)+len(sets) && cell != "":
			name := sets[i-len(columns)]
			then = append(then, l.answer(name)+" « "+l.code(name, cell)+" »")
		}
	}
	head := "dans tous les autres cas"
	if len(when) > 0 {
		head = "si " + strings.Join(when, " et ")
	}
	return head + " : " + strings.Join(then, ", ")
}

// line says the i-th item of a list of rows or records.
func (l labels) line(d *flow.Draft, file string, path []string, list flow.Value, i int) string {
	if i >= len(list.Items()) {
		return ""
	}
	item := list.Items()[i]
	if item.Kind() == flow.ListValue && len(path) > 0 {
		columns, _ := d.At(file, append(slices.Clone(path[:len(path)-1]), "columns")...)
		sets, _ := d.At(file, append(slices.Clone(path[:len(path)-1]), "sets")...)
		return l.row(columns.Texts(), sets.Texts(), item.Texts())
	}
	return l.reading(path, item)
}

// reading says any value without the signs of its file.
func (l labels) reading(path []string, v flow.Value) string {
	key := ""
	if len(path) > 0 {
		key = path[len(path)-1]
	}
	switch v.Kind() {
	case flow.ListValue:
		return l.items(path, v)
	case flow.RecordValue:
		if key == "when" || key == "only" || v.Sort() == flow.PairsField && key != "on" {
			return l.condition(v)
		}
		if when, is := v.At("when"); is && len(v.Keys()) == 2 && v.TextAt("then") != "" { // a case
			return "si " + l.condition(when) + " : suite « " + v.TextAt("then") + " »"
		}
		var all []string
		for i, k := range v.Keys() {
			name := k
			if n, is := fieldAt(append(path[:len(path):len(path)], k), len(path)); is {
				name = n.word
			}
			if _, dated := v.At("from"); dated && k == "to" {
				name = "fin"
			}
			all = append(all, name+" : "+l.reading([]string{k}, v.Items()[i]))
		}
		return strings.Join(all, " ; ")
	}
	switch text := v.Text(); text {
	case "true":
		return "oui"
	case "false":
		return "non"
	case "return":
		return "retour au parcours d'avant"
	default:
		if said := l.setting(path, text); said != "" {
			return said
		}
		switch v.Sort() {
		case flow.CellField:
			if len(path) > 1 {
				return l.cell(key, text)
			}
		case flow.DayField, flow.MomentField:
			return frenchDay(text)
		case flow.SpanField:
			if s, is := flow.ReadSpan(text); is {
				return s.String()
			}
		}
		return text
	}
}

// items says a list; where its items follow each other in time, it says so.
func (l labels) items(path []string, list flow.Value) string {
	var all []string
	for _, item := range list.Items() {
		all = append(all, l.reading(path, item))
	}
	if inTurn(path) {
		return strings.Join(all, ", puis ")
	}
	return strings.Join(all, ", ")
}

// setting says the value of a setting, "" for any other.
func (l labels) setting(path []string, text string) string {
	if len(path) == 0 {
		return ""
	}
	switch key := path[len(path)-1]; {
	case key == "busy" && text == "0":
		return "jamais"
	case key == "busy" && text == "1":
		return "plus d'une personne attend"
	case key == "busy":
		return "plus de " + text + " personnes attendent"
	case key == "dated" && (text == "0" || text == "1"):
		return text + " jour ouvré"
	case key == "dated":
		return text + " jours ouvrés"
	case key == "no_match":
		if step, is := strings.CutPrefix(text, "goto:"); is {
			return "aller à « " + step + " »"
		}
		return map[string]string{"rephrase": "redire la question autrement", "list": "donner la liste des choix", "human": "passer à une personne"}[text]
	case len(path) == 3 && path[0] == "campaigns":
		return l.code(key, text)
	}
	return ""
}

// frenchDay writes 2027-05-02 as it is read in France, with the hour behind it where there is one.
func frenchDay(text string) string {
	day, hour, _ := strings.Cut(text, "T")
	parts := strings.Split(day, "-")
	if len(parts) != 3 {
		return text
	}
	day = parts[2] + "/" + parts[1] + "/" + parts[0]
	if hour != "" {
		day += " à " + hour
	}
	return day
}

func (l labels) condition(v flow.Value) string {
	var all []string
	for i, k := range v.Keys() {
		if c := l.cell(k, v.Items()[i].Text()); c != "" {
			all = append(all, c)
		}
	}
	return strings.Join(all, " et ")
}

// gist is a value on one line, for who reads what was added or is gone: of a record, what it says.
func (l labels) gist(path []string, v flow.Value) string {
	if v.Kind() == flow.RecordValue {
		for _, key := range []string{"ask", "say", "text", "title", "name", "other"} {
			if t := v.TextAt(key); t != "" {
				return t
			}
		}
	}
	return l.reading(path, v)
}

// list names entries in their order.
func (l labels) list(path, keys []string) string {
	var all []string
	for _, key := range keys {
		table := ""
		if len(path) > 0 {
			table = path[len(path)-1]
		}
		if table == "options" && len(path) > 1 {
			table = path[len(path)-2] + "." + table
		}
		if t := l.titles[table+"/"+key]; t != "" {
			key = t
		}
		all = append(all, key)
	}
	return strings.Join(all, " · ")
}

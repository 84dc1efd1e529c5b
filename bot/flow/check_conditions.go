package flow

import (
	"fmt"
	"slices"
	"strings"
)

// A clause is one cell still to be compiled. where announces it in messages.
type clause struct {
	step   string
	where  string
	answer string
	at     Pos // of the name, in a step; zero for a table's column
	value  *node
	into   *Cell
}

// pseudoAnswers are what conditions may name beside answers.
func pseudoAnswers() []string {
	return []string{"language", "channel", "open", "staffed", "busy", "territory", "danger", "pushed", "textable", "convention"}
}

// condition notes the cells of a condition, to be compiled when every option is known.
func (l *loader) condition(n *node, into *Condition) {
	lines := slices.Clone(n.list())
	if len(lines) == 0 {
		return
	}
	slices.SortFunc(lines, func(a, b *entry) int { return strings.Compare(a.key.text, b.key.text) })
	*into = make(Condition, len(lines))
	for i, e := range lines {
		l.when = append(l.when, clause{step: l.step, answer: e.key.text, at: e.pos, value: e.value, into: &(*into)[i]})
	}
}

// checkConditions compiles every cell and holds its values against what the answer may be.
func (l *loader) checkConditions() {
	for _, c := range l.when {
		l.compile(c, l.known)
	}
	for _, g := range l.given {
		l.checkGiven(g, l.known)
	}
}

func (l *loader) compile(c clause, classes map[string]class) {
	name, known := c.answer, classes[c.answer].known
	if c.value.style == plain && looksLike(c.value.text) != "" {
		return // said already
	}
	if !known {
		c.into.Any = strings.TrimSpace(c.value.text) == "*"
		if c.at.Line > 0 {
			l.codedIn(NotKnown, c.step, c.at, "%q n'est ni une réponse ni une donnée connue%s", name, instead(name, answerNames(classes)))
		}
		return
	}
	if name == "busy" && l.b.Busy == 0 {
		l.cellFault(c, NoBusy, "\"busy\" demande combien de personnes attendent : ajoutez par exemple busy: 10 dans bundle.yaml")
	}
	cell, b, err := compileCell(name, c.value.text)
	if err != nil {
		l.cellFault(c, "", "%v", err)
		return
	}
	if b != nil {
		cell.Values = l.inside(c, classes[name], *b)
	}
	*c.into = cell
	if b == nil {
		l.checkValues(c, cell, classes[name])
	}
}

func (l *loader) cellFault(c clause, code Code, format string, args ...any) {
	prefix := ""
	if c.where != "" {
		prefix = c.where + " : "
	}
	l.faults.add(newFault(code, c.value.pos, c.step, prefix, format, args))
}

func answerNames(classes map[string]class) []string {
	var names []string
	for name := range classes {
		names = append(names, name)
	}
	return names
}

// A class is what is known about the values of an answer.
type class struct {
	known  bool
	free   bool // any value: only *, - and !- make sense, unless values lists what tables give
	values []string
	ranges []*Option // options with numbers
	mixed  bool      // several questions give it different numbers
	check  func(string) bool
	takes  string // what the check wants, in French
}

// classes says for every answer which values it may have.
func (l *loader) classes() map[string]class {
	all := map[string]class{
		"channel":   {known: true, values: []string{"chat", "sms", "voice"}},
		"staffed":   {known: true, values: []string{"oui", "non"}},
		"busy":      {known: true, values: []string{"oui", "non"}},
		"territory": {known: true, values: []string{"oui", "non"}},
		"pushed":    {known: true, values: []string{"oui", "non"}},
		"textable":  {known: true, values: []string{"oui", "non"}},

		"convention": {known: true, values: []string{"oui", "non"}},
		"language":   {known: true, values: l.b.Spoken()},
		"open":       {known: true, check: l.isQueue, takes: "le nom d'horaires de hours.yaml"},
		"danger":     {known: true},
	}
	danger := all["danger"]
	for _, d := range l.b.Safety.Dangers {
		danger.values = append(danger.values, d.ID)
	}
	all["danger"] = danger
	for name, a := range l.b.Answers {
		c := class{known: true}
		switch a.Type {
		case Choice:
		case YesNo:
			c.values = []string{"oui", "non"}
		case Postcode:
			c.free = true
			all[name+".departement"] = class{known: true, check: isDepartement, takes: `un code de département, comme "35"`}
		default:
			c.free = true
		}
		all[name] = c
	}
	l.optionClasses(all)
	for _, g := range l.given {
		if a := l.b.Answers[g.answer]; a != nil && a.Type == Free {
			c := all[g.answer]
			c.values = append(c.values, g.value)
			all[g.answer] = c
		}
	}
	return all
}

// optionClasses adds the options of every question to the answer it fills, in order of the files.
func (l *loader) optionClasses(all map[string]class) {
	for _, name := range l.flows {
		f := l.b.Flows[l.trees[name].str("flow")]
		for _, id := range f.Order {
			s := l.b.Steps[id]
			if s == nil || s.Kind != Ask {
				continue
			}
			a := l.b.Answers[s.Answer]
			if a == nil {
				continue
			}
			if a.Step == "" {
				a.Step = id
			}
			c := all[s.Answer]
			for _, o := range s.Options {
				if !slices.Contains(c.values, o.ID) {
					c.values = append(c.values, o.ID)
				}
				if o.From > 0 || o.To > 0 {
					c.addRange(o)
				}
			}
			all[s.Answer] = c
		}
	}
}

func (c *class) addRange(o *Option) {
	i := slices.IndexFunc(c.ranges, func(x *Option) bool { return x.ID == o.ID })
	if i < 0 {
		c.ranges = append(c.ranges, o)
		return
	}
	c.mixed = c.mixed || c.ranges[i].From != o.From || c.ranges[i].To != o.To
}

// inside expands a comparison into the options that lie wholly inside it.
func (l *loader) inside(c clause, k class, b bounds) []string {
	raw := strings.TrimSpace(c.value.text)
	if len(k.ranges) == 0 {
		l.cellFault(c, NoNumbers, `%q compare des nombres, mais les choix de %q n'ont pas de "range"`, raw, c.answer)
		return nil
	}
	if k.mixed {
		l.cellFault(c, MixedNumbers, `%q : deux questions donnent à %q des "range" différents`, raw, c.answer)
		return nil
	}
	last := (&Option{From: b.From, To: b.To}).last()
	var values []string
	for _, o := range k.ranges {
		in, out := o.From >= b.From && o.last() <= last, o.last() < b.From || o.From > last
		switch {
		case in:
			values = append(values, o.ID)
		case !out:
			l.cellFault(c, SplitOption, "%q coupe le choix %q (%s) en deux", raw, o.ID, o.span())
		}
	}
	if len(values) == 0 {
		l.cellFault(c, NoOptionIn, "%q ne correspond à aucun choix de %q", raw, c.answer)
	}
	return values
}

func (o *Option) span() string {
	switch o.To {
	case 0:
		return fmt.Sprintf("%d et plus", o.From)
	case o.From:
		return fmt.Sprint(o.From)
	}
	return fmt.Sprintf("%d à %d", o.From, o.To)
}

func (l *loader) checkValues(c clause, cell Cell, k class) {
	if c.answer == "open" && !cell.Any && (len(cell.Values) != 1 || cell.Empty) {
		l.cellFault(c, OneQueue, `"open" prend le nom d'horaires de hours.yaml, un seul`)
		return
	}
	for _, value := range cell.Values {
		if answer, ok := inBraces(value); ok && c.answer == "open" {
			l.holds = append(l.holds, holding{answer, toQueue})
		}
		switch {
		case k.check != nil:
			if !k.check(value) {
				l.cellFault(c, NotTaken, "%q n'est pas %s%s", value, k.takes, l.queueHint(c.answer, value))
			}
		case k.free && len(k.values) == 0:
			l.cellFault(c, FreeAnswer, `%q est une réponse libre : on peut seulement demander "*", "-" (sans réponse) ou "!-" (avec réponse)`, c.answer)
			return
		case !slices.Contains(k.values, value):
			l.cellFault(c, NotAValue, "%q n'est pas une valeur de %q%s", value, c.answer, instead(value, k.values))
		}
	}
}

func (l *loader) isQueue(name string) bool {
	if answer, ok := inBraces(name); ok {
		return l.b.Answers[answer] != nil
	}
	_, found := l.b.Calendar.Queues[name]
	return found
}

func (l *loader) queueHint(answer, value string) hint {
	if answer != "open" {
		return hint{}
	}
	var names []string
	for name := range l.b.Calendar.Queues {
		names = append(names, name)
	}
	return instead(value, names)
}

// checkGiven holds a value that an option or a table gives against the answer that takes it.
func (l *loader) checkGiven(g given, classes map[string]class) {
	a := l.b.Answers[g.answer]
	if a == nil {
		return
	}
	if k := classes[g.answer]; (a.Type == Choice && a.Step != "" || a.Type == YesNo) && !slices.Contains(k.values, g.value) {
		l.codedIn(NotAValue, g.step, g.at, "%q n'est pas une valeur de %q%s", g.value, g.answer, instead(g.value, k.values))
	}
	kinds := []refKind{}
	for _, h := range l.holds {
		if h.answer == g.answer && !slices.Contains(kinds, h.kind) {
			kinds = append(kinds, h.kind)
		}
	}
	if a.As == AsReason {
		kinds = append(kinds, toReason)
	}
	for _, kind := range kinds {
		l.checkName(g, kind)
	}
}

func (l *loader) checkName(g given, kind refKind) {
	var known map[string]bool
	switch kind {
	case toCard:
		known = set(l.b.Cards)
	case toReason:
		known = set(l.b.Reasons)
	case toNetwork:
		known = set(l.b.Networks)
	case toQueue:
		known = set(l.b.Calendar.Queues)
	}
	if !known[g.value] {
		var names []string
		for name := range known {
			names = append(names, name)
		}
		l.codedIn(kind.code(), g.step, g.at, kind.absent()+"%s", g.value, instead(g.value, names))
	}
}

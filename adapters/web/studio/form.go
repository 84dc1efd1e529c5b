package studio

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"frontdesk/bot/flow"
)

// A line is one field of a form: a place in a record, what stands there and how it is asked for.
type line struct {
	Name    string // of the input: the keys below the record, joined by "/"
	Label   string
	Hint    string
	Kind    flow.FieldKind
	Value   string
	Choices []choice // of a choice or a reference; the present value is among them
	Must    bool
	Faults  []fault
	Lines   []line // below a record

	Condition *conditionView // of pairs that are picked
	Places    []orderPlace   // of a list whose order counts
	Ticks     *ticks         // of a list of which any may be ticked
	Spans     []twofold      // of a duration, or of a list of them
	Ages      *twofold       // of a choice
}

// Told are the parts of the page that describe an input: its hint, and what is wrong with it.
func (l line) Told() string {
	var ids []string
	if l.Hint != "" {
		ids = append(ids, l.Name+"-aide")
	}
	if len(l.Faults) > 0 {
		ids = append(ids, l.Name+"-faute")
	}
	return strings.Join(ids, " ")
}

// faulty says that something is wrong in one of some fields: what folds them away stands open.
func faulty(all []line) bool {
	return slices.ContainsFunc(all, func(l line) bool { return len(l.Faults) > 0 || faulty(l.Lines) })
}

// A choice is one thing that can be picked.
type choice struct {
	Value, Label, Group string
	Picked              bool
}

// A form is a record of the draft, ready to be filled in.
type form struct {
	At      flow.Place
	Version string // of the draft that it was drawn from
	ETag    string
	Back    string // where saving leads
	Lines   []line
}

// Place is where the record stands, as the form sends it.
func (f form) Place() string { return strings.Join(f.At.Path, "/") }

// A form's inputs are named by where they stand: "=options/emploi/text". A list has one item a line, a
// box that is not ticked sends nothing but the empty input beside it.
const sign = "="

// below joins the keys of a place below a record to the name of an input.
func below(keys ...string) string { return sign + strings.Join(keys, "/") }

// changesOf reads a form: what differs from the record as the draft has it.
func changesOf(d *flow.Draft, at flow.Place, sent url.Values) []flow.Change {
	var names []string
	for name := range sent {
		if strings.HasPrefix(name, sign) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var changes []flow.Change
	for _, name := range names {
		place := flow.In(at.File, slices.Concat(at.Path, keysOf(strings.TrimPrefix(name, sign)))...)
		text := last(sent[name])
		if f, known := d.FieldAt(place); known && f.Kind() == flow.ListField {
			text = strings.Join(sent[name], "\n") // boxes send an item each
		}
		if c, changed := changeOf(d, place, text); changed {
			changes = append(changes, c)
		}
	}
	return append(changes, twofoldsSent(d, at, sent)...)
}

// last is the value that counts of an input sent twice: a ticked box comes behind its empty shadow.
func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

func changeOf(d *flow.Draft, place flow.Place, text string) (flow.Change, bool) {
	text = strings.TrimSpace(pasted(text))
	was, is := d.At(place.File, place.Path...)
	f, known := d.FieldAt(place)
	if !known {
		return flow.Change{}, false
	}
	if f.Kind() == flow.ListField {
		items := itemsOf(text)
		switch {
		case slices.Equal(items, was.Texts()):
			return flow.Change{}, false
		case len(items) == 0:
			return flow.Remove(place), is
		}
		return flow.SetList(place, items...), true
	}
	switch {
	case text == was.Text(), f.Kind() == flow.MomentField && text == momentOf(was.Text()), text == "" && f.Kind() == flow.TruthField && was.Text() == "false":
		return flow.Change{}, false
	case text == "" && saysKind(place):
		return flow.SetText(place, ""), is
	case text == "":
		return flow.Remove(place), is
	}
	return flow.SetText(place, text), true
}

// momentOf is a moment as its input wants it: a day alone begins at midnight.
func momentOf(text string) string {
	if _, err := time.Parse(time.DateOnly, text); err == nil {
		return text + "T00:00"
	}
	return text
}

// pasted is a text without what other programs leave in it when it is pasted: line breaks of their own, marks
// that nobody sees, bytes that are no text.
func pasted(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\v", "\n", "\u2028", "\n", "\u2029", "\n").Replace(strings.ToValidUTF8(text, ""))
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' || !unicode.IsControl(r) && r != '\ufeff' && r != utf8.RuneError {
			return r
		}
		return -1
	}, text)
}

// saysKind tells the text that makes a step a question or a phrase, or that is all of a record: emptied, it is
// still one.
func saysKind(place flow.Place) bool {
	if len(place.Path) == 2 && place.Path[0] == "reasons" {
		return true
	}
	return len(place.Path) == 3 && place.Path[0] == "steps" && (place.Path[2] == "ask" || place.Path[2] == "say")
}

// itemsOf reads a list, one item a line.
func itemsOf(text string) []string {
	var items []string
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			items = append(items, l)
		}
	}
	return items
}

// lines draws the fields of a record. skip are keys that the page shows in its own way.
func lines(v flow.Value, fields []flow.Field, pick picker, skip []string, path ...string) []line {
	var all []line
	for _, f := range fields {
		if slices.Contains(skip, f.Name) {
			continue
		}
		here, _ := v.At(f.Name)
		below := append(path[:len(path):len(path)], f.Name)
		all = append(all, lineOf(here, f, pick, below))
	}
	return all
}

func lineOf(v flow.Value, f flow.Field, pick picker, path []string) line {
	say := labelOf(path)
	l := line{Name: below(path...), Label: say.Label, Hint: say.Hint, Kind: f.Kind(), Must: f.Must}
	l.Faults = pick.marks[l.Name]
	switch l.Kind {
	case flow.ListField:
		l.Value = strings.Join(v.Texts(), "\n")
		l.Places = pick.inOrder(path, v.Texts())
		if all := pick.among(path); all != nil {
			l.Ticks = ticksOf(v, l.Name, l.Label, l.Hint, all)
		}
		if f.Each().Kind() == flow.SpanField {
			for _, text := range append(v.Texts(), "") {
				l.Spans = append(l.Spans, spanOf(text, path))
			}
		}
	case flow.SpanField:
		l.Value = v.Text()
		l.Spans = []twofold{spanOf(l.Value, path)}
	case flow.MomentField:
		l.Value = momentOf(v.Text())
	case flow.RecordField:
		l.Lines = lines(v, f.Fields(), pick, nil, path...)
	case flow.PairsField:
		l.pairs(v, path, pick)
	case flow.OneOf:
		l.Value = v.Text()
		var words []choice
		for _, w := range f.Words() {
			words = append(words, choice{Value: w, Label: wordOf(path, w)})
		}
		l.Choices = picked(words, l.Value)
	default:
		l.Value = v.Text()
		l.Choices = pick.of(path, l.Value)
		if isAges(path) {
			ages := agesOf(l.Value)
			l.Ages = &ages
		}
	}
	return l
}

// pairs draws names and values: a condition and what an option fills are picked, others are written.
func (l *line) pairs(v flow.Value, path []string, pick picker) {
	key := path[len(path)-1]
	if pick.words == nil {
		pick.words = vocabularyOf(pick.d)
	}
	switch key {
	case "only", "when", "urgent", "sets":
		l.Condition = pick.condition(v, l.Label, path, key == "sets")
		return
	}
	for i, key := range v.Keys() {
		l.Lines = append(l.Lines, line{Name: below(append(path[:len(path):len(path)], key)...), Label: key, Kind: flow.CellField, Value: v.Items()[i].Text()})
	}
}

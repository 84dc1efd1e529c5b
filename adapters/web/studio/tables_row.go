package studio

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"frontdesk/bot/flow"
)

// A rowForm is a row being written: a new one, or one that is there.
type rowForm struct {
	Index int // of the row, or of the row that a new one stands behind: -1 for in front of all
	New   bool
	Last  bool // the row for all other cases: only its results are asked
	Cells []cellForm
}

// N is the number of the row, from 1.
func (f *rowForm) N() int {
	if f.New {
		return f.Index + 2
	}
	return f.Index + 1
}

// Ref is how the form names its row: itself, or the one that it stands behind.
func (f *rowForm) Ref() int { return f.Index + 1 }

// A cellForm asks for one cell. How says which of the inputs counts.
type cellForm struct {
	Name   string // of its inputs
	Label  string
	Result bool
	How    []choice // * - !- =value several range raw
	Values []choice // to be ticked
	Not    bool
	From   string
	To     string
	Raw    string
	Ranged bool
	Fault  string
}

// What a cell may be beside a value.
const (
	howSeveral = "plusieurs"
	howRange   = "intervalle"
	howRaw     = "brut"
)

// rowEdited says which row is open in its editor: none, one that is there or a new one behind it.
type rowEdited struct {
	open, added bool
	index       int
	cells       []string // as they were sent; nil for as they are
}

// editorIn reads an address: ligne=3 opens the third row, apres=3 a new one behind it; cas= are its cells.
func editorIn(q url.Values) rowEdited {
	if n, err := strconv.Atoi(q.Get("apres")); err == nil {
		return rowEdited{open: true, added: true, index: n - 1}
	}
	if n, err := strconv.Atoi(q.Get("ligne")); err == nil {
		return rowEdited{open: true, index: n - 1}
	}
	return rowEdited{}
}

// open puts the editor where it belongs.
func (v *tableView) open(t tableRows, e rowEdited) {
	switch {
	case !e.open || e.index < -1 || e.index >= len(t.rows) || e.index < 0 && !e.added:
		return
	case e.added && t.last(e.index):
		e.index-- // nothing stands behind the last row
	}
	if !e.added {
		cells := t.rows[e.index]
		if e.cells != nil {
			cells = e.cells
		}
		v.Rules[e.index].Edit = v.rowForm(t, cells, e.index, false, t.last(e.index))
		return
	}
	cells := e.cells
	if cells == nil {
		cells = newCells(t, e.index)
	}
	f := v.rowForm(t, cells, e.index, true, false)
	if e.index < 0 {
		v.New = f
		return
	}
	v.Rules[e.index].After = f
}

// newCells are those of a new row: any case, with the results of the row above it.
func newCells(t tableRows, after int) []string {
	cells := slices.Repeat([]string{"*"}, len(t.columns))
	from := max(after, 0)
	if from < len(t.rows) && len(t.rows[from]) == t.width() {
		return append(cells, t.rows[from][len(t.columns):]...)
	}
	return append(cells, slices.Repeat([]string{"-"}, len(t.sets))...)
}

func (v *tableView) rowForm(t tableRows, cells []string, index int, added, last bool) *rowForm {
	f := &rowForm{Index: index, New: added, Last: last}
	for i := range t.width() {
		raw := "*"
		if i < len(cells) {
			raw = cells[i]
		}
		if i < len(t.columns) {
			f.Cells = append(f.Cells, v.words.cellForm(i, t.columns[i], raw))
			continue
		}
		f.Cells = append(f.Cells, v.words.resultForm(i, t.sets[i-len(t.columns)], raw))
	}
	return f
}

// cellForm asks for the cell of a column.
func (v *vocabulary) cellForm(i int, column, raw string) cellForm {
	values := v.of(column)
	f := cellForm{Name: "k" + itoa(i), Label: v.name(column), Ranged: v.ranged[column] || len(values) == 0, Raw: raw}
	c, err := flow.ReadCell(column, raw)
	how := howRaw
	switch {
	case err != nil:
		f.Fault = err.Error()
	case c.Any:
		how = "*"
	case c.Range:
		how, f.From, f.To = howRange, numbered(c.From), numbered(c.To)
		f.Ranged = true
	case !every(c.Values, values):
	case c.Empty && len(c.Values) == 0 && !c.Not:
		how = "-"
	case c.Empty && len(c.Values) == 0:
		how = "!-"
	case len(c.Values) == 1 && !c.Not && !c.Empty:
		how = sign + c.Values[0]
	default:
		how, f.Not = howSeveral, c.Not
	}
	f.How = []choice{{Value: "*", Label: "peu importe"}}
	for _, val := range values {
		f.How = append(f.How, choice{Value: sign + val.Value, Label: val.Label})
		f.Values = append(f.Values, choice{Value: val.Value, Label: val.Label, Picked: slices.Contains(c.Values, val.Value)})
	}
	f.How = append(f.How, choice{Value: "-", Label: "sans réponse"}, choice{Value: "!-", Label: "une réponse, peu importe laquelle"})
	if len(values) > 0 {
		f.Values = append(f.Values, choice{Value: "-", Label: "sans réponse", Picked: c.Empty})
		f.How = append(f.How, choice{Value: howSeveral, Label: "plusieurs, ou sauf…"})
	}
	if f.Ranged {
		f.How = append(f.How, choice{Value: howRange, Label: "de … à …"})
	}
	f.How = append(f.How, choice{Value: howRaw, Label: "écrire la case…"})
	pickOne(f.How, how)
	return f
}

// resultForm asks for what a row sets.
func (v *vocabulary) resultForm(i int, name, raw string) cellForm {
	f := cellForm{Name: "k" + itoa(i), Label: v.name(name), Result: true, Raw: raw}
	for _, val := range v.of(name) {
		f.How = append(f.How, choice{Value: sign + val.Value, Label: val.Label})
	}
	f.How = append(f.How, choice{Value: howRaw, Label: "autre valeur…"})
	if !pickOne(f.How, sign+raw) {
		pickOne(f.How, howRaw)
	}
	if strings.TrimSpace(raw) == "" {
		f.Fault = noValue
	}
	return f
}

func pickOne(all []choice, value string) bool {
	for i := range all {
		all[i].Picked = all[i].Value == value
	}
	return slices.ContainsFunc(all, func(c choice) bool { return c.Picked })
}

func every(words []string, known []choice) bool {
	return !slices.ContainsFunc(words, func(w string) bool {
		return !slices.ContainsFunc(known, func(c choice) bool { return c.Value == w })
	})
}

func numbered(n int) string {
	if n == 0 {
		return ""
	}
	return itoa(n)
}

// sentCells reads the editor of a row.
func sentCells(t tableRows, sent url.Values) []string {
	cells := make([]string, t.width())
	for i := range cells {
		name := "k" + itoa(i)
		how, given := sent[name]
		if !given { // the row for all other cases asks for its results alone
			cells[i] = "*"
			continue
		}
		cells[i] = sentCell(name, last(how), sent)
	}
	return cells
}

func sentCell(name, how string, sent url.Values) string {
	get := func(part string) string { return strings.TrimSpace(sent.Get(name + "." + part)) }
	if value, is := strings.CutPrefix(how, sign); is {
		return value
	}
	switch how {
	case howRaw:
		return get("brut")
	case howRange:
		made := rangeCell(get("de"), get("a"))
		if same(made, get("brut")) { // <16 and <=15 are one: what stood there stays
			return get("brut")
		}
		return made
	case howSeveral:
		values := strings.Join(sent[name+".v"], "|")
		switch {
		case values == "":
			return "*"
		case get("sauf") != "":
			return "!" + values
		}
		return values
	}
	return how
}

// same says whether two cells are the same range.
func same(a, b string) bool {
	x, err := flow.ReadCell("", a)
	y, err2 := flow.ReadCell("", b)
	return err == nil && err2 == nil && x.Range && y.Range && x.From == y.From && x.To == y.To
}

// rangeCell writes ages from one to another, both included; either may be left out.
func rangeCell(from, to string) string {
	switch {
	case from == "" && to == "":
		return "*"
	case to == "":
		return ">=" + from
	case from == "":
		return "<=" + to
	}
	return from + ".." + to
}

// noValue is said of an empty result.
const noValue = "il manque une valeur"

// unreadable is the first cell that cannot be, and why; -1 for none.
func unreadable(t tableRows, cells []string) (int, string) {
	for i, raw := range cells {
		if i >= len(t.columns) {
			if strings.TrimSpace(raw) == "" {
				return i, noValue
			}
			continue
		}
		if _, err := flow.ReadCell(t.columns[i], raw); err != nil {
			return i, cmp.Or(err.Error(), "cette case ne se lit pas")
		}
	}
	return -1, ""
}

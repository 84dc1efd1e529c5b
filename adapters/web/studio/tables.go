package studio

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/bot/workshop"
)

// tableRows is a decision table as the draft has it, whether or not it loads.
type tableRows struct {
	at            flow.Place
	title         string // its id where it has none
	columns, sets []string
	rows          [][]string
	above         []string // the comment over each row
	line          []int    // of each row in its file
}

func (t tableRows) width() int { return len(t.columns) + len(t.sets) }

// last says that a row takes all cases that are left: it stays at the end.
func (t tableRows) last(i int) bool {
	return i == len(t.rows)-1 && i >= 0 && len(t.rows[i]) == t.width() &&
		!slices.ContainsFunc(t.rows[i][:len(t.columns)], func(c string) bool { return c != "*" })
}

func tablePlace(id string) flow.Place { return flow.In("routing.yaml", "tables", id) }

func tablePath(id string) string { return "/studio/tables/" + url.PathEscape(id) }

func rowsIn(d *flow.Draft, id string) (t tableRows, found bool) {
	t.at = tablePlace(id)
	v, found := d.At(t.at.File, t.at.Path...)
	if !found {
		return t, false
	}
	t.title = cmp.Or(v.TextAt("title"), id)
	columns, _ := v.At("columns")
	sets, _ := v.At("sets")
	rows, _ := v.At("rows")
	t.columns, t.sets = columns.Texts(), sets.Texts()
	for i, row := range rows.Items() {
		t.rows = append(t.rows, row.Texts())
		t.above = append(t.above, rows.Above(itoa(i)))
		t.line = append(t.line, row.Pos().Line)
	}
	return t, true
}

// tablesView is the list of decision tables.
type tablesView struct {
	Tables  []tableCard
	Answers []choice // a first column
	Models  []choice // tables whose results a new one may have
}

type tableCard struct {
	ID, Title        string
	Columns, Sets    string
	Rows, Uses       int
	Errors, Warnings int
	Changed, New     bool
}

func (s *Studio) showTables(w http.ResponseWriter, r *http.Request) {
	state, c, is := s.opened(w, r)
	if !is {
		return
	}
	words := vocabularyOf(state.Draft)
	view := tablesView{Answers: words.columnChoices(nil)}
	tables, _ := state.Draft.At("routing.yaml", "tables")
	for _, id := range tables.Keys() {
		t, _ := rowsIn(state.Draft, id)
		card := tableCard{ID: id, Title: t.title, Rows: len(t.rows), Columns: words.names1(t.columns), Sets: words.names1(t.sets), Uses: len(state.Draft.Uses(flow.TableRecord, id))}
		card.New, card.Changed = s.sinceLive(state, id)
		for _, f := range c.Found() {
			switch {
			case tableOf(state.Draft, f) != id:
			case f.Severity == proof.Error:
				card.Errors++
			default:
				card.Warnings++
			}
		}
		view.Tables = append(view.Tables, card)
		view.Models = append(view.Models, choice{Value: id, Label: card.Title + " : " + lowered(card.Sets)})
	}
	s.show(w, r, "tables", page{Title: "Tables", Section: "/studio/tables", State: state, Checked: c, Body: view})
}

// names1 are answers in one phrase.
func (v *vocabulary) names1(answers []string) string {
	names := make([]string, len(answers))
	for i, a := range answers {
		names[i] = v.name(a)
		if i > 0 {
			names[i] = lowered(names[i])
		}
	}
	return strings.Join(names, ", ")
}

// sinceLive compares a table with the one of the live release.
func (s *Studio) sinceLive(state *workshop.State, id string) (added, changed bool) {
	live := s.Live().Tables[id]
	if live == nil {
		return true, false
	}
	t, _ := rowsIn(state.Draft, id)
	if !slices.Equal(live.Columns, t.columns) || !slices.Equal(live.Sets, t.sets) || len(live.Rows) != len(t.rows) {
		return false, true
	}
	for i, row := range live.Rows {
		if !slices.Equal(t.rows[i], rawRow(row)) {
			return false, true
		}
	}
	return false, false
}

// rawRow is a row as it is written.
func rawRow(row flow.Row) []string {
	all := make([]string, 0, len(row.When)+len(row.Values))
	for _, c := range row.When {
		all = append(all, c.Raw)
	}
	return append(all, row.Values...)
}

// tableOf is the table that a finding is about, or "".
func tableOf(d *flow.Draft, f proof.Finding) string {
	if f.Rule != nil {
		return f.Rule.Table
	}
	if f.Fault.Pos.File != "routing.yaml" {
		return ""
	}
	found := ""
	tables, _ := d.At("routing.yaml", "tables")
	for i, id := range tables.Keys() {
		if begins := tables.Items()[i].Pos(); begins.Line-1 <= f.Fault.Pos.Line { // its name is on the line before its first key
			found = id
		}
	}
	if reasons, is := d.At("routing.yaml", "reasons"); is && reasons.Pos().Line-1 <= f.Fault.Pos.Line && reasons.Pos().Line > tables.Pos().Line {
		return ""
	}
	return found
}

// tablePatience is how long a table waits for the proof: what it finds belongs in the grid.
const tablePatience = 800 * time.Millisecond

// showTable draws one table. In the address: the row that is being edited, or added, and a case that is tried.
func (s *Studio) showTable(w http.ResponseWriter, r *http.Request) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	s.drawTable(w, r, state, state, http.StatusOK, editorIn(r.URL.Query()))
}

// drawTable draws a table as a version of the draft has it, with what was sent still in its editor, where something
// was wrong with it.
func (s *Studio) drawTable(w http.ResponseWriter, r *http.Request, now, state *workshop.State, status int, open rowEdited) {
	id := r.PathValue("table")
	t, found := rowsIn(state.Draft, id)
	if !found {
		s.missing(w, r)
		return
	}
	c := s.checks.of(state.Draft)
	c.wait(tablePatience)
	v := s.tableView(r, state, c, id, t)
	v.open(t, open)
	p := page{Title: t.title, Section: "/studio/tables", State: now, Checked: s.checks.of(now.Draft), Body: v}
	s.render(w, r, status, "table", p)
}

// A tableView is one decision table being edited.
type tableView struct {
	form
	ID      string
	Title   string
	Own     string // the title that is written, "" where the id stands for it
	Heads   []headView
	Columns int // of the heads, those that are asked
	Rules   []ruleView
	Holes   []holeView
	Faults  []fault // of the whole table
	teller  teller
	NoLast  bool // no row takes what is left
	Counted bool // there is a column of real cases
	Counts  countState
	Uses    []usage
	Answers []choice // that a column may be added for
	Others  []choice // tables that may stand in for this one
	Try     *tryView
	New     *rowForm // a row that is being added in front of everything
	words   *vocabulary
	found   proof.Findings
}

// Span and SaidSpan are how many columns a heading takes, and a sentence beside a number.
func (v *tableView) Span() int { return v.SaidSpan() + 1 }

// SaidSpan is all columns but the numbers.
func (v *tableView) SaidSpan() int {
	if v.Counted {
		return len(v.Heads) + 1
	}
	return len(v.Heads)
}

// headView is one column.
type headView struct {
	Index       int
	Name, Label string
	Result      bool
	First       bool // of the results
	Removable   bool
	Faults      []fault
}

// ruleView is one row.
type ruleView struct {
	N, Index    int // from 1, from 0
	Above       string
	Cells       []cellView
	Reading     string
	Faults      []fault
	Hidden      string // why it is never reached, in a sentence
	Last        bool   // it takes all other cases
	First, Foot bool   // it cannot go up, or down
	Lit         bool   // it decides the case that is tried
	Why         string // it does not
	Count       string
	Bar         int // of 100
	Edit        *rowForm
	After       *rowForm // a row that is being added behind it
}

type cellView struct {
	ID     string
	Text   string
	Any    bool
	Result bool
	First  bool   // of the results
	Span   int    // of the last row's: it stands for all columns
	Fails  bool   // the case that is tried
	Bad    bool   // it cannot be read
	Path   string // of what a result names, "" where that is not changed by itself
}

// holeView is a case that no row takes.
type holeView struct {
	Text  string
	Cells []string // of a row that would take it
	Talk  []proof.Line
}

func (s *Studio) tableView(r *http.Request, state *workshop.State, c *checked, id string, t tableRows) *tableView {
	d := state.Draft
	v := &tableView{ID: id, Title: t.title, teller: teller{d: d}, Columns: len(t.columns), words: vocabularyOf(d), found: c.Found(),
		form: form{At: t.at, Version: state.ID, ETag: d.ETag(t.at.File, t.at.Path...), Back: tablePath(id)},
		Uses: usages(d, d.Uses(flow.TableRecord, id))}
	if q := caseQuery(r.URL.Query()); q != "" {
		v.Back += "?" + q
	}
	if v.Title != id {
		v.Own = v.Title
	}
	v.Answers = v.words.columnChoices(slices.Concat(t.columns, t.sets))
	v.Others = tablesBeside(d, id)
	v.heads(t)
	for i := range t.rows {
		v.Rules = append(v.Rules, v.rule(t, i))
	}
	v.NoLast = len(t.rows) == 0 || !t.last(len(t.rows)-1)
	var table *flow.Table
	if c.Bundle != nil {
		table = c.Bundle.Tables[id]
	}
	v.findings(d, t, table)
	v.Counted, v.Counts = s.reading != nil, s.counts.of(s)
	v.count(id, t)
	v.Try = s.try(r, c, table, v)
	return v
}

// tablesBeside are the other tables.
func tablesBeside(d *flow.Draft, id string) []choice {
	others := slices.DeleteFunc(picker{d: d}.records("routing.yaml", "tables", "title"), func(c choice) bool { return c.Value == id })
	return append([]choice{{Label: "—"}}, others...)
}

func (v *tableView) heads(t tableRows) {
	for i, name := range slices.Concat(t.columns, t.sets) {
		h := headView{Index: i, Name: name, Label: v.words.name(name), Result: i >= len(t.columns), First: i == len(t.columns)}
		h.Removable = h.Result && len(t.sets) > 1 || !h.Result && len(t.columns) > 1
		v.Heads = append(v.Heads, h)
	}
}

func (v *tableView) rule(t tableRows, i int) ruleView {
	row := t.rows[i]
	rule := ruleView{N: i + 1, Index: i, Above: t.above[i], Reading: v.words.reading(t, row), Last: t.last(i), First: i == 0}
	rule.Foot = rule.Last || i == len(t.rows)-1 || t.last(i+1)
	for k, raw := range row {
		cell := cellView{ID: "c-" + itoa(i) + "-" + itoa(k), Result: k >= len(t.columns), First: k == len(t.columns)}
		switch {
		case rule.Last && k == 0:
			cell.Text, cell.Span = "dans tous les autres cas", len(t.columns)
		case rule.Last && !cell.Result:
			continue
		case k >= t.width():
			cell.Text, cell.Bad = raw, true
		case cell.Result:
			cell.Text, cell.Path = v.words.label(t.sets[k-len(t.columns)], raw), v.words.path(t.sets[k-len(t.columns)], raw)
		default:
			_, err := flow.ReadCell(t.columns[k], raw)
			cell.Text, cell.Any, cell.Bad = v.words.cell(t.columns[k], raw), raw == "*", err != nil
		}
		rule.Cells = append(rule.Cells, cell)
	}
	return rule
}

// findings puts what was found where it is about. Which row hides another is known at once; the proof says
// the rest when it is done.
func (v *tableView) findings(d *flow.Draft, t tableRows, table *flow.Table) {
	for i := range v.Rules {
		if table == nil || len(table.Rows) != len(t.rows) {
			continue
		}
		if by := proof.Hider(table, i+1); by > 0 {
			v.Rules[i].Hidden = "Cette ligne ne sert jamais : la ligne " + itoa(by) + " prend déjà tous ses cas."
		}
	}
	for _, f := range v.found {
		if tableOf(d, f) == v.ID {
			v.place(t, f)
		}
	}
}

func (v *tableView) place(t tableRows, f proof.Finding) {
	said := v.teller.tell(f)
	said.Path, said.Field = "", "" // it stands where it is about
	at := cmp.Or(f.Rule, &proof.Rule{Row: slices.Index(t.line, f.Fault.Pos.Line) + 1})
	switch {
	case at.Case != nil:
		v.Holes = append(v.Holes, v.hole(t, at.Case, f))
	case at.Column != "" && slices.Contains(t.columns, at.Column):
		i := slices.Index(t.columns, at.Column)
		v.Heads[i].Faults = append(v.Heads[i].Faults, said)
	case at.Hider > 0:
		v.Rules[at.Row-1].Hidden = "Cette ligne ne sert jamais : la ligne " + itoa(at.Hider) + " prend déjà tous ses cas."
	case at.Row > 0 && at.Row <= len(v.Rules):
		v.Rules[at.Row-1].Faults = append(v.Rules[at.Row-1].Faults, said)
	default:
		v.Faults = append(v.Faults, said)
	}
}

// tableless takes the name of the table off a message that is shown inside it.
func tableless(message string) string {
	if rest, is := strings.CutPrefix(message, "table "); is {
		if _, said, is := strings.Cut(rest, " : "); is {
			return strings.ToUpper(said[:1]) + said[1:]
		}
	}
	return message
}

func (v *tableView) hole(t tableRows, values []string, f proof.Finding) holeView {
	h := holeView{Talk: f.Talk}
	var parts []string
	for i, column := range t.columns {
		if i >= len(values) {
			break
		}
		parts = append(parts, lowered(v.words.name(column))+" = "+v.words.label(column, values[i]))
		h.Cells = append(h.Cells, cmp.Or(values[i], "-"))
	}
	h.Text = strings.Join(parts, ", ")
	return h
}

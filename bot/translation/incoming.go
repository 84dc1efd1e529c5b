package translation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/bot/flow"
)

// Incoming is what a file would change, not yet saved.
type Incoming struct {
	Changes []Change
	Notes   []string // in French: what was understood otherwise than it is written, or left alone
}

func (in *Incoming) note(format string, args ...any) {
	if note := fmt.Sprintf(format, args...); len(in.Notes) < 100 && !slices.Contains(in.Notes, note) {
		in.Notes = append(in.Notes, note)
	}
}

// The columns of a table of translations.
const (
	idColumn, sourceColumn, textColumn, stateColumn, rereadColumn = "id", "français", "traduction", "état", "relu_par"
)

// CSV gives texts for a spreadsheet: see flow.WriteSheet. A form other than "other" has a line of its own:
// "engine.unit.days#one".
func (s *Set) CSV(texts []*Text) ([]byte, error) {
	lines := [][]string{{idColumn, sourceColumn, textColumn, stateColumn, rereadColumn}}
	for _, t := range texts {
		for _, form := range t.Wanted(s.Language) {
			id := t.ID
			if form != "other" {
				id += "#" + form
			}
			lines = append(lines, []string{id, t.sourceOf(form), formIn(t.Forms, form), string(t.State), t.Reviewed()})
		}
	}
	return flow.WriteSheet(lines)
}

// A tableReader reads one table of translations.
type tableReader struct {
	set    *Set
	today  time.Time
	in     *Incoming
	faults flow.Faults
	column map[string]int
	rows   map[string]*Change
}

// ReadCSV says what a table would change. The error is flow.Faults with the lines of the file.
func (s *Set) ReadCSV(data []byte, today time.Time) (*Incoming, error) {
	lines, notes, err := flow.ReadSheet(data)
	if err != nil {
		return nil, err
	}
	r := tableReader{set: s, today: today, in: &Incoming{Notes: notes}, column: map[string]int{}, rows: map[string]*Change{}}
	r.heads(lines[0])
	for _, line := range lines[1:] {
		if len(r.faults) < 50 && r.column[idColumn] >= 0 {
			r.line(line)
		}
	}
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	r.done()
	return r.in, nil
}

func (r *tableReader) fault(line, column int, format string, args ...any) {
	r.faults = append(r.faults, flow.Fault{Pos: flow.Pos{File: "CSV", Line: line, Column: column + 1}, Message: fmt.Sprintf(format, args...)})
}

// heads finds the columns by their names.
func (r *tableReader) heads(line flow.SheetLine) {
	names := map[string]string{"id": idColumn, "identifiant": idColumn, "francais": sourceColumn, "source": sourceColumn, "traduction": textColumn,
		"etat": stateColumn, "relu_par": rereadColumn, "relupar": rereadColumn}
	french, _ := Name(r.set.Language)
	names[bare(french)] = textColumn
	for _, name := range []string{idColumn, sourceColumn, textColumn, stateColumn, rereadColumn} {
		r.column[name] = -1
	}
	for i, cell := range line.Cells {
		name := names[bare(cell)]
		switch {
		case name == "" && cell != "":
			r.in.note("la colonne « %s » n'est pas lue", cell)
		case name != "" && r.column[name] >= 0:
			r.fault(line.Number, i, "la colonne « %s » est écrite deux fois", name)
		case name != "":
			r.column[name] = i
		}
	}
	for _, name := range []string{idColumn, textColumn} {
		if r.column[name] < 0 {
			r.fault(line.Number, 0, "il manque la colonne « %s » dans la première ligne", name)
		}
	}
}

// bare is a name without what spreadsheets and people vary.
func bare(name string) string {
	return strings.NewReplacer("é", "e", "ç", "c", " ", "", "\u00a0", "").Replace(strings.ToLower(strings.TrimSpace(name)))
}

func (r *tableReader) cell(line flow.SheetLine, name string) string {
	if i := r.column[name]; i >= 0 && i < len(line.Cells) {
		return line.Cells[i]
	}
	return ""
}

// line takes one line in.
func (r *tableReader) line(line flow.SheetLine) {
	id, form, plural := strings.Cut(r.cell(line, idColumn), "#")
	if !plural {
		form = "other"
	}
	t := r.set.byID[id]
	switch {
	case id == "":
		r.fault(line.Number, r.column[idColumn], "il manque l'identifiant : la première colonne dit de quel texte il s'agit")
		return
	case t == nil:
		r.fault(line.Number, r.column[idColumn], "le texte « %s » n'existe pas", id)
		return
	case !slices.Contains(allForms, form):
		r.fault(line.Number, r.column[idColumn], "la forme « %s » n'existe pas", form)
		return
	}
	text := r.cell(line, textColumn)
	if strings.Contains(text, "???") {
		r.fault(line.Number, r.column[textColumn], "le tableur a perdu des lettres de « %s » : enregistrez en « CSV UTF-8 »", id)
		return
	}
	for _, issue := range t.Check(form, text) {
		if issue.Wrong {
			r.fault(line.Number, r.column[textColumn], "« %s » : %s", id, issue.Message)
		} else {
			r.in.note("ligne %d, « %s » : %s", line.Number, id, issue.Message)
		}
	}
	r.take(line, t, form, text)
}

// take notes what a line wants. An empty cell wants nothing: no table takes a translation away.
func (r *tableReader) take(line flow.SheetLine, t *Text, form, text string) {
	c := r.rows[t.ID]
	if c == nil {
		c = &Change{ID: t.ID, Forms: slices.Clone(t.Forms), Hash: t.Hash, By: t.By, On: t.On}
		r.rows[t.ID] = c
	} else if form == "other" && other(c.Forms) != t.Other() {
		r.fault(line.Number, r.column[idColumn], "le texte « %s » est écrit deux fois", t.ID)
	}
	if text != "" {
		c.Forms = with(c.Forms, form, text)
	}
	if form != "other" {
		return
	}
	seen := t.French()
	if r.column[sourceColumn] >= 0 {
		seen = r.cell(line, sourceColumn)
	}
	state := bare(r.cell(line, stateColumn))
	if t.reworded(*c) || t.State == Stale && t.Has() && (state == "traduit" || state == "relu") {
		c.Hash = Hash(seen)
		if !sameWords(seen, t.French()) {
			r.in.note("ligne %d : le français de « %s » a changé depuis ; sa traduction sera « à revoir »", line.Number, t.ID)
		} else {
			c.Hash = t.SourceHash()
		}
	}
	r.reviewed(line, t, c)
}

func (r *tableReader) reviewed(line flow.SheetLine, t *Text, c *Change) {
	cell := r.cell(line, rereadColumn)
	if cell == "" || cell == t.Reviewed() { // no column, an empty cell and the same words say nothing new
		if t.reworded(*c) {
			c.By, c.On = "", ""
		}
		return
	}
	by, on, ok := reviewer(cell, r.today)
	if !ok {
		r.fault(line.Number, r.column[rereadColumn], "écrivez qui a relu et quand : Ana Ruiz, 2026-11-02")
	}
	c.By, c.On = by, on
}

// sameWords forgives what a spreadsheet does to spaces.
func sameWords(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

func with(forms []Form, name, text string) []Form {
	made := slices.Clone(forms)
	for i := range made {
		if made[i].Name == name {
			made[i].Text = text
			return made
		}
	}
	return append(made, Form{name, text})
}

// done keeps what changes something, in the order of the set.
func (r *tableReader) done() {
	for _, t := range r.set.Texts {
		if c := r.rows[t.ID]; c != nil && other(c.Forms) != "" && !t.Same(*c) {
			r.in.Changes = append(r.in.Changes, *c)
		}
	}
}

package flow

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
)

// TableCSV gives a decision table for a spreadsheet: a line of names (columns, then results), then the rows.
// Cells are separated by ";", as spreadsheets in French want them, in UTF-8 with a byte order mark. A
// cell that a spreadsheet would take for a formula, a number or a date ("-", "06", "16-17") has an
// apostrophe before it, which SetTableCSV takes away. The error is Faults.
func (d *Draft) TableCSV(table string) ([]byte, error) {
	at, err := d.tablePlace(table)
	if err != nil {
		return nil, err
	}
	v, _ := d.At(at.File, at.Path...)
	columns, _ := v.At("columns")
	sets, _ := v.At("sets")
	rows, _ := v.At("rows")
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	lines := [][]string{slices.Concat(columns.Texts(), sets.Texts())}
	for _, row := range rows.Items() {
		lines = append(lines, row.Texts())
	}
	for _, line := range lines {
		cells := make([]string, len(line))
		for i, c := range line {
			cells[i] = guarded(c)
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func (d *Draft) tablePlace(table string) (Place, error) {
	for _, m := range d.index().of(TableRecord, table) {
		if m.declares {
			return m.at, nil
		}
	}
	return Place{}, Faults{{Message: "la table " + quote(table) + " n'existe pas"}}
}

// misreadCell finds what spreadsheets make something else of: formulas, numbers that begin with 0 or are
// long, dates, powers of ten, truth.
var misreadCell = regexp.MustCompile(`(?i)^(?:[=+\-@'\t\r]|0[0-9]|[0-9]{12}|[0-9]+ ?[-/.:,e][0-9 ]|(?:true|false|vrai|faux)$)`)

func guarded(cell string) string {
	if misreadCell.MatchString(cell) {
		return "'" + cell
	}
	return cell
}

// unguarded takes the apostrophe away that guarded put, straight or as a spreadsheet curls it.
func unguarded(cell string) string {
	for _, mark := range []string{"'", "’", "‘"} {
		if rest, ok := strings.CutPrefix(cell, mark); ok && misreadCell.MatchString(rest) {
			return rest
		}
	}
	return cell
}

// SetTableCSV writes the rows of a decision table from a file that a spreadsheet has saved. Notes say in
// French what was understood otherwise than it is written. A row that was there before keeps its
// comments. Columns may be added or left out, before the first result. The error is Faults with the lines of
// the file and their columns.
func (d *Draft) SetTableCSV(table string, data []byte) (made *Draft, notes []string, err error) {
	at, err := d.tablePlace(table)
	if err != nil {
		return nil, nil, err
	}
	v, _ := d.At(at.File, at.Path...)
	sets, _ := v.At("sets")
	r := sheetReader{sets: sets.Texts()}
	s := r.read(data)
	if len(r.faults) > 0 {
		return nil, nil, r.faults.sorted()
	}
	rows, _ := v.At("rows")
	changes := []Change{SetList(at.below("columns"), s.head[:s.sets]...), SetList(at.below("sets"), s.head[s.sets:]...),
		{do: setRows, at: at.below("rows"), rows: kept(rows.n, s.rows)}}
	made, err = d.Edit(changes...)
	return made, r.notes, err
}

// kept are the entries of rows: those that were there before, and new ones in place of what changed
// between them, with the comments of the rows they replace.
func kept(before *node, rows [][]string) []*entry {
	old := before.list()
	texts := make([]string, len(old))
	for i, e := range old {
		texts[i] = strings.Join(e.value.strings(), "\x00")
	}
	made := make([]*entry, len(rows))
	from := 0 // in old
	for i := 0; i < len(rows); {
		same := slices.Index(texts[from:], strings.Join(rows[i], "\x00"))
		if same < 0 || same > 0 && later(texts[from:from+same], rows[i+1:]) {
			made[i] = &entry{value: rowNode(rows[i])}
			if from < len(old) && !slices.ContainsFunc(rows[i+1:], func(r []string) bool { return strings.Join(r, "\x00") == texts[from] }) {
				made[i].lead, made[i].trail = old[from].lead, old[from].trail
				from++
			}
			i++
			continue
		}
		made[i] = old[from+same]
		if same > 0 && len(made[i].lead) == 0 { // the rows before it are gone: their heading is not
			e := *made[i]
			for _, gone := range old[from : from+same] {
				if len(gone.lead) > 0 {
					e.lead = gone.lead
				}
			}
			made[i] = &e
		}
		from += same + 1
		i++
	}
	return made
}

// later says that a row which would be passed over is still to come: the present one was moved up.
func later(passed []string, rows [][]string) bool {
	return slices.ContainsFunc(rows, func(r []string) bool { return slices.Contains(passed, strings.Join(r, "\x00")) })
}

func rowNode(cells []string) *node {
	n := &node{kind: sequence}
	for _, c := range cells {
		n.entries = append(n.entries, &entry{value: textNode(c, rowShape.each)})
	}
	return n
}

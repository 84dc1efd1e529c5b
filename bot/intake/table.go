package intake

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// table reads cells in lines, the first of which names the columns. Commas, semicolons and tabs are all in
// use: the one that the first line has most of separates.
func (r *run) table(t *text, take func(*record)) error {
	from := bufio.NewReaderSize(t, 64<<10)
	first, err := from.Peek(from.Size())
	if err != nil && !errors.Is(err, io.EOF) && len(first) == 0 {
		return err
	}
	lines := csv.NewReader(from)
	lines.Comma, lines.FieldsPerRecord, lines.ReuseRecord = separator(first), -1, true
	names, err := lines.Read()
	if err != nil {
		return fmt.Errorf("la première ligne ne se lit pas (%w)", err)
	}
	columns := make([]string, len(names))
	for i, name := range names {
		columns[i] = strings.ToLower(strings.TrimSpace(name))
	}
	for {
		cells, err := lines.Read()
		var fault *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &fault):
			r.report.Read++
			r.refuse(fault.Line, "les guillemets de cette ligne ne se ferment pas, ou s'ouvrent au milieu d'une case ; les doubler")
			continue
		case err != nil:
			return err
		}
		line, _ := lines.FieldPos(0)
		if err := r.one(row(line, columns, cells), take); err != nil {
			return err
		}
	}
}

// row is one line as a record; a line that is longer or shorter than the first is refused.
func row(line int, columns, cells []string) *record {
	rec := &record{line: line, values: make(map[string]any, len(columns)), cells: true}
	if len(cells) != len(columns) {
		rec.refuse("cette ligne a %d cases, la première en a %d ; vérifier les séparateurs et les guillemets", len(cells), len(columns))
		return rec
	}
	for i, cell := range cells {
		rec.values[columns[i]] = strings.TrimSpace(cell)
	}
	return rec
}

func separator(text []byte) rune {
	first, _, _ := strings.Cut(string(text), "\n")
	best := ','
	for _, sign := range []rune{';', '\t'} {
		if strings.Count(first, string(sign)) > strings.Count(first, string(best)) {
			best = sign
		}
	}
	return best
}

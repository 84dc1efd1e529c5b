package flow

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// A SheetLine is one line of a file that a spreadsheet has saved. Number is where it begins, from 1; a cell
// may have lines of its own.
type SheetLine struct {
	Number int
	Cells  []string
}

// ReadSheet reads a file of texts as spreadsheets save it: with or without a byte order mark, in UTF-8 or in
// Windows-1252, with ";", "," or tabs between the cells. The apostrophes of WriteSheet are taken away; the
// texts are otherwise as they stand. Lines that say nothing are left out. Notes say in French what was
// understood otherwise than it is written. The error is Faults with the lines of the file.
func ReadSheet(data []byte) (lines []SheetLine, notes []string, err error) {
	var r sheetReader
	text, ok := r.decode(data)
	if !ok {
		return nil, nil, r.faults
	}
	skipped := 0
	if first, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(strings.ToLower(strings.Trim(first, "\"\r ")), "sep=") {
		text, skipped = rest, 1
	}
	c := csv.NewReader(strings.NewReader(text))
	c.Comma, c.FieldsPerRecord = separator(text), -1
	if c.Comma != ';' {
		r.note("les cases étaient séparées par %q, et non par \";\"", c.Comma)
	}
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.syntax(err, skipped)
			return nil, nil, r.faults
		}
		number, _ := c.FieldPos(0)
		for i := range cells {
			cells[i] = unguarded(strings.TrimSpace(cells[i]))
		}
		if strings.Join(cells, "") == "" {
			continue
		}
		if lines = append(lines, SheetLine{number + skipped, cells}); len(lines) > maxRows {
			r.fault(number+skipped, 1, "il y a plus de %d lignes", maxRows)
			return nil, nil, r.faults
		}
	}
	if len(lines) == 0 {
		r.fault(1, 1, "le fichier est vide : la première ligne donne les noms des colonnes")
		return nil, nil, r.faults
	}
	return lines, r.notes, nil
}

// WriteSheet writes lines of texts for a spreadsheet in French: see TableCSV.
func WriteSheet(lines [][]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
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

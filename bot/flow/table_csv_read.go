package flow

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxRows is how many rows a table read from a file may have.
const maxRows = 5000

// A sheet is what a spreadsheet's file says: a line of names, of which sets is the first result, and rows
// of as many cells.
type sheet struct {
	head []string
	sets int
	rows [][]string
}

// A sheetReader reads one file and forgives what spreadsheets do to it.
type sheetReader struct {
	sets   []string // the results that the table has
	faults Faults
	notes  []string
	said   map[string]bool
}

func (r *sheetReader) fault(line, column int, format string, args ...any) {
	r.faults.add(Fault{Pos: Pos{"CSV", line, column}, Message: fmt.Sprintf(format, args...)})
}

func (r *sheetReader) note(format string, args ...any) {
	if said := fmt.Sprintf(format, args...); !r.said[said] && len(r.notes) < 100 {
		if r.said == nil {
			r.said = map[string]bool{}
		}
		r.said[said] = true
		r.notes = append(r.notes, said)
	}
}

func (r *sheetReader) read(data []byte) sheet {
	text, ok := r.decode(data)
	if !ok {
		return sheet{}
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
	var s sheet
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.syntax(err, skipped)
			return s
		}
		line, _ := c.FieldPos(0)
		r.line(&s, line+skipped, cells)
		if len(s.rows) > maxRows {
			r.fault(line+skipped, 1, "il y a plus de %d lignes", maxRows)
			return s
		}
	}
	switch {
	case len(r.faults) > 0:
	case s.head == nil:
		r.fault(1, 1, "le fichier est vide : la première ligne donne les noms des colonnes")
	case len(s.rows) == 0:
		r.fault(1, 1, "il n'y a aucune ligne sous les noms des colonnes")
	}
	return s
}

// decode gives the text of a file, whatever a spreadsheet has saved it as.
func (r *sheetReader) decode(data []byte) (string, bool) {
	switch {
	case len(data) > maxSize:
		r.fault(0, 0, "le fichier est trop gros (%d ko ; la limite est %d ko)", len(data)>>10, maxSize>>10)
		return "", false
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		r.fault(1, 1, "le fichier est en UTF-16 : enregistrez-le en « CSV UTF-8 »")
		return "", false
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		r.fault(1, 1, "c'est un classeur de tableur : enregistrez-le en « CSV UTF-8 »")
		return "", false
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	if !utf8.ValidString(text) {
		text = windows1252(text)
		r.note("le fichier n'était pas en UTF-8 : il a été lu comme du Windows-1252 ; vérifiez les accents")
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	clean := func(c rune) bool { return unprintable(c) && c != utf8.RuneError }
	if i := strings.IndexFunc(text, clean); i >= 0 {
		r.fault(strings.Count(text[:i], "\n")+1, 1, "la ligne contient des signes qui ne sont pas du texte")
		return "", false
	}
	return text, true
}

// windows1252 reads bytes as old French spreadsheets write them.
func windows1252(text string) string {
	const high = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ" // 0x80 to 0x9f
	table := []rune(high)
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 0x80 && c < 0xa0:
			b.WriteRune(table[c-0x80])
		default:
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}

// separator is what stands between the names of the first line.
func separator(text string) rune {
	text = strings.TrimLeft(text, "\n")
	first, _, _ := strings.Cut(text, "\n")
	best, most := ';', strings.Count(first, ";")
	for _, c := range []rune{'\t', ','} {
		if n := strings.Count(first, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

func (r *sheetReader) syntax(err error, skipped int) {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		r.fault(1, 1, "le fichier n'est pas lisible comme un tableau")
		return
	}
	message := `un guillemet est seul dans une case : doublez-le ("")`
	if errors.Is(p.Err, csv.ErrQuote) {
		message = "un guillemet ouvert n'est pas fermé"
	}
	r.fault(p.StartLine+skipped, p.Column, "%s", message)
}

// line takes one line in: the first that says something gives the names.
func (r *sheetReader) line(s *sheet, line int, cells []string) {
	for i := range cells {
		cells[i] = tidy(cells[i])
	}
	for len(cells) > 0 && cells[len(cells)-1] == "" && (s.head == nil || len(cells) > len(s.head)) {
		cells = cells[:len(cells)-1]
	}
	if !slices.ContainsFunc(cells, func(c string) bool { return c != "" }) {
		return
	}
	if s.head == nil {
		s.head = cells
		r.heads(s, line)
		return
	}
	if len(cells) != len(s.head) {
		r.fault(line, len(cells)+1, "%s, mais il en faut %d", plural(len(cells), "case"), len(s.head))
		return
	}
	for i, c := range cells {
		if c == "" {
			r.fault(line, i+1, `la case de la colonne %q est vide : écrivez * (peu importe) ou - (pas de réponse)`, s.head[i])
		}
		cells[i] = r.codes(line, s.head[i], c)
	}
	s.rows = append(s.rows, cells)
}

// heads checks the names: every result of the table, behind all columns.
func (r *sheetReader) heads(s *sheet, line int) {
	s.sets = len(s.head)
	for i, name := range s.head {
		switch {
		case name == "":
			r.fault(line, i+1, "la colonne %d n'a pas de nom", i+1)
		case slices.Contains(s.head[:i], name):
			r.fault(line, i+1, "la colonne %q est écrite deux fois", name)
		case slices.Contains(r.sets, name):
			s.sets = min(s.sets, i)
		case i > s.sets:
			r.fault(line, i+1, "la colonne %q est après un résultat (%q) : mettez-la avant", name, s.head[s.sets])
		}
	}
	for _, name := range r.sets {
		if !slices.Contains(s.head, name) {
			r.fault(line, len(s.head), "il manque le résultat %q dans la première ligne%s", name, instead(name, s.head))
		}
	}
	if s.sets == 0 {
		r.fault(line, 1, "il faut au moins une colonne avant les résultats")
	}
}

// tidy takes back what spreadsheets do to a cell: curled quotation marks, hard spaces, long dashes.
func tidy(cell string) string {
	cell = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\n", " ", "\t", " ").Replace(cell)
	cell = unguarded(unquoted(strings.TrimSpace(cell)))
	switch strings.TrimPrefix(cell, "!") {
	case "–", "—", "−":
		return strings.TrimSuffix(cell, strings.TrimPrefix(cell, "!")) + "-"
	}
	return strings.ReplaceAll(cell, "…", "..")
}

// unquoted takes away the quotation marks around a whole cell.
func unquoted(cell string) string {
	for _, pair := range [][2]string{{"“", "”"}, {"«", "»"}, {"„", "“"}, {"”", "”"}, {`"`, `"`}, {`="`, `"`}} {
		inside, opens := strings.CutPrefix(cell, pair[0])
		inside, closes := strings.CutSuffix(inside, pair[1])
		if opens && closes {
			return unquoted(strings.TrimSpace(inside))
		}
	}
	return cell
}

// codes gives départements back the zero that a spreadsheet took: 6 is 06.
func (r *sheetReader) codes(line int, column, cell string) string {
	if !strings.HasSuffix(column, ".departement") {
		return cell
	}
	body, not := strings.CutPrefix(cell, "!")
	parts := strings.Split(body, "|")
	for i, p := range parts {
		if p = strings.TrimSpace(p); len(p) == 1 && p >= "1" && p <= "9" {
			parts[i] = "0" + p
			r.note("ligne %d, colonne %q : %q a été lu comme %q", line, column, p, parts[i])
		}
	}
	if body = strings.Join(parts, "|"); not {
		return "!" + body
	}
	return body
}

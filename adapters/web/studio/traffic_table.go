package studio

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"frontdesk/adapters/web"
	"frontdesk/bot/tally"
)

// A statTable is one table of figures, on the page and as a file: both say the same.
type statTable struct {
	ID, Title, Lead string
	Columns         []statColumn
	Rows            []statRow
	Empty           string // said instead of rows
	Folded          int    // rows beyond those that are shown at once
}

// A statColumn has the name of the page and that of the file.
type statColumn struct {
	Label  string
	Name   string // in the file
	Doc    string // what it holds
	Number bool
}

// A statRow is one line.
type statRow struct {
	Cells []statCell
	Late  bool // shown only on demand
}

// A statCell is one figure or name.
type statCell struct {
	Text  string
	File  string // as it stands in the file
	Link  string
	Count bool    // it is a number
	Key   float64 // by which numbers are sorted
	Bar   int     // 0 to 100, drawn behind; -1 for none
	Quiet bool    // hidden, or of no weight
}

func word(text, file string) statCell { return statCell{Text: text, File: file, Bar: -1} }

// figure is a number as it may be seen.
func figure(n tally.Shown) statCell {
	return statCell{Text: brief(n), File: n.String(), Count: true, Key: float64(n), Bar: -1, Quiet: !n.Known() || n == 0}
}

// seen says a number that may be hidden.
func seen(n tally.Shown) string {
	switch n {
	case tally.Few:
		return "moins de " + strconv.Itoa(tally.Fewest)
	case tally.Masked:
		return "masqué"
	}
	return grouped(int(n))
}

// brief is how a table says it.
func brief(n tally.Shown) string {
	if n == 0 {
		return "aucun"
	}
	if n == tally.Few {
		return "<\u202f" + strconv.Itoa(tally.Fewest)
	}
	return seen(n)
}

// grouped writes a number as French does, with thin spaces that do not break.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "\u202f" + text[i:]
	}
	return text
}

// share is a part of a whole, both as they may be seen.
func share(part, whole tally.Shown) statCell {
	x, known := tally.Share(part, whole)
	if !known {
		return statCell{Text: "–", Count: true, Key: -1, Bar: -1, Quiet: true}
	}
	n := percent(x)
	return statCell{Text: strconv.Itoa(n) + "\u202f%", File: strconv.Itoa(n), Count: true, Key: x, Bar: n}
}

func percent(x float64) int { return int(x*100 + .5) }

// lasted says a duration as people do.
func lasted(d time.Duration) string {
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d.Seconds())) + "\u00a0s"
	case d < time.Hour:
		return strings.TrimSuffix(strconv.Itoa(int(d.Minutes()))+"\u00a0min "+strconv.Itoa(int(d.Seconds())%60)+"\u00a0s", " 0\u00a0s")
	case d < 48*time.Hour:
		return strings.TrimSuffix(strconv.Itoa(int(d.Hours()))+"\u00a0h "+strconv.Itoa(int(d.Minutes())%60), " 0")
	}
	return strconv.Itoa(int(d.Hours()+12)/24) + "\u00a0jours"
}

// mostAtOnce are the rows that a page shows before it is asked for more.
const mostAtOnce = 15

// fold marks the rows beyond the first ones.
func (t statTable) fold() statTable {
	for i := range t.Rows {
		if i >= mostAtOnce {
			t.Rows[i].Late = true
			t.Folded++
		}
	}
	return t
}

// trafficFile sends the table that a file is named after.
func (s *Studio) trafficFile(w http.ResponseWriter, r *http.Request) {
	id, is := strings.CutSuffix(r.PathValue("file"), ".csv")
	view := s.traffic(r)
	if view.Reading {
		w.Header().Set("Retry-After", "5")
		s.stop(w, r, http.StatusServiceUnavailable, "Les chiffres sont en cours de lecture. Réessayez dans un instant.")
		return
	}
	for _, t := range view.Tables {
		if is && t.ID == id {
			body, err := t.file()
			if err != nil {
				s.failed(w, r, "write a table", err)
				return
			}
			w.Header().Set("Content-Type", "text/csv; charset=utf-8")
			w.Header().Set("Content-Disposition", `attachment; filename="`+t.ID+`_`+view.Asked.From.Format(time.DateOnly)+`_`+view.Asked.To.Format(time.DateOnly)+`.csv"`)
			w.Header().Set("Cache-Control", "no-store")
			_, _ = w.Write(body) // the client is gone if this fails
			return
		}
	}
	web.Problem(w, http.StatusNotFound, web.Sentence(http.StatusNotFound))
}

// file is the table for a spreadsheet in French: semicolons, and the mark by which it knows UTF-8.
func (t *statTable) file() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	var head []string
	for _, c := range t.Columns {
		head = append(head, c.Name)
	}
	rows := [][]string{head}
	for _, r := range t.Rows {
		var row []string
		for _, c := range r.Cells {
			row = append(row, inert(c.File))
		}
		rows = append(rows, row)
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

// inert keeps a spreadsheet from taking a text for a formula.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

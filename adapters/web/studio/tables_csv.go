package studio

import (
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// A csvView is a table that came from a spreadsheet, before it is saved.
type csvView struct {
	form
	ID      string
	Title   string
	Text    string
	Sum     string    // 3 lignes ajoutées, 1 changée
	Items   []csvItem // what would change
	Notes   []string  // what was understood otherwise than it is written
	Refused []csvFault
	Wrong   []fault // once it is saved
}

// csvItem is one difference: a row is read as a sentence.
type csvItem struct{ What, Was, Is string }

// csvItems says the differences between two drafts of a table.
func csvItems(id string, items []change.Item, was, is *flow.Draft) []csvItem {
	words := vocabularyOf(is)
	before, _ := rowsIn(was, id)
	after, _ := rowsIn(is, id)
	all := make([]csvItem, len(items))
	for i, item := range items {
		said := item.What
		if _, short, is := strings.Cut(said, " » : "); is {
			said = short
		}
		row, is := strings.CutPrefix(said, "lignes : ")
		all[i] = csvItem{strings.ToUpper(row[:1]) + row[1:], item.Was, item.Is}
		if is {
			all[i].Was, all[i].Is = words.read(before, item.Was), words.read(after, item.Is)
		}
	}
	return all
}

// read gives a row that is written as a list, one cell a line, as a sentence.
func (v *vocabulary) read(t tableRows, row string) string {
	var cells []string
	for l := range strings.Lines(row) {
		cell := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(l), "- "))
		if plain, err := strconv.Unquote(cell); err == nil {
			cell = plain
		}
		cells = append(cells, cell)
	}
	if len(cells) != t.width() {
		return row
	}
	return v.reading(t, cells)
}

// csvFault is what cannot be read, and where.
type csvFault struct {
	Line, Column int
	Message      string
}

// giveCSV sends a table as a file for a spreadsheet.
func (s *Studio) giveCSV(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("table")
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	if !state.Draft.Has(flow.TableRecord, id) {
		s.missing(w, r)
		return
	}
	data, err := state.Draft.TableCSV(id)
	if err != nil {
		s.failed(w, r, "write a table as CSV", err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+id+`.csv"`)
	_, _ = w.Write(data) // the client is gone if this fails
}

// takeCSV reads a file or a text from a spreadsheet, and shows what it would change; sent again from there,
// it is saved.
func (s *Studio) takeCSV(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("table")
	data, err := sentCSV(r)
	if err != nil {
		s.stop(w, r, http.StatusRequestEntityTooLarge, "Ce fichier ne peut pas être lu : il est trop gros, ou incomplet. La limite est 1 Mo.")
		return
	}
	if r.PostForm.Get("do") == "confirmer" {
		err := s.saveTable(r, workshop.JournalImported, id, "table « "+s.tableName(id)+" » : reprise d'un tableur", func(d *flow.Draft) (*flow.Draft, error) {
			made, _, err := d.SetTableCSV(id, data)
			return made, err
		})
		s.savedTable(w, r, err, tablePath(id))
		return
	}
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	at := tablePlace(id)
	t, _ := rowsIn(state.Draft, id)
	v := csvView{ID: id, Title: t.title, form: form{At: at, Version: state.ID, ETag: state.Draft.ETag(at.File, at.Path...), Back: tablePath(id)}}
	if v.ETag == "" {
		s.missing(w, r)
		return
	}
	s.previewCSV(w, r, state, v, data)
}

func (s *Studio) previewCSV(w http.ResponseWriter, r *http.Request, state *workshop.State, v csvView, data []byte) {
	made, notes, err := state.Draft.SetTableCSV(v.ID, data)
	v.Text = readable(data)
	status := http.StatusOK
	if faults, is := errors.AsType[flow.Faults](err); is {
		status = http.StatusUnprocessableEntity
		for _, f := range faults {
			v.Refused = append(v.Refused, csvFault{f.Pos.Line, f.Pos.Column, ended((&teller{d: state.Draft}).quoted(f.Message, flow.Place{}))})
		}
	} else if err != nil {
		s.failed(w, r, "read a table from CSV", err)
		return
	} else {
		items := change.Between(state.Draft, made)
		v.Notes, v.Sum, v.Items = notes, summed(items), csvItems(v.ID, items, state.Draft, made)
		v.Wrong = s.worse(state.Draft, made)
		if plain, err := made.TableCSV(v.ID); err == nil { // as it was understood: that is what is confirmed
			v.Text = readable(plain)
		}
	}
	c := s.checks.of(state.Draft)
	c.wait(patience)
	s.render(w, r, status, "table-csv", page{Title: "Reprise d'un tableur", Section: "/studio/tables", State: state, Checked: c, Body: v})
}

// worse is what would be wrong with a draft that was not before.
func (s *Studio) worse(was, is *flow.Draft) []fault {
	said := map[string]bool{}
	t := teller{d: is}
	tell := func(d *flow.Draft) (all []fault) {
		if _, err := s.checks.bundle(d); err != nil {
			for _, f := range faults(err) {
				if told := t.tell(f); !said[told.Message] {
					all, said[told.Message] = append(all, told), true
				}
			}
		}
		return all
	}
	tell(was)
	return tell(is)
}

// readable is a file as a text box can show it: one that is not UTF-8 letter by letter.
func readable(data []byte) string {
	text := strings.TrimPrefix(string(data), "\ufeff")
	if utf8.ValidString(text) {
		return text
	}
	letters := make([]rune, len(data))
	for i, b := range data {
		letters[i] = rune(b)
	}
	return string(letters)
}

// mostFile bounds a file; the draft takes no larger one.
const mostFile = 1 << 20

// sentCSV is what was sent: a file before a text. A file in an old encoding is taken as text from here on.
func sentCSV(r *http.Request) ([]byte, error) {
	if err := r.ParseMultipartForm(mostFile); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, err
	}
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }() // nothing is on disk below mostFile
	}
	file, head, err := r.FormFile("fichier-csv")
	if err == nil {
		defer func() { _ = file.Close() }() // it was read
		if head.Size > mostFile {
			return nil, errors.New("the file is too large")
		}
		if data, err := io.ReadAll(file); err != nil || len(data) > 0 {
			return data, err
		}
	}
	return []byte(r.PostFormValue("texte")), nil
}

// aboutRow says whether a change is one of a row: all others are of the columns.
func aboutRow(i change.Item) bool { return rowNumber.MatchString(i.What) }

// rowNumber is how a row is named where changes are told.
var rowNumber = regexp.MustCompile(` : ligne [0-9]+ `)

// summed counts what changes, in words: 3 lignes ajoutées, 1 changée.
func summed(items []change.Item) string {
	n := map[change.Kind]int{}
	columns := 0
	for _, i := range items {
		if aboutRow(i) {
			n[i.Kind]++
		} else {
			columns++
		}
	}
	var parts []string
	for _, k := range []struct {
		kind      change.Kind
		one, more string
	}{{change.Added, "ajoutée", "ajoutées"}, {change.Changed, "changée", "changées"}, {change.Removed, "retirée", "retirées"}, {change.Moved, "déplacée", "déplacées"}} {
		if n[k.kind] == 0 {
			continue
		}
		noun := ""
		if len(parts) == 0 {
			noun = map[bool]string{true: "ligne ", false: "lignes "}[n[k.kind] == 1]
		}
		parts = append(parts, plural(n[k.kind], noun+k.one, noun+k.more))
	}
	if columns > 0 {
		parts = append(parts, "colonnes changées")
	}
	return strings.Join(parts, ", ")
}

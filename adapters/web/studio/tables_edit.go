package studio

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"frontdesk/adapters/web"
	"frontdesk/bot/flow"
	"frontdesk/bot/workshop"
)

// A tableEdit is what one form does to a table.
type tableEdit struct {
	table string
	sent  url.Values
}

// errCell says that a cell cannot be what was sent.
type errCell struct{ why string }

func (e errCell) Error() string { return e.why }

// changeTable takes what the grid sent: the row that was being written, and what a button asks for.
func (s *Studio) changeTable(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	e := tableEdit{r.PathValue("table"), r.PostForm}
	err := s.saveTable(r, workshop.JournalSaved, e.table, "table « "+s.tableName(e.table)+" » : "+e.what(), e.on)
	if bad, is := errors.AsType[errCell](err); is {
		s.Log.Debug("a cell was refused", "why", bad.why)
		s.redrawTable(w, r, e)
		return
	}
	s.savedTable(w, r, err, backTo(r.PostForm.Get("retour"))+e.anchor())
}

// redrawTable shows a row that was refused again, in the table that it was written in: what somebody else has made
// of that meanwhile, nobody has seen here, and its rows may have other numbers.
func (s *Studio) redrawTable(w http.ResponseWriter, r *http.Request, e tableEdit) {
	now, err := s.Workshop.Open(r.Context())
	was, at := now, tablePlace(e.table)
	if err == nil && e.sent.Get("etag") != now.Draft.ETag(at.File, at.Path...) {
		was, err = s.Workshop.Version(r.Context(), e.sent.Get("version"))
	}
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	t, _ := rowsIn(was.Draft, e.table)
	open := editorIn(e.sent)
	open.cells = sentCells(t, e.sent)
	s.drawTable(w, r, now, was, http.StatusUnprocessableEntity, open)
}

// Written is the table as its file has it.
func (v *tableView) Written() string { return v.teller.d.Record(v.At.File, "tables", v.ID) }

// saveTable changes one table of the draft as it is now. Where somebody else has changed it since the page
// was drawn, both changes are kept if they can be, and otherwise nothing is.
func (s *Studio) saveTable(r *http.Request, deed, id, what string, do func(*flow.Draft) (*flow.Draft, error)) error {
	at := tablePlace(id)
	_, err := s.Workshop.SaveAs(r.Context(), author(r), deed, what, func(now *workshop.State) (*flow.Draft, error) {
		return s.together(r.Context(), now, at, r.PostForm, do)
	})
	return err
}

// savedTable answers a save.
func (s *Studio) savedTable(w http.ResponseWriter, r *http.Request, err error, then string) {
	if c, is := errors.AsType[*conflict](err); is {
		s.showConflict(w, r, c)
		return
	}
	if faults, is := errors.AsType[flow.Faults](err); is {
		s.stop(w, r, http.StatusUnprocessableEntity, impossible(faults[0]))
		return
	}
	if inUse, is := errors.AsType[*flow.InUse](err); is {
		s.render(w, r, http.StatusConflict, "inuse", page{Title: "Encore utilisé", Section: "/studio/tables", Body: inUse})
		return
	}
	if err != nil {
		s.failed(w, r, "change a table", err)
		return
	}
	s.done(w, r, then, "enregistre")
}

// verb is what a button asks for, and the number of the row or column, from 0; -1 for none.
func (e tableEdit) verb() (string, int) {
	verb, n, _ := strings.Cut(e.sent.Get("do"), ":")
	i, err := strconv.Atoi(n)
	if err != nil {
		i = -1
	}
	return verb, i
}

// what says in the history what was done.
func (e tableEdit) what() string {
	verb, i := e.verb()
	said := map[string]string{"monter": "montée", "descendre": "descendue", "copier": "copiée", "retirer": "retirée"}
	switch {
	case said[verb] != "":
		return "ligne " + itoa(i+1) + " " + said[verb]
	case verb == "derniere" || verb == "cas" || e.sent.Has("apres"):
		return "ligne ajoutée"
	case verb == "retirer-colonne":
		return "colonne retirée"
	case verb == "ajouter-colonne":
		return "colonne ajoutée"
	}
	return "ligne " + e.sent.Get("ligne") + " changée"
}

// anchor is the row that was worked on.
func (e tableEdit) anchor() string {
	verb, i := e.verb()
	switch verb {
	case "monter":
		return "#ligne-" + itoa(max(i, 1))
	case "descendre", "copier":
		return "#ligne-" + itoa(i+2)
	case "retirer":
		return "#ligne-" + itoa(i+1)
	}
	if n, err := strconv.Atoi(e.sent.Get("apres")); err == nil {
		return "#ligne-" + itoa(n+1)
	}
	if n := e.sent.Get("ligne"); n != "" {
		return "#ligne-" + url.PathEscape(n)
	}
	return ""
}

// on does all that a form asks for: what is in the editor first.
func (e tableEdit) on(d *flow.Draft) (*flow.Draft, error) {
	t, found := rowsIn(d, e.table)
	if !found {
		return nil, flow.Faults{{Message: "cette table n'existe plus"}}
	}
	verb, i := e.verb()
	open := editorIn(e.sent)
	if open.open {
		changes, err := e.written(t, open)
		if err != nil {
			return nil, err
		}
		if d, err = d.Edit(changes...); err != nil {
			return nil, err
		}
		if t, _ = rowsIn(d, e.table); open.added && i > open.index {
			i++ // what stood there has moved down
		}
	}
	changes, err := e.asked(t, verb, i)
	if err != nil || len(changes) == 0 {
		return d, err
	}
	return d.Edit(changes...)
}

// written are the changes of the editor.
func (e tableEdit) written(t tableRows, open rowEdited) ([]flow.Change, error) {
	cells := sentCells(t, e.sent)
	if i, why := unreadable(t, cells); i >= 0 {
		return nil, errCell{why}
	}
	if !open.added {
		if open.index < 0 || open.index >= len(t.rows) || slices.Equal(t.rows[open.index], cells) {
			return nil, nil
		}
		return []flow.Change{flow.SetList(t.row(open.index), cells...)}, nil
	}
	return []flow.Change{t.insert(open.index+1, cells)}, nil
}

func (t tableRows) row(i int) flow.Place {
	return flow.In(t.at.File, slices.Concat(t.at.Path, []string{"rows", itoa(i)})...)
}

// insert puts a row at an index, always before the one for all other cases.
func (t tableRows) insert(i int, cells []string) flow.Change {
	if n := len(t.rows); n > 0 && i >= n && t.last(n-1) {
		i = n - 1
	}
	if i >= len(t.rows) {
		return flow.InsertRow(t.row(0), cells, flow.Last())
	}
	return flow.InsertRow(t.row(0), cells, flow.Before(itoa(max(i, 0))))
}

// asked are the changes of a button.
func (e tableEdit) asked(t tableRows, verb string, i int) ([]flow.Change, error) {
	n := len(t.rows)
	there := i >= 0 && i < n
	switch {
	case verb == "monter" && there && i > 0 && !t.last(i):
		return []flow.Change{flow.Move(t.row(i), flow.Before(itoa(i-1)))}, nil
	case verb == "descendre" && i >= 0 && i < n-1 && !t.last(i+1):
		return []flow.Change{flow.Move(t.row(i), flow.After(itoa(i+1)))}, nil
	case verb == "copier" && there && !t.last(i):
		return []flow.Change{t.insert(i+1, t.rows[i])}, nil
	case verb == "retirer" && there && t.last(i):
		return nil, flow.Faults{{Message: "la dernière ligne prend tous les autres cas : elle reste"}}
	case verb == "retirer" && there:
		return []flow.Change{flow.Remove(t.row(i))}, nil
	case verb == "derniere":
		return []flow.Change{flow.InsertRow(t.row(0), newCells(t, n-1), flow.Last())}, nil
	case verb == "cas":
		cells := append(slices.Clone(e.sent["cas"]), newCells(t, n-1)[len(t.columns):]...)
		if len(cells) != t.width() {
			return nil, nil
		}
		return []flow.Change{t.insert(n, cells)}, nil
	case verb == "retirer-colonne":
		return t.without(i), nil
	case verb == "ajouter-colonne":
		return e.column(t)
	}
	return nil, nil
}

// without takes a column or a result away, with its cells. The last of a kind stays.
func (t tableRows) without(i int) []flow.Change {
	if i < 0 || i >= t.width() || i < len(t.columns) && len(t.columns) == 1 || i >= len(t.columns) && len(t.sets) == 1 {
		return nil
	}
	changes := []flow.Change{t.names("columns", t.columns, i), t.names("sets", t.sets, i-len(t.columns))}
	for k, row := range t.rows {
		if i < len(row) {
			changes = append(changes, flow.SetList(t.row(k), slices.Delete(slices.Clone(row), i, i+1)...))
		}
	}
	return changes
}

// names writes columns or results without one of them, where it is among them.
func (t tableRows) names(key string, all []string, gone int) flow.Change {
	if gone >= 0 && gone < len(all) {
		all = slices.Delete(slices.Clone(all), gone, gone+1)
	}
	return flow.SetList(flow.In(t.at.File, slices.Concat(t.at.Path, []string{key})...), all...)
}

// column adds a column that any case passes, or a result that is the same in all rows.
func (e tableEdit) column(t tableRows) ([]flow.Change, error) {
	name, value := strings.TrimSpace(e.sent.Get("nouvelle")), strings.TrimSpace(e.sent.Get("valeur"))
	if name == "" {
		return nil, flow.Faults{{Message: "choisissez d'abord la réponse de la nouvelle colonne"}}
	}
	at, columns, sets, cell := len(t.columns), append(slices.Clone(t.columns), name), t.sets, "*"
	if e.sent.Get("sorte") == "resultat" {
		if value == "" {
			return nil, flow.Faults{{Message: "donnez la valeur du nouveau résultat : elle sera la même dans toutes les lignes"}}
		}
		at, columns, sets, cell = t.width(), t.columns, append(slices.Clone(t.sets), name), value
	}
	changes := []flow.Change{t.names("columns", columns, -1), t.names("sets", sets, -1)}
	for k, row := range t.rows {
		if at <= len(row) {
			changes = append(changes, flow.SetList(t.row(k), slices.Insert(slices.Clone(row), at, cell)...))
		}
	}
	return changes, nil
}

// addTable makes a table with one column and one row, for all cases.
func (s *Studio) addTable(w http.ResponseWriter, r *http.Request) {
	id, column, model := strings.TrimSpace(r.PostFormValue("nom")), r.PostFormValue("colonne"), r.PostFormValue("modele")
	title := cmp.Or(strings.TrimSpace(r.PostFormValue("titre")), id)
	s.change(w, r, workshop.JournalAdded, "table « "+title+" » ajoutée", tablePath(id), func(now *workshop.State) (*flow.Draft, error) {
		like, found := rowsIn(now.Draft, model)
		switch {
		case now.Draft.Has(flow.TableRecord, id):
			return nil, flow.Faults{{Message: "une table a déjà cet identifiant : prenez-en un autre"}}
		case id == "" || id != slug(id):
			return nil, flow.Faults{{Message: "l'identifiant d'une table a des minuscules sans accent, des chiffres et _ seulement"}}
		case column == "" || !found || len(like.rows) == 0:
			return nil, flow.Faults{{Message: "choisissez une première colonne, et une table dont les résultats sont repris"}}
		}
		at := tablePlace(id)
		row := append([]string{"*"}, newCells(like, len(like.rows)-1)[len(like.columns):]...)
		below := func(key string) flow.Place { return flow.In(at.File, "tables", id, key) }
		changes := []flow.Change{flow.SetList(below("columns"), column)}
		if title != id {
			changes = []flow.Change{flow.SetText(below("title"), title), changes[0]}
		}
		return now.Draft.Edit(append(changes, flow.SetList(below("sets"), like.sets...),
			flow.SetYAML(below("rows"), "- [x]"), flow.SetList(flow.In(at.File, "tables", id, "rows", "0"), row...))...)
	})
}

// tableName is what a table is called in the live release; a new one has its id.
func (s *Studio) tableName(id string) string {
	if t := s.Live().Tables[id]; t != nil {
		return t.Title
	}
	return id
}

// recordTable renames or deletes a table, wherever it is named.
func (s *Studio) recordTable(w http.ResponseWriter, r *http.Request) {
	id, name := r.PathValue("table"), strings.TrimSpace(r.PostFormValue("nom"))
	switch r.PathValue("verb") {
	case "renommer":
		s.change(w, r, workshop.JournalRenamed, "table « "+id+" » renommée « "+name+" »", tablePath(name), func(now *workshop.State) (*flow.Draft, error) {
			return now.Draft.Rename(flow.TableRecord, id, name)
		})
	case "supprimer":
		s.change(w, r, workshop.JournalDeleted, "table « "+s.tableName(id)+" » supprimée", "/studio/tables", func(now *workshop.State) (*flow.Draft, error) {
			if err := asSeen(now, tablePlace(id), r.PostForm); err != nil {
				return nil, err
			}
			return now.Draft.Delete(flow.TableRecord, id, r.PostFormValue("suite"))
		})
	default:
		s.missing(w, r)
	}
}

package studio

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path"
	"strings"

	"frontdesk/adapters/web"
	"frontdesk/bot/flow"
	"frontdesk/bot/translation"
)

// An incomingView is what a file would change, before it is saved.
type incomingView struct {
	languageRow
	File    string
	Version string
	Changes string // as the form sends them back
	Rows    []incomingRow
	Notes   []string
	Faults  []string
}

// incomingRow is one text that a file changes.
type incomingRow struct {
	ID, French, Before, After string
	What                      []string // what changes beside the words
}

// giveWords sends a language as a file.
func (s *Studio) giveWords(w http.ResponseWriter, r *http.Request) {
	_, set := s.inLanguage(w, r)
	if set == nil {
		return
	}
	kind, name := "application/yaml; charset=utf-8", ""
	var body []byte
	var err error
	switch r.URL.Query().Get("forme") {
	case "active":
		name = "active." + set.Language + ".yaml"
		body, err = set.Active()
	case "translate":
		name = "translate." + set.Language + ".yaml"
		body, err = set.Untranslated()
	case "source":
		name = "active." + set.Source + ".yaml"
		body, err = set.Sources()
	default:
		kind, name = "text/csv; charset=utf-8", "traduction-"+set.Language+".csv"
		body, err = set.CSV(filterOf(r.URL.Query()).apply(set))
	}
	if err != nil {
		s.failed(w, r, "write translations", err)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = w.Write(body) // the client is gone if this fails
}

// takeWords reads a file and shows what it would change.
func (s *Studio) takeWords(w http.ResponseWriter, r *http.Request) {
	state, set := s.inLanguage(w, r)
	if set == nil {
		return
	}
	file, head, err := r.FormFile("fichier")
	if err != nil {
		s.stop(w, r, http.StatusBadRequest, "Aucun fichier n'est arrivé, ou il est trop gros. Il peut avoir deux millions de signes.")
		return
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	view := incomingView{languageRow: countedIn(set), File: path.Base(head.Filename), Version: state.ID}
	in, err := s.readWords(set, head.Filename, data)
	if err != nil {
		view.Faults = faultLines(err)
	} else {
		view.Notes = in.Notes
		view.rows(set, in)
	}
	s.show(w, r, "incoming", page{Title: "Fichier de traduction", Section: "/studio/traductions", State: state, Body: view})
}

func (s *Studio) readWords(set *translation.Set, name string, data []byte) (*translation.Incoming, error) {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".yaml", ".yml":
		if l := translation.FileLanguage(path.Base(name)); l != set.Language && len(l) <= 3 {
			french, _ := translation.Name(l)
			return nil, flow.Faults{{Message: "le nom du fichier dit une autre langue : " + french}}
		}
		return set.ReadMessages(data)
	}
	return set.ReadCSV(data, s.today())
}

// faultLines are the faults of a file, one a line.
func faultLines(err error) []string {
	faults, is := errors.AsType[flow.Faults](err)
	if !is {
		return []string{err.Error()}
	}
	var all []string
	for _, f := range faults {
		line := ended((&teller{}).quoted(f.Message, flow.Place{}))
		if f.Pos.Line > 0 {
			line = "Ligne " + itoa(f.Pos.Line) + " : " + line
		}
		all = append(all, line)
	}
	return all
}

func (v *incomingView) rows(set *translation.Set, in *translation.Incoming) {
	for _, c := range in.Changes {
		t := set.Text(c.ID)
		row := incomingRow{ID: c.ID, French: t.French(), Before: t.Other(), After: t.Other()}
		for _, f := range c.Forms {
			switch {
			case f.Name == "other":
				row.After = f.Text
			case f.Text != formText(t.Forms, f.Name):
				row.What = append(row.What, "« "+translation.FormName(f.Name)+" » : "+f.Text)
			}
		}
		switch {
		case c.Hash == t.SourceHash() && t.State == translation.Stale:
			row.What = append(row.What, "n'est plus à revoir")
		case c.Hash != t.Hash && c.Hash != t.SourceHash():
			row.What = append(row.What, "sera à revoir")
		case c.Hash != t.Hash && row.Before == row.After && len(row.What) == 0:
			row.What = append(row.What, "à jour du français")
		}
		if c.By != t.By || c.On != t.On {
			if c.By == "" {
				row.What = append(row.What, "n'est plus relu")
			} else {
				row.What = append(row.What, "relu par "+c.By+", "+c.On)
			}
		}
		v.Rows = append(v.Rows, row)
	}
	raw, _ := json.Marshal(in.Changes) // texts always can be
	v.Changes = string(raw)
}

// keepWords saves what a file changes, once it was seen.
func (s *Studio) keepWords(w http.ResponseWriter, r *http.Request) {
	language := r.PathValue("langue")
	var changes []translation.Change
	if err := json.Unmarshal([]byte(r.PostFormValue("changements")), &changes); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	french, _ := translation.Name(language)
	what := plural(len(changes), "traduction", "traductions") + " d'un fichier : " + french
	err := s.saveAll(r.Context(), author(r), language, r.PostFormValue("version"), what, changes)
	switch c, both := errors.AsType[*conflict](err); {
	case both:
		s.stop(w, r, http.StatusConflict, "« "+strings.Join(c.all[0].at.Path, " ")+" » a changé entre-temps. Rien n'est enregistré. Prenez un fichier neuf, puis recommencez.")
	case errors.Is(err, errNotSaid), errors.Is(err, errNoText):
		s.stop(w, r, http.StatusUnprocessableEntity, "Ce fichier ne convient plus. Rien n'est enregistré. Relisez-le d'abord ici.")
	case err != nil:
		s.failed(w, r, "save translations", err)
	default:
		s.done(w, r, "/studio/traductions/"+language+"?etat=tous", "fichier")
	}
}

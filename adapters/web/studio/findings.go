package studio

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"frontdesk/adapters/web"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
	"frontdesk/bot/workshop"
)

// A findingRow is one thing that was found, where it is mended, and the conversation that shows it.
type findingRow struct {
	fault
	Source string // its sentence in the files
	Talk   []proof.Line
	Mends  string // what the button puts in place, "" where only a person can know
}

func (s *Studio) showFindings(w http.ResponseWriter, r *http.Request) {
	state, err := s.Workshop.Open(r.Context())
	if err != nil {
		s.failed(w, r, "open the draft", err)
		return
	}
	c := s.checks.of(state.Draft)
	c.wait(patience)
	var rows []findingRow
	t := teller{d: state.Draft}
	for _, f := range c.Found() {
		row := findingRow{fault: t.tell(f), Source: f.Fault.Message, Talk: f.Talk}
		if _, right, ok := mistyped(f.Fault.Message); ok {
			row.Mends = right
		}
		rows = append(rows, row)
	}
	s.show(w, r, "findings", page{Title: "Contrôles", Section: "/studio/controles", State: state, Checked: c, Body: rows})
}

// pageOf is where what a fault is about is changed.
func pageOf(d *flow.Draft, f flow.Fault) string {
	if to := whereTranslated(f.Message); to != "" {
		return to
	}
	if id, is := d.At(f.Pos.File, "flow"); is && f.Step != "" {
		return stepPath(id.Text(), f.Step)
	}
	at, is := d.PlaceOf(f)
	if language, translated := strings.CutPrefix(f.Pos.File, "locales/"); translated {
		return "/studio/traductions/" + strings.TrimSuffix(language, ".yaml")
	}
	if !is {
		return ""
	}
	return recordPath(at)
}

// Translate is the page of translations, for a fault that is mended there; "" for any other.
func (f fault) Translate() string {
	if strings.HasPrefix(f.Path, "/studio/traductions/") {
		return f.Path
	}
	return ""
}

// whereTranslated is the page where a text is translated that a message says is not, "" for any other message.
func whereTranslated(message string) string {
	m := untold.FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	return "/studio/traductions/" + m[1] + "?etat=manquant"
}

// untold finds the language in a message about a text that is not translated.
var untold = regexp.MustCompile(`^ce texte manque en langue "([a-z-]+)"`)

// meant finds the two names in a message that says what was probably meant.
var meant = regexp.MustCompile(`"([^"]+)"[^"]*; vouliez-vous dire "([^"]+)"`)

// mistyped says which name a message takes for a slip, and for which.
func mistyped(message string) (wrong, right string, ok bool) {
	m := meant.FindStringSubmatch(message)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// mend puts the name that was meant in place of a slip.
func (s *Studio) mend(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.stop(w, r, http.StatusBadRequest, web.Sentence(http.StatusBadRequest))
		return
	}
	message := r.PostForm.Get("defaut")
	wrong, right, ok := mistyped(message)
	if !ok {
		s.stop(w, r, http.StatusUnprocessableEntity, "Ce défaut se répare à la main.")
		return
	}
	_, err := s.Workshop.Save(r.Context(), author(r), "« "+wrong+" » devient « "+right+" »", func(now *workshop.State) (*flow.Draft, error) {
		for _, f := range s.checks.of(now.Draft).Found() {
			if f.Fault.Message != message {
				continue
			}
			if at, is := scalarAt(now.Draft, f.Fault.Pos, wrong); is {
				return now.Draft.Edit(flow.SetText(at, right))
			}
		}
		return now.Draft, nil
	})
	if err != nil {
		s.failed(w, r, "mend a fault", err)
		return
	}
	s.done(w, r, "/studio/controles", "enregistre")
}

// scalarAt finds a text at a line of a file, or just below it.
func scalarAt(d *flow.Draft, pos flow.Pos, text string) (flow.Place, bool) {
	root, is := d.At(pos.File)
	if !is {
		return flow.Place{}, false
	}
	var best flow.Place
	line := 0
	each(root, nil, func(v flow.Value, path []string) {
		if v.Kind() == flow.TextValue && v.Text() == text && v.Pos().Line >= pos.Line && (line == 0 || v.Pos().Line < line) {
			best, line = flow.In(pos.File, slices.Clone(path)...), v.Pos().Line
		}
	})
	return best, line > 0
}

// placeAt is the record that a line of a file belongs to.
func placeAt(d *flow.Draft, pos flow.Pos) (flow.Place, bool) {
	root, is := d.At(pos.File)
	if !is {
		return flow.Place{}, false
	}
	var best flow.Place
	line := 0
	each(root, nil, func(v flow.Value, path []string) {
		if len(path) == 2 && v.Pos().Line <= pos.Line && v.Pos().Line > line {
			best, line = flow.In(pos.File, slices.Clone(path)...), v.Pos().Line
		}
	})
	return best, line > 0
}

// each walks all that is below a value.
func each(v flow.Value, path []string, do func(flow.Value, []string)) {
	do(v, path)
	switch v.Kind() {
	case flow.RecordValue:
		for i, key := range v.Keys() {
			each(v.Items()[i], append(path[:len(path):len(path)], key), do)
		}
	case flow.ListValue:
		for i, item := range v.Items() {
			each(item, append(path[:len(path):len(path)], itoa(i)), do)
		}
	}
}

// recordPath is the page of a record, "" where it has none of its own.
func recordPath(at flow.Place) string {
	if isSetting(at) {
		return settingsPath
	}
	if len(at.Path) < 2 {
		return ""
	}
	switch at.Path[0] {
	case "procedure", "numbers":
		return "/studio/securite"
	case "cards", "structures", "networks", "queues", "dangers", "territories":
		return "/studio/fiches/" + at.Path[0] + "/" + at.Path[1]
	case "tables":
		return "/studio/tables/" + at.Path[1]
	}
	return ""
}

package studio

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
)

// A findingRow is one thing that was found, where it is mended, and the conversation that shows it.
type findingRow struct {
	fault
	Source string // its sentence in the files, by which a button names it
	Talk   []proof.Line
}

func (s *Studio) showFindings(w http.ResponseWriter, r *http.Request) {
	state, c, is := s.opened(w, r)
	if !is {
		return
	}
	var rows []findingRow
	t := teller{d: state.Draft}
	for _, f := range c.Found() {
		rows = append(rows, findingRow{fault: t.tell(f), Source: f.Fault.String(), Talk: f.Talk})
	}
	for _, f := range s.strayFaults(r, state.Draft) {
		rows = append(rows, findingRow{fault: f})
	}
	s.show(w, r, "findings", page{Title: "Contrôles", Section: "/studio/controles", State: state, Checked: c, Body: rows})
}

// pageOf is where what a fault is about is changed.
func pageOf(d *flow.Draft, f flow.Fault) string {
	if to := (&teller{d: d}).whereTranslated(f); to != "" {
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

// whereTranslated is the page where what a fault says is not translated is, "" for any other fault.
func (t *teller) whereTranslated(f flow.Fault) string {
	language := map[flow.Code]string{proof.Untranslated: f.Args[0], proof.CommandUnsaid: f.Args[1]}[f.Code]
	if language == "" || t.inSource(language) {
		return ""
	}
	return "/studio/traductions/" + language + "?etat=manquant"
}

// meant finds the two names in a message that says what was probably meant.
var meant = regexp.MustCompile(`"([^"]+)"[^"]*; vouliez-vous dire "([^"]+)"`)

// mistyped says which name a fault takes for a slip, and for which. A number to call is never guessed, nor where
// people live.
func mistyped(f flow.Fault) (wrong, right string, ok bool) {
	switch f.Code {
	case "":
		if m := meant.FindStringSubmatch(f.Message); m != nil {
			return m[1], m[2], true
		}
		return "", "", false
	case flow.NoNumber, flow.NoNumberInText, flow.NotServed, flow.NotKnown, flow.UnknownKey: // the last two are keys
		return "", "", false
	case flow.Nowhere, flow.NoColumn, flow.NotAmong, flow.NoSuchDanger:
		return f.Args[1], f.Meant, f.Meant != ""
	}
	return f.Args[0], f.Meant, f.Meant != ""
}

// scalarAt finds a text at a line of a file, or just below it, in what a fault is about.
func scalarAt(d *flow.Draft, pos flow.Pos, about flow.Place, text string) (flow.Place, bool) {
	root, is := d.At(pos.File)
	if !is {
		return flow.Place{}, false
	}
	var best flow.Place
	line := 0
	each(root, nil, func(v flow.Value, path []string) {
		if within(path, about.Path) && v.Kind() == flow.TextValue && v.Text() == text && v.Pos().Line >= pos.Line && (line == 0 || v.Pos().Line < line) {
			best, line = flow.In(pos.File, slices.Clone(path)...), v.Pos().Line
		}
	})
	return best, line > 0
}

// within says whether a path is that of a record or of what is in it.
func within(path, record []string) bool {
	return len(path) >= len(record) && slices.Equal(path[:len(record)], record)
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
	case "cards", "structures", "networks", "queues", "dangers", "territories", reasonsKind:
		return "/studio/fiches/" + at.Path[0] + "/" + at.Path[1]
	case "tables":
		return "/studio/tables/" + at.Path[1]
	}
	return ""
}

package studio

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdesk/bot/change"
	"frontdesk/bot/flow"
	"frontdesk/bot/proof"
)

// A fault is what is wrong at a place, as forms and pages show it.
type fault struct {
	Message, Fix string
	Mends        string // what a button does about it, "" where only a person can know
	Warning      bool
	Line         int
	Record       string // what it is about: étape « age – Quel âge avez-vous ? »
	Field        string // in its form, "" for the whole
	Path         string // of the form, at the field; "" where nothing can be changed
	Input        string // of the field, by its name
	Detail       string // for who works in files
}

// A teller says what is wrong with one draft in the words of its forms.
type teller struct {
	d     *flow.Draft
	words *vocabulary // made when it is first asked
}

// faultsOf are the findings that a page shows, as it shows them.
func faultsOf(d *flow.Draft, found proof.Findings, here func(proof.Finding) bool) []fault {
	t := teller{d: d}
	var all []fault
	for _, f := range found {
		if here(f) {
			all = append(all, t.tell(f))
		}
	}
	return all
}

// byInput sorts what is wrong in one form by the field that it is marked at.
func byInput(all []fault) map[string][]fault {
	marked := map[string][]fault{}
	for _, f := range all {
		if f.Input != "" {
			marked[f.Input] = append(marked[f.Input], f)
		}
	}
	return marked
}

// tell is a finding as a page shows it.
func (t *teller) tell(f proof.Finding) fault {
	said := fault{Warning: f.Severity == proof.Warning, Line: f.Fault.Pos.Line}
	if f.Fault.Pos.File != "" {
		said.Detail = f.Fault.String()
	}
	at, is := t.place(f.Fault)
	if said.Message, said.Fix = t.proved(f, at); said.Message == "" {
		said.Message, said.Fix = t.sentence(f.Fault, at), ended(upper(t.quoted(f.Fix, at)))
	}
	if said.Mends = t.mending(f).Label; !is || len(at.Path) == 0 {
		said.Record, said.Path = t.fileOf(f.Fault)
		return said
	}
	if isSetting(at) {
		said.Record, said.Field, said.Input = "réglages", settingField(at), below(settingInput(at)...)
		said.Path = settingsPath + "#" + said.Input
		return said
	}
	if said.Record, said.Field = t.record(at), fieldName(t, at); said.Record == "" {
		said.Record, said.Path = t.fileOf(f.Fault)
		said.Field = ""
		return said
	}
	switch table := at.Path[0]; {
	case table == "procedure", table == "numbers":
		said.Input = below(at.Path...) // one form for all of them
	case len(at.Path) > 2 && table != "tables":
		said.Input = below(at.Path[2:]...)
	}
	said.Path = t.path(f.Fault, at, said.Input)
	return said
}

// fileOf names the file of a fault that no form shows, and the page where it is mended.
func (t *teller) fileOf(f flow.Fault) (record, path string) {
	switch {
	case f.Code == flow.NoLead:
		return "", "/studio/fiches/structures"
	case f.Code == proof.NoDanger:
		return "", "/studio/fiches/dangers"
	case f.Pos.File == "":
		return "", ""
	}
	if record = t.fileTitle(f.Pos.File); f.Pos.Line > 0 {
		record += ", ligne " + itoa(f.Pos.Line)
	}
	return record, cmp.Or(t.whereTranslated(f), filePath(f.Pos.File, f.Pos.Line))
}

// fileTitle is what a file holds, and its name.
func (t *teller) fileTitle(name string) string {
	if holds := change.Place(name, t.d); holds != name {
		return holds + " (" + name + ")"
	}
	return "Fichier " + name
}

// place is the field that a fault is about, even where it is empty.
func (t *teller) place(f flow.Fault) (flow.Place, bool) {
	at, is := t.d.PlaceOf(f)
	if !is || t.d.Unreadable(f.Pos.File) != nil {
		return at, false
	}
	if f.Code == flow.UnknownKey && len(at.Path) > 2 {
		at.Path = at.Path[:len(at.Path)-1] // no form has it
	}
	empty := map[flow.Code][]string{flow.NoText: {"text"}, flow.NoThen: {"then"}, flow.DirectThen: {"then"}, flow.NoElse: {"else"},
		flow.NoWay: {"on", f.Args[0]}, flow.NeedlessCheck: {"check"}, flow.Wordless: {"words"}, flow.StrayThen: {"then"}, proof.CommandUnsaid: {"words"}}[f.Code]
	if empty != nil && len(at.Path) >= 2 {
		at.Path = slices.Concat(at.Path[:2], empty)
	}
	at = t.shorter(f.Code, at)
	for n := len(at.Path) - 1; n > 2; n = len(at.Path) - 1 {
		if field, known := t.d.FieldAt(flow.In(at.File, at.Path[:n]...)); !known || field.Kind() != flow.ListField {
			break
		}
		at.Path = at.Path[:n] // a list is one field
	}
	return at, true
}

// shorter is the field where a text that is too long for a channel has another wording.
func (t *teller) shorter(code flow.Code, at flow.Place) flow.Place {
	key := map[flow.Code]string{proof.ManySegments: "sms", proof.LongSpeech: "voice"}[code]
	if key == "" || len(at.Path) < 2 {
		return at
	}
	for n := len(at.Path); n >= max(2, len(at.Path)-1); n-- {
		other := flow.In(at.File, append(at.Path[:n:n], key)...)
		if _, known := t.d.FieldAt(other); known {
			return other
		}
	}
	return at
}

// path is the form of a place, at its field.
func (t *teller) path(f flow.Fault, at flow.Place, input string) string {
	page := pageOf(t.d, f)
	id, isFlow := t.d.At(at.File, "flow")
	switch {
	case strings.Contains(page, "/traductions/"):
		return page
	case isFlow && at.Path[0] == "steps" && len(at.Path) > 1:
		page = stepPath(id.Text(), at.Path[1])
	case isFlow && (at.Path[0] == "answers" || at.Path[0] == "interrupts") && len(at.Path) > 1:
		page = "/studio/fiches/" + at.Path[0] + "/" + at.Path[1]
	case isFlow:
		return "/studio/parcours/" + id.Text()
	case at.Path[0] == "tables" && len(at.Path) > 3 && at.Path[2] == "rows":
		return page + "#ligne-" + itoa(ordinal(at.Path[3])+1)
	}
	if page == "" || input == "" {
		return page
	}
	return page + "#" + input
}

// record names the record of a place.
func (t *teller) record(at flow.Place) string {
	if len(at.Path) < 2 {
		return ""
	}
	v, _ := t.d.At(at.File, at.Path[:2]...)
	switch table, id := at.Path[0], at.Path[1]; table {
	case "steps":
		return "étape « " + stepName(id, v) + " »"
	default:
		kind := map[string]string{"cards": "carte", "structures": "structure", "networks": "réseau", "queues": "horaires", "dangers": "danger",
			"territories": "territoire", "tables": "table", "answers": "réponse", "interrupts": "commande", "procedure": "procédure danger, étape",
			"reasons": "raison", "numbers": "numéro", "hearing": "mots entendus"}[table]
		if kind == "" {
			return "" // no form has it
		}
		name := cmp.Or(v.TextAt("title"), v.TextAt("name"), v.TextAt("label"), id)
		return kind + " « " + name + " »"
	}
}

// fieldName is how the form of a record calls the field at a place.
func fieldName(t *teller, at flow.Place) string {
	var parts []string
	for i := 2; i < len(at.Path); i++ {
		key, name := at.Path[i], ""
		if i+1 < len(at.Path) {
			name = t.nested(at, i)
		}
		switch {
		case name != "":
			parts = append(parts, name)
			i++
		case isNumber(key):
			parts = append(parts, "n° "+itoa(ordinal(key)+1))
		case at.Path[0] == "procedure" && key == "call":
			parts = append(parts, "Appelle")
		case at.Path[0] == "tables" && key == "columns":
			parts = append(parts, "les colonnes")
		default:
			parts = append(parts, labelOf(at.Path[2:i+1]).Label)
		}
	}
	return strings.Join(parts, ", ")
}

// nested names an item of a table of a record, by its two keys.
func (t *teller) nested(at flow.Place, i int) string {
	key, id := at.Path[i], at.Path[i+1]
	switch key {
	case "options":
		return "choix « " + cmp.Or(t.text(at, at.Path[:i+2], "text"), id) + " »"
	case "variants":
		return "autre texte « " + id + " »"
	case "if":
		return "cas " + itoa(ordinal(id)+1)
	case "rows":
		return "ligne " + itoa(ordinal(id)+1)
	case "when", "only", "sets", "urgent":
		return labelOf(at.Path[2:i+1]).Label + " « " + t.vocabulary().name(id) + " »"
	}
	return ""
}

func (t *teller) text(at flow.Place, path []string, key string) string {
	v, _ := t.d.At(at.File, path...)
	return v.TextAt(key)
}

func (t *teller) vocabulary() *vocabulary {
	if t.words == nil {
		t.words = vocabularyOf(t.d)
	}
	return t.words
}

func isNumber(key string) bool { return key != "" && strings.Trim(key, "0123456789") == "" }

func ordinal(key string) int {
	n, err := strconv.Atoi(key)
	if !isNumber(key) || err != nil {
		return 0
	}
	return n
}

// inQuotes finds a name in a sentence of the loader or the proof.
var inQuotes = regexp.MustCompile(`"([^"]*)"`)

// quoted sets a sentence as French is set: what it quotes between guillemets, and a key that the record at a
// place may have by the name that its form gives it.
func (t *teller) quoted(sentence string, at flow.Place) string {
	return inQuotes.ReplaceAllStringFunc(sentence, func(q string) string {
		name := q[1 : len(q)-1]
		if l := labelOf([]string{name}).Label; l != name && len(at.Path) > 1 {
			if _, known := t.d.FieldAt(flow.In(at.File, append(at.Path[:2:2], name)...)); known {
				name = l
			}
		}
		return "« " + name + " »"
	})
}

// ToDo is what to do, behind a colon.
func (f fault) ToDo() string { return lowered(f.Fix) }

// upper begins a sentence.
func upper(sentence string) string {
	r, n := utf8.DecodeRuneInString(sentence)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + sentence[n:]
}

// impossible says why a change is refused.
func impossible(f flow.Fault) string {
	var t teller
	return ended("Ce changement n'est pas possible : " + t.quoted(f.Message, flow.Place{}))
}

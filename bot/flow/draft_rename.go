package flow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Rename gives a record another id wherever it is named: in flows, tables, structures, the lexicon,
// translations and transcripts. A step stays in its flow ("accueil.besoin" becomes "accueil.demande", or
// "demande" for short), and moved: leads conversations under way from its old id to the new one. An option
// is renamed in every question that fills the same answer. The error is Faults.
func (d *Draft) Rename(kind RecordKind, from, to string) (*Draft, error) {
	x := d.index()
	to = fullID(kind, from, to)
	if err := x.renamable(kind, from, to); err != nil {
		return nil, Faults{{Message: err.Error()}}
	}
	r := refactoring{draft: d}
	name := to
	if kind == OptionRecord {
		name = localID(to)
	}
	for _, m := range x.of(kind, from) {
		switch {
		case m.implied:
			r.first = append(r.first, SetText(m.at.below("answer"), name))
		case kind == AnswerRecord && m.fills() && localID(m.owner) == to:
			r.keys = append(r.keys, Remove(m.at)) // the question's own name says it
		default:
			r.swap(m, name)
		}
	}
	if kind == StepRecord {
		r.keepAnswer(x, from, to)
		r.moved(from, to)
	}
	if kind == FlowRecord {
		for _, step := range d.IDs(StepRecord) {
			if local, ok := strings.CutPrefix(step, from+"."); ok {
				r.moved(step, to+"."+local)
			}
		}
	}
	return r.done()
}

// fullID completes the short form of a new id.
func fullID(kind RecordKind, from, to string) string {
	if (kind == StepRecord || kind == OptionRecord) && !strings.Contains(to, ".") {
		return from[:strings.LastIndexByte(from, '.')+1] + to
	}
	return to
}

func localID(id string) string { return id[strings.LastIndexByte(id, '.')+1:] }

// renamable says why a record cannot have another id.
func (x *index) renamable(kind RecordKind, from, to string) error {
	prefix := func(id string) string { return id[:strings.LastIndexByte(id, '.')+1] }
	name := to
	if kind == StepRecord || kind == OptionRecord {
		name = localID(to)
	}
	dashes := kind == NetworkRecord || kind == StructureRecord || kind == QueueRecord || kind == TerritoryRecord
	switch {
	case !x.declared(kind, from):
		return fmt.Errorf("%s %q n'existe pas", kind.french(), from)
	case !wellFormed(name, dashes):
		return fmt.Errorf("l'identifiant %q n'est pas admis : minuscules sans accent, chiffres et _ seulement", name)
	case reserved(name) || kind == AnswerRecord && slices.Contains(pseudoAnswers(), name) || kind == FlowRecord && slices.Contains(takenByTexts(), name):
		return fmt.Errorf("l'identifiant %q est réservé : prenez un autre nom", name)
	case name != to && prefix(from) != prefix(to):
		return fmt.Errorf("%s %q reste dans %q : seul son nom change", kind.french(), from, strings.TrimSuffix(prefix(from), "."))
	case x.declared(kind, to):
		return fmt.Errorf("%s %q existe déjà : prenez un autre nom", kind.french(), to)
	}
	return nil
}

// A refactoring is a list of edits in an order in which the places of the later ones still hold.
type refactoring struct {
	draft *Draft
	first []Change // texts
	keys  []Change
	last  []Change
	tests map[string][]string // lines of transcripts, by name
}

// swap writes another name at a mention.
func (r *refactoring) swap(m mention, to string) {
	switch {
	case m.line > 0:
		r.line(m, to)
	case m.key:
		r.keys = append(r.keys, rekey(m.at, m.swap(m.at.Path[len(m.at.Path)-1], to)))
	default:
		r.first = append(r.first, reword(m.at, func(text string) string { return m.swap(text, to) }))
	}
}

func (r *refactoring) line(m mention, to string) {
	lines := r.tests[m.at.File]
	if lines == nil {
		lines = strings.SplitAfter(string(r.draft.files[m.at.File].out), "\n")
		if r.tests == nil {
			r.tests = map[string][]string{}
		}
		r.tests[m.at.File] = lines
	}
	lines[m.line-1] = m.swap(lines[m.line-1], to)
}

// keepAnswer lets a question that gets another name fill the same answer.
func (r *refactoring) keepAnswer(x *index, step, to string) {
	for _, m := range x.mentions {
		switch {
		case m.owner != step || m.kind != AnswerRecord:
		case m.implied:
			r.first = append(r.first, SetText(m.at.below("answer"), m.id))
		case m.fills() && m.id == localID(to):
			r.keys = append(r.keys, Remove(m.at))
		}
	}
}

// fills says that a mention is where a question says which answer it fills.
func (m *mention) fills() bool {
	return m.owner != "" && len(m.at.Path) == 3 && m.at.Path[2] == "answer"
}

// moved leads conversations under way from an id that is gone.
func (r *refactoring) moved(from, to string) {
	if v, _ := r.draft.At("bundle.yaml", "moved", to); v.n != nil {
		r.keys = append(r.keys, Remove(In("bundle.yaml", "moved", to)))
	}
	r.last = append(r.last, SetText(In("bundle.yaml", "moved", from), to))
}

// done makes the edits: texts before the keys that lead to them, keys further down before those above.
func (r *refactoring) done() (*Draft, error) {
	slices.SortStableFunc(r.keys, func(a, b Change) int { return cmp.Compare(len(b.at.Path), len(a.at.Path)) })
	changes := slices.Concat(r.first, r.keys, r.last)
	for _, name := range sortedKeys(r.tests) {
		changes = append(changes, WriteFile(name, strings.Join(r.tests[name], "")))
	}
	return r.draft.Edit(changes...)
}

package flow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Delete takes a record away, with its translations. instead is the record of the same kind that stands in
// wherever it is named ("return" will do for a step); "" when nothing names it: an *InUse then lists what
// does. Conversations under way are led to the step that stands in (moved:). Answers and flows can only
// be deleted when nothing names them. A choice that another question offers too is taken from its own alone.
// Other errors are Faults.
func (d *Draft) Delete(kind RecordKind, id, instead string) (*Draft, error) {
	x := d.index()
	if err := x.deletable(kind, id, instead); err != nil {
		return nil, Faults{{Message: err.Error()}}
	}
	r := refactoring{draft: d}
	if kind == OptionRecord && x.offeredElsewhere(id) {
		return r.withdraw(x, id)
	}
	var outside []mention
	for _, m := range slices.Concat(x.of(kind, id), x.ofFlow(kind, id)) {
		switch {
		case m.own && m.key:
			r.keys = append(r.keys, Remove(m.at))
		case m.own && (instead == "" || instead == Return):
			r.keys = append(r.keys, Remove(m.at))
		case m.own:
			r.swap(m, instead)
		case m.declares && kind == FlowRecord:
			r.last = append(r.last, RemoveFile(m.at.File))
		case m.declares:
			r.last = append(r.last, Remove(m.at))
		case !x.within(m, kind, id):
			outside = append(outside, m)
		}
	}
	if len(outside) > 0 && (instead == "" || kind == AnswerRecord || kind == FlowRecord) {
		return nil, &InUse{kind, id, usesOf(outside)}
	}
	for _, m := range outside {
		r.swap(m, nameOf(kind, instead))
	}
	if kind == StepRecord {
		r.forget(x, id)
		if instead != "" && instead != Return {
			r.moved(id, instead)
		}
	}
	return r.done()
}

// offeredElsewhere says whether another question for the same answer offers a choice, "flow.step.option", too.
func (x *index) offeredElsewhere(id string) bool {
	step := id[:max(0, strings.LastIndexByte(id, '.'))]
	return slices.ContainsFunc(x.of(OptionRecord, id), func(m mention) bool { return m.declares && m.owner != step })
}

// withdraw takes a choice from one question, with its texts in other languages.
func (r *refactoring) withdraw(x *index, id string) (*Draft, error) {
	for _, m := range x.of(OptionRecord, id) {
		switch {
		case m.declares && m.owner+"."+localID(id) == id:
			r.last = append(r.last, Remove(m.at))
		case m.own && m.key && (m.at.Path[0] == id || strings.HasPrefix(m.at.Path[0], id+".") || strings.HasPrefix(m.at.Path[0], id+"@")):
			r.keys = append(r.keys, Remove(m.at))
		}
	}
	return r.done()
}

func nameOf(kind RecordKind, id string) string {
	if kind == OptionRecord {
		return localID(id)
	}
	return id
}

func (x *index) deletable(kind RecordKind, id, instead string) error {
	switch {
	case !x.declared(kind, id):
		return fmt.Errorf("%s %q n'existe pas", kind.french(), id)
	case instead == "" || kind == StepRecord && instead == Return:
		return nil
	case x.canonicalID(kind, instead) == x.canonicalID(kind, id):
		return fmt.Errorf("%s %q ne peut pas se remplacer", kind.french(), id)
	case kind == OptionRecord && instead[:strings.LastIndexByte(instead, '.')+1] != id[:strings.LastIndexByte(id, '.')+1]:
		return fmt.Errorf("le choix %q est remplacé par un choix de la même étape", id)
	case !x.declared(kind, instead):
		return fmt.Errorf("%s %q n'existe pas", kind.french(), instead)
	}
	return nil
}

// ofFlow are the mentions, outside a flow, of answers that it declares: they would go with it.
func (x *index) ofFlow(kind RecordKind, id string) []mention {
	if kind != FlowRecord {
		return nil
	}
	var found []mention
	for _, m := range x.mentions {
		if m.kind == AnswerRecord && m.declares && x.flows[m.at.File] == id {
			for _, other := range x.of(AnswerRecord, m.id) {
				if !other.declares && (!other.own || other.key) {
					found = append(found, other)
				}
			}
		}
	}
	return found
}

// within says whether a mention goes with the record that it names.
func (x *index) within(m mention, kind RecordKind, id string) bool {
	switch kind {
	case StepRecord:
		return m.owner == id
	case FlowRecord:
		return x.flows[m.at.File] == id
	}
	for _, d := range x.of(kind, id) {
		if d.declares && d.at.File == m.at.File && len(m.at.Path) >= len(d.at.Path) && slices.Equal(d.at.Path, m.at.Path[:len(d.at.Path)]) {
			return true
		}
	}
	return false
}

// forget takes away the answer that only a deleted step filled, and that nothing else names.
func (r *refactoring) forget(x *index, step string) {
	answer := x.fills[step]
	all := x.of(AnswerRecord, answer)
	if answer == "" || slices.ContainsFunc(all, func(m mention) bool { return !m.declares && !m.own && m.owner != step }) {
		return
	}
	for _, m := range all {
		if m.declares || m.own {
			r.keys = append(r.keys, Remove(m.at))
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

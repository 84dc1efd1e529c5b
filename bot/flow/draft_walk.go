package flow

import (
	"slices"
	"strings"
)

// A walker goes through one file and notes what names what.
type walker struct {
	*index
	file  string
	id    string // of the flow
	owner string // the step, "flow.step"
}

// note adds one mention. e is the entry that holds the name, in its key or its value.
func (w *walker) note(m mention, e *entry, path ...string) {
	m.at, m.owner = In(w.file, path...), w.owner
	m.pos = e.pos
	if !m.key && e.value.pos.Line > 0 {
		m.pos = e.value.pos
	}
	if m.swap == nil {
		m.swap = func(_, to string) string { return to }
	}
	if m.id != "" {
		w.mentions = append(w.mentions, m)
	}
}

// records notes the records of a table, and what each names.
func (w *walker) records(tree *node, section string, kind RecordKind, each func(e *entry, path []string, what string)) {
	for _, e := range tree.at(section).list() {
		if e.key == nil {
			continue
		}
		what := kind.french() + " " + quote(e.key.text)
		w.note(mention{kind: kind, id: e.key.text, key: true, declares: true, what: what}, e, section, e.key.text)
		if each != nil {
			each(e, []string{section, e.key.text}, what)
		}
	}
}

// named notes a name that is a whole text.
func (w *walker) named(n *node, key string, kind RecordKind, what string, path ...string) {
	e := n.get(key)
	if e == nil || e.value.kind != scalar {
		return
	}
	name := strings.TrimSpace(e.value.text)
	if answer, ok := inBraces(name); ok {
		w.note(mention{kind: AnswerRecord, id: answer, what: what, swap: braced}, e, append(slices.Clone(path), key)...)
		return
	}
	w.note(mention{kind: kind, id: name, what: what}, e, append(slices.Clone(path), key)...)
}

func braced(_, to string) string { return "{" + to + "}" }

// step notes a destination, and its flow where that is written.
func (w *walker) step(e *entry, what string, path ...string) {
	if e == nil || e.value.kind != scalar {
		return
	}
	name, isGoto := strings.CutPrefix(strings.TrimSpace(e.value.text), "goto:")
	name = strings.TrimSpace(name)
	if name == "" || name == Return || (!isGoto && slices.Contains([]string{"rephrase", "list", "human"}, name)) {
		return
	}
	prefix := ""
	if isGoto {
		prefix = "goto:"
	}
	id, flow := name, w.id
	if i := strings.IndexByte(name, '.'); i >= 0 {
		w.note(mention{kind: FlowRecord, id: name[:i], what: what, swap: func(text, to string) string {
			_, local, _ := strings.Cut(text, ".")
			return prefix + to + "." + local
		}}, e, path...)
		flow = ""
	} else {
		id = w.id + "." + name
	}
	w.note(mention{kind: StepRecord, id: id, what: what, swap: func(_, to string) string {
		if local, ok := strings.CutPrefix(to, flow+"."); ok && flow != "" {
			to = local
		}
		return prefix + to
	}}, e, path...)
}

// condition notes the answers of a condition and the values that it asks for.
func (w *walker) condition(n *node, what string, path ...string) {
	for _, e := range n.list() {
		if e.key == nil {
			continue
		}
		here := append(slices.Clone(path), e.key.text)
		w.answer(e.key.text, true, e, what, here...)
		w.cell(e.key.text, e, what, here...)
	}
}

// answer notes the name of an answer, or of what is known of it: lieu.departement.
func (w *walker) answer(name string, key bool, e *entry, what string, path ...string) {
	id, _, _ := strings.Cut(name, ".")
	w.note(mention{kind: AnswerRecord, id: id, key: key, what: what, swap: func(text, to string) string {
		_, field, found := strings.Cut(text, ".")
		if found {
			return to + "." + field
		}
		return to
	}}, e, path...)
}

// cell notes the values in a cell that compares an answer.
func (w *walker) cell(answer string, e *entry, what string, path ...string) {
	if e.value.kind != scalar {
		return
	}
	text := strings.TrimPrefix(strings.TrimSpace(e.value.text), "!")
	for value := range strings.SplitSeq(text, "|") {
		value = strings.TrimSpace(value)
		if value == "*" || value == "-" {
			continue
		}
		w.value(answer, value, func(text, to string) string { return swapCell(text, value, to) }, e, what, path...)
	}
}

// value notes one value of an answer: a choice, or the name of some record.
func (w *walker) value(answer, value string, swap func(text, to string) string, e *entry, what string, path ...string) {
	if name, ok := inBraces(value); ok {
		w.note(mention{kind: AnswerRecord, id: name, what: what, swap: braced}, e, path...)
		return
	}
	for _, m := range w.values(answer, value) {
		m.what, m.swap = what, swap
		w.note(m, e, path...)
	}
}

// values are the records that the value of an answer names.
func (x *index) values(answer, value string) []mention {
	switch answer {
	case "open":
		return []mention{{kind: QueueRecord, id: value}}
	case "danger":
		return []mention{{kind: DangerRecord, id: value}}
	}
	var all []mention
	for _, kind := range x.holds[answer] {
		all = append(all, mention{kind: kind, id: value})
	}
	return append(all, mention{kind: OptionRecord, id: answer + "=" + value})
}

// swapCell puts another value in a cell, once.
func swapCell(text, value, to string) string {
	body, not := strings.CutPrefix(strings.TrimSpace(text), "!")
	var values []string
	for v := range strings.SplitSeq(body, "|") {
		if v = strings.TrimSpace(v); v == value {
			v = to
		}
		if !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	body = strings.Join(values, "|")
	if not {
		return "!" + body
	}
	return body
}

// sets notes the answers that something fills, and with what.
func (w *walker) sets(n *node, what string, path ...string) {
	for _, e := range n.list() {
		if e.key == nil {
			continue
		}
		here := append(slices.Clone(path), e.key.text)
		w.answer(e.key.text, true, e, what, here...)
		if e.value.kind == scalar {
			w.value(e.key.text, strings.TrimSpace(e.value.text), nil, e, what, here...)
		}
	}
}

// prose notes the answers that texts name in braces, anywhere in a record.
func (w *walker) prose(e *entry, path []string, what string) {
	if e.value.kind != scalar {
		for i, below := range e.value.entries {
			key := itoa(i)
			if below.key != nil {
				key = below.key.text
			}
			w.prose(below, append(slices.Clone(path), key), what)
		}
		return
	}
	names, _ := placeholders(e.value.text)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if w.answers[name] {
			w.note(mention{kind: AnswerRecord, id: name, what: what, swap: func(text, to string) string {
				return strings.ReplaceAll(text, "{"+name+"}", "{"+to+"}")
			}}, e, path...)
		}
	}
}

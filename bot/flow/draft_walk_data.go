package flow

import (
	"slices"
	"strings"
)

// settings notes what bundle.yaml and region.yaml name.
func (w *walker) settings(tree *node) {
	w.named(tree, "start", FlowRecord, "le parcours de départ")
	for _, e := range tree.at("moved").list() {
		if e.key != nil {
			before := len(w.mentions)
			w.step(e, "la ligne "+quote("moved: "+e.key.text), "moved", e.key.text)
			for i := range w.mentions[before:] {
				w.mentions[before+i].own = true
			}
		}
	}
	for _, e := range tree.at("campaigns").list() {
		if e.key != nil {
			w.sets(e.value, "la campagne "+quote(e.key.text), "campaigns", e.key.text)
		}
	}
	w.records(tree, "territories", TerritoryRecord, func(e *entry, path []string, what string) {
		w.named(e.value, "coordinator", StructureRecord, what, path...)
	})
}

func (w *walker) routing(tree *node) {
	w.records(tree, "tables", TableRecord, w.table)
	w.records(tree, "reasons", ReasonRecord, w.prose)
}

func (w *walker) table(e *entry, path []string, what string) {
	n := e.value
	below := func(keys ...string) []string { return append(slices.Clone(path), keys...) }
	for i, c := range n.at("columns").list() {
		w.answer(c.value.text, false, c, "la colonne "+quote(c.value.text)+" de "+what, below("columns", itoa(i))...)
	}
	for i, c := range n.at("sets").list() {
		w.answer(c.value.text, false, c, "le résultat "+quote(c.value.text)+" de "+what, below("sets", itoa(i))...)
	}
	columns, sets := n.words("columns"), n.words("sets")
	for i, row := range n.at("rows").list() {
		line := "la ligne " + itoa(i+1) + " de " + what
		for j, c := range row.value.list() {
			at := below("rows", itoa(i), itoa(j))
			switch {
			case j < len(columns):
				w.cell(columns[j], c, line, at...)
			case j < len(columns)+len(sets) && c.value.kind == scalar:
				w.value(sets[j-len(columns)], strings.TrimSpace(c.value.text), nil, c, line, at...)
			}
		}
	}
}

func (w *walker) structure(e *entry, path []string, what string) {
	w.named(e.value, "network", NetworkRecord, what, path...)
	w.named(e.value, "hours", QueueRecord, what, path...)
	for i, code := range e.value.at("territories").list() {
		if code.value.text != "*" {
			w.note(mention{kind: TerritoryRecord, id: code.value.text, what: what}, code, append(slices.Clone(path), "territories", itoa(i))...)
		}
	}
	for i, other := range e.value.at("fallback").list() {
		w.note(mention{kind: StructureRecord, id: other.value.text, what: "le repli de " + what}, other, append(slices.Clone(path), "fallback", itoa(i))...)
	}
}

func (w *walker) queue(e *entry, path []string, what string) {
	w.named(e.value, "like", QueueRecord, what, path...)
}

// lexicon notes what meanings fill, and the networks of verdicts.
func (w *walker) lexicon(tree *node) {
	for _, section := range []string{"needs", "publics", "traits"} {
		for _, e := range tree.at(section).list() {
			if e.key != nil {
				w.sets(e.value.at("sets"), "le lexique, "+quote(e.key.text), section, e.key.text, "sets")
			}
		}
	}
	verdicts := tree.at("verdicts")
	columns := verdicts.words("columns")
	for i, row := range verdicts.at("rows").list() {
		for j, c := range row.value.list() {
			if j < len(columns) && columns[j] != KindNetwork || c.value.kind != scalar {
				continue
			}
			for value := range strings.SplitSeq(strings.TrimPrefix(strings.TrimSpace(c.value.text), "!"), "|") {
				value = strings.TrimSpace(value)
				w.note(mention{kind: NetworkRecord, id: value, what: "le lexique, verdict " + itoa(i+1),
					swap: func(text, to string) string { return swapCell(text, value, to) }}, c, "verdicts", "rows", itoa(i), itoa(j))
			}
		}
	}
}

func (w *walker) examples(tree *node) {
	for _, e := range tree.at("examples").list() {
		if e.key != nil {
			w.note(mention{kind: NetworkRecord, id: e.key.text, key: true, what: "les exemples"}, e, "examples", e.key.text)
		}
	}
}

func (w *walker) safety(tree *node) {
	w.records(tree, "dangers", DangerRecord, func(e *entry, path []string, what string) {
		w.texts(e.value, what, path...)
		for _, key := range []string{"denied", "past", "minor", "adult"} {
			w.named(e.value, key, DangerRecord, what, path...)
		}
	})
	for _, language := range tree.at("hearing").list() {
		if language.key == nil {
			continue
		}
		for _, e := range language.value.at("dangers").list() {
			if e.key != nil {
				w.note(mention{kind: DangerRecord, id: e.key.text, key: true, own: true}, e, "hearing", language.key.text, "dangers", e.key.text)
			}
		}
	}
}

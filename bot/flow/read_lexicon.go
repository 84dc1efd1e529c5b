package flow

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"frontdesk/bot/hear"
)

// readLexicon reads lexicon.yaml. A bundle without one hears only what its questions list.
func (l *loader) readLexicon() {
	tree := l.trees["lexicon.yaml"]
	x := &l.b.Lexicon
	x.Families = map[string][]hear.Said{}
	for _, e := range tree.at("families").list() {
		x.Families[e.key.text] = said(e.value)
		for _, w := range phrasesIn(e.value) {
			if strings.ContainsAny(w.value.text, "{+") && hear.Nested(w.value.text) == "" {
				l.fault(w.pos, "famille %q : une famille ne contient que des mots, ou une autre famille entière, sans +", e.key.text)
			}
		}
	}
	for _, section := range []struct{ key, kind string }{{"needs", KindNeed}, {"publics", KindPublic}, {"traits", ""}} {
		for _, e := range tree.at(section.key).list() {
			l.readMeaning(e, section.kind)
		}
	}
	x.Columns = tree.at("verdicts").words("columns")
	l.readVerdicts(tree.at("verdicts"))
	l.readExamples(l.trees["examples.yaml"])
}

// readExamples reads the messages of examples.yaml, by outcome.
func (l *loader) readExamples(tree *node) {
	written := map[string]bool{}
	for _, e := range tree.at("examples").list() {
		l.knowOutcome(e.pos, "exemples", e.key.text)
		for _, line := range e.value.list() {
			words := strings.TrimSpace(line.value.text)
			if written[words] {
				l.fault(line.value.pos, "exemples : ce message est écrit deux fois")
			}
			written[words] = true
			l.b.Lexicon.Examples = append(l.b.Lexicon.Examples, Example{words, e.key.text})
		}
	}
}

// knowOutcome refuses what is no outcome.
func (l *loader) knowOutcome(at Pos, where, o string) {
	if _, network := l.b.Networks[o]; !network && !slices.Contains(outcomes(), o) {
		names := append(slices.Collect(maps.Keys(l.b.Networks)), outcomes()...)
		l.fault(at, "%s : %q n'est ni un réseau ni une issue connue%s", where, o, instead(o, names))
	}
}

func (l *loader) readMeaning(e *entry, kind string) {
	n := e.value
	m := &Meaning{ID: e.key.text, Kind: kind, Weight: 10, Words: said(n.at("words")), Except: said(n.at("except")),
		Unless: said(n.at("unless")), Do: n.str("do"),
		Insult: n.truth("insult"), Pos: e.pos}
	if kind == "" {
		m.Kind = n.str("of")
	}
	if n.get("weight") != nil {
		m.Weight = n.whole("weight")
	}
	for _, other := range l.b.Lexicon.Meanings {
		if other.ID == m.ID && other.Kind == m.Kind {
			l.fault(e.pos, "%q est écrit deux fois", m.ID)
		}
	}
	for _, key := range []string{"words", "except", "unless"} {
		for _, w := range phrasesIn(n.at(key)) {
			for _, name := range hear.Unknown(l.b.Lexicon.Families, w.value.text) {
				l.fault(w.value.pos, "%q : la famille {%s} n'existe pas%s", m.ID, name, instead(name, slices.Collect(maps.Keys(l.b.Lexicon.Families))))
			}
		}
	}
	for _, set := range n.at("sets").list() {
		value := strings.TrimSpace(set.value.text)
		m.Sets = append(m.Sets, Setting{set.key.text, value})
		l.refer(ref{at: set.pos, kind: toAnswer, name: set.key.text})
		l.given = append(l.given, given{set.value.pos, "", set.key.text, value})
	}
	l.b.Lexicon.Meanings = append(l.b.Lexicon.Meanings, m)
}

// phrasesIn are the expressions of every language, with their places.
func phrasesIn(n *node) []*entry {
	var all []*entry
	for _, language := range n.list() {
		all = append(all, language.value.list()...)
	}
	return all
}

func said(n *node) []hear.Said {
	var all []hear.Said
	for _, language := range n.list() {
		for _, words := range language.value.strings() {
			all = append(all, hear.Said{Language: language.key.text, Words: words})
		}
	}
	return all
}

// readVerdicts reads the table that decides from what was heard. Its last row must take everything.
func (l *loader) readVerdicts(n *node) {
	x := &l.b.Lexicon
	known := l.heardValues()
	for i, name := range x.Columns {
		if _, ok := known[name]; !ok {
			l.fault(n.at("columns").entries[i].pos, "colonne inconnue %q%s", name, instead(name, slices.Collect(maps.Keys(known))))
		}
	}
	for i, line := range n.at("rows").list() {
		cells := line.value.list()
		if len(cells) != len(x.Columns)+1 {
			l.fault(line.value.pos, "verdicts, ligne %d : %s, mais il en faut %d", i+1, plural(len(cells), "case"), len(x.Columns)+1)
			continue
		}
		v := Verdict{Pos: line.value.pos, Cells: make([]HeardCell, len(x.Columns))}
		for j, column := range x.Columns {
			v.Cells[j] = l.heardCell(i+1, column, cells[j].value, known[column])
		}
		v.Outcomes = l.outcomesIn(i+1, cells[len(x.Columns)].value)
		x.Rows = append(x.Rows, v)
	}
	if n != nil && !l.closes(x.Rows) {
		l.fault(n.place("rows"), `verdicts : la dernière ligne doit accepter tout ("*" partout)`)
	}
}

// closes says whether the last row takes everything.
func (l *loader) closes(rows []Verdict) bool {
	return len(rows) > 0 && !slices.ContainsFunc(rows[len(rows)-1].Cells, func(c HeardCell) bool { return !c.Any })
}

// heardValues are the columns a row may have, each with its values.
func (l *loader) heardValues() map[string][]string {
	known := map[string][]string{ColumnAge: nil, ColumnPlace: {"served", "elsewhere", "unclear"},
		KindNetwork: slices.Sorted(maps.Keys(l.b.Networks)), KindNeed: nil, KindPublic: nil, KindForm: {FormShort}}
	for _, m := range l.b.Lexicon.Meanings {
		known[m.Kind] = append(known[m.Kind], m.ID)
	}
	return known
}

func (l *loader) heardCell(row int, column string, n *node, values []string) HeardCell {
	cell, b, err := compileCell(column, n.text)
	switch {
	case err != nil:
		l.fault(n.pos, "verdicts, ligne %d : %v", row, err)
	case b != nil && column != ColumnAge:
		l.fault(n.pos, "verdicts, ligne %d : %q ne se compare pas à un nombre", row, column)
	case b != nil:
		return HeardCell{Cell: cell, From: b.From, To: b.To}
	}
	for _, v := range cell.Values {
		if !slices.Contains(values, v) {
			l.fault(n.pos, "verdicts, ligne %d : %q n'est pas une valeur de %q%s", row, v, column, instead(v, values))
		}
	}
	return HeardCell{Cell: cell}
}

// outcomesIn are the outcomes of a row, best first: "mission-locale|cio".
func (l *loader) outcomesIn(row int, n *node) []string {
	var all []string
	for o := range strings.SplitSeq(n.text, "|") {
		o = strings.TrimSpace(o)
		l.knowOutcome(n.pos, fmt.Sprintf("verdicts, ligne %d", row), o)
		all = append(all, o)
	}
	return all
}

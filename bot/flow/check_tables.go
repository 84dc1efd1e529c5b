package flow

import (
	"slices"
)

// checkTables wants rows, and columns and results that exist, once each. What the rows decide is for
// package proof.
func (l *loader) checkTables() {
	for _, e := range l.trees["routing.yaml"].at("tables").list() {
		t := l.b.Tables[e.key.text]
		rows := len(e.value.at("rows").list())
		switch {
		case rows == 0:
			l.fault(t.Pos, "la table %q n'a aucune ligne", t.ID)
			continue
		case len(t.Rows) != rows: // some are faulty
			continue
		}
		l.checkColumns(t, e.value)
	}
}

// checkColumns wants every column to be an answer that some question or choice fills.
func (l *loader) checkColumns(t *Table, n *node) {
	for i, column := range t.Columns {
		at := n.at("columns").entries[i].pos
		if slices.Contains(t.Columns[:i], column) {
			l.fault(at, "table %q : la colonne %q est écrite deux fois", t.ID, column)
		}
		if !l.known[column].known {
			l.coded(NoColumn, at, "table %q : la colonne %q n'est ni une réponse ni une donnée connue%s", t.ID, column, instead(column, answerNames(l.known)))
		}
	}
	for i, name := range t.Sets {
		if slices.Contains(t.Sets[:i], name) {
			l.fault(n.at("sets").entries[i].pos, "table %q : le résultat %q est écrit deux fois", t.ID, name)
		}
	}
}

package flow

import (
	"slices"
)

// checkTables wants a last row that takes everything and columns that are asked before.
func (l *loader) checkTables() {
	for _, e := range l.trees["routing.yaml"].at("tables").list() {
		t := l.b.Tables[e.key.text]
		if len(t.Rows) == 0 || len(t.Rows) != len(e.value.at("rows").list()) {
			if len(e.value.at("rows").list()) == 0 {
				l.fault(t.Pos, "la table %q n'a aucune ligne", t.ID)
			}
			continue
		}
		for i, row := range t.Rows {
			switch last := i == len(t.Rows)-1; {
			case last && !all(row):
				l.fault(row.Pos, `table %q : la dernière ligne doit accepter tous les cas ("*" dans chaque colonne)`, t.ID)
			case !last && all(row):
				l.fault(row.Pos, "table %q : la ligne %d accepte tout, les suivantes ne servent jamais", t.ID, i+1)
			}
		}
		l.checkColumns(t, e.value)
	}
}

func all(row Row) bool {
	return !slices.ContainsFunc(row.When, func(c Cell) bool { return !c.Any })
}

// checkColumns wants every column to be an answer that some question or choice fills.
func (l *loader) checkColumns(t *Table, n *node) {
	for i, column := range t.Columns {
		at := n.at("columns").entries[i].pos
		if slices.Contains(t.Columns[:i], column) {
			l.fault(at, "table %q : la colonne %q est écrite deux fois", t.ID, column)
		}
		if !l.known[column].known {
			l.fault(at, "table %q : la colonne %q n'est ni une réponse ni une donnée connue%s", t.ID, column, instead(column, answerNames(l.known)))
		}
	}
	for i, name := range t.Sets {
		if slices.Contains(t.Sets[:i], name) {
			l.fault(n.at("sets").entries[i].pos, "table %q : le résultat %q est écrit deux fois", t.ID, name)
		}
	}
}

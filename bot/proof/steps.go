package proof

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frontdesk/bot"
	"frontdesk/bot/engine"
	"frontdesk/bot/flow"
)

const turnElsewhere = "faites mener l'une de ces étapes ailleurs"

// turns reports what the engine gives up, and a bundle too large to be walked.
func (r *report) turns() {
	seen := map[string]bool{}
	for _, e := range r.w.broken {
		at := r.w.p.Bundle.Steps[first(e.ring)]
		if at == nil || slices.ContainsFunc(e.ring, func(id string) bool { return seen[id] }) {
			continue // the same fault, met elsewhere
		}
		for _, id := range e.ring {
			seen[id] = true
		}
		way := []edge{e}
		if e.from >= 0 {
			way = nil
			for _, k := range r.w.wayTo(e.from) {
				way = append(way, r.w.edges[k])
			}
			way = append(way, e)
		}
		if errors.Is(e.err, engine.ErrStepLimit) {
			r.fault(Circling, at.Pos, at, nil, turnElsewhere, "la conversation tourne en rond sans rien demander : %s", spell(e.ring))
		} else {
			r.fault(Stopped, at.Pos, at, nil, turnElsewhere, "%s", e.err.Error())
		}
		r.found[len(r.found)-1].Talk = r.w.talkOf(way)
	}
	if r.w.full && len(r.w.broken) == 0 {
		start := r.w.p.Bundle.Flows[r.w.p.Bundle.Start]
		r.fault(TooManyPaths, start.Pos, nil, nil, "remplacez des conditions par une table, ou séparez des parcours", "ce paquet a trop de chemins pour être vérifié")
	}
}

func first(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

// spell names the steps of a path, without the flow where all are of one.
func spell(ids []string) string {
	flowOf := func(id string) string { name, _, _ := strings.Cut(id, "."); return name }
	names := slices.Clone(ids)
	if !slices.ContainsFunc(ids, func(id string) bool { return flowOf(id) != flowOf(ids[0]) }) {
		for i, id := range ids {
			names[i] = strings.TrimPrefix(id, flowOf(id)+".")
		}
	}
	return strings.Join(names, " → ")
}

// order are all steps as they are written.
func (r *report) order() []*flow.Step { return r.w.slicer.steps }

// steps reports steps nobody comes to, options nobody sees and questions without any.
func (r *report) steps() {
	offered, empty := map[string]bool{}, map[string]bool{}
	for i := range r.w.nodes {
		n := &r.w.nodes[i]
		st := r.w.p.Bundle.Steps[n.state.Step]
		for _, id := range n.offered {
			offered[st.ID+"."+id] = true
		}
		if len(st.Options) > 0 && len(n.offered) == 0 && !empty[st.ID] {
			empty[st.ID] = true
			r.fault(EmptyMenu, st.Pos, st, r.w.wayTo(int32(i)), `enlevez un "only", ou passez la question par un "if"`, "il peut ne rester aucun choix")
		}
	}
	for _, st := range r.order() {
		if !r.visited(st) {
			r.fault(Unreached, st.Pos, st, nil, "enlevez-la, ou faites-y mener une réponse", "aucune réponse ne mène à cette étape")
			continue
		}
		for _, o := range st.Options {
			if !offered[st.ID+"."+o.ID] && st.Kind == flow.Ask && !r.alwaysKnown(st) {
				r.fault(NeverOffered, o.Pos, st, nil, `corrigez "only", ou enlevez ce choix`, `le choix %q n'est jamais proposé : son "only" n'est jamais vrai ici`, o.ID)
			}
		}
		if st.Kind == flow.Ask && r.alwaysKnown(st) {
			r.fault(NeverAsked, st.Pos, st, nil, `enlevez-la, ou écrivez "ask_again: true"`, "cette question n'est jamais posée : sa réponse est toujours déjà connue")
		}
	}
}

func (r *report) visited(st *flow.Step) bool {
	return r.w.has(seenOn{st.ID, "chat"}) || r.w.has(seenOn{st.ID, "sms"}) || r.w.has(seenOn{st.ID, "voice"})
}

// alwaysKnown says whether a question is only ever passed over.
func (r *report) alwaysKnown(st *flow.Step) bool {
	return !slices.ContainsFunc(r.w.nodes, func(n node) bool { return n.state.Step == st.ID })
}

// tables reports cases that fall through, rows that decide nothing, and columns nobody is asked.
func (r *report) tables() {
	w := r.w
	w.reachByKeys()
	use := tableUse{ways: map[rowOf]int32{}, keys: map[rowOf]bool{}, answered: map[string]uint64{}}
	for k := range w.edges {
		e := &w.edges[k]
		byKeys := !e.words && (e.from < 0 || w.nodes[e.from].byKeys)
		for _, at := range e.rows {
			name := rowOf{at.table, at.n}
			if _, known := use.ways[name]; !known {
				use.ways[name] = int32(k)
			}
			if byKeys {
				use.keys[name] = true
				use.answered[at.table] |= at.answered
			}
		}
	}
	done := map[string]bool{}
	for _, st := range r.order() {
		if st.Kind == flow.Route && r.visited(st) && !done[st.Table] {
			done[st.Table] = true
			r.table(st, w.p.Bundle.Tables[st.Table], &use)
		}
	}
}

// tableUse is what the walk made of tables.
type tableUse struct {
	ways     map[rowOf]int32 // the first edge that takes a row; row 0 is none
	keys     map[rowOf]bool  // rows that keys alone lead to
	answered map[string]uint64
}

func (r *report) table(st *flow.Step, t *flow.Table, use *tableUse) {
	if k, falls := use.ways[rowOf{t.ID, 0}]; falls {
		way := r.w.way(k)
		values := r.caseOf(t, way)
		r.fault(TableHole, t.Pos, nil, way, fmt.Sprintf("ajoutez une ligne pour lui, ou une dernière ligne [%s…]", strings.Repeat(`"*", `, len(t.Columns))),
			"table %q : aucune ligne ne prend ce cas : %s", t.Title, spellCase(t, values))
		r.rule(Rule{Table: t.ID, Case: values})
	}
	unasked := r.columns(st, t, use.answered[t.ID])
	for i := range t.Rows {
		at := rowOf{t.ID, i + 1}
		k, reached := use.ways[at]
		by := Hider(t, i+1)
		found := len(r.found)
		switch {
		case use.keys[at], !reached && by == 0 && i == len(t.Rows)-1 && takesAll(&t.Rows[i]):
		case slices.ContainsFunc(unasked, func(c int) bool { return !t.Rows[i].When[c].Any }): // said already
		case reached:
			r.fault(RowByWords, t.Rows[i].Pos, nil, r.w.way(k), "faites-y mener un choix, ou enlevez-la", "table %q : la ligne %d ne s'atteint qu'avec des mots, jamais par les seuls choix", t.Title, i+1)
		case by > 0:
			r.fault(RowHidden, t.Rows[i].Pos, nil, nil, "mettez-la plus haut, ou enlevez-la", "table %q : la ligne %d ne sert jamais : la ligne %d prend déjà tous ses cas", t.Title, i+1, by)
		default:
			r.fault(RowUnreached, t.Rows[i].Pos, nil, nil, "corrigez ses cases, ou enlevez-la", "table %q : la ligne %d ne sert jamais : aucune réponse n'y mène", t.Title, i+1)
		}
		if len(r.found) > found {
			r.rule(Rule{Table: t.ID, Row: i + 1, Hider: by, Equal: by > 0 && covers(t.Rows[i].When, t.Rows[by-1].When)})
		}
	}
}

// columns reports, and lists, the columns that are never answered by keys before their table is read.
func (r *report) columns(st *flow.Step, t *flow.Table, answered uint64) []int {
	var unasked []int
	for i, column := range t.Columns {
		if r.w.p.Bundle.Answers[r.w.asks(column)] == nil || answered&(1<<i) != 0 || i >= 64 ||
			!slices.ContainsFunc(t.Rows, func(row flow.Row) bool { return !row.When[i].Any }) {
			continue
		}
		unasked = append(unasked, i)
		r.fault(ColumnNotAsked, t.Heads[i], nil, nil, "posez la question avant, ou enlevez la colonne", "table %q : la colonne %q n'est jamais demandée avant l'étape %q", t.Title, column, st.ID)
		r.rule(Rule{Table: t.ID, Column: column})
	}
	return unasked
}

// caseOf gives what a table was asked, column by column, at the end of a way.
func (r *report) caseOf(t *flow.Table, way []int32) []string {
	answers := bot.Answers(nil)
	at := engine.State{}
	var edges []edge
	for _, k := range way {
		edges = append(edges, r.w.edges[k])
	}
	kind := r.w.kindOf(edges)
	for _, e := range edges {
		s := &stage{w: r.w, from: at, move: e.move, channel: kind, kinds: kind, language: r.w.p.Bundle.Source, decided: e.picks}
		done := s.play(nil)
		for i := range done.passed {
			if done.passed[i].Step.Kind == flow.Route && done.passed[i].Step.Table == t.ID && done.passed[i].Row == 0 {
				answers = done.passed[i].Answers
			}
		}
		at = done.state
	}
	look := engine.Lookup(r.w.p, engine.State{Answers: answers}, &engine.Scene{Channel: kind, Language: r.w.p.Bundle.Source})
	values := make([]string, len(t.Columns))
	for i, column := range t.Columns {
		values[i] = look(column)
	}
	return values
}

func spellCase(t *flow.Table, values []string) string {
	cells := make([]string, len(values))
	for i, value := range values {
		cells[i] = t.Columns[i] + " « " + cmp.Or(value, "sans réponse") + " »"
	}
	return strings.Join(cells, ", ")
}

// Hider is the first row before the n-th that takes all of its cases by itself; rows count from 1, 0 is none.
func Hider(t *flow.Table, n int) int {
	for j := range n - 1 {
		if covers(t.Rows[j].When, t.Rows[n-1].When) {
			return j + 1
		}
	}
	return 0
}

func covers(wide, narrow flow.Condition) bool {
	for i := range wide {
		a, b := wide[i], narrow[i]
		switch {
		case a.Any, a.Raw == b.Raw:
		case b.Any, b.Not && !a.Not, b.Empty && !a.Match(""):
			return false
		case b.Not:
			if slices.ContainsFunc(a.Values, func(v string) bool { return !slices.Contains(b.Values, v) }) || a.Empty && !b.Empty {
				return false
			}
		case slices.ContainsFunc(b.Values, func(v string) bool { return !a.Match(v) }):
			return false
		}
	}
	return true
}

func takesAll(row *flow.Row) bool {
	return !slices.ContainsFunc(row.When, func(c flow.Cell) bool { return !c.Any })
}

// reachByKeys marks the nodes that keys alone lead to.
func (w *walk) reachByKeys() {
	var todo []int32
	mark := func(n int32) {
		if n >= 0 && !w.nodes[n].byKeys {
			w.nodes[n].byKeys = true
			todo = append(todo, n)
		}
	}
	for i := range w.edges {
		if w.edges[i].from < 0 && !w.edges[i].words {
			mark(w.edges[i].to)
		}
	}
	for len(todo) > 0 {
		n := todo[0]
		todo = todo[1:]
		for _, k := range w.nodes[n].out {
			if !w.edges[k].words {
				mark(w.edges[k].to)
			}
		}
	}
}
